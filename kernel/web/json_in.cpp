// SPDX-License-Identifier: Apache-2.0
#include "kernel/web/json_in.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include "kernel/base/text.h"
#include "kernel/web/problem.h"

namespace mif::web {
namespace {

constexpr std::size_t kDepth = 16;

JsonValue convert(const Poco::Dynamic::Var& var) {
  JsonValue value;
  if (var.isEmpty()) return value;
  if (var.type() == typeid(Poco::JSON::Object::Ptr)) {
    value.kind = JsonValue::Kind::object;
    for (const auto& [name, member] : *var.extract<Poco::JSON::Object::Ptr>()) value.members.emplace_back(name, convert(member));
  } else if (var.type() == typeid(Poco::JSON::Array::Ptr)) {
    value.kind = JsonValue::Kind::array;
    const auto array = var.extract<Poco::JSON::Array::Ptr>();
    for (const auto& item : *array) value.items.push_back(convert(item));
  } else if (var.isString()) {
    value.kind = JsonValue::Kind::text;
    value.text = var.extract<std::string>();
    if (!valid_utf8(value.text)) throw Problem("malformed-request", "正文中的文字含有不能接受的字符");
  } else if (var.isBoolean()) {
    value.kind = JsonValue::Kind::boolean;
    value.flag = var.convert<bool>();
  } else {
    value.kind = JsonValue::Kind::number;
    value.text = var.convert<std::string>();
  }
  return value;
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
  for (const auto& [key, value] : members)
    if (key == name) return &value;
  return nullptr;
}

JsonValue parse_json(std::string_view body) {
  if (!valid_utf8(body)) throw Problem("malformed-request", "正文不是 UTF-8 的 JSON");
  try {
    Poco::JSON::Parser parser;
    parser.setDepth(kDepth);
    return convert(parser.parse(std::string(body)));
  } catch (const Error&) {
    throw;
  } catch (const Poco::Exception& e) {
    throw Problem("malformed-request", "正文不是合法的 JSON: " + e.message());
  }
}

}  // namespace mif::web
