// SPDX-License-Identifier: Apache-2.0
// One document against the profile rules.
#include <algorithm>

#include "quality.h"

namespace mif::exchange {

namespace {

using Kind = QualityRule::Kind;

constexpr std::size_t kMostFindings = 20, kLongestShown = 60;  // per document; bytes

// Whatever holds the fields.
template <class D>
std::string_view value_of(const D& document, std::string_view name) {
  if constexpr (requires { document.fields.at(name); }) {
    return document.fields.at(name);
  } else {
    const auto found = document.fields.find(name);
    return found == document.fields.end() ? std::string_view() : std::string_view(found->second);
  }
}

std::optional<Fen> money(std::string_view text) {
  try {
    return text.empty() ? Fen() : Fen::parse(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

class Examination {
 public:
  Examination(const QualityRules& rules, const Document& document, const QualityWorld& world) : rules_(rules), d_(document), world_(world) {}

  std::vector<QualityFinding> run() {
    if (world_.standard) type_ = world_.standard->find(d_.type);
    for (const auto& r : rules_.rules)
      if (r.covers(d_.type)) apply(r);
    return std::move(found_);
  }

 private:
  void add(const QualityRule& rule, std::string_view field, std::string_view value, std::string note = {}) {
    if (found_.size() >= kMostFindings) return;
    const bool personal = rules_.personal.count(field) != 0;
    found_.push_back({&rule, std::string(field), clean(personal ? masked(value) : std::string(value), kLongestShown), std::move(note)});
  }
  void apply(const QualityRule& r);
  void apply_to(const QualityRule& r, std::string_view field, std::string_view value);
  void required(const QualityRule& r);
  void code(const QualityRule& r);
  void sum(const QualityRule& r, const std::vector<std::string>& parts, const std::string& total);
  std::vector<std::string> fields_or(const QualityRule& r, const std::vector<std::string>& standard) const { return r.standard() ? standard : r.fields; }

  const QualityRules& rules_;
  const Document& d_;
  const QualityWorld& world_;
  const DocumentType* type_ = nullptr;
  std::vector<QualityFinding> found_;
};

void Examination::apply(const QualityRule& r) {
  const bool day = d_.day.valid();
  switch (r.kind) {
    case Kind::day:
      if (!day) add(r, "doc_day", std::to_string(d_.day.value()));
      return;
    case Kind::readable:
      if (day && !d_.trouble.empty()) add(r, "payload", "", clean(d_.trouble, 200));
      return;
    case Kind::future:
      if (day && world_.arrival.valid() && days_between(world_.arrival, d_.day) > r.days) add(r, "doc_day", d_.day.iso(), "收到日 " + world_.arrival.iso());
      return;
    case Kind::old:
    case Kind::late:
      if (day && world_.arrival.valid() && days_between(d_.day, world_.arrival) > r.days)
        add(r, "doc_day", d_.day.iso(), "收到日 " + world_.arrival.iso() + ", 迟 " + std::to_string(days_between(d_.day, world_.arrival)) + " 天");
      return;
    default:
      break;
  }
  if (!d_.trouble.empty()) return;  // nothing can be said of fields that could not be read
  switch (r.kind) {
    case Kind::required: return required(r);
    case Kind::code: return code(r);
    case Kind::sum:
      if (!r.standard()) return sum(r, r.fields, r.total);
      if (type_)
        for (const auto& group : type_->parts) sum(r, group, "amount");
      return;
    case Kind::period:
      for (const auto& f : r.fields)
        if (const auto v = value_of(d_, f); !v.empty() && day && v != Period::of(d_.day).iso()) add(r, f, v, "单据日期 " + d_.day.iso());
      return;
    case Kind::duplicate: return;  // needs the stored documents
    default:
      for (const auto& f : r.fields)
        if (const auto v = value_of(d_, f); !v.empty()) apply_to(r, f, v);
  }
}

void Examination::apply_to(const QualityRule& r, std::string_view field, std::string_view value) {
  switch (r.kind) {
    case Kind::pattern:
      if (!fits(r.pattern, value)) add(r, field, value, "应为 " + r.pattern);
      return;
    case Kind::length: {
      const auto n = static_cast<std::int64_t>(characters(value));
      if (n < r.min || n > r.max) add(r, field, value, std::to_string(n) + " 个字符");
      return;
    }
    case Kind::range: {
      const auto fen = money(value);
      if (!fen) return add(r, field, value, "不是金额");
      if ((r.from && *fen < *r.from) || (r.to && *r.to < *fen)) add(r, field, value);
      return;
    }
    case Kind::reference: {
      const Codes* codes = r.codes ? r.codes : r.list == "@books" ? world_.books : world_.units;
      if (codes && codes->count(value) == 0) add(r, field, value);
      return;
    }
    default: return;
  }
}

void Examination::required(const QualityRule& r) {
  if (r.standard() && !type_) return;
  if (!r.standard()) {
    for (const auto& f : r.fields)
      if (value_of(d_, f).empty()) add(r, f, "");
    return;
  }
  for (const auto& f : type_->text)
    if (!type_->is_optional(f) && value_of(d_, f).empty()) add(r, f, "");
  for (const auto& c : type_->codes)
    if (!type_->is_optional(c.field) && value_of(d_, c.field).empty()) add(r, c.field, "");
  if (value_of(d_, "amount").empty()) add(r, "amount", "");
}

void Examination::code(const QualityRule& r) {
  if (!r.standard()) {
    for (const auto& f : r.fields)
      if (const auto v = value_of(d_, f); !v.empty() && r.codes->count(v) == 0) add(r, f, v);
    return;
  }
  if (!type_) return;
  for (const auto& c : type_->codes) {
    const auto v = value_of(d_, c.field);
    if (v.empty()) continue;
    const auto list = world_.standard->lists.find(c.list);
    if (list != world_.standard->lists.end() && list->second.find(std::string(v)) == list->second.end()) add(r, c.field, v);
  }
}

void Examination::sum(const QualityRule& r, const std::vector<std::string>& parts, const std::string& total) {
  const auto whole = money(value_of(d_, total));
  Fen sum;
  try {
    for (const auto& f : parts) {
      const auto part = money(value_of(d_, f));
      if (!part || !whole) return add(r, part ? total : f, value_of(d_, part ? total : f), "不是金额");
      sum += *part;
    }
  } catch (const Error&) {  // more than can be
    return add(r, total, value_of(d_, total), "分项之和超出范围");
  }
  if (whole && sum != *whole) add(r, total, value_of(d_, total), "分项之和 " + sum.plain());
}

}  // namespace

std::vector<QualityFinding> examine(const QualityRules& rules, const Document& document, const QualityWorld& world) { return Examination(rules, document, world).run(); }

}  // namespace mif::exchange
