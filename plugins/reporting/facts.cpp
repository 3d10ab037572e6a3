// SPDX-License-Identifier: Apache-2.0
#include "facts.h"

#include <unordered_map>

#include "mif/pattern.hpp"

namespace mif::reporting {

struct Facts::BookYear {
  struct Movement {
    int month, aux;
    Fen debit, credit, closing_debit, closing_credit;
  };
  std::map<std::string, std::vector<Movement>> accounts;
  std::vector<AuxItems> aux;
  std::unordered_map<std::string, std::vector<char>> matched;  // filter text -> does each aux match

  const std::vector<char>& match(const std::string& filter) {
    auto& flags = matched[filter];
    if (flags.size() != aux.size()) {
      const AuxFilter wanted(filter);
      flags.clear();
      for (const auto& items : aux) flags.push_back(wanted.matches(items) ? 1 : 0);
    }
    return flags;
  }
};

Facts::Facts(Loader loader) : loader_(std::move(loader)) {}
Facts::~Facts() = default;

Facts::BookYear& Facts::book_year(const std::string& book, int year) {
  auto& slot = loaded_[{book, year}];
  if (slot) return *slot;
  auto fresh = std::make_unique<BookYear>();
  ++reads_;
  std::unordered_map<std::string, int> seen;
  for (const auto& row : loader_(book, year)) {
    const auto [at, added] = seen.emplace(row.aux, static_cast<int>(fresh->aux.size()));
    if (added) fresh->aux.push_back(parse_aux(row.aux));
    fresh->accounts[row.account].push_back({row.month, at->second, row.debit, row.credit, row.closing_debit, row.closing_credit});
  }
  slot = std::move(fresh);
  return *slot;
}

std::optional<Fen> Facts::sum(const Predicate& p) {
  auto& facts = book_year(p.book, p.year);
  const AccountPattern pattern(p.accounts);
  const auto& match = facts.match(p.aux);
  Fen debit, credit;
  bool any = false;
  for (const auto& [account, movements] : facts.accounts) {
    if (!pattern.matches(account)) continue;
    for (const auto& m : movements) {
      const bool in = m.month == 0 ? p.opening : m.month >= p.month_from && m.month <= p.month_to;
      if (!in || !match[static_cast<std::size_t>(m.aux)]) continue;
      any = true;
      debit += p.with_closing ? m.debit : m.debit - m.closing_debit;
      credit += p.with_closing ? m.credit : m.credit - m.closing_credit;
    }
  }
  if (!any) return std::nullopt;
  return p.take(debit, credit);
}

}  // namespace mif::reporting
