// SPDX-License-Identifier: Apache-2.0
#include "tests/ferry/orders_world.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "ferry/crypto.h"

namespace mif::test {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kMinute = 60'000;

std::string ends(const std::string& me, const std::string& peer) {
  return " me " + me + " peer " + peer + " out { flow " + me + "-out outbox \"ferry/out\" sign { k-" + me + " " + me + ".key } encrypt { k1 shared } }" + " in { flow " + peer +
         "-out inbox \"ferry/in\" verify { k-" + peer + " " + peer + ".pem } decrypt { k1 shared } }";
}

void write_settings(const std::string& folder, std::uint16_t port) {
  write_home_settings(folder + "/inner", "内网", "  bank-ferry { inner bank {" + ends("fund", "outside") + " expires-seconds 3600 grace-seconds 1800 } }\n" +
                                                     "  treasury { flow voucher-payment packet-rows 5\n    account " + kAccount + " { book " + kBook + " ledger-account 1004 adapter bank-ferry link bank } }\n");
  write_home_settings(folder + "/outer", "外网", "  bank-ferry { outer fund {" + ends("outside", "fund") + " adapter bank-xmlfront link demo-bank unit 990000 rows 4 } }\n" + bank_settings(port, 400));
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  if (!fs::exists(folder)) return names;
  for (const auto& file : fs::directory_iterator(folder))
    if (file.path().extension() == ".ferry") names.push_back(file.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

void make_template(const std::string& folder) {
  for (const char* side : {"inner", "outer"})
    for (const char* below : {"/secrets", "/ferry/in", "/ferry/out"}) fs::create_directories(folder + "/" + side + below);
  write_settings(folder, 1);
  const ferry::Secret shared = ferry::make_shared_key();
  for (const char* owner : {"fund", "outside"}) {
    const auto pair = ferry::make_pair(ferry::Suite::gm);
    for (const char* side : {"inner", "outer"}) {
      const std::string secrets = folder + "/" + side + "/secrets/";
      if ((std::string(owner) == "fund") == (std::string(side) == "inner")) write_file(secrets + owner + ".key", std::string(pair.private_pem.view()));
      write_file(secrets + owner + ".pem", pair.public_pem);
      write_file(secrets + "shared", std::string(shared.view()));
    }
  }
  for (const char* side : {"inner", "outer"})
    for (const auto& file : fs::directory_iterator(folder + "/" + side + "/secrets")) fs::permissions(file.path(), fs::perms::owner_read | fs::perms::owner_write);
  make_home(folder + "/inner", {"bank-ferry", "treasury"}, true);
  make_home(folder + "/outer", {"bank-ferry", "bank-xmlfront"}, false);
}

OrdersWorld::OrdersWorld(const std::string& prepared, std::uint64_t seed, bool talk) : PayingWorld(seed, talk) {
  for (const char* side : {"inner", "outer"}) fs::copy(prepared + "/" + side, folder_.path() + "/" + side, fs::copy_options::recursive);
  fs::create_directories(folder_.path() + "/archive");
  std::string faults;
  add_some(faults, {"cut-before-execute", "cut-after-send", "half-reply", "wrong-length", "garbage", "closed", "reply-twice", "refuse", "duplicate-answer", "late", "partial-reply", "query-missing", "query-cut"}, 25, 5, 25);
  open_bank(faults);
  ledger_->open_account({kAccount, "支出户", Fen(kOpening)});
  inner_ = std::make_unique<PayingHome>(folder_.path() + "/inner", now_ms_);
  outer_ = std::make_unique<PayingHome>(folder_.path() + "/outer", now_ms_, (static_cast<std::int64_t>(below(21)) - 10) * kMinute);
  at_risk(*outer_, {"data", "ferry"});
  inner_->open();
  outer_->open();
}
OrdersWorld::~OrdersWorld() {
  inner_->close();
  outer_->close();
  close_bank();
}

void OrdersWorld::bank_is_at(std::uint16_t port) { write_settings(folder_.path(), port); }

// The bank refuses a code it knows; the outer side must not rely on that.
void OrdersWorld::spoken_to(const std::string& function, bool executed) {
  if (function != "DCPAYMNT" || executed) return;
  outer_->deployment->database().read([&](store::Txn& txn) {
    txn.query("select code from x_bankferry_journal where state = 'handing'", {}, [&](const store::Row& r) { ++offered_[std::string(r.text(0))]; });
  });
}

void OrdersWorld::power_is_back() {
  const std::int64_t handing = outer_->integer("select count(*) from x_bankferry_journal where state = 'handing'");
  say("the outer side lost power with " + std::to_string(handing) + " being handed on");
  if (handing > 0) ++marks["power cut while handing on"];
}

void OrdersWorld::back_up() {
  if (fs::exists(folder_.path() + "/backup")) return;
  say("the outer database is backed up");
  outer_->close();
  copy_tree(outer_->path + "/data", folder_.path() + "/backup");
  outer_->open();
  backed_up_ = outer_->integer("select coalesce(max(journal), 0) from x_bankferry_line");
}
// The database of yesterday beside the folders of today.
void OrdersWorld::restore() {
  if (!fs::exists(folder_.path() + "/backup") || outer_->integer("select coalesce(max(journal), 0) from x_bankferry_line") == backed_up_) return;
  say("the outer database is restored from a backup");
  outer_->close();
  copy_tree(folder_.path() + "/backup", outer_->path + "/data");
  fs::remove_all(folder_.path() + "/backup");
  outer_->open();
  ++marks["restored from a backup"];
  if (run(*outer_, "ferry-orders run", "{}", "payer1")) complaints_.push_back("an outer side with a backup for its journal went on as if nothing had been");
  if (run(*outer_, "ferry-orders adopt", R"({"line":"fund"})", "payer1")) ++marks["adopted"];
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
    file += payable_line(n, inner_->reviewed_voucher(name, amount), name, amount, "6225881000");
  }
  write_file(inner_->path + "/payables.txt", file);
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
      write_file(in, bytes.substr(0, bytes.size() / 2));
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
    case 6: gap(inner_->path, outer_->path, false); break;
    case 7:
    case 8: gap(outer_->path, inner_->path, false); break;
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
    gap(inner_->path, outer_->path, true);
    run(*outer_, "ferry-orders run", "{}", "payer1");
    gap(outer_->path, inner_->path, true);
    run(*inner_, "pay query", "{}", "payer1");
    now_ms_ += 20 * kMinute;
    if (round % 4 == 3) {
      run(*inner_, "statement import", kWholeYear, "payer1");
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

}  // namespace mif::test
