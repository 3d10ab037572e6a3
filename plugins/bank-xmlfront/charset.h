// SPDX-License-Identifier: Apache-2.0
// Text between UTF-8 and the bank's character set. Nothing is ever replaced or dropped: a character without a place in the
// other set is an error that names it.
#pragma once
#include <string>
#include <string_view>

namespace mif::bank_xmlfront {

std::string to_bank(std::string_view charset, std::string_view utf8);    // MIF_E_INVALID
// GBK is read as GB18030, which contains it: banks label one and send the other.
std::string from_bank(std::string_view charset, std::string_view bytes);  // MIF_E_INVALID

}  // namespace mif::bank_xmlfront
