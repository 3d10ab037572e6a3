// SPDX-License-Identifier: Apache-2.0
// The reporting plugins in a real deployment: home folder, database, signed-off vouchers, jobs and API.
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "kernel/app/mifctl/books.h"
#include "kernel/ledger/opening_file.h"
#include "kernel/service/deployment.h"
#include "mif/ext/job.h"
#include "mif/ext/web_module.h"
#include "mif/sdk.hpp"
#include "report-package/package.h"
#include "tests/support/test_database.h"

namespace mif {
namespace {
namespace fs = std::filesystem;
using Poco::JSON::Object;

Object::Ptr parsed(const std::string& text) {
  Poco::JSON::Parser parser;
  return parser.parse(text).extract<Object::Ptr>();
}

class Deployed : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = testing::TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
  }
  static void SetUpTestSuite() {
    if (!testing::TestDatabase::missing().empty()) return;
    database_ = new testing::TestDatabase;
    ::setenv("MIF_DATABASE_DSN", database_->options().dsn.c_str(), 1);
    home_ = new fs::path(fs::temp_directory_path() / ("mif-reporting-" + std::to_string(::getpid())));
    fs::remove_all(*home_);
    fs::create_directories(*home_);
    const fs::path source = MIF_SOURCE_DIR;
    fs::copy(source / "config/demo-province", *home_ / "config", fs::copy_options::recursive);
    fs::create_directories(*home_ / "templates");
    fs::copy(source / "templates/report", *home_ / "templates/report", fs::copy_options::recursive);
    fs::copy_file(source / "config/demo-province/mif.info", *home_ / "mif.info");
    deployment_ = service::Deployment::open(home_->string(), false).release();
    assemble();
    for (const char* id : {"reporting", "report-nhsa", "report-mof"})
      deployment_->plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin");
    restart();
  }
  static void TearDownTestSuite() {
    if (!database_) return;
    delete deployment_;
    delete database_;
    fs::remove_all(*home_);
    delete home_;
  }
  static void restart() {
    delete deployment_;
    deployment_ = service::Deployment::open(home_->string(), true).release();
    for (const auto& p : deployment_->plugins().list()) ASSERT_EQ(p.status, plugin::Status::active) << p.manifest.id << ": " << p.reason;
  }
  static void assemble() {
    auto& d = *deployment_;
    const Who who{"system", "test", ""};
    const auto books = app::read_books_info(d.path("config/books.info"));
    d.database().write([&](store::Txn& txn) {
      for (const auto& unit : identity::read_units_info(d.path("config/units.info"))) d.identity().put_unit(txn, who, unit);
      for (const auto& person : identity::read_people_info(d.path("config/people.info"))) d.identity().put_person(txn, who, person);
      d.identity().put_person(txn, who, {"county1", "县查阅", "990101", {"viewer"}, false});
      for (const auto& name : books.charts) d.charts().apply_folder(txn, who, name, d.path("config/chart"));
    });
    d.database().write([&](store::Txn& txn) {
      for (const auto& [book, opening] : books.books) {
        d.ledger().create_book(txn, who, book);
        if (!opening.empty()) d.ledger().set_opening(txn, who, book.code, ledger::read_opening_lines(d.path("config/" + opening)));
      }
    });
    post("990101-390", Day(2023, 1, 12), "4001", "400101", "contribution_source=1", "248870000.37", true);
    post("990101-390", Day(2023, 1, 13), "4001", "400101", "contribution_source=3", "8970000.00", true);
    post("990101-390", Day(2023, 1, 14), "4001", "400101", "contribution_source=4", "15780000.00", true);
    post("990101-390", Day(2023, 1, 15), "4101", "410101", "subsidy_kind=1", "500330000.00", true);
    post("990101-390", Day(2023, 1, 16), "4101", "410102", "subsidy_kind=2", "4080000.00", true);
    post("990101-390", Day(2023, 1, 17), "4201", "420101", "", "3761234.56", true);
    post("990101-390", Day(2023, 1, 18), "4501", "4501", "", "14740000.00", true);
    for (int i = 1; i <= 9; ++i) post("990101-390", Day(2023, 1, 19 + i), "5001", "500101", "counterparty=H" + std::to_string(i), "66205555.55", false);
    post("990101-390", Day(2023, 1, 29), "5001", "500101", "counterparty=H9", "0.05", false);
    post("990101-390", Day(2023, 1, 30), "5001", "500102", "", "111790000.00", false);
    post("990101-390", Day(2023, 1, 31), "5101", "5101", "", "72700000.00", false);
    // A red correction on the same side, and the employee book with both modes.
    post("990101-390", Day(2023, 1, 31), "4501", "4501", "", "-0.00", true);
    post("990000-310", Day(2023, 6, 3), "4001", "40010101", "mode=1", "1000.01", true);
    post("990000-310", Day(2023, 6, 3), "4001", "40010101", "mode=2", "200.00", true);
    post("990000-310", Day(2023, 6, 4), "4101", "410102", "", "77.70", true);
    post("990000-310", Day(2023, 6, 5), "5001", "50010101", "insutype=310;mode=1", "300.00", false);
    post("990000-310", Day(2023, 6, 5), "5001", "50010101", "insutype=310;mode=2", "30.00", false);
    post("990000-310", Day(2023, 6, 6), "5001", "50010104", "insutype=510;mode=1", "3.33", false);
    post("990000-310", Day(2023, 6, 7), "5001", "50010101", "insutype=310;mode=1", "-12.34", false);
    post("990000-310", Day(2023, 6, 8), "5001", "50010203", "insutype=310;mode=1", "40.00", false);
    post("990000-310", Day(2023, 6, 9), "4601", "4601", "", "5.00", true);
  }
  static void post(const std::string& book, Day day, const std::string&, const std::string& account, const std::string& aux, const std::string& amount, bool income) {
    if (amount == "-0.00") return;
    static int serial = 0;
    ledger::Draft draft;
    draft.day = day;
    draft.book = book;
    draft.word = income ? "收" : "付";
    draft.source_plugin = "test";
    draft.source_key = "test/" + std::to_string(++serial);
    draft.summary = "试账";
    draft.maker = "maker1";
    draft.flow = "voucher-receipt";
    const std::string bank = book == "990101-390" ? "bank_account=9901011003001" : "bank_account=9900001003001";
    draft.lines = {{income ? MIF_CREDIT : MIF_DEBIT, Fen::parse(amount), account, aux, "试账"},
                   {income ? MIF_DEBIT : MIF_CREDIT, Fen::parse(amount), "1003", bank, "试账"}};
    deployment_->database().write([&](store::Txn& txn) { (void)deployment_->ledger().import_posted(txn, {"maker1", "test", ""}, {&draft, 1}, "reviewer1"); });
  }
  static std::string run(const std::string& job, const std::map<std::string, std::string>& params, const std::string& login = "chief1") {
    JsonWriter json;
    json.begin_object();
    for (const auto& [name, value] : params) json.field(name, value);
    json.end_object();
    TextSink out;
    with(login, job, [&](mif_call* call) {
      const auto* ext = static_cast<const mif_job*>(deployment_->plugins().providers(MIF_JOB_ID).at(0).extension);
      return ext->run(ext->self, call, s(job), s(json.str()), nullptr, out.get());
    });
    return out.text();
  }
  static std::string get(const std::string& path, const std::string& query, const std::string& login = "chief1") {
    struct Sent {
      mif_http_response c;
      std::string body;
    } sent{sized<mif_http_response>(), ""};
    sent.c.impl = &sent;
    sent.c.send = [](mif_http_response* self, std::int32_t, mif_str, mif_str, mif_str body) { static_cast<Sent*>(self->impl)->body = str(body); };
    auto request = sized<mif_http_request>();
    request.method = s("GET");
    request.path = s(path);
    request.query = s(query);
    request.api = 1;
    with(login, "web", [&](mif_call* call) {
      for (const auto& p : deployment_->plugins().providers(MIF_WEB_MODULE_ID)) {
        const auto* ext = static_cast<const mif_web_module*>(p.extension);
        return ext->handle(ext->self, call, &request, &sent.c);
      }
      return static_cast<mif_status>(MIF_E_NOT_FOUND);
    });
    return sent.body;
  }
  static void with(const std::string& login, const std::string& what, const std::function<mif_status(mif_call*)>& body) {
    identity::Caller caller;
    deployment_->database().read([&](store::Txn& txn) { caller = deployment_->identity().caller(txn, login); });
    deployment_->plugins().call("reporting", what, {login, "test", ""}, &caller, 0, body);
  }
  static std::string cell(const std::string& table, const std::string& row, const std::string& col, const std::string& book, const std::string& period) {
    const auto items = parsed(get("/tables/" + table, "book=" + book + "&period=" + period))->getArray("cells");
    for (std::size_t i = 0; i < items->size(); ++i) {
      const auto c = items->getObject(static_cast<unsigned>(i));
      if (c->getValue<std::string>("row") == row && c->getValue<std::string>("col") == col) return c->getValue<std::string>("text");
    }
    return "no such cell";
  }
  static testing::TestDatabase* database_;
  static fs::path* home_;
  static service::Deployment* deployment_;
};
testing::TestDatabase* Deployed::database_ = nullptr;
fs::path* Deployed::home_ = nullptr;
service::Deployment* Deployed::deployment_ = nullptr;

