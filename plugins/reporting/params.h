// SPDX-License-Identifier: Apache-2.0
// Reads the JSON that others hand in (job parameters, plugin descriptions) and the query part of a URL.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mif/day.hpp"
#include "module-kit/params.h"

namespace mif::reporting {

class Params : public kit::Params {
 public:
  static Params from_json(std::string_view json);    // one flat object of strings
  static Params from_query(std::string_view query);  // malformed parts are taken as they stand
  Period period() const;                             // "2023-06", or "2023" for the year up to December
  int limit(int otherwise, int most) const;

 private:
  Params();
};

// Strings of an array member of a JSON object; a missing member is empty.
std::vector<std::string> json_strings(std::string_view json, const std::string& member);
std::string json_string(std::string_view json, const std::string& member);
bool json_flag(std::string_view json, const std::string& member);

}  // namespace mif::reporting
