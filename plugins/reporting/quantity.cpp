// SPDX-License-Identifier: Apache-2.0
// What the cells of a table count in - money in its unit, people, visits, per cent - and how that is printed.
#include <algorithm>

#include "table.h"

namespace mif::reporting {
namespace {

// What is counted comes in whole numbers.
constexpr std::string_view kCounts[] = {"人", "人次", "户", "个", "件", "天"};
constexpr std::string_view kPercent = "%";

bool is_count(std::string_view unit) { return std::find(std::begin(kCounts), std::end(kCounts), unit) != std::end(kCounts); }

Wide in_yuan(std::string_view unit) { return unit == "亿元" ? 100000000 : unit == "万元" ? 10000 : 1; }

// "-1,290,212.39" of hundredths of a unit, or of whatever part `decimals` says: half up, away from zero, as it was rounded before.
std::string grouped(Wide steps, int decimals) {
  const bool negative = steps < 0;
  std::string digits;
  for (Wide n = negative ? -steps : steps; n > 0; n /= 10) digits += static_cast<char>('0' + static_cast<int>(n % 10));
  while (static_cast<int>(digits.size()) <= decimals) digits += '0';
  std::string text;
  for (int i = 0; i < static_cast<int>(digits.size()); ++i) {
    if (decimals > 0 && i == decimals) text += '.';
    if (i > decimals && (i - decimals) % 3 == 0) text += ',';
    text += digits[static_cast<std::size_t>(i)];
  }
  if (negative && steps != 0) text += '-';
  std::reverse(text.begin(), text.end());
  return text;
}

}  // namespace

void Table::check_unit(const std::string& unit) {
  if (unit.empty() || unit == kPercent || is_count(unit)) return;
  std::string known(kPercent);
  for (const auto one : kCounts) known += "、" + std::string(one);
  throw Error(MIF_E_INVALID, "report.line-unit", "行或栏的 unit 应为 " + known + " (expected), 找到 \"" + unit + "\"");
}

const std::string& Table::unit(int row, int col) const {
  const Line &r = rows[static_cast<std::size_t>(row)], &c = cols[static_cast<std::size_t>(col)];
  return !c.unit.empty() ? c.unit : !r.unit.empty() ? r.unit : printed_unit;
}

bool Table::counts(int row, int col) const { return is_count(unit(row, col)); }

Value Table::typed(int row, int col, Fen fen) const {
  return unit(row, col) == kPercent || counts(row, col) ? Value::number(static_cast<Wide>(fen.value()) * Value::kPerFen) : Value::money(fen);
}

void Table::refuse_fraction(int row, int col, const std::string& amount) const {
  if (amount.empty() || !counts(row, col) || Fen::parse(amount).value() % 100 == 0) return;
  throw Error(MIF_E_INVALID, "report.count-fraction", code + "[" + rows[static_cast<std::size_t>(row)].code + "," + cols[static_cast<std::size_t>(col)].code + "] 的单位是“" + unit(row, col) +
                                                          "”，只能填整数，不能填 " + amount + " (a count is a whole number)");
}

std::string Table::shown(int row, int col, const Value& value) const {
  if (!value.numeric()) return value.plain();
  const Line &r = rows[static_cast<std::size_t>(row)], &c = cols[static_cast<std::size_t>(col)];
  const std::string& of = unit(row, col);
  const bool money = value.kind() == Value::Kind::money && of != kPercent && !is_count(of);
  const int said = c.decimals >= 0 ? c.decimals : r.decimals;
  int places = is_count(of) ? 0 : 2;
  if (money) {
    places = 0;
    for (Wide at = step; at < in_yuan(printed_unit) * Value::kOne; at *= 10) ++places;
  } else if (said >= 0) {
    places = said;
  }
  Wide one = money ? step : Value::kOne;
  if (!money)
    for (int i = 0; i < places; ++i) one /= 10;
  const Wide steps = value.rounded(one).scaled() / one;
  return zero_blank && steps == 0 ? std::string() : grouped(steps, places);
}

}  // namespace mif::reporting
