// SPDX-License-Identifier: Apache-2.0
#include "mapping.h"

#include <algorithm>

#include "figures.h"

namespace mif::exchange {

namespace {

constexpr std::size_t kLongestField = 400;  // bytes

[[noreturn]] void held(const std::string& why) { throw Error(MIF_E_INVALID, why); }

Fen money(const Document& d, const std::string& field) {
  const auto found = d.fields.find(field);
  if (found == d.fields.end()) return {};
  try {
    return Fen::parse(found->second);
  } catch (const Error& e) {
    held("金额项 " + field + ": " + clean(e.what(), 200));
  }
}

void check_fields(const DocumentType& type, const Document& d) {
  for (const auto& [name, value] : d.fields) {
    const auto has = [&name = name](const std::vector<std::string>& list) { return std::find(list.begin(), list.end(), name) != list.end(); };
    const bool code = std::any_of(type.codes.begin(), type.codes.end(), [&name = name](const auto& c) { return c.field == name; });
    if (!has(common_fields()) && !has(type.text) && !code && !type.is_money(name) && !type.is_figure(name))
      held("单据类型 " + type.type + " 的标准里没有这一项 (field is not in the standard) \"" + clean(name, 60) + "\"");
    if (value.size() > kLongestField) held("\"" + name + "\" 太长 (field is too long)");
  }
  for (const auto& f : type.text)
    if (d.field(f).empty() && !type.is_optional(f)) held("缺少必填项 (missing field) \"" + f + "\"");
}

void check_codes(const RuleSet& rules, const DocumentType& type, const Document& d) {
  for (const auto& c : type.codes) {
    const std::string value = d.field(c.field);
    if (value.empty()) {
      if (type.is_optional(c.field)) continue;
      held("缺少必填项 (missing field) \"" + c.field + "\"");
    }
    if (rules.lists.find(c.list)->second.count(value) == 0) held("代码 \"" + clean(value, 40) + "\" 不在代码表 (unknown code in) " + c.list + " 中, 项 " + c.field);
  }
}

void check_sums(const DocumentType& type, const Document& d) {
  if (d.field("amount").empty()) held("缺少必填项 (missing field) \"amount\"");
  const Fen amount = money(d, "amount");
  if (amount == Fen()) held("合计金额为零 (amount is zero)");
  if (amount < Fen() && !type.negative) held("此类单据不允许负数 (a negative amount is not allowed): " + amount.grouped());
  for (const auto& group : type.parts) {
    Fen sum;
    for (const auto& f : group) {
      const Fen part = money(d, f);
      if (part < Fen() && !type.negative) held("此类单据不允许负数 (a negative amount is not allowed): " + f + " " + part.grouped());
      sum += part;
    }
    if (sum != amount) held("分项之和 " + sum.grouped() + " 不等于合计 " + amount.grouped() + " (parts do not add up to the amount)");
  }
}

const Rule& rule_for(const DocumentType& type, const Document& d) {
  const Rule* found = nullptr;
  for (const auto& r : type.rules) {
    if (d.day < r.valid_from || (r.valid_to != Day() && r.valid_to < d.day)) continue;
    if (!std::all_of(r.match.begin(), r.match.end(), [&](const auto& c) { return c.holds(d.field(c.field)); })) continue;
    found = &r;
    break;  // at most one can match: overlapping rules are refused when they are read
  }
  if (!found) held("没有适用的规则 (no rule fits): 单据类型 " + type.type + ", 日期 " + d.day.iso());
  return *found;
}

}  // namespace

Fen amount_of(const Document& document) {
  try {
    return Fen::parse(document.field("amount"));
  } catch (const Error&) {
    return {};
  }
}

Mapped map_document(const RuleSet& rules, const Document& d) {
  if (!d.trouble.empty()) held(d.trouble);
  const DocumentType* type = rules.find(d.type);
  if (!type) held("不认识的单据类型 (unknown document type) \"" + clean(d.type, 40) + "\", 险种 " + rules.scheme);
  check_fields(*type, d);
  check_codes(rules, *type, d);
  check_sums(*type, d);
  if (std::any_of(d.fields.begin(), d.fields.end(), [&](const auto& f) { return type->explains(f.first); }))
    check_figures(*type, d.day, money(d, "amount"), [&](const std::string& field) {
      const auto found = d.fields.find(field);
      return found == d.fields.end() ? std::string_view() : std::string_view(found->second);
    });
  if (!d.field("scheme").empty() && d.field("scheme") != rules.scheme) held("险种与账套不符 (scheme is not the book's): " + clean(d.field("scheme"), 40));
  if (type->memo) {
    Mapped registered;
    registered.rule = rules.name + " " + rules.version + " " + type->type + "/memo";
    registered.amount = money(d, "amount");
    registered.memo = true;
    return registered;
  }
  const Rule& rule = rule_for(*type, d);

  const auto value = [&](const std::string& field) {
    if (field == "day") return d.day.iso();
    if (field == "key") return d.key;
    if (field == "type") return type->name;
    return d.field(field);
  };
  Mapped mapped;
  mapped.rule = rule.name;
  mapped.amount = money(d, "amount");
  VoucherDraft& draft = mapped.draft;
  draft.day = d.day;
  draft.book = d.field("book");
  draft.word = rule.word;
  draft.flow = rule.flow;
  draft.summary = rule.summary.fill(value);
  for (const auto& l : rule.lines) {
    const Fen fen = money(d, l.amount) * l.sign;
    if (fen == Fen()) continue;  // a part the document does not have
    AuxItems aux;
    for (const auto& [dimension, item] : l.aux) {
      const std::string text = item.fill(value);
      // an item is one code; a separator in it would become another pair
      if (text.find_first_of(";=") != std::string::npos) held("辅助核算项 " + dimension + " 的值不能含 ; 或 = (may not contain): " + clean(text, 60));
      if (!text.empty()) aux[dimension] = text;
    }
    draft.lines.push_back({l.side, fen, l.account.fill(value), format_aux(aux), l.summary.empty() ? draft.summary : l.summary.fill(value)});
  }
  if (rule.payable) {
    const PayableRule& p = *rule.payable;
    mapped.payable = Payable{money(d, p.amount), p.payer.fill(value), p.payee_account.fill(value), p.payee_name.fill(value), p.payee_bank.fill(value), p.purpose.fill(value)};
    if (mapped.payable->fen <= Fen()) held("付款金额应为正 (the amount to pay must be positive): " + mapped.payable->fen.grouped());
    for (const auto* text : {&mapped.payable->payer_account, &mapped.payable->payee_account, &mapped.payable->payee_name, &mapped.payable->payee_bank_no})
      if (text->empty()) held("付款信息不全 (payer or payee is missing)");
  }
  return mapped;
}

}  // namespace mif::exchange
