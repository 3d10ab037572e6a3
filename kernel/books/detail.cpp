// SPDX-License-Identifier: Apache-2.0
// 三栏明细账, 日记账 and 多栏账: the same walk over the months, with running balance and totals that continue from page to page.
#include <algorithm>
#include <set>

#include "kernel/books/internal.h"

namespace mif::books {
namespace {

struct ColumnChoice {
  std::vector<ColumnHead> heads;
  std::function<std::size_t(const std::string& account, const std::string& aux)> of;
  int side = MIF_DEBIT;
};

struct Totals {
  Fen debit, credit;
  std::vector<Fen> columns;
};

class Walk {
 public:
  Walk(DetailLedger& ledger, const ColumnChoice* columns) : ledger_(ledger), columns_(columns) { clear(month_), clear(year_), clear(day_); }

  void before(const ledger::Balance& b) {  // what the pages and months before brought
    balance_ += b.debit - b.credit;
    if (b.month > 0) add(year_, b.account, b.aux, b.debit, b.credit);
  }
  void skipped(const Line& line) { take(line); }
  void open(RowKind kind, Day day, int month) { put(kind, day, month, {}); }
  void line(const Line& line) {
    take(line);
    DetailRow row = made(RowKind::line, line.day, line.period.month);
    (line.side == MIF_DEBIT ? row.debit : row.credit) = line.fen;
    if (columns_) {
      row.columns.resize(columns_->heads.size());
      row.columns[columns_->of(line.account, line.aux)] = columns_->side == MIF_DEBIT ? line.net() : -line.net();
    }
    row.line = line;
    ledger_.rows.push_back(std::move(row));
  }
  void end_day(Day day, int month) { put(RowKind::day_total, day, month, day_); }
  void new_day() { clear(day_); }
  void end_month(Day day, int month) {
    put(RowKind::month_total, day, month, month_);
    put(RowKind::year_total, day, month, year_);
    clear(month_);
    clear(day_);
  }
  Fen balance() const { return balance_; }

 private:
  void clear(Totals& totals) const {
    totals = {};
    if (columns_) totals.columns.resize(columns_->heads.size());
  }
  void add(Totals& totals, const std::string& account, const std::string& aux, Fen debit, Fen credit) const {
    totals.debit += debit;
    totals.credit += credit;
    if (columns_) totals.columns[columns_->of(account, aux)] += columns_->side == MIF_DEBIT ? debit - credit : credit - debit;
  }
  void take(const Line& line) {
    balance_ += line.net();
    const Fen none, debit = line.side == MIF_DEBIT ? line.fen : none, credit = line.side == MIF_DEBIT ? none : line.fen;
    for (Totals* totals : {&day_, &month_, &year_}) add(*totals, line.account, line.aux, debit, credit);
  }
  DetailRow made(RowKind kind, Day day, int month) const {
    DetailRow row;
    row.kind = kind;
    row.day = day;
    row.month = month;
    row.balance = balance_;
    return row;
  }
  void put(RowKind kind, Day day, int month, const Totals& totals) {
    DetailRow row = made(kind, day, month);
    row.debit = totals.debit;
    row.credit = totals.credit;
    row.columns = totals.columns;
    ledger_.rows.push_back(std::move(row));
  }

