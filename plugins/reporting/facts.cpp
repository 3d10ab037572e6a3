// SPDX-License-Identifier: Apache-2.0
#include "facts.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>
#include <unordered_map>

#include "mif/pattern.hpp"

namespace mif::reporting {

namespace {

struct Sums {
  Fen debit, credit, closing_debit, closing_credit;
  bool any = false;
};
// Texts numbered in the order they are first seen.
class Numbered {
 public:
  std::size_t number(std::string_view text) {
    const auto known = numbers_.find(text);
    if (known != numbers_.end()) return known->second;
    texts_.emplace_back(text);
    return numbers_.emplace(texts_.back(), numbers_.size()).first->second;
  }

 private:
  std::deque<std::string> texts_;  // stays where it is
  std::unordered_map<std::string_view, std::size_t> numbers_;
};
constexpr std::size_t kMonths = 14;  // 0 = the opening, 13 = the year-end adjustments
using Months = std::array<Sums, kMonths>;

}  // namespace

// Most questions of a report ask for the same accounts and items again, of other months or another side: what a pair of
// patterns selects is summed month by month once.
struct Facts::BookYear {
  struct Movement {
    std::size_t month, aux;
    Fen debit, credit, closing_debit, closing_credit;
  };
  struct Account {
    std::string code;
    std::vector<Movement> movements;
  };
  struct Chosen {
    std::vector<const Account*> accounts;
    std::unordered_map<std::string, Months> by_aux;
  };
  std::vector<Account> accounts;
  std::vector<AuxItems> aux;
  std::unordered_map<std::string, std::vector<char>> matched;  // filter text -> does each aux match
  std::unordered_map<std::string, Chosen> chosen;              // account pattern text -> what it chooses

  const std::vector<char>& match(const std::string& filter) {
    const auto [at, fresh] = matched.try_emplace(filter);
    if (fresh) {
      const AuxFilter wanted(filter);
      for (const auto& items : aux) at->second.push_back(wanted.matches(items) ? 1 : 0);
    }
    return at->second;
  }

  const Months& months(const Predicate& p) {
    const auto [pattern, fresh_pattern] = chosen.try_emplace(p.accounts);
    if (fresh_pattern) {
      const AccountPattern wanted(p.accounts);
      for (const auto& account : accounts)
        if (wanted.matches(account.code)) pattern->second.accounts.push_back(&account);
    }
    const auto [at, fresh] = pattern->second.by_aux.try_emplace(p.aux);
    if (!fresh) return at->second;
    const auto& match = this->match(p.aux);
    for (const Account* account : pattern->second.accounts)
      for (const auto& m : account->movements) {
        if (!match[m.aux]) continue;
        Sums& sums = at->second[m.month];
        sums.any = true;
        sums.debit += m.debit;
        sums.credit += m.credit;
        sums.closing_debit += m.closing_debit;
        sums.closing_credit += m.closing_credit;
      }
    return at->second;
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

Facts::Facts(Reader reader, Lines lines) : reader_(std::move(reader)), lines_(std::move(lines)) {}
Facts::Facts(Loader loader, Lines lines)
    : Facts(
          [loader = std::move(loader)](const std::string& book, int year, const Row& each) {
            auto b = sized<mif_balance>();
            for (const auto& row : loader(book, year)) {
              b.month = row.month;
              b.account = s(row.account);
              b.aux = s(row.aux);
              b.debit_fen = row.debit.value();
              b.credit_fen = row.credit.value();
              b.closing_debit_fen = row.closing_debit.value();
              b.closing_credit_fen = row.closing_credit.value();
              if (!each(b)) return;
            }
          },
          std::move(lines)) {}
Facts::~Facts() = default;

Facts::BookYear& Facts::book_year(const std::string& book, int year) {
  const auto known = std::find_if(loaded_.begin(), loaded_.end(), [&](const Loaded& l) { return l.year == year && l.book == book; });
  if (known != loaded_.end()) return *known->facts;
  auto fresh = std::make_unique<BookYear>();
  ++reads_;
  // A text is copied once, when it is seen first; the same few come back every month.
  Numbered accounts, seen;
  std::size_t account = 0;
  reader_(book, year, [&](const mif_balance& row) {
    if (row.month < 0 || row.month >= static_cast<int>(kMonths)) throw Error(MIF_E_INTERNAL, "a balance of month " + std::to_string(row.month));
    if (fresh->accounts.empty() || fresh->accounts[account].code != view(row.account)) {
      account = accounts.number(view(row.account));
      if (account == fresh->accounts.size()) fresh->accounts.push_back({str(row.account), {}});
    }
    const std::size_t aux = seen.number(view(row.aux));
    if (aux == fresh->aux.size()) fresh->aux.push_back(parse_aux(str(row.aux)));
    fresh->accounts[account].movements.push_back({static_cast<std::size_t>(row.month), aux, Fen(row.debit_fen), Fen(row.credit_fen), Fen(row.closing_debit_fen), Fen(row.closing_credit_fen)});
    return true;
  });
  return *loaded_.emplace_back(Loaded{book, year, std::move(fresh)}).facts;
}

std::size_t Facts::ByPredicate::operator()(const Predicate& p) const {
  const std::hash<std::string_view> hash;
  std::size_t h = static_cast<std::size_t>(p.year);
  for (const int n : {p.month_from, p.month_to, p.measure, p.side, int{p.opening}, int{p.with_closing}}) h = h * 31 + static_cast<std::size_t>(n);
  for (const std::string* text : {&p.book, &p.accounts, &p.aux, &p.opposite}) h = h * 0x9E3779B97F4A7C15ULL + (text->empty() ? 0 : hash(*text));
  return h;
}

const Question& Facts::question(const Predicate& p) {
  if (const auto known = known_.find(p); known != known_.end()) return **known;
  const Question& fresh = questions_.emplace_back(Question{p, questions_.size()});
  answers_.emplace_back();
  known_.insert(&fresh);
  return fresh;
}

const Facts::Answer& Facts::answer(const Question& question) {
  Answer& answer = answers_[question.number];
  if (!answer.known) {
    answer = question.predicate.opposite.empty() ? of_balances(question.predicate) : of_lines(question.predicate);
    answer.known = true;
  }
  return answer;
}

Facts::Answer Facts::of_lines(const Predicate& p) {
  Answer answer;
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

Facts::Answer Facts::of_balances(const Predicate& p) {
  Answer answer;
  const Months& months = book_year(p.book, p.year).months(p);
  Fen debit, credit;
  bool any = false;
  const auto take = [&](const Sums& m) {
    any = any || m.any;
    debit += p.with_closing ? m.debit : m.debit - m.closing_debit;
    credit += p.with_closing ? m.credit : m.credit - m.closing_credit;
  };
  if (p.opening) take(months[0]);
  for (int month = std::max(p.month_from, 1); month <= std::min(p.month_to, static_cast<int>(kMonths) - 1); ++month) take(months[static_cast<std::size_t>(month)]);
  if (any) answer.sum = p.take(debit, credit);
  return answer;
}

}  // namespace mif::reporting
