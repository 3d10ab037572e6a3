// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/paying_home.h"

#include <Poco/JSON/Parser.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "kernel/app/mifctl/books.h"
#include "kernel/ledger/opening_file.h"
#include "mif/error.hpp"

namespace mif::test {

namespace fs = std::filesystem;

namespace {

const Who kTester{"system", "test", ""};

class SimulatedClock : public Clock {
 public:
  SimulatedClock(const std::atomic<std::int64_t>& now, std::int64_t skew) : now_(now), skew_(skew) {}
  std::int64_t now_unix_ms() const override { return now_ + skew_; }
  Day business_day() const override { return Day(2023, 12, 31); }

 private:
  const std::atomic<std::int64_t>& now_;
  std::int64_t skew_;
};

}  // namespace

RamFolder::RamFolder() {
  std::error_code ignored;
  std::string name = (fs::is_directory("/dev/shm", ignored) ? "/dev/shm" : fs::temp_directory_path().string()) + "/mif-simulation-XXXXXX";
  if (!mkdtemp(name.data())) throw Error(MIF_E_INTERNAL, "no temporary folder");
  path_ = name;
}
RamFolder::~RamFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void write_file(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

void copy_tree(const std::string& from, const std::string& to) {
  fs::remove_all(to);
  fs::create_directories(to);
  for (const auto& file : fs::directory_iterator(from))
    if (const std::string name = file.path().filename(); name.size() < 4 || name.substr(name.size() - 4) != "-shm") fs::copy(file.path(), to + "/" + name, fs::copy_options::recursive);
}

void write_home_settings(const std::string& home, const std::string& name, const std::string& plugins) {
  write_file(home + "/mif.info", "name \"" + name + "\"\nmode development\nclock { business-day 2023-12-31 }\nplugin {\n" + plugins + "}\n");
}

std::string bank_settings(std::uint16_t port, int timeout_ms) {
  return "  bank-xmlfront { link demo-bank { profile \"templates/bank/cmb-like.info\" host 127.0.0.1 port " + std::to_string(port) + " timeout-ms " + std::to_string(timeout_ms) + " login T } }\n";
}

void make_home(const std::string& home, const std::vector<std::string>& plugins, bool pays) {
  const fs::path source = MIF_SOURCE_DIR;
  fs::copy(source / "config/demo-province", home + "/config", fs::copy_options::recursive);
  fs::create_directories(home + "/templates");
  fs::copy(source / "templates/bank", home + "/templates/bank", fs::copy_options::recursive);
  const auto d = service::Deployment::open(home, false);
  d->database().write([&](store::Txn& txn) {
    for (const auto& unit : identity::read_units_info(d->path("config/units.info"))) d->identity().put_unit(txn, kTester, unit);
    for (const auto& person : identity::read_people_info(d->path("config/people.info"))) d->identity().put_person(txn, kTester, person);
    d->identity().put_person(txn, kTester, {"payer2", "另一付款人", "990000", {"payer"}, false});
  });
  if (pays) {
    write_file(home + "/payables.txt", "");
    const auto books = app::read_books_info(d->path("config/books.info"));
    d->database().write([&](store::Txn& txn) { d->charts().apply_folder(txn, kTester, "employee", d->path("config/chart")); });
    d->database().write([&](store::Txn& txn) {
      for (const auto& [book, opening] : books.books) {
        if (book.code != kBook) continue;
        d->ledger().create_book(txn, kTester, book);
        d->ledger().set_opening(txn, kTester, book.code, ledger::read_opening_lines(d->path("config/" + opening)));
      }
    });
  }
  for (const auto& plugin : plugins) d->plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + plugin + ".plugin");
  if (pays) d->plugins().install(std::string(MIF_BUILD_DIR) + "/tests/bank/bundles/payables.plugin");
}

void PayingHome::open() {
  deployment = service::Deployment::open(path, true, std::make_unique<SimulatedClock>(now_, skew_));
  for (const auto& p : deployment->plugins().list())
    if (p.status != plugin::Status::active) throw Error(MIF_E_INTERNAL, p.manifest.id + ": " + p.reason);
  jobs = std::make_unique<service::JobRunner>(*deployment);
}
void PayingHome::close() {
  jobs.reset();
  deployment.reset();
}

Poco::JSON::Object::Ptr PayingHome::run(const std::string& job, const std::string& params, const std::string& login) {
  identity::Caller caller;
  deployment->database().read([&](store::Txn& txn) { caller = deployment->identity().caller(txn, login); });
  return Poco::JSON::Parser().parse(jobs->run(job, params, {login, "test", ""}, &caller)).extract<Poco::JSON::Object::Ptr>();
}

std::int64_t PayingHome::integer(const std::string& sql) {
  std::int64_t n = 0;
  deployment->database().read([&](store::Txn& txn) { n = txn.integer(sql).value_or(0); });
  return n;
}

std::int64_t PayingHome::reviewed_voucher(const std::string& document, Fen sum) {
  ledger::Draft draft;
  draft.day = Day(2023, 6, 20);
  draft.book = kBook;
  draft.word = "付";
  draft.flow = "voucher-payment";
  draft.source_plugin = "exchange";
  draft.source_key = "demo/" + document + "#1";
  draft.summary = "试付 " + document;
  draft.maker = "maker1";
  draft.lines = {{MIF_DEBIT, sum, "50010101", "insutype=310;mode=1", "待遇"}, {MIF_CREDIT, sum, "1004", "bank_account=" + std::string(kAccount), "付款"}};
  service::Deployment& d = *deployment;
  std::int64_t id = 0;
  d.database().write([&](store::Txn& txn) { id = d.propose(txn, {"maker1", "test", ""}, draft).id; });
  d.database().write([&](store::Txn& txn) { d.decide(txn, {"reviewer1", "test", ""}, d.identity().caller(txn, "reviewer1"), id, "review", true, ""); });
  return id;
}

std::string payable_line(std::int64_t number, std::int64_t voucher, const std::string& obligation, Fen amount, const std::string& payee_account) {
  return std::to_string(number) + "|" + std::to_string(voucher) + "|" + kBook + "|" + obligation + "|2023-06-20|" + amount.plain() + "|" + kAccount + "|" + payee_account + "|示例市第一人民医院|102290000012|月结 " + obligation + "\n";
}

}  // namespace mif::test
