// SPDX-License-Identifier: Apache-2.0
// Many at once: numbers stay gapless, money is promised once, nothing slips into a month that is being closed.
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

#include "tests/ledger/on_each_database.h"

namespace mif {
namespace {

using testing::draft;
using testing::LedgerFixture;

class Concurrency : public testing::OnEachDatabase {};

TEST_P(Concurrency, PostingInTheSameBooksLeavesNoGap) {
  in_threads(4, [&](int t) {
    for (int i = 0; i < 25; ++i)
      world_->post(draft(i % 2 ? "A" : "B", Day(2023, 1, 1 + i), std::to_string(t) + '/' + std::to_string(i), {"D 1001 3.00", "D 50010101 mode=1 -1.00", "C 2101 2.00"}));
  });
  EXPECT_EQ(testing::describe(world_->verify_all()), "");
}

TEST_P(Concurrency, TheSameDocumentFromManySidesIsOneVoucher) {
  std::atomic<int> made{0};
  in_threads(4, [&](int) {
    for (int i = 0; i < 10; ++i)
      world_->database().write([&](store::Txn& txn) {
        if (!world_->ledger().propose(txn, LedgerFixture::who("maker"), draft("A", Day(2023, 1, 5), "doc/" + std::to_string(i), {"D 1001 1.00", "C 2101 1.00"})).existed) ++made;
      });
  });
  EXPECT_GE(made.load(), 10);  // an attempt that is run again counts again
  world_->database().read([&](store::Txn& txn) { EXPECT_EQ(world_->ledger().vouchers(txn, {}).size(), 10u); });
  EXPECT_EQ(testing::describe(world_->verify_all()), "");
}

TEST_P(Concurrency, MoneyIsPromisedOnce) {
  world_->post(draft("A", Day(2023, 1, 5), "in", {"D 1004 bank_account=1 100.00", "C 4301 100.00"}));
  std::atomic<int> won{0};
  in_threads(4, [&](int t) {
    try {
      world_->database().write([&](store::Txn& txn) { world_->ledger().hold(txn, LedgerFixture::who(), "A", "1004", "bank_account=1", Fen(6000), "pay/" + std::to_string(t)); });
      ++won;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), MIF_E_CONFLICT) << error.what();
    }
  });
  EXPECT_EQ(won.load(), 1);
}

// Every poster knows what became of his voucher: it is posted, or he was told that the month is closed and nothing is kept.
TEST_P(Concurrency, NothingEntersAMonthThatIsBeingClosed) {
  std::mutex told_mutex;
  std::set<std::string> posted, refused;
  std::atomic<int> done{0};
  std::atomic<bool> closed{false};
  in_threads(4, [&](int t) {
    if (t == 0) {
      while (done < 20) std::this_thread::yield();
      world_->database().write([&](store::Txn& txn) { world_->ledger().close(txn, LedgerFixture::who("chief"), "A", {2023, 1}); });
      closed = true;
      return;
    }
    // Until one attempt was begun after the close, which gets its turn although nobody pauses.
    for (int i = 0; i < 3000; ++i) {
      const bool last = closed;
      const std::string key = std::to_string(t) + '/' + std::to_string(i);
      bool in = true;
      try {
        world_->post(draft("A", Day(2023, 1, 5), key, {"D 1001 1.00", "C 2101 1.00"}));
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), MIF_E_CONFLICT) << error.what();
        EXPECT_NE(std::string(error.what()).find("period 2023-01 is closed"), std::string::npos) << error.what();
        in = false;
      }
      const std::lock_guard lock(told_mutex);
      (in ? posted : refused).insert(key);
      ++done;
      if (last) break;
    }
  });
  ASSERT_TRUE(closed);
  EXPECT_GE(posted.size(), 20u);
  EXPECT_GE(refused.size(), 3u);  // each poster's last
  std::set<std::string> kept;
  world_->database().read([&](store::Txn& txn) {
    ledger::VoucherQuery all;
    all.book = "A";
    all.limit = 20000;
    for (const auto& v : world_->ledger().vouchers(txn, all)) {
      EXPECT_EQ(v.state, ledger::State::posted);
      kept.insert(v.source_key);
    }
    EXPECT_FALSE(world_->ledger().is_open(txn, "A", {2023, 1}));
    const auto trial = world_->ledger().trial_balance(txn, "A", 2023, 1, 1);
    ASSERT_EQ(trial.size(), 2u);
    EXPECT_EQ(trial[0].closing, Fen(static_cast<std::int64_t>(posted.size()) * 100));
  });
  EXPECT_EQ(kept, posted);
  EXPECT_EQ(testing::describe(world_->verify_all()), "");
}

