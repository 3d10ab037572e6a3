// SPDX-License-Identifier: Apache-2.0
#include "table.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "places.h"

namespace mif::reporting {
namespace {

std::string extent(const std::vector<Line>& lines) {
  if (lines.empty()) return "（无）";
  return lines.size() == 1 ? lines.front().code : lines.front().code + "–" + lines.back().code;
}

void load_lines(const Node& root, std::string_view key, std::string_view file, std::vector<Line>& lines,
                std::map<std::string, int, std::less<>>& index) {
  const Node* node = root.find(key);
  if (!node || node->children.empty())
    throw Error(MIF_E_INVALID, "report.axis-missing", std::string(file) + ":" + std::to_string(node ? node->line : 1) + ": 缺少 (lacks) " + std::string(key) + " { 编号 { name … } }");
  for (const auto& child : node->children) {
    refuse_unknown(child, file, {"name", "right", "group", "explain", "unit", "decimals"});
    located(file, child.line, [&] {
      if (child.key.find_first_of(",:*[]{}") != std::string::npos) throw Error(MIF_E_INVALID, "report.code-sign", "行号栏号不能含 , : * [ ] (not allowed in a code): \"" + child.key + "\"");
      if (!index.emplace(child.key, static_cast<int>(lines.size())).second)
        throw Error(MIF_E_INVALID, "report.code-twice", "编号重复 (code given twice): \"" + child.key + "\"");
    });
    lines.push_back({child.key, child.value.empty() ? child.get("name") : child.value, child.get("right"), child.get("group"), child.get("explain")});
    lines.back().unit = child.get("unit");
    located(file, child.line, [&] {
      Table::check_unit(lines.back().unit);
      const std::string decimals = child.get("decimals");
      if (decimals.empty()) return;
      if (decimals.size() != 1 || decimals[0] < '0' || decimals[0] > '6') throw Error(MIF_E_INVALID, "report.decimals", "decimals 应为 0 到 6 (expected), 找到 \"" + decimals + "\"");
      lines.back().decimals = decimals[0] - '0';
    });
  }
}

// Every cell a target covers, with how specific it is.
void each_cell(const Table& t, const CellRef& at, const std::function<void(int, int, int)>& visit) {
  const auto spread = [](const Axis& axis, int count, const std::function<int(const std::string&)>& find) {
    if (axis.each) return std::pair<int, int>{0, count - 1};
    if (axis.current()) throw Error(MIF_E_INVALID, "report.target", "位置要写行号和栏号 (a target names row and column)");
    const int from = find(axis.from), to = axis.to.empty() ? from : find(axis.to);
    return std::pair<int, int>{std::min(from, to), std::max(from, to)};
  };
  const auto [r0, r1] = spread(at.row, static_cast<int>(t.rows.size()), [&](const std::string& c) { return t.row(c); });
  const auto [c0, c1] = spread(at.col, static_cast<int>(t.cols.size()), [&](const std::string& c) { return t.col(c); });
  const int specificity = (at.row.each || !at.row.to.empty() ? 0 : 1) + (at.col.each || !at.col.to.empty() ? 0 : 1);
  for (int r = r0; r <= r1; ++r)
    for (int c = c0; c <= c1; ++c) visit(r, c, specificity);
}

// The smallest amount a unit shows, in millionths: 元 has two decimals, the others none unless `decimals` says so.
Wide printing_step(const std::string& unit, const std::string& decimals) {
  static const std::map<std::string, Wide> units = {{"元", Value::kOne}, {"万元", Value::kOne * 10000}, {"亿元", Value::kOne * 100000000}, {"人", Value::kOne}};
  const auto found = units.find(unit);
  if (found == units.end()) throw Error(MIF_E_INVALID, "report.unit", "unit 应为 元、万元、亿元 或 人 (expected), 找到 \"" + unit + "\"");
  if (!decimals.empty() && (decimals.size() != 1 || decimals[0] < '0' || decimals[0] > '6'))
    throw Error(MIF_E_INVALID, "report.decimals", "decimals 应为 0 到 6 (expected), 找到 \"" + decimals + "\"");
  Wide step = found->second;
  for (int i = decimals.empty() ? (unit == "元" ? 2 : 0) : decimals[0] - '0'; i > 0; --i) step /= 10;
  if (step < Value::kPerFen) throw Error(MIF_E_INVALID, "report.decimals", "decimals 细于分 (finer than a fen): \"" + decimals + "\"");
  return step;
}

void place(Table& t, const std::string& at, CellRule wanted) {
  each_cell(t, parse_target(at), [&](int r, int c, int specificity) {
    auto& rule = t.grid[static_cast<std::size_t>(r) * t.cols.size() + static_cast<std::size_t>(c)];
    // A cell marked × stays empty whatever a wildcard says.
    if (rule.kind == CellRule::Kind::blocked && specificity < 2) return;
    if (rule.specificity == specificity)
      throw Error(MIF_E_INVALID, "report.two-rules", "[" + t.rows[static_cast<std::size_t>(r)].code + "," + t.cols[static_cast<std::size_t>(c)].code +
                                     "] 有两条同样具体的规定" + (rule.formula >= 0 ? "（另一条在第 " + std::to_string(t.formulas[static_cast<std::size_t>(rule.formula)].line) + " 行）" : std::string()) +
                                     "，请为该格单写一条 (two rules for one cell)");
    if (rule.specificity > specificity) return;
    rule = wanted;
    rule.specificity = specificity;
  });
}

constexpr int kMostRows = 1000, kMostCharacters = 2000, kCharacters = 1000;

int whole_number(const Node& node, std::string_view key, std::string_view otherwise, int least, int most) {
  const std::string text = node.get(key, std::string(otherwise));
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos || std::stoi(text) < least || std::stoi(text) > most)
    throw Error(MIF_E_INVALID, "report.whole-number", std::string(key) + " 应为 " + std::to_string(least) + " 到 " + std::to_string(most) + " 的整数 (a whole number), 找到 \"" + text + "\"");
  return std::stoi(text);
}

bool yes_or_no(const Node& node, std::string_view key) {
  const std::string text = node.get(key, "no");
  if (text != "yes" && text != "no") throw Error(MIF_E_INVALID, "report.yes-no", std::string(key) + " 应为 yes 或 no (expected), 找到 \"" + text + "\"");
  return text == "yes";
}

CellRule input_rule(const Node& node) {
  CellRule rule;
  rule.kind = CellRule::Kind::input;
  const std::string kind = node.get("kind", "amount");
  if (kind != "amount" && kind != "text") throw Error(MIF_E_INVALID, "report.input-kind", "填报格的 kind 应为 amount（数）或 text（文字）(expected), 找到 \"" + kind + "\"");
  rule.text = kind == "text";
  rule.carry = yes_or_no(node, "carry");
  if (!rule.text && node.find("most")) throw Error(MIF_E_INVALID, "report.input-kind", "most 只用于 kind text 的填报格 (most belongs to an input of text)");
  if (rule.text) rule.most = whole_number(node, "most", std::to_string(kCharacters), 1, kMostCharacters);
  return rule;
}

// `variable { v { from 5 to 204 name "明细" } }`: its rows stand after the last one with a smaller number.
void lay_out(Table& t, const Node& node) {
  Section s;
  s.name = node.get("name", "明细");
  const int from = whole_number(node, "from", "", 1, 99999), to = whole_number(node, "to", "", from, from + kMostRows - 1);
  s.open = whole_number(node, "open", "1", 0, to - from + 1);
  std::size_t at = 0;
  for (std::size_t i = 0; i < t.rows.size(); ++i) {
    const auto& code = t.rows[i].code;
    if (!code.empty() && code.size() < 6 && code.find_first_not_of("0123456789") == std::string::npos && std::stoi(code) < from) at = i + 1;
  }
  for (const auto& other : t.sections)
    if (static_cast<int>(at) > other.first && static_cast<int>(at) <= other.last) throw Error(MIF_E_INVALID, "report.variable-inside", "变长行段不能放在另一段之内 (a section inside another)");
  std::vector<Line> lines;
  for (int code = from; code <= to; ++code) {
    Line line;
    line.code = std::to_string(code);
    line.name = s.name;
    line.explanation = node.get("explain");
    line.section = static_cast<int>(t.sections.size());
    if (t.row_index.count(line.code)) throw Error(MIF_E_INVALID, "report.code-twice", "编号重复 (code given twice): \"" + line.code + "\"");
    lines.push_back(std::move(line));
  }
  const int many = static_cast<int>(lines.size());
  for (auto& other : t.sections)
    if (other.first >= static_cast<int>(at)) {
      other.first += many;
      other.last += many;
    }
  s.first = static_cast<int>(at);
  s.last = s.first + many - 1;
  t.rows.insert(t.rows.begin() + s.first, lines.begin(), lines.end());
  t.row_index.clear();
  for (std::size_t i = 0; i < t.rows.size(); ++i) t.row_index[t.rows[i].code] = static_cast<int>(i);
  if (const std::string key = node.get("key"); !key.empty()) s.key = t.col(key);
  t.sections.push_back(std::move(s));
}

// What is quoted from a template may hold anything; what is said about it is one line.
std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return text;
}

}  // namespace

