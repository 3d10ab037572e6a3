// SPDX-License-Identifier: Apache-2.0
#include "sides.h"

#include <algorithm>
#include <chrono>
#include <functional>

namespace mif::treasury {

namespace {

std::uint64_t mix(std::uint64_t h) {
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdULL;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53ULL;
  return h ^ (h >> 33);
}

std::int32_t serial(Day day) {
  using namespace std::chrono;
  return static_cast<std::int32_t>(sys_days(year(day.year()) / month(static_cast<unsigned>(day.month())) / std::chrono::day(static_cast<unsigned>(day.day()))).time_since_epoch().count());
}

// Both sides as one sequence: what a pass sorts.
struct Entry {
  std::uint64_t key = 0;
  std::int64_t amount = 0;
  std::int32_t day = 0;
  std::uint32_t index = 0;
  bool bank = false;
};

bool same_run(const Entry& a, const Entry& b) { return a.key == b.key && a.amount == b.amount; }
bool before(const Entry& a, const Entry& b) {
  if (a.key != b.key) return a.key < b.key;
  if (a.amount != b.amount) return a.amount < b.amount;
  if (a.bank != b.bank) return a.bank;
  return a.day != b.day ? a.day < b.day : a.index < b.index;
}

constexpr char kOpen = 0, kTaken = 1, kSetAside = 2;

class Pool {
 public:
  Pool(std::vector<SideItem> bank, std::vector<SideItem> book, const Limits& limits) : limits_(limits), bank_(std::move(bank)), book_(std::move(book)) {
    const auto by_id = [](const SideItem& a, const SideItem& b) { return a.id < b.id; };
    std::sort(bank_.begin(), bank_.end(), by_id);
    std::sort(book_.begin(), book_.end(), by_id);
    for (auto* side : {&bank_, &book_}) {
      auto& taken = side == &bank_ ? bank_taken_ : book_taken_;
      auto& days = side == &bank_ ? bank_days_ : book_days_;
      taken.assign(side->size(), kOpen);
      days.reserve(side->size());
      for (const auto& item : *side) days.push_back(serial(item.day));
    }
  }

  const Limits& limits() const { return limits_; }
  const SideItem& item(const Entry& e) const { return e.bank ? bank_[e.index] : book_[e.index]; }

  // Open items of both sides that have a key, sorted into runs of equal (key, amount).
  template <class KeyOf, class AmountOf>
  std::vector<Entry> sorted(KeyOf key, AmountOf amount, bool with_bank = true, bool with_book = true) const {
    std::vector<Entry> all;
    const auto add = [&](const std::vector<SideItem>& side, const std::vector<char>& taken, const std::vector<std::int32_t>& days, bool bank) {
      for (std::uint32_t i = 0; i < side.size(); ++i) {
        if (taken[i] != kOpen) continue;
        const std::uint64_t k = key(side[i], bank);
        if (k != 0) all.push_back({k, amount(side[i]), days[i], i, bank});
      }
    };
    if (with_bank) add(bank_, bank_taken_, bank_days_, true);
    if (with_book) add(book_, book_taken_, book_days_, false);
    std::sort(all.begin(), all.end(), before);
    return all;
  }

  void take(const char* rule, const std::vector<Entry>& members) {
    for (const auto& e : members) (e.bank ? bank_taken_ : book_taken_)[e.index] = kTaken;
    result_.groups.push_back(group(rule, members));
  }
  // The same code with another amount is a contradiction: no weaker rule may explain it away.
  void contradict(const char* rule, const std::vector<Entry>& members) {
    for (const auto& e : members) {
      (e.bank ? bank_taken_ : book_taken_)[e.index] = kSetAside;
      result_.doubts.push_back({e.bank, item(e).id, rule, true});
    }
  }
  void suggest(const char* rule, const std::vector<Entry>& members) { result_.suggestions.push_back(group(rule, members)); }
  void doubt(const char* rule, const Entry& e) { result_.doubts.push_back({e.bank, item(e).id, rule, false}); }

  Reconciled finish() {
    // An item is doubted once, by the strongest rule that saw it, and only while it is open.
    std::vector<Doubt> kept;
    std::stable_sort(result_.doubts.begin(), result_.doubts.end(), [](const Doubt& a, const Doubt& b) { return a.bank != b.bank ? a.bank : a.id < b.id; });
    for (const auto& d : result_.doubts)
      if (open(d) && (kept.empty() || kept.back().bank != d.bank || kept.back().id != d.id)) kept.push_back(d);
    result_.doubts = std::move(kept);
    for (auto* groups : {&result_.groups, &result_.suggestions})
      std::sort(groups->begin(), groups->end(), [](const PairGroup& a, const PairGroup& b) { return a.bank != b.bank ? a.bank < b.bank : a.book < b.book; });
    return std::move(result_);
  }

