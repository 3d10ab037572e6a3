// SPDX-License-Identifier: Apache-2.0
// Reading the JSON a client sends: strict UTF-8, bounded depth, every complaint with its JSON pointer.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mif::web {

struct JsonValue {
  enum class Kind { null, boolean, number, text, array, object } kind = Kind::null;
  bool flag = false;
  std::string text;  // of a text, or the digits of a number
  std::vector<JsonValue> items;
  std::vector<std::pair<std::string, JsonValue>> members;

  const JsonValue* find(std::string_view name) const;
  bool is_text() const { return kind == Kind::text; }
};

// Throws Problem malformed-request.
JsonValue parse_json(std::string_view body);

}  // namespace mif::web
