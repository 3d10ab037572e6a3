// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <initializer_list>
#include <sstream>

#include "figures.h"
#include "rules.h"
#include "rules_check.h"

namespace mif::exchange {

[[noreturn]] void complain(const char* rule, const std::string& file, int line, const std::string& what) {
  throw Error(MIF_E_INVALID, rule, file + ":" + std::to_string(line) + ": " + what);
}

const std::vector<std::string>& common_fields() {
  static const std::vector<std::string> fields = {"book", "unit", "scheme", "batch", "period", "system", "amount", "remark", "reverses"};
  return fields;
}

bool DocumentType::is_money(std::string_view field) const {
  if (field == "amount") return true;
  for (const auto& group : parts)
    if (std::find(group.begin(), group.end(), field) != group.end()) return true;
  return false;
}

bool DocumentType::is_figure(std::string_view field) const {
  if ((accrual && (field == accrual->base || field == accrual->days)) || (original && field == original->day)) return true;
  for (const auto& group : figures)
    for (const auto& f : group)
      if (f.field == field) return true;
  return false;
}

bool DocumentType::is_optional(std::string_view field) const { return std::find(optional.begin(), optional.end(), field) != optional.end(); }

namespace {

class Loader {
 public:
  explicit Loader(const std::string& file) { set_.file = file; }
  RuleSet load(const Node& root);

 private:
  [[noreturn]] void fail(const char* rule, int line, const std::string& what) const { complain(rule, set_.file, line, what); }
  void known(const Node& node, std::initializer_list<std::string_view> keys) const {
    for (const auto& c : node.children)
      if (std::find(keys.begin(), keys.end(), c.key) == keys.end())
        fail("mapping.key-unknown", c.line, "\"" + node.key + "\" 里不认识 (does not know) \"" + c.key + "\"");
  }
  const std::string& need(const Node& node, std::string_view key) const {
    const std::string& value = node.require(key, set_.file);
    if (value.empty()) fail("mapping.empty", node.line, "\"" + std::string(key) + "\" 不能为空 (must not be empty)");
    return value;
  }
  template <class F>
  auto at(int line, F&& parse) const {
    try {
      return parse();
    } catch (const Error& e) {
      throw Error(MIF_E_INVALID, set_.file + ":" + std::to_string(line) + ": " + e.what());
    }
  }
  Pattern pattern(const Node& node, std::string_view key) const {
    const Node* found = node.find(key);
    return found ? at(found->line, [&] { return Pattern(found->value); }) : Pattern();
  }
  Day day(const Node& node, std::string_view key) const {
    const Node* found = node.find(key);
    return found ? at(found->line, [&] { return Day::parse(found->value); }) : Day();
  }
  static std::vector<std::string> words(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> all;
    for (std::string w; in >> w;) all.push_back(w);
    return all;
  }
  DocumentType document(const Node& node) const;
  Rule rule(const Node& node, const DocumentType& type, std::size_t number) const;
  LineRule line(const Node& node) const;
  PayableRule payable(const Node& node) const;
  Condition condition(const Node& node) const;
  std::vector<std::pair<std::string, Pattern>> aux(const Node& node) const;

