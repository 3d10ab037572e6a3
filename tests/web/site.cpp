// SPDX-License-Identifier: Apache-2.0
#include "site.h"

#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "kernel/base/random.h"
#include "kernel/chart/chart.h"

namespace mif::web_test {
namespace fs = std::filesystem;
namespace {

const Who kSetup{"system", "test", "setup"};

void install_console(const std::string& home) {
  const fs::path bundle = fs::path(home) / "bundle" / "console.plugin";
  fs::create_directories(bundle.parent_path());
  fs::copy(fs::path(MIF_PLUGIN_BUNDLES) / "console.plugin", bundle, fs::copy_options::recursive);
  fs::create_directories(fs::path(home) / "trust" / "vendors");
  plugin::generate_key("ed25519", home + "/vendor.key.pem", home + "/trust/vendors/vendor.pem");
  plugin::seal(bundle.string(), home + "/vendor.key.pem", "vendor");
  const auto deployment = service::Deployment::open(home, false);
  deployment->plugins().install(bundle.string());
}

void make_books(service::Deployment& d) {
  const std::string config = std::string(MIF_SOURCE_DIR) + "/config/demo-province/";
  d.database().write([&](store::Txn& txn) {
    d.identity().put_unit(txn, kSetup, {"990000", "示例省", "province", ""});
    d.identity().put_unit(txn, kSetup, {"990100", "示例市", "city", "990000"});
    d.identity().put_unit(txn, kSetup, {"990101", "示例县", "county", "990100"});
    const auto person = [&](const std::string& login, const std::string& name, const std::string& unit, const std::string& role) {
      d.identity().put_person(txn, kSetup, {login, name, unit, {role}, false});
    };
    person("maker1", "郑制单", "990000", "maker");
    person("reviewer1", "傅复核", "990000", "reviewer");
    person("cashier1", "岑出纳", "990000", "cashier");
    person("chief1", "蒋主管", "990000", "chief");
    person("admin1", "管维护", "990000", "administrator");
    person("viewer1", "查阅文", "990000", "viewer");
    person("county1", "县查询", "990101", "viewer");
    person("countymaker", "县制单", "990101", "maker");
    for (const std::string name : {"employee", "resident"}) d.charts().apply_folder(txn, kSetup, name, config + "chart");
  });
  for (const char* login : {"maker1", "reviewer1", "cashier1", "chief1", "admin1", "viewer1", "county1", "countymaker"})
    d.database().write([&](store::Txn& txn) { d.identity().set_password(txn, kSetup, login, kPassword); });
  d.database().write([&](store::Txn& txn) {
    ledger::Book province;
    province.code = kBook;
    province.unit = "990000";
    province.scheme = "310";
    province.chart = "employee";
    province.name = "示例省本级职工基本医疗保险基金";
    province.start = {2023, 6};
    d.ledger().create_book(txn, kSetup, province);
    ledger::Book county = province;
    county.code = kCountyBook;
    county.unit = "990101";
    county.scheme = "390";
    county.chart = "resident";
    county.name = "示例县城乡居民基本医疗保险基金";
    county.start = {2023, 1};
    d.ledger().create_book(txn, kSetup, county);
  });
}

}  // namespace

Site& Site::get() {
  static Site site;
  return site;
}

Site::Site() {
  home = (fs::temp_directory_path() / ("mif-web-test-" + random_hex(6))).string();
  fs::create_directories(home + "/config");
  for (const char* file : {"roles.info", "workflow.info"}) fs::copy(std::string(MIF_SOURCE_DIR) + "/config/demo-province/" + file, home + "/config/" + file);
  fs::create_directories(home + "/templates");
  fs::copy(std::string(MIF_SOURCE_DIR) + "/templates/print", home + "/templates/print", fs::copy_options::recursive);
  std::ofstream(home + "/mif.info") << "name \"测试省\"\nmode development\nclock { business-day 2023-12-31 }\nhttp { address 127.0.0.1 port 0 }\n";
  install_console(home);
  deployment = service::Deployment::open(home);
  for (const auto& p : deployment->plugins().list())
    if (p.status != plugin::Status::active) ADD_FAILURE() << p.manifest.id << " " << plugin::name_of(p.status) << ": " << p.reason;
  make_books(*deployment);
  web::ServerOptions options;
  options.port = 0;
  options.keep_alive_seconds = 3;
  options.access_log = home + "/access.log";
  server = std::make_unique<web::Server>(*deployment, options);
  server->start();
}

Site::~Site() {
  server.reset();
  deployment.reset();
  std::error_code ignored;
  fs::remove_all(home, ignored);
}

std::string Site::draft(const std::string& amount, const std::string& day, const std::string& summary) {
  return R"({"book":")" + std::string(kBook) + R"(","day":")" + day + R"(","word":"收","summary":")" + summary +
         R"(","lines":[{"account":"1002","aux":"bank_account=9900001002001","debit":")" + amount +
         R"("},{"account":"40010101","aux":"mode=1","credit":")" + amount + R"("}]})";
}

