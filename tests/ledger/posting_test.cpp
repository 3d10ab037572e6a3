// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/ledger/fixture.h"

namespace mif {
namespace {

using ::testing::HasSubstr;
using testing::draft;
using testing::LedgerFixture;

class PostingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.apply_charts();
    world_.add_book("A");
  }
  std::string refused(const std::string& sql) {
    try {
      world_.database().write([&](store::Txn& txn) { txn.execute(sql); });
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }
  LedgerFixture world_;
};

TEST_F(PostingTest, TheDatabaseItselfRefusesToChangeWhatIsPosted) {
  const auto id = std::to_string(world_.post(draft("A", Day(2023, 1, 5), "k", {"D 1001 1.00", "C 2101 1.00"})));
  EXPECT_NE(refused("update ledger_voucher set summary = 'x' where id = " + id), "accepted");
  EXPECT_NE(refused("delete from ledger_voucher where id = " + id), "accepted");
  EXPECT_NE(refused("update ledger_line set fen = 2 where voucher = " + id), "accepted");
  EXPECT_NE(refused("delete from ledger_line where voucher = " + id), "accepted");
  EXPECT_NE(refused("insert into ledger_line (book, year, month, voucher, line, side, fen, account, aux, summary) "
                    "select book, year, month, id, 3, 1, 5, '1001', '', '' from ledger_voucher where id = " + id),
            "accepted");
  EXPECT_NE(refused("delete from ledger_book"), "accepted");
}

TEST_F(PostingTest, TheDatabaseItselfKeepsAClosedPeriodClosed) {
  const auto id = world_.propose(draft("A", Day(2023, 2, 5), "k", {"D 1001 1.00", "C 2101 1.00"}));
  world_.carry_and_close("A", {2023, 1});
  EXPECT_NE(refused("update ledger_period set state = 1 where state = 2"), "accepted");
  EXPECT_NE(refused("delete from ledger_period"), "accepted");
  EXPECT_NE(refused("insert into ledger_voucher select book, year, 1, 99, day, word, number, state, closing, reverses, attachments, total, flow, source_plugin, 'other', summary, "
                    "maker, reviewer, poster, content_hash, workflow_instance, created_ms, posted_ms from ledger_voucher where id = " + std::to_string(id)),
            "accepted");
}

TEST_F(PostingTest, ARefusalLeavesTheTransactionUsable) {
  world_.database().write([&](store::Txn& txn) {
    EXPECT_THROW(world_.ledger().propose(txn, LedgerFixture::who("maker"), draft("A", Day(2023, 1, 5), "bad", {"D 1001 1.00", "C 2101 2.00"})), Error);
    EXPECT_THROW(world_.ledger().propose(txn, LedgerFixture::who("maker"), draft("A", Day(2022, 1, 5), "late", {"D 1001 1.00", "C 2101 1.00"})), Error);
    world_.ledger().propose(txn, LedgerFixture::who("maker"), draft("A", Day(2023, 1, 5), "good", {"D 1001 1.00", "C 2101 1.00"}));
  });
  world_.database().read([&](store::Txn& txn) { EXPECT_EQ(world_.ledger().vouchers(txn, {}).size(), 1u); });
}

TEST_F(PostingTest, AnUncommittedPostingTakesItsNumberBack) {
  const auto id = world_.propose(draft("A", Day(2023, 1, 5), "k", {"D 1001 1.00", "C 2101 1.00"}));
  EXPECT_THROW(world_.database().write([&](store::Txn& txn) {
    world_.ledger().approve(txn, LedgerFixture::who("li"), id, "li");
    world_.ledger().post(txn, LedgerFixture::who("li"), id);
    throw Error(MIF_E_CANCELLED, "something else failed");
  }),
               Error);
  EXPECT_EQ(world_.voucher(id).number, 0);
  EXPECT_EQ(world_.voucher(world_.post(draft("A", Day(2023, 1, 6), "other", {"D 1001 1.00", "C 2101 1.00"}))).number, 1);
  EXPECT_EQ(testing::describe(world_.verify_all()), "");
}

TEST_F(PostingTest, ABalanceThatWouldOverflowIsRefusedAndNothingChanges) {
  const std::string huge = "92233720368547758.07";
  world_.post(draft("A", Day(2023, 1, 5), "a", {"D 1001 " + huge, "C 2101 " + huge}));
  const auto before = world_.state_hash();
  EXPECT_THROW(world_.post(draft("A", Day(2023, 1, 6), "b", {"D 1001 0.01", "C 2101 0.01"})), Error);
  EXPECT_EQ(world_.state_hash(), before);
}

TEST_F(PostingTest, ManyThreadsPostWithoutGapsAndWithRightBalances) {
  constexpr int kThreads = 4, kEach = 50;
  world_.add_book("B");
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i)
        world_.post(draft(t % 2 ? "A" : "B", Day(2023, 1, 1 + i % 28), std::to_string(t) + '/' + std::to_string(i), {"D 1001 1.00", "C 2101 1.00"}));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(testing::describe(world_.verify_all()), "");
  world_.database().read([&](store::Txn& txn) { EXPECT_EQ(world_.ledger().trial_balance(txn, "A", 2023, 1, 12).front().closing, Fen(kThreads * kEach / 2 * 100)); });
}

TEST_F(PostingTest, TheWorkflowsInstanceIsRecordedInTheLog) {
  const auto id = world_.propose(draft("A", Day(2023, 1, 5), "k", {"D 1001 1.00", "C 2101 1.00"}));
  world_.database().write([&](store::Txn& txn) { world_.ledger().set_workflow(txn, id, 77); });
  EXPECT_EQ(world_.voucher(id).workflow_instance, 77);
  EXPECT_EQ(testing::describe(world_.verify_all()), "");
}

TEST_F(PostingTest, LinesComeInPagesThatMissNothing) {
  for (int i = 0; i < 30; ++i)
    world_.post(draft("A", Day(2023, 1 + i % 3, 5), std::to_string(i), {"D 50010101 mode=1 1.00", "D 50010101 mode=2 2.00", "C 1001 3.00"}));
  world_.propose(draft("A", Day(2023, 1, 5), "draft", {"D 50010101 mode=1 1.00", "C 1001 1.00"}));
  ledger::LineQuery q;
  q.book = "A";
  q.year = 2023;
  q.accounts = "5001*";
  q.aux = "mode=2";
  q.limit = 7;
  Fen sum;
  int count = 0;
  world_.database().read([&](store::Txn& txn) {
    for (;;) {
      const auto page = world_.ledger().lines(txn, q);
      for (const auto& line : page) {
        sum += line.fen;
        ++count;
        EXPECT_GT(line.number, 0);
      }
      if (page.size() < 7) break;
      q.after_voucher = page.back().voucher;
      q.after_line = page.back().line;
    }
  });
  EXPECT_EQ(count, 30);
  EXPECT_EQ(sum, Fen(6000));
}

TEST_F(PostingTest, BooksAreMadeOnce) {
  ledger::Book book;
  book.code = book.name = "A";
  book.unit = "unit-A";
  book.scheme = "310";
  book.chart = "employee";
  book.start = {2023, 1};
  const auto again = [&] { world_.database().write([&](store::Txn& txn) { world_.ledger().create_book(txn, LedgerFixture::who(), book); }); };
  again();
  book.start = {2023, 2};
  EXPECT_THROW(again(), Error);
  book.code = "N";
  book.chart = "unknown";
  EXPECT_THROW(again(), Error);
}

}  // namespace
}  // namespace mif
