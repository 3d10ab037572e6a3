// SPDX-License-Identifier: Apache-2.0
// Flat strings, as mif.job/1 hands them over and an API takes them from a body or a query. What is wrong with them each module says
// in its own words, under its own code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mif/day.hpp"
#include "module-kit/query_string.h"

namespace mif::kit {

enum class Wrong {
  json,      // not JSON: what the reader says
  object,    // JSON, but no object: how it begins
  nested,    // a parameter is an object or a list
  missing,   // a needed one
  too_long,  // how many bytes it may have
  control,   // a line break or another control character in it
  number,    // not a whole number: what stands there
};

class Params {
 public:
  // Throws. Only what is nested may be let pass: it is then its JSON text.
  using Refuse = void (*)(Wrong wrong, const std::string& name, const std::string& what);
  explicit Params(Refuse refuse) : refuse_(refuse) {}

  void read_json(std::string_view json);                                               // empty: no parameters
  bool read_query(std::string_view query) { return kit::read_query(query, values_); }  // false: malformed
  void set(std::string_view name, std::string_view value) { values_.insert_or_assign(std::string(name), std::string(value)); }
  const Values& values() const { return values_; }

  std::string get(std::string_view name, std::string_view otherwise = {}) const;  // empty = not given
  std::string need(std::string_view name) const;
  std::string most(std::string_view name, std::size_t bytes, std::string_view otherwise = {}) const;  // one line of so many bytes
  bool flag(std::string_view name) const;                                                             // given, and neither 0 nor no
  std::int64_t number(std::string_view name, std::int64_t otherwise) const { return number(name, otherwise, 15); }
  std::int64_t number(std::string_view name, std::int64_t otherwise, std::size_t digits) const;
  std::optional<Day> day(std::string_view name) const;

 protected:
  void say(Wrong wrong, std::string_view name, std::string_view what = {}) const { refuse_(wrong, std::string(name), std::string(what)); }

 private:
  Refuse refuse_;
  Values values_;
};

}  // namespace mif::kit
