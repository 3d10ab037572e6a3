// SPDX-License-Identifier: Apache-2.0
// 银行存款余额调节表: two balances, the four kinds of unreached items between them, and the equation that must hold.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::treasury {

// A line of one side as reconciliation sees it: + into the account.
struct SideLine {
  std::string item;  // "bank/12", "book/45/2", "open/7"
  bool bank = false;
  Day day;
  Fen fen;
  std::string reference, text;
  std::int64_t group = 0;  // the live group it belongs to
};

enum class Unreached { bank_in, bank_out, book_in, book_out };
inline constexpr const char* kUnreachedNames[] = {"bank-in-not-booked", "bank-out-not-booked", "booked-in-not-at-bank", "booked-out-not-at-bank"};
inline constexpr const char* kUnreachedTitles[] = {"银行已收企业未收", "银行已付企业未付", "企业已收银行未收", "企业已付银行未付"};
Unreached kind_of(const SideLine& line);
int age_days(Day from, Day to);
Day last_day_of(int month_number);  // 202306 -> 2023-06-30

// By the kind of account: income, fiscal and expenditure are the forms the regulation names. MIF_E_INVALID
std::string form_title(const std::string& form);

struct BalanceTable {
  std::string form, account, book, unit, maker;
  Day day;
  Fen bank, booked;
  std::array<std::vector<SideLine>, 4> items;
  std::array<Fen, 4> sums;
  std::vector<std::string> statements;            // evidence digests of the statements behind it
  std::string bank_digest, book_digest, match_digest;  // everything up to the day
  Fen adjusted_bank() const { return bank + sums[2] - sums[3]; }
  Fen adjusted_book() const { return booked + sums[0] - sums[1]; }
  Fen difference() const { return adjusted_bank() - adjusted_book(); }
};
// As of `table.day`: a group with a member after that day had not met by then. Fills items, sums and digests.
void fill_table(BalanceTable& table, const std::vector<SideLine>& lines);
// Canonical: the same facts give the same bytes. What is frozen.
std::string table_json(const BalanceTable& table);
// For mif.print/1. Names, not logins and codes; without an artefact it is a draft, and says so.
struct OnPaper {
  std::string unit, book, maker, approver, artefact;
  int revision = 0;
};
std::string table_document(const BalanceTable& table, const OnPaper& paper);

}  // namespace mif::treasury
