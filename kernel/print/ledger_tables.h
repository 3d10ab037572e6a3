// SPDX-License-Identifier: Apache-2.0
// The ledgers as tables: one source each for pages, xlsx and CSV.
#pragma once

#include <memory>
#include <string>

#include "kernel/books/year.h"
#include "kernel/print/table_pages.h"

namespace mif::print {

// What a ledger is laid out from: the views of a year - every figure on paper is theirs - and who it belongs to.
struct BookYear {
  std::shared_ptr<const books::Year> views;
  std::string unit_name;
  std::vector<std::string> signatures;  // for the foot of every page

  std::string account_name(const std::string& code) const;  // the whole name, or the code when the chart lacks it
};
using BookYearPtr = std::shared_ptr<const BookYear>;

// 科目余额表 of the months from..to (13 = year-end adjustments), to `level` (0 = all levels).
Source trial_balance_table(BookYearPtr year, int month_from, int month_to, int level = 0);
// 总账: the accounts of level 1, a line a month.
Source general_ledger_tables(BookYearPtr year);
// 三栏明细账 and, for cash and bank (10xx), 日记账 with a total for each day. `accounts` is a pattern; empty = all.
Source detail_ledger_tables(BookYearPtr year, std::string accounts);
// 辅助明细账: one table for each account and auxiliary item of the dimension.
Source auxiliary_ledger_tables(BookYearPtr year, std::string dimension, std::string accounts);
// 辅助余额表 of one or two dimensions ("region" or "region,mode"), by account.
Source auxiliary_balance_table(BookYearPtr year, int month_from, int month_to, const std::string& dimensions, std::string accounts);
// 多栏明细账: what is directly below `account`, or its items of a dimension, side by side.
Source multi_column_table(BookYearPtr year, std::string account, std::string dimension = {});
// 科目汇总表 (凭证汇总表) of the months: what the vouchers of a period moved, by account of level 1.
Source voucher_summary_table(BookYearPtr year, int month_from, int month_to);
// 凭证序时簿: every line in the order of its voucher.
Source journal_table(BookYearPtr year, int month_from, int month_to);

// One table of many sorts by its name on the command line and in the API. MIF_E_INVALID for an unknown one.
struct LedgerChoice {
  std::string kind;  // balance, general, detail, auxiliary, auxiliary-balance, multi-column, summary, journal
  int month_from = 1, month_to = 12, level = 0;
  std::string accounts = {}, dimension = {};
};
bool needs_lines(const std::string& kind);
Source ledger_table(BookYearPtr year, const LedgerChoice& choice);

}  // namespace mif::print
