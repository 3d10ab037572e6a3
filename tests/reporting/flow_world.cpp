// SPDX-License-Identifier: Apache-2.0
#include "flow_world.h"

#include <Poco/JSON/Parser.h>

#include <fstream>

#include "kernel/ledger/opening_file.h"
#include "mif/ext/job.h"
#include "mif/ext/report_template.h"
#include "mif/ext/web_module.h"
#include "mif/sdk.hpp"

namespace mif::testing {
namespace fs = std::filesystem;
using Poco::JSON::Object;

namespace {

Object::Ptr parsed(const std::string& text) {
  Poco::JSON::Parser parser;
  return parser.parse(text).extract<Object::Ptr>();
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

constexpr const char* kMedical = R"info(table { code YA title "居民基金年报" scheme 390 period year unit 元 note "年报指标解释" }
rows { 1 "基金收入" 2 "基金支出" 3 "本年结余" 4 "参保人数" 5 "人均支出" 6 "财政专户余额" 7 { name "联系人数" unit 人 } 8 "收入加倍" }
cols { 1 "本年数" }
formulas {
  f { at "[1,1]" expr "净额('4201')+净额('4501')" note "利息与其他收入" }
  f { at "[2,1]" expr "净额('5101')" }
  f { at "[3,1]" expr "[1,1]-[2,1]" }
  f { at "[5,1]" expr "[2,1]/[4,1]" }
  f { at "[6,1]" expr "期末('1003')" }
  f { at "[8,1]" expr "[1,1]*2" }
}
inputs { i { at "[4,1]" } i { at "[7,1]" } }
sum { no "[7,1]" }
checks {
  c { id "Z01" level error expr "[3,1] = [1,1]-[2,1]" msg "结余等于收入减支出" }
  c { id "Z02" level error expr "[4,1] > 0" msg "参保人数要填" }
  c { id "Z03" level warn expr "[5,1] < 1000" msg "人均支出偏高" }
}
)info";
constexpr const char* kFinance = R"info(table { code MB title "居民基金决算" scheme 390 period year unit 元 }
rows { 1 "收入" 2 "支出" 3 "下级上解收入" 4 "上解上级支出" 5 "收入合计" 6 "支出合计" 7 "结余" }
cols { 1 "本年数" }
formulas {
  f { at "[1,1]" expr "净额('4201')+净额('4501')" }
  f { at "[2,1]" expr "净额('5101')" }
  f { at "[3,1]" expr "净额('4402')" }
  f { at "[4,1]" expr "净额('5301')" }
  f { at "[5,1]" expr "[1,]+[3,]" }
  f { at "[6,1]" expr "合计([2,1],[4,1])" }
  f { at "[7,1]" expr "[5,]-[6,]" }
}
checks {
  c { id "M01" level error expr "[1,1] >= 0" msg "收入不为负" }
  c { id "M02" level error expr "[7,1] = [1,1]+[3,1]-[2,1]-[4,1]" msg "结余" }
  c { id "K01" level error expr "[5,1]-[3,1] = [5,1]{本级}-[3,1]{本级}+[5,1]{下级汇总}-[3,1]{下级汇总}" msg "互付除外的收入=本级+下级" }
  c { id "K02" level error expr "[7,1] = [7,1]{本级}+[7,1]{下级汇总}" msg "结余=本级+下级" }
}
)info";

}  // namespace

std::string FlowWorld::Answer::of(const std::string& key, const std::string& value, const std::string& name) const {
  for (std::size_t i = 0; i < size(); ++i)
    if (item(i, key) == value) return item(i, name);
  return "(none)";
}

std::string FlowWorld::city(int number) { return "990" + std::to_string(100 + number).substr(1) + "0"; }
std::string FlowWorld::county(int c, int number) { return "99" + std::to_string(1000 + c).substr(1) + std::to_string(1000 + number).substr(1); }

