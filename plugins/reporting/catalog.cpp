// SPDX-License-Identifier: Apache-2.0
#include "catalog.h"

#include <algorithm>

#include "digest.h"
#include "eliminations.h"
#include "formula_words.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;

Package load_package(const TemplateFiles& files, const TemplateFolder& from, const Dimensions& dimensions) {
  const std::string file = from.folder + "/package.info";
  const Node root = files.info(file);
  const Node* head = root.find("package");
  if (!head) throw Error(MIF_E_INVALID, "report.package-head", file + ":1: 缺少 (lacks) package { code … title … }");
  Package p;
  p.code = head->require("code", file);
  p.title = head->require("title", file);
  p.note = head->get("note");
  if (const Node* period = head->find("period")) {
    p.span = months_of(period->value);
    if (p.span == 0) throw Error(MIF_E_INVALID, "report.period", file + ":" + std::to_string(period->line) + ": period 应为 month、quarter 或 year (expected), 找到 \"" + period->value + "\"");
  }
  p.ministry = from.provider.empty() ? head->get("ministry", from.ministry) : from.ministry;
  p.provider = from.provider;
  p.folder = from.folder;
  if (const Node* valid = head->find("valid"))
    located(file, valid->line, [&] {
      if (const Node* first = valid->find("from")) p.from = Period::parse(first->value);
      if (const Node* last = valid->find("to")) p.to = Period::parse(last->value);
      if (p.to.month == 12) p.to.month = 13;
    });
  Digest digest;
  digest.add(files.bytes(file));
  const Node* tables = root.find("tables");
  if (!tables || tables->children.empty()) throw Error(MIF_E_INVALID, "report.package-tables", file + ":" + std::to_string(root.line + 1) + ": 缺少 (lacks) tables { 表号 … }");
  for (const auto& t : tables->children) {
    const std::string path = from.folder + "/" + t.key + ".info";
    auto table = std::make_shared<Table>(load_table(files.info(path), path, dimensions));
    if (table->code != t.key) throw Error(MIF_E_INVALID, "report.code-not-file", path + ":1: 表号 (code) \"" + table->code + "\" 与文件名不符，应为 \"" + t.key + "\"");
    digest.add(files.bytes(path));
    p.tables.push_back(std::move(table));
  }
  if (const Node* checks = root.find("checks"))
    for (const auto& c : checks->children) p.checks.push_back(load_check(c, file, dimensions));
  if (const Node* eliminate = root.find("eliminate"))
    for (const auto& e : eliminate->children)
      for (auto& pair : load_eliminations(e, file, dimensions, p.tables)) p.eliminations.push_back(std::move(pair));
  p.digest = digest.hex();
  return p;
}

Bridge load_bridge(const TemplateFiles& files, const std::string& file, const Dimensions& dimensions) {
  const Node root = files.info(file);
  Bridge b;
  b.file = file;
  for (const auto& top : root.children) {
    if (top.key == "bridge") {
      b.code = top.require("code", file);
      b.title = top.require("title", file);
      continue;
    }
    if (top.key != "pair") throw Error(MIF_E_INVALID, "report.bridge-key", file + ":" + std::to_string(top.line) + ": 应为 bridge 或 pair (expected), 找到 \"" + top.key + "\"");
    Pair p;
    p.line = top.line;
    p.id = top.require("id", file);
    p.scheme = top.require("scheme", file);
    p.subject = top.require("concept", file);
    p.a_text = top.require("a", file);
    p.b_text = top.require("b", file);
    p.note = top.get("note");
    located(file, top.line, [&] {
      p.a = parse_formula(p.a_text, dimensions);
      p.b = parse_formula(p.b_text, dimensions);
    });
    for (const Node* e : top.all("explain")) {
      Pair::Explanation x;
      x.kind = e->require("class", file);
      x.text = e->require("text", file);
      x.expr = e->require("expr", file);
      located(file, e->line, [&] {
        if (x.kind != "basis" && x.kind != "timing" && x.kind != "scope")
          throw Error(MIF_E_INVALID, "report.bridge-class", "class 应为 basis、timing 或 scope (expected), 找到 \"" + x.kind + "\"");
        x.root = parse_formula(x.expr, dimensions);
      });
      p.explanations.push_back(std::move(x));
    }
    b.pairs.push_back(std::move(p));
  }
  return b;
}

std::string name_of(const Table& t, int row, int col) {
  return t.code + "[" + t.rows[static_cast<std::size_t>(row)].code + "," + t.cols[static_cast<std::size_t>(col)].code + "]";
}

}  // namespace

