// SPDX-License-Identifier: Apache-2.0
// Two sides, a gap that does everything wrong, and a naive ledger: each document is applied exactly once or reported missing, and the sums of both sides
// are equal. MIF_FERRY_SEEDS = how many seeds (200), MIF_SEED=N replays one.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <set>

#include "keys.h"
#include "sim_disk.h"

namespace mif::ferry::testing {
namespace {

using Marks = std::map<std::string, long>;

// One direction of the gap: takes whole files out of a folder and brings them, or something like them, to another.
class Gap {
 public:
  Gap(std::mt19937_64& random, Marks& marks, SimDisk& from, SimDisk& to) : random_(random), marks_(marks), from_(from), to_(to) {}

  void carry(bool faults, std::int64_t now) {
    for (const auto& f : from_.list("out")) {
      if (f.name.size() > 5 && f.name.substr(f.name.size() - 5) == ".part") continue;  // left by a crash; the rule of the gap
      const std::string bytes = from_.read("out/" + f.name, 1u << 30);
      from_.erase("out/" + f.name);
      history_.emplace_back(f.name, bytes);
      faults ? mistreat(f.name, bytes, now) : fly(f.name, bytes, now);
    }
    if (faults && !history_.empty() && random_() % 8 == 0) {
      const auto& [name, bytes] = history_[random_() % history_.size()];
      fly(name, bytes, now);
      ++marks_["replayed"];
    }
    std::vector<Flight> later;
    for (auto& f : flights_) {
      if (f.due > now && faults) later.push_back(std::move(f));
      else to_.put("in/" + f.name, f.bytes);
    }
    flights_ = std::move(later);
  }

 private:
  struct Flight {
    std::string name, bytes;
    std::int64_t due = 0;
  };
  void fly(const std::string& name, const std::string& bytes, std::int64_t due) { flights_.push_back({name, bytes, due}); }
  void mistreat(const std::string& name, std::string bytes, std::int64_t now) {
    const auto roll = random_() % 100;
    if (roll < 15) {
      ++marks_["dropped"];
    } else if (roll < 25) {
      ++marks_["duplicated"];
      fly(name, bytes, now);
      fly(name, bytes, now + 1 + static_cast<std::int64_t>(random_() % 5000));
    } else if (roll < 40) {
      ++marks_["delayed"];  // and so overtaken
      fly(name, bytes, now + 1 + static_cast<std::int64_t>(random_() % 8000));
    } else if (roll < 50) {
      ++marks_["truncated"];
      fly(name, bytes.substr(0, random_() % bytes.size()), now);
    } else if (roll < 60) {
      ++marks_["flipped"];
      bytes[random_() % bytes.size()] ^= static_cast<char>(1u << (random_() % 8));
      fly(name, bytes, now);
    } else if (roll < 70) {
      ++marks_["partly visible"];
      fly(name, bytes.substr(0, random_() % bytes.size()), now);
      fly(name, bytes, now + 1000);
    } else {
      fly(name, bytes, now);
    }
  }
  std::mt19937_64& random_;
  Marks& marks_;
  SimDisk &from_, &to_;
  std::vector<Flight> flights_;
  std::vector<std::pair<std::string, std::string>> history_;
};

class World {
 public:
  World(std::uint64_t seed, Marks& marks)
      : random_(seed), marks_(marks), keys_(keys(chance(50) ? Suite::gm : Suite::intl)), two_way_(chance(60)), pass_(chance(40)), business_(random_, now_), fund_(random_, now_),
        there_(random_, marks, business_, fund_), back_(random_, marks, fund_, business_), out_(documents_out(keys_, ".")), in_(documents_in(keys_, ".")) {
    out_.sent = "sent";
    out_.outbox = "out";
    in_.inbox = "in";
    in_.kept = "kept";
    in_.pass = pass_;
    in_.settle_ms = 3000;
    answers_out_ = answers_out(keys_, ".");
    answers_out_.sent = "answered";
    answers_out_.outbox = "out";
    answers_in_ = answers_in(keys_, ".");
    answers_in_.inbox = "in";
    answers_in_.kept = "kept";
    answers_in_.settle_ms = 3000;
    ++marks_[two_way_ ? "two-way" : "one-way"];
    ++marks_[pass_ ? "gap passes" : "gap waits"];
  }

  void live(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFatalFailure(); ++i) {
      now_ += static_cast<std::int64_t>(random_() % 1000);
      switch (random_() % 7) {
        case 0: write_rows(); break;
        case 1: faulty(business_, "sender", [&] { send(); }); break;
        case 2: there_.carry(true, now_); break;
        case 3: faulty(fund_, "receiver", [&] { pull(); }); break;
        case 4: if (two_way_) faulty(fund_, "receiver answering", [&] { acknowledge(); }); break;
        case 5: if (two_way_) back_.carry(true, now_); break;
        default: if (two_way_) faulty(business_, "sender reading answers", [&] { read_answers_(); });
      }
    }
  }

