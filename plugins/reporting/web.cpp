// SPDX-License-Identifier: Apache-2.0
#include "web.h"

#include <map>
#include <set>

#include "bridge_page.h"
#include "exports.h"
#include "flow_jobs.h"
#include "flow_rows.h"
#include "parcels.h"
#include "whose.h"

namespace mif::reporting {
namespace {

struct Route {
  const char *method, *path, *permission, *operation, *summary;
};

const std::vector<Route>& route_table() {
  static const std::vector<Route> all = {
      {"GET", "/packages", "report.read", "listReportPackages", "报表包与表；给出 unit 或 book、period 时带计算状态"},
      {"GET", "/tables", "report.read", "listReportTables", "某单位某期可用的表与计算状态"},
      {"GET", "/tables/{table}", "report.read", "getReportTable", "一张表：行、栏、每格的值、公式、状态"},
      {"GET", "/cells/{table}/{row}/{col}", "report.read", "drillReportCell", "一格到分录：账簿条件与逐行金额，分页"},
      {"GET", "/checks", "report.read", "listReportChecks", "审核结果，两边的数都保留"},
      {"GET", "/bridge", "report.read", "getReportBridge", "两部门口径对照"},
      {"GET", "/bridge/{pair}/lines", "report.read", "listReportBridgeLines", "差额或一个差异原因背后的分录，分页"},
      {"GET", "/files/{package}", "report.read", "getReportFile", "数据包"},
      {"GET", "/kits/{package}", "report.manage", "getReportKit", "离线填报包"},
      {"GET", "/export", "report.read", "exportReport", "导出 xlsx、xlsx-formulas、docx、pdf、csv"},
      {"POST", "/compute", "report.compute", "computeReports", "计算报表并审核"}};
  return all;
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto slash = path.find('/');
    kit::percent_decode(path.substr(0, slash), true, parts.emplace_back());
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
  }
  return parts;
}

HttpResponse json_answer(JsonWriter& json, std::string etag = {}) {
  HttpResponse response;
  response.body = json.take();
  if (!etag.empty()) response.etag = "\"" + etag + "\"";
  return response;
}

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

void write_task(JsonWriter& json, const Task& task) {
  json.begin_object().field("package", task.package).field("unit", task.unit).field("layer", task.layer).field("period", task.period.iso()).field("cells", task.cells);
  json.field("failedChecks", task.failed_checks).field("templateDigest", task.template_digest).field("resultDigest", task.result_digest);
  json.field("computedBy", task.computed_by).field("computedUnixMs", task.computed_ms).end_object();
}

// The tables of packages that fit whose report it is and the period (nobody and {} = all), with their task when there is one.
void write_packages(JsonWriter& json, const Catalog& catalog, const Whose* whose, const std::optional<Period>& period, const std::string& wanted,
                    const std::map<std::string, Task>& tasks) {
  json.key("items").begin_array();
  for (const auto& p : catalog.packages()) {
    if (!wanted.empty() && wanted != p.code && wanted != p.ministry) continue;
    if (period && !p.valid_in(*period)) continue;
    json.begin_object().field("code", p.code).field("ministry", p.ministry).field("title", p.title).field("note", p.note);
    json.field("validFrom", p.from.year > 1 ? p.from.iso() : "").field("templateDigest", p.digest);
    const auto task = tasks.find(p.code);
    json.key("task");
    if (task == tasks.end()) json.null();
    else write_task(json, task->second);
    json.key("tables").begin_array();
    for (const auto& t : p.tables) {
      if (whose && !whose->shows(*t)) continue;
      json.begin_object().field("code", t->code).field("title", t->title).field("scheme", t->scheme).field("period", t->period).field("unit", t->printed_unit);
      json.field("rows", static_cast<std::int64_t>(t->rows.size())).field("cols", static_cast<std::int64_t>(t->cols.size())).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

HttpResponse packages(const Reports& reports, Call call, const Params& params, bool need_unit) {
  const auto catalog = reports.catalog(call, false);
  std::optional<Whose> of;
  std::optional<Period> period;
  std::map<std::string, Task> tasks;
  if (!params.get("period").empty() || need_unit) period = params.period();
  if (!params.get("book").empty() || !params.get("unit").empty() || need_unit) {
    of = whose(reports, call, params);
    for (const auto& task : reports.tasks(call, of->unit))
      if (period && task.period == *period) tasks[task.package] = task;
  }
  JsonWriter json;
  json.begin_object();
  write_packages(json, *catalog, of ? &*of : nullptr, period, params.get("package"), tasks);
  json.end_object();
  return json_answer(json);
}

HttpResponse table(const Reports& reports, Call call, const std::string& code, const Params& params) {
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
    json.begin_object().field("code", row.code).field("name", row.name).field("right", row.name_right).field("variable", row.section >= 0).end_object();
  }
  json.end_array().key("cols").begin_array();
  for (const auto& col : t.cols) json.begin_object().field("code", col.code).field("name", col.name).field("group", col.group).end_object();
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

void write_predicate(JsonWriter& json, const Catalog& catalog, const StoredTerm& term, Fen opening) {
  const auto& p = term.predicate;
  std::string what = p.opening ? (p.month_to < p.month_from ? "年初余额" : "余额") : p.measure == MIF_DEBIT ? "借方发生" : p.measure == MIF_CREDIT ? "贷方发生" : "净额";
  json.begin_object().field("times", term.times).field("what", what).field("book", p.book).field("year", p.year);
  json.field("monthFrom", p.month_from).field("monthTo", p.month_to).field("withOpening", p.opening);
  json.field("side", p.side == MIF_DEBIT ? "debit" : "credit").field("withClosing", p.with_closing).field("accounts", p.accounts).field("aux", p.aux);
  json.field("auxText", catalog.dimensions().describe(p.aux)).field("amount", term.fen).field("opening", opening).end_object();
}

HttpResponse drill(const Reports& reports, Call call, const std::vector<std::string>& at, const Params& params) {
  const auto d = reports.drill(call, at[1], at[2], at[3], whose(reports, call, params).unit, params.period(), params.get("after"), params.limit(200, 1000), params.get("revision"));
  const auto catalog = reports.catalog(call, false);
  const Table& t = catalog->table(at[1], params.period());
  const auto& row = t.rows[static_cast<std::size_t>(t.row(at[2]))];
  const auto& col = t.cols[static_cast<std::size_t>(t.col(at[3]))];
  JsonWriter json;
  json.begin_object().key("cell").begin_object();
  json.field("table", t.code).field("title", t.title).field("row", row.code).field("rowName", row.name).field("col", col.code).field("colName", col.name);
  json.field("value", d.cell.value).field("text", d.cell.printed).field("unit", t.printed_unit).field("state", d.cell.state).field("formula", d.cell.formula);
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
  json.end_object();
  return json_answer(json);
}

HttpResponse checks(const Reports& reports, Call call, const Params& params) {
  const Period period = params.period();
  const auto catalog = reports.catalog(call, false);
  const Whose of = whose(reports, call, params);
  const std::string layer = params.get("layer"), revision = params.get("revision");
  std::vector<const Package*> wanted;
  if (revision.empty() && (layer.empty() || layer == "own")) {
    wanted = catalog->select(params.get("package"), period, reports.unit(call, of.unit, "report.read"));
  } else {  // a unit that sums may keep no books
    for (const auto& p : catalog->packages())
      if (p.code == params.need("package") && p.valid_in(period)) wanted.push_back(&p);
  }
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const Package* p : wanted)
    for (const auto& c : reports.checks(call, reports.stored_as(call, *p, of.unit, period, layer, revision))) {
      const Table* table = c.table.empty() ? nullptr : catalog->find(c.table, period);
      if (table && !of.shows(*table)) continue;
      if (!params.get("state").empty() && params.get("state") != c.state) continue;
      json.begin_object().field("package", p->code).field("id", c.id).field("table", c.table).field("place", c.place).field("level", c.level);
      json.field("kind", c.kind).field("state", c.state).field("left", c.left).field("right", c.right).field("difference", c.difference);
      json.field("tolerance", c.tolerance).field("expression", c.expression).field("message", c.message).field("reason", c.reason).field("rule", c.rule);
      json.field("key", key_of(c)).end_object();
    }
  json.end_array().end_object();
  return json_answer(json);
}

HttpResponse file(const Reports& reports, Call call, const std::string& what, const std::string& code, const Params& params) {
  const Period period = params.period();
  const std::string unit = whose(reports, call, params).unit, form = params.get("form");
  const auto catalog = reports.catalog(call, true);
  const Package& package = package_named(*catalog, code, period);
  const Parcels parcels(reports);
  Parcel p = what == "kits" ? parcels.kit(call, package, unit, period)
             : params.flag("gather") ? parcels.gathered(call, package, unit, period)
                                     : parcels.one(call, package, unit, period, params.get("revision"), params.get("layer"));
  if (form == "xbrl-csv") p = parcels.as_xbrl_csv(call, p);
  else if (form == "ministry") {
    const Parcel own = parcels.as_ministry(call, package, p);
    if (!own.bytes.empty()) p = own;
  } else if (!form.empty() && form != "package") {
    throw Error(MIF_E_INVALID, "report.package-form", "form 应为 package、xbrl-csv 或 ministry (one of these)，找到 \"" + form + "\"");
  }
  HttpResponse response;
  response.content_type = "application/zip";
  response.etag = "\"" + p.digest + "\"";
  response.body = std::move(p.bytes);
  return response;
}

HttpResponse compute(const Reports& reports, Call call, const mif_http_request& request) {
  const std::string_view body = view(request.body);
  const Params params = body.empty() ? Params::from_query(view(request.query)) : Params::from_json(body);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  Reports::Round round = reports.round(call);
  for (const auto& done : reports.compute(call, round, params.get("package"), whose(reports, call, params).unit, params.period())) {
    json.begin_object().field("title", done.title).field("state", done.changed ? "computed" : "unchanged").field("checks", done.checks).key("task");
    write_task(json, done.task);
    json.end_object();
  }
  json.end_array().end_object();
  return json_answer(json);
}

}  // namespace

std::string describe_routes() {
  JsonWriter json;
  json.begin_object().key("routes").begin_array();
  for (const auto& r : route_table())
    json.begin_object().field("method", r.method).field("path", r.path).field("api", true).field("permission", r.permission)
        .field("operationId", r.operation).field("summary", r.summary).end_object();
  for (const auto& w : flow_words())
    json.begin_object().field("method", w.method).field("path", w.path).field("api", true).field("permission", w.permission)
        .field("operationId", w.operation).field("summary", w.summary).end_object();
  json.end_array().key("menu").begin_array().end_array().end_object();
  return json.take();
}

namespace {

HttpResponse say_word(const Word& word, const Reports& reports, Call call, const mif_http_request& request) {
  Params params = Params::from_query(view(request.query));
  if (view(request.method) == "POST" && (word.path == std::string_view("/imports") || word.path == std::string_view("/submissions") || word.path == std::string_view("/packages"))) {  // the body is a file
    params.set("content", view(request.body));
    params.set("file", "");  // what comes over the network is in the body
  } else {
    const Params body = params_of_body(view(request.body));
    for (const auto& [name, value] : body.values()) params.set(name, value);
  }
  if (request.method.n == 5 && view(request.method) == "PATCH") {
    std::string_view seen = view(request.if_match);
    if (seen.empty()) throw Error(MIF_E_INVALID, "report.if-match", "保存要带 If-Match，写读表时的 ETag (send If-Match with the ETag that was read)");
    if (seen.size() > 1 && seen.front() == '"') seen = seen.substr(1, seen.size() - 2);
    params.set("etag", seen == "*" ? std::string_view() : seen);
  }
  HttpResponse response;
  std::string etag;
  response.body = word.run(Flow(reports), reports, call, params, etag);
  if (!etag.empty()) response.etag = "\"" + etag + "\"";
  return response;
}

}  // namespace

HttpResponse answer_request(const Reports& reports, Call call, const mif_http_request& request) {
  const auto at = segments(view(request.path));
  const std::string what = at.empty() ? "" : at[0];
  const Params params = Params::from_query(view(request.query));
  for (const auto& word : flow_words())
    if (view(request.method) == word.method && view(request.path) == word.path) return say_word(word, reports, call, request);
  if (view(request.method) == "POST" && what == "compute" && at.size() == 1) return compute(reports, call, request);
  if (view(request.method) == "GET") {
    if (what == "packages" && at.size() == 1) return packages(reports, call, params, false);
    if (what == "tables" && at.size() == 1) return packages(reports, call, params, true);
    if (what == "tables" && at.size() == 2) return table(reports, call, at[1], params);
    if (what == "cells" && at.size() == 4) return drill(reports, call, at, params);
    if (what == "checks" && at.size() == 1) return checks(reports, call, params);
    if (what == "export" && at.size() == 1) {
      ExportedFile file = export_report(reports, call, params);
      HttpResponse response;
      response.content_type = file.type;
      response.body = std::move(file.bytes);
      return response;
    }
    if (what == "bridge" && at.size() == 1) return bridge_page(reports, call, params);
    if (what == "bridge" && at.size() == 3 && at[2] == "lines") return bridge_lines_page(reports, call, at[1], params);
    if ((what == "files" || what == "kits") && at.size() == 2) return file(reports, call, what, at[1], params);
  }
  throw Error(MIF_E_NOT_FOUND, "report.path", "没有这个地址 (no such resource): " + str(request.path));
}

}  // namespace mif::reporting