// Two windows of one maker: the second save is told that the first was faster, whatever the content.
TEST_P(Concurrency, OfTwoEditsOfOneTextOneIsKept) {
  for (int round = 0; round < 15; ++round) {
    const std::int64_t id = world_->propose(draft("A", Day(2023, 1, 5), "r" + std::to_string(round), {"D 1001 1.00", "C 2101 1.00"}));
    const std::string read = world_->voucher(id).content_hash;
    std::atomic<int> kept{0};
    std::atomic<std::int64_t> amount{0};
    in_threads(3, [&](int t) {
      const std::string fen = std::to_string(t + 2) + ".00";
      try {
        world_->database().write([&](store::Txn& txn) { world_->ledger().revise(txn, LedgerFixture::who("maker"), id, read, draft("A", Day(2023, 1, 6), "", {"D 1001 " + fen, "C 2101 " + fen})); });
        ++kept;
        amount = (t + 2) * 100;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), MIF_E_CONFLICT) << error.what();
      }
    });
    EXPECT_EQ(kept.load(), 1);
    const ledger::Voucher v = world_->voucher(id);
    EXPECT_EQ(v.total, Fen(amount.load()));
    ASSERT_EQ(v.lines.size(), 2u);
    EXPECT_EQ(v.lines[0].fen, v.total);
  }
  EXPECT_EQ(testing::describe(world_->verify_all()), "");
}

// Saved or sent for review first: what is sent is what was saved, or the edit is told that there is no draft any more. Every other
// edit moves the voucher to another month, where its rows are other rows.
TEST_P(Concurrency, WhatIsSubmittedIsWhatWasSaved) {
  int landed = 0;
  for (int round = 0; round < 40; ++round) {
    const std::int64_t id = world_->propose(draft("A", Day(2023, 1, 5), "r" + std::to_string(round), {"D 1001 1.00", "C 2101 1.00"}));
    const std::string read = world_->voucher(id).content_hash;
    const Day day(2023, round % 2 ? 2 : 1, 6);
    std::atomic<bool> saved{false};
    in_threads(2, [&](int t) {
      std::this_thread::sleep_for(std::chrono::microseconds(t == round / 2 % 2 ? 150 * (round % 5) : 0));
      try {
        world_->database().write([&](store::Txn& txn) {
          if (t == 0) world_->ledger().submit(txn, LedgerFixture::who("maker"), id);
          else world_->ledger().revise(txn, LedgerFixture::who("maker"), id, read, draft("A", day, "", {"D 1001 2.00", "C 410102 2.00"}));
        });
        if (t == 1) saved = true;
      } catch (const Error& error) {
        EXPECT_EQ(t, 1) << "the maker could not submit: " << error.what();
        EXPECT_EQ(error.code(), MIF_E_CONFLICT) << error.what();
        EXPECT_NE(std::string(error.what()).find("only a draft is edited"), std::string::npos) << error.what();
      }
    });
    landed += saved;
    const ledger::Voucher v = world_->voucher(id);
    EXPECT_EQ(v.state, ledger::State::submitted);
    EXPECT_EQ(v.content_hash == read, !saved);
    EXPECT_EQ(v.day, saved ? day : Day(2023, 1, 5));
    EXPECT_EQ(v.total, Fen(saved ? 200 : 100));
    ASSERT_EQ(v.lines.size(), 2u);
    EXPECT_EQ(v.lines[1].account, saved ? "410102" : "2101");
    world_->database().write([&](store::Txn& txn) {  // posting compares the lines with the digest that was reviewed
      world_->ledger().approve(txn, LedgerFixture::who("reviewer"), id, "reviewer");
      world_->ledger().post(txn, LedgerFixture::who("reviewer"), id);
    });
  }
  RecordProperty("edits_that_landed", landed);
  EXPECT_EQ(testing::describe(world_->verify_all()), "");
}

