// SPDX-License-Identifier: Apache-2.0
// Text between UTF-8 and the bank's character set. Nothing is ever replaced or dropped: a character without a place in the
// other set is an error that names it.
#pragma once
#include <string>
#include <string_view>

namespace mif::charset {

std::string to_bank(std::string_view charset, std::string_view utf8);    // MIF_E_INVALID
// GBK is read as GB18030, which contains it: banks label one and send the other.
std::string from_bank(std::string_view charset, std::string_view bytes);  // MIF_E_INVALID
// The same for a file: appends what could be read to `utf8` and returns the offset of the first byte that could not, or npos.
std::size_t read_bytes(std::string_view charset, std::string_view bytes, std::string& utf8);

}  // namespace mif::charset
