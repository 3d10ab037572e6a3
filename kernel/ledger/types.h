// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"
#include "mif/svc/ledger.h"

namespace mif::ledger {

enum class State { draft = MIF_VOUCHER_DRAFT, submitted, approved, posted, void_ };
static_assert(static_cast<int>(State::void_) == MIF_VOUCHER_VOID);

struct Line {
  int side = MIF_DEBIT;
  Fen fen;              // negative = red entry on the same side
  std::string account, aux, summary;
};

struct Draft {
  Day day;
  std::string book, word, flow, source_plugin, source_key, summary, maker;
  std::vector<Line> lines;
  int attachments = 0;
  bool closing = false;       // 期末结转
  std::int64_t reverses = 0;  // voucher corrected by this one
  int month = 0;              // 0 = the day's month; 13 = year-end adjustments
};

struct Voucher : Draft {
  std::int64_t id = 0;
  Period period;
  int number = 0;  // 0 until posted
  State state = State::draft;
  std::string reviewer, poster, content_hash;
  std::int64_t workflow_instance = 0;
  Fen total;       // sum of the debit side
  std::int64_t created_ms = 0, posted_ms = 0;
};

struct Book {
  std::int64_t id = 0;
  std::string code, unit, scheme, chart, name;  // code: "370000-310"
  Period start;       // first period
  bool read_only = false;
  std::string read_only_reason;
  bool yearly_closing = false;  // 表结法: income and expense are carried to the balances in December only
};

struct Balance {
  int month = 0;  // 0 = opening of the year
  std::string account, aux;
  Fen debit, credit, closing_debit, closing_credit;
};

// One line of a trial balance, signed debit-positive.
struct TrialLine {
  std::string account, name;
  Fen opening, debit, credit, closing;
};

// Unknown: nobody could look, which is not a pass.
struct CheckItem {
  std::string id, title, detail;
  enum class Result { pass, warn, fail, unknown } result = Result::pass;
  std::string source, link;  // who looked: empty = the kernel, otherwise a plugin; link: the console page where it is put right
};

// What a soft lock keeps out of an open period, each by itself; a closed period keeps out everything. `payment` stops new
// payment vouchers only: what the bank has paid is booked whatever is locked.
enum class Area { entry = 1, payment = 2, closing = 4, opening = 8 };

struct LineRow {
  std::int64_t voucher = 0;
  int line = 0, number = 0, side = MIF_DEBIT;
  Period period;
  Day day;
  Fen fen;
  std::string word, account, aux, summary;
};

struct LineQuery {
  std::string book, accounts, aux;
  int year = 0, month_from = 1, month_to = 13;
  std::int64_t limit = 1000, after_voucher = 0;
  int after_line = 0;
  bool without_closing = false;
};
struct VoucherQuery {
  std::string book, source_plugin, source_key;
  int year = 0, month = 0, state = 0;
  std::int64_t limit = 1000, after_id = 0;
};

}  // namespace mif::ledger
