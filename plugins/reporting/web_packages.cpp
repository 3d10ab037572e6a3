// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <map>
#include <set>

#include "flow.h"
#include "web_answers.h"

namespace mif::reporting {
namespace {

// The tables of packages and the packages that are wanted in the period ({} = all), with their task when there is one.
void write_packages(JsonWriter& json, const Catalog& catalog, const std::function<bool(const Package&)>& wants, const std::function<bool(const Table&)>& shows, const std::optional<Period>& period, const std::string& wanted,
                    const std::map<std::string, Task>& tasks) {
  json.key("items").begin_array();
  for (const auto& p : catalog.packages()) {
    if (!wanted.empty() && wanted != p.code && wanted != p.ministry) continue;
    if ((period && !p.valid_in(*period)) || !wants(p)) continue;
    json.begin_object().field("code", p.code).field("ministry", p.ministry).field("title", p.title).field("note", p.note);
    json.field("validFrom", p.from.year > 1 ? p.from.iso() : "").field("templateDigest", p.digest);
    const auto task = tasks.find(p.code);
    json.key("task");
    if (task == tasks.end()) json.null();
    else write_task(json, task->second);
    json.key("tables").begin_array();
    for (const auto& t : p.tables) {
      if (!shows(*t)) continue;
      json.begin_object().field("code", t->code).field("title", t->title).field("scheme", t->scheme).field("period", t->period).field("unit", t->printed_unit);
      json.field("rows", static_cast<std::int64_t>(t->rows.size())).field("cols", static_cast<std::int64_t>(t->cols.size())).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

// What a unit is asked for, or asks the units below for: all there is to say of one that keeps no book here.
std::set<std::string> asked_of(const Reports& reports, Call call, const std::string& unit, const std::optional<Period>& period) {
  std::set<std::string> packages;
  for (const auto& [assignment, duties] : Flow(reports).boards(call, 0, unit))
    if ((!duties.empty() || assignment.owner == unit) && (!period || assignment.period == *period)) packages.insert(assignment.package);
  return packages;
}

void write_check(JsonWriter& json, const Package& package, const StoredCheck& c) {
  json.begin_object().field("package", package.code).field("id", c.id).field("table", c.table).field("place", c.place).field("level", c.level);
  json.field("kind", c.kind).field("state", c.state).field("left", c.left).field("right", c.right).field("difference", c.difference);
  json.field("tolerance", c.tolerance).field("expression", c.expression).field("message", c.message).field("reason", c.reason).field("rule", c.rule);
  json.field("key", key_of(c)).end_object();
}

}  // namespace

void write_task(JsonWriter& json, const Task& task) {
  json.begin_object().field("package", task.package).field("unit", task.unit).field("layer", task.layer).field("period", task.period.iso()).field("cells", task.cells);
  json.field("failedChecks", task.failed_checks).field("templateDigest", task.template_digest).field("resultDigest", task.result_digest);
  json.field("computedBy", task.computed_by).field("computedUnixMs", task.computed_ms).end_object();
}

HttpResponse answer_packages(const Reports& reports, Call call, const Params& params, bool need_unit) {
  const auto catalog = reports.catalog(call, false);
  std::optional<Whose> of;
  std::optional<Period> period;
  std::map<std::string, Task> tasks;
  std::set<std::string> asked;
  bool books = true;
  if (!params.get("period").empty() || need_unit) period = params.period();
  if (!params.get("book").empty() || !params.get("unit").empty() || need_unit) {
    of = whose(reports, call, params);
    books = reports.has_books(call, of->unit);
    if (!books) asked = asked_of(reports, call, of->unit, period);
    else
      for (const auto& task : reports.tasks(call, of->unit))
        if (period && task.period == *period) tasks[task.package] = task;
  }
  JsonWriter json;
  json.begin_object().field("bookless", !books);
  write_packages(json, *catalog, [&](const Package& p) { return books || asked.count(p.code) > 0; }, [&](const Table& t) { return !of || !books || of->shows(t); }, period, params.get("package"), tasks);
  json.end_object();
  return json_answer(json);
}

HttpResponse answer_checks(const Reports& reports, Call call, const Params& params) {
  const Period period = params.period();
  const auto catalog = reports.catalog(call, false);
  const Whose of = whose(reports, call, params);
  const std::string wanted = params.get("package"), revision = params.get("revision");
  const bool books = reports.has_books(call, of.unit);
  std::string layer = params.get("layer");
  if (!books && layer.empty() && revision.empty()) layer = "sum";  // a unit that sums may keep no books
  std::vector<const Package*> packages;
  if (books && revision.empty() && (layer.empty() || layer == "own")) {
    packages = catalog->select(wanted, period, reports.unit(call, of.unit, "report.read"));
  } else {
    const auto asked = wanted.empty() ? asked_of(reports, call, of.unit, period) : std::set<std::string>{wanted};
    for (const auto& p : catalog->packages())
      if (asked.count(p.code) && p.valid_in(period)) packages.push_back(&p);
  }
  std::vector<const Package*> missing;
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const Package* p : packages) {
    std::optional<Task> task;
    try {
      task = reports.stored_as(call, *p, of.unit, period, layer, revision);
    } catch (const Error& e) {
      // Who asks for everything is told what there is; who asks for one package is told why it is not there.
      if (!wanted.empty() || e.code() != MIF_E_NOT_FOUND) throw;
      missing.push_back(p);
      continue;
    }
    for (const auto& c : reports.checks(call, *task)) {
      const Table* table = c.table.empty() ? nullptr : catalog->find(c.table, period);
      if ((table && !of.shows(*table)) || (!params.get("state").empty() && params.get("state") != c.state)) continue;
      write_check(json, *p, c);
    }
  }
  json.end_array().key("notComputed").begin_array();
  for (const Package* p : missing) json.begin_object().field("package", p->code).field("title", p->title).end_object();
  json.end_array().end_object();
  return json_answer(json);
}

}  // namespace mif::reporting
