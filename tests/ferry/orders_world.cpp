// SPDX-License-Identifier: Apache-2.0
#include "tests/ferry/orders_world.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "ferry/crypto.h"
#include "kernel/app/mifctl/books.h"
#include "kernel/ledger/opening_file.h"
#include "mif/error.hpp"

namespace mif::test {

namespace fs = std::filesystem;

namespace {

const char *const kBook = "990000-310", *const kAccount = "9900001004001";
constexpr std::int64_t kOpening = 4'500'000'000, kMinute = 60'000;
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

void write(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string ends(const std::string& me, const std::string& peer) {
  return " me " + me + " peer " + peer + " out { flow " + me + "-out outbox \"ferry/out\" sign { k-" + me + " " + me + ".key } encrypt { k1 shared } }" + " in { flow " + peer +
         "-out inbox \"ferry/in\" verify { k-" + peer + " " + peer + ".pem } decrypt { k1 shared } }";
}

void write_settings(const std::string& folder, std::uint16_t port) {
  const std::string head = "mode development\nclock { business-day 2023-12-31 }\nplugin {\n";
  write(folder + "/inner/mif.info", "name \"内网\"\n" + head + "  bank-ferry { inner bank {" + ends("fund", "outside") + " expires-seconds 3600 grace-seconds 1800 } }\n" +
                                        "  treasury { flow voucher-payment packet-rows 5\n    account " + kAccount + " { book " + kBook + " ledger-account 1004 adapter bank-ferry link bank } }\n}\n");
  write(folder + "/outer/mif.info", "name \"外网\"\n" + head + "  bank-ferry { outer fund {" + ends("outside", "fund") + " adapter bank-xmlfront link demo-bank unit 990000 rows 4 } }\n" +
                                        "  bank-xmlfront { link demo-bank { profile \"templates/bank/cmb-like.info\" host 127.0.0.1 port " + std::to_string(port) + " timeout-ms 400 login T } }\n}\n");
}

void copy_tree(const std::string& from, const std::string& to) {
  fs::remove_all(to);
  fs::create_directories(to);
  for (const auto& file : fs::directory_iterator(from))
    if (const std::string name = file.path().filename(); name.size() < 4 || name.substr(name.size() - 4) != "-shm") fs::copy(file.path(), to + "/" + name, fs::copy_options::recursive);
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  if (!fs::exists(folder)) return names;
  for (const auto& file : fs::directory_iterator(folder))
    if (file.path().extension() == ".ferry") names.push_back(file.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

void make_home(const std::string& home, bool books) {
  const fs::path source = MIF_SOURCE_DIR;
  fs::copy(source / "config/demo-province", home + "/config", fs::copy_options::recursive);
  fs::create_directories(home + "/templates");
  fs::copy(source / "templates/bank", home + "/templates/bank", fs::copy_options::recursive);
  for (const char* below : {"/ferry/in", "/ferry/out"}) fs::create_directories(home + below);
  const auto d = service::Deployment::open(home, false);
  const auto book_list = app::read_books_info(d->path("config/books.info"));
  d->database().write([&](store::Txn& txn) {
    for (const auto& unit : identity::read_units_info(d->path("config/units.info"))) d->identity().put_unit(txn, kTester, unit);
    for (const auto& person : identity::read_people_info(d->path("config/people.info"))) d->identity().put_person(txn, kTester, person);
    d->identity().put_person(txn, kTester, {"payer2", "另一付款人", "990000", {"payer"}, false});
    if (books) d->charts().apply_folder(txn, kTester, "employee", d->path("config/chart"));
  });
  d->database().write([&](store::Txn& txn) {
    for (const auto& [book, opening] : book_list.books) {
      if (!books || book.code != kBook) continue;
      d->ledger().create_book(txn, kTester, book);
      d->ledger().set_opening(txn, kTester, book.code, ledger::read_opening_lines(d->path("config/" + opening)));
    }
  });
  for (const char* id : {"bank-ferry", books ? "treasury" : "bank-xmlfront"}) d->plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin");
  if (books) d->plugins().install(std::string(MIF_TEST_BUNDLES) + "/payables.plugin");
}

std::string base() {
  std::error_code ignored;
  return fs::is_directory("/dev/shm", ignored) ? "/dev/shm" : fs::temp_directory_path().string();
}

}  // namespace

Folder::Folder() {
  std::string name = base() + "/mif-orders-XXXXXX";
  if (!mkdtemp(name.data())) throw Error(MIF_E_INTERNAL, "no temporary folder");
  path_ = name;
}
Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void make_template(const std::string& folder) {
  for (const char* side : {"inner", "outer"}) fs::create_directories(folder + "/" + side + "/secrets");
  write_settings(folder, 1);
  const ferry::Secret shared = ferry::make_shared_key();
  for (const char* owner : {"fund", "outside"}) {
    const auto pair = ferry::make_pair(ferry::Suite::gm);
    for (const char* side : {"inner", "outer"}) {
      const std::string secrets = folder + "/" + side + "/secrets/";
      if ((std::string(owner) == "fund") == (std::string(side) == "inner")) write(secrets + owner + ".key", std::string(pair.private_pem.view()));
      write(secrets + owner + ".pem", pair.public_pem);
      write(secrets + "shared", std::string(shared.view()));
    }
  }
  for (const char* side : {"inner", "outer"})
    for (const auto& file : fs::directory_iterator(folder + "/" + side + "/secrets")) fs::permissions(file.path(), fs::perms::owner_read | fs::perms::owner_write);
  write(folder + "/inner/payables.txt", "");
  make_home(folder + "/inner", true);
  make_home(folder + "/outer", false);
}

void Side::open() {
  deployment = service::Deployment::open(home, true, std::make_unique<SimulatedClock>(now_, skew_));
  for (const auto& p : deployment->plugins().list())
    if (p.status != plugin::Status::active) throw Error(MIF_E_INTERNAL, p.manifest.id + ": " + p.reason);
  jobs = std::make_unique<service::JobRunner>(*deployment);
}
void Side::close() {
  jobs.reset();
  deployment.reset();
}
std::int64_t Side::integer(const std::string& sql) {
  std::int64_t n = 0;
  deployment->database().read([&](store::Txn& txn) { n = txn.integer(sql).value_or(0); });
  return n;
}

OrdersWorld::OrdersWorld(const std::string& prepared, std::uint64_t seed, bool talk) : random_(seed), talk_(talk) {
  for (const char* side : {"inner", "outer"}) fs::copy(prepared + "/" + side, folder_.path() + "/" + side, fs::copy_options::recursive);
  fs::create_directories(folder_.path() + "/archive");
  std::string faults;
  for (const char* name : {"cut-before-execute", "cut-after-send", "half-reply", "wrong-length", "garbage", "closed", "reply-twice", "refuse", "duplicate-answer", "late", "partial-reply", "query-missing", "query-cut"})
    if (chance(25)) faults += std::string(faults.empty() ? "" : ",") + name + ":" + std::to_string(5 + below(25)) + "%";
  open_bank(faults);
  ledger_->open_account({kAccount, "支出户", Fen(kOpening)});
  inner_ = std::make_unique<Side>(folder_.path() + "/inner", now_ms_, 0);
  outer_ = std::make_unique<Side>(folder_.path() + "/outer", now_ms_, (static_cast<std::int64_t>(below(21)) - 10) * kMinute);
  inner_->open();
  outer_->open();
}
OrdersWorld::~OrdersWorld() {
  inner_->close();
  outer_->close();
  close_bank();
}

void OrdersWorld::say(const std::string& text) const {
  if (talk_) std::printf("%lld  %s\n", static_cast<long long>(now_ms_ / 1000), text.c_str());
}

void OrdersWorld::open_bank(const std::string& faults) {
  say("bank opens with " + faults);
  faults_ = std::make_unique<banksim::Faults>(faults, random_());
  ledger_ = std::make_unique<banksim::BankLedger>(folder_.path() + "/bank", true);
  teller_ = std::make_unique<banksim::Teller>(*ledger_, *faults_, Day(2023, 6, 20));
  banksim::Watch watch;
  watch.pause = [this](std::int64_t ms) { now_ms_ += ms; };
  watch.moment = [this](const std::string& function, bool executed) { return moment(function, executed); };
  server_ = std::make_unique<banksim::Server>(*teller_, *faults_, "127.0.0.1", port_, watch);
  port_ = server_->port();
  write_settings(folder_.path(), port_);
}
void OrdersWorld::close_bank() {
  server_.reset();
  teller_.reset();
  ledger_.reset();
}

// On the bank's thread, while the outer side waits: nobody writes its files now. What the run that goes on in this process still sends after
// its power was cut never left the house.
bool OrdersWorld::moment(const std::string& function, bool executed) {
  if (was_cut_) return executed;
  // The bank refuses a code it knows; the outer side must not rely on that.
  if (function == "DCPAYMNT" && !executed)
    outer_->deployment->database().read([&](store::Txn& txn) {
      txn.query("select code from x_bankferry_journal where state = 'handing'", {}, [&](const store::Row& r) { ++offered_[std::string(r.text(0))]; });
    });
  if (cut_at_ == 0 || --cut_at_ != 0) return true;
  for (const char* part : {"data", "ferry"}) copy_tree(outer_->home + "/" + part, folder_.path() + "/cut/" + part);
  was_cut_ = true;
  return true;
}
void OrdersWorld::power_cut() {
  outer_->close();
  for (const char* part : {"data", "ferry"}) {
    fs::remove_all(outer_->home + "/" + part);
    fs::rename(folder_.path() + "/cut/" + part, outer_->home + "/" + part);
  }
  was_cut_ = false;
  outer_->open();
  const std::int64_t handing = outer_->integer("select count(*) from x_bankferry_journal where state = 'handing'");
  say("the outer side lost power with " + std::to_string(handing) + " being handed on");
  if (handing > 0) ++marks["power cut while handing on"];
}

void OrdersWorld::back_up() {
  if (fs::exists(folder_.path() + "/backup")) return;
  say("the outer database is backed up");
  outer_->close();
  copy_tree(outer_->home + "/data", folder_.path() + "/backup");
  outer_->open();
  backed_up_ = outer_->integer("select coalesce(max(journal), 0) from x_bankferry_line");
}
// The database of yesterday beside the folders of today.
void OrdersWorld::restore() {
  if (!fs::exists(folder_.path() + "/backup") || outer_->integer("select coalesce(max(journal), 0) from x_bankferry_line") == backed_up_) return;
  say("the outer database is restored from a backup");
  outer_->close();
  copy_tree(folder_.path() + "/backup", outer_->home + "/data");
  fs::remove_all(folder_.path() + "/backup");
  outer_->open();
  ++marks["restored from a backup"];
  if (run(*outer_, "ferry-orders run", "{}", "payer1")) complaints_.push_back("an outer side with a backup for its journal went on as if nothing had been");
  if (run(*outer_, "ferry-orders adopt", R"({"line":"fund"})", "payer1")) ++marks["adopted"];
}

Poco::JSON::Object::Ptr OrdersWorld::run(Side& side, const std::string& job, const std::string& params, const std::string& login) {
  Poco::JSON::Object::Ptr result;
  try {
    identity::Caller caller;
    side.deployment->database().read([&](store::Txn& txn) { caller = side.deployment->identity().caller(txn, login); });
    result = Poco::JSON::Parser().parse(side.jobs->run(job, params, {login, "test", ""}, &caller)).extract<Poco::JSON::Object::Ptr>();
    say(job + " " + params + ": " + result->optValue<std::string>("summary", ""));
  } catch (const Error& e) {
    say(job + " " + params + ": " + e.what());
    if (e.code() == MIF_E_INTERNAL) complaints_.push_back(job + ": " + e.what());
  }
  if (was_cut_) power_cut();
  return result;
}

void OrdersWorld::outer_run() {
  if (cut_at_ == 0 && chance(12)) cut_at_ = 1 + static_cast<int>(below(3));
  run(*outer_, "ferry-orders run", "{}", "payer1");
}

void OrdersWorld::owe() {
  payables_ = 4 + static_cast<std::int64_t>(below(9));
  std::string file;
  for (std::int64_t n = 1; n <= payables_; ++n) {
    const std::string name = "JS" + std::to_string(20230600000 + n);
    const Fen amount(1 + n * 1000 + static_cast<std::int64_t>(below(999)));
    ledger::Draft draft;
    draft.day = Day(2023, 6, 20);
    draft.book = kBook;
    draft.word = "付";
    draft.flow = "voucher-payment";
    draft.source_plugin = "exchange";
    draft.source_key = "demo/" + name + "#1";
    draft.summary = "试付 " + name;
    draft.maker = "maker1";
    draft.lines = {{MIF_DEBIT, amount, "50010101", "insutype=310;mode=1", "待遇"}, {MIF_CREDIT, amount, "1004", "bank_account=" + std::string(kAccount), "付款"}};
    std::int64_t id = 0;
    auto& d = *inner_->deployment;
    d.database().write([&](store::Txn& txn) { id = d.propose(txn, {"maker1", "test", ""}, draft).id; });
    d.database().write([&](store::Txn& txn) { d.decide(txn, {"reviewer1", "test", ""}, d.identity().caller(txn, "reviewer1"), id, "review", true, ""); });
    file += std::to_string(n) + "|" + std::to_string(id) + "|" + kBook + "|" + name + "|2023-06-20|" + amount.plain() + "|" + kAccount + "|6225881000|示例市第一人民医院|102290000012|月结 " + name + "\n";
  }
  write(inner_->home + "/payables.txt", file);
}

// What lies in one side's outbox, to the other side's inbox; kind: nothing happens to it.
void OrdersWorld::gap(const std::string& from, const std::string& to, bool kind) {
  auto names = files_in(from + "/ferry/out");
  std::shuffle(names.begin(), names.end(), random_);
  const std::string archive = folder_.path() + "/archive/" + fs::path(to).filename().string();
  fs::create_directories(archive);
  for (const auto& name : names) {
    const std::string out = from + "/ferry/out/" + name, in = to + "/ferry/in/" + name;
    const std::size_t fate = kind ? 99 : below(100);
    if (fate < 20) continue;  // it waits
    fs::copy_file(out, archive + "/" + name, fs::copy_options::overwrite_existing);
    if (fate < 35) {
      ++marks["lost by the gap"];
    } else if (fate < 43) {
      ++marks["cut by the gap"];
      std::ifstream file(out, std::ios::binary);
      std::string bytes((std::istreambuf_iterator<char>(file)), {});
      write(in, bytes.substr(0, bytes.size() / 2));
    } else {
      fs::copy_file(out, in, fs::copy_options::overwrite_existing);
    }
    fs::remove(out);
  }
  say("the gap moved " + std::to_string(names.size()) + " to " + fs::path(to).filename().string());
}

// Whatever once lay in the gap comes again.
void OrdersWorld::replay() {
  for (const char* side : {"inner", "outer"})
    for (const auto& name : files_in(folder_.path() + "/archive/" + side))
      if (chance(40)) {
        fs::copy_file(folder_.path() + "/archive/" + side + "/" + name, folder_.path() + "/" + side + "/ferry/in/" + name, fs::copy_options::overwrite_existing);
        ++marks["replayed"];
      }
}

// Two people look outside, ask the bank by telephone and believe it. Only where the program tells them to.
void OrdersWorld::resolve() {
  std::vector<std::string> doubts;
  inner_->deployment->database().read([&](store::Txn& txn) {
    txn.query("select p.code, o.state from x_treasury_payment p join x_bankferry_order o on o.code = p.code where p.state = 'unknown' and (o.state in ('doubt', 'bank') or o.expires_ms + 1800000 < " +
                  std::to_string(now_ms_.load()) + ")",
              {}, [&](const store::Row& r) {
                doubts.emplace_back(r.text(0));
                if (r.text(1) == "queued" || r.text(1) == "received") ++marks["overdue, then resolved"];
              });
  });
  for (const auto& code : doubts) {
    const auto truth = ledger_->look(code);
    if (truth && truth->state == banksim::State::accepted) continue;
    const std::string params = R"({"code":")" + code + R"(","outcome":")" + (truth && truth->state == banksim::State::executed ? "done" : "failed") + R"(","evidence":"外网侧台账与银行电话, 回执存档"})";
    run(*inner_, "pay resolve", params, "payer1");
    run(*inner_, "pay resolve", params, "payer2");
    ++marks["doubt resolved by two people"];
  }
}

void OrdersWorld::act() {
  switch (below(17)) {
    case 0: run(*inner_, "pay prepare", "{}", "maker1"); break;
    case 1: run(*inner_, "pay approve", "{}", "payer1"); break;
    case 2:
    case 3: run(*inner_, "pay send", "{}", "payer1"); break;
    case 4: run(*inner_, "pay query", "{}", "payer1"); break;
    case 5:
    case 6: gap(inner_->home, outer_->home, false); break;
    case 7:
    case 8: gap(outer_->home, inner_->home, false); break;
    case 9:
    case 10: outer_run(); break;
    case 11: run(*inner_, "ferry-orders run", "{}", "payer1"); break;
    case 12: {
      static constexpr std::int64_t steps[] = {kMinute, 10 * kMinute, 40 * kMinute, 120 * kMinute};
      now_ms_ += steps[below(4)];
      break;
    }
    case 13: replay(); break;
    case 14:
      back_up();
      restore();
      break;
    case 15:
      if (!chance(30)) break;
      say("nothing comes through the gap for three hours");
      now_ms_ += 180 * kMinute;
      run(*inner_, "pay query", "{}", "payer1");
      resolve();
      break;
    default:
      say("the bank is away for one errand");
      close_bank();
      outer_run();
      open_bank(chance(50) ? "cut-after-send:20%,late:20%,query-missing:20%" : "");
      outer_->close();
      outer_->open();
  }
}

void OrdersWorld::finish() {
  say("calm weather");
  cut_at_ = 0;
  close_bank();
  open_bank("");
  outer_->close();
  outer_->open();
  for (int round = 0; round < 60; ++round) {
    run(*inner_, "pay prepare", "{}", "maker1");
    run(*inner_, "pay approve", "{}", "payer1");
    run(*inner_, "pay send", "{}", "payer1");
    gap(inner_->home, outer_->home, true);
    run(*outer_, "ferry-orders run", "{}", "payer1");
    gap(outer_->home, inner_->home, true);
    run(*inner_, "pay query", "{}", "payer1");
    now_ms_ += 20 * kMinute;
    if (round % 4 == 3) {
      run(*inner_, "statement import", R"({"from":"2023-01-01","to":"2023-12-31"})", "payer1");
      run(*inner_, "statement match", "{}", "payer1");
    }
    if (round % 8 == 7) resolve();
    if (round > 2 && inner_->integer("select count(*) from x_treasury_payable p where not exists (select 1 from x_treasury_payment q where q.obligation = p.obligation and q.state = 'done')") == 0 &&
        inner_->integer("select count(*) from x_treasury_payment where state not in ('done', 'failed', 'cancelled')") == 0 && inner_->integer("select count(*) from x_treasury_statement") > 0)
      return;
  }
  complaints_.push_back("not everything came to an end");
}

void OrdersWorld::live() {
  owe();
  run(*inner_, "pay prepare", "{}", "maker1");
  run(*inner_, "pay approve", "{}", "payer1");
  run(*inner_, "pay send", "{}", "payer1");
  for (std::size_t n = 25 + below(40); n > 0; --n) act();
  finish();
}

std::vector<std::string> OrdersWorld::judge() {
  std::vector<std::string> wrong = complaints_;
  const auto expect = [&](bool good, const std::string& what) {
    if (!good) wrong.push_back(what);
  };
  const auto totals = ledger_->totals();
  expect(totals.executed_more == 0, std::to_string(totals.executed_more) + " codes were executed twice");
  expect(totals.look_alikes == 0, std::to_string(totals.look_alikes) + " debts were paid under two codes");
  expect(totals.executed_once == payables_, std::to_string(payables_) + " owed, " + std::to_string(totals.executed_once) + " debits at the bank");
  for (const auto& [code, times] : offered_) expect(times == 1, code + " was handed on " + std::to_string(times) + " times");
  expect(!offered_.empty(), "nothing was handed on");
  std::int64_t ended = 0;
  inner_->deployment->database().read([&](store::Txn& txn) {
    txn.query("select p.code, p.state, p.bank_code, o.state, p.retry_of from x_treasury_payment p join x_bankferry_order o on o.code = p.code", {}, [&](const store::Row& r) {
      const std::string code(r.text(0)), state(r.text(1)), bank_code(r.text(2)), last(r.text(3));
      const auto truth = ledger_->look(code);
      const bool paid = truth && truth->state == banksim::State::executed;
      expect((state == "done") == paid, code + " is " + state + " here and " + (paid ? "paid" : "not paid") + " at the bank");
      if (last == "expired") {
        ++marks["expired, never handed on"];
        expect(!truth, code + " was said to have expired unsent, and the bank knows it");
      }
      if (state == "done") ++ended;
      if (state == "done" && r.integer(4) != 0) ++marks["failed, then paid under a new code"];
      if (last == "bank" && state == "done") ++marks["paid through the gap"];
    });
  });
  expect(ended == payables_, std::to_string(payables_ - ended) + " debts were never paid");
  expect(inner_->integer("select count(*) from x_treasury_line") == totals.executed_once, "the statement that came through the gap is not the bank's");
  const auto verified = run(*inner_, "treasury verify", "{}", "payer1");
  expect(verified && verified->getValue<int>("exit") == 0, "treasury verify finds something");
  return wrong;
}

}  // namespace mif::test
