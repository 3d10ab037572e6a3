// SPDX-License-Identifier: Apache-2.0
#include "params.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>

namespace mif::reporting {

namespace {

[[noreturn]] void refuse(kit::Wrong wrong, const std::string& name, const std::string& what) {
  switch (wrong) {
    case kit::Wrong::json: throw Error(MIF_E_INVALID, "report.params-not-json", "JSON 写法不对 (not JSON): " + what);
    case kit::Wrong::object: throw Error(MIF_E_INVALID, "report.params-not-object", "应为 JSON 对象 (expected a JSON object)");
    case kit::Wrong::nested: throw Error(MIF_E_INVALID, "report.param-not-text", "参数应为文字 (a parameter must be text): " + name);
    case kit::Wrong::missing: throw Error(MIF_E_INVALID, "report.param-missing", "缺少参数 (missing parameter): " + name);
    case kit::Wrong::too_long: throw Error(MIF_E_INVALID, "report.param-long", "参数 " + name + " 超过 " + what + " 字节，请缩短 (too long)");
    case kit::Wrong::control: throw Error(MIF_E_INVALID, "report.param-control", "参数 " + name + " 只能写一行文字 (one line of text only)");
    default: throw Error(MIF_E_INTERNAL, "a report has no parameter like this: " + name);
  }
}

// What a plugin tells of itself.
Poco::JSON::Object::Ptr object(std::string_view json) {
  try {
    Poco::JSON::Parser parser;
    parser.setDepth(8);
    const auto result = parser.parse(std::string(json));
    if (result.type() == typeid(Poco::JSON::Object::Ptr)) return result.extract<Poco::JSON::Object::Ptr>();
  } catch (const Poco::Exception& e) {
    refuse(kit::Wrong::json, {}, e.displayText());
  }
  refuse(kit::Wrong::object, {}, {});
}

}  // namespace

Params::Params() : kit::Params(&refuse) {}

Params Params::from_json(std::string_view json) {
  Params params;
  params.read_json(json);
  return params;
}

Params Params::from_query(std::string_view query) {
  Params params;
  params.read_query(query);
  return params;
}

Period Params::period() const {
  const std::string text = need("period");
  return Period::parse(text.size() == 4 ? text + "-12" : text);
}

int Params::limit(int otherwise, int most) const {
  const std::string text = get("limit");
  if (text.empty()) return otherwise;
  if (text.size() > 6 || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) || std::stoi(text) < 1)
    throw Error(MIF_E_INVALID, "report.limit", "limit 应为正整数 (must be a positive number): " + text);
  return std::min(std::stoi(text), most);
}

std::vector<std::string> json_strings(std::string_view json, const std::string& member) {
  std::vector<std::string> all;
  const auto array = object(json)->getArray(member);
  if (array)
    for (const auto& item : *array) all.push_back(item.toString());
  return all;
}

std::string json_string(std::string_view json, const std::string& member) { return object(json)->optValue<std::string>(member, ""); }

bool json_flag(std::string_view json, const std::string& member) { return object(json)->optValue(member, false); }

}  // namespace mif::reporting
