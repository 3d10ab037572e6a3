// SPDX-License-Identifier: Apache-2.0
// How the views read: the books of a set, their balances by month, their lines of a month. Private to the room.
#pragma once

#include <unordered_map>

#include "kernel/books/books.h"

namespace mif::books {

struct Member {
  ledger::Book book;
  std::shared_ptr<const chart::Chart> chart;
};
// The books of a filter, checked: at least one, months in order, recorded time and unposted not both.
class Scope {
 public:
  Scope(store::Txn& txn, const ledger::Ledger& ledger, const chart::Charts& charts, const Filter& filter);
  const std::vector<Member>& members() const { return members_; }
  const chart::Account* find(const std::string& code) const;  // in the first chart that has it
  std::string name(const std::string& code) const;            // whole name, or the code
  std::string item_name(const std::string& dimension, const std::string& item) const;

 private:
  std::vector<Member> members_;
};

// Remembers what a pattern and a filter say of each text: a year has few different ones.
class Wanted {
 public:
  Wanted(const Filter& filter, std::string_view below = {}) : accounts_(filter.accounts), aux_(filter.aux), below_(below) {}
  bool operator()(const std::string& account, const std::string& aux);

 private:
  AccountPattern accounts_;
  AuxFilter aux_;
  std::string below_;
  std::unordered_map<std::string, bool> account_in_, aux_in_;
};

// Every balance of months 0 (the year's opening) .. month_to that the filter wants, recorded time, unposted vouchers and
// closing taken care of. One (month, account, aux) may come in several pieces.
using EachBalance = std::function<void(const Member&, const ledger::Balance&)>;
void each_balance(store::Txn& txn, const ledger::Ledger& ledger, const Scope& scope, const Filter& filter, std::string_view below, const EachBalance& each);

// The wanted lines of one month over all books, by day, book, word, number, voucher, line.
struct MonthWish {
  std::string_view below = {}, word = {};
  bool counter = false;  // 对方科目 as well
};
std::vector<Line> month_lines(store::Txn& txn, const Scope& scope, const Filter& filter, int month, const MonthWish& wish);

// Whether the filter wants any line of these months.
bool any_line(store::Txn& txn, const Scope& scope, const Filter& filter, std::string_view below, int month_from, int month_to);

// What counts of a voucher's head, as SQL over ledger_voucher v, with its parameters.
std::string heads_condition(const Filter& filter, std::vector<store::Param>& params);

// What a view is made from: the tables as the caller's transaction sees them, or a year that was read once. One view of either.
class Reading {
 public:
  virtual ~Reading() = default;
  virtual const Scope& scope() const = 0;
  virtual void balances(const Filter& filter, std::string_view below, const EachBalance& each) const = 0;  // as each_balance
  virtual std::vector<Line> lines(const Filter& filter, int month, const MonthWish& wish) const = 0;       // as month_lines
  // Of balances of these months that add up to nothing: whether a line that the filter wants stands behind them.
  virtual bool moved(const Filter& filter, std::string_view below, int month_from, int month_to) const = 0;
};
TrialTable trial_of(const Reading& reading, const Filter& filter, int level);
GeneralLedger general_of(const Reading& reading, const Filter& filter, int level);
DetailLedger detail_of(const Reading& reading, const Filter& filter, const DetailWish& wish);
DetailLedger columnar_of(const Reading& reading, const Filter& filter, const ColumnarDefinition& definition, const DetailWish& wish);
AuxTable auxiliary_of(const Reading& reading, const Filter& filter, const std::vector<std::string>& dimensions, bool by_account);
VoucherSummary summary_of(const Reading& reading, const Filter& filter, const std::string& word, int level);

// "6.8123.2": month, voucher and line a page ended with.
struct Key {
  int month = 0;
  std::int64_t voucher = 0;
  int line = 0;
  std::string text() const;
  static Key parse(std::string_view text);
};
// The index after the key's line; MIF_E_INVALID when the lines do not have it.
std::size_t after_key(const std::vector<Line>& lines, const Key& key);

std::string parent_of(const std::string& code);  // codes are 4-2-2-2 digits
std::string item_of(const std::string& aux, std::string_view dimension);  // "-" when absent
Filter with_item(Filter filter, const std::string& dimension, const std::string& item);

}  // namespace mif::books
