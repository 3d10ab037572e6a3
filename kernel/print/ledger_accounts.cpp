// SPDX-License-Identifier: Apache-2.0
// Ledgers of one account a page: 总账, 明细账, 日记账, 辅助账, 多栏账.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "kernel/print/ledger_head.h"
#include "mif/error.hpp"
#include "mif/pattern.hpp"

namespace mif::print {
namespace {

using sheet::Cell;
using sheet::Column;
using sheet::Head;
using sheet::if_any;
using sheet::Kind;
using sheet::Row;
using sheet::RowKind;

Day month_end(int year, int month) {
  const int m = std::min(month, 12);
  return Day(year, m, Day::days_in(year, m));
}

bool is_cash(const std::string& account) { return account.rfind("10", 0) == 0; }

// The running balance of an account as its books show it: on its usual side, red when it is on the other.
struct Balance {
  int side;
  Fen debit_positive;
  std::string word() const { return debit_positive == Fen() ? "平" : side == MIF_DEBIT ? "借" : "贷"; }
  Fen shown() const { return side == MIF_DEBIT ? debit_positive : -debit_positive; }
};

int side_of(const BookYear& y, const std::string& account) {
  const chart::Account* found = y.chart->find(account);
  return found ? found->side : MIF_DEBIT;
}

// The rows that frame a ledger account's year, whatever its detail lines are.
class AccountRows {
 public:
  AccountRows(sheet::Receiver& to, const BookYear& y, int side, Fen opening, std::size_t columns = 0)
      : to_(to), y_(y), balance_{side, opening}, month_columns_(columns), year_columns_(columns) {
    put(Day(y.year, 1, 1), "", opening == Fen() ? "年初余额" : "上年结转", Cell(), Cell(), RowKind::opening);
  }
  static constexpr std::size_t kNone = ~std::size_t{0};
  // `own`: which of the further columns (多栏账) the line belongs in.
  void line(const ledger::LineRow& l, std::size_t own = kNone, Fen own_fen = Fen()) {
    const bool debit = l.side == MIF_DEBIT;
    const Fen signed_fen = debit ? l.fen : -l.fen;
    if (day_ != l.day) end_day();
    day_ = l.day;
    balance_.debit_positive += signed_fen;
    (debit ? month_.debit : month_.credit) += l.fen;
    (debit ? day_sum_.debit : day_sum_.credit) += l.fen;
    ++day_lines_;
    std::vector<Fen> columns(month_columns_.size());
    if (own < columns.size()) {
      columns[own] = own_fen;
      month_columns_[own] += own_fen;
      year_columns_[own] += own_fen;
    }
    put(l.day, fmt::format("{}-{:04}", l.word, l.number), l.summary, if_any(debit ? l.fen : Fen()), if_any(debit ? Fen() : l.fen), RowKind::detail, columns);
  }
  void month(const Movement& m) { month_ = m; balance_.debit_positive += m.debit - m.credit; }  // a ledger without detail lines
  void end_month(int month, bool last) {
    end_day();
    year_.debit += month_.debit;
    year_.credit += month_.credit;
    const Day day = month_end(y_.year, month);
    put(day, "", month == 13 ? "调整期合计" : "本月合计", month_.debit, month_.credit, RowKind::month_total, month_columns_);
    put(day, "", "本年累计", year_.debit, year_.credit, last ? RowKind::year_end : RowKind::year_to_date, year_columns_);
    month_ = {};
    month_columns_.assign(month_columns_.size(), Fen());
  }
  void end_year() { put(Day(y_.year, 12, 31), "", balance_.debit_positive == Fen() ? "年末余额" : "结转下年", Cell(), Cell(), RowKind::opening); }
  void daily_totals() { daily_ = true; }
  Fen balance() const { return balance_.debit_positive; }