std::shared_ptr<const Catalog> Catalog::load(const TemplateFiles& files, const std::string& root, const std::vector<TemplateFolder>& folders) {
  auto catalog = std::make_shared<Catalog>();
  const std::string names = root + "/dimensions.info";
  catalog->dimensions_ = Dimensions(files.info(names), names);
  for (const auto& folder : folders) catalog->packages_.push_back(load_package(files, folder, catalog->dimensions_));
  for (std::size_t i = 0; i < catalog->packages_.size(); ++i)
    for (std::size_t j = i + 1; j < catalog->packages_.size(); ++j) {
      const auto& a = catalog->packages_[i];
      const auto& b = catalog->packages_[j];
      if (a.code == b.code) throw Error(MIF_E_INVALID, "report.package-twice", b.folder + "/package.info:1: 报表包代码与 " + a.folder + " 重复 (package code given twice): " + a.code);
      if (a.to < b.from || b.to < a.from) continue;
      for (const auto& s : a.tables)
        for (const auto& t : b.tables)
          if (s->code == t->code) throw Error(MIF_E_INVALID, "report.table-twice", t->file + ":1: 表号与 " + s->file + " 同期重复 (table code given twice): " + t->code);
    }
  catalog->load_migrations(files);
  for (const auto& p : catalog->packages_) catalog->check_references(p);
  for (const auto& p : catalog->packages_) catalog->check_text_cells(p);
  catalog->refuse_cycles();
  catalog->index_dependents();
  catalog->name_kinds();
  for (const auto& file : files.list(root + "/bridge")) {
    if (file.size() < 5 || file.substr(file.size() - 5) != ".info") continue;
    Bridge b = load_bridge(files, root + "/bridge/" + file, catalog->dimensions_);
    for (const auto& p : b.pairs)
      located(b.file, p.line, [&] {
        Package any;
        any.from = {9999, 1};
        if (!catalog->packages_.empty()) any.from = catalog->packages_.front().from;
        catalog->check_expression(*p.a, nullptr, any, false, false);
        catalog->check_expression(*p.b, nullptr, any, false, false);
        for (const auto& x : p.explanations) catalog->check_expression(*x.root, nullptr, any, false, false);
      });
    catalog->bridges_.push_back(std::move(b));
  }
  return catalog;
}

const Table* Catalog::find(std::string_view code, Period period) const {
  for (const auto& p : packages_) {
    if (!p.valid_in(period)) continue;
    for (const auto& t : p.tables)
      if (t->code == code) return t.get();
  }
  return nullptr;
}

const Table* Catalog::any_version(std::string_view code, Period period) const {
  if (const Table* t = find(code, period)) return t;
  for (const auto& p : packages_)
    for (const auto& t : p.tables)
      if (t->code == code) return t.get();
  return nullptr;
}

const Table& Catalog::table(std::string_view code, Period period) const {
  if (const Table* t = find(code, period)) return *t;
  std::string known;
  for (const auto& p : packages_)
    for (const auto& t : p.tables) known += (known.empty() ? "" : "、") + t->code;
  throw Error(MIF_E_NOT_FOUND, "report.table-not-found", period.iso() + " 没有报表 (no table) \"" + std::string(code) + "\"，现有: " + known);
}

const Package& Catalog::package_of(const Table& table) const {
  for (const auto& p : packages_)
    for (const auto& t : p.tables)
      if (t.get() == &table) return p;
  throw Error(MIF_E_INTERNAL, "table " + table.code + " belongs to no package");
}

std::vector<const Package*> Catalog::select(std::string_view wanted, Period period, const Agency& unit) const {
  std::vector<const Package*> found;
  const Package* unfinished = nullptr;
  bool named = false;
  std::string known;
  for (const auto& p : packages_) {
    known += (known.empty() ? "" : "、") + p.code;
    if (!wanted.empty() && wanted != p.code && wanted != p.ministry) continue;
    named = true;
    if (!p.valid_in(period)) continue;
    if (std::none_of(p.tables.begin(), p.tables.end(), [&](const auto& t) { return unit.has(*t); })) continue;
    if (p.ends_in(period)) found.push_back(&p);
    else unfinished = &p;
  }
  if (!named) throw Error(MIF_E_NOT_FOUND, "report.package-not-found", "没有报表包 (no report package) \"" + std::string(wanted) + "\"，现有: " + known);
  if (found.empty() && unfinished)
    throw Error(MIF_E_INVALID, "report.period-not-end", unfinished->title + (unfinished->span == 3 ? " 是季报，期间应为季末月" : " 是年报，期间应为 12 月") + " (the period must end a quarter or a year)，不是 " + period.iso());
  if (found.empty())
    throw Error(MIF_E_NOT_FOUND, "report.package-not-applicable", "没有适用于单位 " + unit.code + "、期间 " + period.iso() + " 的报表包 (no package for this unit and period)");
  return found;
}

