// SPDX-License-Identifier: Apache-2.0
#include "tests/payments/world.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "kernel/app/mifctl/books.h"
#include "kernel/ledger/opening_file.h"
#include "mif/error.hpp"

namespace mif::test {

namespace fs = std::filesystem;

namespace {

const char* const kWholeYear = R"({"from":"2023-01-01","to":"2023-12-31"})";
const Who kTester{"system", "test", ""};

class SimulatedClock : public Clock {
 public:
  explicit SimulatedClock(const std::atomic<std::int64_t>& now) : now_(now) {}
  std::int64_t now_unix_ms() const override { return now_; }
  Day business_day() const override { return Day(2023, 12, 31); }

 private:
  const std::atomic<std::int64_t>& now_;
};

void write(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

void write_settings(const std::string& home, std::uint16_t port) {
  write(home + "/mif.info", "name \"试验省\"\nmode development\nclock { business-day 2023-12-31 }\nplugin {\n  bank-xmlfront { link demo-bank { profile \"templates/bank/cmb-like.info\" "
                            "host 127.0.0.1 port " + std::to_string(port) + " timeout-ms 900 login T } }\n  treasury { flow voucher-payment packet-rows 12\n    account " + kAccount +
                                " { book " + kBook + " ledger-account 1004 adapter bank-xmlfront link demo-bank } }\n}\n");
}

std::string base() {
  std::error_code ignored;
  return fs::is_directory("/dev/shm", ignored) ? "/dev/shm" : fs::temp_directory_path().string();
}

}  // namespace

Folder::Folder() {
  std::string name = base() + "/mif-payments-XXXXXX";
  if (!mkdtemp(name.data())) throw Error(MIF_E_INTERNAL, "no temporary folder");
  path_ = name;
}
Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void make_template(const std::string& home) {
  const fs::path source = MIF_SOURCE_DIR;
  fs::create_directories(home);
  fs::copy(source / "config/demo-province", home + "/config", fs::copy_options::recursive);
  fs::create_directories(home + "/templates");
  fs::copy(source / "templates/bank", home + "/templates/bank", fs::copy_options::recursive);
  write(home + "/payables.txt", "");
  write_settings(home, 1);
  const auto d = service::Deployment::open(home, false);
  const auto books = app::read_books_info(d->path("config/books.info"));
  d->database().write([&](store::Txn& txn) {
    for (const auto& unit : identity::read_units_info(d->path("config/units.info"))) d->identity().put_unit(txn, kTester, unit);
    for (const auto& person : identity::read_people_info(d->path("config/people.info"))) d->identity().put_person(txn, kTester, person);
    d->identity().put_person(txn, kTester, {"payer2", "另一付款人", "990000", {"payer"}, false});
    d->charts().apply_folder(txn, kTester, "employee", d->path("config/chart"));
  });
  d->database().write([&](store::Txn& txn) {
    for (const auto& [book, opening] : books.books) {
      if (book.code != kBook) continue;
      d->ledger().create_book(txn, kTester, book);
      d->ledger().set_opening(txn, kTester, book.code, ledger::read_opening_lines(d->path("config/" + opening)));
    }
  });
  for (const char* id : {"treasury", "bank-xmlfront"}) d->plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin");
  d->plugins().install(std::string(MIF_TEST_BUNDLES) + "/payables.plugin");
}

World::World(const std::string& prepared, std::uint64_t seed, bool talk) : random_(seed), talk_(talk) {
  fs::copy(prepared, folder_.path() + "/home", fs::copy_options::recursive);
  std::string faults;
  for (const char* name : {"cut-before-execute", "cut-after-send", "half-reply", "wrong-length", "garbage", "delay", "closed", "reply-twice", "refuse", "duplicate-answer", "late", "returning",
                           "partial-reply", "query-missing", "query-cut", "statement-missing", "statement-repeated", "statement-wrong-opening", "statement-wrong-closing", "statement-reordered"})
    if (chance(35)) faults += std::string(faults.empty() ? "" : ",") + name + ":" + std::to_string(std::string(name) == "query-cut" ? 40 + below(50) : 5 + below(30)) + "%";
  open_bank(faults);
  ledger_->open_account({kAccount, "支出户", Fen(kOpening)});
  open();
}
World::~World() {
  close();
  close_bank();
}

void World::say(const std::string& text) const {
  if (talk_) std::printf("%lld  %s\n", static_cast<long long>(now_ms_ / 1000), text.c_str());
}

void World::open() {
  write_settings(folder_.path() + "/home", port_);
  deployment_ = service::Deployment::open(folder_.path() + "/home", true, std::make_unique<SimulatedClock>(now_ms_));
  for (const auto& p : deployment_->plugins().list())
    if (p.status != plugin::Status::active) throw Error(MIF_E_INTERNAL, p.manifest.id + ": " + p.reason);
  jobs_ = std::make_unique<service::JobRunner>(*deployment_);
}
void World::close() {
  jobs_.reset();
  deployment_.reset();
}

void World::open_bank(const std::string& faults) {
  say("bank opens with " + faults);
  faults_ = std::make_unique<banksim::Faults>(faults, random_());
  ledger_ = std::make_unique<banksim::BankLedger>(folder_.path() + "/bank", true);
  teller_ = std::make_unique<banksim::Teller>(*ledger_, *faults_, Day(2023, 6, 20));
  banksim::Watch watch;
  watch.pause = [this](std::int64_t ms) { now_ms_ += ms; };
  watch.moment = [this](const std::string&, bool executed) { return moment(executed); };
  server_ = std::make_unique<banksim::Server>(*teller_, *faults_, "127.0.0.1", port_, watch);
  port_ = server_->port();
}
void World::close_bank() {
  server_.reset();
  teller_.reset();
  ledger_.reset();
}

// On the bank's thread, while mif waits for the answer: nobody writes mif's files now. What the run that goes on in this process still
// sends after its power was cut never left the house; the request the bank holds already is executed.
bool World::moment(bool executed) {
  if (was_cut_) return executed;
  if (cut_at_ == 0 || --cut_at_ != 0) return true;
  fs::remove_all(folder_.path() + "/cut");
  fs::create_directories(folder_.path() + "/cut");
  for (const auto& file : fs::directory_iterator(folder_.path() + "/home/data"))
    if (const std::string name = file.path().filename(); name.size() < 4 || name.substr(name.size() - 4) != "-shm") fs::copy(file.path(), folder_.path() + "/cut/" + name, fs::copy_options::recursive);
  was_cut_ = true;
  return true;
}

void World::power_cut() {
  close();
  fs::remove_all(folder_.path() + "/home/data");
  fs::rename(folder_.path() + "/cut", folder_.path() + "/home/data");
  was_cut_ = false;
  open();
  const std::int64_t in_flight = integer("select count(*) from x_treasury_payment where state = 'sending'");
  say("the power was gone with " + std::to_string(in_flight) + " being sent");
  if (in_flight > 0) ++cuts_in_flight_;
}

Poco::JSON::Object::Ptr World::run(const std::string& job, const std::string& params, const std::string& login) {
  Poco::JSON::Object::Ptr result;
  try {
    identity::Caller caller;
    deployment_->database().read([&](store::Txn& txn) { caller = deployment_->identity().caller(txn, login); });
    result = Poco::JSON::Parser().parse(jobs_->run(job, params, {login, "test", ""}, &caller)).extract<Poco::JSON::Object::Ptr>();
    say(login + " " + job + " " + params + ": " + result->optValue<std::string>("summary", ""));
  } catch (const Error& e) {
    say(login + " " + job + " " + params + ": " + e.what());
    if (e.code() == MIF_E_INTERNAL) complaints_.push_back(job + ": " + e.what());
  }
  if (was_cut_) power_cut();
  return result;
}

std::int64_t World::integer(const std::string& sql) {
  std::int64_t n = 0;
  deployment_->database().read([&](store::Txn& txn) { n = txn.integer(sql).value_or(0); });
  return n;
}

void World::owe() {
  const std::size_t wanted = 5 + below(36);
  std::string file;
  for (int document = 1; payables_ < static_cast<std::int64_t>(wanted); ++document) {
    const std::size_t parts = chance(20) ? 2 + below(3) : 1;
    const std::string name = "JS" + std::to_string(20230600000 + document);
    std::vector<Fen> amounts;
    Fen sum;
    for (std::size_t i = 0; i < parts; ++i) sum += amounts.emplace_back(chance(40) ? 12345 : 1 + static_cast<std::int64_t>(below(500000)));  // equal ones are legal
    ledger::Draft draft;
    draft.day = Day(2023, 6, 20);
    draft.book = kBook;
    draft.word = "付";
    draft.flow = "voucher-payment";
    draft.source_plugin = "exchange";
    draft.source_key = "demo/" + name + "#1";
    draft.summary = "试付 " + name;
    draft.maker = "maker1";
    draft.lines = {{MIF_DEBIT, sum, "50010101", "insutype=310;mode=1", "待遇"}, {MIF_CREDIT, sum, "1004", "bank_account=" + std::string(kAccount), "付款"}};
    std::int64_t id = 0;
    deployment_->database().write([&](store::Txn& txn) { id = deployment_->propose(txn, {"maker1", "test", ""}, draft).id; });
    deployment_->database().write([&](store::Txn& txn) {
      deployment_->decide(txn, {"reviewer1", "test", ""}, deployment_->identity().caller(txn, "reviewer1"), id, "review", true, "");
    });
    for (const Fen& amount : amounts) {
      const std::string n = std::to_string(++payables_);
      file += n + "|" + std::to_string(id) + "|" + kBook + "|" + name + "/" + n + "|2023-06-20|" + amount.plain() + "|" + kAccount + "|622588" + std::to_string(1000 + below(4)) +
              "|示例市第一人民医院|102290000012|月结 " + name + "/" + n + "\n";
    }
  }
  write(folder_.path() + "/home/payables.txt", file);
  say(std::to_string(payables_) + " payables");
}

// Two people ask the bank by telephone and believe it.
void World::resolve() {
  std::vector<std::string> doubts;
  deployment_->database().read([&](store::Txn& txn) {
    txn.query("select code from x_treasury_payment where state = 'unknown' order by id", {}, [&](const store::Row& r) { doubts.emplace_back(r.text(0)); });
  });
  if (doubts.empty()) return;
  const std::string code = doubts[below(doubts.size())];
  const auto truth = ledger_->look(code);
  if (truth && truth->state == banksim::State::accepted) return;  // not decided yet
  const bool done = truth && (truth->state == banksim::State::executed || truth->state == banksim::State::returned);
  const std::string params = R"({"code":")" + code + R"(","outcome":")" + (done ? "done" : "failed") + R"(","evidence":"电话询问银行, 回执存档"})";
  run("pay resolve", params, "payer1");
  if (chance(20)) run("pay resolve", params, "payer1");  // the same person again is one person
  run("pay resolve", params, "payer2");
}

void World::statement() {
  if (chance(50)) run("pay send", "{}", "payer1");  // what is in doubt now the statement may know
  run("statement import", kWholeYear, "payer1");
  if (chance(70)) run("statement match", "{}", "payer1");
}

void World::act() {
  const std::string payer = chance(50) ? "payer1" : "payer2";
  if (cut_at_ == 0 && chance(8)) cut_at_ = 1 + static_cast<int>(below(3));
  switch (below(20)) {
    case 0:
    case 1: run("pay prepare", "{}", "maker1"); break;
    case 2:
    case 3: run("pay approve", "{}", payer); break;
    case 4:
    case 5:
    case 6: run("pay send", "{}", payer); break;
    case 7: run("pay query", "{}", payer); break;
    case 8: run("pay query", R"({"due":"1"})", payer); break;
    case 9: run("pay query", R"({"returns":"30"})", payer); break;
    case 10:
    case 15:
    case 16: statement(); break;
    case 11:
    case 17:
    case 18: resolve(); break;
    case 12:
    case 13: {
      static constexpr std::int64_t steps[] = {5'000, 60'000, 1'800'000, 7'200'000};
      now_ms_ += steps[below(4)];
      jobs_->run_due();
      if (was_cut_) power_cut();
      break;
    }
    case 14:
      say("mif restarts");
      close();
      open();
      break;
    default:
      say("the bank is away for one errand");
      server_.reset();
      run(chance(50) ? "pay send" : "pay query", "{}", payer);
      close_bank();
      {
        std::string faults;
        for (const char* name : {"cut-after-send", "late", "returning", "refuse", "query-missing", "query-cut", "partial-reply"})
          if (chance(40)) faults += std::string(faults.empty() ? "" : ",") + name + ":" + std::to_string(5 + below(30)) + "%";
        open_bank(faults);
      }
  }
}

void World::finish() {
  say("calm weather");
  cut_at_ = 0;
  close_bank();
  open_bank("");
  for (int round = 0; round < 40; ++round) {
    run("pay prepare", "{}", "maker1");
    run("pay approve", "{}", "payer1");
    run("pay send", "{}", "payer1");
    now_ms_ += 7'200'000;
    run("pay query", R"({"due":"1"})", "payer1");
    run("pay query", R"({"returns":"30"})", "payer1");
    run("statement import", kWholeYear, "payer1");
    run("statement match", "{}", "payer1");
    // Twice quiet: a payment that will come back does so when it is asked about for the second time.
    if (round > 2 && integer("select count(*) from x_treasury_payment where state not in ('done', 'failed', 'returned', 'cancelled')") == 0 &&
        integer("select count(*) from x_treasury_payable p where closed = 0 and not exists (select 1 from x_treasury_payment q where q.obligation = p.obligation and q.state in ('done', 'returned'))") == 0)
      return;
  }
  complaints_.push_back("not everything came to an end");
}

void World::live() {
  owe();
  run("pay prepare", "{}", "maker1");
  run("pay approve", "{}", "payer1");
  for (std::size_t n = 12 + below(20); n > 0; --n) act();
  finish();
}

}  // namespace mif::test