  // After a control bundle got through, every number is here, waits, or is named as missing.
  void everything_is_here_or_reported() {
    clean(business_, [&] { send(); });
    std::int64_t last = 0;
    clean(business_, [&] { Outgoing out(business_, out_); last = pack_control(out, now_); });
    const std::string name = file_name("f", last);
    fund_.put("in/" + name, business_.read("sent/" + name, 1u << 30));
    Incoming in(fund_, in_);
    const Scan scan = in.scan(now_);
    const FlowState state = in.state();
    std::set<std::int64_t> here(state.missing.begin(), state.missing.end());
    if (!here.empty()) ++marks_["missing was reported"];
    if (!scan.waiting.empty()) ++marks_["waited behind a gap"];
    here.insert(scan.waiting.begin(), scan.waiting.end());
    for (const auto& a : in.accepted_after(0)) here.insert(a.seq);
    for (std::int64_t seq = 1; seq <= last; ++seq) ASSERT_TRUE(here.count(seq)) << "bundle " << seq << " of " << last << " is neither here nor reported";
    for (const auto& q : state.quarantined) {
      ++marks_["quarantined"];
      ASSERT_EQ(q.reason.find("number-reused"), std::string::npos) << q.reason;
    }
  }

  // The gap behaves from now on: what was reported missing is sent again, until nothing is.
  void heal() {
    for (int round = 0; round < 12 && !::testing::Test::HasFatalFailure(); ++round) {
      now_ += 20000;
      there_.carry(false, now_);
      pull();
      if (two_way_) {
        acknowledge();
        back_.carry(false, now_);
        read_answers_();
      }
      Incoming in(fund_, in_);
      in.scan(now_);
      Outgoing(business_, out_).repeat(in.state().missing);  // the operator, where there is no way back
      if (two_way_) {
        Incoming answers(business_, answers_in_);
        answers.scan(now_);
        Outgoing(fund_, answers_out_).repeat(answers.state().missing);
      }
    }
  }

  void both_sides_agree() {
    Fen sent;
    for (const auto& r : rows_) {
      sent += control_amount(r);
      ASSERT_EQ(applied_.count(r.seq), 1u) << "seq " << r.seq << " was never applied";
    }
    ASSERT_EQ(applied_.size(), rows_.size());
    Incoming in(fund_, in_);
    const FlowState state = in.state();
    const Sent last = Outgoing(business_, out_).last();
    ASSERT_EQ(state.last, last.seq);
    ASSERT_EQ(state.documents, last.manifest.total_count);
    ASSERT_EQ(state.amount, last.manifest.total_amount);
    ASSERT_EQ(state.documents, static_cast<std::int64_t>(rows_.size()));
    ASSERT_EQ(state.amount, sent);
    ASSERT_TRUE(state.missing.empty());
    for (const auto& q : state.quarantined) ASSERT_FALSE(q.open && q.seq <= last.seq && q.seq > 0) << q.name << " " << q.reason;
    if (!two_way_) return;
    for (const auto& r : rows_) ASSERT_EQ(states_[r.seq], ledger_[r.seq]) << "ex_status of seq " << r.seq;
    ASSERT_EQ(head_.accepted, last.seq);
    ASSERT_EQ(head_.documents, last.manifest.total_count);
    ASSERT_EQ(head_.amount, last.manifest.total_amount);
  }

 private:
  bool chance(unsigned percent) { return random_() % 100 < percent; }

  void write_rows() {
    for (auto n = random_() % 4; n > 0; --n) {
      seq_ += 1 + static_cast<std::int64_t>(random_() % 3);  // gaps in the numbering are fine
      Entry e = document(seq_, Fen(static_cast<std::int64_t>(random_() % 100000000) - 1000000).plain());
      if (chance(8)) e = {"main", "D" + std::to_string(seq_), "", "", seq_, 1, 20230612, true};
      else if (chance(8)) e.payload = chance(50) ? "not JSON" : "{\"amount\":\"\xff\"}";
      rows_.push_back(e);
    }
  }

  void send() {
    Outgoing out(business_, out_);
    const long before = business_.written;
    const Packed packed = pack(out, rows_, 1 + random_() % 5, out_.limits, now_);
    if (packed.documents == 0 && chance(30)) pack_control(out, now_);
    if (!two_way_ && business_.written != before) out.repeat_last(4);
  }

  // Fetch, then apply and move the cursor in one step, as the exchange module does.
  void pull() {
    Incoming in(fund_, in_);
    Delivery delivery(in);
    for (int i = 0; i < 50; ++i) {
      Scan scan;
      const auto got = delivery.fetch(cursor_, 1 + random_() % 6, now_, scan);
      marks_["duplicate had no effect"] += scan.duplicates;
      if (got.empty()) return;
      {
        Scan again_scan;
        Incoming other(fund_, in_);
        Delivery again(other);
        const auto same = again.fetch(cursor_, got.size(), now_, again_scan);
        ASSERT_EQ(same.size(), got.size());
        for (std::size_t k = 0; k < got.size(); ++k) ASSERT_EQ(write_cursor(same[k].at), write_cursor(got[k].at)) << "same cursor, other documents";
      }
      if (crashing_ && chance(10)) {
        ++marks_["crash before the ledger's commit"];
        throw Crash{};
      }
      for (const auto& d : got) {
        ASSERT_TRUE(applied_.insert(d.entry.seq).second) << "seq " << d.entry.seq << " came twice";
        const auto row = std::find_if(rows_.begin(), rows_.end(), [&](const Entry& r) { return r.seq == d.entry.seq; });
        ASSERT_NE(row, rows_.end());
        ASSERT_EQ(d.entry.doc_no, row->doc_no);
        ASSERT_EQ(d.entry.withdrawn, row->withdrawn);
        ASSERT_EQ(d.entry.payload, valid(row->payload) ? row->payload : "payload is not UTF-8");
        ASSERT_TRUE(pass_ || d.entry.seq > highest_) << "out of order although gaps wait";
        highest_ = std::max(highest_, d.entry.seq);
        ledger_[d.entry.seq] = "drafted";
        waiting_.push_back(d.at);
      }
      cursor_ = write_cursor(got.back().at);
    }
  }
  static bool valid(const std::string& text) { return text.find('\xff') == std::string::npos; }

