// SPDX-License-Identifier: Apache-2.0
// What the books of a chart work by besides its accounts: voucher words, control rules, summary library, common vouchers and
// the mapping to the government's budget classification. All of it is data in INFO files:
//   word 收 { title "收款凭证" money debit }
//   control expense-account-in { title "..." accounts 1004 side debit counter "1003,5001" level refuse basis "财社〔2017〕144号" }
//   summary 0101 { text "拨入支出户用款" }
//   common fund-use { title "拨入支出户" word 转 summary "..." line { side debit account 1004 aux "..." amount 1.00 } }
//   budget 4001 { class 1020301 { name "..." } }
// Every entry may say `from` and `to` (days, inclusive).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"
#include "mif/pattern.hpp"

namespace mif {
struct InfoNode;
}

namespace mif::chart {

inline constexpr std::string_view kBaseKinds[] = {"word", "control", "summary", "common", "budget"};

// One entry as stored: its canonical INFO text, understood by the readers below.
struct BaseEntry {
  std::string unit, kind, code;  // unit: empty = the province's; agencies have their own summaries and common vouchers
  Day valid_from, valid_to;
  std::string body;
};

enum class Level { refuse, warn };
struct Dated {
  Day valid_from, valid_to;
  bool valid_on(Day day) const { return valid_from <= day && (valid_to == Day() || day <= valid_to); }
};

// What a word asks of the lines on money accounts: one debited, one credited, or none that leaves the book's money changed.
enum class Money { any, debit, credit, none };
struct Word : Dated {
  std::string code, title;
  Money money = Money::any;
};
struct Control : Dated {
  std::string code, title, scheme, basis;  // scheme: of the books it is for; empty = all. basis: the regulation
  AccountPattern accounts;
  int side = 0;             // of the account's line: MIF_DEBIT, MIF_CREDIT, 0 = both
  std::string accounts_text, counter_text, aux_text;
  AccountPattern counter;   // what may stand on the other side; meaningless while counter_text is empty
  AuxFilter aux;            // what the account's auxiliary items must be
  Level level = Level::refuse;
};
struct Summary : Dated {
  std::string unit, code, text;
};
struct CommonLine {
  int side = 0;
  std::string account, aux, summary;
  Fen fen;  // 0 = to be filled in
};
struct CommonVoucher : Dated {
  std::string unit, code, title, word, summary;
  std::vector<CommonLine> lines;
};
struct BudgetClass {
  std::string code, name;
};
struct BudgetLink : Dated {
  std::string account;  // the code stands for everything below it, unless something below has a link of its own
  std::vector<BudgetClass> classes;
};

struct BaseData {
  std::vector<Word> words;
  std::vector<Control> controls;
  std::vector<Summary> summaries;
  std::vector<CommonVoucher> commons;
  std::vector<BudgetLink> budget;
  // The classes of an account on a day; empty when nothing maps it.
  std::vector<BudgetClass> budget_of(std::string_view account, Day day) const;
};

// Entries of a file, checked; MIF_E_INVALID "FILE:LINE: ...".
std::vector<BaseEntry> read_base_info(const std::string& path);
// Of one chart in a deployment's folder: words, controls, summaries, common, budget .info, each for all charts or with
// "CHART-" in front. A file that is not there says nothing.
std::vector<BaseEntry> read_base_folder(const std::string& folder, std::string_view chart);
// The typed form. Without words of its own a chart has 收 付 转 记 without conditions.
BaseData base_data_of(std::span<const BaseEntry> entries);

// A voucher as words and controls see it.
struct ShapeLine {
  int side = 0;
  Fen fen;
  std::string_view account, aux;
};
// What does not refuse a voucher but is to be told: the rule ("control.CODE", "voucher.lookalike") and a sentence.
struct Warning {
  std::string rule, sentence;
  bool operator==(const Warning&) const = default;
};
struct VoucherShape {
  std::string_view word, scheme;
  Day day;
  bool corrects = false;  // takes a posted voucher back: its lines were allowed once and now stand the other way round
  std::vector<ShapeLine> lines;
};

}  // namespace mif::chart
