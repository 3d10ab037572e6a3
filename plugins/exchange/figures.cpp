// SPDX-License-Identifier: Apache-2.0
#include "figures.h"

#include <limits>

#include "document.h"

namespace mif::exchange {

namespace {

constexpr std::int64_t kUnit = 100000000;  // of a rate
constexpr std::size_t kRateDecimals = 8;

[[noreturn]] void held(const std::string& why) { throw Error(MIF_E_INVALID, why); }

Fen money(const DocumentType& type, const std::string& field, std::string_view text) {
  Fen fen;
  try {
    fen = Fen::parse(text);
  } catch (const Error& e) {
    held("金额项 " + field + ": " + clean(e.what(), 200));
  }
  if (fen < Fen() && !type.negative) held("此类单据不允许负数 (a negative amount is not allowed): " + field + " " + fen.grouped());
  return fen;
}

void check_group(const DocumentType& type, Fen amount, const std::vector<Figure>& group, const FieldOf& field) {
  Fen sum;
  std::string how;
  bool any = false;
  for (const auto& f : group) {
    const std::string_view text = field(f.field);
    if (text.empty()) continue;
    const Fen part = money(type, f.field, text);
    sum += part * f.sign;
    how += (f.sign < 0 ? " - " : how.empty() ? "" : " + ") + f.field + " " + part.grouped();
    any = true;
  }
  if (any && sum != amount) held("说明金额 " + how + " = " + sum.grouped() + ", 不等于合计 " + amount.grouped() + " (the figures do not explain the amount)");
}

void check_accrual(const DocumentType& type, Fen amount, const FieldOf& field) {
  const Accrual& a = *type.accrual;
  const std::string base(field(a.base)), days(field(a.days));
  if (base.empty() && days.empty()) return;
  if (base.empty() || days.empty()) held("缺少必填项 (missing field) \"" + (base.empty() ? a.base : a.days) + "\": " + a.base + " 和 " + a.days + " 应同时给出 (are given together)");
  // four digits: older arrears than 27 years are no longer collected
  if (days.size() > 4 || days.find_first_not_of("0123456789") != std::string::npos) held("天数应为整数 (days must be a whole number of at most four digits): " + a.days + " \"" + clean(days, 20) + "\"");
  const Fen wanted = accrued(money(type, a.base, base), std::stoll(days), a.per_day);
  if (wanted != amount)
    held("按日计算应为 " + wanted.grouped() + ", 单据为 " + amount.grouped() + " (amount is not base x days x rate): " + a.base + " " + base + ", " + a.days + " " + days);
}

void check_original(const Original& original, Day day, const FieldOf& field) {
  const std::string text(field(original.day));
  if (text.empty()) return;
  const bool digits = text.size() == 8 && text.find_first_not_of("0123456789") == std::string::npos;
  const Day of = digits ? Day(static_cast<std::int32_t>(std::stol(text))) : Day();
  if (!of.valid()) held("原单日期应写成 20230612 的样子 (not a calendar day): " + original.day + " \"" + clean(text, 20) + "\"");
  if (day < of) held("原单日期 " + of.iso() + " 晚于本单 " + day.iso() + " (the original is later than its reversal)");
  const std::string said = original.year.fill([&](const std::string& name) { return std::string(field(name)); });
  const bool same_year = of.year() == day.year();
  if (said == "month" ? !same_year || of.month() != day.month() : (said == "current") != same_year)
    held("原单日期 " + of.iso() + (same_year ? " 属本年" : " 属以前年度") + ", 与单据所称不符 (the original's day contradicts the document): " + (said == "month" ? "同一会计期间" : said == "current" ? "本年" : "以前年度"));
}

}  // namespace

std::vector<Figure> figures_of(const std::vector<std::string>& words) {
  std::vector<Figure> group;
  for (const auto& word : words) {
    const bool less = word.front() == '-';
    group.push_back({less ? -1 : 1, word.substr(less ? 1 : 0)});
  }
  return group;
}

std::int64_t rate_of(const std::string& text) {
  const auto point = text.find('.');
  const std::string whole = text.substr(0, point);
  std::string part = point == std::string::npos ? std::string() : text.substr(point + 1);
  const auto digits = [](const std::string& t) { return t.find_first_not_of("0123456789") == std::string::npos; };
  if (whole.empty() || whole.size() > 2 || part.size() > kRateDecimals || !digits(whole) || !digits(part) || (point != std::string::npos && part.empty()))
    throw Error(MIF_E_INVALID, "mapping.rate", "比率应写成 0.0005 的样子, 至多八位小数 (a rate has at most eight decimals): \"" + text + "\"");
  part.resize(kRateDecimals, '0');
  return std::stoll(whole) * kUnit + std::stoll(part);
}

Fen accrued(Fen base, std::int64_t days, std::int64_t per_day) {
  __extension__ using Wide = __int128;
  const bool less = base.value() < 0;
  const Wide product = (less ? -static_cast<Wide>(base.value()) : static_cast<Wide>(base.value())) * days * per_day;
  const Wide fen = (product + kUnit / 2) / kUnit;
  if (fen > std::numeric_limits<std::int64_t>::max()) held("按日计算的金额超出范围 (the accrued amount does not fit)");
  return less ? -Fen(static_cast<std::int64_t>(fen)) : Fen(static_cast<std::int64_t>(fen));
}

void check_figures(const DocumentType& type, Day day, Fen amount, const FieldOf& field) {
  for (const auto& group : type.figures) check_group(type, amount, group, field);
  if (type.accrual) check_accrual(type, amount, field);
  if (type.original) check_original(*type.original, day, field);
  const std::string flag(type.sign.empty() ? std::string_view() : field(type.sign));
  if (!flag.empty() && (flag == "-") != (amount < Fen()))
    held("正负标志与金额不符 (the flag contradicts the sign of the amount): " + type.sign + " \"" + flag + "\", 金额 " + amount.grouped());
}

}  // namespace mif::exchange
