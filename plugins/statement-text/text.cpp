// SPDX-License-Identifier: Apache-2.0
#include "text.h"

#include <algorithm>

#include "charset.h"
#include "mif/day.hpp"
#include "mif/error.hpp"

namespace mif::statement_text {

namespace {

unsigned char u(char c) { return static_cast<unsigned char>(c); }

// Length of the UTF-8 character at `at`, 0 when there is none.
std::size_t utf8_at(std::string_view s, std::size_t at) {
  const unsigned char c = u(s[at]);
  const std::size_t n = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
  if (n == 0 || at + n > s.size()) return 0;
  for (std::size_t i = 1; i < n; ++i)
    if ((u(s[at + i]) & 0xC0) != 0x80) return 0;
  if (n == 3 && ((c == 0xE0 && u(s[at + 1]) < 0xA0) || (c == 0xED && u(s[at + 1]) >= 0xA0))) return 0;
  if (n == 4 && ((c == 0xF0 && u(s[at + 1]) < 0x90) || (c == 0xF4 && u(s[at + 1]) >= 0x90))) return 0;
  return n;
}

bool plain(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c >= 0x20 && c != 0x7F; });
}

bool is_utf8(std::string_view s) {
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t n = utf8_at(s, at);
    if (n == 0) return false;
    at += n;
  }
  return true;
}

// Bytes above 0x7F come in pairs and every pair is a place of GB 2312: no text of Western Europe looks so.
bool only_gb2312(std::string_view s) {
  for (std::size_t at = 0; at < s.size(); ++at) {
    if (u(s[at]) < 0x80) continue;
    if (u(s[at]) < 0xA1 || u(s[at]) > 0xF7 || at + 1 >= s.size() || u(s[at + 1]) < 0xA1 || u(s[at + 1]) == 0xFF) return false;
    ++at;
  }
  return true;
}

void put(std::string& out, unsigned point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

std::string from_windows(std::string_view bytes) {
  static constexpr unsigned short kHigh[32] = {0x20AC, 0x20, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x20, 0x017D, 0x20,
                                               0x20, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x20, 0x017E, 0x0178};
  std::string out;
  for (const char c : bytes) put(out, u(c) >= 0x80 && u(c) < 0xA0 ? kHigh[u(c) - 0x80] : u(c));
  return out;
}

void without_controls(std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (u(text[i]) < 0x20 || text[i] == 0x7F) text[i] = ' ';
    if (u(text[i]) == 0xC2 && i + 1 < text.size() && u(text[i + 1]) < 0xA0) text[i] = text[i + 1] = ' ';  // C1
  }
}

}  // namespace

Charset::Set Charset::named(std::string_view name) {
  std::string upper(trim(name));
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c); });
  if (upper == "UTF-8" || upper == "UTF8") return Set::utf8;
  if (upper == "GBK" || upper == "GB2312" || upper == "GB18030") return Set::gb18030;
  if (upper == "ISO-8859-1" || upper == "8859-1" || upper == "WINDOWS-1252" || upper == "1252" || upper == "CP1252") return Set::latin;
  return Set::unknown;
}

Charset::Charset(std::string_view options) {
  while (!options.empty()) {
    const std::size_t end = options.find('\n');
    const std::string_view line = trim(options.substr(0, end));
    options = end == std::string_view::npos ? std::string_view() : options.substr(end + 1);
    if (line.empty()) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || trim(line.substr(0, equals)) != "charset")
      throw Error(MIF_E_INVALID, "statement.option-unknown", "读对账单文件的选项不认识，可写 charset=GB18030 (unknown option): \"" + std::string(line) + "\"");
    set_ = named(line.substr(equals + 1));
    if (set_ == Set::unknown)
      throw Error(MIF_E_INVALID, "statement.option-charset", "选项 charset 可写 UTF-8、GBK、GB18030、ISO-8859-1 或 WINDOWS-1252 (unknown charset): \"" + std::string(line) + "\"");
  }
}

void Charset::label(std::string_view declared) {
  if (set_ == Set::unknown) set_ = named(declared);
}

std::string Charset::read(std::string_view bytes) const {
  if (plain(bytes)) return std::string(bytes);
  std::string out;
  if (is_utf8(bytes)) {
    out = std::string(bytes);
  } else {
    const bool gb = set_ == Set::gb18030 || (set_ != Set::latin && only_gb2312(bytes));
    guessed_ = guessed_ || set_ == Set::unknown || set_ == Set::utf8;
    if (!gb || charset::read_bytes("GB18030", bytes, out) != std::string::npos) out = from_windows(bytes);
  }
  without_controls(out);
  return out;
}

std::string Charset::read_lines(std::string_view bytes) const {
  std::string out;
  while (true) {
    const std::size_t end = bytes.find('\n');
    out += read(bytes.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    bytes.remove_prefix(end + 1);
  }
}

std::string_view trim(std::string_view text) {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

bool digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool append_within(std::string& to, std::string_view more, std::size_t most) {
  const std::size_t room = to.size() < most ? most - to.size() : 0;
  to.append(more.substr(0, room));
  return more.size() <= room;
}

int day_of(int year, int month, int day, bool& moved) {
  if (month < 1 || month > 12 || day < 1 || day > 31) return 0;
  const int last = Day::days_in(year, month);
  if (day > last) moved = true;
  return Day(year, month, std::min(day, last)).value();
}

}  // namespace mif::statement_text