  RuleSet set_;
  std::map<std::string, std::string> aux_sets_;
};

std::vector<std::pair<std::string, Pattern>> Loader::aux(const Node& node) const {
  std::vector<std::pair<std::string, Pattern>> all;
  const Node* found = node.find("aux");
  if (!found) return all;
  std::string text;
  for (const auto& part : words(found->value)) {
    // "@name" stands for an aux-set of the file
    if (!text.empty()) text += ';';
    if (part.front() != '@') {
      text += part;
      continue;
    }
    const auto set = aux_sets_.find(part.substr(1));
    if (set == aux_sets_.end()) fail("mapping.aux-set", found->line, "没有这个 aux-set (no such aux-set) \"" + part + "\"");
    text += set->second;
  }
  for (const auto& [dimension, item] : at(found->line, [&] { return parse_aux(text); }))
    all.emplace_back(dimension, at(found->line, [&item = item] { return Pattern(item); }));
  return all;
}

LineRule Loader::line(const Node& node) const {
  known(node, {"side", "account", "amount", "aux", "summary"});
  LineRule l;
  l.line = node.line;
  const std::string& side = need(node, "side");
  if (side != "debit" && side != "credit") fail("mapping.side", node.line, "side 应为 debit 或 credit (is \"" + side + "\")");
  l.side = side == "debit" ? MIF_DEBIT : MIF_CREDIT;
  need(node, "account");
  l.account = pattern(node, "account");
  l.amount = need(node, "amount");
  if (l.amount.front() == '-') {
    l.sign = -1;
    l.amount.erase(0, 1);
  }
  l.aux = aux(node);
  l.summary = pattern(node, "summary");
  return l;
}

PayableRule Loader::payable(const Node& node) const {
  known(node, {"amount", "payer", "payee-account", "payee-name", "payee-bank", "purpose"});
  for (const auto* key : {"amount", "payer", "payee-account", "payee-name", "payee-bank", "purpose"}) need(node, key);
  return {need(node, "amount"), pattern(node, "payer"), pattern(node, "payee-account"), pattern(node, "payee-name"), pattern(node, "payee-bank"), pattern(node, "purpose")};
}

Condition Loader::condition(const Node& node) const {
  Condition c;
  c.field = node.key;
  std::string text = node.value;
  if (!text.empty() && text.front() == '!') {
    c.negated = true;
    text.erase(0, 1);
  }
  std::istringstream in(text);
  for (std::string v; std::getline(in, v, '|');) c.values.push_back(v == "-" ? std::string() : v);
  if (c.values.empty()) fail("mapping.match-empty", node.line, "match 条件没有值 (a condition needs a value) \"" + node.key + "\"");
  return c;
}

Rule Loader::rule(const Node& node, const DocumentType& type, std::size_t number) const {
  known(node, {"valid-from", "valid-to", "match", "word", "flow", "gather", "summary", "line", "payable"});
  Rule r;
  r.line = node.line;
  r.name = set_.name + " " + set_.version + " " + type.type + "/" + std::to_string(number);
  need(node, "valid-from");
  r.valid_from = day(node, "valid-from");
  r.valid_to = day(node, "valid-to");
  r.word = need(node, "word");
  if (r.word != "收" && r.word != "付" && r.word != "转" && r.word != "记") fail("mapping.word", node.line, "word 应为 收 付 转 记 (is \"" + r.word + "\")");
  r.flow = need(node, "flow");
  const std::string gather = node.get("gather", "document");
  if (gather != "document" && gather != "batch" && gather != "institution-day")
    fail("mapping.gather", node.line, "gather 应为 document, batch 或 institution-day (is \"" + gather + "\")");
  r.gather = gather == "batch" ? Gather::batch : gather == "institution-day" ? Gather::institution_day : Gather::document;
  need(node, "summary");
  r.summary = pattern(node, "summary");
  if (const Node* match = node.find("match"))
    for (const auto& c : match->children) r.match.push_back(condition(c));
  for (const Node* l : node.all("line")) r.lines.push_back(line(*l));
  if (r.lines.size() < 2) fail("mapping.too-few-lines", node.line, "规则至少两行分录 (a rule needs at least two lines)");
  if (const Node* p = node.find("payable")) r.payable = payable(*p);
  return r;
}

DocumentType Loader::document(const Node& node) const {
  known(node, {"name", "parts", "text", "optional", "code", "figures", "accrual", "original", "memo", "negative", "sign", "reversed-by", "rule"});
  DocumentType d;
  d.type = node.value;
  d.line = node.line;
  if (d.type.empty()) fail("mapping.type-missing", node.line, "单据类型没有代码 (a document needs a type)");
  d.name = need(node, "name");
  for (const Node* parts : node.all("parts")) d.parts.push_back(words(parts->value));
  d.text = words(node.get("text"));
  d.optional = words(node.get("optional"));
  d.negative = node.get("negative") == "yes";
  d.memo = node.get("memo") == "yes";
  d.sign = node.get("sign");
  d.reversed_by = words(node.get("reversed-by"));
  for (const Node* group : node.all("figures")) d.figures.push_back(figures_of(words(group->value)));
  if (const Node* found = node.find("accrual")) {
    known(*found, {"base", "days", "per-day"});
    d.accrual = at(found->line, [&] { return Accrual{need(*found, "base"), need(*found, "days"), rate_of(need(*found, "per-day"))}; });
  }
  if (const Node* codes = node.find("code"))
    for (const auto& c : codes->children) {
      const std::string list = c.value.empty() ? c.key : c.value;
      if (set_.lists.find(list) == set_.lists.end()) fail("mapping.list-unknown", c.line, "没有代码表 (no list) \"" + list + "\"");
      d.codes.push_back({c.key, list});
    }
  if (const Node* found = node.find("original")) {
    known(*found, {"day", "year"});
    need(*found, "year");
    d.original = Original{need(*found, "day"), pattern(*found, "year")};
  }
  const auto rules = node.all("rule");
  if (d.memo && !rules.empty()) fail("mapping.memo-rules", node.line, "备查单据没有分录, 不写规则 (a memo document has no entry and no rules) \"" + d.type + "\"");
  if (rules.empty() && !d.memo) fail("mapping.no-rules", node.line, "单据类型没有规则 (no rule for) \"" + d.type + "\"");
  for (std::size_t i = 0; i < rules.size(); ++i) d.rules.push_back(rule(*rules[i], d, i + 1));
  return d;
}

RuleSet Loader::load(const Node& root) {
  known(root, {"rules", "list", "aux-set", "document"});
  const Node* head = root.find("rules");
  if (!head) fail("mapping.no-head", 1, "缺少 rules 一节 (the file must begin with a rules block)");
  known(*head, {"name", "chart", "scheme", "version", "retired"});
  set_.name = need(*head, "name");
  set_.chart = need(*head, "chart");
  set_.scheme = need(*head, "scheme");
  set_.version = need(*head, "version");
  set_.retired = words(head->get("retired"));
  for (const Node* list : root.all("list")) {
    auto& codes = set_.lists[list->value];
    for (const auto& c : list->children) codes[c.key] = c.value;
    if (codes.empty()) fail("mapping.list-empty", list->line, "代码表为空 (empty list) \"" + list->value + "\"");
  }
  for (const Node* aux_set : root.all("aux-set"))
    for (const auto& c : aux_set->children) aux_sets_[c.key] = c.value;
  for (const Node* d : root.all("document")) {
    DocumentType type = document(*d);
    const std::string key = type.type;
    if (!set_.types.emplace(key, std::move(type)).second) fail("mapping.type-twice", d->line, "单据类型重复 (document is described twice) \"" + key + "\"");
  }
  check_rules(set_);
  return std::move(set_);
}

}  // namespace

RuleSet load_rules(const Node& root, const std::string& file) { return Loader(file).load(root); }

}  // namespace mif::exchange
