// SPDX-License-Identifier: Apache-2.0
#include "compare.h"

namespace mif::reporting {
namespace {

std::vector<std::string> split(std::string_view line, std::string_view file, int number) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  if (quoted) throw Error(MIF_E_INVALID, "report.published-quote", std::string(file) + ":" + std::to_string(number) + ": 引号没有配对 (unclosed quote)");
  return fields;
}

// Whole 万元, half up away from zero.
std::int64_t ten_thousands(Fen fen) {
  const std::int64_t unit = 1000000, value = fen.value(), absolute = value < 0 ? -value : value;
  const std::int64_t rounded = absolute / unit + (absolute % unit >= unit / 2 ? 1 : 0);
  return value < 0 ? -rounded : rounded;
}

}  // namespace

std::vector<Published> read_published(std::string_view text, std::string_view file) {
  const std::string head = "package,table,book,period,row,col,value,unit,source,note";
  std::vector<Published> all;
  int number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    ++number;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (number == 1) {
      if (line.substr(0, 3) == "\xEF\xBB\xBF") line.remove_prefix(3);
      if (line != head) throw Error(MIF_E_INVALID, "report.published-head", std::string(file) + ":1: 表头应为 (expected) " + head);
      continue;
    }
    if (line.empty()) continue;
    const auto fields = split(line, file, number);
    const std::string where = std::string(file) + ":" + std::to_string(number) + ": ";
    if (fields.size() != 10) throw Error(MIF_E_INVALID, "report.published-fields", where + "应有 10 列 (expected 10 fields), 找到 " + std::to_string(fields.size()));
    Published p{number, fields[0], fields[1], fields[2], fields[4], fields[5], fields[6], fields[7], fields[8], fields[9], {}};
    try {
      p.period = Period::parse(fields[3].size() == 4 ? fields[3] + "-12" : fields[3]);
      std::string digits = p.value;
      if (!digits.empty() && digits.back() == '?') digits.pop_back();
      if (!digits.empty()) (void)Fen::parse(digits);
    } catch (const Error& e) {
      throw Error(MIF_E_INVALID, where + e.what());
    }
    if (p.unit != "元" && p.unit != "万元") throw Error(MIF_E_INVALID, "report.published-unit", where + "unit 应为 元 或 万元 (expected), 找到 \"" + p.unit + "\"");
    all.push_back(std::move(p));
  }
  return all;
}

bool equals_published(const Published& published, bool blank, Fen ours) {
  if (published.unit == "万元") {
    if (published.value.empty()) return blank || ten_thousands(ours) == 0;
    return !blank && Fen::parse(published.value) == Fen(ten_thousands(ours)) * 100;
  }
  if (published.value.empty()) return blank || ours == Fen(0);
  if (blank) return false;
  if (published.value.back() == '?') {
    const std::string printed = published.value.substr(0, published.value.size() - 1);
    return ours.plain().substr(0, printed.size()) == printed;
  }
  return Fen::parse(published.value) == ours;
}

}  // namespace mif::reporting