TEST_F(Deployed, ComputesEveryTableOfTheBooksSchemeAndAgreesWithItself) {
  const auto answer = parsed(run("report compute", {{"book", "990101-390"}, {"period", "2023"}}));
  EXPECT_EQ(answer->getValue<int>("exit"), 0) << answer->getValue<std::string>("summary");
  EXPECT_EQ(answer->getArray("items")->size(), 9u);
  EXPECT_EQ(cell("MOF_07", "1", "1", "990101-390", "2023-12"), "27,362");
  EXPECT_EQ(cell("MOF_07", "2", "1", "990101-390", "2023-12"), "");
  EXPECT_EQ(cell("MOF_07", "6", "2", "990101-390", "2023-12"), "×");
  EXPECT_EQ(cell("MOF_07", "15", "2", "990101-390", "2023-12"), "36,845");
  EXPECT_EQ(cell("MOF_07", "16", "1", "990101-390", "2023-12"), "114,879");
  (void)run("report compute", {{"book", "990000-310"}, {"period", "2023-06"}});
  EXPECT_EQ(cell("NHSA_M01", "1", "18", "990000-310", "2023-06"), "290.99");
  EXPECT_EQ(cell("NHSA_M01", "3", "18", "990000-310", "2023-06"), "30.00");
  EXPECT_EQ(cell("NHSA_M01", "5", "1", "990000-310", "2023-06"), "1,282.71");
  // As each ministry prints: whole 万元, 万元 with two decimals, 亿元 with two, and what is too small for them is blank.
  EXPECT_EQ(cell("NHSA_M06", "2", "1", "990101-390", "2023-12"), "79,653");
  EXPECT_EQ(cell("MOF_D01", "2", "2", "990101-390", "2023-12"), "79,653.12");
  EXPECT_EQ(cell("NHSA_F01", "3", "1", "990101-390", "2023-12"), "7.97");
  EXPECT_EQ(cell("NHSA_M04", "5", "1", "990000-310", "2023-06"), "");
  EXPECT_EQ(cell("NHSA_Y01", "6", "1", "990101-390", "2023-12"), "796,531,234.93");
}