  void acknowledge() {
    for (auto& [seq, state] : ledger_)
      if (state == "drafted" && chance(20)) {
        state = "posted";
        waiting_.push_back({1, 1, seq, "main"});
      }
    std::vector<Answer> rows;
    for (const auto& at : waiting_) rows.push_back({at.feed, "D" + std::to_string(at.seq), ledger_[at.seq], "", "", at.seq, 1, now_});
    Incoming in(fund_, in_);
    in.scan(now_);
    Outgoing out(fund_, answers_out_);
    const Sent last = out.last();
    out.send(last, {{kAnswers, write_answers(head_of("f", in.state()), rows)}}, static_cast<std::int64_t>(rows.size()), Fen(), {}, now_);
    waiting_.clear();  // committed after the answer was durable
    out.repeat_last(3);
  }

  void read_answers_() {
    Incoming in(business_, answers_in_);
    in.scan(now_);
    for (const auto& a : in.accepted_after(answered_)) {
      const Answers answers = read_answers(in.content(a));
      for (const auto& row : answers.rows) states_[row.seq] = row.state;
      head_ = answers.head;
      answered_ = a.arrival;
    }
    Outgoing(business_, out_).repeat(head_.missing);
  }

  template <class F>
  void faulty(SimDisk& disk, const char* who, F&& body) {
    disk.full = chance(7);
    crashing_ = chance(35);
    disk.crash_after(crashing_ ? 1 + static_cast<long>(random_() % 60) : 0);
    try {
      body();
    } catch (const Crash&) {
      ++marks_[std::string("crash of the ") + who];
    } catch (const Error& e) {
      ASSERT_EQ(e.code(), MIF_E_UNAVAILABLE) << e.what();
      ++marks_["disk full"];
    }
    crashing_ = false;
    disk.full = false;
    disk.crash_after(0);
  }
  template <class F>
  void clean(SimDisk& disk, F&& body) {
    disk.full = false;
    disk.crash_after(0);
    body();
  }

  std::mt19937_64 random_;
  std::int64_t now_ = 1700000000000;
  Marks& marks_;
  const Keys& keys_;
  bool two_way_, pass_, crashing_ = false;
  SimDisk business_, fund_;
  Gap there_, back_;
  OutgoingSettings out_, answers_out_;
  IncomingSettings in_, answers_in_;
  std::vector<Entry> rows_;                                // the business side's database
  std::map<std::int64_t, std::string> states_, ledger_;    // ex_status; what the ledger says
  std::set<std::int64_t> applied_;
  std::vector<Cursor> waiting_;                            // the exchange module's outbox
  std::string cursor_;
  std::int64_t seq_ = 0, highest_ = 0, answered_ = 0;
  Head head_;
};

std::uint64_t number(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text && *text ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(FerryModel, EachDocumentOnceOrReportedMissingWhateverTheGapDoes) {
  const std::uint64_t only = number("MIF_SEED", 0), seeds = number("MIF_FERRY_SEEDS", 200);
  Marks marks;
  for (std::uint64_t seed = only ? only : 1; seed <= (only ? only : seeds); ++seed) {
    SCOPED_TRACE("MIF_SEED=" + std::to_string(seed));
    World world(seed, marks);
    world.live(60);
    if (HasFatalFailure()) return;
    world.everything_is_here_or_reported();
    if (HasFatalFailure()) return;
    world.heal();
    if (HasFatalFailure()) return;
    world.both_sides_agree();
    if (HasFatalFailure()) return;
  }
  for (const auto& [mark, n] : marks) std::cout << "  " << mark << ": " << n << '\n';
  if (only) return;
  for (const char* mark : {"dropped", "duplicated", "delayed", "truncated", "flipped", "partly visible", "replayed", "disk full", "crash of the sender", "crash of the receiver",
                           "crash of the receiver answering", "crash of the sender reading answers", "crash before the ledger's commit", "missing was reported", "waited behind a gap",
                           "quarantined", "duplicate had no effect", "two-way", "one-way", "gap passes", "gap waits"})
    EXPECT_GT(marks[mark], 0) << mark << " never happened";
}

}  // namespace
}  // namespace mif::ferry::testing
