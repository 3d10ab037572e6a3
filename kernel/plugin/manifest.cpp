// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/manifest.h"

#include <algorithm>
#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <set>
#include <sstream>

#include "kernel/plugin/json_scan.h"
#include "mif/error.hpp"

namespace mif::plugin {
namespace {

constexpr std::string_view kFile = "plugin.json";

[[noreturn]] void refuse(int line, const std::string& what) {
  throw Error(MIF_E_INVALID, "plugin.manifest", std::string(kFile) + ":" + std::to_string(line) + ": " + what);
}

// How a value has to look, and how to say so.
struct Form {
  const char* words;
  bool (*fits)(std::string_view);
};

bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool alnum(char c) { return lower(c) || digit(c) || (c >= 'A' && c <= 'Z'); }
bool all(std::string_view text, bool (*allowed)(char)) { return std::all_of(text.begin(), text.end(), allowed); }

// The part before `mark`; `text` keeps what follows, or nothing.
std::string_view cut(std::string_view& text, std::string_view marks) {
  const auto at = text.find_first_of(marks);
  const std::string_view head = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return head;
}
bool is_id(std::string_view text) {
  if (text.empty() || !lower(text.front()) || text.back() == '.' || text.back() == '-') return false;
  while (!text.empty()) {
    const std::string_view part = cut(text, ".-");
    if (part.empty() || !all(part, [](char c) { return lower(c) || digit(c); })) return false;
  }
  return true;
}
bool is_number(std::string_view text) { return !text.empty() && text.size() <= 3 && all(text, digit); }
bool is_version(std::string_view text) {
  if (text.empty() || text.back() == '.') return false;
  int parts = 0;
  for (; !text.empty(); ++parts)
    if (!is_number(cut(text, "."))) return false;
  return parts == 3;
}
bool is_contract(std::string_view text) {
  const std::string_view id = cut(text, "/");
  return is_id(id) && is_number(text);
}
bool is_file_name(std::string_view text) {
  return !text.empty() && (alnum(text.front()) || text.front() == '_') && all(text, [](char c) { return alnum(c) || c == '_' || c == '.' || c == '-'; });
}
bool is_path(std::string_view text) {
  if (text.empty() || text.back() == '/') return false;
  while (!text.empty())
    if (!is_file_name(cut(text, "/"))) return false;
  return true;
}
bool is_digest(std::string_view text) {
  const std::string_view alg = cut(text, ":");
  return (alg == "sm3" || alg == "sha256") && text.size() == 64 && all(text, [](char c) { return digit(c) || (c >= 'a' && c <= 'f'); });
}

constexpr Form kAny{"", [](std::string_view) { return true; }};
constexpr Form kId{"小写字母、数字，以点或横线分段 (a-z, 0-9, parts joined by '.' or '-')", is_id};
constexpr Form kVersion{"1.2.3", is_version};
constexpr Form kContract{"名称/版本，如 mif.job/1 (name/revision)", is_contract};
constexpr Form kLibrary{"文件名，以 .so 结尾 (a file name ending in .so)", [](std::string_view t) { return is_file_name(t) && t.size() > 3 && t.substr(t.size() - 3) == ".so"; }};
constexpr Form kMaturity{"stable 或 (or) draft", [](std::string_view t) { return t == "stable" || t == "draft"; }};
constexpr Form kTrust{"in-process 或 (or) out-of-process", [](std::string_view t) { return t == "in-process" || t == "out-of-process"; }};
constexpr Form kSchema{"至多 24 个小写字母或数字，字母开头，无下划线 (at most 24 of a-z, 0-9, no underscore)",
                       [](std::string_view t) { return t.empty() || (lower(t.front()) && t.size() <= 24 && all(t, [](char c) { return lower(c) || digit(c); })); }};
constexpr Form kFolder{"包内的一个文件夹 (one folder of the bundle)", [](std::string_view t) {
                         if (!t.empty() && t.back() == '/') t.remove_suffix(1);
                         return t.empty() || (lower(t.front()) && all(t, [](char c) { return lower(c) || digit(c) || c == '_' || c == '-'; }));
                       }};
constexpr Form kPath{"包内的相对路径 (a path in the bundle)", is_path};
constexpr Form kDigest{"sm3: 或 sha256: 加 64 个十六进制数字 (and 64 hex digits)", is_digest};
constexpr Form kLocale{"zh-CN", [](std::string_view t) { return t.size() >= 2 && t.size() <= 20 && all(t, [](char c) { return alnum(c) || c == '-'; }); }};

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