FlowWorld::FlowWorld(int cities, int counties, const std::string& without_book, const std::string& package, const std::function<void(const fs::path&)>& before,
                     const std::vector<std::string>& plugins)
    : database_(new TestDatabase) {
  static int made = 0;
  ::setenv("MIF_DATABASE_DSN", database_->options().dsn.c_str(), 1);
  home_ = fs::temp_directory_path() / ("mif-flow-" + std::to_string(::getpid()) + "-" + std::to_string(++made));
  fs::remove_all(home_);
  fs::create_directories(home_);
  const fs::path source = MIF_SOURCE_DIR;
  fs::copy(source / "config/demo-province", home_ / "config", fs::copy_options::recursive);
  fs::copy_file(source / "config/demo-province/mif.info", home_ / "mif.info");
  {
    std::ifstream in(source / "config/demo-province/mif.info");
    std::string settings((std::istreambuf_iterator<char>(in)), {});
    settings.replace(settings.find("signature none"), 14, package);
    write(home_ / "mif.info", settings);
  }
  if (before) before(home_);
  fs::create_directories(home_ / "templates/report");
  fs::copy_file(source / "templates/report/dimensions.info", home_ / "templates/report/dimensions.info");
  write(home_ / "config/opening.csv", "account,aux,side,amount\n1003,bank_account=B1,debit,1000.00\n3001,,credit,1000.00\n");
  deployment_ = service::Deployment::open(home_.string(), false);
  auto& d = *deployment_;
  const Who who{"system", "test", ""};
  std::vector<identity::Unit> units = {{"990000", "示例省", "province", ""}};
  for (int c = 1; c <= cities; ++c) {
    units.push_back({city(c), "市" + std::to_string(c), "city", "990000"});
    for (int i = 1; i <= counties; ++i) units.push_back({county(c, i), "县" + std::to_string(c) + "-" + std::to_string(i), "county", city(c)});
  }
  d.database().write([&](store::Txn& txn) {
    for (const auto& unit : units) d.identity().put_unit(txn, who, unit);
    for (const auto& unit : units) {
      d.identity().put_person(txn, who, {"c" + unit.code, "主管" + unit.code, unit.code, {"chief"}, false});
      d.identity().put_person(txn, who, {"m" + unit.code, "制单" + unit.code, unit.code, {"maker"}, false});
      d.identity().put_person(txn, who, {"v" + unit.code, "查询" + unit.code, unit.code, {"viewer"}, false});
    }
    d.charts().apply_folder(txn, who, "resident", d.path("config/chart"));
  });
  const auto opening = ledger::read_opening_lines(d.path("config/opening.csv"));
  d.database().write([&](store::Txn& txn) {
    for (const auto& unit : units) {
      if (unit.code == without_book) continue;
      ledger::Book book;
      book.code = unit.code + "-390";
      book.unit = unit.code;
      book.scheme = "390";
      book.chart = "resident";
      book.name = unit.name + "居民基金";
      book.start = {2023, 1};
      d.ledger().create_book(txn, who, book);
      d.ledger().set_opening(txn, who, book.code, opening);
    }
  });
  for (const auto& id : plugins) d.plugins().install(id.find('/') == std::string::npos ? std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin" : id);
  deployment_.reset();
  deployment_ = service::Deployment::open(home_.string(), true);
  write_templates();
}

FlowWorld::~FlowWorld() {
  deployment_.reset();
  std::error_code ignored;
  fs::remove_all(home_, ignored);
}

// The first folder of each ministry holds the small year-end report; whatever other folders it names hold one that is never due.
void FlowWorld::write_templates() {
  int n = 0;
  for (const auto& p : deployment_->plugins().providers(MIF_REPORT_TEMPLATE_ID)) {
    TextSink out;
    const auto* ext = static_cast<const mif_report_template*>(p.extension);
    deployment_->plugins().call(p.plugin, "describe", {"system", "test", ""}, nullptr, 0, [&](mif_call* call) { return ext->describe(ext->self, call, out.get()); });
    const auto described = parsed(out.text());
    const bool medical = described->getValue<std::string>("ministry") == "nhsa";
    const auto folders = described->getArray("folders");
    for (unsigned i = 0; i < folders->size(); ++i) {
      const fs::path folder = home_ / folders->getElement<std::string>(i);
      if (i == 0) {
        write(folder / "package.info", std::string("package { code \"") + (medical ? "nhsa-year" : "mof-year") + "\" title \"" + (medical ? "医保年报" : "财政决算") +
                                           "\" period year valid { from 2023-01 } }\ntables { " + (medical ? "YA" : "MB") + " \"表\" }\n" + (medical ? "" : "eliminate { e { id \"T1\" a \"MB[4,1]\" b \"MB[3,1]\" level 核实性 msg \"上解在途\" } e { id \"T2\" a \"MB[4,1]\" b \"MB[3,1]\" level 提示 keep yes msg \"只比较\" } }\n"));
        write(folder / (medical ? "YA.info" : "MB.info"), medical ? kMedical : kFinance);
      } else {
        const std::string code = "OLD" + std::to_string(++n);
        write(folder / "package.info", "package { code \"" + code + "\" title \"旧表\" valid { from 1990-01 to 1990-12 } }\ntables { " + code + " \"表\" }\n");
        write(folder / (code + ".info"), "table { code " + code + " title \"旧表\" scheme 390 }\nrows { 1 \"行\" }\ncols { 1 \"栏\" }\ninputs { i { at \"[1,1]\" } }\n");
      }
    }
  }
  write(home_ / "templates/report/bridge/flow.info", "bridge { code \"flow\" title \"两部门\" }\npair { id \"B1\" scheme 390 concept \"收入\" a \"YA[1,1]\" b \"MB[1,1]\" }\n");
}

void FlowWorld::with(const std::string& login, const std::string& what, const std::function<std::int32_t(mif_call*)>& body) {
  identity::Caller caller;
  deployment_->database().read([&](store::Txn& txn) { caller = deployment_->identity().caller(txn, login); });
  deployment_->plugins().call("reporting", what, {login, "test", ""}, &caller, 0, body);
}

std::pair<std::string, std::string> FlowWorld::answer(const std::string& method, const std::string& path, const std::string& query, const std::string& body, const std::string& if_match,
                                                      const std::string& login) {
  struct Sent {
    mif_http_response c;
    std::string body, etag;
  } sent{sized<mif_http_response>(), "", ""};
  sent.c.impl = &sent;
  sent.c.send = [](mif_http_response* self, std::int32_t, mif_str, mif_str etag, mif_str text) {
    static_cast<Sent*>(self->impl)->body = str(text);
    static_cast<Sent*>(self->impl)->etag = str(etag);
  };
  auto request = sized<mif_http_request>();
  request.method = s(method);
  request.path = s(path);
  request.query = s(query);
  request.body = s(body);
  request.if_match = s(if_match);
  request.api = 1;
  with(login, "web", [&](mif_call* call) {
    const auto* ext = static_cast<const mif_web_module*>(deployment_->plugins().providers(MIF_WEB_MODULE_ID).at(0).extension);
    return ext->handle(ext->self, call, &request, &sent.c);
  });
  return {sent.body, sent.etag};
}

FlowWorld::Answer FlowWorld::send(const std::string& method, const std::string& path, const std::string& query, const std::string& body, const std::string& if_match, const std::string& login) {
  const auto [text, etag] = answer(method, path, query, body, if_match, login);
  return {parsed(text), etag};
}

std::string FlowWorld::file(const std::string& path, const std::string& query, const std::string& login) { return answer("GET", path, query, "", "", login).first; }
FlowWorld::Answer FlowWorld::receive(const std::string& bytes, bool apply, const std::string& login) { return send("POST", "/packages", apply ? "apply=yes" : "", bytes, "", login); }

std::vector<std::string> FlowWorld::rows(const std::string& sql) {
  std::vector<std::string> all;
  deployment_->database().read([&](store::Txn& txn) { txn.query(sql, {}, [&](const store::Row& row) { all.push_back(std::string(row.text(0))); }); });
  return all;
}

void FlowWorld::change(const std::string& sql) {
  deployment_->database().write([&](store::Txn& txn) { txn.execute(sql, {}); });
}

FlowWorld::Answer FlowWorld::get(const std::string& path, const std::string& query, const std::string& login) { return send("GET", path, query, "", "", login); }
FlowWorld::Answer FlowWorld::post(const std::string& path, const std::string& body, const std::string& login, const std::string& query) {
  return send("POST", path, query, body, "", login);
}
FlowWorld::Answer FlowWorld::patch(const std::string& query, const std::string& etag, const std::string& body, const std::string& login) { return send("PATCH", "/cells", query, body, etag, login); }

FlowWorld::Answer FlowWorld::job(const std::string& name, const std::vector<std::pair<std::string, std::string>>& params, const std::string& login, std::vector<std::string>* told) {
  JsonWriter json;
  json.begin_object();
  for (const auto& [key, value] : params) json.field(key, value);
  json.end_object();
  TextSink out;
  mif_progress progress = sized<mif_progress>();
  progress.impl = told;
  progress.on = [](mif_progress* self, mif_str what, std::int64_t done, std::int64_t total) {
    static_cast<std::vector<std::string>*>(self->impl)->push_back(str(what) + " " + std::to_string(done) + "/" + std::to_string(total));
  };
  with(login, name, [&](mif_call* call) {
    const auto* ext = static_cast<const mif_job*>(deployment_->plugins().providers(MIF_JOB_ID).at(0).extension);
    return ext->run(ext->self, call, s(name), s(json.str()), told ? &progress : nullptr, out.get());
  });
  return {parsed(out.text()), ""};
}

std::int64_t FlowWorld::post_voucher(const std::string& unit, Day day, const std::string& account, const std::string& amount) {
  const bool income = account.front() == '4';
  ledger::Draft draft;
  draft.day = day;
  draft.book = unit + "-390";
  draft.word = income ? "收" : "付";
  draft.source_plugin = "test";
  draft.source_key = "test/" + std::to_string(++serial_);
  draft.summary = "试账";
  draft.maker = "m990000";
  draft.flow = "voucher-receipt";
  draft.lines = {{income ? MIF_CREDIT : MIF_DEBIT, Fen::parse(amount), account, "", "试账"}, {income ? MIF_DEBIT : MIF_CREDIT, Fen::parse(amount), "1003", "bank_account=B1", "试账"}};
  std::int64_t id = 0;
  deployment_->database().write([&](store::Txn& txn) { id = deployment_->ledger().import_posted(txn, {"m990000", "test", ""}, {&draft, 1}, "c990000").at(0); });
  return id;
}

std::string FlowWorld::cell(const std::string& table, const std::string& row, const std::string& unit, const std::string& login, const std::string& more) {
  const auto cells = get("/tables/" + table, "unit=" + unit + "&period=2023-12" + more, login).json->getArray("cells");
  for (unsigned i = 0; i < cells->size(); ++i)
    if (cells->getObject(i)->getValue<std::string>("row") == row) return cells->getObject(i)->getValue<std::string>("value");
  return "no such cell";
}

void FlowWorld::fill_in(const std::string& unit, const std::string& people, const std::string& login) {
  post("/compute", R"({"unit":")" + unit + R"(","period":"2023-12"})", login);
  patch("unit=" + unit + "&period=2023-12", etag("YA", unit, login), R"({"cells":[{"table":"YA","row":"4","col":"1","value":")" + people + R"("}]})", login);
}

std::string FlowWorld::assign(const std::string& package, const std::string& owner, const std::string& units, const std::string& login, const std::string& deadline) {
  return post("/actions/assign", R"({"package":")" + package + R"(","unit":")" + owner + R"(","period":"2023-12","deadline":")" + deadline + R"(","units":")" + units + R"("})", login).item(0, "assignment");
}

FlowWorld::Answer FlowWorld::submit(const std::string& assignment, const std::string& unit, const std::string& login, const std::string& layer) {
  return post("/actions/submit", R"({"assignment":")" + assignment + R"(","unit":")" + unit + R"(","layer":")" + layer + R"("})", login);
}

}  // namespace mif::testing