const Package& package_named(const Catalog& catalog, const std::string& code, Period period) {
  std::string known;
  for (const auto& p : catalog.packages()) {
    if ((p.code == code || p.ministry == code) && p.valid_in(period) && p.ends_in(period)) return p;
    known += (known.empty() ? "" : "、") + p.code;
  }
  throw Error(MIF_E_NOT_FOUND, "report.package-not-found", period.iso() + " 没有报表包 (no report package) \"" + code + "\"，现有: " + known);
}

void Catalog::check_references(const Package& package) const {
  for (const auto& t : package.tables) {
    for (std::size_t r = 0; r < t->rows.size(); ++r)
      for (std::size_t c = 0; c < t->cols.size(); ++c) {
        const auto& rule = t->rule(static_cast<int>(r), static_cast<int>(c));
        if (rule.kind != CellRule::Kind::formula) continue;
        const auto& f = t->formulas[static_cast<std::size_t>(rule.formula)];
        located(t->file, f.line, [&] { check_expression(*f.root, t.get(), package, false, false); });
      }
    for (const auto& check : t->checks)
      located(t->file, check.line, [&] {
        check_expression(*check.root, t.get(), package, true, false);
        if (check.when) check_expression(*check.when, t.get(), package, true, false);
      });
  }
  for (const auto& check : package.checks)
    located(package.folder + "/package.info", check.line, [&] {
      check_expression(*check.root, nullptr, package, true, false);
      if (check.when) check_expression(*check.when, nullptr, package, true, false);
    });
  for (const auto& e : package.eliminations)
    located(package.folder + "/package.info", e.line, [&] {
      check_expression(*e.a, nullptr, package, true, false);
      check_expression(*e.b, nullptr, package, true, false);
    });
}

namespace {

// A period that the table asked does not end in would be a part of it, told as the whole.
void refuse_part_of_span(const Shift& shift, int span, const std::string& what) {
  if (span == 1) return;
  const std::string period = span == 3 ? "季报" : "年报";
  if (shift.months_back % span != 0) throw Error(MIF_E_INVALID, "formula.shift-span", what + " 是" + period + "，不能按月移动 (its period is not a month)，请用 {上期} 或 {上年同期}");
  if (shift.fixed_year && shift.fixed_month % span != 0 && shift.fixed_month != 13)
    throw Error(MIF_E_INVALID, "formula.shift-span", what + " 是" + period + "，" + Period{shift.fixed_year, shift.fixed_month}.iso() + " 不是它的期末 (not the end of its period)");
  if (shift.quarter_to_date && span > 3) throw Error(MIF_E_INVALID, "formula.shift-span", what + " 是" + period + "，没有 {本季} (its period is longer than a quarter)");
}

}  // namespace

