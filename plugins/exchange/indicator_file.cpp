// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <tuple>

#include "indicators.h"

namespace mif::exchange {

namespace {

constexpr std::size_t kFields = 5;

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields(1);
  for (const char c : line)
    if (c == ',') fields.emplace_back();
    else fields.back() += c;
  for (auto& f : fields) {
    const auto from = f.find_first_not_of(' '), to = f.find_last_not_of(' ');
    f = from == std::string::npos ? std::string() : f.substr(from, to - from + 1);
  }
  return fields;
}

void read_period(const std::string& text, Indicator& into) {
  if (text.size() == 4 && text.find_first_not_of("0123456789") == std::string::npos) {
    into.period = Period::parse(text + "-12");
    into.months = 12;
  } else if (text.size() == 7 && text[4] == '-' && text[5] == 'Q' && text[6] >= '1' && text[6] <= '4') {
    const int month = (text[6] - '0') * 3;
    into.period = Period::parse(text.substr(0, 4) + (month < 10 ? "-0" : "-") + std::to_string(month));
    into.months = 3;
  } else {
    into.period = Period::parse(text);
  }
}

// "123", "-0.5", "1200.00元": at most six decimals, money at most two.
void read_value(std::string text, Indicator& into) {
  if (text.empty()) return;
  const std::string yuan = "元";
  into.kind = MIF_FIGURE_NUMBER;
  if (text.size() > yuan.size() && text.compare(text.size() - yuan.size(), yuan.size(), yuan) == 0) {
    text.resize(text.size() - yuan.size());
    into.kind = MIF_FIGURE_MONEY;
    into.units = Fen::parse(text).value();
    into.scale = 2;
    return;
  }
  const bool negative = text[0] == '-';
  bool point = false;
  std::size_t digits = 0;
  for (std::size_t i = negative ? 1 : 0; i < text.size(); ++i) {
    if (text[i] == '.' && !point && digits > 0 && i + 1 < text.size()) {
      point = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9' || ++digits > 15 || (point && ++into.scale > 6))
      throw Error(MIF_E_INVALID, "indicator.value", "值应为至多 15 位、6 位小数的数，金额后写 元 (not a number): \"" + text + "\"");
    into.units = into.units * 10 + (text[i] - '0');
  }
  if (digits == 0) throw Error(MIF_E_INVALID, "indicator.value", "值应为至多 15 位、6 位小数的数，金额后写 元 (not a number): \"" + text + "\"");
  if (negative) into.units = -into.units;
}

}  // namespace

std::vector<Indicator> read_indicators(std::string_view text, const std::string& file) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  std::vector<Indicator> all;
  std::set<std::tuple<std::string, std::string, std::string, Period, int>> seen;
  int number = 0;
  bool head = false;
  while (!text.empty()) {
    ++number;
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) continue;
    try {
      if (!head) {
        if (line != "unit,scheme,indicator,period,value" && line != "单位,险种,指标,期间,值")
          throw Error(MIF_E_INVALID, "indicator.head", "第一行应为 单位,险种,指标,期间,值 (expected unit,scheme,indicator,period,value)");
        head = true;
        continue;
      }
      if (line.find('"') != std::string_view::npos) throw Error(MIF_E_INVALID, "indicator.quote", "各栏不加引号 (fields are not quoted)");
      const auto fields = fields_of(line);
      if (fields.size() != kFields) throw Error(MIF_E_INVALID, "indicator.fields", "应有 5 栏 (five fields expected), 实有 " + std::to_string(fields.size()));
      Indicator one;
      one.line = number;
      one.unit = fields[0];
      one.scheme = fields[1];
      one.name = fields[2];
      if (one.unit.empty() || one.unit.size() > 60 || one.scheme.size() > 20 || one.name.empty() || one.name.size() > 120)
        throw Error(MIF_E_INVALID, "indicator.name", "要有单位和指标名，各不超过 60、120 字节 (unit and indicator are needed and short)");
      read_period(fields[3], one);
      read_value(fields[4], one);
      if (!seen.emplace(one.unit, one.scheme, one.name, one.period, one.months).second)
        throw Error(MIF_E_INVALID, "indicator.twice", "同一单位、险种、指标、期间写了两次 (given twice): " + one.name + " " + fields[3]);
      all.push_back(std::move(one));
    } catch (const Error& e) {
      throw Error(e.code(), file + ":" + std::to_string(number) + ": " + e.what());
    }
  }
  if (all.empty()) throw Error(MIF_E_INVALID, "indicator.none", file + " 里没有指标 (no indicators in the file)");
  return all;
}

}  // namespace mif::exchange
