// SPDX-License-Identifier: Apache-2.0
// A quarter of the documents is dirty, each kind of dirt equally often; what is measured is exactly that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "home.h"
#include "on_each_database.h"

namespace mif::exchange {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using exchange::testing::Home;

constexpr const char* kRules = R"(
quality { name test  version 1 }
personal "payee_name payee_account"
list payer { F1 "财政局" }
rule readable { kind readable  severity hold  say "读不出"  do "重送" }
rule day { kind day  severity hold  say "日期不对"  do "改日期" }
rule required { kind required  fields "@standard"  severity note  say "缺项"  do "补齐" }
rule code { kind code  fields "@standard"  severity note  say "代码不对"  do "改代码" }
rule sum { kind sum  fields "@standard"  severity note  say "分项不等"  do "核对" }
rule pattern { kind pattern  fields bank_account  pattern "99000010#####"  severity hold  say "账号不对"  do "改账号" }
rule length { kind length  fields "remark payee_name"  max 10  severity note  say "太长"  do "缩短" }
rule range { kind range  fields amount  from "0.01"  to "1000000.00"  severity reject  say "金额过大"  do "核对金额" }
rule reference { kind reference  fields payer  list payer  severity hold  say "没有此付款方"  do "核对" }
rule future { kind future  severity hold  say "日期在将来"  do "核对日期" }
rule old { kind old  days 300  types subsidy  severity reject  say "过于久远"  do "走期初" }
rule late { kind late  days 100  types individual-reimbursement  severity note  say "迟到"  do "按时送" }
rule period { kind period  fields period  severity note  say "期间不符"  do "核对" }
rule duplicate { kind duplicate  fields "*"  without "batch remark"  severity hold  say "内容重复"  do "撤回一张" }
)";
const std::vector<std::string> kKinds = {"readable", "day", "required", "code", "sum", "pattern", "length", "range", "reference", "future", "old", "late", "period", "duplicate"};

class Sender {
 public:
  explicit Sender(Home& home) : home_(home) {
    std::ofstream(home.path("templates/quality.info")) << kRules;
    home.replace_in("mif.info", "maker maker1", "maker maker1  quality \"templates/quality.info\"");
  }
  // `n` makes the amount; the same n twice is the same content.
  void subsidy(int n, const std::string& kind, const std::string& key) {
    std::string account = "9900001003001", period = "2023-12", day = "20231212", code = "1", payer = "F1", remark = "", amount = std::to_string(n + 1) + ".07", province;
    if (kind == "day") day = "20231131";
    if (kind == "required") account = "";
    if (kind == "code") code = "9";
    if (kind == "pattern") account = "9900001003O01";
    if (kind == "length") remark = "一二三四五六七八九十一";
    if (kind == "range") amount = std::to_string(2000000 + n) + ".00";
    if (kind == "reference") payer = "F2";
    if (kind == "future") day = "20240105", period = "2024-01";
    if (kind == "old") day = "20230105", period = "2023-01";
    if (kind == "period") period = "2023-11";
    province = kind == "sum" ? std::to_string(n + 1) + ".08" : amount;
    const std::string payload = kind == "readable" ? "{\"n\":" + std::to_string(n) + "}"
                                                   : "{\"book\":\"990000-310\",\"batch\":\"B" + key + "\",\"period\":\"" + period + "\",\"bank_account\":\"" + account + "\",\"subsidy_kind\":\"" + code +
                                                         "\",\"payer\":\"" + payer + "\",\"remark\":\"" + remark + "\",\"province\":\"" + province + "\",\"amount\":\"" + amount + "\"}";
    row(key, "subsidy", day, payload);
  }
  void individual(int n, const std::string& day, const std::string& period, const std::string& key) {
    const std::string amount = std::to_string(n + 1) + ".11";
    row(key, "individual-reimbursement", day,
        "{\"book\":\"990000-310\",\"batch\":\"B1\",\"period\":\"" + period + "\",\"mode\":\"1\",\"insutype\":\"310\",\"bank_account\":\"9900001004001\",\"payee_account\":\"6222021234567890\",\"payee_name\":\"张小三\"," +
            "\"payee_bank_no\":\"900\",\"inpatient\":\"" + amount + "\",\"amount\":\"" + amount + "\"}");
  }
  void row(const std::string& key, const std::string& type, const std::string& day, const std::string& payload) {
    sql_ += "insert into ex_document (feed, seq, doc_no, version, doc_type, doc_day, payload) values ('main', " + std::to_string(++seq_) + ", '" + key + "', 1, '" + type + "', " + day + ", '" + payload + "');";
  }
  void send() {
    home_.sql("begin;" + sql_ + "commit;");
    sql_.clear();
  }
  // `each` documents of every kind of dirt, three times as many clean ones between them.
  void quarter(int each) {
    int n = 0;
    for (int i = 0; i < each; ++i)
      for (const auto& kind : kKinds) {
        for (int clean = 0; clean < 3; ++clean, ++n) n % 5 ? subsidy(n, "", "C" + std::to_string(n)) : individual(n, "20231212", "2023-12", "C" + std::to_string(n));
        const std::string key = "D" + kind + std::to_string(i);
        if (kind == "late") individual(n, "20230805", "2023-08", key);
        else if (kind == "duplicate") subsidy(n - 2 + ((n - 2) % 5 == 0), "", key);  // as a clean one of just before
        else subsidy(n + 100000, kind, key);
      }
    send();
  }

