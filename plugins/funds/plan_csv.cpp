// SPDX-License-Identifier: Apache-2.0
#include "plan_csv.h"

#include <set>

namespace mif::funds {

namespace {

constexpr std::size_t kMostBytes = 1 << 20, kMostRows = 2000;

std::vector<std::string> fields(std::string_view row) {
  std::vector<std::string> all(1);
  bool quoted = false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const char c = row[i];
    if (c == '"' && quoted && i + 1 < row.size() && row[i + 1] == '"') all.back() += row[++i];
    else if (c == '"') quoted = !quoted;
    else if (c == ',' && !quoted) all.emplace_back();
    else all.back() += c;
  }
  if (quoted) return {};
  for (auto& f : all) {
    while (!f.empty() && f.front() == ' ') f.erase(0, 1);
    while (!f.empty() && f.back() == ' ') f.pop_back();
  }
  return all;
}

bool control_in(const std::string& text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  return false;
}

}  // namespace

std::vector<CsvAmount> read_plan_csv(std::string_view text, const std::string& name) {
  int line = 0;
  const auto complain = [&](const std::string& what) { throw Error(MIF_E_INVALID, "fund.plan-csv", name + ":" + std::to_string(line) + ": " + what); };
  if (text.size() > kMostBytes) complain("文件超过 1 MB (the file is too large)");
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  std::vector<CsvAmount> all;
  std::set<std::string> seen;
  bool header = false;
  while (!text.empty()) {
    ++line;
    const auto end = text.find('\n');
    std::string_view row = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (!row.empty() && row.back() == '\r') row.remove_suffix(1);
    if (row.empty()) continue;
    const auto f = fields(row);
    if (!header) {
      if (f != std::vector<std::string>{"item", "amount"}) complain("首行应为 item,amount (the first line names the columns item,amount)");
      header = true;
      continue;
    }
    if (f.size() != 2 || f[0].empty()) complain("每行应为 项目,金额 两列 (a line has an item and an amount)");
    if (f[0].size() > 60 || control_in(f[0])) complain("项目代码超过 60 字节或含控制字符 (not an item code)");
    if (!seen.insert(f[0]).second) complain("项目写了两次 (an item twice) " + f[0]);
    CsvAmount one{f[0], {}, line};
    try {
      one.fen = Fen::parse(f[1]);
    } catch (const Error& e) {
      complain(e.what());
    }
    if (one.fen < Fen(0)) complain("预算金额不能为负 (a budget is not negative): " + f[1]);
    all.push_back(std::move(one));
    if (all.size() > kMostRows) complain("超过 2000 行 (too many lines)");
  }
  if (all.empty()) complain("没有预算行 (no lines)");
  return all;
}

}  // namespace mif::funds
