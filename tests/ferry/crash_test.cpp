// SPDX-License-Identifier: Apache-2.0
// Every step counted out: the plug pulled after the first, the second, ... step of packing, accepting and answering, and the disk full at each write.
// Unlike the model this leaves no step to chance.
#include <gtest/gtest.h>

#include "keys.h"
#include "sim_disk.h"

namespace mif::ferry::testing {
namespace {

constexpr std::int64_t kDocuments = 7;
constexpr long kMostSteps = 2000;

class FerryCrash : public ::testing::Test {
 protected:
  FerryCrash() {
    out_.sent = "sent";
    out_.outbox = "in";  // a gap that does nothing wrong: the outbox is the inbox
    in_.inbox = "in";
    in_.kept = "kept";
    answers_.sent = "answered";
    answers_.outbox = "back";
    for (std::int64_t i = 1; i <= kDocuments; ++i) rows_.push_back(document(i, "1.01"));
  }
  void send(SimDisk& disk) {
    Outgoing out(disk, out_);
    pack(out, rows_, 2, {}, now_);
  }
  // Fetches and applies until nothing is left; what was applied stays applied.
  void receive(SimDisk& disk) {
    Incoming in(disk, in_);
    Delivery delivery(in);
    for (int i = 0; i < 100; ++i) {
      Scan scan;
      const auto got = delivery.fetch(cursor_, 3, now_, scan);
      if (got.empty()) return;
      for (const auto& d : got) applied_ += d.entry.doc_no + " ";
      cursor_ = write_cursor(got.back().at);
    }
  }
  void answer(SimDisk& disk) {
    Incoming in(disk, in_);
    in.scan(now_);
    Outgoing out(disk, answers_);
    const Sent last = out.last();
    out.send(last, {{kAnswers, write_answers(head_of("f", in.state()), {})}}, 0, Fen(), {}, now_);
  }
  void expect_all_once(SimDisk& disk, long step) {
    EXPECT_EQ(applied_, "D1 D2 D3 D4 D5 D6 D7 ") << "step " << step;
    Incoming in(disk, in_);
    const FlowState state = in.state();
    EXPECT_EQ(state.documents, kDocuments) << "step " << step;
    EXPECT_EQ(state.amount, Fen(101 * kDocuments)) << "step " << step;
    EXPECT_TRUE(state.missing.empty() && state.quarantined.empty()) << "step " << step;
    EXPECT_EQ(Outgoing(disk, out_).last().manifest.total_amount, state.amount);
  }
  // Runs the whole way once for each step at which `broken` can break, until it runs through. Number of steps.
  long each_step(const std::function<void(SimDisk&)>& before, const std::function<void(SimDisk&)>& broken, bool full) {
    for (long step = 1; step < kMostSteps; ++step) {
      std::mt19937_64 random(static_cast<std::uint64_t>(step));
      SimDisk disk(random, now_);
      applied_.clear();
      cursor_.clear();
      before(disk);
      bool broke = false;
      if (full) disk.full_at_write(step);
      else disk.crash_after(step);
      try {
        broken(disk);
      } catch (const Crash&) {
        broke = true;
      } catch (const Error& e) {
        EXPECT_EQ(e.rule(), "ferry.disk") << e.what();
        broke = true;
      }
      disk.crash_after(0);
      disk.full_at_write(0);
      send(disk);
      receive(disk);
      answer(disk);
      expect_all_once(disk, step);
      if (!broke) return step - 1;
      if (::testing::Test::HasFailure()) return -1;
    }
    return -1;
  }

  std::int64_t now_ = 1700000000000;
  OutgoingSettings out_ = documents_out(keys(Suite::intl), "."), answers_ = answers_out(keys(Suite::intl), ".");
  IncomingSettings in_ = documents_in(keys(Suite::intl), ".");
  std::vector<Entry> rows_;
  std::string applied_, cursor_;
};

TEST_F(FerryCrash, TheSenderAtEachStep) {
  EXPECT_GT(each_step([](SimDisk&) {}, [&](SimDisk& d) { send(d); }, false), 40);
}

TEST_F(FerryCrash, TheReceiverAtEachStep) {
  EXPECT_GT(each_step([&](SimDisk& d) { send(d); }, [&](SimDisk& d) { receive(d); }, false), 40);
}

TEST_F(FerryCrash, TheAnswerAtEachStep) {
  EXPECT_GT(each_step([&](SimDisk& d) { send(d); receive(d); }, [&](SimDisk& d) { answer(d); }, false), 10);
}

TEST_F(FerryCrash, ADiskFullAtEachWriteOfEither) {
  EXPECT_EQ(each_step([](SimDisk&) {}, [&](SimDisk& d) { send(d); }, true), 12);  // 4 bundles: sent, published, marked
  EXPECT_EQ(each_step([&](SimDisk& d) { send(d); }, [&](SimDisk& d) { receive(d); }, true), 4);
  EXPECT_EQ(each_step([&](SimDisk& d) { send(d); receive(d); }, [&](SimDisk& d) { answer(d); }, true), 3);
}

}  // namespace
}  // namespace mif::ferry::testing
