// SPDX-License-Identifier: Apache-2.0
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include "flow.h"

namespace mif::reporting {

UnitTree::UnitTree(std::string_view json) {
  const auto array = Poco::JSON::Parser().parse(std::string(json)).extract<Poco::JSON::Array::Ptr>();
  for (unsigned i = 0; i < array->size(); ++i) {
    const auto u = array->getObject(i);
    all_.push_back({u->optValue<std::string>("code", ""), u->optValue<std::string>("name", ""), u->optValue<std::string>("level", ""), u->optValue<std::string>("parent", "")});
  }
}

const UnitName* UnitTree::find(std::string_view code) const {
  for (const auto& u : all_)
    if (u.code == code) return &u;
  return nullptr;
}

std::string UnitTree::name(const std::string& code) const {
  const UnitName* u = find(code);
  return u ? u->name : code;
}

bool UnitTree::is_below(const std::string& code, const std::string& above) const {
  for (const UnitName* u = find(code); u && !u->parent.empty(); u = find(u->parent))
    if (u->parent == above) return true;
  return false;
}

std::string sentence_of(const Error& e) {
  const std::string text = e.what();
  const auto rule = e.rule();
  return rule.empty() ? text : text.substr(0, text.size() - rule.size() - 3);
}

std::string now_text(std::int64_t unix_ms) {
  if (unix_ms == 0) return {};
  std::int64_t seconds = unix_ms / 1000 + 8 * 3600, days = seconds / 86400;
  seconds %= 86400;
  // Days since 1970-01-01 to a date (Howard Hinnant's civil_from_days).
  days += 719468;
  const std::int64_t era = days / 146097, doe = days - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
  const auto two = [](std::int64_t n) { return std::to_string(100 + n).substr(1); };
  const std::int64_t month = mp < 10 ? mp + 3 : mp - 9;
  return std::to_string(yoe + era * 400 + (month <= 2)) + "-" + two(month) + "-" + two(doy - (153 * mp + 2) / 5 + 1) + " " + two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
}

}  // namespace mif::reporting
