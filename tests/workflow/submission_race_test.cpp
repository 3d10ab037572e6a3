// SPDX-License-Identifier: Apache-2.0
// A draft is submitted while it is edited, submitted again or withdrawn: the flow that is open is the voucher's, on the digest
// and the amount that the voucher has.
#include <atomic>
#include <chrono>
#include <thread>

#include "tests/plugin/home.h"
#include "tests/support/test_database.h"

namespace mif::test {
namespace {

class Submission : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = mif::testing::TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
    database_ = std::make_unique<mif::testing::TestDatabase>();
    ::setenv("MIF_DATABASE_DSN", database_->options().dsn.c_str(), 1);
    home_ = std::make_unique<Home>(std::initializer_list<const char*>{});
    d_ = service::Deployment::open(home_->folder().str(), false);
  }
  static ledger::Draft draft(const std::string& key, Fen fen) {
    ledger::Draft d;
    d.day = Day(2023, 6, 5);
    d.book = "990000-310";
    d.word = "转";
    d.summary = key;
    d.maker = "maker1";
    d.source_plugin = "test";
    d.source_key = key;
    d.lines = {{MIF_DEBIT, fen, "110103", "", key}, {MIF_CREDIT, fen, "2101", "", key}};
    return d;
  }
  std::int64_t saved(int round) {
    std::int64_t id = 0;
    d_->database().write([&](store::Txn& txn) { id = d_->save(txn, maker_, draft("r" + std::to_string(round), Fen(100))).id; });
    return id;
  }
  // Both at once, the first up to `late` microseconds later; what was refused is a conflict.
  std::pair<bool, bool> together(int late, const std::function<void(store::Txn&)>& a, const std::function<void(store::Txn&)>& b) {
    std::atomic<int> ready{0};
    const auto attempt = [&](const std::function<void(store::Txn&)>& work, int wait) {
      ++ready;
      while (ready < 2) std::this_thread::yield();
      std::this_thread::sleep_for(std::chrono::microseconds(wait));
      try {
        d_->database().write(work);
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), MIF_E_CONFLICT) << error.what();
        return false;
      }
      return true;
    };
    std::pair<bool, bool> done;
    std::thread other([&] { done.second = attempt(b, 0); });
    done.first = attempt(a, late);
    other.join();
    return done;
  }
  ledger::Voucher voucher(std::int64_t id) {
    ledger::Voucher v;
    d_->database().read([&](store::Txn& txn) { v = d_->ledger().voucher(txn, id); });
    return v;
  }
  std::int64_t open_flows(std::int64_t id) {
    std::int64_t n = 0;
    d_->database().read([&](store::Txn& txn) { n = txn.integer("select count(*) from workflow_instance where subject_kind = 'voucher' and subject = ? and state = 1", {std::to_string(id)}).value(); });
    return n;
  }
  void submit(store::Txn& txn, std::int64_t id) { d_->resubmit(txn, maker_, id); }

  static constexpr int kRounds = 40;
  const Who maker_{"maker1", "test", ""};
  std::unique_ptr<mif::testing::TestDatabase> database_;
  std::unique_ptr<Home> home_;
  std::unique_ptr<service::Deployment> d_;
};

TEST_F(Submission, while_it_is_edited_starts_the_flow_on_what_the_voucher_says) {
  int edited = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::int64_t id = saved(round);
    const std::string read = voucher(id).content_hash;
    const auto [sent, changed] = together(100 * (round % 8), [&](store::Txn& txn) { submit(txn, id); },
                                          [&](store::Txn& txn) { d_->ledger().revise(txn, maker_, id, read, draft("", Fen(200))); });
    EXPECT_TRUE(sent);
    edited += changed;
    const ledger::Voucher v = voucher(id);
    EXPECT_EQ(v.total, Fen(changed ? 200 : 100));
    workflow::Instance flow;
    d_->database().read([&](store::Txn& txn) { flow = d_->workflow().instance(txn, v.workflow_instance); });
    EXPECT_EQ(flow.digest, v.content_hash) << "round " << round;
    EXPECT_EQ(flow.amount, v.total);
  }
  RecordProperty("edited", edited);
}

TEST_F(Submission, from_two_windows_starts_one_flow) {
  for (int round = 0; round < kRounds; ++round) {
    const std::int64_t id = saved(round);
    const auto once = [&](store::Txn& txn) { submit(txn, id); };
    const auto [first, second] = together(0, once, once);
    EXPECT_NE(first, second) << "round " << round;
    EXPECT_EQ(open_flows(id), 1);
  }
}

TEST_F(Submission, of_what_is_withdrawn_leaves_no_flow_open) {
  for (int round = 0; round < kRounds; ++round) {
    const std::int64_t id = saved(round);
    const auto [sent, withdrawn] = together(100 * (round % 8), [&](store::Txn& txn) { submit(txn, id); }, [&](store::Txn& txn) { d_->withdraw(txn, maker_, id, "重复"); });
    EXPECT_TRUE(withdrawn);
    EXPECT_EQ(voucher(id).state, ledger::State::void_);
    EXPECT_EQ(open_flows(id), 0) << "round " << round << (sent ? ", submitted first" : "");
  }
}

}  // namespace
}  // namespace mif::test
