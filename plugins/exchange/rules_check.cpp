// SPDX-License-Identifier: Apache-2.0
#include "rules_check.h"

#include <algorithm>
#include <set>

namespace mif::exchange {

namespace {

class Checker {
 public:
  Checker(const RuleSet& set, const DocumentType& type) : set_(set), type_(type) {
    for (const auto& f : common_fields()) fields_.insert(f);
    fields_.insert({"day", "key", "type"});
    for (const auto& group : type.parts)
      for (const auto& f : group) add(f);
    for (const auto& f : type.text) add(f);
    for (const auto& c : type.codes) add(c.field);
    for (const auto& group : type.figures)
      for (const auto& f : group) add(f.field);
    if (type.accrual) {
      add(type.accrual->base);
      add(type.accrual->days);
    }
    if (type.original) {
      add(type.original->day);
      const std::string& year = type.original->year.text();
      const bool by_code = type.original->year.fields().size() == 1 && std::any_of(type.codes.begin(), type.codes.end(), [&](const auto& c) { return "{" + c.field + "}" == year; });
      if (!by_code && year != "current" && year != "prior" && year != "month")
        fail("mapping.original", type.line, "year 应为 current, prior, month 或一个代码项 (one of these or a code field): \"" + year + "\"");
    }
    const bool signed_by_code = std::any_of(type.codes.begin(), type.codes.end(), [&](const auto& c) { return c.field == type.sign && set.lists.at(c.list).count("-") != 0; });
    if (!type.sign.empty() && (!type.negative || !signed_by_code))
      fail("mapping.sign", type.line, "sign 应为有代码 - 的代码项, 且单据可为负 (sign names a code field with the code -, of a type that may be negative) \"" + type.sign + "\"");
    for (const auto& other : type.reversed_by)
      if (set.types.find(other) == set.types.end()) fail("mapping.reversed-by", type.line, "没有这个单据类型 (no such document type) \"" + other + "\"");
    for (const auto& f : type.optional)
      if (fields_.count(f) == 0 || type.is_money(f) || type.is_figure(f)) fail("mapping.optional-field", type.line, "optional 里的项未定义或是金额 (not a text or code field) \"" + f + "\"");
  }

  void run() const {
    for (const auto& r : type_.rules) check(r);
    for (std::size_t i = 0; i < type_.rules.size(); ++i)
      for (std::size_t j = i + 1; j < type_.rules.size(); ++j) apart(type_.rules[i], type_.rules[j]);
  }

 private:
  [[noreturn]] void fail(const char* rule, int line, const std::string& what) const { complain(rule, set_.file, line, what); }
  void add(const std::string& field) {
    if (!fields_.insert(field).second) fail("mapping.field-twice", type_.line, "项定义了两次 (field is defined twice) \"" + field + "\"");
  }
  void known(const Pattern& pattern, int line) const {
    for (const auto& f : pattern.fields())
      if (fields_.count(f) == 0 || type_.is_figure(f) || (type_.is_money(f) && f != "amount")) fail("mapping.field-unknown", line, "单据 " + type_.type + " 没有这一项 (no text field) {" + f + "}");
  }
  void money(const std::string& field, int line) const {
    if (!type_.is_money(field)) fail("mapping.money-unknown", line, "单据 " + type_.type + " 没有金额项 (no money field) \"" + field + "\"");
  }
  void check(const Rule& rule) const;
  void balances(const Rule& rule) const;
  void apart(const Rule& a, const Rule& b) const;