void Catalog::check_expression(const Expression& e, const Table* here, const Package& package, bool in_check, bool in_sum) const {
  if (e.op == Op::parameter && (!here || !here->parameters.count(e.parameter)))
    throw Error(MIF_E_INVALID, "formula.parameter-unknown", "没有参数 (no parameter) \"" + e.parameter + "\"，请写在本表的 parameters 里");
  if (e.op == Op::cell) {
    const Table* t = here;
    if (!e.cell.table.empty()) {
      // A package may be the first of its year: any version of the table will do for the names.
      t = any_version(e.cell.table, package.from);
      if (!t) throw Error(MIF_E_INVALID, "formula.table-unknown", "没有报表 (no table) \"" + e.cell.table + "\"");
      // A table of the whole unit may read every scheme's tables.
      if (here && !here->scheme.empty() && !t->scheme.empty() && t->scheme != here->scheme) throw Error(MIF_E_INVALID, "formula.other-scheme", t->code + " 是险种 " + t->scheme + " 的表，本表是险种 " + here->scheme + " (another scheme's table)");
    }
    if (!t) throw Error(MIF_E_INVALID, "formula.table-missing", "这里的单元格要写表号 (name the table of the cell): [" + e.cell.row.from + "," + e.cell.col.from + "]");
    for (const auto* axis : {&e.cell.row, &e.cell.col}) {
      if (axis->each && !in_check) throw Error(MIF_E_INVALID, "formula.star", "公式里不能用 *，请写编号，或留空表示本行（本栏）(no * in a formula)");
      if (!axis->to.empty() && !in_sum) throw Error(MIF_E_INVALID, "formula.range", "范围只能放在 合计、最大、最小、平均、计数 里 (a range belongs inside 合计)");
      if (axis->current() && !axis->each && (!here || in_check)) throw Error(MIF_E_INVALID, "formula.no-current", "这里没有“本行”“本栏”，请写编号 (no current row or column here)");
    }
    refuse_part_of_span(e.shift, t->span, t->code);
    const bool other = here && t != here;
    for (const auto& code : {e.cell.row.from, e.cell.row.to})
      if (!code.empty()) (void)t->row(code);
    for (const auto& code : {e.cell.col.from, e.cell.col.to})
      if (!code.empty()) (void)t->col(code);
    if (!other && !e.cell.row.current() && !e.cell.col.current() && e.cell.row.to.empty() && e.cell.col.to.empty() &&
        t->rule(t->row(e.cell.row.from), t->col(e.cell.col.from)).kind == CellRule::Kind::blocked)
      throw Error(MIF_E_INVALID, "formula.blocked", "引用了不可填的格 (refers to a cell marked ×): " + t->code + "[" + e.cell.row.from + "," + e.cell.col.from + "]");
  }
  if (e.op == Op::ledger && here && e.ledger.measure != Measure::opening && e.ledger.measure != Measure::closing) refuse_part_of_span(e.shift, here->span, here->code);
  for (const auto& arg : e.args) check_expression(*arg, here, package, in_check, takes_ranges(e.op));
}

void Catalog::refuse_cycles() const {
  std::map<std::pair<const Table*, int>, int> colour;  // 1 = on the path, 2 = done
  std::vector<std::pair<const Table*, int>> path;
  std::function<void(const Table&, int, int, Period)> visit = [&](const Table& t, int row, int col, Period period) {
    const int index = row * static_cast<int>(t.cols.size()) + col;
    const auto& rule = t.rule(row, col);
    if (rule.kind != CellRule::Kind::formula) return;
    int& mark = colour[{&t, index}];
    if (mark == 2) return;
    const auto& formula = t.formulas[static_cast<std::size_t>(rule.formula)];
    if (mark == 1) {
      std::string text;
      bool on = false;
      for (const auto& [table, i] : path) {
        on = on || (table == &t && i == index);
        const int width = static_cast<int>(table->cols.size());
        if (on) text += name_of(*table, i / width, i % width) + " → ";
      }
      throw Error(MIF_E_INVALID, "formula.cycle", t.file + ":" + std::to_string(formula.line) + ": 公式循环引用 (cycle): " + text + name_of(t, row, col));
    }
    mark = 1;
    path.emplace_back(&t, index);
    walk(*formula.root, [&](const Expression& e) {
      if (e.op != Op::cell || e.shift.past() || e.shift.whose == Shift::Whose::below || e.shift.whose == Shift::Whose::unit) return;
      const Table* other = e.cell.table.empty() ? &t : find(e.cell.table, period);
      if (!other) return;
      const auto span = [&](const Axis& axis, bool is_row) {
        const auto at = [&](const std::string& code) { return is_row ? other->row(code) : other->col(code); };
        if (axis.current()) {
          const int same = at(is_row ? t.rows[static_cast<std::size_t>(row)].code : t.cols[static_cast<std::size_t>(col)].code);
          return std::pair<int, int>(same, same);
        }
        const int from = at(axis.from), to = axis.to.empty() ? from : at(axis.to);
        return std::pair<int, int>(std::min(from, to), std::max(from, to));
      };
      located(t.file, formula.line, [&] {
        const auto [r0, r1] = span(e.cell.row, true);
        const auto [c0, c1] = span(e.cell.col, false);
        for (int r = r0; r <= r1; ++r)
          for (int c = c0; c <= c1; ++c) visit(*other, r, c, period);
      });
    });
    path.pop_back();
    colour[{&t, index}] = 2;
  };
  for (const auto& p : packages_)
    for (const auto& t : p.tables)
      for (std::size_t r = 0; r < t->rows.size(); ++r)
        for (std::size_t c = 0; c < t->cols.size(); ++c) visit(*t, static_cast<int>(r), static_cast<int>(c), p.from);
}

}  // namespace mif::reporting