 private:
  PairGroup group(const char* rule, const std::vector<Entry>& members) const {
    PairGroup g{rule, {}, {}};
    for (const auto& e : members) (e.bank ? g.bank : g.book).push_back(item(e).id);
    std::sort(g.bank.begin(), g.bank.end());
    std::sort(g.book.begin(), g.book.end());
    return g;
  }
  bool open(const Doubt& d) const {
    const auto& side = d.bank ? bank_ : book_;
    const auto found = std::lower_bound(side.begin(), side.end(), d.id, [](const SideItem& item, std::int64_t id) { return item.id < id; });
    return (d.bank ? bank_taken_ : book_taken_)[static_cast<std::size_t>(found - side.begin())] != kTaken;
  }

  Limits limits_;
  std::vector<SideItem> bank_, book_;
  std::vector<char> bank_taken_, book_taken_;
  std::vector<std::int32_t> bank_days_, book_days_;
  Reconciled result_;
};

template <class Each>
void each_run(const std::vector<Entry>& all, Each each) {
  for (std::size_t from = 0; from < all.size();) {
    std::size_t to = from + 1;
    while (to < all.size() && same_run(all[from], all[to])) ++to;
    std::size_t book = from;  // the bank's entries come first
    while (book < to && all[book].bank) ++book;
    each(from, book, to);
    from = to;
  }
}

std::int64_t whole(const SideItem& item) { return item.fen.value(); }
std::int64_t size_of(const SideItem& item) { return item.fen < Fen(0) ? (-item.fen).value() : item.fen.value(); }

// What a payment or document has led to one voucher is one group, however many lines each side needed for it.
void by_code(Pool& pool, const char* rule) {
  const auto all = pool.sorted([](const SideItem& i, bool) { return i.code; }, [](const SideItem&) { return std::int64_t{0}; });
  each_run(all, [&](std::size_t from, std::size_t book, std::size_t to) {
    if (from == book || book == to) return;
    Fen bank_sum, book_sum;
    for (std::size_t i = from; i < to; ++i) (all[i].bank ? bank_sum : book_sum) += pool.item(all[i]).fen;
    const std::vector<Entry> members(all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to));
    if (bank_sum == book_sum) pool.take(rule, members);
    else pool.contradict(rule, members);
  });
}

void by_reference(Pool& pool, const char* rule) {
  const auto all = pool.sorted([](const SideItem& i, bool) { return i.reference; }, whole);
  each_run(all, [&](std::size_t from, std::size_t book, std::size_t to) {
    if (from == book || book == to) return;
    const std::vector<Entry> members(all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to));
    if (members.size() == 2) pool.take(rule, members);
    else
      for (const auto& e : members) pool.doubt(rule, e);
  });
}

// A red-letter voucher and the voucher it takes back: the bank has seen neither.
void red_and_blue(Pool& pool, const char* rule) {
  const auto all = pool.sorted([](const SideItem& i, bool) { return i.undoes ? i.undoes : i.code; }, size_of, false, true);
  each_run(all, [&](std::size_t from, std::size_t, std::size_t to) {
    Fen sum;
    std::size_t red = 0;
    for (std::size_t i = from; i < to; ++i) {
      sum += pool.item(all[i]).fen;
      if (pool.item(all[i]).undoes) ++red;
    }
    if (to - from == 2 && red == 1 && sum == Fen(0)) pool.take(rule, {all[from], all[from + 1]});
    else if (red)
      for (std::size_t i = from; i < to; ++i) pool.doubt(rule, all[i]);
  });
}

// A line the bank took back itself, same amount and party, not before the line it undoes.
void bank_reversal(Pool& pool, const char* rule) {
  const auto all = pool.sorted([](const SideItem& i, bool) { return i.party ? i.party : i.reference; }, size_of, true, false);
  each_run(all, [&](std::size_t from, std::size_t, std::size_t to) {
    std::vector<Entry> originals, undone;
    for (std::size_t i = from; i < to; ++i) (pool.item(all[i]).undoes ? undone : originals).push_back(all[i]);
    if (undone.empty() || originals.empty()) return;
    if (undone.size() == 1 && originals.size() == 1) {
      if (pool.item(undone[0]).fen + pool.item(originals[0]).fen == Fen(0) && originals[0].day <= undone[0].day) pool.take(rule, {originals[0], undone[0]});
      return;
    }
    for (const auto& e : undone) pool.doubt(rule, e);
  });
}

// Pairs of a run no further apart than the window, each the only candidate of the other.
template <class Take>
void in_window(const std::vector<Entry>& all, int days, Take take, const std::function<void(const Entry&)>& several) {
  const auto only = [&](const Entry& e, std::size_t from, std::size_t to) -> std::ptrdiff_t {  // index, -1 none, -2 several
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from), end = all.begin() + static_cast<std::ptrdiff_t>(to);
    const auto low = std::lower_bound(begin, end, e.day - days, [](const Entry& x, std::int32_t day) { return x.day < day; });
    const auto high = std::upper_bound(low, end, e.day + days, [](std::int32_t day, const Entry& x) { return day < x.day; });
    return high == low ? -1 : high - low == 1 ? low - all.begin() : -2;
  };
  each_run(all, [&](std::size_t from, std::size_t book, std::size_t to) {
    if (from == book || book == to) return;
    for (std::size_t i = from; i < book; ++i) {
      const auto there = only(all[i], book, to);
      if (there == -1) continue;
      if (there >= 0 && only(all[static_cast<std::size_t>(there)], from, book) == static_cast<std::ptrdiff_t>(i)) take(all[i], all[static_cast<std::size_t>(there)]);
      else several(all[i]);
    }
  });
}

