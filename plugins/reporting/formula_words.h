// SPDX-License-Identifier: Apache-2.0
// The words a formula may call, in Chinese and in their short forms.
#pragma once

#include <string_view>

#include "expression.h"

namespace mif::reporting {

struct LedgerWord {
  Measure measure;
  bool year_to_date;
};
struct PlainWord {
  Expression::Op op;
  std::size_t least, most;  // arguments
};

// nullptr: no such word.
const LedgerWord* ledger_word(std::string_view name);
const PlainWord* plain_word(std::string_view name);

}  // namespace mif::reporting
