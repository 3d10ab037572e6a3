// SPDX-License-Identifier: Apache-2.0
// Ledgers of one account a page: 总账, 明细账, 日记账, 辅助账, 多栏账. The rows are those of the views; here they get their words.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "kernel/print/aux_words.h"
#include "kernel/print/ledger_head.h"
#include "mif/error.hpp"

namespace mif::print {
namespace {

using books::DetailRow;
using sheet::Cell;
using sheet::Column;
using sheet::Head;
using sheet::if_any;
using sheet::Kind;
using sheet::Row;
using sheet::RowKind;

bool is_cash(const std::string& account) { return account.rfind("10", 0) == 0; }

int side_of(const BookYear& y, const std::string& account) {
  const chart::Account* found = y.views->chart().find(account);
  return found ? found->side : MIF_DEBIT;
}

// 对方科目 belongs to 日记账.
std::vector<Column> ledger_columns(bool numbered, bool counter = false) {
  std::vector<Column> columns = {{"日期", Kind::day, 11, "", true},
                                 {numbered ? "凭证字号" : "凭证", Kind::centred, 9, "", true},
                                 {"摘要", Kind::text, 34, "", true},
                                 {"借方", Kind::money, 17, "", false, true},
                                 {"贷方", Kind::money, 17, "", false, true},
                                 {"方向", Kind::centred, 4, "", false},
                                 {"余额", Kind::money, 17, "", false}};
  if (counter) {  // as broad as before on an upright sheet
    columns[2].width = 25;
    columns.insert(columns.begin() + 3, {"对方科目", Kind::text, 16, "", true});
  }
  return columns;
}

// "50010101 住院费用支出"; of several their codes, and of many how many.
std::string counter_words(const BookYear& y, const std::string& counter) {
  std::vector<std::string> codes;
  for (std::size_t at = 0; at < counter.size();) {
    const auto end = std::min(counter.find(' ', at), counter.size());
    codes.push_back(counter.substr(at, end - at));
    at = end + 1;
  }
  constexpr std::size_t kShown = 2;
  if (codes.size() > kShown) return fmt::format("{} 等 {} 个科目", codes.front(), codes.size());
  if (codes.size() == kShown) return codes[0] + "、" + codes[1];
  if (codes.empty()) return {};
  const chart::Account* account = y.views->chart().find(codes.front());
  return account ? account->code + ' ' + account->name : codes.front();
}

Head account_head(const BookYear& y, const std::string& title, const std::string& name, bool counter = false) {
  Head head = head_of(y, title);
  head.centre = name;
  head.name = name;
  head.columns = ledger_columns(true, counter);
  head.ledger_page = true;
  head.balance = counter ? 7 : 6;
  return head;
}

// The rows of one account's year. A balance is shown on the account's usual side, red when it is on the other.
class AccountRows {
 public:
  AccountRows(sheet::Receiver& to, int side, std::size_t columns = 0) : to_(to), side_(side), columns_(columns) {}
  AccountRows(sheet::Receiver& to, const BookYear& year, int side, bool counter) : to_(to), side_(side), columns_(0), counter_(counter ? &year : nullptr) {}

  void opening(Day day, Fen balance) { put(day, "", balance == Fen() ? "年初余额" : "上年结转", Cell(), Cell(), balance, RowKind::opening); }
  void month(Day day, int month, Fen debit, Fen credit, Fen balance, const std::vector<Fen>& columns = {}) {
    put(day, "", month == 13 ? "调整期合计" : "本月合计", debit, credit, balance, RowKind::month_total, columns);
  }
  void year(Day day, Fen debit, Fen credit, Fen balance, bool last, const std::vector<Fen>& columns = {}) {
    put(day, "", "本年累计", debit, credit, balance, last ? RowKind::year_end : RowKind::year_to_date, columns);
    if (last) put(day, "", balance == Fen() ? "年末余额" : "结转下年", Cell(), Cell(), balance, RowKind::opening);
  }
  void ledger(const books::DetailLedger& ledger) {
    std::size_t of_day = 0;
    for (const DetailRow& row : ledger.rows) {
      if (row.kind == books::RowKind::day_total && of_day > 1) put(row.day, "", "本日合计", row.debit, row.credit, row.balance, RowKind::opening);  // one line is its own total
      of_day = row.kind == books::RowKind::line ? of_day + 1 : 0;
      switch (row.kind) {
        case books::RowKind::opening: opening(row.day, row.balance); break;
        case books::RowKind::line: line(row); break;
        case books::RowKind::month_total: month(row.day, row.month, row.debit, row.credit, row.balance, row.columns); break;
        case books::RowKind::year_total: year(row.day, row.debit, row.credit, row.balance, &row == &ledger.rows.back(), row.columns); break;
        case books::RowKind::brought_forward:  // of a page on a screen; paper has its own
        case books::RowKind::day_total: break;
      }
    }
  }

