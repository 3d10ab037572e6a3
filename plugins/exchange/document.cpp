// SPDX-License-Identifier: Apache-2.0
#include "document.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "digest.h"
#include "mif/error.hpp"

namespace mif::exchange {

namespace {

constexpr std::size_t kMostFields = 200;

// No control character. Eight bytes at a time: a word in which none can be is passed, any other is looked at byte by byte.
bool plain_text(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = kOnes * 0x80;
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    const std::uint64_t low = (word - kOnes * 0x20) & ~word, delete_bytes = word ^ (kOnes * 0x7f), deleted = (delete_bytes - kOnes) & ~delete_bytes;
    if (((low | deleted) & kHighs) && std::any_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(at + 8), control)) return false;
  }
  return std::none_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), control);
}

// Calls each(name, value) for every member of a JSON object of texts. The texts live until the next call.
template <class F>
void each_member(std::string_view json, F&& each) {
  // The DOM parser: it chooses its instructions where it runs, the on-demand one where it was compiled.
  thread_local simdjson::dom::parser parser;
  thread_local std::string room;
  room.assign(json);
  room.append(simdjson::SIMDJSON_PADDING, ' ');  // it reads in blocks
  simdjson::dom::object object;
  if (const auto code = parser.parse(room.data(), json.size(), false).get_object().get(object)) {
    if (code == simdjson::UTF8_ERROR) throw Error(MIF_E_INVALID, "document.not-utf8", "单据内容不是 UTF-8 (payload is not UTF-8)");
    throw Error(MIF_E_INVALID, "document.not-json", std::string("不是 JSON 对象 (not a JSON object): ") + simdjson::error_message(code));
  }
  std::size_t n = 0;
  for (const auto [name, found] : object) {
    std::string_view value;
    if (found.get_string().get(value)) throw Error(MIF_E_INVALID, "document.value-not-text", "\"" + clean(name, 40) + "\" 应为文本 (every value must be a text, money as \"123.45\")");
    if (!plain_text(name) || !plain_text(value)) throw Error(MIF_E_INVALID, "document.control-character", "\"" + clean(name, 40) + "\" 含有控制字符 (has control characters)");
    if (++n > kMostFields) throw Error(MIF_E_INVALID, "document.too-many-fields", "单据超过 " + std::to_string(kMostFields) + " 项 (too many fields)");
    each(name, value);
  }
}

}  // namespace

void FieldSet::add(std::string_view name, std::string_view value) {
  const auto n = [](std::size_t i) { return static_cast<std::uint32_t>(i); };
  places_.push_back({n(text_.size()), n(name.size()), n(text_.size() + name.size()), n(value.size())});
  text_.append(name).append(value);
}

bool FieldSet::sort() {
  const auto name = [this](const Place& p) { return std::string_view(text_.data() + p.name, p.name_n); };
  std::sort(places_.begin(), places_.end(), [&](const Place& a, const Place& b) { return name(a) < name(b); });
  return std::adjacent_find(places_.begin(), places_.end(), [&](const Place& a, const Place& b) { return name(a) == name(b); }) == places_.end();
}

std::size_t FieldSet::place(std::string_view name) const {
  const auto found = std::lower_bound(places_.begin(), places_.end(), name, [this](const Place& p, std::string_view n) { return std::string_view(text_.data() + p.name, p.name_n) < n; });
  if (found == places_.end() || std::string_view(text_.data() + found->name, found->name_n) != name) return places_.size();
  return static_cast<std::size_t>(found - places_.begin());
}

std::string_view FieldSet::at(std::string_view name) const {
  const std::size_t i = place(name);
  return i < places_.size() ? pair(i).second : std::string_view();
}

void FieldSet::clear() {
  text_.clear();
  places_.clear();
}

Fields flat_object(std::string_view json) {
  Fields fields;
  each_member(json, [&](std::string_view name, std::string_view value) { fields.emplace(name, value); });
  return fields;
}

void read_payload(Document& document) {
  document.fields.clear();
  document.trouble.clear();
  try {
    if (document.payload.size() > kLongestPayload)
      throw Error(MIF_E_INVALID, "document.too-long", "单据内容超过 " + std::to_string(kLongestPayload) + " 字节 (payload is too long)");
    each_member(document.payload, [&](std::string_view name, std::string_view value) { document.fields.add(name, value); });
    if (!document.fields.sort()) throw Error(MIF_E_INVALID, "document.field-twice", "单据有重复的项 (a field is given twice)");
    if (!document.day.valid()) throw Error(MIF_E_INVALID, "document.day", "单据日期无效 (invalid day) " + std::to_string(document.day.value()));
  } catch (const Error& e) {
    document.trouble = e.what();
    document.fields.clear();
  }
}

std::string digest_of(const Document& document) {
  thread_local std::string said;
  said.clear();
  const auto add = [&](std::string_view text) {
    // length first: ("ab","c") and ("a","bc") must differ
    char n[20];
    said.append(n, std::to_chars(n, n + sizeof n, text.size()).ptr);
    said += ':';
    said += text;
  };
  add(document.type);
  add(std::to_string(document.day.value()));
  if (!document.trouble.empty()) add(document.payload);
  for (const auto& [name, text] : document.fields) {
    add(name);
    add(text);
  }
  return sha256_of(said);
}

std::string known_digest(const Document& document) { return document.digest.empty() ? digest_of(document) : document.digest; }

std::string_view cleaned(std::string_view text, std::size_t bytes, std::string& room) {
  if (text.size() <= bytes && plain_text(text) && simdjson::validate_utf8(text.data(), text.size())) return text;
  return room = clean(text, bytes);
}

std::string clean(std::string_view text, std::size_t bytes) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    std::size_t n = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 0;
    if (n == 0 || at + n > text.size() || !simdjson::validate_utf8(text.data() + at, n) || c < 0x20 || c == 0x7f) {
      if (result.size() + 1 > bytes) break;
      result += '?';
      ++at;
      continue;
    }
    if (result.size() + n > bytes) break;
    result.append(text.substr(at, n));
    at += n;
  }
  return result;
}

}  // namespace mif::exchange
