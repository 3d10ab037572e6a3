// SPDX-License-Identifier: Apache-2.0
// The ledgers as people read them: 科目余额表, 总账, 明细账, 日记账, 多栏账, 辅助账, 凭证汇总表, over one book or many. Reads only.
//
// Invariant: every figure has a drill, and the opening of the drill plus the sum of its lines is the figure.
// Invariant: what a view shows as of a recorded time T is what it showed at T: vouchers posted later are taken out again.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/chart/chart.h"
#include "kernel/ledger/ledger.h"
#include "kernel/store/database.h"

namespace mif::books {

// What a ledger is asked about. `accounts` is a pattern ("5001*,-500199"), `aux` a filter ("insutype=310|320").
struct Filter {
  std::vector<std::string> books;
  int year = 0, month_from = 1, month_to = 13;  // 13 = year-end adjustments; a drill may start at 0, the year's opening
  std::string accounts = {}, aux = {};
  bool unposted = false;          // drafts, submitted and approved vouchers count as well
  bool without_closing = false;   // 期末结转 is left out
  std::int64_t as_of_ms = 0;      // recorded time; 0 = now
};

// The predicate behind one figure: which lines add up to it, on which side.
enum class Measure { net, debit, credit };  // net is debit-positive
struct Drill {
  Filter filter;
  std::string below = {};  // this account and everything below it
  std::string word = {};   // of the voucher
  Measure measure = Measure::net;
  // "book=990000-310&year=2023&from=0&to=6&under=1002&side=debit": the query of GET /api/v1/ledger/lines and of a link.
  std::string text() const;
  static Drill parse(std::string_view text);  // MIF_E_INVALID
};

enum class Figure { year_opening, opening, debit, credit, year_debit, year_credit, closing };
Figure figure_of(std::string_view name);      // "closing"; MIF_E_INVALID
std::string_view name_of(Figure figure);

// The seven figures of a period; balances are debit-positive.
struct Sums {
  Fen year_opening, opening, debit, credit, year_debit, year_credit, closing;
  bool moved = false;  // some line of the year stands behind it, though red and blue may add up to nothing
  Fen of(Figure figure) const;
  bool zero() const;                                               // every figure
  bool empty() const { return !moved && zero(); }                  // nothing stands and nothing moved
  void add(const Sums& other);
  void add(const ledger::Balance& balance, const Filter& filter);  // into the columns of its month
};
std::string_view side_word(Fen net);          // 借 贷 平
// What figure asks of the lines: its months and its side.
Drill drill_of(const Filter& filter, Figure figure);

// --- 科目余额表 --------------------------------------------------------------------------------------------------------
struct TrialRow {
  std::string account, name;
  int level = 1, side = MIF_DEBIT;
  bool leaf = true;
  Sums sums;
};
struct TrialTable {
  Filter filter;
  std::vector<TrialRow> rows;  // by code, an account above being the sum of what is wanted below it
  // Of the rows that have no row above them, by the column they stand in. Debits equal credits when nothing is filtered.
  Fen opening_debit, opening_credit, debit, credit, year_debit, year_credit, closing_debit, closing_credit;
  Drill drill(const TrialRow& row, Figure figure) const;
};

// --- 总账 --------------------------------------------------------------------------------------------------------------
struct GeneralMonth {
  int month = 0;
  Fen debit, credit, year_debit, year_credit, closing;  // 本月合计, 本年累计, closing debit-positive
};
struct GeneralAccount {
  std::string account, name;
  int side = MIF_DEBIT;
  Fen opening;                         // before the first month shown
  std::vector<GeneralMonth> months;    // those of the range in which something moved, and the last
};
struct GeneralLedger {
  Filter filter;
  std::vector<GeneralAccount> accounts;
  Drill drill(const GeneralAccount& account, int month, Figure figure) const;
};

// --- lines, 明细账, 日记账, 多栏账 ----------------------------------------------------------------------------------------
struct Line {
  std::string book;
  Period period;
  Day day;
  std::string word;
  int number = 0;                      // 0 while not posted
  int part = 0, parts = 0;             // 分数编号; 0 = a whole number
  std::int64_t voucher = 0;
  int line = 0, side = MIF_DEBIT;
  ledger::State state = ledger::State::posted;
  Fen fen;
  int attachments = 0;                 // of its voucher
  std::string account, aux;
  std::string summary;                 // its own words, or its voucher's
  std::string counter;                 // 对方科目: the accounts on the other side of its voucher, by blanks
  std::string label() const;           // "记-12", "记-12 1/3"; "记" while it has no number
  Fen net() const { return side == MIF_DEBIT ? fen : -fen; }
};
struct LinePage {
  Fen opening;                         // of a drill that starts at the year's opening; 0 otherwise
  std::vector<Line> lines;
  std::string next = {};               // key of the next page; empty = that was all
};

enum class RowKind { opening, brought_forward, line, day_total, month_total, year_total };
struct DetailRow {
  RowKind kind = RowKind::line;
  Day day;
  int month = 0;
  Line line;                           // of RowKind::line only
  Fen debit, credit, balance;          // balance runs, debit-positive
  std::vector<Fen> columns;            // 多栏账: by DetailLedger::columns, on the account's own side
};
struct ColumnHead {
  std::string key, name;               // account code or auxiliary item; "-" = none of the dimension, "*" = all others
};
struct DetailLedger {
  Filter filter;
  std::string title;                   // account and name where the pattern is one account
  std::vector<ColumnHead> columns;
  std::vector<DetailRow> rows;
  Fen closing;                         // after the last row
  std::string next;
};
struct DetailWish {
  bool daily = false;                  // 日记账: a total and balance for each day
  std::int64_t limit = 200;            // lines a page; rows of totals come on top
  std::string after = {};
  bool rule_off = false;               // December ends with its totals even when nothing moved in it
};
inline constexpr std::size_t kMostColumns = 60;
struct ColumnarDefinition {
  std::string code, name, account;     // the account whose children, or whose items of `dimension`, stand side by side
  std::string dimension = {};          // empty = accounts directly below
  std::vector<std::string> columns = {};  // wanted ones in this order, all others in one more; empty = those that move
};

// --- 辅助余额, two dimensions --------------------------------------------------------------------------------------------
struct AuxRow {
  std::vector<std::string> items;      // by the dimensions asked for; "-" = the line has none
  std::vector<std::string> names;
  std::string account, account_name;   // empty unless asked by account
  Sums sums;
};
struct AuxTable {
  Filter filter;
  std::vector<std::string> dimensions;
  std::vector<AuxRow> rows;
  Sums total;
  Drill drill(const AuxRow& row, Figure figure) const;
};
// An axis is "account" (leaves), "account:1" (level 1) or a dimension.
struct Matrix {
  Filter filter;
  std::string row_axis, column_axis;
  Figure figure = Figure::closing;
  std::vector<ColumnHead> rows, columns;
  std::vector<std::vector<Fen>> cells;
  Drill drill(std::size_t row, std::size_t column) const;  // kWhole for the sum over an axis
  static constexpr std::size_t kWhole = ~std::size_t{0};
  Fen sum(std::size_t row, std::size_t column) const;
};

// --- 凭证汇总表 (科目汇总表) --------------------------------------------------------------------------------------------------
struct VoucherSummary {
  struct Row {
    std::string account, name;
    Fen debit, credit;
    std::int64_t lines = 0;
  };
  struct Word {
    std::string word;
    std::int64_t vouchers = 0, attachments = 0;
    int first = 0, last = 0;           // numbers, across the months
  };
  Filter filter;
  std::string word;
  std::vector<Row> rows;
  std::vector<Word> words;
  Fen debit, credit;
  Drill drill(const Row& row, Figure figure) const;
};

// --- many units ----------------------------------------------------------------------------------------------------------
// What one unit paid to another, as either booked it: 4401 上级补助收入 against 5302 补助下级支出, 4402 下级上解收入 against 5301
// 上解上级支出. Closing vouchers do not count. A line without a counterparty is unnamed: it is pooled and said so.
struct Transfer {
  std::string income_account, expense_account, scheme, payer, receiver;  // payer and receiver "?" when unnamed
  Fen received, paid;
  bool inside = true;                  // both units are in the set; otherwise nothing is eliminated
  Fen eliminated() const;              // what both sides say
  Fen in_transit() const { return inside ? paid - received : Fen(); }
};
struct Consolidation {
  TrialTable table;                    // the plain sum
  std::vector<Transfer> transfers;
  std::map<std::string, Fen> eliminated;  // by account of level 1, over the year to date
  Fen in_transit;
};

// [any-thread]; every function reads inside the caller's transaction.
class Books {
 public:
  Books(const ledger::Ledger& ledger, const chart::Charts& charts) : ledger_(ledger), charts_(charts) {}