TEST_F(Deployed, ComputingAgainWritesNothingAndKeepsTheDigest) {
  const auto first = parsed(run("report compute", {{"book", "990000-310"}, {"period", "2023-06"}}))->getArray("items");
  const auto again = parsed(run("report compute", {{"book", "990000-310"}, {"period", "2023-06"}}))->getArray("items");
  ASSERT_EQ(first->size(), again->size());
  for (unsigned i = 0; i < first->size(); ++i) {
    EXPECT_EQ(first->getObject(i)->getValue<std::string>("digest"), again->getObject(i)->getValue<std::string>("digest"));
    EXPECT_EQ(again->getObject(i)->getValue<std::string>("state"), "unchanged");
  }
}

TEST_F(Deployed, TheLinesUnderEveryCellSumToTheCell) {
  int drilled = 0;
  const std::map<std::string, std::vector<std::string>> wanted = {{"990101-390", {"MOF_07", "FS01_R", "FS02_R", "NHSA_M03"}},
                                                                  {"990000-310", {"NHSA_M01", "MOF_06", "FS01_E", "FS02_E"}}};
  for (const auto& [book, tables] : wanted) {
    const std::string period = book == "990101-390" ? "2023-12" : "2023-06";
    (void)run("report compute", {{"book", book}, {"period", period}});
    for (const auto& table : tables) {
      const auto cells = parsed(get("/tables/" + table, "book=" + book + "&period=" + period))->getArray("cells");
      for (unsigned i = 0; i < cells->size(); ++i) {
        const auto c = cells->getObject(i);
        if (!c->getValue<bool>("drill")) continue;
        const auto answer = parsed(run("report drill", {{"table", table}, {"row", c->getValue<std::string>("row")}, {"col", c->getValue<std::string>("col")}, {"book", book}, {"period", period}}));
        EXPECT_EQ(answer->getValue<int>("exit"), 0) << answer->getValue<std::string>("summary");
        ++drilled;
      }
    }
  }
  EXPECT_GT(drilled, 150);
}

