// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/ledger/fixture.h"

namespace mif {
namespace {

using testing::draft;
using testing::LedgerFixture;

TEST(Closing, AYearOfMonthsThenTheNextKeepsEveryBalance) {
  LedgerFixture world;
  world.apply_charts();
  world.add_book("A");
  for (int year = 2023; year <= 2025; ++year)
    for (int month = 1; month <= 12; ++month) {
      const auto key = std::to_string(year * 100 + month);
      world.post(draft("A", Day(year, month, 10), "in" + key, {"D 1003 bank_account=1 100.00", "C 40010101 mode=1 60.00", "C 40010201 mode=1 40.00"}));
      world.post(draft("A", Day(year, month, 20), "out" + key, {"D 50010101 mode=1 30.00", "D 50010203 mode=1 20.00", "C 1003 bank_account=1 50.00"}));
      world.carry_and_close("A", {year, month});
    }
  std::vector<ledger::TrialLine> lines;
  world.database().read([&](store::Txn& txn) { lines = world.ledger().trial_balance(txn, "A", 2026, 1, 12); });
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].opening, Fen(36 * 5000));
  EXPECT_EQ(lines[1].account, "300101");
  EXPECT_EQ(lines[1].opening, Fen(-36 * 3000));
  EXPECT_EQ(lines[2].opening, Fen(-36 * 2000));
  EXPECT_EQ(testing::describe(world.verify_all()), "");
}

TEST(Closing, AClosingVoucherIsFlaggedInEveryBalance) {
  LedgerFixture world;
  world.apply_charts();
  world.add_book("R", "resident");
  world.post(draft("R", Day(2023, 1, 10), "in", {"D 1003 bank_account=1 100.00", "C 400101 contribution_source=1 100.00"}));
  world.carry_and_close("R", {2023, 1});
  int rows = 0;
  world.database().read([&](store::Txn& txn) {
    world.ledger().balances(txn, "R", 2023, 12, [&](const ledger::Balance& b) {
      if (b.account == "400101") {
        EXPECT_EQ(b.credit - b.closing_credit, Fen(10000));
        EXPECT_EQ(b.debit - b.closing_debit, Fen(0));
        EXPECT_EQ(b.debit, Fen(10000));
        ++rows;
      }
      if (b.account == "3001") {
        EXPECT_EQ(b.closing_credit, Fen(10000));
        ++rows;
      }
    });
  });
  EXPECT_EQ(rows, 2);
}

TEST(Closing, DraftsMadeTwiceAreTheSameVouchers) {
  LedgerFixture world;
  world.apply_charts();
  world.add_book("A");
  world.post(draft("A", Day(2023, 1, 10), "in", {"D 1001 100.00", "C 4301 100.00"}));
  std::vector<std::int64_t> ids;
  for (int round = 0; round < 2; ++round) {
    std::vector<ledger::Draft> drafts;
    world.database().read([&](store::Txn& txn) { drafts = world.ledger().closing_drafts(txn, "A", {2023, 1}); });
    ASSERT_EQ(drafts.size(), 1u);
    EXPECT_EQ(drafts[0].lines.back().account, "300102");
    ids.push_back(world.propose(drafts[0]));
  }
  EXPECT_EQ(ids[0], ids[1]);
}

}  // namespace
}  // namespace mif