void by_party(Pool& pool, const char* rule) {
  const auto all = pool.sorted([](const SideItem& i, bool) { return i.party; }, whole);
  in_window(all, pool.limits().days, [&](const Entry& a, const Entry& b) { pool.take(rule, {a, b}); }, [&](const Entry& e) { pool.doubt(rule, e); });
}
void by_text(Pool& pool, const char* rule) {
  const auto all = pool.sorted([](const SideItem& i, bool) { return i.text; }, whole);
  in_window(all, pool.limits().days, [&](const Entry& a, const Entry& b) { pool.take(rule, {a, b}); }, [&](const Entry& e) { pool.doubt(rule, e); });
}
// Amount and day alone: a person may say yes, the machine never does.
void by_amount(Pool& pool, const char* rule) {
  const auto all = pool.sorted([](const SideItem&, bool) { return Key{1}; }, whole);
  in_window(all, pool.limits().days, [&](const Entry& a, const Entry& b) { pool.suggest(rule, {a, b}); }, [&](const Entry& e) { pool.doubt(rule, e); });
}

// The only choice of up to limits.group entries that adds up to `sum`; empty when there is none or a second one.
std::vector<Entry> only_choice(const Pool& pool, const std::vector<Entry>& from, Fen sum) {
  std::vector<Entry> found;
  for (std::uint32_t mask = 1; mask < (1u << from.size()); ++mask) {
    const auto size = static_cast<std::size_t>(__builtin_popcount(mask));
    if (size < 2 || size > pool.limits().group) continue;
    Fen total;
    for (std::size_t i = 0; i < from.size(); ++i)
      if (mask >> i & 1) total += pool.item(from[i]).fen;
    if (total != sum) continue;
    if (!found.empty()) return {};
    for (std::size_t i = 0; i < from.size(); ++i)
      if (mask >> i & 1) found.push_back(from[i]);
  }
  return found;
}

// One line of one side that is several of the other: same reference or same party and day.
void sums(Pool& pool, const char* rule) {
  const auto key = [](const SideItem& i, bool) {
    if (i.reference) return mix(i.reference);
    return i.party ? mix(i.party ^ mix(static_cast<std::uint64_t>(i.day.value()))) : std::uint64_t{0};
  };
  const auto all = pool.sorted(key, [](const SideItem&) { return std::int64_t{0}; });
  each_run(all, [&](std::size_t from, std::size_t book, std::size_t to) {
    if (from == book || book == to || book - from > pool.limits().choose_of || to - book > pool.limits().choose_of) return;
    const std::vector<Entry> bank(all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(book));
    const std::vector<Entry> books(all.begin() + static_cast<std::ptrdiff_t>(book), all.begin() + static_cast<std::ptrdiff_t>(to));
    Fen bank_sum, book_sum;
    for (const auto& e : bank) bank_sum += pool.item(e).fen;
    for (const auto& e : books) book_sum += pool.item(e).fen;
    if (bank.size() + books.size() > 2 && bank_sum == book_sum) {
      pool.suggest(rule, std::vector<Entry>(all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to)));
      return;
    }
    const auto one_of = [&](const std::vector<Entry>& ones, const std::vector<Entry>& many) {
      for (const auto& e : ones) {
        auto members = only_choice(pool, many, pool.item(e).fen);
        if (members.empty()) continue;
        members.push_back(e);
        pool.suggest(rule, members);
      }
    };
    one_of(bank, books);
    one_of(books, bank);
  });
}

// The order is the order of trust. A stronger rule takes first; a new rule is a new row.
struct Pass {
  const char* rule;
  void (*run)(Pool&, const char* rule);
};
constexpr Pass kPasses[] = {{"P1-code", &by_code},          {"P2-reference", &by_reference}, {"P3-red-blue", &red_and_blue}, {"P4-bank-reversal", &bank_reversal},
                            {"P5-counterparty", &by_party}, {"P6-summary", &by_text},        {"S1-amount-day", &by_amount},  {"S2-sum", &sums}};

}  // namespace

Key key_of(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  bool any = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' || text[i] == '\t') continue;
    if (text.substr(i, 3) == "\u3000") {
      i += 2;
      continue;
    }
    h = (h ^ static_cast<unsigned char>(text[i])) * 0x100000001b3ULL;
    any = true;
  }
  if (!any) return 0;
  h = mix(h);
  return h ? h : 1;
}

Reconciled reconcile_sides(const std::vector<SideItem>& bank, const std::vector<SideItem>& book, const Limits& limits) {
  Pool pool(bank, book, limits);
  for (const auto& pass : kPasses) pass.run(pool, pass.rule);
  return pool.finish();
}

}  // namespace mif::treasury
