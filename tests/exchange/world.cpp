// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "kernel/base/info.h"
#include "kernel/service/deployment.h"
#include "mif/ext/job.h"
#include "mif/sdk.hpp"
#include "tests/support/postgres_server.h"

namespace mif::exchange::testing {

namespace fs = std::filesystem;

namespace {

const Who kInstaller{"system", "test", ""};

class SqliteBusiness : public Business {
 public:
  explicit SqliteBusiness(std::string file) : file_(std::move(file)) {
    if (sqlite3_open(file_.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("cannot open " + file_);
    sqlite3_busy_timeout(db_, 10000);
    sqlite3_exec(db_, "pragma synchronous = off", nullptr, nullptr, nullptr);
  }
  ~SqliteBusiness() override { sqlite3_close(db_); }
  void run(const std::string& sql) override { ASSERT_EQ(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db_) << "\n" << sql.substr(0, 400); }
  std::string value(const std::string& sql) override {
    std::string result;
    const auto take = [](void* out, int, char** v, char**) {
      *static_cast<std::string*>(out) = v[0] ? v[0] : "";
      return 1;  // one row is enough
    };
    sqlite3_exec(db_, sql.c_str(), take, &result, nullptr);
    return result;
  }
  std::string dsn() const override { return "sqlite://" + file_; }

 private:
  std::string file_;
  sqlite3* db_ = nullptr;
};

class PostgresqlBusiness : public Business {
 public:
  explicit PostgresqlBusiness(std::string dsn) : dsn_(std::move(dsn)) {
    connection_ = PQconnectdb(dsn_.substr(dsn_.find(':') + 1).c_str());
    if (PQstatus(connection_) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection_));
  }
  ~PostgresqlBusiness() override { PQfinish(connection_); }
  void run(const std::string& sql) override {
    PGresult* result = PQexec(connection_, sql.c_str());
    EXPECT_TRUE(PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK) << PQerrorMessage(connection_) << "\n" << sql.substr(0, 400);
    PQclear(result);
  }
  std::string value(const std::string& sql) override {
    PGresult* result = PQexec(connection_, sql.c_str());
    const std::string text = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
    PQclear(result);
    return text;
  }
  std::string dsn() const override { return dsn_; }

 private:
  std::string dsn_;
  PGconn* connection_ = nullptr;
};

mif::testing::PostgresServer& server() {
  static mif::testing::PostgresServer one([] {
    mif::testing::PostgresServer::Settings settings;
    settings.durable = true;  // mifctl verify reports a server that is not
    return settings;
  }());
  return one;
}

std::string content_of(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Every source of a deployment's settings at this database.
std::string with_dsn(std::string settings, const std::string& dsn) {
  for (std::size_t at = 0; (at = settings.find("dsn \"", at)) != std::string::npos;) {
    at += 5;
    settings.replace(at, settings.find('"', at) - at, dsn);
  }
  return settings;
}

std::string settings_of(const Plan& plan, const std::string& dsn) {
  std::string text = "name \"试验\"\nmode development\nclock { business-day 2024-12-31 }\nplugin {\n  source-exchange-db { source demo { dsn \"" + dsn +
                     "\" } }\n  exchange { source demo  maker maker1\n";
  for (const auto& name : plan.rules) text += "    rules \"templates/vouchers/" + name + ".info\"\n";
  return text + "  }\n}\n";
}

std::vector<ledger::Book> books_of(const std::string& file) {
  std::vector<ledger::Book> books;
  const InfoNode root = read_info_file(file);
  for (const InfoNode* node : root.all("book")) {
    ledger::Book book;
    book.code = node->value;
    book.unit = node->get("unit");
    book.scheme = node->get("scheme");
    book.chart = node->get("chart");
    book.name = node->get("name");
    book.start = Period::parse(node->get("start"));
    books.push_back(book);
  }
  return books;
}

std::vector<ledger::Book> books_of(const std::vector<NewBook>& wanted) {
  std::vector<ledger::Book> books;
  for (const auto& from : wanted) {
    ledger::Book book;
    book.code = book.name = from.code;
    book.unit = from.unit;
    book.scheme = from.scheme;
    book.chart = from.chart;
    book.start = from.start;
    books.push_back(book);
  }
  return books;
}

}  // namespace

struct World::Inside {
  std::string folder;
  std::unique_ptr<Business> business;
  std::unique_ptr<service::Deployment> open;

