// SPDX-License-Identifier: Apache-2.0
#include "mapping.h"

#include <algorithm>
#include <charconv>

#include "figures.h"
#include "mapping_type.h"

namespace mif::exchange {

namespace {

constexpr std::size_t kLongestField = 400;  // bytes

[[noreturn]] void held(const std::string& why) { throw Error(MIF_E_INVALID, why); }

Fen money_of(std::string_view field, std::string_view text) {
  try {
    const Fen fen = Fen::parse(text);
    if (fen < -kMostMoney || kMostMoney < fen) throw Error(MIF_E_INVALID, "超过一万亿元 (more than a trillion yuan)");
    return fen;
  } catch (const Error& e) {
    held("金额项 " + std::string(field) + ": " + clean(e.what(), 200));
  }
}

}  // namespace

Evaluator::Evaluator(const RuleSet& rules) : rules_(rules) {
  for (const auto& [name, type] : rules.types) types_.emplace(name, std::make_unique<Type>(rules, type));
}
Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;

std::size_t Evaluator::remembered() const {
  std::size_t n = 0;
  for (const auto& [name, type] : types_) n += type->shapes.size();
  return n;
}

void Evaluator::forget() {
  for (auto& [name, type] : types_) type->shapes.clear();
}

const Evaluated& Evaluator::evaluate(const Document& d) {
  if (!d.trouble.empty()) held(d.trouble);
  const auto found = types_.find(d.type);
  if (found == types_.end()) held("不认识的单据类型 (unknown document type) \"" + clean(d.type, 40) + "\", 险种 " + rules_.scheme);
  Type& type = *found->second;

  // Both are sorted by name: one walk places every field.
  values_.assign(type.places.size(), std::string_view());
  std::size_t at = 0;
  bool explained = false;
  for (std::size_t i = 0; i < d.fields.size(); ++i) {
    const auto [name, value] = d.fields.pair(i);
    while (at < type.places.size() && type.places[at].name < name) ++at;
    if (at == type.places.size() || type.places[at].name != name)
      held("单据类型 " + d.type + " 的标准里没有这一项 (field is not in the standard) \"" + clean(name, 60) + "\"");
    if (value.size() > kLongestField) held("\"" + clean(name, 60) + "\" 太长 (field is too long)");
    values_[at] = value;
    explained = explained || type.places[at].explains;
  }
  for (const auto i : type.required)
    if (values_[i].empty()) held("缺少必填项 (missing field) \"" + type.places[i].name + "\"");

  const bool negative = type.type->negative;
  auto& money = evaluated_.money;
  money.assign(type.money_names.size(), Fen());
  if (values_[type.amount].empty()) held("缺少必填项 (missing field) \"amount\"");
  for (const auto i : type.moneys) {
    const auto& p = type.places[i];
    if (values_[i].data() == nullptr) continue;
    const Fen fen = money_of(p.name, values_[i]);
    if (fen < Fen() && !negative) held("此类单据不允许负数 (a negative amount is not allowed): " + p.name + " " + fen.grouped());
    money[p.money] = fen;
  }
  if (money[0] == Fen()) held("合计金额为零 (amount is zero)");
  for (const auto& group : type.groups) {
    Fen sum;
    for (const auto i : group) sum += money[i];
    if (sum != money[0]) held("分项之和 " + sum.grouped() + " 不等于合计 " + money[0].grouped() + " (parts do not add up to the amount)");
  }
  if (explained)
    check_figures(*type.type, d.day, money[0], [&](const std::string& field) {
      const std::size_t i = type.place(field);
      return i == Type::npos ? std::string_view() : values_[i];
    });
  if (!values_[type.scheme].empty() && values_[type.scheme] != rules_.scheme) held("险种与账套不符 (scheme is not the book's): " + clean(values_[type.scheme], 40));

  const Shape& shape = shape_of(type, d);
  if (shape.payable && money[shape.payable_money] <= Fen()) held("付款金额应为正 (the amount to pay must be positive): " + money[shape.payable_money].grouped());
  evaluated_.shape = &shape;
  return evaluated_;
}

const Shape& Evaluator::shape_of(Type& type, const Document& d) {
  if (type.gathers) {
    // Day, sign, and the fields the rules look at; no field holds a control character.
    std::size_t n = 16;
    for (const auto i : type.keys) n += values_[i].size() + 1;
    key_.resize(n);
    char* at = std::to_chars(key_.data(), key_.data() + 15, d.day.value()).ptr;
    *at++ = evaluated_.money[0] < Fen() ? '-' : '+';
    for (const auto i : type.keys) {
      at = std::copy(values_[i].begin(), values_[i].end(), at);
      *at++ = '\x1f';
    }
    key_.resize(static_cast<std::size_t>(at - key_.data()));
    const auto known = type.shapes.find(std::string_view(key_));
    if (known != type.shapes.end()) return known->second;
  }
  for (const auto i : type.coded) {
    const auto& p = type.places[i];
    if (values_[i].empty()) {
      if (!type.type->is_optional(p.name)) held("缺少必填项 (missing field) \"" + p.name + "\"");
    } else if (p.list->count(std::string(values_[i])) == 0) {
      held("代码 \"" + clean(values_[i], 40) + "\" 不在代码表 (unknown code in) " + p.list_name + " 中, 项 " + p.name);
    }
  }
  if (type.type->memo) {
    own_ = Shape();
    own_.type = type.type;
    own_.rule = rules_.name + " " + rules_.version + " " + d.type + "/memo";
    own_.memo = true;
    return own_;
  }
  const Rule* rule = nullptr;
  for (const auto& r : type.type->rules) {
    if (d.day < r.valid_from || (r.valid_to != Day() && r.valid_to < d.day)) continue;
    if (!std::all_of(r.match.begin(), r.match.end(), [&](const auto& c) { return c.holds(values_[type.place(c.field)]); })) continue;
    rule = &r;
    break;  // at most one can match: overlapping rules are refused when they are read
  }
  if (!rule) held("没有适用的规则 (no rule fits): 单据类型 " + d.type + ", 日期 " + d.day.iso());
  if (rule->gather == Gather::document) {
    build(own_, type, *rule, d);
    return own_;
  }
  Shape shape;
  build(shape, type, *rule, d);
  return type.shapes.emplace(key_, std::move(shape)).first->second;
}

void Evaluator::build(Shape& shape, const Type& type, const Rule& rule, const Document& d) const {
  shape.type = type.type;
  shape.rule = rule.name;
  shape.memo = false;
  shape.gather_key.clear();
  if (rule.gather != Gather::document) {
    const std::string_view by = values_[type.place(rule.gather == Gather::batch ? "batch" : "institution")];
    if (by.empty()) held("缺少汇总所需的项 (missing what vouchers are gathered by) \"" + std::string(rule.gather == Gather::batch ? "batch" : "institution") + "\"");
    // A batch may span days but not months: a voucher has one period.
    const int when = rule.gather == Gather::batch ? d.day.value() / 100 : d.day.value();
    shape.gather_key = rule.name.substr(rule.name.rfind(' ') + 1) + "/" + std::string(values_[type.book]) + "/" + std::to_string(when) + "/" + std::string(by);
    if (evaluated_.money[0] < Fen()) shape.gather_key += "/-";  // taken back apart, so that nothing vanishes in a sum
  }
  const auto value = [&](const std::string& field) -> std::string {
    if (field == "day") return d.day.iso();
    if (field == "key") return shape.gather_key.empty() ? d.key : shape.gather_key;
    if (field == "type") return type.type->name;
    const std::size_t i = type.place(field);
    return i == Type::npos ? std::string() : std::string(values_[i]);
  };
  shape.head.day = d.day;
  shape.head.book = std::string(values_[type.book]);
  shape.head.word = rule.word;
  shape.head.flow = rule.flow;
  shape.head.summary = rule.summary.fill(value);
  shape.lines.clear();
  for (const auto& l : rule.lines) {
    AuxItems aux;
    for (const auto& [dimension, item] : l.aux) {
      const std::string text = item.fill(value);
      // an item is one code; a separator in it would become another pair
      if (text.find_first_of(";=") != std::string::npos) held("辅助核算项 " + dimension + " 的值不能含 ; 或 = (may not contain): " + clean(text, 60));
      if (!text.empty()) aux[dimension] = text;
    }
    shape.lines.push_back({l.side, l.sign, type.money(l.amount), l.account.fill(value), format_aux(aux), l.summary.empty() ? shape.head.summary : l.summary.fill(value)});
  }
  shape.payable.reset();
  if (rule.payable) {
    const PayableRule& p = *rule.payable;
    shape.payable = Payable{{}, p.payer.fill(value), p.payee_account.fill(value), p.payee_name.fill(value), p.payee_bank.fill(value), p.purpose.fill(value)};
    shape.payable_money = type.money(p.amount);
    for (const auto* text : {&shape.payable->payer_account, &shape.payable->payee_account, &shape.payable->payee_name, &shape.payable->payee_bank_no})
      if (text->empty()) held("付款信息不全 (payer or payee is missing)");
  }
}

Mapped Evaluated::mapped() const {
  Mapped m;
  m.draft = shape->head;
  for (const auto& l : shape->lines) {
    const Fen fen = of(l);
    if (fen != Fen()) m.draft.lines.push_back({l.side, fen, l.account, l.aux, l.summary});  // zero: a part the document does not have
  }
  if (shape->payable) {
    m.payable = shape->payable;
    m.payable->fen = money[shape->payable_money];
  }
  m.rule = shape->rule;
  m.memo = shape->memo;
  m.gather_key = shape->gather_key;
  m.amount = amount();
  return m;
}

Mapped map_document(const RuleSet& rules, const Document& document) { return Evaluator(rules).evaluate(document).mapped(); }

Fen amount_of(const Document& document) {
  try {
    const Fen fen = Fen::parse(document.fields.at("amount"));
    return fen < -kMostMoney || kMostMoney < fen ? Fen() : fen;
  } catch (const Error&) {
    return {};
  }
}

}  // namespace mif::exchange
