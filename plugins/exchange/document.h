// SPDX-License-Identifier: Apache-2.0
// A business document as it arrived: one flat object of named texts.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "mif/day.hpp"

namespace mif::exchange {

using Fields = std::map<std::string, std::string, std::less<>>;

struct Document {
  std::string source, feed, cursor, key, type, payload;
  std::int64_t version = 1;
  bool withdrawn = false;
  Day day;
  Fields fields;       // of the payload; empty while `trouble` is set
  std::string trouble;  // why the payload could not be read

  std::string field(std::string_view name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
  }
};

inline constexpr std::size_t kLongestPayload = 8000;

// Reads a payload into fields: one JSON object whose values are all texts. Never throws; says what is wrong in `trouble`.
void read_payload(Document& document);

// SHA-256 (hex) over type, day and fields, independent of the order the fields were written in.
std::string digest_of(const Document& document);

// A flat JSON object of texts, for job parameters.
Fields flat_object(std::string_view json);

// Cuts a text to at most `bytes` bytes without splitting a character, and replaces what is not UTF-8 or not printable.
std::string clean(std::string_view text, std::size_t bytes);

}  // namespace mif::exchange