  DetailLedger& ledger_;
  const ColumnChoice* columns_;
  Fen balance_;
  Totals day_, month_, year_;
};

Day last_day(int year, int month) {
  const int m = std::min(month, 12);
  return Day(year, m, Day::days_in(year, m));
}

DetailLedger walk(const Reading& reading, const Filter& filter, const DetailWish& wish, const ColumnChoice* columns) {
  if (filter.month_from < 1) throw Error(MIF_E_INVALID, "query.month-from", "明细账从 1 月起 (a detail ledger starts at month 1 or later)");
  if (wish.limit < 1) throw Error(MIF_E_INVALID, "query.page-size", "每页至少一行 (a page has at least one line)");
  const Scope& scope = reading.scope();
  DetailLedger result;
  result.filter = filter;
  if (columns) result.columns = columns->heads;
  if (scope.find(filter.accounts)) result.title = filter.accounts + ' ' + scope.name(filter.accounts);
  const Key key = wish.after.empty() ? Key{} : Key::parse(wish.after);
  const int first = std::max(filter.month_from, key.month);
  Walk rows(result, columns);
  Filter before = filter;
  before.month_to = first - 1;
  reading.balances(before, {}, [&](const Member&, const ledger::Balance& b) { rows.before(b); });
  if (wish.after.empty()) rows.open(RowKind::opening, Day(filter.year, std::min(first, 12), 1), first);
  std::int64_t shown = 0;
  for (int month = first; month <= filter.month_to; ++month) {
    const auto lines = reading.lines(filter, month, {{}, {}, true});
    const auto new_day = [&](std::size_t i) {
      if (i > 0 && lines[i].day != lines[i - 1].day) rows.new_day();
    };
    std::size_t i = 0;
    if (month == key.month) {
      for (const std::size_t from = after_key(lines, key); i < from; ++i) {
        new_day(i);
        rows.skipped(lines[i]);
      }
      rows.open(RowKind::brought_forward, i > 0 ? lines[i - 1].day : Day(filter.year, std::min(month, 12), 1), month);
    }
    for (; i < lines.size(); ++i) {
      if (shown == wish.limit) {
        result.next = (i == 0 ? Key{month, 0, 0} : Key{month, lines[i - 1].voucher, lines[i - 1].line}).text();
        result.closing = rows.balance();
        return result;
      }
      new_day(i);
      rows.line(lines[i]);
      ++shown;
      if (wish.daily && (i + 1 == lines.size() || lines[i + 1].day != lines[i].day)) rows.end_day(lines[i].day, month);
    }
    if (!lines.empty() || (wish.rule_off && month == 12)) rows.end_month(last_day(filter.year, month), month);
  }
  result.closing = rows.balance();
  return result;
}

// The columns that exist: chosen ones, or all that move in the year up to the last month asked for.
ColumnChoice choose_columns(const Reading& reading, const Filter& filter, const ColumnarDefinition& definition) {
  const Scope& scope = reading.scope();
  const chart::Account* account = scope.find(definition.account);
  if (!account) throw Error(MIF_E_NOT_FOUND, "account.not-found", "没有科目 \"" + definition.account + "\", 多栏账要一个科目 (no such account for a columnar ledger)");
  const bool by_item = !definition.dimension.empty();
  if (!by_item && account->leaf)
    throw Error(MIF_E_INVALID, "columnar.no-children", "科目 " + account->code + ' ' + account->full_name + " 没有下级, 请按辅助项目分栏或用明细账 (no accounts below it; choose a dimension, or the detail ledger)");
  const std::size_t child = account->code.size() + 2;
  const auto key_of = [by_item, child, dimension = definition.dimension](const std::string& code, const std::string& aux) {
    return by_item ? item_of(aux, dimension) : code.substr(0, child);
  };
  std::set<std::string> moving;
  reading.balances(filter, {}, [&](const Member&, const ledger::Balance& b) {
    if (b.month > 0) moving.insert(key_of(b.account, b.aux));
  });
  std::vector<std::string> keys = definition.columns;
  if (keys.empty()) keys.assign(moving.begin(), moving.end());
  else if (std::any_of(moving.begin(), moving.end(), [&](const std::string& key) { return std::find(keys.begin(), keys.end(), key) == keys.end(); })) keys.push_back("*");
  if (keys.size() > kMostColumns)
    throw Error(MIF_E_INVALID, "columnar.too-many", "多栏账有 " + std::to_string(keys.size()) + " 栏, 最多 60 栏, 请在多栏账定义里选定栏目, 其余合并为一栏 (more than 60 columns; name the wanted ones in a definition)");
  ColumnChoice choice;
  choice.side = account->side;
  std::map<std::string, std::size_t> places;
  for (const auto& key : keys) {
    places.emplace(key, choice.heads.size());
    std::string name = key == "*" ? "其他" : by_item ? scope.item_name(definition.dimension, key) : key;
    if (const chart::Account* its = by_item ? nullptr : scope.find(key)) name = its->name;
    choice.heads.push_back({key, std::move(name)});
  }
  choice.of = [key_of, places = std::move(places)](const std::string& code, const std::string& aux) {
    const auto found = places.find(key_of(code, aux));
    return found == places.end() ? places.at("*") : found->second;
  };
  return choice;
}

}  // namespace

DetailLedger detail_of(const Reading& reading, const Filter& filter, const DetailWish& wish) { return walk(reading, filter, wish, nullptr); }

DetailLedger columnar_of(const Reading& reading, const Filter& asked, const ColumnarDefinition& definition, const DetailWish& wish) {
  Filter filter = asked;
  filter.accounts = definition.account;
  const ColumnChoice columns = choose_columns(reading, filter, definition);
  return walk(reading, filter, wish, &columns);
}

}  // namespace mif::books
