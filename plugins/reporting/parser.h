// SPDX-License-Identifier: Apache-2.0
// Formula text to tree. Errors are sentences for the accountant who wrote the formula; who calls adds file and line.
#pragma once

#include <string_view>

#include "dimensions.h"
#include "expression.h"

namespace mif::reporting {

ExpressionPtr parse_formula(std::string_view text, const Dimensions& dimensions);

}  // namespace mif::reporting
