// SPDX-License-Identifier: Apache-2.0
// The host services as a plugin meets them, on a real deployment.
#include "home.h"
#include "kernel/base/text.h"

namespace mif::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Services : public testing::Test {
 protected:
  static Home& home() {
    static Home* one = new Home({"probe", "throws", "unbalanced", "foreign-table"});
    return *one;
  }
  static void TearDownTestSuite() { delete &home(); }

  std::unique_ptr<service::Deployment> d_ = home().open();
  identity::Caller maker_ = caller_of(*d_, "maker1"), reviewer_ = caller_of(*d_, "reviewer1"), county_ = caller_of(*d_, "county1");

  std::string ask(const std::string& name, const std::string& params = "", const identity::Caller* caller = nullptr, const std::string& plugin = "probe") {
    const mif_job* job = nullptr;
    for (const auto& p : d_->plugins().providers(MIF_JOB_ID))
      if (p.plugin == plugin) job = static_cast<const mif_job*>(p.extension);
    if (!job) throw Error(MIF_E_NOT_FOUND, plugin + ": " + info_of(d_->plugins(), plugin).reason);
    TextSink result;
    const Who who{caller ? caller->login : "system", "test", "t-1"};
    d_->plugins().call(plugin, name, who, caller, 0, [&](mif_call* call) { return job->run(job->self, call, s(name), s(params), nullptr, result.get()); });
    return result.text();
  }
  Refusal refused(const std::string& name, const std::string& params = "", const identity::Caller* caller = nullptr, const std::string& plugin = "probe") {
    return refusal_of([&] { ask(name, params, caller, plugin); });
  }
};

TEST_F(Services, StoreKeepsBigAmountsAndHanziInThePluginsOwnTable) {
  EXPECT_EQ(ask("note", "一"), "noted");
  EXPECT_THAT(ask("notes"), HasSubstr("一=90071992547409.93;"));
}

TEST_F(Services, StoreRollsBackWhatAFailedCallWrote) {
  EXPECT_EQ(refused("throw after note").message, "changed my mind");
  EXPECT_THAT(ask("notes"), Not(HasSubstr("lost")));
}

TEST_F(Services, StoreGivesACallOneTransactionAndFlagsIt) {
  EXPECT_EQ(refused("two transactions").code, MIF_E_CONFLICT);
  EXPECT_EQ(ask("flags"), "01");
}

TEST_F(Services, StoreRefusesTheKernelsTables) {
  const auto refusal = refused("misbehave", "delete from voucher", nullptr, "foreign-table");
  EXPECT_EQ(refusal.code, MIF_E_DENIED);
  EXPECT_THAT(refusal.message, HasSubstr("x_foreign_*, 见到 (found) \"voucher\""));
  EXPECT_EQ(refused("sql", "select count(*) from x_foreign_secret").code, MIF_E_DENIED);
}

TEST_F(Services, ATransactionLeftOpenByACallIsRolledBackAndCountedAgainstThePlugin) {
  ask("note", "before");
  const auto refusal = refused("misbehave", "delete from x_foreign_nothing", nullptr, "foreign-table");
  EXPECT_NE(refusal.code, MIF_OK);
  EXPECT_EQ(ask("note", "after"), "noted");  // the writer's place is free again
}

TEST_F(Services, LedgerRefusesAnUnbalancedVoucher) {
  const auto refusal = refused("misbehave", "", &maker_, "unbalanced");
  EXPECT_EQ(refusal.code, MIF_E_INVALID);
  EXPECT_THAT(refusal.message, HasSubstr("0.01"));
  EXPECT_EQ(rule_of(refusal.message), "voucher.unbalanced");  // it went to the plugin and came back
}

TEST_F(Services, LedgerTakesADraftOnceAndNeverPostsIt) {
  const std::string id = ask("propose", "demo/A#1", &maker_);
  EXPECT_EQ(ask("propose", "demo/A#1", &maker_), id);
  d_->database().read([&](store::Txn& txn) {
    const auto v = d_->ledger().voucher(txn, std::stoll(id));
    EXPECT_EQ(v.state, ledger::State::submitted);
    EXPECT_EQ(v.maker, "maker1");
    EXPECT_EQ(v.source_plugin, "probe");
    EXPECT_NE(v.workflow_instance, 0);
  });
  EXPECT_EQ(ask("voucher", id, &maker_), "maker1 123.45 2 债券投资");
}

