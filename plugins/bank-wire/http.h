// SPDX-License-Identifier: Apache-2.0
// One request and its answer. A body whose end cannot be told from a cut line is refused.
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
// Any method with head lines of one's own; `body` only where there is one.
std::string http_request(const std::string& method, const std::string& host, const std::string& path, const Form& head, std::string_view body);
struct HttpReply {
  int status = 0;
  std::string body;
};
// The same for a bank whose status is part of what it says; a 204 has no body, whatever its head claims.
HttpReply read_http_reply(Source& source, std::size_t most);
std::string form_text(const Form& form);         // application/x-www-form-urlencoded
Form read_form(std::string_view text);            // throws Unreadable
std::string base64(std::string_view bytes);
std::string from_base64(std::string_view text);   // throws Unreadable

}  // namespace mif::bank_wire
