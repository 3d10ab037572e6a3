// SPDX-License-Identifier: Apache-2.0
// What stands between the brackets of a ledger function or of a figure: accounts, sides, conditions, names. No expressions.
#pragma once

#include <string>
#include <string_view>

#include "dimensions.h"
#include "expression.h"
#include "formula_words.h"
#include "token_reader.h"

namespace mif::reporting {

// All start behind the opening bracket and take the closing one and the shifts behind it.
void read_ledger_call(TokenReader& in, const Dimensions& dimensions, const std::string& name, const LedgerWord& word, Expression& e);
void read_figure_call(TokenReader& in, const Dimensions& dimensions, const std::string& name, std::string_view family, Expression& e);
void read_shifts(TokenReader& in, Expression& e);

}  // namespace mif::reporting
