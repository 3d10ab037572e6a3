// SPDX-License-Identifier: Apache-2.0
#include "canonical.h"

#include <simdjson.h>

#include <algorithm>

#include "mif/error.hpp"

namespace mif::bank_json_sm {

namespace {

constexpr int kDepth = 16;

[[noreturn]] void refuse(const char* what) { throw Error(MIF_E_INVALID, "bank.json", std::string("银行报文不是约定的 JSON (not the agreed JSON): ") + what); }

Json value_of(simdjson::dom::element element, int depth);

// The DOM keeps no spelling of a number; texts are what banks send, so a number is taken only if it is a whole one.
Json word_of(simdjson::dom::element element) {
  Json json;
  json.kind = Json::Kind::word;
  if (element.is_int64()) json.text = std::to_string(std::int64_t(element));
  else if (element.is_bool()) json.text = bool(element) ? "true" : "false";
  else if (element.is_null()) json.text = "null";
  else refuse("小数和超大整数应写成文本 (a fraction or a huge number belongs in a text)");
  return json;
}

Json value_of(simdjson::dom::element element, int depth) {
  if (depth > kDepth) refuse("嵌套过深 (nested too deep)");
  switch (element.type()) {
    case simdjson::dom::element_type::STRING: return Json::of(std::string(std::string_view(element)));
    case simdjson::dom::element_type::ARRAY: {
      Json json = Json::array();
      for (const auto item : simdjson::dom::array(element)) json.items.push_back(value_of(item, depth + 1));
      return json;
    }
    case simdjson::dom::element_type::OBJECT: {
      Json json = Json::object();
      for (const auto field : simdjson::dom::object(element)) json.members.emplace_back(std::string(field.key), value_of(field.value, depth + 1));
      std::vector<std::string_view> keys;
      for (const auto& [key, value] : json.members) keys.push_back(key);
      std::sort(keys.begin(), keys.end());
      if (std::adjacent_find(keys.begin(), keys.end()) != keys.end()) refuse("同一个键出现两次 (a key comes twice)");
      return json;
    }
    default: return word_of(element);
  }
}

void quote(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) out.append("\\u00").append(1, "01"[c >> 4]).append(1, "0123456789abcdef"[c & 15]);
        else out += c;
    }
  }
  out += '"';
}

void write(std::string& out, const Json& json) {
  char between = 0;
  switch (json.kind) {
    case Json::Kind::text: return quote(out, json.text);
    case Json::Kind::word: out += json.text; return;
    case Json::Kind::array:
      out += '[';
      for (const auto& item : json.items) {
        if (between) out += between;
        between = ',';
        write(out, item);
      }
      out += ']';
      return;
    case Json::Kind::object:
      std::vector<const std::pair<std::string, Json>*> sorted;
      for (const auto& member : json.members) sorted.push_back(&member);
      std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->first < b->first; });
      out += '{';
      for (const auto* member : sorted) {
        if (between) out += between;
        between = ',';
        quote(out, member->first);
        out += ':';
        write(out, member->second);
      }
      out += '}';
  }
}

}  // namespace

Json Json::with(Kind kind) {
  Json json;
  json.kind = kind;
  return json;
}
Json Json::of(std::string text) {
  Json json;
  json.text = std::move(text);
  return json;
}
const Json* Json::find(std::string_view key) const {
  for (const auto& [name, value] : members)
    if (name == key) return &value;
  return nullptr;
}
std::string Json::get(std::string_view key) const {
  const Json* found = find(key);
  return found && (found->kind == Kind::text || (found->kind == Kind::word && found->text != "null")) ? found->text : std::string();
}
Json& Json::set(std::string key, Json value) {
  members.emplace_back(std::move(key), std::move(value));
  return *this;
}

Json read_json(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) refuse("格式不对 (malformed)");
  return value_of(root, 1);
}

std::string canonical(const Json& json) {
  std::string out;
  write(out, json);
  return out;
}

}  // namespace mif::bank_json_sm
