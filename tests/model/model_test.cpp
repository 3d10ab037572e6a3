// SPDX-License-Identifier: Apache-2.0
// Random months against a naive model and against hledger. MIF_MODEL_SEEDS: how many (50 unless told; nightly 1000);
// MIF_MODEL_SEED: this one alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>

#include "tests/model/hledger_judge.h"
#include "tests/model/random_months.h"
#include "tests/support/postgres_server.h"

namespace mif::model {
namespace {

using testing::LedgerFixture;

struct Seeds {
  unsigned first = 1, count = 0;
};

// `share`: one in so many of the seeds asked for.
Seeds seeds(unsigned share) {
  if (const char* one = std::getenv("MIF_MODEL_SEED")) return {static_cast<unsigned>(std::strtoul(one, nullptr, 10)), 1};
  const char* many = std::getenv("MIF_MODEL_SEEDS");
  return {1, std::max(1u, (many ? static_cast<unsigned>(std::strtoul(many, nullptr, 10)) : 50u) / share)};
}

std::string again(unsigned seed, const char* on) { return "seed " + std::to_string(seed) + "; again: MIF_MODEL_SEED=" + std::to_string(seed) + " model_test --gtest_filter=Model." + on; }

void judge(LedgerFixture& world, const std::vector<std::unique_ptr<RandomMonths>>& histories, const char* on) {
  std::vector<std::string> codes;
  for (const auto& h : histories) codes.push_back(h->code());
  auto ends = month_ends_by_hledger(world, codes);
  int figures = 0;
  for (std::size_t i = 0; i < histories.size(); ++i) {
    const NaiveBook& book = histories[i]->book();
    for (const auto& [account, months] : ends[histories[i]->code()])
      for (const auto& [month, fen] : months) {
        Month m{std::stoi(month.substr(0, 4)), std::stoi(month.substr(5))};
        if (m < book.start_) continue;  // hledger's months are those of all books together
        if (m.second == 12) m.second = 13;
        ASSERT_EQ(fen, book.figures(account, m, m).closing()) << histories[i]->code() << ' ' << account << " at the end of " << month << " according to hledger; " << again(static_cast<unsigned>(std::atoi(histories[i]->code().c_str() + 1)), on);
        ++figures;
      }
    for (const auto& account : book.accounts()) ASSERT_TRUE(ends[histories[i]->code()].count(account)) << histories[i]->code() << ": hledger has no account " << account;
  }
  ASSERT_GT(figures, 100 * static_cast<int>(histories.size()) / 2);
}

// Fifty books share a database and a call of hledger: both cost more to start than a book costs to fill.
void drive(const Seeds& asked, const char* on, const std::function<std::string()>& fresh) {
  constexpr unsigned kTogether = 25;
  const bool judged = hledger_installed();
  for (unsigned at = 0; at < asked.count; at += kTogether) {
    LedgerFixture world(fresh());
    world.apply_charts();
    std::vector<std::unique_ptr<RandomMonths>> histories;
    int refusals = 0;
    for (unsigned i = at; i < std::min(asked.count, at + kTogether); ++i)
      for (const bool employee : {true, false}) {
        const unsigned seed = asked.first + i;
        try {
          histories.push_back(std::make_unique<RandomMonths>(world, seed, employee));
          histories.back()->run();
        } catch (const std::exception& error) {
          FAIL() << error.what() << "\n" << again(seed, on);
        }
        refusals += histories.back()->refusals();
      }
    EXPECT_GT(refusals, static_cast<int>(histories.size())) << "too little was refused to prove anything";
    EXPECT_EQ(testing::describe(world.verify_all()), "");
    if (judged) judge(world, histories, on);
    if (::testing::Test::HasFailure()) return;
  }
  if (!judged) GTEST_SKIP() << "the naive model agrees; hledger is not installed (scripts/setup installs it)";
}

TEST(Model, OnSqlite) {
  drive(seeds(1), "OnSqlite", [] { return std::string(); });
}

TEST(Model, OnPostgresql) {
  if (!testing::PostgresServer::installed()) GTEST_SKIP() << "PostgreSQL's server programs are not installed";
  testing::PostgresServer server;
  drive(seeds(10), "OnPostgresql", [&] { return server.dsn(server.fresh_database()); });
}

}  // namespace
}  // namespace mif::model