  std::string path(const std::string& below) const { return folder + "/" + below; }
  service::Deployment& deployment() {
    if (!open) open = service::Deployment::open(folder);
    return *open;
  }
  identity::Caller caller(const std::string& login) {
    identity::Caller found;
    deployment().database().read([&](store::Txn& txn) { found = deployment().identity().caller(txn, login); });
    return found;
  }
};

std::unique_ptr<Business> sqlite_business(const std::string& file) { return std::make_unique<SqliteBusiness>(file); }
std::unique_ptr<Business> postgresql_business() { return std::make_unique<PostgresqlBusiness>(server().dsn(server().fresh_database())); }
bool postgresql_installed() { return mif::testing::PostgresServer::installed(); }

World::World(const Plan& plan) : inside_(std::make_unique<Inside>()) {
  std::string pattern = (fs::temp_directory_path() / "mif-world-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("cannot make a temporary directory");
  inside_->folder = pattern;
  const auto path = [this](const char* below) { return inside_->path(below); };
  const fs::path source = MIF_SOURCE_DIR;
  fs::copy(source / plan.config, path("config"), fs::copy_options::recursive);
  fs::create_directories(path("templates"));
  fs::copy(source / "templates/vouchers", path("templates/vouchers"), fs::copy_options::recursive);
  fs::copy_file(source / "templates/chart/maternity.csv", path("config/chart/maternity.csv"));
  fs::create_directories(path("exchange"));
  const std::string database = plan.postgresql ? "database { dsn \"" + server().dsn(server().fresh_database()) + "\" }\n" : "";
  inside_->business = plan.postgresql ? postgresql_business() : sqlite_business(path("exchange/exchange.db"));
  business().run(plan.ddl);
  std::ofstream(path("mif.info")) << database << (plan.own_settings ? with_dsn(content_of(path("config/mif.info")), business().dsn()) : settings_of(plan, business().dsn()));

  const std::vector<ledger::Book> books = plan.books.empty() ? books_of(path("config/books.info")) : books_of(plan.books);
  std::vector<std::string> charts;
  for (const auto& book : books)
    if (std::find(charts.begin(), charts.end(), book.chart) == charts.end()) charts.push_back(book.chart);
  const auto d = service::Deployment::open(inside_->folder, false);
  d->database().write([&](store::Txn& txn) {
    for (const auto& unit : identity::read_units_info(path("config/units.info"))) d->identity().put_unit(txn, kInstaller, unit);
    for (const auto& person : identity::read_people_info(path("config/people.info"))) d->identity().put_person(txn, kInstaller, person);
    for (const auto& chart : charts) d->charts().apply_folder(txn, kInstaller, chart, path("config/chart"));
  });
  d->database().write([&](store::Txn& txn) {
    for (const auto& book : books) d->ledger().create_book(txn, kInstaller, book);
  });
  for (const char* id : {"exchange", "source-exchange-db"}) d->plugins().install(std::string(MIF_TEST_BUNDLES) + "/" + id + ".plugin");
}

World::~World() {
  inside_->open.reset();
  inside_->business.reset();
  std::error_code ignored;
  fs::remove_all(inside_->folder, ignored);
}

Business& World::business() { return *inside_->business; }
void World::close() { inside_->open.reset(); }
std::string World::folder() const { return inside_->folder; }

std::string World::job(const std::string& name, const std::string& params, const std::string& login) {
  service::Deployment& d = inside_->deployment();
  const identity::Caller who = inside_->caller(login);
  for (const auto& p : d.plugins().providers(MIF_JOB_ID)) {
    const auto* extension = static_cast<const mif_job*>(p.extension);
    TextSink result;
    d.plugins().call(p.plugin, name, {login, "test", "t"}, &who, 0, [&](mif_call* call) { return extension->run(extension->self, call, s(name), s(params), nullptr, result.get()); });
    return result.text();
  }
  std::string why = "no plugin offers jobs";
  for (const auto& p : d.plugins().list()) why += "; " + p.manifest.id + ": " + p.reason;
  throw std::runtime_error(why);
}

void World::review_all(const std::string& login, const std::string& books) {
  service::Deployment& d = inside_->deployment();
  const identity::Caller who = inside_->caller(login);
  d.database().write([&](store::Txn& txn) {
    ledger::VoucherQuery query;
    query.state = static_cast<int>(ledger::State::submitted);
    query.limit = 100000;
    for (const auto& v : d.ledger().vouchers(txn, query))
      if (v.book.rfind(books, 0) == 0) d.decide(txn, {login, "test", "t"}, who, v.id, "review", true, "");
  });
}

Entry World::entry(const std::string& source_key) const {
  Entry entry;
  service::Deployment& d = inside_->deployment();
  d.database().read([&](store::Txn& txn) {
    ledger::VoucherQuery query;
    query.source_plugin = "exchange";
    query.source_key = source_key;
    for (const auto& head : d.ledger().vouchers(txn, query)) {
      const ledger::Voucher v = d.ledger().voucher(txn, head.id);
      entry = {v.id, v.word, v.flow, v.summary, v.state == ledger::State::posted, {}};
      for (const auto& l : v.lines) entry.lines.push_back({l.side == MIF_DEBIT, l.account, l.aux, l.summary, l.fen});
    }
  });
  return entry;
}

std::vector<Closing> World::balances(const std::string& book, Period until) const {
  std::map<std::pair<std::string, std::string>, Fen> sums;
  service::Deployment& d = inside_->deployment();
  d.database().read([&](store::Txn& txn) {
    d.ledger().balances(txn, book, until.year, until.month, [&](const ledger::Balance& b) { sums[{b.account, b.aux}] += b.debit - b.credit; });
  });
  std::vector<Closing> all;
  for (const auto& [what, fen] : sums)
    if (fen != Fen()) all.push_back({what.first, what.second, fen});
  return all;
}

std::vector<std::string> World::rows(const std::string& sql, const std::vector<std::string>& params) const {
  std::vector<store::Param> values(params.begin(), params.end());
  std::vector<std::string> all;
  inside_->deployment().database().read([&](store::Txn& txn) { txn.query(sql, values, [&](const store::Row& row) { all.push_back(std::string(row.text(0))); }); });
  return all;
}

}  // namespace mif::exchange::testing
