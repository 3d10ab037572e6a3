// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mif::funds {

// SHA-256 in hex over the fields, each with its length in front, so that no two lists of fields give the same bytes.
std::string digest_of(const std::vector<std::string>& fields);

}  // namespace mif::funds
