// SPDX-License-Identifier: Apache-2.0
// Documents written down as cases: what the business side sends and the entry it must become. All files are sent through one
// deployment, in the order of their names. The form of a file is that of tests/cases/case_file.h; a record is
//
//   document KEY TYPE book=employee day=2023-06-12        or   reverse KEY TYPE of=KEY ...   or   withdraw KEY of=KEY
//     field=value                                              (a reversal is checked against what it reverses)
//   ----
//   付 voucher-payment summary          or "posted 备查", "held WHY", "rejected WHY", "cancelled"
//   D 50010101 mode=1 100.00 | summary of the line where it is another one
//   pay 100.00 PAYER > ACCOUNT BANK NAME: PURPOSE
//
// A line that ends with "…" says how the answer begins. A record `raw KEY TYPE` has the payload itself as its body.
#pragma once

#include <string>
#include <vector>

#include "tests/cases/case_file.h"
#include "world.h"

namespace mif::exchange::testing {

struct Case {
  std::string file, key, type, book, of;  // book: the name of its rule file
  int version = 1;
  cases::Record record;
  std::string where() const { return file + ":" + std::to_string(record.line); }
};

std::vector<Case> read_cases(const std::string& folder);  // sorted by file name

// "employee" -> its book and fields every document of it has.
const std::string& book_code(const std::string& rules);
std::vector<NewBook> case_books();

void send(Business& business, const std::vector<Case>& cases);

// The lines a case must answer, as they are.
std::vector<std::string> answer(World& world, const Case& one);

// The rule that took it, "" when none did.
std::string rule_of_document(World& world, const Case& one);

Entry entry_of(World& world, const Case& one);

}  // namespace mif::exchange::testing