 private:
  Home& home_;
  std::string sql_;
  int seq_ = 0;
};

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class QualityOn : public exchange::testing::OnDatabase {};

TEST_P(QualityOn, AQuarterOfDirtMeasuresAQuarterAndEveryKindIsCountedUnderItsRule) {
  Home home(37);
  Sender sender(home);
  sender.quarter(4);
  EXPECT_TRUE(home.job("exchange pull").has("\"received\":224"));
  const auto rate = home.job("exchange quality");
  EXPECT_THAT(rate.text, AllOf(HasSubstr("\"documents\":224,\"dirty\":56,\"rate\":\"25.0 %\",\"exit\":0"), HasSubstr("问题数据率 25.0 %")));
  const auto by_rule = home.job("exchange quality", "{\"by\":\"rule\"}");
  for (const auto& kind : kKinds) EXPECT_THAT(by_rule.text, ::testing::ContainsRegex("\"rule\":\"" + kind + "\",\"documents\":[0-9]+,\"dirty\":4,\"findings\":4,")) << by_rule.text;
  // held and rejected as the rules say; the others go their way
  EXPECT_EQ(home.document("Dpattern0"), "held");
  EXPECT_THAT(home.reason("Dpattern0"), AllOf(HasSubstr("data quality pattern"), HasSubstr("9900001003O01"), HasSubstr("改账号")));
  EXPECT_EQ(home.document("Drange1"), "rejected");
  EXPECT_EQ(home.document("Dlength2"), "drafted");
  EXPECT_EQ(home.document("Dduplicate3"), "held");
  EXPECT_EQ(home.document("C1"), "drafted");
  EXPECT_TRUE(home.job("exchange verify").has("\"exit\":0"));

  // nothing is counted twice: not by another pull, not by trying again
  home.job("exchange pull");
  home.job("exchange retry");
  EXPECT_THAT(home.job("exchange quality").text, HasSubstr("\"documents\":224,\"dirty\":56"));
}

TEST_P(QualityOn, CleanDocumentsMeasureNothing) {
  Home home(50);
  Sender sender(home);
  for (int i = 0; i < 60; ++i) sender.subsidy(i, "", "C" + std::to_string(i));
  sender.send();
  home.job("exchange pull");
  EXPECT_THAT(home.job("exchange quality").text, HasSubstr("\"documents\":60,\"dirty\":0,\"rate\":\"0.0 %\""));
}

INSTANTIATE_TEST_SUITE_P(Databases, QualityOn, ::testing::Values("sqlite", "postgresql"), exchange::testing::database_name);

TEST(Quality, TheFeedbackFileNamesEveryFindingAndHidesPersons) {
  Home home;
  Sender sender(home);
  sender.quarter(1);
  sender.individual(7000, "20230805", "2023-08", "=SUM(1)");
  sender.row("K-person", "individual-reimbursement", "20231212", "{\"book\":\"990000-310\",\"payee_name\":\"张小三张小三张小三张小\",\"bank_account\":\"6222021234567890\",\"amount\":\"1.00\",\"inpatient\":\"1.00\"}");
  sender.send();
  home.job("exchange pull");
  const auto answer = home.job("exchange feedback", "{\"source\":\"demo\",\"day\":\"2023-12-31\",\"out\":\"" + home.path("back.jsonl") + "\"}");
  EXPECT_TRUE(answer.has("\"documents\":16")) << answer.text;
  const std::string lines = read(home.path("back.jsonl"));
  EXPECT_THAT(lines, AllOf(HasSubstr("{\"doc_no\":\"Dcode0\",\"version\":1,\"type\":\"subsidy\",\"rule\":\"code\",\"severity\":\"note\",\"field\":\"subsidy_kind\",\"value\":\"9\",\"problem\":\"代码不对\",\"detail\":\"\",\"action\":\"改代码\"}\n"),
                           HasSubstr("\"doc_no\":\"Dduplicate0\""), HasSubstr("\"field\":\"payee_name\",\"value\":\"张***张小\""), Not(HasSubstr("小三"))));
  home.job("exchange feedback", "{\"source\":\"demo\",\"day\":\"2023-12-31\",\"out\":\"" + home.path("back.csv") + "\"}");
  const std::string csv = read(home.path("back.csv"));
  EXPECT_THAT(csv, AllOf(HasSubstr("\"Dcode0\",1,\"subsidy\",\"code\",\"note\",\"subsidy_kind\",\"9\",\"代码不对\",\"\",\"改代码\"\r\n"), HasSubstr("\"'=SUM(1)\",1,"), Not(HasSubstr("\n\"=SUM"))));
  EXPECT_EQ(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')), static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n')) + 1);
  EXPECT_TRUE(home.job("exchange feedback", "{\"source\":\"demo\",\"day\":\"2023-12-30\",\"out\":\"" + home.path("none.jsonl") + "\"}").has("\"findings\":0"));
  try {
    home.job("exchange feedback", "{\"source\":\"demo\",\"day\":\"2023-12-31\",\"out\":\"" + home.path("no/such/folder.csv") + "\"}");
    FAIL() << "written";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("[quality.file-unwritable]"));
  }
}