void refuse_unknown(const Node& node, std::string_view file, std::initializer_list<std::string_view> keys) {
  for (const auto& child : node.children) {
    if (std::find(keys.begin(), keys.end(), child.key) != keys.end()) continue;
    std::string list;
    for (const auto key : keys) list += (list.empty() ? "" : " ") + std::string(key);
    throw Error(MIF_E_INVALID, "report.table-key", std::string(file) + ":" + std::to_string(child.line) + ": 不认识 (unknown) \"" + child.key + "\"，可用: " + list);
  }
}

void located(std::string_view file, int line, const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& e) {
    const bool told = std::string_view(e.what()).substr(0, file.size()) == file;
    throw Error(e.code(), (told ? std::string() : std::string(file) + ":" + std::to_string(line) + ": ") + one_line(e.what()));
  }
}

int Table::row(std::string_view code) const {
  const auto found = row_index.find(code);
  if (found != row_index.end()) return found->second;
  throw Error(MIF_E_INVALID, "report.row-not-found", this->code + "：找不到行号 “" + std::string(code) + "”，本表行号为 " + extent(rows) + " (no such row)");
}

int Table::col(std::string_view code) const {
  const auto found = col_index.find(code);
  if (found != col_index.end()) return found->second;
  throw Error(MIF_E_INVALID, "report.col-not-found", this->code + "：找不到栏号 “" + std::string(code) + "”，本表栏号为 " + extent(cols) + " (no such column)");
}

