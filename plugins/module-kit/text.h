// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace mif::kit {

// Longest prefix of at most `most` bytes that ends between characters.
std::string cut(std::string_view text, std::size_t most);

}  // namespace mif::kit
