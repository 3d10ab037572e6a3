// SPDX-License-Identifier: Apache-2.0
#include "sides.h"

#include <algorithm>

#include "sides_pool.h"

namespace mif::treasury {

namespace {

std::int64_t whole(const SideItem& item) { return item.fen.value(); }
std::int64_t size_of(const SideItem& item) { return item.fen < Fen(0) ? (-item.fen).value() : item.fen.value(); }

// What a payment or document has led to one voucher is one group, however many lines each side needed for it.
void by_code(Pool& pool, const char* rule) {
  each_run<false>(pool.sorted<false>([](const SideItem& i) { return i.code; }, whole), [&](std::span<const Entry> run, std::size_t banks) {
    if (banks == 0 || banks == run.size()) return;
    Fen bank_sum, book_sum;
    for (const auto& e : run) (e.bank() ? bank_sum : book_sum) += Fen(e.amount);
    if (bank_sum == book_sum) pool.take(rule, run);
    else pool.contradict(rule, run);
  });
}

void by_reference(Pool& pool, const char* rule) {
  each_run<true>(pool.sorted<true>([](const SideItem& i) { return i.reference; }, whole), [&](std::span<const Entry> run, std::size_t banks) {
    if (banks == 0 || banks == run.size()) return;
    if (run.size() == 2) pool.take(rule, run);
    else
      for (const auto& e : run) pool.doubt(rule, e);
  });
}

// What one document stands for on both sides: split, merged or alike, all of it together. Sums that differ say that a line is
// missing or wrong; which one, nobody knows.
void by_reference_sum(Pool& pool, const char* rule) {
  each_run<false>(pool.sorted<false>([](const SideItem& i) { return i.reference; }, whole), [&](std::span<const Entry> run, std::size_t banks) {
    if (banks == 0 || banks == run.size()) return;
    Fen bank_sum, book_sum;
    for (const auto& e : run) (e.bank() ? bank_sum : book_sum) += Fen(e.amount);
    if (bank_sum == book_sum) pool.take(rule, run);
    else
      for (const auto& e : run) pool.hold(rule, e, true);
  });
}

// Whether the other side may have seen a line: an open line of its amount stands there, near it, of the same party or of none.
class Seen {
 public:
  explicit Seen(Pool& pool) : pool_(pool) {
    const auto all = pool.sorted<true>([](const SideItem&) { return Key{1}; }, whole);
    entries_.assign(all.begin(), all.end());
    std::sort(entries_.begin(), entries_.end(), before<true>);
  }
  bool by_the_other(const Entry& e) const {
    const std::int64_t amount = pool_.item(e).fen.value();
    const Key party = pool_.item(e).party;
    const int days = pool_.limits().rivals;
    const bool bank = !e.bank();
    auto at = std::lower_bound(entries_.begin(), entries_.end(), Entry{1, amount, e.day - days, bank ? 0 : Entry::kBook}, before<true>);
    for (; at != entries_.end() && at->amount == amount && at->bank() == bank && at->day <= e.day + days; ++at)
      if (const Key other = pool_.item(*at).party; !party || !other || party == other) return true;
    return false;
  }

