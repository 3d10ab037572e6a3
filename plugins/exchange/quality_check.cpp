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

std::int64_t serial(Day day) {  // days since 1970-01-01 in the proleptic Gregorian calendar
  const int y = day.year() - (day.month() <= 2), era = y / 400, year = y - era * 400;
  const int in_year = (153 * (day.month() + (day.month() > 2 ? -3 : 9)) + 2) / 5 + day.day() - 1;
  return std::int64_t{era} * 146097 + year * 365 + year / 4 - year / 100 + in_year - 719468;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// Bytes of the character that begins `text`.
std::size_t first_character(std::string_view text) {
  std::size_t n = 1;
  while (n < text.size() && (static_cast<unsigned char>(text[n]) & 0xc0) == 0x80) ++n;
  return n;
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

bool counts_as_content(const QualityRule& rule, std::string_view field) {
  const auto in = [field](const std::vector<std::string>& list) { return std::find(list.begin(), list.end(), field) != list.end(); };
  if (rule.fields.size() == 1 && rule.fields.front() == "*") return !in(rule.without);
  return in(rule.fields);
}

// each(text) over type, day and the fields that count, in the order of their names.
template <class F>
void each_content(const QualityRule& rule, const Document& d, F&& each) {
  each(d.type);
  each(std::to_string(d.day.value()));
  for (const auto& [name, value] : d.fields) {
    if (!counts_as_content(rule, name)) continue;
    each(name);
    each(value);
  }
}

}  // namespace

std::vector<QualityFinding> examine(const QualityRules& rules, const Document& document, const QualityWorld& world) { return Examination(rules, document, world).run(); }

std::int64_t days_between(Day from, Day to) { return serial(to) - serial(from); }

bool fits(std::string_view pattern, std::string_view text) {
  while (!pattern.empty()) {
    if (pattern == "*") return true;
    if (text.empty()) return false;
    const char c = text.front();
    const std::size_t n = first_character(text);
    switch (pattern.front()) {
      case '#':
        if (c < '0' || c > '9') return false;
        break;
      case '@':
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) return false;
        break;
      case '?': break;
      default:
        if (text.substr(0, n) != pattern.substr(0, first_character(pattern))) return false;
    }
    pattern.remove_prefix(first_character(pattern));
    text.remove_prefix(n);
  }
  return text.empty();
}

std::string masked(std::string_view text) {
  if (text.empty()) return {};
  const std::size_t n = characters(text);
  std::string result(n > 1 ? text.substr(0, first_character(text)) : std::string_view());
  if (n < 8) {
    result.append(n > 1 ? n - 1 : 1, '*');
    return result;
  }
  std::string_view tail = text;
  for (std::size_t i = 0; i + 2 < n; ++i) tail.remove_prefix(first_character(tail));
  return result + "***" + std::string(tail);
}

std::string rate_text(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return "0.0 %";
  auto tenths = static_cast<std::int64_t>((static_cast<__int128>(part) * 2000 + whole) / (static_cast<__int128>(whole) * 2));
  if (tenths == 0 && part > 0) return "<0.1 %";
  if (tenths == 1000 && part < whole) return ">99.9 %";
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

std::int64_t content_of(const QualityRule& rule, const Document& document) {
  std::uint64_t hash = 14695981039346656037u;
  const auto byte = [&](unsigned char c) { hash = (hash ^ c) * 1099511628211u; };
  for (const char c : rule.name) byte(static_cast<unsigned char>(c));
  each_content(rule, document, [&](std::string_view text) {
    for (const char c : text) byte(static_cast<unsigned char>(c));
    byte(0);  // texts have no NUL
  });
  return static_cast<std::int64_t>(hash);
}

bool same_content(const QualityRule& rule, const Document& a, const Document& b) {
  std::string x, y;
  each_content(rule, a, [&](std::string_view text) { x.append(text).push_back('\0'); });
  each_content(rule, b, [&](std::string_view text) { y.append(text).push_back('\0'); });
  return x == y;
}

}  // namespace mif::exchange
