// SPDX-License-Identifier: Apache-2.0
// JSON as both sides sign it: keys in byte order, no blanks, numbers as they were written, only what must be escaped escaped.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mif::bank_json_sm {

struct Json {
  enum class Kind { text, object, array, word } kind = Kind::text;  // word: a number, true, false or null as written
  std::string text;
  std::vector<std::pair<std::string, Json>> members;
  std::vector<Json> items;

  static Json of(std::string text);
  static Json object() { return with(Kind::object); }
  static Json array() { return with(Kind::array); }
  const Json* find(std::string_view key) const;
  std::string get(std::string_view key) const;  // a text or word; empty when absent
  Json& set(std::string key, Json value);       // appends
 private:
  static Json with(Kind kind);
};

// Throws MIF_E_INVALID bank.json: not JSON, deeper than 16, or a key that comes twice.
Json read_json(std::string_view text);
std::string canonical(const Json& json);

}  // namespace mif::bank_json_sm
