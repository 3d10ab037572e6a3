// SPDX-License-Identifier: Apache-2.0
#include "payment_code.h"

#include "mif/error.hpp"

namespace mif::treasury {

namespace {

// The remainder by 97 of the text read as a number, letters as 10..35.
int remainder_97(std::string_view text) {
  int r = 0;
  for (const char c : text) {
    const int v = c >= '0' && c <= '9' ? c - '0' : c - 'A' + 10;
    r = (v < 10 ? r * 10 + v : r * 100 + v) % 97;
  }
  return r;
}

bool plain(std::string_view text) {
  for (const char c : text)
    if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))) return false;
  return true;
}

}  // namespace

std::string installation_tag(std::int64_t unix_ms) {
  static const char* const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string tag(6, '0');
  std::uint64_t n = static_cast<std::uint64_t>(unix_ms) / 100;
  for (int i = 5; i >= 0; --i, n /= 36) tag[static_cast<std::size_t>(i)] = digits[n % 36];
  return tag;
}

std::string payment_code(std::string_view tag, std::int64_t sequence) {
  std::string number = std::to_string(sequence);
  if (tag.size() != 6 || !plain(tag) || sequence <= 0 || number.size() > 10)
    throw Error(MIF_E_INTERNAL, "付款编号用尽或不对 (payment code out of range): " + std::string(tag) + " " + number);
  number.insert(0, 10 - number.size(), '0');
  const std::string body = "YB" + std::string(tag) + number;
  const int check = 98 - remainder_97(body + "00");
  return body + static_cast<char>('0' + check / 10) + static_cast<char>('0' + check % 10);
}

bool valid_payment_code(std::string_view code) { return code.size() == 20 && code.substr(0, 2) == "YB" && plain(code) && remainder_97(code) == 1; }

}  // namespace mif::treasury
