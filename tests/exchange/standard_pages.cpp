// SPDX-License-Identifier: Apache-2.0
#include "standard_pages.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace mif::exchange::testing {

namespace {

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  return from == std::string::npos ? "" : text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> all;
  std::istringstream in(line.substr(1, line.rfind('|') - 1));
  for (std::string cell; std::getline(in, cell, '|');) all.push_back(trimmed(cell));
  return all;
}

// "varchar(40)" out of "varchar(40) not null": the type is what stands before the first constraint.
Column column_of(const std::string& definition) {
  std::istringstream in(definition);
  Column column;
  in >> column.name >> column.type;
  column.required = definition.find("not null") != std::string::npos;
  return column;
}

std::string without_comments(const std::string& sql) {
  std::string text;
  std::istringstream in(sql);
  for (std::string line; std::getline(in, line);) text += line.substr(0, line.find("--")) + " ";
  return text;
}

std::string code_fields(const std::vector<std::string>& fields, const DocumentType& type) {
  std::string text;
  for (const auto& f : fields) text += (text.empty() ? "`" : " `") + f + (type.is_optional(f) ? "?`" : "`");
  return text.empty() ? "—" : text;
}

// 50000 of a hundred millionths: "0.0005".
std::string decimal(std::int64_t rate) {
  std::string part = std::to_string(rate % 100000000);
  part.insert(0, 8 - part.size(), '0');
  part.erase(part.find_last_not_of('0') + 1);
  return std::to_string(rate / 100000000) + (part.empty() ? "" : "." + part);
}

std::string sides(const Rule& rule) {
  std::string debit, credit;
  for (const auto& l : rule.lines) {
    std::string& side = l.side == MIF_DEBIT ? debit : credit;
    side += (side.empty() ? "" : " ") + std::string(l.sign < 0 ? "-" : "") + l.account.text();
  }
  std::string when;
  for (const auto& c : rule.match) {
    when += (when.empty() ? "" : ", ") + c.field + (c.negated ? "≠" : "=");
    for (std::size_t i = 0; i < c.values.size(); ++i) when += (i ? "或" : "") + (c.values[i].empty() ? "空" : c.values[i]);
  }
  return (when.empty() ? "" : when + ": ") + (debit.empty() ? "—" : debit) + " / " + (credit.empty() ? "—" : credit);
}

}  // namespace

std::string content(const std::string& path) {
  std::ifstream in(std::string(MIF_SOURCE_DIR) + "/" + path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string fenced(const std::string& text, const std::string& heading, const std::string& language) {
  const auto title = text.find("\n" + heading + "\n");
  const auto open = title == std::string::npos ? title : text.find("```" + language + "\n", title);
  if (open == std::string::npos) throw std::runtime_error("no block ```" + language + " below \"" + heading + "\"");
  const auto from = text.find('\n', open) + 1;
  return text.substr(from, text.find("\n```", from) + 1 - from);
}

std::string page(const std::string& name) { return content("docs/exchange/" + name); }

std::string exchange_ddl(const std::string& database) {
  return fenced(page("ddl.md"), database == "sqlserver" ? "## SQL Server (ODBC)" : "## SQLite 与 PostgreSQL", "sql");
}

std::vector<Table> tables_of_ddl(const std::string& ddl) {
  const std::string text = without_comments(ddl);
  std::vector<Table> tables;
  for (std::size_t at = 0; (at = text.find("create table ", at)) != std::string::npos;) {
    at += 13;
    const auto open = text.find('(', at);
    Table table;
    table.name = trimmed(text.substr(at, open - at));
    int depth = 1;
    std::string definition;
    for (at = open + 1; at < text.size() && depth > 0; ++at) {
      depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
      if (depth > 1 || (depth == 1 && text[at] != ',')) definition += text[at];
      if (depth == 0 || (depth == 1 && text[at] == ',')) {
        if (trimmed(definition).rfind("primary key", 0) != 0) table.columns.push_back(column_of(definition));
        definition.clear();
      }
    }
    tables.push_back(table);
  }
  return tables;
}

std::vector<std::vector<std::string>> rows_below(const std::string& text, const std::string& heading) {
  std::vector<std::vector<std::string>> rows;
  const auto title = text.find("\n" + heading + "\n");
  if (title == std::string::npos) throw std::runtime_error("no heading \"" + heading + "\"");
  std::istringstream in(text.substr(title + heading.size() + 2));
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("#", 0) == 0) break;
    if (line.rfind("|", 0) == 0) {
      rows.push_back(cells(line));
      inside = true;
    } else if (inside) {
      break;
    }
  }
  if (rows.size() < 3) throw std::runtime_error("no table below \"" + heading + "\"");
  rows.erase(rows.begin(), rows.begin() + 2);  // names and the line below them
  return rows;
}

