// SPDX-License-Identifier: Apache-2.0
// 填报: typed cells, cells written over what was fetched, last period's values, and what was there before. A batch is all or
// nothing, and it is refused when the report is no longer the one its writer saw.
#include <algorithm>

#include "computing.h"
#include "module-kit/text.h"
#include "typed.h"

namespace mif::reporting {
namespace {

using Kind = CellRule::Kind;

constexpr std::size_t kToldCells = 500, kToldBytes = 200;  // of a batch, and of the words of a cell, in its audit record

std::string named(const Entry& e) { return e.table + "[" + e.row + "," + e.col + "]"; }

// A formula over other cells only is computed, not fetched: its parts are what may be adjusted.
bool computed_only(const Expression& root) {
  bool cell = false, ledger = false;
  walk(root, [&](const Expression& e) {
    cell = cell || e.op == Expression::Op::cell;
    ledger = ledger || e.op == Expression::Op::ledger || e.op == Expression::Op::figure;
  });
  return cell && !ledger;
}

std::vector<mif::Value> where_cell(const std::string& whose, Period period, const Entry& e) { return {whose, e.table, period.year, period.month, e.row, e.col}; }

constexpr const char* kOfCell = " = ? and table_code = ? and fiscal_year = ? and fiscal_month = ? and row_code = ? and col_code = ?";

}  // namespace

// Who saves what somebody else has changed meanwhile is told so, and waits for nobody.
void refuse_stale(Txn& txn, const Package& package, const std::string& unit, Period period, const std::string& etag) {
  const auto n = txn.execute("update x_reporting_task set computed_ms = computed_ms where package_code = ? and unit_code = ? and layer = 'own' and fiscal_year = ? and fiscal_month = ? and "
                             "result_digest = ?",
                             {package.code, unit, period.year, period.month, etag});
  if (n != 1)
    throw Error(MIF_E_CONFLICT, "report.stale", "单位 " + unit + " 的 " + package.title + " 在您打开之后已被改动，请刷新后再保存 (the report changed since it was read)");
}

Saved Flow::save(Call call, const std::string& code, Period period, const std::string& etag, const std::vector<Entry>& entries, const std::string& kind, bool preview) const {
  const auto catalog = r_.catalog(call, false);
  const auto books = r_.books(call, *catalog, code);
  const Agency unit = r_.unit(call, books, code, preview ? "report.read" : "report.compute");
  if (entries.empty()) throw Error(MIF_E_INVALID, "report.no-cells", "没有要保存的格 (no cells to save)");
  Saved saved;
  const Package* package = nullptr;
  std::size_t complaints = 0;
  std::string complained;
  bool adjusts = false;
  std::vector<Value> values(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& e = entries[i];
    CellChange change{e.table, e.row, e.col, "", "", "", ""};
    try {
      const Table& t = catalog->table(e.table, period);
      const Package& of = catalog->package_of(t);
      if (package && package != &of) throw Error(MIF_E_INVALID, "report.two-packages", "一次只能保存一个报表包的格 (cells of two packages): " + package->code + "、" + of.code);
      package = &of;
      if (!of.ends_in(period)) throw Error(MIF_E_INVALID, "report.package-period", of.title + " 没有期间 " + period.iso() + " 的报表 (the package has no report of this period)，请换期间或换报表包");
      if (!unit.has(t)) throw Error(MIF_E_INVALID, "report.other-scheme", "单位 " + code + " 没有 " + t.code + " 的险种的账套 (the unit has no book of this table's scheme)");
      const auto& rule = t.rule(t.row(e.row), t.col(e.col));
      values[i] = typed_value(t, t.row(e.row), t.col(e.col), e.value, e.words);
      change.now = values[i].plain();
      if (rule.kind == Kind::input) {
        change.kind = kind;
      } else if (rule.kind == Kind::formula && !computed_only(*t.formulas[static_cast<std::size_t>(rule.formula)].root)) {
        change.kind = e.value.empty() ? "unadjusted" : "override";
        adjusts = true;
        if (!e.value.empty() && e.reason.empty()) throw Error(MIF_E_INVALID, "report.reason-needed", "改取来的数要写理由 (adjusting a fetched cell needs a reason)");
      } else {
        throw Error(MIF_E_INVALID, "report.not-input", t.code + "[" + e.row + "," + e.col + "] 不是填报格 (not an input cell)");
      }
    } catch (const Error& wrong) {
      change.complaint = sentence_of(wrong);
      if (++complaints <= 20) complained += (complaints > 1 ? "；" : "") + named(e) + " " + change.complaint;
    }
    saved.cells.push_back(std::move(change));
  }
  if (complaints && !preview)
    throw Error(MIF_E_INVALID, "report.cells-refused", std::to_string(complaints) + " 格不能保存，全部没有保存 (nothing was saved)：" + complained + (complaints > 20 ? "……" : ""));
  if (!package) return saved;
  if (adjusts && !preview) r_.identity_.require(call, "report.adjust", code);

  Txn txn = preview ? r_.store_.read(call) : r_.store_.write(call);
  if (!preview) {
    refuse_fixed(txn, package->code, code, period);
    if (!etag.empty()) refuse_stale(txn, *package, code, period, etag);
  }
  const std::int64_t position = preview ? -1 : r_.audit_.position(txn, code);
  std::map<CellKey, std::string> before;
  std::optional<Result> base;
  std::vector<CellId> changed;
  if (const auto task = find_task(txn, package->code, code, period)) {
    saved.task = *task;
    base = preview ? Result{*task, load_cells(txn, task->id), {}, {}} : load_result(txn, *task);
    for (const auto& c : base->cells) before[{c.table, c.row, c.col}] = c.value;
  }
  const Overrides overrides(txn, code);
  std::map<std::string, std::map<CellKey, Value>> typed;
  const std::int64_t now = r_.clock_.now_unix_ms();
  JsonWriter body;
  body.begin_object().field("package", package->code).field("unit", code).field("period", period.iso()).field("kind", kind).field("cells", static_cast<std::int64_t>(entries.size()));
  body.key("changes").begin_array();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& e = entries[i];
    CellChange& change = saved.cells[i];
    if (!change.complaint.empty()) continue;
    const Table& t = catalog->table(e.table, period);
    const CellKey key{e.table, e.row, e.col};
    const bool input = change.kind == kind;
    changed.push_back({&t, t.row(e.row), t.col(e.col)});
    if (input) {
      if (!typed.count(e.table)) typed[e.table] = typed_in(txn, holder(unit, t), e.table, period);
      const auto was = typed[e.table].find(key);
      change.was = was == typed[e.table].end() ? "" : as_counted(t, t.row(e.row), t.col(e.col), was->second).plain();
    } else {
      change.was = before[key];
    }
    if (preview) continue;
    const Override* old = input ? nullptr : overrides.find(t, e.row, e.col, period);
    const std::string whose = input ? holder(unit, t) : code;
    if (input) {
      write_typed(txn, whose, period, key, values[i], call.actor());
      if (!values[i].blank()) open_row(txn, whose, t, t.row(e.row), period);
    } else {
      txn.execute(std::string("delete from x_reporting_override where unit_code") + kOfCell, where_cell(whose, period, e));
    }
    if (!change.now.empty() && !input)
      txn.execute("insert into x_reporting_override (unit_code, table_code, fiscal_year, fiscal_month, row_code, col_code, fen, was_value, formula_value, reason, written_by, written_ms) "
                  "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  {whose, e.table, period.year, period.month, e.row, e.col, values[i].fen(), old ? old->was : change.was, old ? old->formula_value : change.was, e.reason,
                   call.actor(), now});
    note_change(txn, code, period, key, change.kind, change.was, change.now, e.reason, call.actor(), now);
    if (i < kToldCells) {
      body.begin_object().field("cell", named(e)).field("kind", change.kind).field("was", kit::cut(change.was, kToldBytes)).field("now", kit::cut(change.now, kToldBytes));
      if (!e.reason.empty()) body.field("reason", e.reason);
      body.end_object();
    }
  }
  if (preview) return saved;
  body.end_array();
  begin_work(txn, package->code, code, period, call.actor(), now);
  renew_lease(txn, package->code, code, period, call.actor(), now);
  drop_draft(txn, code, period, call.actor(), entries);
  Computed told;
  Result result = r_.after_change(call, txn, {catalog, books}, *package, unit, period, position, base, changed, told);
  saved.computed = told.computed;
  keep_formula_values(txn, code, period, told.formula_values);
  saved.task = result.task;
  body.field("result", result.task.result_digest).end_object();
  say(txn, code, adjusts ? "report.adjust" : "report.save", "report:" + package->code + "/" + code + "/" + period.iso(), body);
  if (position >= 0 && r_.audit_.position(txn, code) == position + 1) mark_task(txn, result.task.id, mark_of(*catalog, position + 1));
  txn.commit();
  return saved;
}

