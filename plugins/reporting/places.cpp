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

namespace {

bool digits(std::string_view text) { return !text.empty() && text.size() < 4 && text.find_first_not_of("0123456789") == std::string_view::npos; }

}  // namespace

void add_shift(Shift& shift, std::string_view text) {
  const std::string word = trimmed(text);
  const auto whose = [&](Shift::Whose one) {
    if (shift.whose != Shift::Whose::here) refuse("formula.unit-twice", "单位写了两次 (two units): {" + word + "}");
    shift.whose = one;
  };
  if (word == "本月" || word == "本期") return;
  if (word == "上月") {
    ++shift.months_back;
  } else if (word == "上期") {
    ++shift.spans_back;
  } else if (word == "上年同期") {
    ++shift.years_back;
  } else if (word == "年初" || word == "上年末") {
    shift.year_start = true;
  } else if (word == "本年累计") {
    shift.year_to_date = true;
  } else if (word == "本季") {
    shift.quarter_to_date = true;
  } else if (word == "本级") {
    whose(Shift::Whose::own);
  } else if (word == "下级汇总") {
    whose(Shift::Whose::below);
  } else if (word.rfind("单位:", 0) == 0) {
    whose(Shift::Whose::unit);
    shift.unit = trimmed(std::string_view(word).substr(std::string_view("单位:").size()));
    if (shift.unit.empty()) refuse("formula.unit-name", "{单位:} 后要写单位代码 (a unit's code), 如 {单位:990100}");
  } else if (word.size() == 7 && word[4] == '-') {
    const Period fixed = Period::parse(word);
    shift.fixed_year = fixed.year;
    shift.fixed_month = fixed.month;
  } else if (word.size() > 1 && word[0] == '-' && digits(std::string_view(word).substr(1))) {
    shift.months_back += std::stoi(word.substr(1));
  } else {
    refuse("formula.shift", "不认识的期间 (unknown shift) {" + word + "}，可用: {本月} {上月} {上期} {上年同期} {上年末} {年初} {本季} {本年累计} {-3} {2023-06} {单位:代码} {下级汇总} {本级}");
  }
  if (shift.year_to_date && shift.quarter_to_date) refuse("formula.two-sums", "{本季} 与 {本年累计} 不能同时用 (one of the two)");
}

Period Shift::apply(Period period, int span) const {
  if (fixed_year) period = {fixed_year, fixed_month};
  const int back = months_back + spans_back * span;
  if (back > 0) {
    // Before the 13th comes the 12th; a quarter or a year ends with the 12th.
    const int month = period.month <= 12 ? period.month : span > 1 ? 12 : 13;
    const int count = period.year * 12 + month - 1 - back;
    period = {count / 12, count % 12 + 1};
  }
  period.year -= years_back;
  return period;
}

}  // namespace mif::reporting
