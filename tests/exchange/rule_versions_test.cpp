// SPDX-License-Identifier: Apache-2.0
// A change of mapping rules from draft to roll back, by job and by API, on a month that has been booked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <set>
#include <thread>

#include "kernel/service/job_runner.h"
#include "rule_home.h"

namespace mif::exchange {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using exchange::testing::object;
using exchange::testing::RuleHome;

TEST(RuleVersions, ATrialShowsToTheFenWhatAChangeWouldHaveMadeOfAPastBatchAndBooksNothing) {
  RuleHome home;
  home.job("exchange pull");
  home.review_all();
  const std::string before = home.state_hash();
  const std::string set = home.id_in(home.draft(home.moved()));
  const std::string trial = home.told("mapping trial", {{"set", set}, {"batch", "B1"}});
  EXPECT_THAT(trial, HasSubstr(R"({"row":"type","type":"individual-reimbursement","documents":2,"unchanged":0,"changed":2,"newly_held":0,"newly_mapped":0,"still_held":0,"earlier_rule":0,"amount":"350.50","changed_amount":"350.50"})"));
  EXPECT_THAT(trial, HasSubstr(R"({"row":"account","type":"individual-reimbursement","account":"50010101","documents":2,"debit_old":"350.50","debit_new":"0.00","credit_old":"0.00","credit_new":"0.00"})"));
  EXPECT_THAT(trial, HasSubstr(R"({"row":"account","type":"individual-reimbursement","account":"50010103","documents":2,"debit_old":"0.00","debit_new":"350.50","credit_old":"0.00","credit_new":"0.00"})"));
  EXPECT_THAT(trial, HasSubstr(R"({"row":"type","type":"subsidy","documents":1,"unchanged":1,"changed":0)"));
  EXPECT_THAT(trial, HasSubstr(R"("debit_old":"420.50","debit_new":"420.50","credit_old":"420.50","credit_new":"420.50"})"));
  EXPECT_THAT(trial, HasSubstr(R"("key":"demo/A2#1","day":"2023-06-12","amount":"250.50","change":"changed","difference":"- debit 50010101 250.50 insutype=310;mode=1; + debit 50010103 250.50 insutype=310;mode=1")"));
  EXPECT_THAT(trial, HasSubstr("\"next\":null"));
  EXPECT_EQ(home.state_hash(), before);
  EXPECT_EQ(home.payables().size(), 2u);
  // a month and a type, and the list of changed documents page by page
  const std::string page = home.told("mapping trial", {{"set", set}, {"month", "2023-06"}, {"type", "individual-reimbursement"}, {"limit", "1"}});
  EXPECT_THAT(page, AllOf(HasSubstr("demo/A1#1"), Not(HasSubstr("demo/A2#1")), HasSubstr("\"changed\":2")));
  const std::string next = home.id_in(page.substr(page.find("\"id\":")), "id");
  EXPECT_THAT(page, HasSubstr("\"next\":\"" + next + "\""));
  EXPECT_THAT(home.told("mapping trial", {{"set", set}, {"month", "2023-06"}, {"type", "individual-reimbursement"}, {"after", next}}), AllOf(HasSubstr("demo/A2#1"), Not(HasSubstr("demo/A1#1"))));
  EXPECT_THAT(home.told("mapping trial", {{"set", set}, {"month", "2023-05"}}), HasSubstr("[mapping.trial-empty]"));
}

TEST(RuleVersions, ATrialNamesWhatWouldNewlyBeHeldAndWhatWouldBeFreed) {
  RuleHome home;
  home.put("H1", "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"3\",\"province\":\"5.00\"", "5.00");
  home.job("exchange pull");
  EXPECT_EQ(home.document("H1"), "held");
  std::string text = home.changed(home.version("2026.2"), "individual-reimbursement", "fund_pay_type region clr_type", "fund_pay_type clr_type");  // region is required now
  const std::string kinds = "2 \"新冠疫苗及接种费用补助\"";
  text.replace(text.find(kinds), kinds.size(), kinds + " 3 \"试点补助\"");
  const std::string set = home.id_in(home.draft(text));
  const std::string trial = home.told("mapping trial", {{"set", set}, {"batch", "B1"}});
  EXPECT_THAT(trial, HasSubstr(R"("type":"individual-reimbursement","documents":2,"unchanged":0,"changed":0,"newly_held":2)"));
  EXPECT_THAT(trial, HasSubstr(R"("type":"subsidy","documents":2,"unchanged":1,"changed":0,"newly_held":0,"newly_mapped":1)"));
  EXPECT_THAT(trial, AllOf(HasSubstr("\"change\":\"newly-held\""), HasSubstr("+ held 缺少必填项 (missing field)"), HasSubstr("\"change\":\"newly-mapped\"")));
  EXPECT_THAT(trial, HasSubstr(R"("account":"50010101","documents":2,"debit_old":"350.50","debit_new":"0.00")"));
  EXPECT_THAT(trial, HasSubstr("\"exit\":3"));
  EXPECT_EQ(home.document("H1"), "held");
}

TEST(RuleVersions, NothingIsSubmittedBeforeItsExamplesPassAndATrialRanOverExactlyThisText) {
  RuleHome home;
  home.job("exchange pull");
  const std::string set = home.id_in(home.draft(home.moved()));
  const auto submit = [&] { return home.told("mapping submit", {{"set", set}, {"from", "2023-07-01"}}); };
  EXPECT_THAT(submit(), AllOf(HasSubstr("[mapping.example-missing]"), HasSubstr("individual-reimbursement")));
  // by itself an example expects what the rules in force book: the change breaks it
  home.told("mapping example", {{"set", set}, {"name", "住院报销"}, {"document", "A1"}});
  EXPECT_THAT(home.told("mapping test", {{"set", set}}), AllOf(HasSubstr("\"result\":\"fail\""), HasSubstr("- debit 50010101 100.00"), HasSubstr("+ debit 50010103 100.00"), HasSubstr("\"exit\":3")));
  EXPECT_THAT(submit(), HasSubstr("[mapping.example-failed]"));
  home.told("mapping example", {{"set", set}, {"name", "住院报销"}, {"document", "A1"}, {"expected", home.expected("50010103", "100.00")}});
  EXPECT_THAT(home.told("mapping test", {{"set", set}}), HasSubstr("\"exit\":0"));
  EXPECT_THAT(submit(), HasSubstr("[mapping.trial-missing]"));
  const std::string other = home.id_in(home.told("mapping trial", {{"set", set}, {"batch", "B1"}}), "trial");
  EXPECT_THAT(home.draft(home.moved() + "; 注\n"), HasSubstr("\"set\":" + set));  // another text for the draft
  EXPECT_THAT(submit(), HasSubstr("[mapping.trial-missing]"));
  EXPECT_THAT(home.told("mapping submit", {{"set", set}, {"from", "2023-07-01"}, {"trial", other}}), HasSubstr("[mapping.trial-missing]"));
  home.told("mapping trial", {{"set", set}, {"batch", "B1"}});
  EXPECT_THAT(submit(), AllOf(HasSubstr("\"state\":\"submitted\""), HasSubstr("有变 2")));
  EXPECT_THAT(submit(), HasSubstr("[mapping.not-draft]"));
  EXPECT_THAT(home.draft(home.moved()), HasSubstr("[mapping.not-draft]"));
  EXPECT_THAT(home.told("mapping example", {{"set", set}, {"name", "住院报销"}, {"remove", "yes"}}), HasSubstr("[mapping.not-draft]"));
}

TEST(RuleVersions, TheMakerDoesNotApproveWhoeverPressesTheButtons) {
  RuleHome home;
  home.job("exchange pull");
  const std::string set = home.prepared(home.moved(), "chief1");
  home.prepared(home.moved() + "; 郑制单又存了一遍\n", "maker1");  // what chief1 wrote is still in it
  home.told("mapping submit", {{"set", set}, {"from", "2023-07-01"}}, "maker1");
  EXPECT_THAT(home.told("mapping approve", {{"set", set}}, "maker1"), HasSubstr("exchange.approve"));
  EXPECT_THAT(home.told("mapping approve", {{"set", set}}, "viewer1"), HasSubstr("refused"));
  EXPECT_THAT(home.told("mapping approve", {{"set", set}}, "chief1"), HasSubstr("[mapping.maker-approves]"));
  EXPECT_THAT(home.told("mapping approve", {{"set", set}, {"reject", "yes"}, {"comment", "先问财政"}}, "chief2"), HasSubstr("\"state\":\"draft\""));
  // back with the drafter: once more, submitted by a chief, who then is out
  home.told("mapping submit", {{"set", set}, {"from", "2023-07-01"}}, "chief2");
  EXPECT_THAT(home.told("mapping approve", {{"set", set}}, "chief2"), HasSubstr("[mapping.maker-approves]"));
  EXPECT_THAT(home.told("mapping list", {}), HasSubstr("\"state\":\"submitted\""));
}

TEST(RuleVersions, DocumentsFollowTheVersionOfTheirDayAndARollbackBringsTheOneBeforeBack) {
  RuleHome home;
  home.job("exchange pull");
  const std::string set = home.approved(home.moved(), "2023-07-01");
  home.individual("B1", "1.00", "20230630");
  home.individual("B2", "2.00", "20230701");
  home.individual("B3", "3.00", "20230715");
  home.job("exchange pull");
  EXPECT_EQ(home.debits("A1"), "50010101");  // drafted before: stays
  EXPECT_EQ(home.debits("B1"), "50010101");
  EXPECT_EQ(home.debits("B2"), "50010103");
  EXPECT_EQ(home.debits("B3"), "50010103");
  EXPECT_EQ(home.rule_of("B1"), "employee 2026.1 individual-reimbursement/1");
  EXPECT_EQ(home.rule_of("B2"), "employee 2026.2 individual-reimbursement/1");

  EXPECT_THAT(home.told("mapping rollback", {{"set", set}, {"from", "2023-06-30"}, {"reason", "文件撤销"}}), HasSubstr("[mapping.not-in-force]"));
  EXPECT_THAT(home.told("mapping rollback", {{"set", set}, {"from", "2023-07-16"}, {"reason", "文件撤销"}}, "chief1"), AllOf(HasSubstr("\"rollback\":\"submitted\""), Not(HasSubstr("refused"))));
  home.individual("C0", "4.00", "20230717");
  home.job("exchange pull");
  EXPECT_EQ(home.debits("C0"), "50010103");  // asked for is not decided
  EXPECT_THAT(home.told("mapping approve", {{"set", set}}, "chief1"), HasSubstr("[workflow.maker-decides]"));
  EXPECT_THAT(home.told("mapping approve", {{"set", set}}, "chief2"), AllOf(HasSubstr("\"state\":\"rolled-back\""), HasSubstr("1 张不变")));
  home.individual("C1", "5.00", "20230715");
  home.individual("C2", "6.00", "20230716");
  home.job("exchange pull");
  EXPECT_EQ(home.debits("C0"), "50010103");
  EXPECT_EQ(home.debits("C1"), "50010103");
  EXPECT_EQ(home.debits("C2"), "50010101");
  const auto in_force = [&](const std::string& day) {
    const std::string list = home.told("mapping list", {{"scheme", "310"}, {"day", day}});
    EXPECT_THAT(list, HasSubstr("在用 1 个"));
    return list.find("\"in_force\":\"是\"") > list.find("\"version\":\"2026.2\"") ? "2026.2" : "2026.1";
  };
  EXPECT_STREQ(in_force("2023-06-30"), "2026.1");
  EXPECT_STREQ(in_force("2023-07-01"), "2026.2");
  EXPECT_STREQ(in_force("2023-07-15"), "2026.2");
  EXPECT_STREQ(in_force("2023-07-16"), "2026.1");
  EXPECT_THAT(home.told("exchange rules", {}), AllOf(HasSubstr("employee 2026.1 subsidy/1"), Not(HasSubstr("employee 2026.2"))));
  EXPECT_THAT(home.told("mapping verify", {}, "chief1"), HasSubstr("\"exit\":0"));
  EXPECT_THAT(home.told("mapping rollback", {{"set", set}, {"from", "2023-07-10"}, {"reason", "再来"}}), HasSubstr("[mapping.not-approved]"));
}

TEST(RuleVersions, AHeldDocumentIsRetriedWithTheVersionOfItsDay) {
  RuleHome home;
  home.put("H1", "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"3\",\"province\":\"5.00\"", "5.00", "20230630");
  home.put("H2", "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"3\",\"province\":\"6.00\"", "6.00", "20230701");
  home.job("exchange pull");
  std::string text = home.version("2026.2");
  const std::string kinds = "2 \"新冠疫苗及接种费用补助\"";
  text.replace(text.find(kinds), kinds.size(), kinds + " 3 \"试点补助\"");
  const std::string set = home.id_in(home.draft(text));
  // the list is used by two types: both have changed and need an example
  home.told("mapping example", {{"set", set}, {"name", "试点补助"}, {"document", "H2"}, {"expected", "debit 1003 6.00 bank_account=9900001003001 | credit 410102 6.00 subsidy_kind=3"}});
  const std::string test = home.told("mapping test", {{"set", set}});
  EXPECT_THAT(test, AllOf(HasSubstr("\"type\":\"borrowing-assumed\""), HasSubstr("\"result\":\"missing\"")));
  home.told("mapping example", {{"set", set}, {"name", "代还"}, {"type", "borrowing-assumed"}, {"day", "2023-07-02"}, {"payload", R"({"book":"990000-310","lender":"L","subsidy_kind":"3","city":"9.00","amount":"9.00"})"},
                                {"expected", "debit 2101 9.00 | credit 410103 9.00 subsidy_kind=3"}});
  home.told("mapping trial", {{"set", set}, {"batch", "B1"}});
  const std::string submitted = home.told("mapping submit", {{"set", set}, {"from", "2023-07-01"}});
  EXPECT_THAT(submitted, HasSubstr("\"state\":\"submitted\"")) << home.told("mapping test", {{"set", set}});
  home.told("mapping approve", {{"set", set}}, "chief1");
  home.job("exchange retry");
  EXPECT_EQ(home.document("H1"), "held");
  EXPECT_EQ(home.rule_of("H2"), "employee 2026.2 subsidy/1");
}

TEST(RuleVersions, TheSameByApi) {
  RuleHome home;
  home.job("exchange pull");
  home.review_all();
  const std::string drafted = home.post("/rules", home.moved(), "maker1", "file=employee-2023-2.info");
  const std::string set = home.id_in(drafted), at = "/rules/" + set;
  EXPECT_THAT(drafted, AllOf(HasSubstr("\"state\":\"draft\""), HasSubstr("\"file\":\"employee-2023-2.info\"")));
  EXPECT_EQ(home.get(at + "/text"), home.moved());
  EXPECT_THAT(home.get(at + "/diff"), AllOf(HasSubstr(R"("type":"individual-reimbursement","change":"changed")"), HasSubstr(R"("sign":"-","text":"    line side debit account 50010101 amount inpatient aux @benefit")"),
                                            HasSubstr(R"("sign":"+","text":"    line side debit account 50010103 amount inpatient aux @benefit")"), HasSubstr("1 种单据有变")));
  home.post(at + "/example", object({{"name", "住院报销"}, {"document", "A1"}, {"expected", home.expected("50010103", "100.00")}}), "maker1");
  EXPECT_THAT(home.get(at + "/test"), HasSubstr("\"result\":\"pass\""));
  const std::string trial = home.post(at + "/trial", object({{"month", "2023-06"}}), "maker1");
  EXPECT_THAT(trial, HasSubstr(R"("account":"50010103","documents":2,"debit_old":"0.00","debit_new":"350.50")"));
  EXPECT_EQ(home.get(at, "trial=" + home.id_in(trial, "trial")), trial);  // what the approver reads is what the drafter saw
  EXPECT_THAT(home.post(at + "/submit", object({{"from", "2023-07-01"}, {"comment", "省局文件"}}), "viewer1"), HasSubstr("exchange.run"));
  home.post(at + "/submit", object({{"from", "2023-07-01"}, {"comment", "省局文件"}}), "maker1");
  EXPECT_THAT(home.get(at), AllOf(HasSubstr("省局文件"), HasSubstr("\"row\":\"example\""), HasSubstr("\"row\":\"trial\"")));
  EXPECT_THAT(home.post(at + "/approve", "", "maker1"), HasSubstr("exchange.approve"));
  EXPECT_THAT(home.post(at + "/approve", object({{"set", "999"}}), "chief1"), HasSubstr("\"state\":\"approved\""));
  home.individual("B2", "2.00", "20230701");
  home.job("exchange pull");
  EXPECT_EQ(home.debits("B2"), "50010103");
  home.post(at + "/rollback", object({{"from", "2023-07-02"}, {"reason", "文件撤销"}}), "maker1");
  EXPECT_THAT(home.post(at + "/approve", "{}", "chief1"), HasSubstr("\"state\":\"rolled-back\""));
  home.individual("B3", "2.00", "20230702");
  home.job("exchange pull");
  EXPECT_EQ(home.debits("B3"), "50010101");
  EXPECT_THAT(home.get("/rules", "day=2023-07-01"), HasSubstr("rolled-back"));
  EXPECT_THAT(home.get("/rules/verify", "", "chief1"), HasSubstr("\"exit\":0"));
  EXPECT_THAT(home.get("/rules/x/diff"), HasSubstr("[document.path]"));
}

TEST(RuleVersions, ExamplesOfAVersionHoldForTheNext) {
  RuleHome home;
  home.job("exchange pull");
  home.approved(home.moved("2026.2"), "2023-07-01");
  const std::string next = home.id_in(home.draft(home.changed(home.version("2026.3"), "individual-reimbursement", "account 50010101 ", "account 50010104 ")));
  EXPECT_THAT(home.told("mapping test", {{"set", next}}), AllOf(HasSubstr("\"name\":\"住院报销\""), HasSubstr("- debit 50010103 100.00"), HasSubstr("+ debit 50010104 100.00")));
}

TEST(RuleVersions, OfSeveralApproversOfOneVersionOneDecides) {
  RuleHome home;
  home.job("exchange pull");
  const std::string set = home.prepared(home.moved());
  home.told("mapping submit", {{"set", set}, {"from", "2023-07-01"}});
  std::atomic<int> done = 0;
  std::vector<std::thread> people;
  for (const char* chief : {"chief1", "chief2", "chief1", "chief2"})
    people.emplace_back([&, chief] { done += home.post("/rules/" + set + "/approve", "{}", chief).find("\"state\":\"approved\"") != std::string::npos; });
  for (auto& p : people) p.join();
  EXPECT_EQ(done, 1);
  EXPECT_THAT(home.told("mapping verify", {}, "chief1"), HasSubstr("\"exit\":0"));
}

TEST(RuleVersions, TheDescriptionOfTheApiAndTheRoutesKnowTheSameOperations) {
  RuleHome home;
  std::set<std::string> described, served;
  std::ifstream file(std::string(MIF_SOURCE_DIR) + "/docs/openapi/exchange-rules.yaml");
  std::string path, method, operation;
  for (std::string line; std::getline(file, line);) {
    const auto indent = line.find_first_not_of(' ');
    if (indent == 2 && line[2] == '/') path = line.substr(2, line.size() - 3);
    if (indent == 4) method = line.substr(4, line.size() - 5);
    if (line.rfind("      operationId: ", 0) == 0) operation = line.substr(19);
    if (line.rfind("      description: Needs ", 0) == 0) described.insert(method + " " + path + " " + operation + " " + line.substr(25, line.size() - 26));
  }
  const std::string routes = home.routes();
  const auto field = [](const std::string& from, const std::string& name) {
    const auto at = from.find("\"" + name + "\":\"") + name.size() + 4;
    return from.substr(at, from.find('"', at) - at);
  };
  for (std::size_t at = routes.find("{\"method\""); at != std::string::npos; at = routes.find("{\"method\"", at + 1)) {
    const std::string route = routes.substr(at, routes.find('}', routes.find("permission", at)) - at);
    if (field(route, "path").rfind("/rules", 0) == 0)
      served.insert((field(route, "method") == "GET" ? "get " : "post ") + field(route, "path") + " " + field(route, "operationId") + " " + field(route, "permission"));
  }
  EXPECT_EQ(served.size(), 13u);
  EXPECT_EQ(described, served);
}

// MIF_TRIAL_DOCUMENTS=642000 for a province day.
TEST(RuleVersions, ATrialOfManyDocumentsGoesThroughAllOfThem) {
  const char* wanted = std::getenv("MIF_TRIAL_DOCUMENTS");
  const int n = wanted ? std::atoi(wanted) : 2500;
  RuleHome home;
  home.job("exchange pull");
  home.deployment().database().write([&](store::Txn& txn) {
    for (int i = 0; i < n; ++i)
      txn.execute_later("insert into x_exchange_document (id, source, feed, cursor_text, doc_key, doc_version, arrival, doc_type, book, unit, batch, doc_day, amount_fen, payload, digest, state, reason, rule_name,"
                        " voucher_id, voucher_no, received_ms, changed_ms) select id + ?, source, feed, ?, ?, doc_version, arrival, doc_type, book, unit, 'B2', doc_day, amount_fen, payload, digest, 'posted', reason,"
                        " rule_name, 0, voucher_no, received_ms, changed_ms from x_exchange_document where source = 'demo' and doc_key = 'A1' and doc_version = 1 and arrival = 0",
                        {1000 + i, "many" + std::to_string(i), "M" + std::to_string(i)});
  });
  const std::string set = home.id_in(home.draft(home.moved()));
  const auto started = std::chrono::steady_clock::now();
  const std::string trial = home.told("mapping trial", {{"set", set}, {"batch", "B2"}, {"limit", "3"}});
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count();
  const std::string money = (Fen(10000) * n).plain();
  EXPECT_THAT(trial, HasSubstr("\"documents\":" + std::to_string(n) + ",\"unchanged\":0,\"changed\":" + std::to_string(n)));
  EXPECT_THAT(trial, HasSubstr("\"account\":\"50010103\",\"documents\":" + std::to_string(n) + ",\"debit_old\":\"0.00\",\"debit_new\":\"" + money + "\""));
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  if (wanted) std::printf("%d documents in %lld ms, %ld MB at most\n", n, static_cast<long long>(took), usage.ru_maxrss / 1024);
  EXPECT_LT(usage.ru_maxrss, 300 * 1024);
  EXPECT_THAT(home.told("mapping trial", {{"set", set}, {"batch", "B2"}, {"most", std::to_string(n - 1)}}), HasSubstr("[mapping.trial-large]"));
}

TEST(RuleVersions, ATrialTooLongForARequestIsScheduledAndStandsAmongTheTrials) {
  RuleHome home;
  home.job("exchange pull");
  const std::string set = home.id_in(home.draft(home.moved()));
  home.deployment().database().write([&](store::Txn& txn) {
    for (int i = 0; i < 20001; ++i)
      txn.execute_later("insert into x_exchange_document (id, source, feed, cursor_text, doc_key, doc_version, arrival, doc_type, book, unit, batch, doc_day, amount_fen, payload, digest, state, reason, rule_name,"
                        " voucher_id, voucher_no, received_ms, changed_ms) select id + ?, source, feed, ?, ?, doc_version, arrival, doc_type, book, unit, 'B2', doc_day, amount_fen, payload, digest, 'posted', reason,"
                        " rule_name, 0, voucher_no, received_ms, changed_ms from x_exchange_document where source = 'demo' and doc_key = 'A1' and doc_version = 1 and arrival = 0",
                        {1000 + i, "many" + std::to_string(i), "M" + std::to_string(i)});
  });
  EXPECT_THAT(home.post("/rules/" + set + "/trial", object({{"batch", "B2"}}), "viewer1"), HasSubstr("exchange.run"));
  EXPECT_THAT(home.post("/rules/" + set + "/trial", object({{"batch", "B2"}}), "maker1"), HasSubstr("已排队"));
  EXPECT_THAT(home.get("/rules/" + set), Not(HasSubstr("\"row\":\"trial\"")));
  service::JobRunner(home.deployment()).run_due();
  EXPECT_THAT(home.get("/rules/" + set), HasSubstr(R"(batch=B2: 20001 张, 有变 20001, 新挂起 0","by":"maker1")"));
}

// Killed anywhere on its way and run again, a change arrives once, whole.
TEST(RuleVersions, ALifecycleThatIsKilledAnywhereGoesOnFromWhereItWas) {
  RuleHome home;
  home.job("exchange pull");
  const std::string text = home.moved();
  const auto whole = [&] {
    home.draft(text);  // refused once it is submitted
    std::string set;
    home.deployment().database().read([&](store::Txn& txn) { set = std::to_string(txn.integer("select id from x_exchange_rule_set", {}).value_or(0)); });
    home.told("mapping example", {{"set", set}, {"name", "住院报销"}, {"document", "demo/A1#1"}, {"expected", home.expected("50010103", "100.00")}});
    home.told("mapping trial", {{"set", set}, {"batch", "B1"}});
    home.told("mapping submit", {{"set", set}, {"from", "2023-07-01"}});
    home.told("mapping approve", {{"set", set}}, "chief1");
  };
  home.close();
  int killed = 0;
  for (int attempt = 0; attempt < 6; ++attempt) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      whole();
      _exit(0);
    }
    usleep(static_cast<useconds_t>(30000 + 23000 * attempt));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    killed += WIFSIGNALED(status);
  }
  whole();
  EXPECT_GT(killed, 0);
  home.individual("B2", "2.00", "20230701");
  home.job("exchange pull");
  EXPECT_EQ(home.debits("B2"), "50010103");
  EXPECT_THAT(home.told("mapping verify", {}, "chief1"), HasSubstr("\"exit\":0"));
  home.deployment().database().read([&](store::Txn& txn) {
    EXPECT_EQ(txn.integer("select count(*) from audit_entry where action = 'exchange.mapping.approve'", {}), 1);
    EXPECT_EQ(txn.integer("select count(*) from audit_entry where action = 'exchange.mapping.submit'", {}), 1);
    EXPECT_EQ(txn.integer("select count(*) from x_exchange_rule_set", {}), 1);
    EXPECT_EQ(txn.integer("select count(*) from workflow_instance where subject_kind = 'mapping-rules'", {}), 1);
  });
}

// The log says in which order things happened: what was taken in before the approval follows the old version, and nothing after it.
TEST(RuleVersions, APullUnderWayDoesNotBookByRulesThatHaveEnded) {
  RuleHome home(1);
  home.job("exchange pull");
  const std::string set = home.prepared(home.moved());
  home.told("mapping submit", {{"set", set}, {"from", "2023-06-01"}});
  for (int i = 0; i < 150; ++i) home.individual("R" + std::to_string(i), "1.00");
  std::thread approver([&] {
    for (int i = 0; i < 200 && home.document("R20").empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_THAT(home.post("/rules/" + set + "/approve", "{}", "chief1"), HasSubstr("\"state\":\"approved\""));
  });
  int refused = 0;
  while (home.document("R149").empty() && refused < 5) {
    const std::string answer = home.told("exchange pull", {});
    if (answer.find("refused") == std::string::npos) continue;
    ++refused;
    EXPECT_THAT(answer, HasSubstr("[mapping.rules-changed]"));
  }
  approver.join();
  int old = 0, now = 0;
  home.deployment().database().read([&](store::Txn& txn) {
    bool approved = false;
    txn.query("select action, body from audit_entry where chain = '990000' order by seq", {}, [&](const store::Row& row) {
      const std::string action(row.text(0)), body(row.text(1));
      if (action == "exchange.mapping.approve") approved = true;
      if (action != "exchange.document.drafted" || body.find("\"key\":\"R") == std::string::npos) return;
      const bool by_new = body.find("employee 2026.2") != std::string::npos;
      ++(by_new ? now : old);
      EXPECT_EQ(by_new, approved) << body;
    });
  });
  EXPECT_EQ(old + now, 150);
  EXPECT_GT(old, 0);
  EXPECT_GT(now, 0);
}

}  // namespace
}  // namespace mif::exchange
