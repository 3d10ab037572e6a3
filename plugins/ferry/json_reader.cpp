// SPDX-License-Identifier: Apache-2.0
#include "json_reader.h"

#include <charconv>

namespace mif::ferry {

namespace {

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3f));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  }
}

bool digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char c = byte(0);
    const std::size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    if (n == 0 || at + n > text.size()) return false;
    for (std::size_t i = 1; i < n; ++i)
      if ((byte(i) & 0xc0) != 0x80) return false;
    if (c == 0xe0 && byte(1) < 0xa0) return false;  // overlong
    if (c == 0xed && byte(1) > 0x9f) return false;  // surrogate
    if (c == 0xf0 && byte(1) < 0x90) return false;  // overlong
    if (c == 0xf4 && byte(1) > 0x8f) return false;  // beyond U+10FFFF
    at += n;
  }
  return true;
}

JsonReader::JsonReader(std::string_view text, std::string where) : text_(text), where_(std::move(where)) {
  if (!valid_utf8(text_)) refuse("不是 UTF-8 (not UTF-8)");
}

void JsonReader::refuse(const std::string& what) const {
  throw Error(MIF_E_INVALID, "ferry.json", where_ + ": " + what + ", 第 " + std::to_string(at_ + 1) + " 字节 (at byte)");
}

void JsonReader::spaces() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
}

bool JsonReader::take(char c) {
  spaces();
  if (at_ >= text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

void JsonReader::expect(char c) {
  if (!take(c)) refuse(std::string("此处应为 (expects) '") + c + "'");
}

void JsonReader::word(std::string_view literal) {
  if (text_.substr(at_, literal.size()) != literal) refuse("不认识的值 (not a JSON value)");
  at_ += literal.size();
}

unsigned JsonReader::hex4() {
  unsigned value = 0;
  if (at_ + 4 > text_.size()) refuse("\\u 后应有 4 位十六进制数 (\\u needs four digits)");
  const auto read = std::from_chars(text_.data() + at_, text_.data() + at_ + 4, value, 16);
  if (read.ec != std::errc() || read.ptr != text_.data() + at_ + 4) refuse("\\u 后应有 4 位十六进制数 (\\u needs four digits)");
  at_ += 4;
  return value;
}

std::string JsonReader::text(std::size_t most_bytes) {
  expect('"');
  std::string out;
  for (;;) {
    if (at_ >= text_.size()) refuse("文本没有结束 (the text does not end)");
    const char c = text_[at_++];
    if (c == '"') break;
    if (static_cast<unsigned char>(c) < 0x20) refuse("文本含有控制字符 (a control character stands in a text)");
    if (c != '\\') {
      out += c;
    } else {
      if (at_ >= text_.size()) refuse("文本没有结束 (the text does not end)");
      const char e = text_[at_++];
      switch (e) {
        case '"': case '\\': case '/': out += e; break;
        case 'b': out += '\b'; break;
        case 'f': out += '\f'; break;
        case 'n': out += '\n'; break;
        case 'r': out += '\r'; break;
        case 't': out += '\t'; break;
        case 'u': {
          std::uint32_t code = hex4();
          if (code >= 0xdc00 && code < 0xe000) refuse("孤立的代理项 (a lone surrogate)");
          if (code >= 0xd800 && code < 0xdc00) {
            if (text_.substr(at_, 2) != "\\u") refuse("孤立的代理项 (a lone surrogate)");
            at_ += 2;
            const std::uint32_t low = hex4();
            if (low < 0xdc00 || low >= 0xe000) refuse("孤立的代理项 (a lone surrogate)");
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          }
          append_utf8(out, code);
          break;
        }
        default: refuse("不认识的转义 (no such escape)");
      }
    }
    if (out.size() > most_bytes) refuse("文本超过 " + std::to_string(most_bytes) + " 字节 (the text is too long)");
  }
  return out;
}

std::int64_t JsonReader::integer() {
  spaces();
  std::size_t end = at_;
  if (end < text_.size() && text_[end] == '-') ++end;
  const std::size_t first = end;
  while (end < text_.size() && digit(text_[end])) ++end;
  std::int64_t value = 0;
  const auto read = std::from_chars(text_.data() + at_, text_.data() + end, value);
  const bool led = end - first > 1 && text_[first] == '0';
  if (end == first || led || read.ec != std::errc() || read.ptr != text_.data() + end || (end < text_.size() && (text_[end] == '.' || text_[end] == 'e' || text_[end] == 'E')))
    refuse("应为整数 (expects an integer)");
  at_ = end;
  return value;
}

bool JsonReader::flag() {
  spaces();
  if (at_ < text_.size() && text_[at_] == 't') {
    word("true");
    return true;
  }
  word("false");
  return false;
}

std::string_view JsonReader::value(unsigned depth) {
  spaces();
  const std::size_t from = at_;
  if (at_ >= text_.size()) refuse("缺少值 (a value is missing)");
  const char c = text_[at_];
  if (c == '{' || c == '[') {
    if (depth == 0) refuse("嵌套太深 (nested too deeply)");
    if (c == '{')
      object([&](std::string_view) { value(depth - 1); });
    else
      array(10000, [&] { value(depth - 1); });
  } else if (c == '"') {
    text(text_.size());
  } else if (c == 't' || c == 'f') {
    flag();
  } else if (c == 'n') {
    word("null");
  } else {
    std::size_t end = at_;
    const auto digits = [&] {
      const std::size_t start = end;
      while (end < text_.size() && digit(text_[end])) ++end;
      return end > start;
    };
    if (c == '-') ++end;
    bool good = digits();
    if (good && end < text_.size() && text_[end] == '.') good = (++end, digits());
    if (good && end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
      ++end;
      if (end < text_.size() && (text_[end] == '+' || text_[end] == '-')) ++end;
      good = digits();
    }
    if (!good) refuse("不认识的值 (not a JSON value)");
    at_ = end;
  }
  return text_.substr(from, at_ - from);
}

bool JsonReader::at_text() {
  spaces();
  return at_ < text_.size() && text_[at_] == '"';
}

bool JsonReader::at_object() {
  spaces();
  return at_ < text_.size() && text_[at_] == '{';
}

void JsonReader::end() {
  spaces();
  if (at_ != text_.size()) refuse("结尾后还有内容 (something follows the end)");
}

}  // namespace mif::ferry