 private:
  void end_day() {
    if (daily_ && day_lines_ > 1) put(day_, "", "本日合计", day_sum_.debit, day_sum_.credit, RowKind::opening);
    day_sum_ = {};
    day_lines_ = 0;
  }
  void put(Day day, std::string number, std::string summary, Cell debit, Cell credit, RowKind kind, const std::vector<Fen>& columns = {}) {
    Row row;
    row.kind = kind;
    row.cells = {day, std::move(number), std::move(summary), std::move(debit), std::move(credit), balance_.word(), balance_.shown()};
    for (std::size_t i = 0; i < month_columns_.size(); ++i) row.cells.push_back(if_any(i < columns.size() ? columns[i] : Fen()));
    to_.row(row);
  }

  sheet::Receiver& to_;
  const BookYear& y_;
  Balance balance_;
  std::vector<Fen> month_columns_, year_columns_;
  bool daily_ = false;
  Day day_;
  int day_lines_ = 0;
  Movement day_sum_, month_, year_;
};

std::vector<Column> ledger_columns(bool numbered) {
  return {{"日期", Kind::day, 11, "", true},
          {numbered ? "凭证字号" : "凭证", Kind::centred, 9, "", true},
          {"摘要", Kind::text, 34, "", true},
          {"借方", Kind::money, 17, "", false, true},
          {"贷方", Kind::money, 17, "", false, true},
          {"方向", Kind::centred, 4, "", false},
          {"余额", Kind::money, 17, "", false}};
}

Head account_head(const BookYear& y, const std::string& title, const std::string& name) {
  Head head = head_of(y, title);
  head.centre = name;
  head.name = name;
  head.columns = ledger_columns(true);
  head.ledger_page = true;
  head.balance = 6;
  return head;
}

// The last month that has anything: where the year is ruled off.
int last_month(const AccountYear& a) { return a.months[13].debit != Fen() || a.months[13].credit != Fen() ? 13 : 12; }

// Month by month over lines in order; months without a line are left out, but the year is always ruled off.
template <class EachLine>
void year_rows(AccountRows& rows, const std::vector<const ledger::LineRow*>& lines, EachLine&& each) {
  std::size_t at = 0;
  const int last = !lines.empty() && lines.back()->period.month == 13 ? 13 : 12;
  for (int month = 1; month <= last; ++month) {
    const std::size_t before = at;
    for (; at < lines.size() && lines[at]->period.month == month; ++at) each(*lines[at]);
    if (at > before || month == last) rows.end_month(month, month == last);
  }
  rows.end_year();
}

std::vector<const ledger::LineRow*> pointers(const std::vector<ledger::LineRow>& lines) {
  std::vector<const ledger::LineRow*> all;
  for (const auto& line : lines) all.push_back(&line);
  return all;
}

}  // namespace

Source general_ledger_tables(BookYearPtr year) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    for (const auto& [code, account] : account_years(y)) {
      if (code.size() != 4 || account.empty()) continue;
      Head head = account_head(y, "总    账", code + " " + y.account_name(code));
      head.columns = ledger_columns(false);
      receiver.begin(head);
      AccountRows rows(receiver, y, side_of(y, code), account.opening);
      const int last = last_month(account);
      for (int month = 1; month <= last; ++month) {
        const Movement& moved = account.months[month];
        if (moved.debit == Fen() && moved.credit == Fen() && month != last) continue;
        rows.month(moved);
        rows.end_month(month, month == last);
      }
      rows.end_year();
      receiver.end();
    }
  };
}

Source detail_ledger_tables(BookYearPtr year, std::string accounts) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    const AccountPattern wanted(accounts);
    for (const auto& [code, account] : account_years(y)) {
      const chart::Account* known = y.chart->find(code);
      if ((known && !known->leaf) || account.empty() || !wanted.matches(code)) continue;
      receiver.begin(account_head(y, is_cash(code) ? (code.rfind("1001", 0) == 0 ? "现 金 日 记 账" : "银行存款日记账") : "明 细 分 类 账", code + " " + y.account_name(code)));
      AccountRows rows(receiver, y, side_of(y, code), account.opening);
      if (is_cash(code)) rows.daily_totals();
      const auto found = y.lines.find(code);
      year_rows(rows, found == y.lines.end() ? std::vector<const ledger::LineRow*>() : pointers(found->second), [&](const ledger::LineRow& line) { rows.line(line); });
      receiver.end();
    }
  };
}

