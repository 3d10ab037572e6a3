// SPDX-License-Identifier: Apache-2.0
// What a document says about its amount beside the parts that are booked: claimed less deductions, arrears times days, the flag
// that says which way it goes, the day of what it goes back on. Checked, never booked.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"
#include "rules.h"

namespace mif::exchange {

// "claimed", "-retained". [any-thread]
std::vector<Figure> figures_of(const std::vector<std::string>& words);

// "0.0005" in 1/100,000,000; at most eight decimals. Throws MIF_E_INVALID.
std::int64_t rate_of(const std::string& text);

// base x days x per_day / 100,000,000, half a fen away from zero. Throws MIF_E_INVALID when it does not fit.
Fen accrued(Fen base, std::int64_t days, std::int64_t per_day);

// A document's text, empty when it has none.
using FieldOf = std::function<std::string_view(const std::string& field)>;

// `amount` is the document's total, `day` its own. Nothing to do for a document without a field that `explains`. Throws
// MIF_E_INVALID with the reason why the document is held.
void check_figures(const DocumentType& type, Day day, Fen amount, const FieldOf& field);

}  // namespace mif::exchange
