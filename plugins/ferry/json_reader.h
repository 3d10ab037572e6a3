// SPDX-License-Identifier: Apache-2.0
// Reads one JSON text from left to right, strictly: what the reader did not ask for is refused, not skipped. It is the first code
// that sees what came through a gap, so it has no recursion but in `value`, no allocation beyond the limits it is given, and no dependency.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "mif/error.hpp"

namespace mif::ferry {

// Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool valid_utf8(std::string_view text);

// [any-thread] one reader per text. Everything throws MIF_E_INVALID with `where` in front.
class JsonReader {
 public:
  JsonReader(std::string_view text, std::string where);

  // Calls `field(name)` for each name; it must read the value. A name that comes twice is refused.
  template <class F>
  void object(F&& field) {
    std::set<std::string, std::less<>> seen;
    expect('{');
    if (take('}')) return;
    do {
      std::string name = text(100);
      expect(':');
      if (seen.size() == 200 || !seen.insert(name).second) refuse("字段重复或太多 (a field comes twice, or there are too many): " + name);
      field(std::string_view(name));
    } while (take(','));
    expect('}');
  }
  // Calls `item()` for each element, at most `most` times.
  template <class F>
  void array(std::size_t most, F&& item) {
    expect('[');
    if (take(']')) return;
    std::size_t n = 0;
    do {
      if (++n > most) refuse("列表超过 " + std::to_string(most) + " 项 (the list is too long)");
      item();
    } while (take(','));
    expect(']');
  }
  std::string text(std::size_t most_bytes);
  std::int64_t integer();  // no fraction, no exponent, no leading zero; the whole int64
  bool flag();
  // Any value as it stands in the text, at most `depth` levels deep.
  std::string_view value(unsigned depth);
  bool at_text();
  bool at_object();
  // Nothing but spaces may follow.
  void end();
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  void spaces();
  void expect(char c);
  bool take(char c);
  void word(std::string_view literal);
  unsigned hex4();

  std::string_view text_;
  std::string where_;
  std::size_t at_ = 0;
};

}  // namespace mif::ferry
