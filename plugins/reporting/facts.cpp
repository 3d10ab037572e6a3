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

std::vector<SetAgainst> set_against(const Predicate& p, const std::vector<LineRow>& lines, std::string* unclear) {
  const AccountPattern accounts(p.accounts), opposite(p.opposite);
  const AuxFilter aux(p.aux);
  std::vector<SetAgainst> found;
  for (std::size_t from = 0, to = 0; from < lines.size(); from = to) {
    std::vector<const LineRow*> own, against;
    std::size_t own_side = 0, other_side = 0;
    for (to = from; to < lines.size() && lines[to].voucher_id == lines[from].voucher_id; ++to) {
      const LineRow& line = lines[to];
      if (line.side == p.measure) {
        ++own_side;
        if (accounts.matches(line.account) && aux.matches(line.aux)) own.push_back(&line);
      } else {
        ++other_side;
        if (opposite.matches(line.account)) against.push_back(&line);
      }
    }
    if (own.empty() || against.empty()) continue;
    const bool other_pure = against.size() == other_side;
    if (!other_pure && own.size() != own_side) {
      if (unclear && unclear->empty())
        *unclear = "凭证 " + lines[from].period.iso() + " " + lines[from].word + "-" + std::to_string(lines[from].number) + " 多借多贷，看不出哪一行对哪一行 (many against many)";
      continue;
    }
    for (const LineRow* line : other_pure ? own : against) found.push_back({*line, line->fen});
  }
  return found;
}

Facts::Facts(Loader loader, Lines lines) : loader_(std::move(loader)), lines_(std::move(lines)) {}
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

const Facts::Against& Facts::against(const Predicate& p) {
  const auto known = against_.find(p);
  if (known != against_.end()) return known->second;
  Against& answer = against_[p];
  if (p.month_from > p.month_to) return answer;
  if (!lines_) {
    answer.unclear = "这里读不到分录 (no ledger lines here)";
    return answer;
  }
  const auto [span, fresh] = spans_.try_emplace({p.book, p.year, p.month_from, p.month_to, p.with_closing});
  if (fresh) {
    ++reads_;
    span->second = lines_(p);
  }
  for (const auto& one : set_against(p, span->second, &answer.unclear)) answer.sum = answer.sum.value_or(Fen(0)) + one.amount;
  return answer;
}

std::string Facts::unclear(const Predicate& p) { return p.opposite.empty() ? std::string() : against(p).unclear; }

std::optional<Fen> Facts::sum(const Predicate& p) {
  if (!p.opposite.empty()) return against(p).sum;
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
