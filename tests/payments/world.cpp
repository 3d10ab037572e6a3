// SPDX-License-Identifier: Apache-2.0
#include "tests/payments/world.h"

#include <filesystem>

namespace mif::test {

namespace {

void write_settings(const std::string& home, std::uint16_t port) {
  write_home_settings(home, "试验省",
                      bank_settings(port, 900) + "  treasury { flow voucher-payment packet-rows 12\n    account " + kAccount + " { book " + kBook + " ledger-account 1004 adapter bank-xmlfront link demo-bank } }\n");
}

}  // namespace

void make_template(const std::string& folder) {
  std::filesystem::create_directories(folder);
  write_settings(folder, 1);
  make_home(folder, {"treasury", "bank-xmlfront"}, true);
}

World::World(const std::string& prepared, std::uint64_t seed, bool talk) : PayingWorld(seed, talk), home_(folder_.path() + "/home", now_ms_) {
  std::filesystem::copy(prepared, home_.path, std::filesystem::copy_options::recursive);
  at_risk(home_, {"data"});
  std::string faults;
  add_some(faults, {"cut-before-execute", "cut-after-send", "half-reply", "wrong-length", "garbage", "delay", "closed", "reply-twice", "refuse", "duplicate-answer", "late", "returning", "partial-reply", "query-missing"}, 35, 5, 30);
  add_some(faults, {"query-cut"}, 35, 40, 50);
  add_some(faults, {"statement-missing", "statement-repeated", "statement-wrong-opening", "statement-wrong-closing", "statement-reordered"}, 35, 5, 30);
  open_bank(faults);
  ledger_->open_account({kAccount, "支出户", Fen(kOpening)});
  home_.open();
}
World::~World() { home_.close(); }

void World::bank_is_at(std::uint16_t port) { write_settings(home_.path, port); }

void World::power_is_back() {
  const std::int64_t in_flight = integer("select count(*) from x_treasury_payment where state = 'sending'");
  say("the power was gone with " + std::to_string(in_flight) + " being sent");
  if (in_flight > 0) ++cuts_in_flight_;
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
    const std::int64_t id = home_.reviewed_voucher(name, sum);
    for (const Fen& amount : amounts) {
      const std::string n = std::to_string(++payables_);
      file += payable_line(payables_, id, name + "/" + n, amount, "622588" + std::to_string(1000 + below(4)));
    }
  }
  write_file(home_.path + "/payables.txt", file);
  say(std::to_string(payables_) + " payables");
}

// Two people ask the bank by telephone and believe it.
void World::resolve() {
  std::vector<std::string> doubts;
  home_.deployment->database().read([&](store::Txn& txn) {
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
      run_due(home_);
      break;
    }
    case 14:
      say("mif restarts");
      home_.close();
      home_.open();
      break;
    default:
      say("the bank is away for one errand");
      hang_up();
      run(chance(50) ? "pay send" : "pay query", "{}", payer);
      close_bank();
      {
        std::string faults;
        add_some(faults, {"cut-after-send", "late", "returning", "refuse", "query-missing", "query-cut", "partial-reply"}, 40, 5, 30);
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