TEST_F(Services, ScheduledWorkProposesInThePluginsNameOrInThatOfAMaker) {
  EXPECT_THAT(ask("voucher", ask("propose", "demo/B#1")), HasSubstr("plugin:probe "));
  EXPECT_THAT(ask("voucher", ask("propose", "demo/B#2|maker1")), HasSubstr("maker1 "));
  EXPECT_EQ(refused("propose", "demo/B#3|reviewer1").code, MIF_E_DENIED);
  EXPECT_EQ(refused("propose", "demo/B#4|nobody").code, MIF_E_DENIED);
}

TEST_F(Services, APluginCannotReviewAVoucherInSomebodysName) {
  const std::string id = ask("propose", "demo/C#1", &maker_);
  for (const identity::Caller* caller : {&maker_, &reviewer_, static_cast<identity::Caller*>(nullptr)}) EXPECT_EQ(refused("decide", id, caller).code, MIF_E_DENIED);
  const auto state = [&] {
    ledger::State now{};
    d_->database().read([&](store::Txn& txn) { now = d_->ledger().voucher(txn, std::stoll(id)).state; });
    return now;
  };
  EXPECT_EQ(state(), ledger::State::submitted);
  d_->database().write([&](store::Txn& txn) { d_->decide(txn, {"reviewer1", "web", ""}, reviewer_, std::stoll(id), "review", true, "同意"); });
  EXPECT_EQ(state(), ledger::State::posted);
  EXPECT_EQ(refused("withdraw", id, &maker_).code, MIF_E_CONFLICT);
}

TEST_F(Services, APluginCannotStartAVouchersFlowByItself) { EXPECT_EQ(refused("start voucher flow", "1", &maker_).code, MIF_E_DENIED); }

TEST_F(Services, AnotherUnitsBooksAndVouchersAreOutOfSight) {
  const std::string id = ask("propose", "demo/D#1", &maker_);
  EXPECT_THAT(ask("books", "", &maker_), HasSubstr("990000-310 示例省 2023-06;"));
  EXPECT_EQ(ask("books", "", &county_), "");
  EXPECT_EQ(refused("voucher", id, &county_).code, MIF_E_NOT_FOUND);
  EXPECT_EQ(refused("balances", "990000-310", &county_).code, MIF_E_NOT_FOUND);
  EXPECT_EQ(refused("propose", "demo/D#2", &county_).code, MIF_E_NOT_FOUND);
  EXPECT_EQ(ask("vouchers", "", &county_), "0");
  EXPECT_THAT(ask("books"), HasSubstr("990000-310"));
}

TEST_F(Services, ConfigShowsItsOwnNodeAndFilesButNoKeys) {
  EXPECT_EQ(ask("own"), "red");
  EXPECT_EQ(ask("info", "templates/hello.info"), "greeting");
  for (const char* closed : {"secrets/bank-password", "./secrets/bank-password", "templates/../mif.info", "mif.info", "data/mif.db", "keys/x", "/etc/passwd", "../x", "."})
    EXPECT_EQ(refused("bytes", closed).code, MIF_E_DENIED) << closed;
}

TEST_F(Services, ASecretIsGivenOutAndRecorded) {
  EXPECT_EQ(ask("secret", "bank-password", &maker_), "swordfish");
  int found = 0;
  d_->database().read([&](store::Txn& txn) {
    audit::entries(txn, "system", 0, 100000, [&](const audit::Entry& e) {
      if (e.action == "secret.read" && e.object == "secret:bank-password" && e.actor == "maker1" && e.origin == "probe") ++found;
    });
  });
  EXPECT_EQ(found, 1);
  EXPECT_EQ(refused("secret", "../mif.info").code, MIF_E_INVALID);
  EXPECT_EQ(refused("secret in txn", "bank-password").code, MIF_E_INVALID);
}

TEST_F(Services, IdentityAnswersForTheCaller) {
  EXPECT_THAT(ask("whoami", "", &county_), HasSubstr(R"("login":"county1")"));
  EXPECT_EQ(ask("require", "voucher.propose", &maker_), "allowed");
  EXPECT_EQ(refused("require", "voucher.review", &maker_).code, MIF_E_DENIED);
  EXPECT_EQ(ask("require", "voucher.review"), "allowed");  // its own scheduled work
  EXPECT_EQ(ask("day"), "2023-12-31");
}