Saved Flow::clear(Call call, const std::string& code, const std::string& table, Period period, const std::string& confirm) const {
  if (confirm != table) throw Error(MIF_E_INVALID, "report.clear-confirm", "删除当前表的数据要再写一遍表号 " + table + " 作确认 (repeat the table's code to confirm)");
  const Agency unit = r_.unit(call, code, "report.compute");
  const auto catalog = r_.catalog(call, false);
  const Table& t = catalog->table(table, period);
  std::vector<Entry> entries;
  {
    Txn txn = r_.store_.read(call);
    for (const auto& [key, value] : typed_in(txn, holder(unit, t), table, period)) entries.push_back({table, std::get<1>(key), std::get<2>(key), "", "", false});
    for (const auto& o : overrides_of(txn, code))
      if (o.table == table && o.period == period) entries.push_back({table, o.row, o.col, "", "", true});
  }
  if (entries.empty()) throw Error(MIF_E_NOT_FOUND, "report.nothing-typed", "表 " + table + " 没有填报数可删除 (nothing was typed into this table)");
  return save(call, code, period, {}, entries, "cleared", false);
}

Saved Flow::take_over(Call call, const std::string& code, const std::string& wanted, Period period, bool preview) const {
  const Agency unit = r_.unit(call, code, preview ? "report.read" : "report.compute");
  const auto catalog = r_.catalog(call, false);
  const Package& package = package_of(*catalog, wanted, period);
  const int months = period.year * 12 + std::min(period.month, 12) - 1 - package.span;
  const Period last{months / 12, months % 12 + 1};
  std::vector<Entry> entries;
  {
    Txn txn = r_.store_.read(call);
    std::map<const Table*, std::map<CellKey, Value>> typed;
    const auto typed_then = [&](const Table& t) -> const std::map<CellKey, Value>& {
      const auto [of, fresh] = typed.try_emplace(&t);
      if (fresh) of->second = typed_in(txn, holder(unit, t), t.code, last);
      return of->second;
    };
    for (const auto& t : package.tables) {
      if (!unit.has(*t)) continue;
      const auto now = typed_in(txn, holder(unit, *t), t->code, period);
      for (int r = 0; r < static_cast<int>(t->rows.size()); ++r)
        for (int c = 0; c < static_cast<int>(t->cols.size()); ++c) {
          const std::string &row = t->rows[static_cast<std::size_t>(r)].code, &col = t->cols[static_cast<std::size_t>(c)].code;
          const auto& rule = t->rule(r, c);
          if (rule.kind != Kind::input || rule.carry || now.count({t->code, row, col})) continue;  // what carries over holds by itself
          Value was;
          const auto add = [&](const Table& then, const std::string& old_row, const std::string& old_col) {
            const auto& all = typed_then(then);
            const auto found = all.find({then.code, old_row, old_col});
            if (found == all.end() || rule.text != (found->second.kind() == Value::Kind::text)) return;  // an amount is no text
            was = rule.text ? found->second : was + found->second;
          };
          if (const auto before = catalog->before(*t, r, c, last)) {
            for (const auto& old : before->cells) add(*old.table, old.table->rows[static_cast<std::size_t>(old.row)].code, old.table->cols[static_cast<std::size_t>(old.col)].code);
          } else if (const Table* then = catalog->find(t->code, last)) {
            add(*then, row, col);
          }
          if (!was.blank()) entries.push_back({t->code, row, col, was.plain(), "上期 " + last.iso(), false, rule.text});
        }
    }
  }
  if (entries.empty()) throw Error(MIF_E_NOT_FOUND, "report.nothing-last-period", "上期 " + last.iso() + " 没有可提取的填报数 (nothing was typed in the period before, or it is there already)");
  return save(call, code, period, {}, entries, "taken-over", preview);
}

