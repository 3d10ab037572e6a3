// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/manifest.h"

#include <algorithm>
#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "kernel/plugin/json_scan.h"
#include "mif/error.hpp"

namespace mif::plugin {
namespace {

constexpr std::string_view kFile = "plugin.json";

[[noreturn]] void refuse(int line, const std::string& what) {
  throw Error(MIF_E_INVALID, std::string(kFile) + ":" + std::to_string(line) + ": " + what);
}

// Reads the members of the one object, each at most once, and refuses what nobody asked for.
class Reader {
 public:
  explicit Reader(std::string_view json) : facts_(scan_json(json, kFile)) {
    if (facts_.at("").kind != JsonFact::Kind::object) refuse(1, "应为一个 JSON 对象 (expected one JSON object)");
    std::istringstream in{std::string(json)};
    try {
      boost::property_tree::read_json(in, tree_);
    } catch (const boost::property_tree::json_parser_error& e) {
      refuse(static_cast<int>(e.line()), e.message());
    }
  }

  std::string text(const std::string& key, const std::string& pattern, bool required = true, const std::string& otherwise = {}) {
    known_.insert(key);
    const auto fact = facts_.find(key);
    if (fact == facts_.end()) {
      if (required) refuse(1, "缺少 (lacks) \"" + key + "\"");
      return otherwise;
    }
    if (fact->second.kind != JsonFact::Kind::string) refuse(fact->second.line, "\"" + key + "\" 应为字符串 (must be a string)");
    const std::string value = child(key).data();
    check(key, value, pattern, fact->second.line);
    return value;
  }
  std::vector<std::string> list(const std::string& key, const std::string& pattern) {
    known_.insert(key);
    const auto fact = facts_.find(key);
    if (fact == facts_.end()) return {};
    if (fact->second.kind != JsonFact::Kind::array) refuse(fact->second.line, "\"" + key + "\" 应为数组 (must be an array)");
    std::vector<std::string> values;
    for (const auto& [unused, item] : child(key)) {
      const auto& at = facts_.at(key + "/" + std::to_string(values.size()));
      if (at.kind != JsonFact::Kind::string) refuse(at.line, "\"" + key + "\" 的每一项应为字符串 (items must be strings)");
      check(key, item.data(), pattern, at.line);
      if (std::find(values.begin(), values.end(), item.data()) != values.end()) refuse(at.line, "\"" + item.data() + "\" 重复 (listed twice)");
      values.push_back(item.data());
    }
    return values;
  }
  std::map<std::string, std::string> files() {
    known_.insert("files");
    const auto fact = facts_.find("files");
    if (fact == facts_.end()) return {};
    if (fact->second.kind != JsonFact::Kind::object) refuse(fact->second.line, "\"files\" 应为对象 (must be an object)");
    std::map<std::string, std::string> all;
    for (const auto& [name, digest] : child("files")) {
      const auto at = facts_.find("files/" + name);
      const int line = at == facts_.end() ? fact->second.line : at->second.line;
      check("files", name, "[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*", line);
      check("files", digest.data(), "(sm3|sha256):[0-9a-f]{64}", line);
      all[name] = digest.data();
    }
    return all;
  }
  void refuse_others() const {
    for (const auto& [key, unused] : tree_)
      if (!known_.count(key)) refuse(facts_.count(key) ? facts_.at(key).line : 1, "未知的键 (unknown key) \"" + key + "\"");
  }
  int line(const std::string& key) const {
    const auto fact = facts_.find(key);
    return fact == facts_.end() ? 1 : fact->second.line;
  }

 private:
  const boost::property_tree::ptree& child(const std::string& key) const { return tree_.find(key)->second; }
  static void check(const std::string& key, const std::string& value, const std::string& pattern, int line) {
    if (value.size() > 512) refuse(line, "\"" + key + "\" 过长 (longer than 512 bytes)");
    if (!pattern.empty() && !std::regex_match(value, std::regex(pattern)))
      refuse(line, "\"" + key + "\" 的写法不对 (malformed): \"" + value + "\"，应符合 (must match) " + pattern);
  }

  JsonFacts facts_;
  boost::property_tree::ptree tree_;
  std::set<std::string> known_;
};

}  // namespace

Manifest parse_manifest(std::string_view json) {
  static const std::string id = "[a-z][a-z0-9]*([.-][a-z0-9]+)*", version = "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}",
                           contract = "[a-z][a-z0-9]*([.-][a-z0-9]+)*/[0-9]{1,3}";
  Reader in(json);
  if (in.text("manifest", "", false, "1") != "1") refuse(in.line("manifest"), "\"manifest\" 应为 \"1\" (this host reads manifest version 1)");
  Manifest m;
  m.id = in.text("id", id);
  if (m.id.size() > 64) refuse(in.line("id"), "\"id\" 超过 64 个字符 (longer than 64 characters)");
  m.version = in.text("version", version);
  m.name = in.text("name", "", false, m.id);
  m.vendor = in.text("vendor", "", false);
  m.license = in.text("license", "", false);
  m.library = in.text("library", "[A-Za-z0-9_][A-Za-z0-9_.-]*\\.so");
  m.sdk_built = in.text("sdk_built", version, false);
  m.sdk_min = in.text("sdk_min", version, false, "1.0.0");
  m.maturity = in.text("maturity", "stable|draft", false, "stable");
  m.trust = in.text("trust", "in-process|out-of-process", false, "in-process");
  // No underscore: x_a_* and x_a_b_* would overlap.
  m.schema = in.text("schema", "([a-z][a-z0-9]{0,23})?", false);
  m.migrations = in.text("migrations", "([a-z][a-z0-9_-]*/?)?", false);
  if (!m.migrations.empty() && m.migrations.back() == '/') m.migrations.pop_back();
  if (!m.migrations.empty() && m.schema.empty()) refuse(in.line("migrations"), "有 \"migrations\" 就要有 \"schema\" (migrations need a schema)");
  m.config_schema = in.text("config_schema", "", false);
  m.provides = in.list("provides", contract);
  m.needs = in.list("needs", contract);
  m.network = in.list("network", "");
  m.locale = in.list("locale", "[A-Za-z-]{2,20}");
  m.requires_plugins = in.list("requires_plugins", id);
  m.files = in.files();
  in.refuse_others();
  return m;
}

}  // namespace mif::plugin