std::vector<std::string> ticked(const std::string& cell) {
  std::vector<std::string> all;
  for (std::size_t at = 0; (at = cell.find('`', at)) != std::string::npos;) {
    const auto end = cell.find('`', at + 1);
    if (end == std::string::npos) break;
    all.push_back(cell.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return all;
}

std::vector<Table> tables_of_page(const std::string& text) {
  std::vector<Table> tables;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("### `", 0) != 0) continue;
    Table table;
    table.name = ticked(line).front();
    for (const auto& row : rows_below(text, line)) table.columns.push_back({ticked(row.at(0)).at(0), ticked(row.at(1)).at(0), row.at(2) == "是"});
    tables.push_back(table);
  }
  return tables;
}

std::vector<Numbered> forty() {
  std::vector<Numbered> rows;
  for (const auto& row : rows_below(page("documents.md"), "## 3. 四十类单据")) rows.push_back({std::stoi(row.at(0)), row.at(1), ticked(row.at(2)), ticked(row.at(3)), ticked(row.at(4)), row.at(5)});
  return rows;
}

std::string generated(const std::string& text, const std::string& name) {
  const std::string begin = "<!-- " + name + " -->\n";
  const auto from = text.find(begin);
  const auto to = text.find("<!-- end -->", from == std::string::npos ? text.size() : from);
  if (from == std::string::npos || to == std::string::npos) throw std::runtime_error("no section between <!-- " + name + " --> and <!-- end -->");
  return text.substr(from + begin.size(), to - from - begin.size());
}

std::string list_table(const RuleSet& rules) {
  std::string text = "| 代码表 | 代码 |\n|---|---|\n";
  for (const auto& [list, codes] : rules.lists) {
    text += "| `" + list + "` | ";
    for (auto code = codes.begin(); code != codes.end(); ++code) text += (code == codes.begin() ? "" : " · ") + code->first + " " + code->second;
    text += " |\n";
  }
  return text;
}

std::string type_table(const RuleSet& rules) {
  std::string text = "| 类型 | 名称 | 金额分项 | 说明项 (不记账, 可缺) | 文本项 | 代码项 | 分录 (借 / 贷) | 字 | 付款 | 冲销 |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const auto& [name, type] : rules.types) {
    std::string parts, figures, codes, entries, words, pays, reversal = type.negative ? "负数" : "";
    std::vector<std::string> code_names;
    for (const auto& c : type.codes) code_names.push_back(c.field);
    for (const auto& group : type.parts) {
      parts += parts.empty() ? "" : "; ";
      for (std::size_t i = 0; i < group.size(); ++i) parts += (i ? " `" : "`") + group[i] + "`";
    }
    for (const auto& group : type.figures) {
      figures += figures.empty() ? "" : "; ";
      for (std::size_t i = 0; i < group.size(); ++i) figures += (i ? " " : "") + std::string(group[i].sign < 0 ? "−" : i ? "+ " : "") + "`" + group[i].field + "`";
    }
    if (type.accrual) figures += (figures.empty() ? "`" : "; `") + type.accrual->base + "` × `" + type.accrual->days + "` × " + decimal(type.accrual->per_day);
    if (type.original) {
      const std::string& year = type.original->year.text();
      figures += (figures.empty() ? "`" : "; `") + type.original->day + "` " + (year == "current" ? "在本年" : year == "prior" ? "在以前年度" : year == "month" ? "在同月" : "合于 `" + type.original->year.fields().at(0) + "`");
    }
    for (const auto& r : type.rules) {
      entries += (entries.empty() ? "" : "<br>") + sides(r);
      if (words.find(r.word) == std::string::npos) words += r.word;
    }
    const auto paid = std::count_if(type.rules.begin(), type.rules.end(), [](const auto& r) { return r.payable.has_value(); });
    if (paid > 0) pays = paid == static_cast<long>(type.rules.size()) ? "是" : "1004 时";
    for (const auto& other : type.reversed_by) reversal += (reversal.empty() ? "`" : ", `") + other + "`";
    text += "| `" + name + "` | " + type.name + " | " + (parts.empty() ? "—" : parts) + " | " + (figures.empty() ? "—" : figures) + " | " + code_fields(type.text, type) + " | " +
            code_fields(code_names, type) + " | " + (type.memo ? "无, 备查登记" : entries) + " | " + (words.empty() ? "—" : words) + " | " + (pays.empty() ? "—" : pays) + " | " + reversal + " |\n";
  }
  return text;
}

}  // namespace mif::exchange::testing
