// SPDX-License-Identifier: Apache-2.0
#include "sides_pool.h"

#include "calendar.h"

namespace mif::treasury {

std::uint64_t mix(std::uint64_t h) {
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdULL;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53ULL;
  return h ^ (h >> 33);
}

std::int32_t serial(Day day) { return static_cast<std::int32_t>(sys_day(day).time_since_epoch().count()); }

Pool::Pool(const std::vector<SideItem>& bank, const std::vector<SideItem>& book, const Limits& limits) : limits_(limits) {
  const auto by_id = [](const SideItem& a, const SideItem& b) { return a.id < b.id; };
  for (const std::size_t s : {0u, 1u}) {
    const auto& given = s ? book : bank;
    items_[s] = given;
    if (!std::is_sorted(given.begin(), given.end(), by_id)) {
      ordered_[s] = given;
      std::sort(ordered_[s].begin(), ordered_[s].end(), by_id);
      items_[s] = ordered_[s];
    }
    state_[s].assign(given.size(), kOpen);
    held_[s].assign(given.size(), 0);
    for (std::size_t i = 0; i < given.size(); ++i) {
      held_[s][i] = items_[s][i].strict;
      if (items_[s][i].taken) state_[s][i] = kTaken;
    }
    open_[s].resize(given.size());
    std::iota(open_[s].begin(), open_[s].end(), 0u);
  }
}

void Pool::note(std::vector<Found>& into, const char* rule, std::span<const Entry> members) {
  const auto from = static_cast<std::uint32_t>(members_.size());
  for (const auto& e : members) members_.push_back(e.where);
  std::sort(members_.begin() + from, members_.end());  // the bank's by id, then the book's
  into.push_back({rule, from, static_cast<std::uint32_t>(members_.size())});
}
void Pool::take(const char* rule, std::span<const Entry> members) {
  for (const auto& e : members) state(e.where) = kTaken;
  note(groups_, rule, members);
}
void Pool::contradict(const char* rule, std::span<const Entry> members) {
  for (const auto& e : members) {
    state(e.where) = kSetAside;
    doubts_.push_back({e.where, rule, true});
  }
}

// By their first line, groups without the bank's lines first. A line is in one group only, so the first line tells the place.
std::vector<Pool::Found> Pool::groups_in_order() {
  std::array<std::vector<std::uint32_t>, 2> place;
  for (const std::size_t s : {0u, 1u}) place[s].assign(items_[s].size(), 0);
  for (std::uint32_t g = 0; g < groups_.size(); ++g) {
    const std::uint32_t first = members_[groups_[g].from];
    place[first & Entry::kBook ? 1 : 0][first & ~Entry::kBook] = g + 1;
  }
  std::vector<Found> ordered;
  ordered.reserve(groups_.size());
  for (const std::size_t s : {1u, 0u})
    for (const std::uint32_t g : place[s])
      if (g) ordered.push_back(groups_[g - 1]);
  return ordered;
}

PairGroup Pool::made(Reconciled& result, const Found& found) {
  const std::size_t at = result.ids.size();
  std::size_t banks = 0;
  for (std::uint32_t i = found.from; i < found.to; ++i) {
    const std::uint32_t where = members_[i];
    banks += where & Entry::kBook ? 0 : 1;
    result.ids.push_back(items_[where & Entry::kBook ? 1 : 0][where & ~Entry::kBook].id);
  }
  return {found.rule, {result.ids.data() + at, banks}, {result.ids.data() + at + banks, result.ids.size() - at - banks}};
}

Reconciled Pool::finish() {
  Reconciled result;
  result.ids.reserve(members_.size());  // the groups point into it
  result.groups.reserve(groups_.size());
  for (const auto& g : groups_in_order()) result.groups.push_back(made(result, g));
  for (const auto& g : suggestions_) result.suggestions.push_back(made(result, g));
  std::sort(result.suggestions.begin(), result.suggestions.end(), [](const PairGroup& a, const PairGroup& b) {
    if (!std::equal(a.bank.begin(), a.bank.end(), b.bank.begin(), b.bank.end())) return std::lexicographical_compare(a.bank.begin(), a.bank.end(), b.bank.begin(), b.bank.end());
    return std::lexicographical_compare(a.book.begin(), a.book.end(), b.book.begin(), b.book.end());
  });
  // An item is doubted once, by the strongest rule that saw it, and only while it is open.
  std::stable_sort(doubts_.begin(), doubts_.end(), [](const Doubted& a, const Doubted& b) { return a.where < b.where; });
  const Doubted* last = nullptr;
  for (const auto& d : doubts_) {
    if (state(d.where) == kTaken || (last && last->where == d.where)) continue;
    last = &d;
    const bool bank = !(d.where & Entry::kBook);
    result.doubts.push_back({bank, items_[bank ? 0 : 1][d.where & ~Entry::kBook].id, d.rule, d.amount});
  }
  return result;
}

}  // namespace mif::treasury
