// SPDX-License-Identifier: Apache-2.0
// Two people match the same item at once: one of them wins, the other is told, and nothing is taken twice.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/ledger/fixture.h"
#include "tests/support/postgres_server.h"

namespace mif {
namespace {

using testing::draft;
using testing::LedgerFixture;

void race(const std::string& dsn) {
  LedgerFixture world(dsn);
  world.apply_charts();
  world.add_book("A");
  constexpr int kItems = 12;
  std::vector<std::string> paid, back;
  for (int i = 0; i < kItems; ++i) {
    const std::string n = std::to_string(i);
    paid.push_back(std::to_string(world.post(draft("A", Day(2023, 1, 1 + i), "p" + n, {"D 110101 counterparty=H1 10.00", "C 1001 10.00"}))) + ".1");
    back.push_back(std::to_string(world.post(draft("A", Day(2023, 2, 1 + i), "b" + n, {"D 1001 10.00", "C 110101 counterparty=H1 10.00"}))) + ".2");
  }
  std::atomic<int> won{0}, told{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kItems; ++i) try {
          // Every thread pairs the same payment with another repayment.
          world.database().write([&](store::Txn& txn) { world.open_items().match(txn, LedgerFixture::who("m" + std::to_string(t)), "A", {{paid[static_cast<std::size_t>(i)], Fen()}, {back[static_cast<std::size_t>((i + t) % kItems)], Fen()}}); });
          ++won;
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), MIF_E_CONFLICT) << error.what();
          ++told;
        }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won + told, 3 * kItems);
  EXPECT_GE(won.load(), 1);
  world.database().read([&](store::Txn& txn) {
    std::map<std::string, Fen> taken;
    for (const auto& m : world.open_items().matches(txn, "A", true)) {
      Fen sum;
      for (const auto& part : m.parts) {
        taken[part.item] += part.fen;
        sum += part.fen;
      }
      EXPECT_EQ(sum, Fen());
    }
    EXPECT_EQ(taken.size(), static_cast<std::size_t>(2 * won.load()));
    for (const auto& [item, fen] : taken) EXPECT_TRUE(fen == Fen(1000) || fen == Fen(-1000)) << item << ' ' << fen.plain();
    EXPECT_TRUE(world.open_items().check(txn, "A", {2023, 2}).empty());
  });
  EXPECT_EQ(testing::describe(world.verify_all()), "");
}

TEST(OpenItemsRace, SQLite) { race({}); }

TEST(OpenItemsRace, PostgreSQL) {
  if (!testing::PostgresServer::installed()) GTEST_SKIP() << "PostgreSQL's server programs are not installed";
  testing::PostgresServer server;
  race(server.dsn(server.fresh_database()));
}

}  // namespace
}  // namespace mif
