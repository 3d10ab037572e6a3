// SPDX-License-Identifier: Apache-2.0
#include "places.h"

#include "lexer.h"

namespace mif::reporting {

namespace {

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, sentence); }

std::string trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

Axis parse_axis(const std::string& text) {
  Axis axis;
  if (text == "*") {
    axis.each = true;
    return axis;
  }
  const auto colon = text.find(':');
  axis.from = trimmed(std::string_view(text).substr(0, colon));
  if (colon != std::string::npos) {
    axis.to = trimmed(std::string_view(text).substr(colon + 1));
    if (axis.from.empty() || axis.to.empty()) refuse("formula.range-end", "范围要写两头 (a range needs both ends), 如 [1:4,2]: \"" + text + "\"");
  }
  return axis;
}

}  // namespace

CellRef parse_cell(const std::string& inside) {
  const auto comma = inside.find(',');
  if (comma == std::string::npos || inside.find(',', comma + 1) != std::string::npos)
    refuse("formula.cell", "单元格写作 [行,栏] (a cell is [row,column]): [" + inside + "]");
  CellRef ref;
  ref.row = parse_axis(trimmed(std::string_view(inside).substr(0, comma)));
  ref.col = parse_axis(trimmed(std::string_view(inside).substr(comma + 1)));
  return ref;
}

CellRef parse_target(std::string_view text) {
  const auto tokens = split_formula(text);
  if (tokens.size() != 2 || tokens[0].kind != Token::Kind::cell) refuse("formula.place", "位置写作 [行,栏] (a place is [row,column]): \"" + std::string(text) + "\"");
  return parse_cell(tokens[0].text);
}

void add_shift(Shift& shift, std::string_view text) {
  const std::string word = trimmed(text);
  if (word == "本月") return;
  if (word == "上月") {
    ++shift.months_back;
  } else if (word == "上年同期") {
    ++shift.years_back;
  } else if (word == "年初" || word == "上年末") {
    shift.year_start = true;
  } else if (word == "本年累计") {
    shift.year_to_date = true;
  } else if (word.size() == 7 && word[4] == '-') {
    const Period fixed = Period::parse(word);
    shift.fixed_year = fixed.year;
    shift.fixed_month = fixed.month;
  } else if (word.size() > 1 && word[0] == '-' && word.find_first_not_of("0123456789", 1) == std::string::npos && word.size() < 5) {
    shift.months_back += std::stoi(word.substr(1));
  } else {
    refuse("formula.shift", "不认识的期间 (unknown shift) {" + word + "}，可用: {本月} {上月} {上年同期} {年初} {本年累计} {-3} {2023-06}");
  }
}

Period Shift::apply(Period period) const {
  if (fixed_year) period = {fixed_year, fixed_month};
  if (months_back > 0) {
    const int month = period.month > 12 ? 13 : period.month;  // before the 13th comes the 12th
    const int count = period.year * 12 + month - 1 - months_back;
    period = {count / 12, count % 12 + 1};
  }
  period.year -= years_back;
  return period;
}

}  // namespace mif::reporting
