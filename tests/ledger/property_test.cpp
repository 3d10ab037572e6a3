// SPDX-License-Identifier: Apache-2.0
// Random bookkeeping: whatever is done, the books balance, the derived figures equal their recomputation, and the same
// operations give the same state on every back end (P19).
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "tests/ledger/fixture.h"
#include "tests/support/postgres_server.h"

namespace mif {
namespace {

using testing::LedgerFixture;

// The same seed gives the same operations everywhere; refusals are part of the history.
class Operations {
 public:
  Operations(LedgerFixture& world, unsigned seed) : world_(world), random_(seed) {
    world.apply_charts();
    world.add_book("A", "employee", {2023, 10});
    world.add_book("R", "resident", {2023, 10});
    world.database().write([&](store::Txn& txn) {
      world.ledger().set_opening(txn, LedgerFixture::who(), "A", {testing::line("D 1004 bank_account=1 50000.00"), testing::line("C 300101 50000.00")});
    });
  }
  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      try {
        step(i);
      } catch (const Error& error) {
        if (error.code() == MIF_E_INTERNAL || error.code() == MIF_E_UNAVAILABLE) throw;
        history_ += std::to_string(i) + ':' + std::to_string(error.code()) + ' ';
      }
    }
  }
  const std::string& history() const { return history_; }

 private:
  int upto(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }  // the same on every library

  ledger::Draft draft(int i) {
    static const std::vector<std::string> employee = {"1001", "1004 bank_account=1", "1004 bank_account=2", "110101 region=370000", "2101", "40010101 mode=1", "40010201 mode=1",
                                                      "4301", "50010101 mode=1", "50010101 mode=2;insutype=510", "50010203 mode=1", "5201"};
    static const std::vector<std::string> resident = {"1001", "1004 bank_account=1", "2101", "400101 contribution_source=1", "410101 subsidy_kind=1", "500101", "500102 region=370100"};
    const bool a = upto(3) != 0;
    const auto& accounts = a ? employee : resident;
    ledger::Draft d;
    const int year = upto(8) == 0 ? 2024 : 2023;
    const int month = year == 2024 ? 1 + upto(3) : 9 + upto(4);  // September is before the books begin
    d.day = Day(year, month, 1 + upto(28));
    d.book = a ? "A" : "R";
    d.word = std::vector<std::string>{"收", "付", "转", "记"}[static_cast<std::size_t>(upto(4))];
    d.source_plugin = "property";
    d.source_key = std::to_string(upto(20) == 0 && i > 0 ? upto(i) : i);
    d.summary = "第" + std::to_string(i) + "笔";
    d.maker = "maker";
    Fen sum;
    const int n = 1 + upto(4);
    for (int k = 0; k < n; ++k) {
      const Fen fen((1 + upto(1000000)) * (upto(6) == 0 ? -1 : 1));
      const int side = upto(2) ? MIF_DEBIT : MIF_CREDIT;
      d.lines.push_back({side, fen, {}, {}, d.summary});
      sum += side == MIF_DEBIT ? fen : -fen;
    }
    d.lines.push_back({MIF_CREDIT, sum + Fen(upto(30) == 0 ? 1 : 0), {}, {}, d.summary});
    for (auto& line : d.lines) {
      const auto& account = accounts[static_cast<std::size_t>(upto(static_cast<int>(accounts.size())))];
      line.account = account.substr(0, account.find(' '));
      if (account.find(' ') != std::string::npos) line.aux = account.substr(account.find(' ') + 1);
    }
    return d;
  }

