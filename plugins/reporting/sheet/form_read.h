// SPDX-License-Identifier: Apache-2.0
// A ministry's printed form read back: the worksheets of `report export`, or the same layout filled in by hand or by another
// system. What stands where is checked against the table - title, unit, period, money unit, every head and every line's name -
// so that a shifted or renamed line is one sentence and not a wrong report.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog.h"
#include "ministries.h"

namespace mif::reporting {

struct FormInput {
  enum class Kind { blank, text, number, other };  // other: a day, a truth value, an error such as #REF!
  Kind kind = Kind::blank;
  std::string text;
};
struct FormLine {
  int number = 0;  // as the spreadsheet counts, from 1
  std::vector<FormInput> cells;
};
// A worksheet as the host's reader gives it.
struct FormSheet {
  std::string file, name;
  bool hidden = false;
  std::vector<FormLine> lines;
  std::string place() const;                          // "文件 甲.xlsx 的工作表 NHSA_M01"
  std::string place(int line, std::size_t column) const;  // "… 的 C7"
};

struct FormValue {
  int row = 0, col = 0;    // of the table
  FormInput input;         // number: plain decimal digits in the printed unit
  std::string place;
};
struct Form {
  const Table* table = nullptr;
  std::string unit, place;  // unit: as it is written on the form, may be empty
  std::vector<FormValue> values;  // every cell of the lines the form has, blanks too
};

// The forms among the sheets, in order; sheets without a head (行次, 项目) - covers, 审核结果 - are passed over. MIF_E_INVALID, one
// sentence naming file, sheet and cell: no table of that name, another period or money unit, a head or line that is not the table's.
std::vector<Form> read_forms(const std::vector<FormSheet>& sheets, const Catalog& catalog, Period period);

// Whether the form says what is stored: the printed number, the exact one, or the same words.
bool says_the_same(const FormValue& value, const StoredCell& stored, const Table& table);
// What the cell would be given when it was typed: words as they stand, or yuan_of. MIF_E_INVALID likewise.
std::string typed_text(const FormValue& value, const Table& table);
// The amount in yuan - of what is no money, the number itself - with two decimals, "" = blank. MIF_E_INVALID: no number, finer than
// a fen, half a person.
std::string yuan_of(const FormValue& value, const Table& table);

// Without spaces and with half-width signs: how names are compared.
std::string compared_name(std::string_view text);

}  // namespace mif::reporting
