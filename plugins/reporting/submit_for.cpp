// SPDX-License-Identifier: Apache-2.0
// 代报: the complete report of a unit that keeps no book here, from a file - a list or the ministry's form.
#include "adding.h"
#include "digest.h"
#include "import_file.h"
#include "typed.h"

namespace mif::reporting {

Reports::Foreign Flow::report_for(Call call, const ImportFile& file, const std::string& code, Period period, const std::string& words, Gate& gate) const {
  const std::string& unit = file.unit;
  r_.identity_.require(call, "report.manage", unit);
  for (const auto& b : r_.ledger_.books(call))
    if (b.unit == unit) throw Error(MIF_E_CONFLICT, "report.has-books", "单位 " + unit + " 在本系统有账套，应由它自己上报，不能代报 (the unit keeps books here and submits itself)");
  const auto catalog = r_.catalog(call, false);
  const Package& package = package_of(*catalog, code, period);
  Brought brought = read_brought(r_.sheet_, call, file);
  for (auto& [of, entries] : brought.lists) read_amounts(entries, *catalog, period);
  Cells cells;
  const auto add = [&](const Table& t, const std::string& row, const std::string& col, const std::string& written) {
    if (&catalog->package_of(t) != &package) throw Error(MIF_E_INVALID, "report.two-packages", "一次只能保存一个报表包的格 (cells of two packages): " + t.code);
    StoredCell c;
    c.table = t.code;
    c.row = row;
    c.col = col;
    if (t.rule(t.row(row), t.col(col)).text) c.state = "text";
    put(c, typed_value(t, t.row(row), t.col(col), written, false));
    if (!cells.emplace(CellKey{c.table, c.row, c.col}, c).second)
      throw Error(MIF_E_INVALID, "report.cell-twice", "文件里 " + t.code + "[" + row + "," + col + "] 写了两次 (the cell is given twice)");
  };
  for (const auto& [of, entries] : brought.lists)
    for (const auto& e : entries) add(catalog->table(e.table, period), e.row, e.col, e.value);
  const UnitTree tree = units(call);
  for (const auto& form : read_forms(brought.sheets, *catalog, period)) {
    (void)unit_of_form(form, tree, unit);
    const Table& t = *form.table;
    for (const auto& v : form.values) {
      const auto kind = t.rule(v.row, v.col).kind;
      if (kind != CellRule::Kind::input && kind != CellRule::Kind::formula) continue;
      std::string written;
      try {
        written = typed_text(v, t);
      } catch (const Error&) {
        if (kind == CellRule::Kind::input) throw;
        continue;  // a ratio: computed again from the cells it is made of
      }
      if (!written.empty()) add(t, t.rows[static_cast<std::size_t>(v.row)].code, t.cols[static_cast<std::size_t>(v.col)].code, written);
    }
  }
  if (cells.empty()) throw Error(MIF_E_INVALID, "report.import-empty", "导入文件没有数据行 (no rows of data)");
  Summed ignored;
  Totals totals;
  for (const auto& [key, cell] : cells) totals.add(cell);
  Result result = add_up(call, *catalog, package, unit, period, totals, nullptr, ignored);
  Reports::Foreign report;
  gate.checks = static_cast<std::int64_t>(result.checks.size());
  for (const auto& c : result.checks) {
    if (c.state == "fail" && c.level == "error") gate.against.push_back({"basic", c.id, c.table, c.place, "基本性审核未通过 " + c.id + " " + c.place + " " + c.message});
    if (c.state != "fail" || c.level != "warn") continue;
    if (words.empty()) gate.against.push_back({"unexplained", c.id, c.table, c.place, "核实性审核未通过且没有说明 " + c.id + " " + c.place + " " + c.message});
    else report.explanations.push_back({c.id, c.table, c.place, words, call.actor()});
  }
  report.unit = unit;
  report.package = code;
  report.period = period;
  report.package_digest = Digest::plain_hex(file.bytes);
  for (auto& c : result.cells) {
    if (c.state == "sum") c.state = c.formula.empty() ? "input" : "formula";
    report.cells.push_back(std::move(c));
  }
  report.checks = std::move(result.checks);
  if (const auto last = latest(call, code, unit, period)) report.revision = last->package_digest == report.package_digest ? last->revision : last->revision + 1;
  return report;
}

Submission Flow::submit_for(Call call, const ImportFile& file, const std::string& code, Period period, const std::string& words) const {
  Gate gate;
  const Reports::Foreign report = report_for(call, file, code, period, words, gate);
  if (!gate.against.empty()) throw Error(MIF_E_CONFLICT, "report.not-ready", not_ready(gate, package_of(*r_.catalog(call, false), code, period).title));
  return take(call, report);
}

Flow::Foreseen Flow::foresee(Call call, const ImportFile& file, const std::string& code, Period period, const std::string& words) const {
  Foreseen seen;
  const Reports::Foreign report = report_for(call, file, code, period, words, seen.gate);
  if (!units(call).sees(file.unit)) throw Error(MIF_E_NOT_FOUND, "report.unit-not-found", "没有单位 (no unit) \"" + file.unit + "\"，或您无权查看");
  seen.revision = report.revision;
  Txn txn = r_.store_.read(call);
  const auto last = find_submission(txn, code, file.unit, period);
  seen.same = last && last->package_digest == report.package_digest;
  if (!seen.same) refuse_fixed(txn, code, file.unit, period);
  seen.cells = differences(txn, report, last);
  return seen;
}

}  // namespace mif::reporting
