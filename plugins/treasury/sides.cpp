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

// A red-letter voucher and the voucher it takes back: the bank has seen neither.
void red_and_blue(Pool& pool, const char* rule) {
  each_run<true>(pool.sorted<true>([](const SideItem& i) { return i.undoes ? i.undoes : i.code; }, size_of, false, true), [&](std::span<const Entry> run, std::size_t) {
    Fen sum;
    std::size_t red = 0;
    for (const auto& e : run) {
      sum += pool.item(e).fen;
      if (pool.item(e).undoes) ++red;
    }
    if (run.size() == 2 && red == 1 && sum == Fen(0)) pool.take(rule, run);
    else if (red)
      for (const auto& e : run) pool.doubt(rule, e);
  });
}

// A line the bank took back itself, same amount and party, not before the line it undoes.
void bank_reversal(Pool& pool, const char* rule) {
  std::vector<Entry> originals, undone;
  each_run<true>(pool.sorted<true>([](const SideItem& i) { return i.party ? i.party : i.reference; }, size_of, true, false), [&](std::span<const Entry> run, std::size_t) {
    originals.clear();
    undone.clear();
    for (const auto& e : run) (pool.item(e).undoes ? undone : originals).push_back(e);
    if (undone.empty() || originals.empty()) return;
    if (undone.size() == 1 && originals.size() == 1) {
      if (pool.item(undone[0]).fen + pool.item(originals[0]).fen == Fen(0) && pool.item(originals[0]).day <= pool.item(undone[0]).day) pool.take(rule, run);
      return;
    }
    for (const auto& e : undone) pool.doubt(rule, e);
  });
}

// Pairs of a run no further apart than the window, each the only candidate of the other.
template <class Take, class Several>
void in_window(std::span<const Entry> all, int days, Take take, Several several) {
  constexpr std::ptrdiff_t kNone = -1, kSeveral = -2;
  const auto only = [&](const Entry& e, std::span<const Entry> others) -> std::ptrdiff_t {
    const auto low = std::lower_bound(others.begin(), others.end(), e.day - days, [](const Entry& x, std::int32_t day) { return x.day < day; });
    const auto high = std::upper_bound(low, others.end(), e.day + days, [](std::int32_t day, const Entry& x) { return day < x.day; });
    return high == low ? kNone : high - low == 1 ? low - others.begin() : kSeveral;
  };
  each_run<true>(all, [&](std::span<const Entry> run, std::size_t banks) {
    const auto bank = run.first(banks), book = run.subspan(banks);
    if (bank.empty() || book.empty()) return;
    for (std::size_t i = 0; i < bank.size(); ++i) {
      const auto there = only(bank[i], book);
      if (there == kNone) continue;
      if (there >= 0 && only(book[static_cast<std::size_t>(there)], bank) == static_cast<std::ptrdiff_t>(i)) take(std::array{bank[i], book[static_cast<std::size_t>(there)]});
      else several(bank[i]);
    }
  });
}

template <class KeyOf>
void take_in_window(Pool& pool, const char* rule, KeyOf key) {
  in_window(pool.sorted<true>(key, whole), pool.limits().days, [&](const std::array<Entry, 2>& pair) { pool.take(rule, pair); }, [&](const Entry& e) { pool.doubt(rule, e); });
}
void by_party(Pool& pool, const char* rule) {
  take_in_window(pool, rule, [](const SideItem& i) { return i.party; });
}
void by_text(Pool& pool, const char* rule) {
  take_in_window(pool, rule, [](const SideItem& i) { return i.text; });
}
// Amount and day alone: a person may say yes, the machine never does.
void by_amount(Pool& pool, const char* rule) {
  in_window(pool.sorted<true>([](const SideItem&) { return Key{1}; }, whole), pool.limits().days, [&](const std::array<Entry, 2>& pair) { pool.suggest(rule, pair); },
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