Source auxiliary_ledger_tables(BookYearPtr year, std::string dimension, std::string accounts) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    const AccountPattern wanted(accounts);
    struct Item {
      Fen opening;
      std::vector<const ledger::LineRow*> lines;
    };
    std::map<std::pair<std::string, std::string>, Item> items;  // account, item
    const auto item_of = [&](const std::string& account, const std::string& aux) -> Item* {
      if (aux.empty() || !wanted.matches(account)) return nullptr;
      const AuxItems parsed = parse_aux(aux);
      const auto found = parsed.find(dimension);
      return found == parsed.end() ? nullptr : &items[{account, found->second}];
    };
    for (const auto& b : y.balances)
      if (b.month == 0)
        if (Item* item = item_of(b.account, b.aux)) item->opening += b.debit - b.credit;
    for (const auto& [code, lines] : y.lines)
      for (const auto& line : lines)
        if (Item* item = item_of(code, line.aux)) item->lines.push_back(&line);
    for (const auto& [key, item] : items) {
      receiver.begin(account_head(y, "辅助明细账", key.first + " " + y.account_name(key.first) + "\n" + y.aux_words(dimension + "=" + key.second)));
      AccountRows rows(receiver, y, side_of(y, key.first), item.opening);
      year_rows(rows, item.lines, [&](const ledger::LineRow& line) { rows.line(line); });
      receiver.end();
    }
  };
}

Source multi_column_table(BookYearPtr year, std::string account) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    const chart::Account* known = y.chart->find(account);
    if (!known) throw Error(MIF_E_NOT_FOUND, "账套 " + y.book.code + " 没有科目 \"" + account + "\", 多栏账要一个上级科目 (no such account)");
    std::vector<std::string> below;  // columns
    for (const auto& a : y.chart->accounts())
      if (a.level == known->level + 1 && a.code.rfind(account, 0) == 0) below.push_back(a.code);
    if (below.empty()) throw Error(MIF_E_INVALID, "科目 " + account + " " + known->full_name + " 没有下级, 不能做多栏账, 请用明细账 (no accounts below it for columns)");
    const auto years = account_years(y);
    std::erase_if(below, [&](const std::string& code) {
      const auto found = years.find(code);
      return found == years.end() || found->second.empty();
    });
    Head head = account_head(y, "多栏式明细账", account + " " + known->full_name);
    for (const auto& code : below) head.columns.push_back({y.chart->find(code)->name, Kind::money, 16, known->side == MIF_DEBIT ? "借方发生" : "贷方发生", false, true});
    std::vector<const ledger::LineRow*> lines;
    for (const auto& [code, its] : y.lines)
      if (code.rfind(account, 0) == 0)
        for (const auto& line : its) lines.push_back(&line);
    std::stable_sort(lines.begin(), lines.end(), [](const auto* a, const auto* b) {
      return std::tuple(a->period.month, a->day.value(), std::string_view(a->word), a->number, a->voucher, a->line) <
             std::tuple(b->period.month, b->day.value(), std::string_view(b->word), b->number, b->voucher, b->line);
    });
    const auto opening = years.find(account);
    receiver.begin(head);
    AccountRows rows(receiver, y, known->side, opening == years.end() ? Fen() : opening->second.opening, below.size());
    year_rows(rows, lines, [&](const ledger::LineRow& line) {
      const auto own = std::find_if(below.begin(), below.end(), [&](const std::string& code) { return line.account.rfind(code, 0) == 0; });
      rows.line(line, static_cast<std::size_t>(own - below.begin()), line.side == known->side ? line.fen : -line.fen);
    });
    receiver.end();
  };
}

}  // namespace mif::print
