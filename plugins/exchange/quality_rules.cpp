// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <initializer_list>
#include <sstream>

#include "quality.h"
#include "rules_check.h"

namespace mif::exchange {

namespace {

using Kind = QualityRule::Kind;

struct KindInfo {
  const char* name;
  Kind kind;
  std::vector<std::string_view> needs, may;
};

const std::vector<KindInfo>& kinds() {
  static const std::vector<KindInfo> all = {
      {"readable", Kind::readable, {}, {}},
      {"day", Kind::day, {}, {}},
      {"required", Kind::required, {"fields"}, {}},
      {"code", Kind::code, {"fields"}, {"list"}},
      {"pattern", Kind::pattern, {"fields", "pattern"}, {}},
      {"length", Kind::length, {"fields", "max"}, {"min"}},
      {"range", Kind::range, {"fields"}, {"from", "to"}},
      {"reference", Kind::reference, {"fields", "list"}, {}},
      {"future", Kind::future, {}, {"days"}},
      {"old", Kind::old, {"days"}, {}},
      {"period", Kind::period, {"fields"}, {}},
      {"sum", Kind::sum, {"fields"}, {"total"}},
      {"duplicate", Kind::duplicate, {"fields"}, {"without"}},
      {"late", Kind::late, {"days"}, {}},
  };
  return all;
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> all;
  for (std::string w; in >> w;) all.push_back(w);
  return all;
}

class Loader {
 public:
  explicit Loader(const std::string& file) { set_.file = file; }

  QualityRules load(const Node& root, const std::function<std::string(const std::string&)>& read) {
    known(root, {"quality", "list", "list-file", "personal", "rule"});
    const Node* head = root.find("quality");
    if (!head) fail("quality.no-head", 1, "缺少 quality 一节 (the file must begin with a quality block)");
    known(*head, {"name", "version"});
    set_.name = need(*head, "name");
    set_.version = need(*head, "version");
    for (const auto& w : words(root.get("personal"))) set_.personal.insert(w);
    lists(root, read);
    for (const Node* r : root.all("rule")) {
      if (std::any_of(set_.rules.begin(), set_.rules.end(), [&](const auto& other) { return other.name == r->value; }))
        fail("quality.rule-twice", r->line, "规则名重复 (the rule is given twice) \"" + r->value + "\"");
      set_.rules.push_back(rule(*r));
    }
    if (set_.rules.empty()) fail("quality.no-rules", head->line, "没有规则 (the file has no rule)");
    return std::move(set_);
  }

 private:
  [[noreturn]] void fail(const char* code, int line, const std::string& what) const { complain(code, set_.file, line, what); }
  template <class Keys>
  void known(const Node& node, const Keys& keys) const {
    for (const auto& c : node.children)
      if (std::find(keys.begin(), keys.end(), c.key) == keys.end()) fail("quality.key-unknown", c.line, "\"" + node.key + "\" 里不认识 (does not know) \"" + c.key + "\"");
  }
  void known(const Node& node, std::initializer_list<std::string_view> keys) const { known(node, std::vector<std::string_view>(keys)); }
  const std::string& need(const Node& node, std::string_view key) const {
    const std::string& value = node.require(key, set_.file);
    if (value.empty()) fail("quality.empty", node.line, "\"" + std::string(key) + "\" 不能为空 (must not be empty)");
    return value;
  }
  std::int64_t number(const Node& node, std::string_view key) const {
    const Node* found = node.find(key);
    if (!found) return 0;
    if (found->value.empty() || found->value.size() > 6 || found->value.find_first_not_of("0123456789") != std::string::npos)
      fail("quality.number", found->line, "\"" + std::string(key) + "\" 应为 0..999999 (is \"" + found->value + "\")");
    return std::stoll(found->value);
  }
  std::optional<Fen> money(const Node& node, std::string_view key) const {
    const Node* found = node.find(key);
    if (!found) return std::nullopt;
    try {
      return Fen::parse(found->value);
    } catch (const Error& e) {
      throw Error(MIF_E_INVALID, set_.file + ":" + std::to_string(found->line) + ": " + e.what());
    }
  }

  void lists(const Node& root, const std::function<std::string(const std::string&)>& read) {
    for (const Node* list : root.all("list")) {
      Codes& codes = set_.lists[list->value];
      for (const auto& c : list->children) codes.insert(c.key);
      if (codes.empty()) fail("quality.list-empty", list->line, "代码表为空 (empty list) \"" + list->value + "\"");
    }
    for (const Node* files : root.all("list-file"))
      for (const auto& f : files->children) {
        Codes& codes = set_.lists[f.key];
        std::istringstream in(read(f.value));
        for (std::string line; std::getline(in, line);) {  // the code is the first column
          line.erase(std::min({line.find(','), line.find('\t'), line.find('\r'), line.size()}));
          if (!line.empty()) codes.insert(line);
        }
        if (codes.empty()) fail("quality.list-empty", f.line, "代码表为空 (empty list) \"" + f.key + "\": " + f.value);
      }
  }