  void step(int i) {
    auto& ledger = world_.ledger();
    const Who maker = LedgerFixture::who("maker"), reviewer = LedgerFixture::who("reviewer");
    switch (upto(10)) {
      case 0: {  // close the first open month of a book
        const std::string book = upto(2) ? "A" : "R";
        Period period;
        world_.database().read([&](store::Txn& txn) { period = ledger.first_open(txn, book); });
        if (upto(6) == 0) world_.carry_and_close(book, period);
        return;
      }
      case 1: {  // an import
        std::vector<ledger::Draft> drafts;
        for (int k = 0; k < 5; ++k) drafts.push_back(draft(i * 100 + k));
        world_.database().write([&](store::Txn& txn) { ledger.import_posted(txn, maker, drafts, "reviewer"); });
        return;
      }
      case 2: {  // a correction
        if (posted_.empty()) return;
        const auto id = posted_[static_cast<std::size_t>(upto(static_cast<int>(posted_.size())))];
        const Day day = upto(2) ? Day(2023, 12, 31) : Day(2024, 2, 1);
        world_.database().write([&](store::Txn& txn) {
          const auto correction = ledger.correction_of(txn, id, day);
          const auto made = ledger.propose(txn, maker, correction).id;
          ledger.approve(txn, reviewer, made, "reviewer");
          ledger.post(txn, reviewer, made);
        });
        return;
      }
      case 3:  // a withdrawn draft
        world_.database().write([&](store::Txn& txn) { ledger.withdraw(txn, maker, ledger.propose(txn, maker, draft(i)).id, "test"); });
        return;
      case 4:  // money on hold, and given back
        world_.database().write([&](store::Txn& txn) {
          const std::string key = "hold/" + std::to_string(upto(6));
          if (upto(2)) ledger.hold(txn, maker, "A", "1004", "bank_account=1", Fen(100 * (1 + upto(3))), key);
          else ledger.release(txn, maker, "A", key, upto(2) != 0);
        });
        return;
      default: {
        std::int64_t id = 0;
        bool done = false;
        world_.database().write([&](store::Txn& txn) {
          const auto made = ledger.propose(txn, maker, draft(i));
          id = made.id;
          done = !made.existed;
          if (made.existed) return;
          ledger.submit(txn, maker, id);
          ledger.approve(txn, reviewer, id, "reviewer");
          ledger.post(txn, reviewer, id);
        });
        if (done) posted_.push_back(id);
      }
    }
  }

  LedgerFixture& world_;
  std::mt19937 random_;
  std::vector<std::int64_t> posted_;
  std::string history_;
};

struct Outcome {
  std::string hash, history, findings;
  std::vector<std::string> numbers;
};

Outcome run(const std::string& dsn, unsigned seed, int steps) {
  LedgerFixture world(dsn);
  Operations operations(world, seed);
  operations.run(steps);
  Outcome outcome{world.state_hash(), operations.history(), testing::describe(world.verify_all()), {}};
  world.database().read([&](store::Txn& txn) {
    ledger::VoucherQuery query;
    query.limit = 100000;
    for (const auto& v : world.ledger().vouchers(txn, query))
      outcome.numbers.push_back(v.source_plugin + v.source_key + ' ' + v.word + std::to_string(v.number));
  });
  std::sort(outcome.numbers.begin(), outcome.numbers.end());
  return outcome;
}

class AnySeed : public ::testing::TestWithParam<unsigned> {};

TEST_P(AnySeed, EveryDerivedFigureEqualsItsRecomputation) {
  const Outcome outcome = run({}, GetParam(), 250);
  EXPECT_EQ(outcome.findings, "");
  EXPECT_GT(outcome.numbers.size(), 30u);
  EXPECT_NE(outcome.history, "") << "the random operations never met a refusal";
}
INSTANTIATE_TEST_SUITE_P(Ledger, AnySeed, ::testing::Range(1u, 9u));

class OneState : public ::testing::Test {
 protected:
  void expect_same(const std::string& dsn) {
    const Outcome here = run({}, 42, 200), there = run(dsn, 42, 200);
    EXPECT_EQ(there.findings, "");
    EXPECT_EQ(there.history, here.history);
    EXPECT_EQ(there.numbers, here.numbers);
    EXPECT_EQ(there.hash, here.hash);
  }
};

TEST_F(OneState, TheSameOnASecondSqlite) { expect_same({}); }

TEST_F(OneState, OnPostgresqlAsOnSqlite) {
  if (!testing::PostgresServer::installed()) GTEST_SKIP() << "PostgreSQL's server programs are not installed";
  testing::PostgresServer server;
  expect_same(server.dsn(server.fresh_database()));
}

TEST_F(OneState, OnPostgresqlThroughOdbcAsOnSqlite) {
  if (!testing::PostgresServer::installed()) GTEST_SKIP() << "PostgreSQL's server programs are not installed";
  testing::PostgresServer server;
  expect_same(server.odbc_dsn(server.fresh_database()));
}

TEST_F(OneState, OnSqliteThroughOdbcAsOnSqlite) {
  const auto file = std::filesystem::temp_directory_path() / ("mif-odbc-" + std::to_string(::getpid()) + ".db");
  std::filesystem::remove(file);
  expect_same("odbc:Driver={SQLite3};Database=" + file.string() + ";");
  std::filesystem::remove(file);
}

// A database whose SQL is unknown: no upsert, no RETURNING, no row locks, no triggers.
TEST_F(OneState, OnADatabaseOfUnknownDialectAsOnSqlite) {
  if (!testing::PostgresServer::installed()) GTEST_SKIP() << "PostgreSQL's server programs are not installed";
  testing::PostgresServer server;
  const std::string dsn = server.odbc_dsn(server.fresh_database());
  expect_same("odbc:MifDialect=generic;" + dsn.substr(5));
}

}  // namespace
}  // namespace mif
