// SPDX-License-Identifier: Apache-2.0
// Reads the JSON that others hand in (job parameters, plugin descriptions) and the query part of a URL.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mif/day.hpp"

namespace mif::reporting {

class Params {
 public:
  Params() = default;
  static Params from_json(std::string_view json);   // one flat object of strings
  static Params from_query(std::string_view query);  // a=b&c=d, percent-encoded
  std::string get(std::string_view name, std::string_view otherwise = {}) const;
  // MIF_E_INVALID naming what is missing.
  std::string need(std::string_view name) const;
  // "2023-06", or "2023" for the year up to December.
  Period period() const;
  int limit(int otherwise, int most) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// Strings of an array member of a JSON object; a missing member is empty.
std::vector<std::string> json_strings(std::string_view json, const std::string& member);
std::string json_string(std::string_view json, const std::string& member);

std::string percent_decoded(std::string_view text);

}  // namespace mif::reporting