  std::string text(const std::string& key, const Form& form, bool required = true, const std::string& otherwise = {}) {
    known_.insert(key);
    const auto fact = facts_.find(key);
    if (fact == facts_.end()) {
      if (required) refuse(1, "缺少 (lacks) \"" + key + "\"");
      return otherwise;
    }
    if (fact->second.kind != JsonFact::Kind::string) refuse(fact->second.line, "\"" + key + "\" 应为字符串 (must be a string)");
    const std::string value = child(key).data();
    check(key, value, form, fact->second.line);
    return value;
  }
  std::vector<std::string> list(const std::string& key, const Form& form) {
    known_.insert(key);
    const auto fact = facts_.find(key);
    if (fact == facts_.end()) return {};
    if (fact->second.kind != JsonFact::Kind::array) refuse(fact->second.line, "\"" + key + "\" 应为数组 (must be an array)");
    std::vector<std::string> values;
    for (const auto& [unused, item] : child(key)) {
      const auto& at = facts_.at(key + "/" + std::to_string(values.size()));
      if (at.kind != JsonFact::Kind::string) refuse(at.line, "\"" + key + "\" 的每一项应为字符串 (items must be strings)");
      check(key, item.data(), form, at.line);
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
      check("files", name, kPath, line);
      check("files", digest.data(), kDigest, line);
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
  static void check(const std::string& key, const std::string& value, const Form& form, int line) {
    if (value.size() > 512) refuse(line, "\"" + key + "\" 过长 (longer than 512 bytes)");
    if (!form.fits(value)) refuse(line, "\"" + key + "\" 的写法不对 (malformed): \"" + value + "\"，应为 (expected) " + form.words);
  }

  JsonFacts facts_;
  boost::property_tree::ptree tree_;
  std::set<std::string> known_;
};

}  // namespace

Manifest parse_manifest(std::string_view json) {
  Reader in(json);
  if (in.text("manifest", kAny, false, "1") != "1") refuse(in.line("manifest"), "\"manifest\" 应为 \"1\" (this host reads manifest version 1)");
  Manifest m;
  m.id = in.text("id", kId);
  if (m.id.size() > 64) refuse(in.line("id"), "\"id\" 超过 64 个字符 (longer than 64 characters)");
  m.version = in.text("version", kVersion);
  m.name = in.text("name", kAny, false, m.id);
  m.vendor = in.text("vendor", kAny, false);
  m.license = in.text("license", kAny, false);
  m.library = in.text("library", kLibrary);
  m.sdk_built = in.text("sdk_built", kVersion, false);
  m.sdk_min = in.text("sdk_min", kVersion, false, "1.0.0");
  m.maturity = in.text("maturity", kMaturity, false, "stable");
  m.trust = in.text("trust", kTrust, false, "in-process");
  // No underscore: x_a_* and x_a_b_* would overlap.
  m.schema = in.text("schema", kSchema, false);
  m.migrations = in.text("migrations", kFolder, false);
  if (!m.migrations.empty() && m.migrations.back() == '/') m.migrations.pop_back();
  if (!m.migrations.empty() && m.schema.empty()) refuse(in.line("migrations"), "有 \"migrations\" 就要有 \"schema\" (migrations need a schema)");
  m.config_schema = in.text("config_schema", kAny, false);
  m.provides = in.list("provides", kContract);
  m.needs = in.list("needs", kContract);
  m.network = in.list("network", kAny);
  m.locale = in.list("locale", kLocale);
  m.requires_plugins = in.list("requires_plugins", kId);
  m.files = in.files();
  in.refuse_others();
  return m;
}

}  // namespace mif::plugin
