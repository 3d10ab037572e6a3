// SPDX-License-Identifier: Apache-2.0
// Reconciliation in memory: the bank's lines on one side, the book's postings on the other, and an ordered list of passes that
// pair them. A pass takes what is unambiguous and leaves the rest; a suggestion decides nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::treasury {

// What two texts are compared by: equal texts have equal keys, blanks do not count, no text has key 0.
using Key = std::uint64_t;
Key key_of(std::string_view text);

// One line of either side, signed as the bank sees it: + into the account.
struct SideItem {
  std::int64_t id = 0;  // unique on its side; the smaller is the earlier in listings
  Day day;
  Fen fen;
  Key code = 0;       // what declares a group: the voucher a payment or document leads to
  Key reference = 0;  // document or bank reference
  Key party = 0;      // the other account
  Key text = 0;
  Key undoes = 0;     // book: code of the voucher this one reverses; bank: any value marks a reversal or returned payment
  Key names = 0;      // bank: the code or document the line itself carries
  bool strict = false;  // it has or should have a code: only codes and references match it
  bool taken = false;   // matched in an earlier run; here so that nobody takes it for missing
};

struct PairGroup {
  const char* rule = "";
  std::span<const std::int64_t> bank, book;  // ids, ascending; one may be empty when the other sums to zero
};
struct Doubt {
  bool bank = true;
  std::int64_t id = 0;
  const char* rule = "";  // the pass that found more than one answer, or another amount
  bool amount = false;    // same code, another amount
};
std::int32_t serial(Day day);  // days since an epoch
// Numbers days so that a difference counts working days; a closed day has the number of the last open one. Empty: every day counts.
struct DayCount {
  std::int32_t first = 0;          // serial of the first day
  std::vector<std::int32_t> open;  // number of each day from it on
  std::int32_t at(Day day) const {
    const std::int32_t there = serial(day);
    if (open.empty()) return there;
    const auto last = first + static_cast<std::int32_t>(open.size()) - 1;
    if (there < first) return open.front() - (first - there);
    return last < there ? open.back() + (there - last) : open[static_cast<std::size_t>(there - first)];
  }
};
struct Limits {
  int days = 3;              // how far apart the two sides may be
  DayCount count;            // in which days that is meant
  int rivals = 10;           // how far away a look-alike without a partner makes a pair doubtful
  int reversal = 31;         // how long the bank takes to take a line back
  std::size_t group = 5;     // lines of a suggested group
  std::size_t choose_of = 12;
};
struct Reconciled {
  Reconciled() = default;
  Reconciled(Reconciled&&) = default;  // the groups look into `ids`, which a move takes along and a copy would not
  Reconciled& operator=(Reconciled&&) = default;
  std::vector<PairGroup> groups, suggestions;
  std::vector<Doubt> doubts;
  std::vector<std::int64_t> ids;  // of all groups and suggestions, one after the other
};

inline constexpr int kRulesVersion = 2;
// The result depends on the two sets only, never on their order.
Reconciled reconcile_sides(const std::vector<SideItem>& bank, const std::vector<SideItem>& book, const Limits& limits);

}  // namespace mif::treasury