 private:
  Pool& pool_;
  std::vector<Entry> entries_;
};

// A pair within one side, unless the other side may have seen one of them. If it may have seen both, a weaker rule can still say so.
void take_if_unseen(Pool& pool, const char* rule, const Seen& seen, std::span<const Entry> pair) {
  const bool first = seen.by_the_other(pair[0]), second = seen.by_the_other(pair[1]);
  if (!first && !second) return pool.take(rule, pair);
  for (const auto& e : pair) first && second ? pool.doubt(rule, e) : pool.hold(rule, e);
}

// A red-letter voucher and the voucher it takes back: the bank has seen neither.
void red_and_blue(Pool& pool, const char* rule) {
  const auto sorted = pool.sorted<true>([](const SideItem& i) { return i.undoes ? i.undoes : i.code; }, size_of, false, true);
  std::vector<std::array<Entry, 2>> pairs;
  each_run<true>(sorted, [&](std::span<const Entry> run, std::size_t) {
    Fen sum;
    std::size_t red = 0;
    for (const auto& e : run) {
      sum += pool.item(e).fen;
      if (pool.item(e).undoes) ++red;
    }
    if (run.size() == 2 && red == 1 && sum == Fen(0)) pairs.push_back({run[0], run[1]});
    else if (red)
      for (const auto& e : run) pool.doubt(rule, e);
  });
  if (pairs.empty()) return;
  const Seen seen(pool);
  for (const auto& pair : pairs) take_if_unseen(pool, rule, seen, pair);
}

// A line the bank took back itself: same amount and party, not before the line it undoes, and the only one it can be, among all
// lines, matched ones too: what came back of a matched line is for the book to learn.
void bank_reversal(Pool& pool, const char* rule) {
  const auto items = pool.bank_items();
  const auto key = [](const SideItem& i) { return i.party ? i.party : i.reference; };
  const auto place = [&](const SideItem& i) { return mix(key(i) ^ mix(static_cast<std::uint64_t>(size_of(i)))); };
  std::vector<std::uint64_t> wanted;
  for (const auto& i : items)
    if (i.undoes && key(i) && !i.taken) wanted.push_back(place(i));
  if (wanted.empty()) return;
  std::sort(wanted.begin(), wanted.end());
  std::vector<Entry> all;
  for (std::uint32_t n = 0; n < items.size(); ++n)
    if (key(items[n]) && std::binary_search(wanted.begin(), wanted.end(), place(items[n]))) all.push_back(pool.entry(n, key(items[n]), size_of(items[n])));
  std::sort(all.begin(), all.end(), before<true>);
  std::vector<std::array<Entry, 2>> pairs;
  each_run<true>(std::span<const Entry>(all), [&](std::span<const Entry> run, std::size_t) {
    const auto may_undo = [&](const Entry& back, const Entry& e) {
      const SideItem &b = pool.item(back), &i = pool.item(e);
      return b.undoes && !i.undoes && b.fen + i.fen == Fen(0) && i.day <= b.day && serial(b.day) - serial(i.day) <= pool.limits().reversal && !(b.names && i.names && b.names != i.names);
    };
    for (const auto& back : run) {
      if (!pool.item(back).undoes || !pool.open(back)) continue;
      const Entry* original = nullptr;
      std::size_t candidates = 0, others = 0;
      for (const auto& e : run)
        if (may_undo(back, e)) original = &e, ++candidates;
      if (candidates == 0) continue;
      for (const auto& e : run) others += may_undo(e, *original) ? 1 : 0;
      if (candidates == 1 && others == 1 && pool.open(*original) && pool.item(back).names == pool.item(*original).names) pairs.push_back({*original, back});
      else pool.doubt(rule, back);
    }
  });
  if (pairs.empty()) return;
  const Seen seen(pool);
  for (const auto& pair : pairs) take_if_unseen(pool, rule, seen, pair);
}

// Pairs of a run no further apart than `days`, each the only candidate of the other, and no look-alike without a partner within
// `rivals`: it may be the true partner, late.
template <class Take, class Several>
void in_window(std::span<const Entry> all, int days, int rivals, Take take, Several several) {
  constexpr std::ptrdiff_t kNone = -1, kSeveral = -2;
  const auto only = [&](const Entry& e, std::span<const Entry> others) -> std::ptrdiff_t {
    const auto low = std::lower_bound(others.begin(), others.end(), e.day - days, [](const Entry& x, std::int32_t day) { return x.day < day; });
    const auto high = std::upper_bound(low, others.end(), e.day + days, [](std::int32_t day, const Entry& x) { return day < x.day; });
    return high == low ? kNone : high - low == 1 ? low - others.begin() : kSeveral;
  };
  std::vector<std::ptrdiff_t> there;
  std::vector<std::int32_t> alone;
  std::vector<char> met;
  each_run<true>(all, [&](std::span<const Entry> run, std::size_t banks) {
    const auto bank = run.first(banks), book = run.subspan(banks);
    if (bank.empty() || book.empty()) return;
    there.clear();
    alone.clear();
    met.assign(book.size(), 0);
    for (std::size_t i = 0; i < bank.size(); ++i) {
      std::ptrdiff_t at = only(bank[i], book);
      if (at >= 0 && only(book[static_cast<std::size_t>(at)], bank) != static_cast<std::ptrdiff_t>(i)) at = kSeveral;
      if (at >= 0) met[static_cast<std::size_t>(at)] = 1;
      else alone.push_back(bank[i].day);
      there.push_back(at);
    }
    for (std::size_t i = 0; i < book.size(); ++i)
      if (!met[i]) alone.push_back(book[i].day);
    std::sort(alone.begin(), alone.end());
    for (std::size_t i = 0; i < bank.size(); ++i) {
      if (there[i] == kNone) continue;
      if (there[i] == kSeveral) {
        several(bank[i]);
        continue;
      }
      const Entry& other = book[static_cast<std::size_t>(there[i])];
      const auto rival = std::lower_bound(alone.begin(), alone.end(), std::min(bank[i].day, other.day) - rivals);
      if (rivals > 0 && rival != alone.end() && *rival <= std::max(bank[i].day, other.day) + rivals) several(bank[i]);
      else take(std::array{bank[i], other});
    }
  });
}

template <class KeyOf>
void take_in_window(Pool& pool, const char* rule, KeyOf key) {
  const auto take = [&](const std::array<Entry, 2>& pair) {
    if (!pool.held(pair[0]) && !pool.held(pair[1]) && pool.item(pair[0]).party == pool.item(pair[1]).party) pool.take(rule, pair);
  };
  in_window(pool.sorted<true>(key, whole), pool.limits().days, pool.limits().rivals, take, [&](const Entry& e) { pool.doubt(rule, e); });
}
void by_party(Pool& pool, const char* rule) {
  take_in_window(pool, rule, [](const SideItem& i) { return i.party; });
}
void by_text(Pool& pool, const char* rule) {
  take_in_window(pool, rule, [](const SideItem& i) { return i.text; });
}
// Amount and day alone: a person may say yes, the machine never does.
void by_amount(Pool& pool, const char* rule) {
  in_window(pool.sorted<true>([](const SideItem&) { return Key{1}; }, whole), pool.limits().days, 0, [&](const std::array<Entry, 2>& pair) { pool.suggest(rule, pair); },
            [&](const Entry& e) { pool.doubt(rule, e); });
}

// The only choice of up to `most` entries that adds up to `sum`; empty when there is none or a second one.
std::vector<Entry> only_choice(std::span<const Entry> from, Fen sum, std::size_t most) {
  std::vector<Entry> found;
  for (std::uint32_t mask = 1; mask < (1u << from.size()); ++mask) {
    const auto size = static_cast<std::size_t>(__builtin_popcount(mask));
    if (size < 2 || size > most) continue;
    Fen total;
    for (std::size_t i = 0; i < from.size(); ++i)
      if (mask >> i & 1) total += Fen(from[i].amount);
    if (total != sum) continue;
    if (!found.empty()) return {};
    for (std::size_t i = 0; i < from.size(); ++i)
      if (mask >> i & 1) found.push_back(from[i]);
  }
  return found;
}

// One line of one side that is several of the other: same reference or same party and day.
void sums(Pool& pool, const char* rule) {
  const auto key = [](const SideItem& i) {
    if (i.reference) return mix(i.reference);
    return i.party ? mix(i.party ^ mix(static_cast<std::uint64_t>(i.day.value()))) : std::uint64_t{0};
  };
  each_run<false>(pool.sorted<false>(key, whole), [&](std::span<const Entry> run, std::size_t banks) {
    const auto bank = run.first(banks), book = run.subspan(banks);
    if (bank.empty() || book.empty() || bank.size() > pool.limits().choose_of || book.size() > pool.limits().choose_of) return;
    Fen bank_sum, book_sum;
    for (const auto& e : bank) bank_sum += Fen(e.amount);
    for (const auto& e : book) book_sum += Fen(e.amount);
    if (run.size() > 2 && bank_sum == book_sum) {
      pool.suggest(rule, run);
      return;
    }
    const auto one_of = [&](std::span<const Entry> ones, std::span<const Entry> many) {
      for (const auto& e : ones) {
        auto members = only_choice(many, Fen(e.amount), pool.limits().group);
        if (members.empty()) continue;
        members.push_back(e);
        pool.suggest(rule, members);
      }
    };
    one_of(bank, book);
    one_of(book, bank);
  });
}

// The order is the order of trust. A stronger rule takes first; a new rule is a new row.
struct Pass {
  const char* rule;
  void (*run)(Pool&, const char* rule);
};
constexpr Pass kPasses[] = {{"P1-code", &by_code},
                            {"P2-reference", &by_reference},
                            {"P2-reference-sum", &by_reference_sum},
                            {"P3-red-blue", &red_and_blue},
                            {"P4-bank-reversal", &bank_reversal},
                            {"P5-counterparty", &by_party},
                            {"P6-summary", &by_text},
                            {"S1-amount-day", &by_amount},
                            {"S2-sum", &sums}};

}  // namespace

Key key_of(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  bool any = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' || text[i] == '\t') continue;
    if (text[i] == '\xe3' && text.substr(i, 3) == "\u3000") {
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