int months_of(std::string_view period) { return period == "month" ? 1 : period == "quarter" ? 3 : period == "year" ? 12 : 0; }

int first_month(int span, int month) {
  if (span == 1) return month;
  return (std::min(month, 12) - 1) / span * span + 1;
}

namespace {

// Where a formula names cells of its own table they are found once.
void find_own(Expression& e, const Table& t) {
  if (e.op == Expression::Op::cell && e.cell.table.empty())
    for (const auto& [axis, index] : {std::pair(&e.cell.row, &t.row_index), std::pair(&e.cell.col, &t.col_index)}) {
      const auto from = index->find(axis->from), to = axis->to.empty() ? from : index->find(axis->to);
      if (axis->each || axis->current() || from == index->end() || to == index->end()) continue;
      std::tie(axis->own_from, axis->own_to) = std::minmax(from->second, to->second);
    }
  for (const auto& arg : e.args) find_own(*arg, t);
}

}  // namespace

Table load_table(const Node& root, std::string_view file, const Dimensions& dimensions) {
  refuse_unknown(root, file, {"table", "rows", "cols", "variable", "formulas", "inputs", "blocked", "checks", "parameters", "sum"});
  const Node* head = root.find("table");
  if (!head) throw Error(MIF_E_INVALID, "report.table-head", std::string(file) + ":1: 缺少 (lacks) table { code … title … }");
  refuse_unknown(*head, file, {"code", "title", "scheme", "period", "unit", "decimals", "zero", "note", "two-sided"});
  Table t;
  t.file = file;
  t.code = head->require("code", file);
  t.title = head->require("title", file);
  t.scheme = head->get("scheme");
  t.period = head->get("period", "month");
  t.span = months_of(t.period);
  if (t.span == 0) throw Error(MIF_E_INVALID, "report.period", std::string(file) + ":" + std::to_string(head->find("period")->line) + ": period 应为 month、quarter 或 year (expected), 找到 \"" + t.period + "\"");
  t.note = head->get("note");
  t.printed_unit = head->get("unit", "元");
  located(file, head->line, [&] { t.step = printing_step(t.printed_unit, head->get("decimals")); });
  t.zero_blank = head->get("zero") == "blank";
  t.two_sided = head->get("two-sided") == "yes";
  load_lines(root, "rows", file, t.rows, t.row_index);
  load_lines(root, "cols", file, t.cols, t.col_index);
  if (const Node* variable = root.find("variable"))
    for (const auto& v : variable->children) {
      refuse_unknown(v, file, {"from", "to", "name", "key", "open", "explain"});
      located(file, v.line, [&] { lay_out(t, v); });
    }
  t.grid.resize(t.rows.size() * t.cols.size());
  if (const Node* parameters = root.find("parameters"))
    for (const auto& p : parameters->children) t.parameters[p.key] = p.value;
  if (const Node* blocked = root.find("blocked"))
    for (const auto& b : blocked->children)
      located(file, b.line, [&] { place(t, b.value, {CellRule::Kind::blocked}); });
  t.not_summed.resize(t.grid.size());
  if (const Node* sum = root.find("sum"))
    for (const auto& n : sum->children) {
      refuse_unknown(*sum, file, {"no"});
      located(file, n.line, [&] {
        each_cell(t, parse_target(n.value), [&](int r, int c, int) { t.not_summed[static_cast<std::size_t>(r) * t.cols.size() + static_cast<std::size_t>(c)] = true; });
      });
    }
  if (const Node* formulas = root.find("formulas"))
    for (const auto& f : formulas->children) {
      refuse_unknown(f, file, {"at", "expr", "note"});
      located(file, f.line, [&] {
        Formula formula{f.line, f.require("expr", file), f.get("note"), nullptr};
        formula.root = parse_formula(formula.text, dimensions);
        t.formulas.push_back(std::move(formula));
        place(t, f.require("at", file), {CellRule::Kind::formula, static_cast<int>(t.formulas.size()) - 1});
      });
    }
  if (const Node* inputs = root.find("inputs"))
    for (const auto& i : inputs->children) {
      refuse_unknown(i, file, {"at", "kind", "most", "carry", "owner", "note"});
      located(file, i.line, [&] { place(t, i.require("at", file), input_rule(i)); });
    }
  for (const auto& s : t.sections)
    for (int r = s.first; r <= s.last; ++r)
      for (std::size_t c = 0; c < t.cols.size(); ++c)
        if (t.rule(r, static_cast<int>(c)).carry)
          throw Error(MIF_E_INVALID, "report.variable-carry", std::string(file) + ":" + std::to_string(root.find("variable")->line) + ": 变长行里的格不能 carry yes，行会移动 (rows move)，请去掉 carry");
  for (const auto& s : t.sections)
    if (s.key >= 0 && !t.rule(s.first, s.key).text)
      throw Error(MIF_E_INVALID, "report.variable-key", std::string(file) + ":" + std::to_string(root.find("variable")->line) + ": 变长行的 key 应是文字填报栏 (the key is a column of text): " + t.cols[static_cast<std::size_t>(s.key)].code);
  if (const Node* checks = root.find("checks"))
    for (const auto& c : checks->children) t.checks.push_back(load_check(c, file, dimensions));
  for (const auto& formula : t.formulas) find_own(*formula.root, t);
  for (const auto& check : t.checks)
    for (const ExpressionPtr* root : {&check.root, &check.when})
      if (*root) find_own(**root, t);
  return t;
}

}  // namespace mif::reporting
