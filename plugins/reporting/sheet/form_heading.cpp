// SPDX-License-Identifier: Apache-2.0
#include "sheet/form_heading.h"

#include <algorithm>

namespace mif::reporting {
namespace {

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, sentence); }

constexpr std::string_view kWideSpace = "\xE3\x80\x80";

bool word_sign(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// The title as it stands on a later page of a broad table too.
std::string title_of(std::string_view text) {
  std::string title = compared_name(text);
  const std::string_view more = "(续)";
  if (title.size() > more.size() && title.compare(title.size() - more.size(), more.size(), more) == 0) title.resize(title.size() - more.size());
  return title;
}

std::vector<const Table*> titled(const Catalog& catalog, Period period, std::string_view text) {
  std::vector<const Table*> found;
  const std::string title = title_of(text);
  for (const auto& p : catalog.packages())
    for (const auto& t : p.tables)
      if (p.valid_in(period) && !title.empty() && compared_name(t->title) == title) found.push_back(t.get());
  return found;
}

// The longest code that stands in the name of a sheet as a word: "NHSA_M01", "甲县 NHSA_M01 (2)".
const Table* named(const Catalog& catalog, Period period, const std::string& name) {
  const Table* best = nullptr;
  for (const auto& p : catalog.packages())
    for (const auto& t : p.tables) {
      const std::string code = t->code.substr(0, 31);  // all that a spreadsheet lets a sheet be called
      const auto at = name.find(code);
      if (!p.valid_in(period) || at == std::string::npos || (best && best->code.size() >= t->code.size())) continue;
      const auto end = at + code.size();
      if ((at == 0 || !word_sign(name[at - 1])) && (end == name.size() || (!word_sign(name[end]) && name[end] != '_'))) best = t.get();
    }
  return best;
}

std::optional<FormHead> head_in(const FormSheet& sheet) {
  for (const auto& line : sheet.lines)
    for (std::size_t c = 0; c + 1 < line.cells.size(); ++c) {
      const std::string a = compared_name(line.cells[c].text), b = compared_name(line.cells[c + 1].text);
      if (a == "行次" && b == "项目") return FormHead{line.number, c, false};
      if (a == "项目" && b == "行次") return FormHead{line.number, c, true};
    }
  return std::nullopt;
}

// What follows "label：" in a line above the head, up to a wide gap, or the next cell when nothing follows.
std::optional<std::string> after(const FormLine& line, std::string_view label, const std::vector<std::string_view>& not_before, std::size_t& column) {
  for (std::size_t c = 0; c < line.cells.size(); ++c) {
    const std::string& text = line.cells[c].text;
    for (auto at = text.find(label); at != std::string::npos; at = text.find(label, at + 1)) {
      const bool other = std::any_of(not_before.begin(), not_before.end(), [&](std::string_view w) { return at >= w.size() && text.compare(at - w.size(), w.size(), w) == 0; });
      std::string_view rest = std::string_view(text).substr(at + label.size());
      if (rest.substr(0, 1) == ":") rest.remove_prefix(1);
      else if (rest.substr(0, 3) == "：") rest.remove_prefix(3);
      else continue;
      if (other) continue;
      const std::string gap = std::string(kWideSpace) + std::string(kWideSpace);
      rest = rest.substr(0, std::min({rest.find(gap), rest.find("  ")}));
      column = c;
      if (!compared_name(rest).empty()) return std::string(rest);
      for (std::size_t n = c + 1; n < line.cells.size(); ++n)
        if (!compared_name(line.cells[n].text).empty()) {
          column = n;
          return line.cells[n].text;
        }
      return std::string();
    }
  }
  return std::nullopt;
}

// "2023年6月", "2023-06", "2023-06-30"; a year alone has month 0.
std::optional<Period> period_in(std::string_view text) {
  // What stands apart is read apart: "县3　　2023 年 6 月".
  const std::string gap = std::string(kWideSpace) + std::string(kWideSpace);
  const auto cut = std::min(text.find(gap), text.find("  "));
  const std::string t = compared_name(text.substr(0, cut));
  const auto digits = [&](std::size_t at, std::size_t most) {
    std::size_t n = 0;
    while (n < most && at + n < t.size() && t[at + n] >= '0' && t[at + n] <= '9') ++n;
    return n;
  };
  for (std::size_t at = 0; at + 4 < t.size(); ++at) {
    if (digits(at, 5) != 4 || (at > 0 && t[at - 1] >= '0' && t[at - 1] <= '9')) continue;
    const int year = std::stoi(t.substr(at, 4));
    const bool word = t.compare(at + 4, 3, "年") == 0;
    if (!word && t[at + 4] != '-') continue;
    const std::size_t month = at + 4 + (word ? 3 : 1), n = digits(month, 2);
    if (n > 0 && (!word || t.compare(month + n, 3, "月") == 0)) return Period{year, std::stoi(t.substr(month, n))};
    if (word) return Period{year, 0};
  }
  return cut == std::string_view::npos ? std::nullopt : period_in(text.substr(cut + 2));
}

}  // namespace

