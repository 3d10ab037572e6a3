// SPDX-License-Identifier: Apache-2.0
#include "module-kit/query_string.h"

#include <Poco/UTF8Encoding.h>

namespace mif::kit {

namespace {

int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text[0]);
    const std::size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (n > text.size() || !Poco::UTF8Encoding::isLegal(reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(n))) return false;
    text.remove_prefix(n);
  }
  return true;
}

}  // namespace

bool percent_decode(std::string_view text, bool plus_is_blank, std::string& into) {
  bool well = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
        into += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
        i += 2;
        continue;
      }
      well = false;
    }
    into += plus_is_blank && text[i] == '+' ? ' ' : text[i];
  }
  return well;
}

bool read_query(std::string_view query, Values& into) {
  bool well = true;
  while (!query.empty()) {
    const auto amp = query.find('&');
    const std::string_view pair = query.substr(0, amp);
    query = amp == std::string_view::npos ? std::string_view() : query.substr(amp + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    std::string name, value;
    well = percent_decode(pair.substr(0, equals), true, name) && well;
    if (equals != std::string_view::npos) well = percent_decode(pair.substr(equals + 1), true, value) && well;
    well = well && is_utf8(name) && is_utf8(value);
    into[std::move(name)] = std::move(value);
  }
  return well;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_') out += c;
    else out.append({'%', "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4], "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15]});
  }
  return out;
}

}  // namespace mif::kit