Saved Flow::fetch(Call call, const std::string& code, const std::string& wanted, Period period, bool preview) const {
  const auto catalog = r_.catalog(call, true);
  const auto books = r_.books(call, *catalog, code);
  const Agency unit = r_.unit(call, books, code, preview ? "report.read" : "report.compute");
  const Package& package = package_of(*catalog, wanted, period);
  Saved saved;
  {
    Txn txn = r_.store_.read(call);
    std::map<CellKey, std::string> before;
    if (const auto task = find_task(txn, package.code, code, period)) {
      saved.task = *task;
      for (const auto& c : load_cells(txn, task->id)) before[{c.table, c.row, c.col}] = c.value;
    }
    Computed told;
    for (const auto& c : r_.evaluate(call, txn, *catalog, package, books, unit, period, told).cells)
      if (const std::string was = before[{c.table, c.row, c.col}]; was != c.value) saved.cells.push_back({c.table, c.row, c.col, was, c.value, c.state, ""});
  }
  if (!preview)
    for (auto& done : r_.compute(call, package.code, code, period)) saved.task = done.task;
  return saved;
}

std::vector<Override> Flow::overrides(Call call, const std::string& unit, const std::string& table, Period period) const {
  r_.identity_.require(call, "report.read", unit);
  Txn txn = r_.store_.read(call);
  std::vector<Override> all = overrides_of(txn, unit);
  all.erase(std::remove_if(all.begin(), all.end(), [&](const Override& o) { return o.table != table || o.period != period; }), all.end());
  return all;
}

