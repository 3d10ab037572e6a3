// SPDX-License-Identifier: Apache-2.0
// Many at once: nobody's work is lost, doubled or taken along by somebody else's failure.
#include <atomic>
#include <barrier>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

#include "tests/store/fixture.h"

namespace mif::store {
namespace {

using Concurrency = StoreTest;

void together(int threads, const std::function<void(int)>& work) {
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) all.emplace_back([&, i] { work(i); });
  for (std::thread& thread : all) thread.join();
}

TEST_F(Concurrency, OneThatFailsInAGroupTakesNobodyAlong) {
  constexpr int kThreads = 8, kRounds = 60;
  std::atomic<int> worked{0}, own_errors{0}, wrong{0};
  std::atomic<std::int64_t> published{0};
  together(kThreads, [&](int thread) {
    for (int i = 0; i < kRounds; ++i) {
      const bool fails = (i + thread) % 4 == 0;
      try {
        database_->write([&](Txn& txn) {
          const std::int64_t id = txn.next_id("thing");
          insert(txn, id, 100);
          txn.after_commit([&] { published += 100; });
          if (fails && i % 8 == 0) insert(txn, id, 100);  // fails in the database
          if (fails) throw Error(MIF_E_INVALID, std::to_string(thread * 1000 + i));
        });
        if (fails) ++wrong;
        ++worked;
      } catch (const Error& error) {
        const bool mine = error.code() == MIF_E_CONFLICT || error.what() == std::to_string(thread * 1000 + i);
        mine&& fails ? ++own_errors : ++wrong;
      }
    }
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(own_errors, kThreads * kRounds / 4);
  EXPECT_EQ(count(), worked.load());
  EXPECT_EQ(published, worked.load() * 100);
}

TEST_F(Concurrency, IdsAreUniqueOverAllThreads) {
  std::mutex mutex;
  std::set<std::int64_t> ids;
  std::atomic<int> given{0};
  together(6, [&](int thread) {
    for (int i = 0; i < 200; ++i) static_cast<void>(code_of([&] {
        database_->write([&](Txn& txn) {
          const std::int64_t id = txn.next_id("x");
          ++given;
          const std::lock_guard lock(mutex);
          EXPECT_TRUE(ids.insert(id).second) << id;
          if ((i + thread) % 5 == 0) throw Error(MIF_E_INVALID, "rolled back");
        });
      }));
  });
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(given.load()));
}

TEST_F(Concurrency, ReadingFirstAndWritingThenNeverFailsAsBusy) {
  // Two Database objects on one database, as two processes would be.
  const auto other = Database::open(test_->options());
  std::atomic<int> failed{0};
  together(4, [&](int thread) {
    Database& database = thread % 2 ? *other : *database_;
    for (int i = 0; i < 50; ++i) try {
        Txn txn = database.begin(Mode::write);
        const std::int64_t n = txn.integer("select count(*) from thing").value();
        insert(txn, txn.next_id("thing"), n);
        txn.commit();
      } catch (const Error& error) {
        ++failed;
        ADD_FAILURE() << error.what();
      }
  });
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(count(), 200);
}

TEST_F(Concurrency, ARowLockedByItsUpdateIsNeverUpdatedFromAnOldValue) {
  database_->write([&](Txn& txn) { insert(txn, 1, 0); });
  together(6, [&](int) {
    for (int i = 0; i < 40; ++i) database_->write([&](Txn& txn) {
        txn.execute("update thing set note = note where id = 1");  // take the row, then decide from what is in it
        const std::int64_t fen = txn.integer("select fen from thing where id = 1").value();
        txn.execute("update thing set fen = ? where id = 1", {fen + 1});
      });
  });
  database_->read([&](Txn& txn) { EXPECT_EQ(txn.integer("select fen from thing where id = 1"), 240); });
}

TEST_F(Concurrency, TransactionsThatWaitForEachOtherAreRunAgain) {
  if (!test_->on_postgresql()) GTEST_SKIP() << "one writer at a time: nobody waits for the other";
  database_->write([&](Txn& txn) {
    insert(txn, 1);
    insert(txn, 2);
  });
  std::barrier meet(2);
  std::atomic<int> runs{0};
  together(2, [&](int thread) {
    bool first = true;
    database_->write([&](Txn& txn) {
      ++runs;
      txn.execute("update thing set fen = fen + 1 where id = ?", {thread == 0 ? 1 : 2});
      if (std::exchange(first, false)) meet.arrive_and_wait();
      txn.execute("update thing set fen = fen + 1 where id = ?", {thread == 0 ? 2 : 1});
    });
  });
  EXPECT_GE(runs, 3);  // the two may meet again while they are run again
  database_->read([&](Txn& txn) { EXPECT_EQ(txn.integer("select cast(sum(fen) as bigint) from thing"), 4); });
}

TEST_F(Concurrency, AFullPoolRefusesAfterTheTimeoutAndServesInOrder) {
  Options small = test_->options();
  small.pool_size = 2;
  small.lease_timeout_ms = 1000;
  const auto database = Database::open(small);
  {
    Txn a = database->begin(Mode::read), b = database->begin(Mode::read);
    const auto start = std::chrono::steady_clock::now();
    std::string message;
    EXPECT_EQ(code_of([&] { database->begin(Mode::read); }, &message), MIF_E_UNAVAILABLE);
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
    EXPECT_GE(waited, 990);
    EXPECT_LT(waited, 4000);
    std::thread waiting([&] { database->read([&](Txn& txn) { EXPECT_EQ(txn.integer("select count(*) from thing"), 0); }); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    b.commit();
    { const Txn gone = std::move(b); }
    waiting.join();
  }
  database->read([&](Txn& txn) { EXPECT_EQ(txn.integer("select count(*) from thing"), 0); });
}

}  // namespace
}  // namespace mif::store
