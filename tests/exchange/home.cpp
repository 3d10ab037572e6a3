// SPDX-License-Identifier: Apache-2.0
#include "home.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "mif/ext/job.h"
#include "mif/ext/web_module.h"
#include "mif/sdk.hpp"

namespace mif::exchange::testing {

namespace fs = std::filesystem;

namespace {

const Who kInstaller{"system", "test", ""};

// Without the wanted database server nothing here can run, and the report says why.
class Backend : public ::testing::Environment {
  void SetUp() override {
    if (const std::string why = mif::testing::TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
  }
};
[[maybe_unused]] const auto* const registered = ::testing::AddGlobalTestEnvironment(new Backend);

sqlite3* opened(const std::string& file) {
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
  sqlite3_busy_timeout(db, 10000);
  sqlite3_exec(db, "pragma synchronous = off", nullptr, nullptr, nullptr);
  return db;
}

ledger::Book book_of(const std::string& code, const std::string& unit, const std::string& scheme, const std::string& chart, Period start) {
  ledger::Book book;
  book.code = code;
  book.unit = unit;
  book.scheme = scheme;
  book.chart = chart;
  book.name = code;
  book.start = start;
  return book;
}

}  // namespace

// The home every other is a copy of, but for its settings; made once per program, and closed.
Home::Home(Template) {
  make_folder();
  const fs::path source = MIF_SOURCE_DIR;
  fs::copy(source / "config/demo-province", path("config"), fs::copy_options::recursive);
  fs::create_directories(path("templates"));
  fs::copy(source / "templates/vouchers", path("templates/vouchers"), fs::copy_options::recursive);
  fs::create_directories(path("exchange"));
  if (mif::testing::TestDatabase::wanted() != "sqlite") database_ = std::make_unique<mif::testing::TestDatabase>();
  write_settings(200);
  sql("create table ex_document (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null, doc_type varchar(40) not null,"
      " doc_day bigint not null, payload varchar(8000) not null, primary key (feed, seq));"
      "create table ex_withdrawal (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null, doc_day bigint not null, primary key (feed, seq));"
      "create table ex_status (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null, state varchar(20) not null,"
      " reason varchar(600) not null, voucher varchar(40) not null, told_ms bigint not null, primary key (feed, seq))");

  auto d = service::Deployment::open(folder_, false);
  d->database().write([&](store::Txn& txn) {
    for (const auto& unit : identity::read_units_info(path("config/units.info"))) d->identity().put_unit(txn, kInstaller, unit);
    for (const auto& person : identity::read_people_info(path("config/people.info"))) d->identity().put_person(txn, kInstaller, person);
    d->identity().put_person(txn, kInstaller, {"county1", "李县", "990101", {"viewer"}, false});
    d->identity().put_person(txn, kInstaller, {"chief2", "另一主管", "990000", {"chief"}, false});
    for (const char* name : {"employee", "resident"}) d->charts().apply_folder(txn, kInstaller, name, path("config/chart"));
  });
  d->database().write([&](store::Txn& txn) {
    d->ledger().create_book(txn, kInstaller, book_of("990000-310", "990000", "310", "employee", {2023, 6}));
    d->ledger().create_book(txn, kInstaller, book_of("990101-390", "990101", "390", "resident", {2023, 1}));
  });
  for (const char* id : {"exchange", "source-exchange-db"}) d->plugins().install(std::string(MIF_TEST_BUNDLES) + "/" + id + ".plugin");
  d.reset();
  deployment();  // with the plugins' tables
  close();
}

Home::Home(int pull_batch) {
  static std::map<std::string, std::unique_ptr<const Home>> made;  // by database
  auto& one = made[mif::testing::TestDatabase::wanted()];
  if (!one) one.reset(new Home(Template()));
  const Home& first = *one;
  make_folder();
  fs::copy(first.folder_, folder_, fs::copy_options::recursive);
  if (first.database_) database_ = std::make_unique<mif::testing::TestDatabase>(first.database_.get());
  write_settings(pull_batch);
}

void Home::make_folder() {
  std::string pattern = (fs::temp_directory_path() / "mif-exchange-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
}

void Home::write_settings(int pull_batch) {
  const std::string dsn = database_ ? "database { dsn \"" + database_->options().dsn + "\" }\n" : std::string();
  std::ofstream(path("mif.info")) << "name \"试验\"\nmode development\n" << dsn << "clock { business-day 2023-12-31 }\nplugin {\n"
                                     "  source-exchange-db { source demo { dsn \"sqlite://exchange/exchange.db\" } }\n"
                                     "  exchange { source demo  maker maker1  batch "
                                  << pull_batch << "\n    rules \"templates/vouchers/employee.info\"\n    rules \"templates/vouchers/resident.info\"\n  }\n}\n";
}

Home::~Home() {
  deployment_.reset();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Home::sql(const std::string& statement) {
  sqlite3* db = opened(path("exchange/exchange.db"));
  char* why = nullptr;
  EXPECT_EQ(sqlite3_exec(db, statement.c_str(), nullptr, nullptr, &why), SQLITE_OK) << (why ? why : "");
  sqlite3_close(db);
}

std::string Home::value(const std::string& query) {
  sqlite3* db = opened(path("exchange/exchange.db"));
  std::string result;
  sqlite3_exec(db, query.c_str(), [](void* out, int, char** v, char**) { *static_cast<std::string*>(out) = v[0] ? v[0] : ""; return 0; }, &result, nullptr);
  sqlite3_close(db);
  return result;
}

void Home::put(const std::string& key, const std::string& type, const std::string& fields, const std::string& amount, const std::string& day, int version) {
  sql("insert into ex_document values ('main', " + std::to_string(++seq_) + ", '" + key + "', " + std::to_string(version) + ", '" + type + "', " + day +
      ", '{\"book\":\"990000-310\",\"batch\":\"B1\",\"period\":\"2023-06\"," + fields + ",\"amount\":\"" + amount + "\"}')");
}

void Home::withdraw(const std::string& key, int version) {
  sql("insert into ex_withdrawal values ('main', " + std::to_string(++seq_) + ", '" + key + "', " + std::to_string(version) + ", 20230612)");
}

void Home::individual(const std::string& key, const std::string& amount, const std::string& day, int version) {
  put(key, "individual-reimbursement",
      "\"mode\":\"1\",\"insutype\":\"310\",\"bank_account\":\"9900001004001\",\"payee_account\":\"P1\",\"payee_name\":\"参保人\",\"payee_bank_no\":\"900\",\"inpatient\":\"" + amount + "\"",
      amount, day, version);
}

void Home::subsidy(const std::string& key, const std::string& amount, int version) {
  put(key, "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"1\",\"province\":\"" + amount + "\"", amount, "20230612", version);
}

service::Deployment& Home::deployment() {
  if (!deployment_) deployment_ = service::Deployment::open(folder_);
  return *deployment_;
}

void Home::close() { deployment_.reset(); }

identity::Caller Home::caller(const std::string& login) {
  identity::Caller found;
  deployment().database().read([&](store::Txn& txn) { found = deployment().identity().caller(txn, login); });
  return found;
}

Answer Home::job(const std::string& name, const std::string& params, const std::string& login, const std::string& plugin) {
  service::Deployment& d = deployment();
  const identity::Caller who = caller(login);
  for (const auto& p : d.plugins().providers(MIF_JOB_ID)) {
    if (p.plugin != plugin) continue;
    const auto* extension = static_cast<const mif_job*>(p.extension);
    TextSink result;
    d.plugins().call(p.plugin, name, {login, "test", "t"}, &who, 0, [&](mif_call* call) { return extension->run(extension->self, call, s(name), s(params), nullptr, result.get()); });
    return {result.text()};
  }
  for (const auto& p : d.plugins().list()) ADD_FAILURE() << p.manifest.id << ": " << p.reason;
  return {};
}

std::string Home::get(const std::string& path, const std::string& query, const std::string& login) { return ask("GET", path, query, "", login); }

int Home::killed_often(const std::string& name, unsigned first_us, unsigned step_us) {
  close();
  int killed = 0;
  for (unsigned attempt = 0; attempt < 8; ++attempt) {
    const pid_t child = fork();
    if (child == 0) {
      job(name);
      _exit(0);
    }
    EXPECT_GT(child, 0);
    if (child < 0) return killed;
    usleep(first_us + step_us * attempt);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    killed += WIFSIGNALED(status);
  }
  return killed;
}

std::string Home::post(const std::string& path, const std::string& body, const std::string& login, const std::string& query) { return ask("POST", path, query, body, login); }

std::string Home::ask(const char* method, const std::string& path, const std::string& query, const std::string& body, const std::string& login) {
  service::Deployment& d = deployment();
  const identity::Caller who = caller(login);
  struct Response {
    mif_http_response c;
    std::string body;
  } response{sized<mif_http_response>(), ""};
  response.c.impl = &response;
  response.c.send = [](mif_http_response* self, std::int32_t, mif_str, mif_str, mif_str body) { static_cast<Response*>(self->impl)->body = str(body); };
  auto request = sized<mif_http_request>();
  request.method = s(method);
  request.body = s(body);
  request.path = s(path);
  request.query = s(query);
  request.api = 1;
  for (const auto& p : d.plugins().providers(MIF_WEB_MODULE_ID)) {
    const auto* extension = static_cast<const mif_web_module*>(p.extension);
    try {
      d.plugins().call(p.plugin, "handle", {login, "web", "t"}, &who, 0, [&](mif_call* call) { return extension->handle(extension->self, call, &request, &response.c); });
    } catch (const Error& e) {
      return std::to_string(e.code()) + " " + e.what();
    }
  }
  return response.body;
}

std::string Home::routes() {
  service::Deployment& d = deployment();
  TextSink text;
  for (const auto& p : d.plugins().providers(MIF_WEB_MODULE_ID)) {
    const auto* extension = static_cast<const mif_web_module*>(p.extension);
    d.plugins().call(p.plugin, "routes", {"system", "web", "t"}, nullptr, 0, [&](mif_call* call) { return extension->routes(extension->self, call, text.get()); });
  }
  return text.text();
}

std::vector<std::string> Home::payables() {
  service::Deployment& d = deployment();
  std::vector<std::string> all;
  SinkOf<mif_payable_sink, mif_payable> sink([&](const mif_payable& p) {
    all.push_back(str(p.obligation) + " " + Fen(p.fen).plain() + " " + str(p.payer_account) + ">" + str(p.payee_account));
    return true;
  });
  for (const auto& p : d.plugins().providers(MIF_PAYABLE_SOURCE_ID)) {
    const auto* extension = static_cast<const mif_payable_source*>(p.extension);
    d.plugins().call(p.plugin, "fetch", {"payer1", "test", "t"}, nullptr, 0, [&](mif_call* call) { return extension->fetch(extension->self, call, 0, 1000, sink.get()); });
  }
  return all;
}

void Home::review_all() {
  service::Deployment& d = deployment();
  const identity::Caller who = caller("reviewer1");
  d.database().write([&](store::Txn& txn) {
    for (const auto& v : d.ledger().vouchers(txn, {}))
      if (v.state == ledger::State::submitted) d.decide(txn, {"reviewer1", "test", "t"}, who, v.id, "review", true, "");
  });
}

void Home::review(const std::string& source_key) {
  service::Deployment& d = deployment();
  const identity::Caller who = caller("reviewer1");
  d.database().write([&](store::Txn& txn) {
    for (const auto& v : d.ledger().vouchers(txn, {}))
      if (v.source_key == source_key) d.decide(txn, {"reviewer1", "test", "t"}, who, v.id, "review", true, "");
  });
}

std::string Home::state_hash() {
  std::string hash;
  deployment().database().read([&](store::Txn& txn) { hash = ledger::state_hash(txn, deployment().settings().hash); });
  return hash;
}

std::string Home::document(const std::string& key, int version, int arrival) {
  std::string state;
  deployment().database().read([&](store::Txn& txn) {
    state = txn.text("select state from x_exchange_document where doc_key = ? and doc_version = ? and arrival = ?", {key, version, arrival}).value_or("");
  });
  return state;
}

std::string Home::reason(const std::string& key, int version, int arrival) {
  std::string text;
  deployment().database().read([&](store::Txn& txn) {
    text = txn.text("select reason from x_exchange_document where doc_key = ? and doc_version = ? and arrival = ?", {key, version, arrival}).value_or("");
  });
  return text;
}

int Home::voucher_state(const std::string& source_key) {
  int state = 0;
  deployment().database().read([&](store::Txn& txn) {
    for (const auto& v : deployment().ledger().vouchers(txn, {}))
      if (v.source_key == source_key) state = static_cast<int>(v.state);
  });
  return state;
}

void Home::replace_in(const std::string& file, const std::string& from, const std::string& to) {
  std::ostringstream content;
  content << std::ifstream(path(file)).rdbuf();
  std::string text = content.str();
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  std::ofstream(path(file)) << text.replace(at, from.size(), to);
}

}  // namespace mif::exchange::testing
