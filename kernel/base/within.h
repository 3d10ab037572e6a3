// SPDX-License-Identifier: Apache-2.0
// A refusal met inside a line, a file or a voucher: the same status and rule, with the place in front of the sentence.
#pragma once

#include <string>

#include "mif/error.hpp"

namespace mif {

inline Error within(const std::string& where, const Error& error) { return Error(error.code(), where + ": " + error.what()); }

}  // namespace mif
