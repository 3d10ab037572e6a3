// SPDX-License-Identifier: Apache-2.0
#include "params.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>

namespace mif::reporting {
namespace {

Poco::JSON::Object::Ptr object(std::string_view json) {
  try {
    Poco::JSON::Parser parser;
    parser.setDepth(8);
    const auto result = parser.parse(std::string(json));
    if (result.type() == typeid(Poco::JSON::Object::Ptr)) return result.extract<Poco::JSON::Object::Ptr>();
  } catch (const Poco::Exception& e) {
    throw Error(MIF_E_INVALID, "report.params-not-json", "JSON 写法不对 (not JSON): " + e.displayText());
  }
  throw Error(MIF_E_INVALID, "report.params-not-object", "应为 JSON 对象 (expected a JSON object)");
}

int hex(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

Params Params::from_json(std::string_view json) {
  Params params;
  if (json.empty()) return params;
  const auto members = object(json);
  for (const auto& [name, value] : *members) {
    if (value.isStruct() || value.isArray() || value.type() == typeid(Poco::JSON::Object::Ptr) || value.type() == typeid(Poco::JSON::Array::Ptr))
      throw Error(MIF_E_INVALID, "report.param-not-text", "参数应为文字 (a parameter must be text): " + name);
    params.values_[name] = value.isEmpty() ? "" : value.toString();
  }
  return params;
}

Params Params::from_query(std::string_view query) {
  Params params;
  while (!query.empty()) {
    const auto amp = query.find('&');
    const std::string_view pair = query.substr(0, amp);
    query = amp == std::string_view::npos ? std::string_view() : query.substr(amp + 1);
    const auto equals = pair.find('=');
    if (!pair.empty()) params.values_[percent_decoded(pair.substr(0, equals))] = equals == std::string_view::npos ? "" : percent_decoded(pair.substr(equals + 1));
  }
  return params;
}

std::string Params::get(std::string_view name, std::string_view otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.empty() ? std::string(otherwise) : found->second;
}

std::string Params::need(std::string_view name) const {
  const std::string value = get(name);
  if (value.empty()) throw Error(MIF_E_INVALID, "report.param-missing", "缺少参数 (missing parameter): " + std::string(name));
  return value;
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

}  // namespace mif::reporting
