// SPDX-License-Identifier: Apache-2.0
// The query part and the segments of an address.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace mif::kit {

using Values = std::map<std::string, std::string, std::less<>>;

// a=b&c=d, percent-encoded, + for a blank; of a name that comes twice the last. False when a percent sign has no two hexadecimal
// digits behind it or the bytes are not UTF-8: they are taken as they stand.
bool read_query(std::string_view query, Values& into);

bool percent_decode(std::string_view text, bool plus_is_blank, std::string& into);  // false as above, UTF-8 not looked at
std::string percent_encoded(std::string_view text);

}  // namespace mif::kit
