// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>

#include "flow.h"
#include "web_answers.h"

namespace mif::reporting {
namespace {

// Fetched from the ledger, at least in part: what may be adjusted. A formula over other cells only is not.
bool fetched(const Table& table, const StoredCell& cell) {
  const auto r = table.row_index.find(cell.row), c = table.col_index.find(cell.col);
  if (r == table.row_index.end() || c == table.col_index.end()) return false;
  const auto& rule = table.rule(r->second, c->second);
  if (rule.kind != CellRule::Kind::formula) return false;
  bool reads_cell = false, reads_ledger = false;
  walk(*table.formulas[static_cast<std::size_t>(rule.formula)].root, [&](const Expression& e) {
    reads_cell = reads_cell || e.op == Expression::Op::cell;
    reads_ledger = reads_ledger || e.op == Expression::Op::ledger;
  });
  return reads_ledger || !reads_cell;
}

void write_predicate(JsonWriter& json, const Catalog& catalog, const StoredTerm& term, Fen opening) {
  const auto& p = term.predicate;
  std::string what = p.opening ? (p.month_to < p.month_from ? "年初余额" : "余额") : p.measure == MIF_DEBIT ? "借方发生" : p.measure == MIF_CREDIT ? "贷方发生" : "净额";
  json.begin_object().field("times", term.times).field("what", what).field("book", p.book).field("year", p.year);
  json.field("monthFrom", p.month_from).field("monthTo", p.month_to).field("withOpening", p.opening);
  json.field("side", p.side == MIF_DEBIT ? "debit" : "credit").field("withClosing", p.with_closing).field("accounts", p.accounts).field("aux", p.aux);
  json.field("auxText", catalog.dimensions().describe(p.aux)).field("amount", term.fen).field("opening", opening).end_object();
}

}  // namespace

HttpResponse answer_table(const Reports& reports, Call call, const std::string& code, const Params& params) {
  const Period period = params.period();
  const auto catalog = reports.catalog(call, false);
  const Table& t = catalog->table(code, period);
  const Package& package = catalog->package_of(t);
  const Task task = reports.stored_as(call, package, whose(reports, call, params).unit, period, params.get("layer"), params.get("revision"));
  const Flow flow(reports);
  std::map<std::pair<std::string, std::string>, Override> adjusted;
  if (task.layer == "own")
    for (auto& o : flow.overrides(call, task.unit, t.code, period)) adjusted[{o.row, o.col}] = o;
  JsonWriter json;
  json.begin_object().key("table").begin_object();
  json.field("code", t.code).field("title", t.title).field("scheme", t.scheme).field("period", t.period).field("unit", t.printed_unit);
  json.field("twoSided", t.two_sided).field("note", t.note).field("package", catalog->package_of(t).code).end_object();
  json.key("task");
  write_task(json, task);
  // What was submitted stays what it was; the page says when today's report is another.
  json.key("submitted");
  if (const auto s = flow.latest(call, package.code, task.unit, period)) {
    json.begin_object().field("revision", s->revision).field("layer", s->layer).field("digest", s->digest).field("origin", s->origin).field("by", s->submitted_by);
    json.field("unixMs", s->submitted_ms).field("late", s->late).field("differs", params.get("revision").empty() && s->layer == task.layer && s->result_digest != task.result_digest).end_object();
  } else {
    json.null();
  }
  const auto cells = reports.cells(call, task, t.code);
  std::set<std::string> used;
  for (const auto& c : cells) used.insert(c.row);
  json.key("sections").begin_array();
  for (const auto& s : t.sections) {
    std::int64_t rows = 0;
    for (int r = s.first; r <= s.last; ++r) rows += static_cast<std::int64_t>(used.count(t.rows[static_cast<std::size_t>(r)].code));
    json.begin_object().field("name", s.name).field("first", t.rows[static_cast<std::size_t>(s.first)].code).field("last", t.rows[static_cast<std::size_t>(s.last)].code);
    json.field("rows", rows).field("most", std::int64_t{s.most()}).end_object();
  }
  json.end_array().key("rows").begin_array();
  for (const auto& row : t.rows) {
    if (row.section >= 0 && !used.count(row.code)) continue;
    json.begin_object().field("code", row.code).field("name", row.name).field("right", row.name_right).field("unit", row.unit).field("variable", row.section >= 0).end_object();
  }
  json.end_array().key("cols").begin_array();
  for (const auto& col : t.cols) json.begin_object().field("code", col.code).field("name", col.name).field("group", col.group).field("unit", col.unit).end_object();
  json.end_array().key("cells").begin_array();
  for (const auto& c : cells) {
    json.begin_object().field("row", c.row).field("col", c.col).field("state", c.state);
    json.field("kind", c.kind == MIF_CELL_MONEY ? "money" : c.kind == MIF_CELL_TEXT ? "text" : "blank");
    json.field("value", c.value).field("text", c.printed).field("formula", c.formula).field("drill", c.linear && c.kind == MIF_CELL_MONEY).field("fetched", fetched(t, c));
    if (const auto r = t.row_index.find(c.row), col = t.col_index.find(c.col); r != t.row_index.end() && col != t.col_index.end() && t.rule(r->second, col->second).text)
      json.field("words", true).field("most", std::int64_t{t.rule(r->second, col->second).most});
    if (c.state == "carried" || (c.state == "text" && !c.source.empty())) json.field("carried", true).field("source", c.source);
    if (const auto o = adjusted.find({c.row, c.col}); o != adjusted.end() && c.state == "override") {
      json.key("override").begin_object().field("was", o->second.was).field("formulaValue", o->second.formula_value).field("reason", o->second.reason);
      json.field("by", o->second.written_by).field("at", now_text(o->second.written_ms)).end_object();
    }
    json.end_object();
  }
  json.end_array().end_object();
  return json_answer(json, task.result_digest);
}

HttpResponse answer_drill(const Reports& reports, Call call, const std::vector<std::string>& at, const Params& params) {
  const auto d = reports.drill(call, at[1], at[2], at[3], whose(reports, call, params).unit, params.period(), params.get("after"), params.limit(200, 1000), params.get("revision"));
  const auto catalog = reports.catalog(call, false);
  const Table& t = catalog->table(at[1], params.period());
  const auto& row = t.rows[static_cast<std::size_t>(t.row(at[2]))];
  const auto& col = t.cols[static_cast<std::size_t>(t.col(at[3]))];
  JsonWriter json;
  json.begin_object().key("cell").begin_object();
  json.field("table", t.code).field("title", t.title).field("row", row.code).field("rowName", row.name).field("col", col.code).field("colName", col.name);
  json.field("value", d.cell.value).field("text", d.cell.printed).field("unit", t.unit(t.row(at[2]), t.col(at[3]))).field("state", d.cell.state).field("formula", d.cell.formula);
  json.field("drill", d.cell.linear && d.cell.kind == MIF_CELL_MONEY).end_object();
  json.key("terms").begin_array();
  for (std::size_t i = 0; i < d.terms.size(); ++i) write_predicate(json, *catalog, d.terms[i], d.openings[i]);
  json.end_array().key("items").begin_array();
  for (const auto& l : d.lines) {
    json.begin_object().field("term", l.term).field("book", d.terms[static_cast<std::size_t>(l.term) - 1].predicate.book);
    json.field("voucher", std::to_string(l.line.voucher_id)).field("line", l.line.line).field("word", l.line.word).field("number", l.line.number);
    json.field("period", l.line.period.iso()).field("day", l.line.day.iso()).field("account", l.line.account).field("accountName", l.line.account_name);
    json.field("aux", l.line.aux).field("side", l.line.side == MIF_DEBIT ? "debit" : "credit").field("money", l.line.fen).field("summary", l.line.summary);
    json.field("amount", l.amount).end_object();
  }
  json.end_array().key("next");
  if (d.next.empty()) json.null();
  else json.value(d.next);
  json.key("elsewhere");
  if (!d.elsewhere) {
    json.null();
  } else {
    const auto& e = *d.elsewhere;
    json.begin_object().field("unit", d.task.unit).field("unitName", e.unit_name).field("package", e.package_digest).field("sealedBy", e.origin.sealed_by).field("algorithm", e.origin.algorithm);
    json.field("preparedBy", e.origin.prepared_by).field("made", e.origin.made).field("ledgerState", e.origin.ledger_state).field("recordedUntil", now_text(e.recorded_ms));
    json.field("receivedBy", e.received_by).field("received", now_text(e.received_ms)).end_object();
  }
  json.end_object();
  return json_answer(json);
}

}  // namespace mif::reporting