  const RuleSet& set_;
  const DocumentType& type_;
  std::set<std::string, std::less<>> fields_;
};

void Checker::check(const Rule& rule) const {
  if (rule.valid_to != Day() && rule.valid_to < rule.valid_from) fail("mapping.validity", rule.line, "valid-to 早于 valid-from (ends before it begins)");
  known(rule.summary, rule.line);
  for (const auto& c : rule.match) {
    const auto code = std::find_if(type_.codes.begin(), type_.codes.end(), [&](const auto& f) { return f.field == c.field; });
    if (code == type_.codes.end()) fail("mapping.match-field", rule.line, "match 只能用代码项 (match needs a code field), \"" + c.field + "\" 不是");
    for (const auto& v : c.values)
      if (!v.empty() && set_.lists.at(code->list).count(v) == 0) fail("mapping.match-value", rule.line, "代码 \"" + v + "\" 不在代码表 (not in list) " + code->list);
  }
  if (rule.gather == Gather::institution_day && (std::find(type_.text.begin(), type_.text.end(), "institution") == type_.text.end() || type_.is_optional("institution")))
    fail("mapping.gather-field", rule.line, "gather institution-day 要有必填的 institution 项 (needs the required text field institution), 单据 " + type_.type + " 没有");
  for (const auto& l : rule.lines) {
    money(l.amount, l.line);
    known(l.summary, l.line);
    for (const auto& [dimension, item] : l.aux) known(item, l.line);
    for (const auto& f : l.account.fields()) {
      const bool code = std::any_of(type_.codes.begin(), type_.codes.end(), [&](const auto& c) { return c.field == f; });
      if (!code || type_.is_optional(f)) fail("mapping.account-field", l.line, "科目里只能用必填的代码项 (an account may only use a required code field): {" + f + "}");
    }
  }
  if (rule.payable) {
    money(rule.payable->amount, rule.line);
    for (const auto* p : {&rule.payable->payer, &rule.payable->payee_account, &rule.payable->payee_name, &rule.payable->payee_bank, &rule.payable->purpose}) known(*p, rule.line);
    const bool only_payments = std::all_of(type_.rules.begin(), type_.rules.end(), [](const auto& r) { return r.payable.has_value(); });
    if (type_.negative && only_payments) fail("mapping.payable-negative", rule.line, "要付款的单据不能允许负数 (a payable document cannot be negative)");
  }
  balances(rule);
}

// Debits minus credits as a sum of fields. It must vanish for every document that follows the standard, so it has to be a
// combination of the identities "amount = sum of a group of parts".
void Checker::balances(const Rule& rule) const {
  std::map<std::string, int> coefficient;
  for (const auto& l : rule.lines) coefficient[l.amount] += l.side * l.sign;
  int total = coefficient["amount"];
  for (const auto& group : type_.parts) {
    const int first = coefficient[group.front()];
    for (const auto& f : group)
      if (coefficient[f] != first)
        fail("mapping.unbalanced", rule.line, "规则借贷不可能相等 (the rule cannot balance): 金额项 \"" + f + "\" 记 " + std::to_string(coefficient[f]) + " 次, \"" + group.front() + "\" 记 " + std::to_string(first) + " 次 (借方为正)");
    total += first;
  }
  if (total != 0) fail("mapping.unbalanced", rule.line, "规则借贷不可能相等 (the rule cannot balance): 借方比贷方多 " + std::to_string(total) + " 个 amount");
}

void Checker::apart(const Rule& a, const Rule& b) const {
  const bool before = a.valid_to != Day() && a.valid_to < b.valid_from;
  const bool after = b.valid_to != Day() && b.valid_to < a.valid_from;
  if (before || after) return;
  for (const auto& x : a.match)
    for (const auto& y : b.match)
      if (x.excludes(y)) return;
  fail("mapping.overlap", b.line, "与第 " + std::to_string(a.line) + " 行的规则重叠 (overlaps the rule at line " + std::to_string(a.line) + "): 同一张单据会有两种分录");
}

}  // namespace

void check_rules(const RuleSet& rules) {
  for (const auto& [name, type] : rules.types) Checker(rules, type).run();
  check_gaps(rules);
}

void check_accounts(const RuleSet& rules, const std::string& book, const std::function<const AccountInfo*(const std::string&)>& find) {
  for (const auto& [name, type] : rules.types)
    for (const auto& rule : type.rules)
      for (const auto& l : rule.lines) {
        // an account with a code in it stands for one account per code the rule can meet
        std::vector<std::map<std::string, std::string>> choices{{}};
        for (const auto& f : l.account.fields()) {
          const auto code = std::find_if(type.codes.begin(), type.codes.end(), [&f = f](const auto& c) { return c.field == f; });
          const auto condition = std::find_if(rule.match.begin(), rule.match.end(), [&f = f](const auto& c) { return c.field == f; });
          std::vector<std::map<std::string, std::string>> more;
          for (const auto& choice : choices)
            for (const auto& [value, title] : rules.lists.at(code->list)) {
              if (condition != rule.match.end() && !condition->holds(value)) continue;
              more.push_back(choice);
              more.back()[f] = value;
            }
          choices = std::move(more);
        }
        for (const auto& choice : choices) {
          const std::string account = l.account.fill([&](const std::string& f) { return choice.at(f); });
          const AccountInfo* found = find(account);
          if (!found) complain("mapping.account-unknown", rules.file, l.line, "账套 " + book + " 没有科目 (no account) " + account);
          if (!found->leaf) complain("mapping.account-not-leaf", rules.file, l.line, "科目 " + account + " 不是末级 (is not a leaf account), 请写明细科目");
        }
      }
}

}  // namespace mif::exchange
