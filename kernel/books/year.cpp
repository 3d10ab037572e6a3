// SPDX-License-Identifier: Apache-2.0
#include "kernel/books/year.h"

#include <algorithm>
#include <array>
#include <set>

#include "kernel/books/internal.h"

namespace mif::books {

struct Year::Kept : Reading {
  // What one account and its items have: a ledger is found without a look at the others.
  struct Group {
    std::vector<ledger::Balance> balances;
    std::array<std::vector<std::size_t>, 14> lines;  // places in `months`
  };
  Filter whole;
  Scope own;
  std::array<std::vector<Line>, 14> months;
  std::map<std::string, std::map<std::string, Group>, std::less<>> groups;  // by account and items

  Kept(store::Txn& txn, const ledger::Ledger& ledger, const chart::Charts& charts, Filter filter, bool with_lines) : whole(std::move(filter)), own(txn, ledger, charts, whole) {
    each_balance(txn, ledger, own, whole, {}, [&](const Member&, const ledger::Balance& b) { groups[b.account][b.aux].balances.push_back(b); });
    for (int month = 1; with_lines && month <= 13; ++month) {
      auto& lines = months[static_cast<std::size_t>(month)];
      lines = month_lines(txn, own, whole, month, {{}, {}, true});
      for (std::size_t i = 0; i < lines.size(); ++i) groups[lines[i].account][lines[i].aux].lines[static_cast<std::size_t>(month)].push_back(i);
    }
  }
  const Scope& scope() const override { return own; }

  template <class Each>
  void each_group(std::string_view accounts, std::string_view aux, std::string_view below, Each&& each) const {
    const AccountPattern pattern(accounts);
    const AuxFilter items(aux);
    for (const auto& [account, of_account] : groups) {
      if (account.compare(0, below.size(), below) != 0 || !pattern.matches(account)) continue;
      for (const auto& [its, group] : of_account)
        if (items.all() || items.matches(its)) each(account, its, group);
    }
  }
  void balances(const Filter& filter, std::string_view below, const EachBalance& each) const override {
    each_group(filter.accounts, filter.aux, below, [&](const std::string&, const std::string&, const Group& group) {
      for (const auto& b : group.balances)
        if (b.month <= filter.month_to) each(own.members().front(), b);
    });
  }
  std::vector<Line> lines(const Filter& filter, int month, const MonthWish& wish) const override {
    const auto& all = months[static_cast<std::size_t>(month)];
    std::vector<std::size_t> places;
    each_group(filter.accounts, filter.aux, wish.below, [&](const std::string&, const std::string&, const Group& group) {
      const auto& its = group.lines[static_cast<std::size_t>(month)];
      places.insert(places.end(), its.begin(), its.end());
    });
    std::sort(places.begin(), places.end());  // back into the order of the ledger
    std::vector<Line> found;
    found.reserve(places.size());
    for (const std::size_t place : places)
      if (wish.word.empty() || all[place].word == wish.word) found.push_back(all[place]);
    return found;
  }
  bool moved(const Filter&, std::string_view, int, int) const override { return true; }  // all that is posted is kept, with 结转
  static bool anything(const Group& group) {
    return std::any_of(group.balances.begin(), group.balances.end(), [](const ledger::Balance& b) { return b.month > 0 || b.debit != b.credit; });
  }
};

Year::Year(store::Txn& txn, const ledger::Ledger& ledger, const chart::Charts& charts, std::string_view book, int year, bool with_lines) {
  Filter filter;
  filter.books = {std::string(book)};
  filter.year = year;
  kept_ = std::make_unique<const Kept>(txn, ledger, charts, std::move(filter), with_lines);
}

Year::~Year() = default;

const ledger::Book& Year::book() const { return kept_->own.members().front().book; }
const chart::Chart& Year::chart() const { return *kept_->own.members().front().chart; }
int Year::year() const { return kept_->whole.year; }

std::vector<int> Year::months() const {
  std::vector<int> months;
  for (int month = 1; month <= 13; ++month)
    if (!kept_->months[static_cast<std::size_t>(month)].empty()) months.push_back(month);
  return months;
}

std::vector<std::string> Year::leaves(std::string_view accounts) const {
  std::set<std::string> leaves;
  kept_->each_group(accounts, {}, {}, [&](const std::string& account, const std::string&, const Kept::Group& group) {
    if (Kept::anything(group)) leaves.insert(account);
  });
  return {leaves.begin(), leaves.end()};
}

std::vector<Year::AccountItem> Year::items(std::string_view dimension, std::string_view accounts) const {
  std::set<AccountItem> items;
  kept_->each_group(accounts, {}, {}, [&](const std::string& account, const std::string& aux, const Kept::Group& group) {
    if (const std::string item = item_of(aux, dimension); item != "-" && Kept::anything(group)) items.insert({account, item});
  });
  return {items.begin(), items.end()};
}

Filter Year::part(int month_from, int month_to) const {
  Filter filter = kept_->whole;
  filter.month_from = month_from;
  filter.month_to = month_to;
  return filter;
}

TrialTable Year::trial(int month_from, int month_to, int level) const { return trial_of(*kept_, part(month_from, month_to), level); }
GeneralLedger Year::general() const { return general_of(*kept_, kept_->whole, 1); }

DetailLedger Year::detail(const std::string& accounts, const std::string& aux, bool daily) const {
  Filter filter = kept_->whole;
  filter.accounts = accounts;
  filter.aux = aux;
  return detail_of(*kept_, filter, {daily, INT64_MAX, {}, true});
}

DetailLedger Year::columnar(const ColumnarDefinition& definition) const { return columnar_of(*kept_, kept_->whole, definition, {false, INT64_MAX, {}, true}); }

AuxTable Year::auxiliary(int month_from, int month_to, const std::vector<std::string>& dimensions, const std::string& accounts) const {
  Filter filter = part(month_from, month_to);
  filter.accounts = accounts;
  return auxiliary_of(*kept_, filter, dimensions, true);
}

VoucherSummary Year::voucher_summary(int month_from, int month_to) const { return summary_of(*kept_, part(month_from, month_to), {}, 1); }
std::vector<Line> Year::lines(int month) const { return kept_->lines(kept_->whole, month, {}); }

}  // namespace mif::books
