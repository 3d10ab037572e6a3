// SPDX-License-Identifier: Apache-2.0
// Where every statement goes, fetched or from a file: proved and stored, or kept as evidence and set aside.
#pragma once

#include <string>

#include "desk.h"
#include "proof.h"
#include "statement_lines.h"

namespace mif::treasury {

// One statement of one account of ours, ready to be stored: lines [begin, end) of the spool.
struct Intake {
  Day from, to;
  Fen opening, closing;
  std::size_t begin = 0, end = 0;
  Verdict verdict = Verdict::proved;
  std::string reason, evidence;
  std::int64_t lines() const { return static_cast<std::int64_t>(end - begin); }
};
struct StoredStatement {
  std::string state, reason;  // proved, warned or quarantined, and why
  std::int64_t fresh = 0;     // lines that were not known before
};
// Nothing that is stored already is stored again; what is not proved gives no lines.
StoredStatement store_statement(Desk& desk, Call call, const Scoped& scoped, LineSpool& lines, const Intake& intake);
void write_statement(Result& result, const BankAccount& account, const Intake& intake, const StoredStatement& stored);
Day day_after(Day day);

}  // namespace mif::treasury