TEST_F(Deployed, ADrillIsReadPageByPage) {
  (void)run("report compute", {{"book", "990101-390"}, {"period", "2023-01"}});
  Fen sum;
  int pages = 0;
  std::string after;
  do {
    const auto page = parsed(get("/cells/MOF_07/1/2", "book=990101-390&period=2023-01&limit=3&after=" + after));
    const auto items = page->getArray("items");
    EXPECT_LE(items->size(), 3u);
    for (unsigned i = 0; i < items->size(); ++i) sum += Fen::parse(items->getObject(i)->getValue<std::string>("amount"));
    after = page->isNull("next") ? "" : page->getValue<std::string>("next");
    ++pages;
  } while (!after.empty() && pages < 20);
  EXPECT_EQ(pages, 4);
  EXPECT_EQ(sum.plain(), "707640000.00");
  EXPECT_THROW(get("/cells/MOF_07/1/2", "book=990101-390&period=2023-01&after=x"), Error);
}

TEST_F(Deployed, TheBridgeExplainsEveryFen) {
  for (const auto& [book, period] : std::vector<std::pair<std::string, std::string>>{{"990101-390", "2023-12"}, {"990000-310", "2023-06"}}) {
    const auto answer = parsed(run("report bridge", {{"book", book}, {"period", period}}));
    EXPECT_EQ(answer->getValue<int>("exit"), 0) << answer->getValue<std::string>("summary");
    EXPECT_GT(answer->getArray("items")->size(), 20u);
    EXPECT_FALSE(parsed(get("/bridge", "book=" + book + "&period=" + period))->getArray("items")->empty());
  }
}