std::int64_t Site::post_voucher(const std::string& book, const std::string& key, Fen fen, Day day) {
  const bool county = book == kCountyBook;
  ledger::Draft draft;
  draft.book = book;
  draft.day = day;
  draft.word = "收";
  draft.source_plugin = "test";
  draft.source_key = key;
  draft.summary = "收到保费 " + key;
  draft.maker = "maker1";
  draft.lines = {{MIF_DEBIT, fen, "1002", "bank_account=9900001002001", ""},
                 {MIF_CREDIT, fen, county ? "400101" : "40010101", county ? "contribution_source=1" : "mode=1", ""}};
  std::int64_t id = 0;
  deployment->database().write([&](store::Txn& txn) {
    id = deployment->propose(txn, {"maker1", "test", ""}, draft).id;
    const auto reviewer = deployment->identity().caller(txn, "reviewer1");
    deployment->decide(txn, {"reviewer1", "test", ""}, reviewer, id, "review", true, "");
  });
  return id;
}

std::string Answer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

Poco::JSON::Object::Ptr Answer::json() const {
  Poco::JSON::Parser parser;
  return parser.parse(body).extract<Poco::JSON::Object::Ptr>();
}

Client::Client(int port) : session_(std::make_unique<Poco::Net::HTTPClientSession>("127.0.0.1", static_cast<Poco::UInt16>(port))) {
  session_->setKeepAlive(true);
  session_->setTimeout(Poco::Timespan(20, 0));
}

Client Client::of(const std::string& login) {
  Client client(Site::get().port());
  const Answer answer = client.send("POST", "/api/v1/session", R"({"login":")" + login + R"(","password":")" + kPassword + "\"}");
  EXPECT_EQ(answer.status, 200) << answer.body;
  client.csrf = answer.json()->getValue<std::string>("csrfToken");
  return client;
}

Answer Client::send(const std::string& method, const std::string& target, const std::string& body, Headers headers) {
  Poco::Net::HTTPRequest request(method, target, Poco::Net::HTTPMessage::HTTP_1_1);
  request.setKeepAlive(true);
  for (const auto& [name, value] : headers) request.set(name, value);
  if (send_cookie && !cookie.empty()) request.set("Cookie", "other=1; mif_session=" + cookie);
  if (!body.empty()) {
    request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    if (!request.has("Content-Type")) request.setContentType("application/json");
  } else if (method != "GET" && method != "HEAD") {
    request.setContentLength(0);
  }
  session_->sendRequest(request) << body;
  Poco::Net::HTTPResponse response;
  Answer answer;
  std::istream& in = session_->receiveResponse(response);
  Poco::StreamCopier::copyToString(in, answer.body);
  answer.status = response.getStatus();
  for (const auto& [name, value] : response) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    answer.headers[lower] = value;
  }
  const std::string set = answer.header("set-cookie");
  if (set.rfind("mif_session=", 0) == 0) cookie = set.substr(12, set.find(';') - 12);
  return answer;
}

Answer Client::post(const std::string& target, const std::string& body, Headers headers) {
  headers.emplace("X-CSRF-Token", csrf);
  return send("POST", target, body, std::move(headers));
}

Poco::JSON::Object::Ptr expect_problem(const Answer& answer, int status, const std::string& slug) {
  EXPECT_EQ(answer.status, status) << answer.body;
  EXPECT_EQ(answer.header("content-type"), "application/problem+json; charset=utf-8") << answer.body;
  EXPECT_FALSE(answer.header("x-request-id").empty());
  Poco::JSON::Object::Ptr problem = new Poco::JSON::Object;
  try {
    problem = answer.json();
  } catch (const Poco::Exception& e) {
    ADD_FAILURE() << "no JSON: " << answer.body;
    return problem;
  }
  for (const char* field : {"type", "title", "status", "detail", "instance", "code", "traceId", "retryable", "errors"}) EXPECT_TRUE(problem->has(field)) << field;
  EXPECT_EQ(problem->optValue<std::string>("type", ""), "/problems/" + slug) << answer.body;
  EXPECT_EQ(problem->optValue<int>("status", 0), status);
  EXPECT_EQ(problem->optValue<std::string>("traceId", ""), answer.header("x-request-id"));
  return problem;
}

}  // namespace mif::web_test
