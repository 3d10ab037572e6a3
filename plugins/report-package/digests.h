// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mif::report_package {

// Lower-case hexadecimal.
std::string sha256(std::string_view bytes);
std::string sm3(std::string_view bytes);
std::string hex(std::string_view bytes);
// Empty when it is not an even number of lower-case hexadecimal digits.
std::string unhex(std::string_view text);
bool is_digest(std::string_view text);  // 64 of them

}  // namespace mif::report_package