  // level 0 = all levels.
  TrialTable trial(store::Txn& txn, const Filter& filter, int level = 0) const;
  GeneralLedger general(store::Txn& txn, const Filter& filter, int level = 1) const;
  DetailLedger detail(store::Txn& txn, const Filter& filter, const DetailWish& wish = {}) const;
  DetailLedger columnar(store::Txn& txn, const Filter& filter, const ColumnarDefinition& definition, const DetailWish& wish = {}) const;
  // One or two dimensions; only lines that carry at least one of them.
  AuxTable auxiliary(store::Txn& txn, const Filter& filter, const std::vector<std::string>& dimensions, bool by_account) const;
  Matrix matrix(store::Txn& txn, const Filter& filter, const std::string& row_axis, const std::string& column_axis, Figure figure) const;
  VoucherSummary voucher_summary(store::Txn& txn, const Filter& filter, const std::string& word = {}, int level = 1) const;
  Consolidation consolidate(store::Txn& txn, const Filter& filter, int level = 1) const;

  // The lines behind a figure in the order of the detail ledger.
  LinePage lines(store::Txn& txn, const Drill& drill, std::int64_t limit = 1000, const std::string& after = {}) const;
  Fen value(store::Txn& txn, const Drill& drill) const;  // opening and the sum of all lines

 private:
  const ledger::Ledger& ledger_;
  const chart::Charts& charts_;
};

// Saved 多栏账 definitions, shared by the books of a chart; a change of one is in the log.
void save_definition(store::Txn& txn, const Who& who, audit::Log& log, std::string_view chart, const ColumnarDefinition& definition);
void remove_definition(store::Txn& txn, const Who& who, audit::Log& log, std::string_view chart, std::string_view code);
std::vector<ColumnarDefinition> definitions(store::Txn& txn, std::string_view chart);
ColumnarDefinition definition(store::Txn& txn, std::string_view chart, std::string_view code);  // MIF_E_NOT_FOUND

std::span<const store::Migration> migrations();
std::vector<audit::DigestSource> digest_sources(HashAlg alg);

}  // namespace mif::books
