// SPDX-License-Identifier: Apache-2.0
// One POST and its answer. A body whose end cannot be told from a cut line is refused.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reader.h"

namespace mif::bank_wire {

// With `bearer` the caller wipes what it gets.
std::string post(const std::string& host, const std::string& path, const std::string& content_type, std::string_view body, std::string_view bearer = {});
// The body of a 200 with Content-Length or in chunks; throws Unreadable for anything else.
std::string read_http(Source& source, std::size_t most);

using Form = std::vector<std::pair<std::string, std::string>>;
std::string form_text(const Form& form);         // application/x-www-form-urlencoded
Form read_form(std::string_view text);            // throws Unreadable
std::string base64(std::string_view bytes);
std::string from_base64(std::string_view text);   // throws Unreadable

}  // namespace mif::bank_wire