std::vector<Flow::Change> Flow::history(Call call, const std::string& unit, Period period, const CellKey& cell) const {
  r_.identity_.require(call, "report.read", unit);
  const auto catalog = r_.catalog(call, false);
  const auto& [table, row, col] = cell;
  const Table& t = catalog->table(table, period);
  (void)t.row(row);
  (void)t.col(col);
  Txn txn = r_.store_.read(call);
  std::vector<Change> all;
  txn.query("select kind, was_value, new_value, reason, changed_by, changed_ms, was_words, new_words from x_reporting_change where unit_code = ? and table_code = ? and fiscal_year = ? and fiscal_month = ? and "
            "row_code = ? and col_code = ? order by id",
            {unit, table, period.year, period.month, row, col}, [&](const Row& r) {
              const auto whole = [&](std::uint32_t value, std::uint32_t words) { return r.text(words).empty() ? r.text(value) : r.text(words); };
              all.push_back({r.text(0), whole(1, 6), whole(2, 7), r.text(3), r.text(4), r.integer(5)});
              return true;
            });
  // What every submitted revision said.
  for (const auto& s : submissions_of(txn, unit)) {
    if (s.package != catalog->package_of(t).code || s.period != period) continue;
    for (const auto& c : load_cells(txn, s.id, table))
      if (c.row == row && c.col == col) all.push_back({"submitted", "", c.value, "第 " + std::to_string(s.revision) + " 版", s.submitted_by, s.submitted_ms});
  }
  std::stable_sort(all.begin(), all.end(), [](const Change& a, const Change& b) { return a.ms < b.ms; });
  return all;
}

}  // namespace mif::reporting