// Behind every difference, and behind every reason given for one, stand ledger lines that come to it; what is in both numbers is not
// among them.
TEST_F(Deployed, ADifferenceBetweenTheMinistriesIsItsVouchers) {
  const std::string of = "book=990000-310&period=2023-06";
  const auto pairs = parsed(get("/bridge", of))->getArray("items");
  int differences = 0, reasons = 0;
  for (unsigned i = 0; i < pairs->size(); ++i) {
    const auto pair = pairs->getObject(i);
    const std::string id = pair->getValue<std::string>("id");
    const Fen exact = Fen::parse(pair->getValue<std::string>("aExact")) - Fen::parse(pair->getValue<std::string>("bExact"));
    const auto parts = pair->getArray("parts");
    for (unsigned part = 0; part <= parts->size(); ++part) {
      if (part > 0 && parts->getObject(part - 1)->getValue<std::string>("class") == "rounding") continue;
      const auto answer = parsed(run("report bridge-lines", {{"pair", id}, {"part", std::to_string(part)}, {"book", "990000-310"}, {"period", "2023-06"}}));
      EXPECT_EQ(answer->getValue<int>("exit"), 0) << answer->getValue<std::string>("summary");
      const auto lines = answer->getArray("items");
      const auto page = parsed(get("/bridge/" + id + "/lines", of + "&part=" + std::to_string(part)));
      if (!page->getValue<bool>("whole")) continue;
      Fen sum;
      for (unsigned l = 0; l < lines->size(); ++l) sum += Fen::parse(lines->getObject(l)->getValue<std::string>("amount"));
      EXPECT_EQ(sum.plain(), part == 0 ? exact.plain() : parts->getObject(part - 1)->getValue<std::string>("amount")) << id << " " << part;
      (part == 0 ? differences : reasons) += sum != Fen(0);
    }
  }
  EXPECT_GT(differences, 3);
  EXPECT_GT(reasons, 3);
}

TEST_F(Deployed, TheLinesOfADifferenceAreReadPageByPage) {
  std::string id;
  std::vector<std::string> one, paged;
  const auto said = [](const Poco::JSON::Object::Ptr& line) { return line->getValue<std::string>("voucher") + " " + line->getValue<std::string>("amount"); };
  const auto pairs = parsed(get("/bridge", "book=990101-390&period=2023-12"))->getArray("items");
  for (unsigned i = 0; i < pairs->size(); ++i) {  // the pair with the most lines
    const std::string pair = pairs->getObject(i)->getValue<std::string>("id");
    const auto whole = parsed(run("report bridge-lines", {{"pair", pair}, {"book", "990101-390"}, {"period", "2023-12"}}))->getArray("items");
    std::vector<std::string> lines;  // without what the year began with
    for (unsigned l = 0; l < whole->size(); ++l)
      if (!whole->getObject(l)->getValue<std::string>("voucher").empty()) lines.push_back(said(whole->getObject(l)));
    if (lines.size() <= one.size()) continue;
    id = pair;
    one = std::move(lines);
  }
  const std::string of = "book=990101-390&period=2023-12&limit=2";
  ASSERT_GT(one.size(), 2u);
  std::string after;
  do {
    const auto page = parsed(get("/bridge/" + id + "/lines", of + "&after=" + after));
    const auto items = page->getArray("items");
    ASSERT_LE(items->size(), 2u);
    for (unsigned i = 0; i < items->size(); ++i) paged.push_back(said(items->getObject(i)));
    after = page->isNull("next") ? "" : page->getValue<std::string>("next");
  } while (!after.empty() && paged.size() <= one.size());
  EXPECT_EQ(paged, one);
  EXPECT_THROW(get("/bridge/" + id + "/lines", of + "&after=1.x"), Error);
  EXPECT_THROW(get("/bridge/" + id + "/lines", of + "&part=99"), Error);
  EXPECT_THROW(get("/bridge/NONE/lines", of), Error);
}

TEST_F(Deployed, WithoutAPeriodEverythingComputedIsMeant) {
  (void)run("report compute", {{"book", "990000-310"}, {"period", "2023-06"}});
  (void)run("report compute", {{"book", "990101-390"}, {"period", "2023-12"}});
  EXPECT_EQ(parsed(run("report check", {}, "viewer1"))->getValue<int>("exit"), 0);
  EXPECT_EQ(parsed(run("report bridge", {}, "viewer1"))->getValue<int>("exit"), 0);
}

TEST_F(Deployed, ChecksKeepBothSides) {
  (void)run("report compute", {{"book", "990000-310"}, {"period", "2023-06"}});
  const auto answer = parsed(run("report check", {{"book", "990000-310"}, {"period", "2023-06"}, {"all", "yes"}}));
  EXPECT_EQ(answer->getValue<int>("exit"), 0) << answer->getValue<std::string>("summary");
  EXPECT_GT(answer->getArray("items")->size(), 80u);
  EXPECT_GT(parsed(get("/checks", "book=990000-310&period=2023-06&state=pass"))->getArray("items")->size(), 40u);
}

