// SPDX-License-Identifier: Apache-2.0
// The words a formula may call, in Chinese and in their short forms.
#pragma once

#include <string_view>

#include "expression.h"

namespace mif::reporting {

struct LedgerWord {
  Measure measure;
  bool year_to_date;
  bool opposite = false;    // its second argument is the account on the other side
  bool side_named = false;  // FS('5001',"借"): the side is an argument
};
struct PlainWord {
  Expression::Op op;
  std::size_t least, most;  // arguments
};

// nullptr: no such word.
const LedgerWord* ledger_word(std::string_view name);
const PlainWord* plain_word(std::string_view name);
const Keyword* key_word(std::string_view name);
// The Chinese name of a family of figures that other modules keep, for either of its names; "" = no such family.
std::string_view figure_family(std::string_view name);
// Whether a range may stand among its arguments.
bool takes_ranges(Expression::Op op);

}  // namespace mif::reporting
