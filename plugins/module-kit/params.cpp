// SPDX-License-Identifier: Apache-2.0
#include "module-kit/params.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>

#include "module-kit/text.h"

namespace mif::kit {

namespace {

bool is_nested(const Poco::Dynamic::Var& value) {
  return value.isStruct() || value.isArray() || value.type() == typeid(Poco::JSON::Object::Ptr) || value.type() == typeid(Poco::JSON::Array::Ptr);
}

}  // namespace

void Params::read_json(std::string_view json) {
  if (json.empty()) return;
  try {
    const auto root = Poco::JSON::Parser().parse(std::string(json));
    if (root.type() != typeid(Poco::JSON::Object::Ptr)) say(Wrong::object, {}, cut(json, 40));
    for (const auto& [name, value] : *root.extract<Poco::JSON::Object::Ptr>()) {
      if (value.isEmpty()) continue;
      if (is_nested(value)) say(Wrong::nested, name);
      values_[name] = value.convert<std::string>();
    }
  } catch (const Poco::Exception& e) {
    say(Wrong::json, {}, e.displayText());
  }
}

std::string Params::get(std::string_view name, std::string_view otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.empty() ? std::string(otherwise) : found->second;
}

std::string Params::need(std::string_view name) const {
  std::string text = get(name);
  if (text.empty()) say(Wrong::missing, name);
  return text;
}

std::string Params::most(std::string_view name, std::size_t bytes, std::string_view otherwise) const {
  std::string text = get(name, otherwise);
  if (text.size() > bytes) say(Wrong::too_long, name, std::to_string(bytes));
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) say(Wrong::control, name);
  return text;
}

bool Params::flag(std::string_view name) const {
  const std::string text = get(name);
  return !text.empty() && text != "0" && text != "no";
}

std::int64_t Params::number(std::string_view name, std::int64_t otherwise, std::size_t digits) const {
  const std::string text = get(name);
  if (text.empty()) return otherwise;
  if (text.size() > digits || text.find_first_not_of("0123456789") != std::string::npos) say(Wrong::number, name, text);
  return std::stoll(text);
}

std::optional<Day> Params::day(std::string_view name) const {
  const std::string text = get(name);
  return text.empty() ? std::nullopt : std::optional<Day>(Day::parse(text));
}

}  // namespace mif::kit