 private:
  void line(const DetailRow& row) {
    const bool debit = row.line.side == MIF_DEBIT;
    if (counter_) counter_account_ = counter_words(*counter_, row.line.counter);
    put(row.day, number_of(row.line), row.line.summary, debit ? Cell(row.line.fen) : Cell(), debit ? Cell() : Cell(row.line.fen), row.balance, RowKind::detail, row.columns);
  }
  void put(Day day, std::string number, std::string summary, Cell debit, Cell credit, Fen balance, RowKind kind, const std::vector<Fen>& columns = {}) {
    Row row;
    row.kind = kind;
    row.cells = {day, std::move(number), std::move(summary), std::move(debit), std::move(credit), balance == Fen() ? "平" : side_ == MIF_DEBIT ? "借" : "贷", side_ == MIF_DEBIT ? balance : -balance};
    if (counter_) row.cells.insert(row.cells.begin() + 3, std::exchange(counter_account_, {}));
    for (std::size_t i = 0; i < columns_; ++i) row.cells.push_back(if_any(i < columns.size() ? columns[i] : Fen()));
    to_.row(row);
  }

  sheet::Receiver& to_;
  const int side_;
  const std::size_t columns_;
  const BookYear* const counter_ = nullptr;  // with 对方科目
  std::string counter_account_;              // of the line under way
};

}  // namespace

std::string number_of(const books::Line& line) { return fmt::format("{}-{:04}{}", line.word, line.number, line.parts == 0 ? std::string() : fmt::format(" {}/{}", line.part, line.parts)); }

Source general_ledger_tables(BookYearPtr year) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    for (const auto& account : y.views->general().accounts) {
      Head head = account_head(y, "总    账", account.account + " " + account.name);
      head.columns = ledger_columns(false);
      receiver.begin(head);
      AccountRows rows(receiver, account.side);
      rows.opening(Day(y.views->year(), 1, 1), account.opening);
      for (const auto& month : account.months) {
        const int of = std::min(month.month, 12);
        const Day day(y.views->year(), of, Day::days_in(y.views->year(), of));
        rows.month(day, month.month, month.debit, month.credit, month.closing);
        rows.year(day, month.year_debit, month.year_credit, month.closing, &month == &account.months.back());
      }
      receiver.end();
    }
  };
}

Source detail_ledger_tables(BookYearPtr year, std::string accounts) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    for (const auto& code : y.views->leaves(accounts)) {
      const bool cash = is_cash(code);
      receiver.begin(account_head(y, cash ? (code.rfind("1001", 0) == 0 ? "现 金 日 记 账" : "银行存款日记账") : "明 细 分 类 账", code + " " + y.account_name(code), cash));
      AccountRows(receiver, y, side_of(y, code), cash).ledger(y.views->detail(code, {}, cash));
      receiver.end();
    }
  };
}

Source auxiliary_ledger_tables(BookYearPtr year, std::string dimension, std::string accounts) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    (void)dimension_name(y, dimension);  // one that does not exist is refused, not an empty ledger
    for (const auto& [account, item] : y.views->items(dimension, accounts)) {
      const std::string aux = dimension + '=' + item;
      receiver.begin(account_head(y, "辅助明细账", account + " " + y.account_name(account) + "\n" + aux_words(y.views->chart(), aux)));
      AccountRows(receiver, side_of(y, account)).ledger(y.views->detail(account, aux, false));
      receiver.end();
    }
  };
}

Source multi_column_table(BookYearPtr year, std::string account, std::string dimension) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    books::ColumnarDefinition definition;
    definition.account = account;
    definition.dimension = dimension;
    const books::DetailLedger ledger = y.views->columnar(definition);
    const int side = side_of(y, account);
    Head head = account_head(y, "多栏式明细账", account + " " + y.account_name(account));
    for (const auto& column : ledger.columns) head.columns.push_back({column.name, Kind::money, 16, side == MIF_DEBIT ? "借方发生" : "贷方发生", false, true});
    receiver.begin(head);
    AccountRows(receiver, side, ledger.columns.size()).ledger(ledger);
    receiver.end();
  };
}

}  // namespace mif::print