  QualityRule rule(const Node& node) const {
    QualityRule r;
    r.line = node.line;
    r.name = node.value;
    if (r.name.empty() || r.name.size() > 40 || r.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
      fail("quality.rule-name", node.line, "规则名用小写字母、数字和 -，不超过 40 字节 (a rule's name): \"" + r.name + "\"");
    r.kind_name = need(node, "kind");
    const auto info = std::find_if(kinds().begin(), kinds().end(), [&](const auto& k) { return r.kind_name == k.name; });
    if (info == kinds().end()) fail("quality.kind", node.line, "不认识的规则种类 (unknown kind) \"" + r.kind_name + "\"");
    r.kind = info->kind;
    std::vector<std::string_view> keys = {"kind", "types", "severity", "say", "do"};
    keys.insert(keys.end(), info->needs.begin(), info->needs.end());
    keys.insert(keys.end(), info->may.begin(), info->may.end());
    known(node, keys);
    for (const auto key : info->needs) need(node, key);
    const std::string& severity = need(node, "severity");
    if (severity == "note") r.severity = Severity::note;
    else if (severity == "hold") r.severity = Severity::hold;
    else if (severity == "reject") r.severity = Severity::reject;
    else fail("quality.severity", node.line, "severity 应为 note, hold 或 reject (is \"" + severity + "\")");
    r.say = need(node, "say");
    r.todo = need(node, "do");
    for (const auto* text : {&r.say, &r.todo})
      if (text->size() > 300) fail("quality.text-long", node.line, "say 和 do 各不超过 300 字节 (too long)");
    r.types = words(node.get("types", "*"));
    if (r.types.empty()) fail("quality.empty", node.line, "\"types\" 不能为空 (must not be empty)");
    r.fields = words(node.get("fields"));
    const bool may_be_standard = r.kind == Kind::required || r.kind == Kind::code || r.kind == Kind::sum;
    for (const auto& f : r.fields) {
      if (f.size() > 80) fail("quality.text-long", node.line, "字段名不超过 80 字节 (too long): " + f.substr(0, 40));
      if (f.front() == '@' && !(f == "@standard" && r.fields.size() == 1 && may_be_standard))
        fail("quality.standard", node.line, "@standard 只用于 required, code, sum，且单独写 (stands alone, and only there): \"" + f + "\"");
    }
    r.without = words(node.get("without"));
    r.pattern = node.get("pattern");
    r.total = node.get("total", "amount");
    r.from = money(node, "from");
    r.to = money(node, "to");
    if (r.from && r.to && *r.to < *r.from) fail("quality.range", node.line, "to 小于 from (the range is empty)");
    r.min = number(node, "min");
    r.max = number(node, "max");
    if (r.kind == Kind::length && r.max < r.min) fail("quality.range", node.line, "max 小于 min (the range is empty)");
    r.days = number(node, "days");
    list(node, r);
    return r;
  }

  void list(const Node& node, QualityRule& r) const {
    if (r.kind != Kind::code && r.kind != Kind::reference) return;
    r.list = node.get("list");
    if (r.kind == Kind::code && r.standard()) {
      if (!r.list.empty()) fail("quality.standard", node.line, "@standard 用标准里的代码表，不再写 list (the standard has its own lists)");
      return;
    }
    if (r.list == "@books" || r.list == "@units") return;  // asked of the ledger
    const auto found = set_.lists.find(r.list);
    if (found == set_.lists.end()) fail("quality.list-unknown", node.line, "没有代码表 (no list) \"" + r.list + "\"");
    r.codes = &found->second;
  }

  QualityRules set_;
};

}  // namespace

bool QualityRule::covers(std::string_view type) const {
  return std::any_of(types.begin(), types.end(), [&](const std::string& t) {
    return !t.empty() && t.back() == '*' ? type.substr(0, t.size() - 1) == std::string_view(t).substr(0, t.size() - 1) : type == t;
  });
}

const char* name_of(Severity severity) { return severity == Severity::note ? "note" : severity == Severity::hold ? "hold" : "reject"; }

QualityRules load_quality(const Node& root, const std::string& file, const std::function<std::string(const std::string& path)>& read) { return Loader(file).load(root, read); }

}  // namespace mif::exchange