TEST_F(Deployed, ComparisonCountsCellsAndTellsDifferencesByExitCode) {
  std::ofstream(*home_ / "config/mine.csv") << "package,table,book,period,row,col,value,unit,source,note\n"
                                               "mof-2023-year,MOF_07,990101-390,2023,1,1,27362,万元,x,\n"
                                               "mof-2023-year,MOF_07,990101-390,2023,2,1,,万元,x,空格\n"
                                               "statement,FS02_R,990101-390,2023,4,2,3761234.5?,元,x,\n";
  (void)run("report compute", {{"book", "990101-390"}, {"period", "2023"}});
  EXPECT_THROW(run("report compare", {{"published", "config/mine.csv"}}), Error);  // no package of that name
  std::ofstream(*home_ / "config/mine.csv") << "package,table,book,period,row,col,value,unit,source,note\n"
                                               "mof-2023-year,MOF_07,990101-390,2023,1,1,27362,万元,x,\n"
                                               "mof-2023-year,MOF_07,990101-390,2023,2,1,,万元,x,空格\n"
                                               "mof-2023-statement,FS02_R,990101-390,2023,4,2,3761234.5?,元,x,\n";
  const auto same = parsed(run("report compare", {{"published", "config/mine.csv"}}));
  EXPECT_EQ(same->getValue<int>("exit"), 0);
  EXPECT_NE(same->getValue<std::string>("summary").find("3 格，相等 3 格"), std::string::npos) << same->getValue<std::string>("summary");
  std::ofstream(*home_ / "config/mine.csv", std::ios::app) << "mof-2023-year,MOF_07,990101-390,2023,1,1,27363,万元,x,\n";
  const auto other = parsed(run("report compare", {{"published", "config/mine.csv"}}));
  EXPECT_EQ(other->getValue<int>("exit"), 3);
}

TEST_F(Deployed, TheDataPackageIsTheSameTwiceAndReadable) {
  (void)run("report compute", {{"book", "990000-310"}, {"period", "2023-06"}});
  const auto job = parsed(run("report package", {{"book", "990000-310"}, {"period", "2023-06"}}));
  EXPECT_EQ(job->getArray("items")->size(), 6u);
  EXPECT_EQ(job->getArray("items")->getObject(0)->getValue<std::string>("revision"), "draft");
  const std::string once = get("/files/nhsa-2023-month", "book=990000-310&period=2023-06"), twice = get("/files/nhsa-2023-month", "book=990000-310&period=2023-06");
  EXPECT_EQ(once, twice);
  report_package::Limits limits;
  limits.unsigned_too = true;
  const auto opened = report_package::read_package(once, {}, limits);
  ASSERT_EQ(opened.sets.size(), 1u);
  const auto& set = opened.sets[0];
  EXPECT_EQ(set.tables.size(), 7u);
  EXPECT_EQ(set.manifest.unknown.at("draft"), "true");
  EXPECT_EQ(set.manifest.unknown.at("signature"), "\"none\"");
  EXPECT_EQ(set.attachments.at(0).name, "nhsa-2023-month.xlsx");
  const auto table = std::find_if(set.tables.begin(), set.tables.end(), [](const auto& t) { return t.code == "NHSA_M01"; });
  ASSERT_NE(table, set.tables.end());
  EXPECT_TRUE(std::any_of(table->cells.begin(), table->cells.end(), [](const auto& c) { return c.row == "3" && c.col == "18" && c.value == "30.00" && c.printed == "30.00"; }));
}

