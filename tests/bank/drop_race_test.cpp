// SPDX-License-Identifier: Apache-2.0
// A payment is given up while somebody prepares it again, reopens it, or gives it up too: one outcome, told once, and nobody pays what
// two people gave up.
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>

#include "tests/bank/race.h"

namespace mif::test {
namespace {

using std::chrono::milliseconds;

std::string drop_of(const std::string& code) { return R"({"code":")" + code + R"(","reason":"收款人已销户"})"; }
std::string step_of(const Tried& tried) { return tried.result->getArray("items")->getObject(0)->getValue<std::string>("state"); }

void pay(Province& p) {
  for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
}
std::vector<std::string> last_codes(Province& p, const std::string& state) {  // of what is not given up
  std::vector<std::string> codes;
  p.deployment().database().read([&](store::Txn& txn) {
    txn.query("select q.code from x_treasury_payment q join x_treasury_payable p on p.id = q.payable_id where p.closed <> 2 and q.state = '" + state +
                  "' and not exists (select 1 from x_treasury_payment r where r.payable_id = q.payable_id and r.id > q.id) order by q.id",
              {}, [&](const store::Row& r) { codes.emplace_back(r.text(0)); });
  });
  return codes;
}
void nothing_contradicts(Province& p) {
  EXPECT_EQ(p.count("select count(*) from x_treasury_payable p join x_treasury_payment q on q.live_obligation = p.obligation where p.closed = 2"), 0) << "given up, and going to be paid";
  EXPECT_EQ(p.count("select count(*) from (select payment_id from x_treasury_result where state = 'resolved' group by payment_id having count(*) > 1) t"), 0) << "told twice";
  EXPECT_EQ(p.count("select count(*) from x_treasury_drop d where confirmed_ms > 0 and not exists (select 1 from x_treasury_result r where r.payment_id = d.payment_id and r.state = 'resolved')"), 0) << "never told";
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}

TEST(PaymentDropRace, dropping_and_preparing_are_one_after_the_other) {
  Province p("refuse:100%");
  Beside beside(p);
  int dropped = 0, prepared = 0;
  for (int round = 0; round < 12; ++round) {
    SCOPED_TRACE(round);
    if (round % 3 == 2) p.review({p.owe_in_parts({Fen(10000 + round), Fen(20000 + round)})});
    else p.review(p.owe(1));
    pay(p);
    const auto failed = last_codes(p, "failed");
    ASSERT_EQ(failed.size(), round % 3 == 2 ? 2u : 1u);
    p.run("pay drop", drop_of(failed.back()), "payer1");
    const std::int64_t before = p.count("select count(*) from x_treasury_payment");
    const auto [drop, prepare] = together([&] { return attempt(p, "pay drop", drop_of(failed.back()), "payer2"); }, [&] { return attempt(beside, "pay prepare", "{}", "maker1"); }, milliseconds(round * 2));
    const bool again = p.count("select count(*) from x_treasury_payment q join x_treasury_payment f on f.payable_id = q.payable_id and q.id > f.id where f.code = '" + failed.back() + "'") != 0;
    EXPECT_NE(drop.done, again) << drop.says << " / " << prepare.says;
    if (drop.done) {
      ++dropped;
      EXPECT_EQ(step_of(drop), "dropped");
    } else {
      ++prepared;
      EXPECT_EQ(drop.rule, "payment.retried") << drop.says;
      EXPECT_GT(p.count("select count(*) from x_treasury_payment"), before);
    }
    if (!prepare.done) {
      EXPECT_EQ(prepare.rule, "payment.dropped") << prepare.says;
    }
    nothing_contradicts(p);
    pay(p);  // the bank refuses it again, and it is given up in peace
    for (const auto& code : last_codes(p, "failed"))
      for (const char* who : {"payer1", "payer2"}) p.run("pay drop", drop_of(code), who);
    ASSERT_EQ(p.count("select count(*) from x_treasury_payable where closed <> 2"), 0);
  }
  EXPECT_EQ(dropped + prepared, 12);
  nothing_contradicts(p);
  EXPECT_TRUE(p.verified());
}

TEST(PaymentDropRace, dropping_and_reopening_are_one_after_the_other) {
  constexpr int kRounds = 8;
  Province p("returning:100%", "returns { as red }");
  p.review(p.owe(kRounds));
  pay(p);
  p.run("pay query", R"({"returns":"30"})");
  p.run("statement import");
  p.run("statement match");
  const auto codes = last_codes(p, "returned");
  ASSERT_EQ(codes.size(), static_cast<std::size_t>(kRounds));
  for (const auto& code : codes) p.decide(p.count("select r.voucher_id from x_treasury_return r join x_treasury_payment q on q.id = r.payment_id where q.code = '" + code + "'"), "review", true, "reviewer1");
  Beside beside(p);
  int dropped = 0, reopened = 0;
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    const std::string& code = codes[static_cast<std::size_t>(round)];
    p.run("pay drop", drop_of(code), "payer1");
    const auto [drop, reopen] = together([&] { return attempt(p, "pay drop", drop_of(code), "payer2"); },
                                         [&] { return attempt(beside, "pay reopen", R"({"code":")" + code + R"(","reason":"账号已由医院更正"})", "maker1"); }, milliseconds(round * 2));
    ASSERT_NE(drop.done, reopen.done) << drop.says << " / " << reopen.says;
    if (drop.done) {
      ++dropped;
      EXPECT_TRUE(reopen.rule == "payment.dropped" || reopen.rule == "payment.changed-meanwhile") << reopen.says;
    } else {
      ++reopened;
      EXPECT_EQ(drop.rule, "payment.reopened-already") << drop.says;
    }
    EXPECT_EQ(p.count("select count(*) from x_treasury_return where reopened_ms > 0 and dropped_ms > 0"), 0);
    nothing_contradicts(p);
  }
  EXPECT_EQ(p.count("select count(*) from x_treasury_payable where closed = 2"), dropped);
  EXPECT_EQ(p.count("select count(*) from x_treasury_return where reopened_ms > 0"), reopened);
  p.run("pay prepare");
  nothing_contradicts(p);
  EXPECT_TRUE(p.verified());
}

TEST(PaymentDropRace, of_two_who_decide_at_once_one_decides) {
  constexpr int kRounds = 8;
  Province p("refuse:100%");
  p.review(p.owe(3 * kRounds));
  pay(p);
  const auto codes = last_codes(p, "failed");
  ASSERT_EQ(codes.size(), static_cast<std::size_t>(3 * kRounds));
  Beside beside(p);
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    const auto at_once = [&](const std::string& code, const char* one, const char* other) {
      return together([&] { return attempt(p, "pay drop", drop_of(code), one); }, [&] { return attempt(beside, "pay drop", drop_of(code), other); });
    };
    const std::string &second = codes[static_cast<std::size_t>(3 * round)], &first = codes[static_cast<std::size_t>(3 * round + 1)], &same = codes[static_cast<std::size_t>(3 * round + 2)];

    p.run("pay drop", drop_of(second), "payer1");
    const auto [a, b] = at_once(second, "payer2", "payer3");
    ASSERT_NE(a.done, b.done) << a.says << " / " << b.says;
    EXPECT_EQ((a.done ? b : a).rule, "payment.dropped");
    EXPECT_EQ(step_of(a.done ? a : b), "dropped");

    const auto [c, d] = at_once(first, "payer2", "payer3");
    ASSERT_TRUE(c.done && d.done) << c.says << d.says;
    EXPECT_NE(step_of(c), step_of(d)) << "whoever came first proposed, the other decided";

    const auto [e, f] = at_once(same, "payer2", "payer2");
    ASSERT_TRUE(e.done && f.done) << e.says << f.says;
    EXPECT_EQ(step_of(e) + step_of(f), "proposedproposed") << "one person twice is one person";
  }
  EXPECT_EQ(p.count("select count(*) from x_treasury_payable where closed = 2"), 2 * kRounds);
  EXPECT_EQ(p.count("select count(*) from x_treasury_drop where confirmed_by = proposed_by"), 0);
  EXPECT_EQ(p.count("select count(*) from x_treasury_result where state = 'resolved'"), 2 * kRounds);
  nothing_contradicts(p);
  EXPECT_TRUE(p.verified());
}

}  // namespace
}  // namespace mif::test