TEST_P(Concurrency, OfTwoCashiersOneSignsAndTheOtherIsTold) {
  for (int round = 0; round < 15; ++round) {
    const std::int64_t id = world_->propose(draft("A", Day(2023, 1, 5), "r" + std::to_string(round), {"D 1001 1.00", "C 2101 1.00"}));
    world_->database().write([&](store::Txn& txn) { world_->ledger().submit(txn, LedgerFixture::who("maker"), id); });
    std::mutex signer_mutex;
    std::set<std::string> signers;
    in_threads(3, [&](int t) {
      const std::string cashier = "cashier" + std::to_string(t);
      try {
        world_->database().write([&](store::Txn& txn) { world_->ledger().sign(txn, LedgerFixture::who(cashier), id, cashier); });
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), MIF_E_CONFLICT) << error.what();
        EXPECT_NE(std::string(error.what()).find("[voucher.signed]"), std::string::npos) << error.what();
        return;
      }
      const std::lock_guard lock(signer_mutex);
      signers.insert(cashier);
    });
    EXPECT_EQ(signers, std::set<std::string>{world_->voucher(id).cashier});
  }
  EXPECT_EQ(testing::describe(world_->verify_all()), "");
}

TEST_P(Concurrency, NothingPassesALockThatIsSet) {
  std::atomic<int> posted{0}, kept_out{0};
  std::int64_t locked_ms = 0;
  in_threads(4, [&](int t) {
    if (t == 0) {
      while (posted < 20) std::this_thread::yield();
      world_->database().write([&](store::Txn& txn) {
        world_->ledger().set_locks(txn, LedgerFixture::who("chief"), "A", {2023, 1}, static_cast<int>(ledger::Area::entry), "月末");
        locked_ms = world_->clock().now_unix_ms();
      });
      return;
    }
    for (int i = 0; i < 40; ++i) {
      try {
        world_->post(draft("A", Day(2023, 1, 5), std::to_string(t) + '/' + std::to_string(i), {"D 1001 1.00", "C 2101 1.00"}));
        ++posted;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), MIF_E_CONFLICT) << error.what();
        ++kept_out;
      }
    }
  });
  EXPECT_EQ(posted + kept_out, 120);
  world_->database().read([&](store::Txn& txn) {
    ledger::VoucherQuery all;
    all.book = "A";
    for (const auto& v : world_->ledger().vouchers(txn, all)) {
      EXPECT_EQ(v.state, ledger::State::posted);
      EXPECT_LE(v.posted_ms, locked_ms) << "posted after the lock";
    }
  });
  EXPECT_EQ(testing::describe(world_->verify_all()), "");
}

// A process that carries, closes and locks is killed again and again: whatever it had told is there, nothing is half done.
TEST_P(Concurrency, AKilledClosingIsDoneOrNotDone) {
  for (int month = 1; month <= 6; ++month)
    world_->post(draft("A", Day(2023, month, 5), "in/" + std::to_string(month), {"D 1003 bank_account=1 100.00", "C 410102 100.00"}));
  for (int round = 0; round < 6; ++round) {
    world_.reset();
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      try {
        LedgerFixture own(dsn_);
        own.clock().advance((2 * round + 1) * 1000000);  // a process's clock starts anew, time does not
        for (int month = 1; month <= 6; ++month) {
          bool open = false;
          own.database().read([&](store::Txn& txn) { open = own.ledger().is_open(txn, "A", {2023, month}); });
          if (!open) continue;
          own.database().write([&](store::Txn& txn) { own.ledger().set_locks(txn, LedgerFixture::who("chief"), "A", {2023, month}, static_cast<int>(ledger::Area::entry), "月末"); });
          own.carry_and_close("A", {2023, month});
        }
      } catch (...) {
        _exit(1);
      }
      _exit(0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(15 + 12 * round));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    if (WIFEXITED(status)) {
      EXPECT_EQ(WEXITSTATUS(status), 0);
    }
    world_ = std::make_unique<LedgerFixture>(dsn_);
    world_->clock().advance((2 * round + 2) * 1000000);
    ASSERT_EQ(testing::describe(world_->verify_all()), "") << "round " << round;
    // A closed month has nothing left to carry; an open one has all of it or none.
    world_->database().read([&](store::Txn& txn) {
      for (int month = 1; month <= 6; ++month)
        if (!world_->ledger().is_open(txn, "A", {2023, month})) {
          EXPECT_TRUE(world_->ledger().closing_drafts(txn, "A", {2023, month}).empty()) << month;
        }
    });
  }
  for (int month = 1; month <= 6; ++month) {
    bool open = false;
    world_->database().read([&](store::Txn& txn) { open = world_->ledger().is_open(txn, "A", {2023, month}); });
    if (open) world_->carry_and_close("A", {2023, month});
  }
  EXPECT_EQ(testing::describe(world_->verify_all()), "");
}

INSTANTIATE_TEST_SUITE_P(On, Concurrency, ::testing::Values("sqlite", "postgresql"), [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace mif