TEST_F(Deployed, VerificationRecomputesTheReportsFromThePostedLines) {
  (void)run("report compute", {{"book", "990000-310"}, {"period", "2023-06"}});
  (void)run("report compute", {{"book", "990101-390"}, {"period", "2023-12"}});
  const auto clean = parsed(run("report verify", {}));
  EXPECT_EQ(clean->getArray("items")->size(), 0u) << clean->getValue<std::string>("summary");
  EXPECT_NE(clean->getObject("evidence")->getValue<std::string>("P13").find("行分录相符"), std::string::npos);
  // One stored cell changed behind the module's back is found, and computing again mends it.
  deployment_->database().write([](store::Txn& txn) {
    txn.execute("update x_reporting_cell set amount_text = '1.00' where table_code = 'NHSA_M01' and row_code = '1' and col_code = '18'");
  });
  const auto found = parsed(run("report verify", {}));
  ASSERT_EQ(found->getArray("items")->size(), 1u);
  EXPECT_EQ(found->getArray("items")->getObject(0)->getValue<std::string>("promise"), "P12");
  (void)run("report compute", {{"book", "990000-310"}, {"period", "2023-06"}});
  EXPECT_EQ(parsed(run("report verify", {}))->getArray("items")->size(), 0u);
}

TEST_F(Deployed, AnAccountThatNoChartKnowsIsWarnedAbout) {
  const fs::path file = *home_ / "templates/report/nhsa/2023-month/NHSA_M01.info";
  std::ifstream in(file);
  const std::string good((std::istreambuf_iterator<char>(in)), {});
  std::string bad = good;
  bad.replace(bad.find("净额('4301'"), std::string("净额('4301'").size(), "净额('4309'");
  std::ofstream(file) << bad;
  (void)run("report compute", {{"book", "990000-310"}, {"period", "2023-06"}, {"package", "nhsa"}});
  EXPECT_NE(run("report check", {{"book", "990000-310"}, {"period", "2023-06"}, {"package", "nhsa"}}).find("科目 4309 在账套的科目表里没有"), std::string::npos);
  std::ofstream(file) << good;
  (void)run("report compute", {{"book", "990000-310"}, {"period", "2023-06"}, {"package", "nhsa"}});
  EXPECT_EQ(run("report check", {{"book", "990000-310"}, {"period", "2023-06"}, {"package", "nhsa"}}).find("LINT"), std::string::npos);
}

TEST_F(Deployed, AnotherUnitsBookIsNotThere) {
  (void)run("report compute", {{"book", "990000-310"}, {"period", "2023-06"}});
  EXPECT_THROW(get("/tables/NHSA_M01", "book=990000-310&period=2023-06", "county1"), Error);
  EXPECT_THROW(run("report drill", {{"table", "NHSA_M01"}, {"row", "1"}, {"col", "1"}, {"book", "990000-310"}, {"period", "2023-06"}}, "county1"), Error);
  EXPECT_THROW(run("report compute", {{"book", "990101-390"}, {"period", "2023-12"}}, "county1"), Error);
  EXPECT_NO_THROW(get("/tables", "book=990101-390&period=2023-12", "county1"));
}

TEST_F(Deployed, ABrokenTemplateIsToldWithFileAndLineAndNothingIsWritten) {
  const fs::path file = *home_ / "templates/report/nhsa/2023-month/NHSA_M01.info";
  std::ifstream in(file);
  const std::string good((std::istreambuf_iterator<char>(in)), {});
  std::string bad = good;
  bad.replace(bad.find("[,2]+[,7]"), 9, "[,2]+[,77]");
  std::ofstream(file) << bad;
  try {
    (void)run("report compute", {{"book", "990000-310"}, {"period", "2023-06"}});
    ADD_FAILURE() << "a broken template was accepted";
  } catch (const Error& e) {
    EXPECT_EQ(std::string(e.what()).rfind("templates/report/nhsa/2023-month/NHSA_M01.info:", 0), 0u) << e.what();
    EXPECT_NE(std::string(e.what()).find("找不到栏号 “77”"), std::string::npos) << e.what();
  }
  std::ofstream(file) << good;
  EXPECT_EQ(parsed(run("report compute", {{"book", "990000-310"}, {"period", "2023-06"}}))->getValue<int>("exit"), 0);
}

}  // namespace
}  // namespace mif
