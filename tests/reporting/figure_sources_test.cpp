// SPDX-License-Identifier: Apache-2.0
// Figures of other modules in a real deployment: a budget that was approved, indicators that were loaded, statements that were
// proved reach a cell with where they are from; what nobody has stays blank and is told.
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernel/service/deployment.h"
#include "kernel/service/job_runner.h"
#include "mif/json.hpp"

namespace mif {
namespace {
namespace fs = std::filesystem;
using Params = std::vector<std::pair<std::string, std::string>>;
using Object = Poco::JSON::Object::Ptr;

constexpr const char* kBook = "990000-310";
constexpr const char* kAccount = "9900001004001";
constexpr const char* kTable = R"info(table { code FIG title "取数" scheme 310 }
rows { 1 甲 2 乙 3 丙 4 丁 5 戊 6 己 7 庚 8 辛 9 壬 }
cols { 1 数 }
formulas {
  f { at "[1,1]" expr "预算(拨款, 年初)" }
  f { at "[2,1]" expr "YS(拨款)" }
  f { at "[3,1]" expr "业务(\"参保人数\")" }
  f { at "[4,1]" expr "银行余额(\"9900001004001\")" }
  f { at "[5,1]" expr "YH(\"9900001004001\", \"2023-06-10\")" }
  f { at "[6,1]" expr "对方借('5001', '1004')" }
  f { at "[7,1]" expr "业务(\"单据张数\")" }
  f { at "[8,1]" expr "业务(\"没有的指标\")" }
  f { at "[9,1]" expr "[8,1]+1" }
}
checks {
  c { id F1 level 基本性 expr "[1,1] <= [2,1]" }
  c { id F2 level 核实性 expr "[8,1] = [3,1]" }
}
)info";

class FigureSources : public ::testing::Test {
 protected:
  void SetUp() override {
    home_ = fs::temp_directory_path() / ("mif-figures-" + std::to_string(::getpid()));
    fs::remove_all(home_);
    fs::create_directories(home_ / "templates");
    const fs::path source = MIF_SOURCE_DIR;
    fs::copy(source / "config/demo-province", home_ / "config", fs::copy_options::recursive);
    fs::copy(source / "templates/report", home_ / "templates/report", fs::copy_options::recursive);
    edit("config/roles.info", "title \"制单\"", "\n  permission fund.budget");
    edit("templates/report/nhsa/2023-month/package.info", "tables {", "\n  FIG \"取数\"");
    std::ofstream(home_ / "templates/report/nhsa/2023-month/FIG.info") << kTable;
    std::ofstream(home_ / "mif.info") << "name \"试验省\"\nmode development\nclock { business-day 2023-12-31 }\nplugin {\n  treasury { flow voucher-payment\n    account " << kAccount
                                      << " { book 990000-310 ledger-account 1004 } }\n  exchange { maker maker1 }\n  funds { }\n}\n";
    deployment_ = service::Deployment::open(home_.string(), false);
    auto& d = *deployment_;
    const Who who{"system", "test", ""};
    d.database().write([&](store::Txn& txn) {
      for (const auto& unit : identity::read_units_info(d.path("config/units.info"))) d.identity().put_unit(txn, who, unit);
      for (const auto& person : identity::read_people_info(d.path("config/people.info"))) d.identity().put_person(txn, who, person);
      d.charts().apply_folder(txn, who, "employee", d.path("config/chart"));
      ledger::Book book;
      book.code = kBook;
      book.unit = "990000";
      book.scheme = "310";
      book.chart = "employee";
      book.name = kBook;
      book.start = {2023, 6};
      d.ledger().create_book(txn, who, book);
    });
    for (const char* id : {"reporting", "report-nhsa", "report-mof", "funds", "treasury", "exchange"}) d.plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin");
    deployment_.reset();
    deployment_ = service::Deployment::open(home_.string(), true);
    for (const auto& p : deployment_->plugins().list()) ASSERT_EQ(p.status, plugin::Status::active) << p.manifest.id << ": " << p.reason;
    jobs_ = std::make_unique<service::JobRunner>(*deployment_);
  }
  void TearDown() override {
    jobs_.reset();
    deployment_.reset();
    fs::remove_all(home_);
  }
  void edit(const std::string& file, const std::string& mark, const std::string& more) {
    std::ostringstream text;
    text << std::ifstream(home_ / file).rdbuf();
    std::string all = text.str();
    const auto at = all.find(mark);
    ASSERT_NE(at, std::string::npos) << file << " " << mark;
    all.insert(at + mark.size(), more);
    std::ofstream(home_ / file) << all;
  }
  Object run(const std::string& job, const Params& params, const std::string& login = "maker1") {
    identity::Caller caller;
    deployment_->database().read([&](store::Txn& txn) { caller = deployment_->identity().caller(txn, login); });
    JsonWriter json;
    json.begin_object();
    for (const auto& [name, value] : params) json.field(name, value);
    return Poco::JSON::Parser().parse(jobs_->run(job, json.end_object().take(), {login, "test", ""}, &caller)).extract<Object>();
  }
  std::string refusal(const std::string& job, const Params& params, const std::string& login = "maker1") {
    try {
      run(job, params, login);
      return "done";
    } catch (const Error& e) {
      return e.what();
    }
  }
  void budget(const std::string& amount) {
    run("fund budget", {{"action", "set"}, {"book", kBook}, {"item", "拨款"}, {"year", "2023"}, {"amount", amount}, {"reason", "预算"}});
    run("fund budget", {{"action", "approve"}, {"book", kBook}, {"item", "拨款"}, {"year", "2023"}}, "chief1");
  }
  Object load(const std::string& text) {
    std::ofstream(home_ / "indicators.csv") << text;
    return run("indicator load", {{"file", (home_ / "indicators.csv").string()}});
  }
  std::string refused_file(const std::string& text) {
    std::ofstream(home_ / "bad.csv") << text;
    return refusal("indicator load", {{"file", (home_ / "bad.csv").string()}});
  }
  std::map<std::string, std::string> compute() {
    run("report compute", {{"unit", "990000"}, {"period", "2023-06"}, {"package", "nhsa-2023-month"}});
    std::map<std::string, std::string> cells;
    deployment_->database().read([&](store::Txn& txn) {
      txn.query("select row_code, amount_text, source from x_reporting_cell where table_code = 'FIG'", {}, [&](const store::Row& r) {
        cells[std::string(r.text(0))] = std::string(r.text(1));
        cells["source " + std::string(r.text(0))] = std::string(r.text(2));
      });
    });
    return cells;
  }
  std::map<std::string, std::string> checks() {
    std::map<std::string, std::string> states;
    const auto items = run("report check", {{"unit", "990000"}, {"period", "2023-06"}, {"package", "nhsa-2023-month"}, {"all", "yes"}})->getArray("items");
    for (unsigned i = 0; i < items->size(); ++i) {
      const auto c = items->getObject(i);
      states[c->getValue<std::string>("id") + (c->getValue<std::string>("id") == "LINT" ? " " + c->getValue<std::string>("message") : "")] = c->getValue<std::string>("state") + " " + c->optValue<std::string>("reason", "");
    }
    return states;
  }
  fs::path home_;
  std::unique_ptr<service::Deployment> deployment_;
  std::unique_ptr<service::JobRunner> jobs_;
};

TEST_F(FigureSources, ReachCellsWithTheirOriginAndAreMissedAloud) {
  auto cells = compute();
  for (const char* row : {"1", "2", "3", "4", "5", "8", "9"}) EXPECT_EQ(cells[row], "") << row;
  EXPECT_EQ(cells["7"], "0");
  std::string told;
  for (const auto& [what, state] : checks())
    if (what.rfind("LINT", 0) == 0) told += what + "\n";
  for (const char* function : {"预算(\"拨款\")", "业务(\"参保人数\")", "银行余额(\"9900001004001\")", "业务(\"没有的指标\")"}) EXPECT_NE(told.find(function), std::string::npos) << function << " in\n" << told;
  EXPECT_EQ(checks()["F1"].substr(0, 11), "unevaluated");

  budget("1000.00");
  budget("3000.00");
  EXPECT_NE(load("单位,险种,指标,期间,值\n990000,310,参保人数,2023-06,1234\n990000,310,住院率,2023-06,0.1525\n")->getValue<std::string>("summary").find("新写 2 个"), std::string::npos);
  deployment_->database().write([&](store::Txn& txn) {
    txn.execute("insert into x_treasury_statement (id, account, ord, day_from, day_to, opening_fen, closing_fen, lines, state, reason, evidence, imported_by, imported_ms) "
                "values (1, ?, 1, 20230601, 20230630, 10000, 4500, 2, 'proved', '', '', 't', 1)", {std::string(kAccount)});
    for (const auto& [id, day, fen] : {std::tuple{1, 20230610, -4000}, {2, 20230611, -1500}})
      txn.execute("insert into x_treasury_line (id, statement_id, account, line_key, ord, day, fen, balance_fen, bank_ref, client_ref, counter_account, counter_name, text) values (?, 1, ?, ?, ?, ?, ?, 0, '', '', '', '', '')",
                  {id, std::string(kAccount), std::to_string(id), id, day, fen});
  });
  ledger::Draft draft;
  draft.day = Day(2023, 6, 5);
  draft.book = kBook;
  draft.word = "付";
  draft.source_plugin = "test";
  draft.source_key = "test/1";
  draft.summary = "试账";
  draft.maker = "maker1";
  draft.flow = "voucher-receipt";
  draft.lines = {{MIF_DEBIT, Fen(700), "50010101", "insutype=310;mode=1", "试账"}, {MIF_CREDIT, Fen(500), "1004", "bank_account=9900001004001", "试账"}, {MIF_CREDIT, Fen(200), "1003", "bank_account=9900001003001", "试账"}};
  deployment_->database().write([&](store::Txn& txn) { (void)deployment_->ledger().import_posted(txn, {"maker1", "test", ""}, {&draft, 1}, "reviewer1"); });

  cells = compute();
  EXPECT_EQ(cells["1"], "1000.00");
  EXPECT_EQ(cells["2"], "3000.00");
  EXPECT_NE(cells["source 2"].find("第 2 版，chief1 批准"), std::string::npos) << cells["source 2"];
  EXPECT_EQ(cells["3"], "1234");
  EXPECT_NE(cells["source 3"].find("业务指标 参保人数"), std::string::npos);
  EXPECT_EQ(cells["4"], "45.00");
  EXPECT_EQ(cells["5"], "60.00");
  EXPECT_EQ(cells["6"], "5.00");
  EXPECT_EQ(cells["8"], "");
  EXPECT_EQ(cells["9"], "") << "what needs an unknown figure is unknown";
  const auto states = checks();
  EXPECT_EQ(states.at("F1"), "pass ");
  EXPECT_NE(states.at("F2").find("unevaluated 业务(\"没有的指标\")"), std::string::npos) << states.at("F2");
  // The lines under the opposite-side cell, and everything against the posted lines.
  EXPECT_EQ(run("report drill", {{"table", "FIG"}, {"row", "6"}, {"col", "1"}, {"unit", "990000"}, {"period", "2023-06"}})->getValue<int>("exit"), 0);
  EXPECT_EQ(run("report verify", {}, "chief1")->getValue<int>("exit"), 0);
}

TEST_F(FigureSources, IndicatorsAreVersionsAndABadFileChangesNothing) {
  (void)load("unit,scheme,indicator,period,value\n990000,310,参保人数,2023-06,1234\n");
  EXPECT_NE(load("unit,scheme,indicator,period,value\n990000,310,参保人数,2023-06,1234\n")->getValue<std::string>("summary").find("新写 0 个"), std::string::npos);
  (void)load("unit,scheme,indicator,period,value\n990000,310,参保人数,2023-06,1300\n");
  EXPECT_EQ(compute()["3"], "1300");
  const auto list = run("indicator list", {{"name", "参保人数"}})->getArray("items");
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ(list->getObject(0)->getValue<std::string>("value"), "1234");
  const std::string head = "unit,scheme,indicator,period,value\n990000,310,新指标,2023-06,1\n";
  EXPECT_NE(refused_file(head + "990000,310,参保人数,2023-13-1,1\n").find("bad.csv:3: "), std::string::npos);
  EXPECT_NE(refused_file(head + "990000,310,参保人数,2023-06,1.2.3\n").find("indicator.value"), std::string::npos);
  EXPECT_NE(refused_file(head + "990000,310,新指标,2023-06,2\n").find("indicator.twice"), std::string::npos);
  EXPECT_NE(refused_file(head + "123456,310,参保人数,2023-06,2\n").find("indicator.unit-unknown"), std::string::npos);
  EXPECT_NE(refused_file("a,b\n").find("bad.csv:1: "), std::string::npos);
  EXPECT_NE(refused_file(head + "990000,310,\"x\",2023-06,2\n").find("indicator.quote"), std::string::npos);
  EXPECT_NE(refusal("indicator load", {{"file", (home_ / "indicators.csv").string()}}, "viewer1").find("identity.no-permission"), std::string::npos);
  EXPECT_EQ(run("indicator list", {{"name", "新指标"}})->getArray("items")->size(), 0u) << "nothing of a refused file stays";
  // Taken back: the version says so, and the figure is none.
  (void)load("unit,scheme,indicator,period,value\n990000,310,参保人数,2023-06,\n");
  EXPECT_EQ(compute()["3"], "");
}

}  // namespace
}  // namespace mif