TEST(Quality, TheTrendSaysHowTheRateMovedFromDayToDay) {
  Home home;
  Sender sender(home);
  for (int i = 0; i < 4; ++i) sender.subsidy(i, i ? "" : "code", "A" + std::to_string(i));
  sender.send();
  home.job("exchange pull");
  home.replace_in("mif.info", "business-day 2023-12-31", "business-day 2024-01-02");
  home.close();
  for (int i = 0; i < 10; ++i) sender.subsidy(10 + i, i ? "" : "code", "B" + std::to_string(i));
  sender.send();
  home.job("exchange pull");
  EXPECT_THAT(home.job("exchange quality").text, AllOf(HasSubstr("\"day\":\"2023-12-31\",\"documents\":4,\"dirty\":1,\"rate\":\"25.0 %\",\"change\":\"\""),
                                                       HasSubstr("\"day\":\"2024-01-02\",\"documents\":10,\"dirty\":1,\"rate\":\"10.0 %\",\"change\":\"-15.0\""), HasSubstr("\"documents\":14,\"dirty\":2,\"rate\":\"14.3 %\"")));
  EXPECT_THAT(home.job("exchange quality", "{\"from\":\"2024-01-01\"}").text, AllOf(HasSubstr("\"documents\":10,\"dirty\":1,\"rate\":\"10.0 %\",\"exit\""), Not(HasSubstr("2023-12-31"))));
  EXPECT_THAT(home.job("exchange quality", "{\"source\":\"elsewhere\"}").text, HasSubstr("\"documents\":0,"));
}

TEST(Quality, ATransactionThatIsTakenBackIsNotCounted) {
  Home home;
  Sender sender(home);
  // a rule that passes its own checks and leaves out an item the chart demands: the ledger refuses, and the documents are taken again one by one
  home.replace_in("templates/vouchers/employee.info", "line { side debit  account 540102  amount amount  aux \"mode={mode}\" }", "line { side debit  account 540102  amount amount }");
  for (int i = 0; i < 3; ++i) sender.subsidy(i, i ? "" : "code", "A" + std::to_string(i));
  sender.row("refused", "account-clearing", "20231212",
             "{\"book\":\"990000-310\",\"period\":\"2023-12\",\"mode\":\"1\",\"bank_account\":\"9900001004001\",\"payee_account\":\"P\",\"payee_name\":\"n\",\"payee_bank_no\":\"9\",\"cleared\":\"5.00\",\"amount\":\"5.00\"}");
  sender.subsidy(7, "", "A7");
  sender.send();
  home.job("exchange pull");
  EXPECT_EQ(home.document("refused"), "held");
  EXPECT_EQ(home.document("A7"), "drafted");
  EXPECT_THAT(home.job("exchange quality").text, HasSubstr("\"documents\":5,\"dirty\":1,\"rate\":\"20.0 %\""));
  home.deployment().database().read([&](store::Txn& txn) {
    EXPECT_EQ(txn.integer("select count(*) from x_exchange_finding").value_or(0), 1);
    EXPECT_EQ(txn.integer("select count(*) from x_exchange_content").value_or(0), 5);
  });
}

TEST(Quality, ADuplicateIsOneOfALivingDocumentAcrossPulls) {
  Home home;
  Sender sender(home);
  sender.subsidy(1, "", "A");
  sender.send();
  home.job("exchange pull");
  sender.subsidy(1, "", "B");
  sender.send();
  home.job("exchange pull");
  EXPECT_EQ(home.document("B"), "held");
  EXPECT_THAT(home.reason("B"), HasSubstr("与单据 A 相同"));
  home.withdraw("A");  // takes the first back: the other may now be booked
  home.sql("update ex_withdrawal set seq = 900");
  home.job("exchange pull");
  EXPECT_EQ(home.document("A"), "cancelled");
  EXPECT_TRUE(home.job("exchange retry").has("\"drafted\":1"));
  EXPECT_EQ(home.document("B"), "drafted");
}

TEST(Quality, ABrokenRuleFileStopsThePullBeforeAnythingIsTaken) {
  Home home;
  Sender sender(home);
  sender.subsidy(1, "", "A");
  sender.send();
  home.replace_in("templates/quality.info", "kind readable", "kind legible");
  try {
    home.job("exchange pull");
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("templates/quality.info:5: "));
  }
  EXPECT_EQ(home.document("A"), "");
}

}  // namespace
}  // namespace mif::exchange