std::string compared_name(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::string_view three = text.substr(i, 3);
    if (c == ' ' || (c >= 9 && c <= 13)) {
      ++i;
    } else if (text.substr(i, 2) == "\xC2\xA0") {
      i += 2;
    } else if (three == kWideSpace) {
      i += 3;
    } else if (three.size() == 3 && c == 0xEF && (three[1] == '\xBC' || three[1] == '\xBD')) {  // U+FF01 … U+FF5E
      const unsigned code = 0xF000u | (static_cast<unsigned>(static_cast<unsigned char>(three[1]) & 0x3F) << 6) | (static_cast<unsigned char>(three[2]) & 0x3F);
      if (code >= 0xFF01 && code <= 0xFF5E) out += static_cast<char>(code - 0xFEE0);
      else out += three;
      i += 3;
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::vector<FormSheet> parts_of(const FormSheet& sheet, const Catalog& catalog, Period period) {
  std::vector<FormSheet> parts = {{sheet.file, sheet.name, sheet.hidden, {}}};
  bool headed = false;
  for (const auto& line : sheet.lines) {
    // A title below a head that was passed: the next table begins.
    if (headed && !line.cells.empty() && !titled(catalog, period, line.cells.front().text).empty()) {
      parts.push_back({sheet.file, sheet.name, sheet.hidden, {}});
      headed = false;
    }
    parts.back().lines.push_back(line);
    headed = headed || head_in({{}, {}, false, {line}});
  }
  return parts;
}

std::optional<FormHeading> heading_of(const FormSheet& sheet, const Catalog& catalog, Period period) {
  const auto head = head_in(sheet);
  const Table* by_name = named(catalog, period, sheet.name);
  std::vector<const Table*> by_title;
  std::string unit;
  std::optional<Period> written;
  std::optional<std::string> money;
  std::string period_place, money_place;
  for (const auto& line : sheet.lines) {
    if (head && line.number >= head->line) break;
    for (std::size_t c = 0; c < line.cells.size(); ++c) {
      const std::string& text = line.cells[c].text;
      const auto found = titled(catalog, period, text);
      if (!found.empty()) {
        if (by_title.empty()) by_title = found;
        continue;
      }
      if (const auto p = period_in(text); p && !written && text.find("日期") == std::string::npos) {
        written = p;
        period_place = sheet.place(line.number, c);
      }
    }
    std::size_t column = 0;
    for (const std::string_view label : {"编制单位", "填报单位", "报送单位"})
      if (const auto found = after(line, label, {}, column); found && unit.empty()) unit = *found;
    if (const auto found = after(line, "单位", {"编制", "填报", "报送"}, column); found && !money) {
      money = *found;
      money_place = sheet.place(line.number, column);
    }
  }
  if (!head) {
    if (by_name && !sheet.hidden) refuse("report.form-head", sheet.place() + "：没有表头“行次”和“项目”，请用导出的表填写 (the head of the form is missing)");
    return std::nullopt;
  }
  if (by_name && !by_title.empty() && std::find(by_title.begin(), by_title.end(), by_name) == by_title.end())
    refuse("report.form-table", sheet.place() + "：工作表按名字是 " + by_name->code + "，标题却是 " + by_title.front()->code + " 的 (name and title are of two tables)");
  const Table* table = by_name ? by_name : by_title.size() == 1 ? by_title.front() : nullptr;
  if (!table)
    refuse("report.form-table", sheet.place() + (by_title.empty() ? "：认不出是哪张表，请用表号作工作表名，或写上本期的表名 (no table of this name in the period)"
                                                                   : "：有几张表都叫这个名字，请用表号作工作表名 (several tables have this title)"));
  if (written && (written->year != period.year || (written->month != period.month && !(written->month == 0 && table->span == 12))))
    refuse("report.form-period", period_place + "：写的是 " + (written->month ? written->iso() : std::to_string(written->year) + " 年") + "，要导入的是 " + period.iso() + " (the form is of another period)");
  if (!money || compared_name(*money).empty()) refuse("report.form-money", sheet.place() + "：没有写金额单位，应为“单位：" + table->printed_unit + "” (the money unit is missing)");
  std::string said = compared_name(*money);
  if (said.rfind("人民币", 0) == 0) said.erase(0, std::string_view("人民币").size());
  if (said != compared_name(table->printed_unit))
    refuse("report.form-money", money_place + "：金额单位写的是 " + *money + "，" + table->code + " 的是 " + table->printed_unit + "，请换算后再导入 (another money unit)");
  std::string own = unit;
  while (!own.empty() && (own.back() == ' ' || own.back() == '\t')) own.pop_back();
  while (!own.empty() && (own.front() == ' ' || own.front() == '\t')) own.erase(0, 1);
  return FormHeading{table, own, *head};
}

}  // namespace mif::reporting