TEST_F(Services, AuditEntriesSayWhoseTheyAre) {
  EXPECT_EQ(ask("audit", R"({"a":1})", &maker_), "appended");
  EXPECT_EQ(refused("audit", R"({"a":1)", &maker_).code, MIF_E_INVALID);
  EXPECT_EQ(refused("audit", "{}", &county_).code, MIF_E_DENIED);
  bool found = false;
  d_->database().read([&](store::Txn& txn) {
    audit::entries(txn, "990000", 0, 100000, [&](const audit::Entry& e) {
      found = found || (e.action == "probe.voucher.post" && e.object == "probe/voucher:1" && e.actor == "maker1" && e.trace == "t-1");
    });
  });
  EXPECT_TRUE(found);
}

TEST_F(Services, ATableIsPrintedAsPagesAndExportedFromTheSameRows) {
  const std::string document = R"({"title":"银行存款余额调节表","left":"核算单位：示例省","columns":[{"title":"项目","width":30},{"title":"金额","kind":"money"}],)"
                               R"("rows":[{"cells":["银行对账单余额","1000.50"]},{"kind":"total","cells":["=调节后余额","-0.05"]}],"signatures":["复核："]})";
  EXPECT_EQ(ask("print", document).substr(0, 5), "%PDF-");
  EXPECT_EQ(ask("export", document), "\xEF\xBB\xBF项目,金额\r\n银行对账单余额,1000.50\r\n'=调节后余额,-0.05\r\n");
  EXPECT_EQ(ask("print notes", document), "");
  EXPECT_THAT(ask("print notes", R"({"title":"𠮷","columns":[{"title":"a"}],"rows":[]})"), HasSubstr("U+20BB7"));
}

TEST_F(Services, SeveralTablesGoIntoOneFile) {
  const std::string table = R"({"title":"表","columns":[{"title":"项目"},{"title":"数","kind":"figure","group":"组"}],"rows":[{"cells":["甲","27,362"]}],"remark":"说明"})";
  EXPECT_EQ(ask("print", R"({"title":"全套","tables":[)" + table + "," + table + "]}").substr(0, 5), "%PDF-");
  EXPECT_EQ(ask("export", R"({"title":"全套","tables":[)" + table + "," + table + "]}"), "\xEF\xBB\xBF项目,组 数\r\n甲,\"27,362\"\r\n甲,\"27,362\"\r\n");
  EXPECT_THAT(refused("print", R"({"title":"全套","tables":[)" + table + R"(,{"title":"a","columns":[{"title":"b"}],"rows":[{"cells":[]}]}]})").message, HasSubstr("tables[1].rows[0].cells"));
  EXPECT_THAT(refused("print", R"({"title":"全套","columns":[],"tables":[]})").message, HasSubstr("columns"));
}

TEST_F(Services, AWrongTableDocumentIsRefusedWhereItIsWrong) {
  const auto what = [&](const std::string& document) { return refused("print", document).message; };
  EXPECT_THAT(what("nonsense"), HasSubstr("JSON"));
  EXPECT_THAT(what(R"({"title":"a","columns":[{"title":"b","kind":"money"}],"rows":[{"cells":["1.234"]}]})"), HasSubstr("rows[0].cells[0]"));
  EXPECT_THAT(what(R"({"title":"a","columns":[{"title":"b"}],"rows":[{"cells":["1","2"]}]})"), HasSubstr("rows[0].cells"));
  EXPECT_THAT(what(R"({"title":"a","colums":[]})"), HasSubstr("colums"));
  EXPECT_THAT(what(R"({"title":"a","form":"../x","columns":[{"title":"b"}],"rows":[]})"), HasSubstr("版式"));
}

TEST_F(Services, ObjectsComeBackAsTheyWereAndLogLinesAreJson) {
  EXPECT_EQ(ask("object", "内容"), "内容");
  ask("log", R"({"n":1})");
  ask("log", "not json");
  const std::string log = read_file((home().folder() / "log/mif.log").string());
  EXPECT_THAT(log, HasSubstr(R"("plugin":"probe","event":"probe.said","fields":{"n":1}})"));
  EXPECT_THAT(log, HasSubstr(R"("fields":{"text":"not json"}})"));
}

TEST_F(Services, ACalleesStrikeIsNotTheCallers) {
  for (int i = 0; i < 3; ++i) EXPECT_THAT(refused("invoke").message, HasSubstr("thrown across the boundary"));
  EXPECT_EQ(info_of(d_->plugins(), "throws").status, plugin::Status::quarantined);
  EXPECT_EQ(info_of(d_->plugins(), "probe").status, plugin::Status::active);
  EXPECT_EQ(ask("invoke"), "invoked");  // no provider left
  d_->plugins().lift_quarantine("throws");
}

}  // namespace
}  // namespace mif::test
