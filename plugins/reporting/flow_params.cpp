// SPDX-License-Identifier: Apache-2.0
// What the words of the toolbar are given: lists and cells, as JSON or as somebody types them on a command line.
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <sstream>

#include "flow_jobs.h"

namespace mif::reporting {
namespace {

[[noreturn]] void refuse_cell(const std::string& text) {
  throw Error(MIF_E_INVALID, "report.cell-written", "格应写成 表号[行,栏]=金额 (write TABLE[row,col]=amount): " + text);
}

// "T[1,2]=5.00;" or "T[1,2]="words; of ""their"" own";" from `at` on; answers where the next one begins.
std::size_t one_cell(const Params& params, const std::string& text, std::size_t at, std::vector<Entry>& into) {
  if (text[at] == ';') return at + 1;
  const std::string whole = text.substr(at, text.find(';', at) - at);
  const auto open = text.find('[', at), comma = text.find(',', open), close = text.find(']', comma);
  if (open == std::string::npos || comma == std::string::npos || close == std::string::npos || close + 1 >= text.size() || text[close + 1] != '=' || close > at + whole.size()) refuse_cell(whole);
  Entry entry{open > at ? text.substr(at, open - at) : params.get("table"), text.substr(open + 1, comma - open - 1), text.substr(comma + 1, close - comma - 1), "", params.get("reason"), false};
  std::size_t end = close + 2;
  if (end < text.size() && text[end] == '"') {
    entry.words = true;  // "" is words that are empty
    for (++end;; ++end) {
      if (end >= text.size()) refuse_cell(whole);
      if (text[end] == '"' && (++end >= text.size() || text[end] != '"')) break;
      entry.value += text[end];
    }
    if (end < text.size() && text[end] != ';') refuse_cell(whole);
  } else {
    end = std::min(text.find(';', end), text.size());
    entry.value = text.substr(close + 2, end - close - 2);
  }
  into.push_back(std::move(entry));
  return end + 1;
}

}  // namespace

std::vector<std::string> list_of(const Params& params, const char* name) {
  const std::string text = params.get(name);
  std::vector<std::string> all;
  if (text.empty()) return all;
  if (text.front() == '[') {
    try {
      const auto array = Poco::JSON::Parser().parse(text).extract<Poco::JSON::Array::Ptr>();
      for (const auto& item : *array) all.push_back(item.convert<std::string>());
      return all;
    } catch (const Poco::Exception& e) {
      throw Error(MIF_E_INVALID, "report.params-not-json", "JSON 写法不对 (not JSON): " + e.displayText());
    }
  }
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');)
    if (!part.empty()) all.push_back(part);
  return all;
}

std::vector<Entry> entries_of(const Params& params) {
  const std::string text = params.need("cells");
  std::vector<Entry> all;
  if (text.front() == '[' && text.find('{') != std::string::npos) {
    try {
      const auto array = Poco::JSON::Parser().parse(text).extract<Poco::JSON::Array::Ptr>();
      for (unsigned i = 0; i < array->size(); ++i) {
        const auto o = array->getObject(i);
        if (!o) throw Error(MIF_E_INVALID, "report.cell-text", "cells 的每一项应为对象 (each of cells must be an object)");
        const auto member = [&](const char* name) {
          const auto v = o->get(name);
          if (v.isEmpty()) return std::string();
          // An amount that went through a floating point number is not the amount that was typed.
          if (!v.isString()) throw Error(MIF_E_INVALID, "report.cell-text", std::string("cells 里的 ") + name + " 应为文字，如 \"12.50\" (must be text)");
          return v.convert<std::string>();
        };
        // "" is words that are empty; null, or no value, is nothing.
        all.push_back({member("table"), member("row"), member("col"), member("value"), member("reason"), false, !o->get("value").isEmpty()});
        if (all.back().table.empty()) all.back().table = params.get("table");
      }
      return all;
    } catch (const Poco::Exception& e) {
      throw Error(MIF_E_INVALID, "report.params-not-json", "JSON 写法不对 (not JSON): " + e.displayText());
    }
  }
  for (std::size_t at = 0; at < text.size();) at = one_cell(params, text, at, all);
  return all;
}

Params params_of_body(std::string_view body) {
  Params params = Params::from_query({});
  if (body.empty()) return params;
  try {
    const auto root = Poco::JSON::Parser().parse(std::string(body));
    if (root.type() != typeid(Poco::JSON::Object::Ptr)) throw Error(MIF_E_INVALID, "report.params-not-object", "应为 JSON 对象 (expected a JSON object)");
    const auto object = root.extract<Poco::JSON::Object::Ptr>();
    for (const auto& [name, value] : *object) {
      if (value.isEmpty()) continue;
      if (value.type() == typeid(Poco::JSON::Array::Ptr) || value.type() == typeid(Poco::JSON::Object::Ptr)) {
        std::ostringstream text;
        Poco::JSON::Stringifier::stringify(value, text);
        params.set(name, text.str());
      } else {
        params.set(name, value.isBoolean() ? (value.convert<bool>() ? "yes" : "no") : value.convert<std::string>());
      }
    }
  } catch (const Poco::Exception& e) {
    throw Error(MIF_E_INVALID, "report.params-not-json", "JSON 写法不对 (not JSON): " + e.displayText());
  }
  return params;
}

}  // namespace mif::reporting
