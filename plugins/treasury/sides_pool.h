// SPDX-License-Identifier: Apache-2.0
// What the passes of reconciliation work on: the open lines of both sides as flat entries, sorted into runs, and what was made of
// them so far. A million lines a side: no allocation for a line or a group, and what a pass took the next does not read again.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <vector>

#include "sides.h"

namespace mif::treasury {

std::uint64_t mix(std::uint64_t h);

// An open line as a pass sorts it.
struct Entry {
  std::uint64_t key;
  std::int64_t amount;
  std::int32_t day;
  std::uint32_t where;  // place on its side, the book's with the highest bit
  static constexpr std::uint32_t kBook = 1u << 31;
  bool bank() const { return !(where & kBook); }
  std::uint32_t index() const { return where & ~kBook; }
};
template <bool kByAmount>
bool before(const Entry& a, const Entry& b) {
  if (a.key != b.key) return a.key < b.key;
  if constexpr (kByAmount)
    if (a.amount != b.amount) return a.amount < b.amount;
  if (a.bank() != b.bank()) return a.bank();
  return a.day != b.day ? a.day < b.day : a.where < b.where;
}

class Pool {
 public:
  Pool(const std::vector<SideItem>& bank, const std::vector<SideItem>& book, const Limits& limits);
  const Limits& limits() const { return limits_; }
  const SideItem& item(const Entry& e) const { return side(e)[e.index()]; }

  // Open items that have a key, in runs of one key and, with kByAmount, one amount; in a run the bank's come first, by day.
  // Valid until the next call. A large set is dealt out by a hash first, equal runs into one hand, so that each hand sorts within
  // the processor's cache. Which run comes first is nobody's business: no line is in two runs of a pass.
  template <bool kByAmount, class KeyOf, class AmountOf>
  std::span<const Entry> sorted(KeyOf key, AmountOf amount, bool with_bank = true, bool with_book = true) {
    const std::array<bool, 2> with{with_bank, with_book};
    const int bits = hand_bits((with_bank ? open_[0].size() : 0) + (with_book ? open_[1].size() : 0));
    const auto hand = [&](std::uint64_t k, std::int64_t fen) { return bits == 0 ? 0 : mix(kByAmount ? k ^ mix(static_cast<std::uint64_t>(fen)) : k) >> (64 - bits); };
    ends_.assign((std::size_t{1} << bits) + 1, 0);
    for (const std::size_t s : {0u, 1u}) {
      if (!with[s]) continue;
      std::erase_if(open_[s], [&](std::uint32_t i) { return state_[s][i] != kOpen; });
      for (const std::uint32_t i : open_[s])
        if (const std::uint64_t k = key(items_[s][i])) ++ends_[hand(k, amount(items_[s][i])) + 1];
    }
    std::partial_sum(ends_.begin(), ends_.end(), ends_.begin());
    const std::size_t n = ends_.back();
    if (room_ < n) entries_ = std::make_unique_for_overwrite<Entry[]>(room_ = n);
    for (const std::size_t s : {0u, 1u}) {
      if (!with[s]) continue;
      for (const std::uint32_t i : open_[s]) {
        const SideItem& item = items_[s][i];
        const std::uint64_t k = key(item);
        if (k == 0) continue;
        const std::int64_t fen = amount(item);
        entries_[ends_[hand(k, fen)]++] = {k, fen, limits_.count.at(item.day), i | (s ? Entry::kBook : 0u)};  // leaves in ends_[h] where hand h ends
      }
    }
    Entry* from = entries_.get();
    for (std::size_t h = 0; h + 1 < ends_.size(); ++h) {
      Entry* const to = entries_.get() + ends_[h];
      std::sort(from, to, before<kByAmount>);
      from = to;
    }
    return {entries_.get(), n};
  }

  void take(const char* rule, std::span<const Entry> members);
  // The same code with another amount is a contradiction: no weaker rule may explain it away.
  void contradict(const char* rule, std::span<const Entry> members);
  // What contradicts itself, or has two explanations: it still counts as a rival, and no weaker rule takes it.
  void hold(const char* rule, const Entry& e, bool amount = false) {
    held_[e.bank() ? 0 : 1][e.index()] = 1;
    doubts_.push_back({e.where, rule, amount});
  }
  bool held(const Entry& e) const { return held_[e.bank() ? 0 : 1][e.index()] != 0; }
  bool open(const Entry& e) const { return state_[e.bank() ? 0 : 1][e.index()] == kOpen; }
  std::span<const SideItem> bank_items() const { return items_[0]; }
  Entry entry(std::uint32_t bank_index, std::uint64_t key, std::int64_t amount) const { return {key, amount, limits_.count.at(items_[0][bank_index].day), bank_index}; }
  void suggest(const char* rule, std::span<const Entry> members) { note(suggestions_, rule, members); }
  void doubt(const char* rule, const Entry& e) { doubts_.push_back({e.where, rule, false}); }
  Reconciled finish();

 private:
  static int hand_bits(std::size_t n) { return n < 2048 ? 0 : std::min(12, static_cast<int>(std::bit_width(n / 512))); }
  static constexpr char kOpen = 0, kTaken = 1, kSetAside = 2;
  struct Found {  // members_[from, to)
    const char* rule;
    std::uint32_t from, to;
  };
  struct Doubted {
    std::uint32_t where;
    const char* rule;
    bool amount;
  };
  std::span<const SideItem> side(const Entry& e) const { return items_[e.bank() ? 0 : 1]; }
  char& state(std::uint32_t where) { return state_[where & Entry::kBook ? 1 : 0][where & ~Entry::kBook]; }
  void note(std::vector<Found>& into, const char* rule, std::span<const Entry> members);
  std::vector<Found> groups_in_order();
  PairGroup made(Reconciled& result, const Found& found);

  Limits limits_;
  std::vector<SideItem> ordered_[2];  // only when a side did not come by id
  std::array<std::span<const SideItem>, 2> items_;
  std::array<std::vector<char>, 2> state_, held_;
  std::array<std::vector<std::uint32_t>, 2> open_;
  std::unique_ptr<Entry[]> entries_;
  std::size_t room_ = 0;
  std::vector<std::size_t> ends_;
  std::vector<std::uint32_t> members_;
  std::vector<Found> groups_, suggestions_;
  std::vector<Doubted> doubts_;
};

template <bool kByAmount>
bool same_run(const Entry& a, const Entry& b) {
  return a.key == b.key && (!kByAmount || a.amount == b.amount);
}

// each(run of entries, how many of them are the bank's)
template <bool kByAmount, class Each>
void each_run(std::span<const Entry> all, Each each) {
  for (std::size_t from = 0; from < all.size();) {
    std::size_t to = from + 1, banks = all[from].bank() ? 1 : 0;
    for (; to < all.size() && same_run<kByAmount>(all[from], all[to]); ++to) banks += all[to].bank() ? 1 : 0;
    each(all.subspan(from, to - from), banks);
    from = to;
  }
}

}  // namespace mif::treasury
