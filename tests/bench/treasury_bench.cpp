// SPDX-License-Identifier: Apache-2.0
// Payments from their reviewed vouchers to a reconciled account, against mif-bank-sim in a process of its own.
//   treasury_bench month PAYMENTS          seconds: preparing, approving, sending, asking and posting, statement, matching
//   treasury_bench faults PAYMENTS LIST    with faults of the simulator (its --fault), to the last word on each: seconds, rounds,
//                                          paid, failed, returned, debits beyond one per code
#include <fmt/format.h>

#include "mif/error.hpp"
#include "tests/bank/province.h"
#include "tests/bench/fixture.h"

namespace mif::bench {
namespace {

constexpr const char* kInFlight = "select count(*) from x_treasury_payment where state not in ('done', 'failed', 'returned', 'cancelled')";

class Month {
 public:
  Month(int payments, const std::string& faults) {
    province_.receive("BF1", Fen(9'000'000'000'000));
    province_.restart_bank(faults);
    province_.restart();
    due_ = province_.owe(payments);
    province_.review(due_);
    fmt::print(stderr, "  {} reviewed vouchers wait\n", payments);
  }
  double timed(const char* job, const std::string& params = "{}") {
    const Stopwatch watch;
    province_.run(job, params);
    fmt::print(stderr, "  {} {:.1f} s\n", job, watch.seconds());
    return watch.seconds();
  }
  test::Province& province() { return province_; }
  std::size_t posted() { return static_cast<std::size_t>(province_.posted(due_)); }

 private:
  test::Province province_;
  std::vector<test::Due> due_;
};

void expect(bool good, const std::string& what) {
  if (!good) throw Error(MIF_E_INTERNAL, what);
}

int month(int payments) {
  Month m(payments, "");
  const double prepare = m.timed("pay prepare"), approve = m.timed("pay approve"), send = m.timed("pay send"), query = m.timed("pay query"),
               import = m.timed("statement import", R"({"from":"2023-06-01","to":"2023-06-30"})"), match = m.timed("statement match");
  expect(m.posted() == static_cast<std::size_t>(payments), fmt::format("{} of {} vouchers posted", m.posted(), payments));
  const test::SimTotals bank = m.province().bank();
  expect(bank.executed_once == payments && bank.executed_more == 0, "the bank paid something twice or not at all");
  expect(m.province().count("select count(*) from x_treasury_line l where not exists (select 1 from x_treasury_match m where m.line_id = l.id)") == 0, "a statement line is not matched");
  fmt::print("{:.3f} {:.3f} {:.3f} {:.3f} {:.3f} {:.3f}\n", prepare, approve, send, query, import, match);
  return 0;
}

int faults(int payments, const std::string& list) {
  Month m(payments, list);
  test::Province& p = m.province();
  const Stopwatch watch;
  int rounds = 0;
  // Refused ones become new payments of the same debt, until everything owed has had its last word.
  for (bool more = true; more && rounds < 40; ++rounds) {
    for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
    fmt::print(stderr, "  round {}: {:.0f} s, {} not decided yet\n", rounds + 1, watch.seconds(), p.count(kInFlight));
    more = p.count(kInFlight) > 0 || p.count("select count(*) from x_treasury_payable where closed = 0 and not exists (select 1 from x_treasury_payment q where q.live_obligation = obligation or (q.obligation = x_treasury_payable.obligation and q.state = 'returned'))") > 0;
  }
  p.run("pay query", R"({"returns":"60"})");
  p.run("statement import", R"({"from":"2023-06-01","to":"2023-06-30"})");
  p.run("statement match");
  const double seconds = watch.seconds();
  const test::SimTotals bank = p.bank();
  const std::int64_t done = p.count("select count(*) from x_treasury_payment where state = 'done'"), failed = p.count("select count(*) from x_treasury_payment where state = 'failed'"),
                     returned = p.count("select count(*) from x_treasury_payment where state = 'returned'"), open = p.count(kInFlight);
  expect(open == 0, fmt::format("{} payments have no last word", open));
  expect(bank.executed_more == 0, fmt::format("{} codes were paid twice", bank.executed_more));
  expect(done + returned == payments, fmt::format("{} paid and {} returned of {} owed", done, returned, payments));
  fmt::print("{:.3f} {} {} {} {} {}\n", seconds, rounds, done, failed, returned, bank.executed_more);
  return 0;
}

}  // namespace
}  // namespace mif::bench

int main(int argc, char** argv) {
  try {
    const std::string what = argc > 1 ? argv[1] : "";
    if (what == "month" && argc == 3) return mif::bench::month(std::atoi(argv[2]));
    if (what == "faults" && argc == 4) return mif::bench::faults(std::atoi(argv[2]), argv[3]);
  } catch (const std::exception& e) {
    fmt::print(stderr, "treasury_bench: {}\n", e.what());
    return 1;
  }
  fmt::print(stderr, "usage: see the head of treasury_bench.cpp\n");
  return 2;
}
