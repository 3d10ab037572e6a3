// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

// An electronic source document kept in the object store. The ledger knows its digest: what the reviewer approves includes it.
struct Attachment {
  std::string digest, name, media_type;  // digest: hex, of the store's algorithm
  std::int64_t bytes = 0;
};

struct Draft {
  Day day;
  std::string book, word, flow, source_plugin, source_key, summary, maker;
  std::vector<Line> lines;
  int attachments = 0;  // paper and electronic source documents together, as printed on the voucher
  bool closing = false;       // 期末结转
  std::int64_t reverses = 0;  // voucher corrected by this one
  int month = 0;              // 0 = the day's month; 13 = year-end adjustments
  std::vector<Attachment> files;
  // 分数编号: one transaction on several vouchers, "5 1/3". All parts share the number; `lead` is the voucher of part 1.
  int part = 0, parts = 0;    // 0 = a whole number
  std::int64_t lead = 0;      // 0 for part 1
};

struct Voucher : Draft {
  std::int64_t id = 0;
  Period period;
  int number = 0;  // 0 until posted
  State state = State::draft;
  std::string reviewer, poster, cashier, content_hash;  // cashier: who signed for money that moved, see Ledger::sign
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
// The same while it is read: its texts live as long as the callback.
struct BalanceView {
  int month = 0;
  std::string_view account, aux;
  Fen debit, credit, closing_debit, closing_credit;
};

// One line of a trial balance, signed debit-positive.
struct TrialLine {
  std::string account, name;
  Fen opening, debit, credit, closing;
};

// What is wrong with an opening balance; line 0 = with all of them together.
struct OpeningProblem {
  int line = 0;
  std::string column, what;
};
struct OpeningTrial {
  std::vector<TrialLine> lines;  // by account; only `closing` is filled
  Fen debit, credit;
  std::vector<OpeningProblem> problems;
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
  int part = 0, parts = 0;
};

// The same while it is read; the texts live as long as the callback.
struct LineView {
  std::int64_t voucher = 0, reverses = 0;
  int line = 0, number = 0, side = MIF_DEBIT;
  Period period;
  Day day;
  Fen fen;
  std::string_view word, account, aux, summary, voucher_summary, source_key;
  int part = 0, parts = 0;
};

struct LineQuery {
  std::string book, accounts, aux;
  int year = 0, month_from = 1, month_to = 13;
  std::int64_t limit = 1000, after_voucher = 0;
  int after_line = 0;
  bool without_closing = false;
  std::int64_t posted_until_ms = 0;  // only what was posted by then; 0 = everything
};
// What is left at its default does not narrow the search.
struct VoucherQuery {
  std::string book = {}, source_plugin = {}, source_key = {};
  int year = 0, month = 0, state = 0;
  std::int64_t limit = 1000, after_id = 0;
  std::string word = {}, text = {}, maker = {}, reviewer = {};  // text: part of the voucher's or a line's summary
  int number_from = 0, number_to = 0;
  Day day_from = {}, day_to = {};
  std::string account = {}, aux = {};                // some line has this account or one below it; this auxiliary item ("mode=1")
  std::optional<Fen> total_from = {}, total_to = {}, line_fen = {};  // line_fen: some line has exactly this amount
  bool with_files = false;
};

}  // namespace mif::ledger
