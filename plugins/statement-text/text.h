// SPDX-License-Identifier: Apache-2.0
// Bytes of statement files as UTF-8. Banks label one character set and send another, so a text that is UTF-8 is taken as UTF-8
// whatever the label; one that is not is read in the set a person gave, else as GB18030 when its bytes can be nothing else, else as
// Windows-1252. Control characters become spaces. Never fails.
#pragma once
#include <string>
#include <string_view>

namespace mif::statement_text {

class Charset {
 public:
  Charset() = default;
  // "charset=GB18030" lines of options (UTF-8, GBK, GB18030, ISO-8859-1, WINDOWS-1252); MIF_E_INVALID for anything else.
  explicit Charset(std::string_view options);
  void label(std::string_view declared);  // what the file says of itself; a person's word goes first
  std::string read(std::string_view bytes) const;
  std::string read_lines(std::string_view bytes) const;  // the same line by line: '\n' stays
  bool guessed() const { return guessed_; }  // a text was not UTF-8 and nobody had said what it is

 private:
  enum class Set { unknown, utf8, gb18030, latin };
  static Set named(std::string_view name);
  Set set_ = Set::unknown;
  mutable bool guessed_ = false;
};

std::string_view trim(std::string_view text);  // spaces, tabs and line ends at both ends
bool digits(std::string_view text);            // one or more, nothing else
// Appends while `to` stays within `most` bytes; false when something was left out.
bool append_within(std::string& to, std::string_view more, std::size_t most);
// yyyymmdd; a day beyond the end of its month (30 February) becomes the last and `moved` true; 0 when it is no date at all.
int day_of(int year, int month, int day, bool& moved);

}  // namespace mif::statement_text
