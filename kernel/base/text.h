// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace mif {

bool valid_utf8(std::string_view text);  // strict: no overlong forms, no surrogates, no NUL
std::string gb18030_to_utf8(std::string_view bytes);  // throws MIF_E_INVALID at the first bad byte, naming its offset
std::string utf8_to_gb18030(std::string_view text);
std::string read_file(const std::string& path);                               // throws MIF_E_NOT_FOUND
void write_file_durably(const std::string& path, std::string_view bytes);     // temporary + fsync + rename

}  // namespace mif
