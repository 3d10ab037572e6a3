// SPDX-License-Identifier: Apache-2.0
// 上报: the revision that a submission keeps for ever - its cells, terms, checks,
// explanations, and the moment up to which it knows the ledger. Revision n+1 names the digest of revision n.
#include <algorithm>

#include "digest.h"
#include "flow.h"

namespace mif::reporting {
namespace {

std::string chain_digest(const Submission& s, const std::vector<Explanation>& explanations) {
  Digest d;
  d.add("mif-report-revision 1").add(s.package).add(s.unit).add(s.layer).add(s.period.iso()).add(std::to_string(s.revision)).add(s.parent_digest);
  d.add(s.template_digest).add(s.result_digest).add(s.package_digest).add(std::to_string(s.recorded_ms)).add(s.origin).add(s.submitted_by);
  for (const auto& e : explanations) d.add(e.key).add(e.check).add(e.table).add(e.place).add(e.words).add(e.written_by);
  return d.hex();
}

}  // namespace

Submission Flow::freeze(Call call, Txn& txn, Submission s, const Result& result, const std::vector<Explanation>& explanations) const {
  s.id = txn.next_id("task");
  s.template_digest = result.task.template_digest;
  s.result_digest = result.task.result_digest;
  s.cells = static_cast<std::int64_t>(result.cells.size());
  s.failed_checks = result.task.failed_checks;
  s.submitted_by = call.actor();
  s.submitted_ms = r_.clock_.now_unix_ms();
  if (const auto last = find_submission(txn, s.package, s.unit, s.period)) s.parent_digest = last->digest;
  s.digest = chain_digest(s, explanations);
  write_rows(txn, s.id, result);
  for (Explanation e : explanations) {
    e.id = txn.next_id("explanation");
    e.task = s.id;
    insert_explanation(txn, s.task(), e);
  }
  insert_submission(txn, s);
  return s;
}

Submission Flow::submit(Call call, std::int64_t id, const std::string& unit, const std::string& wanted) const {
  r_.identity_.require(call, "report.submit", unit);
  const auto catalog = r_.catalog(call, true);
  const auto books = r_.books(call, *catalog, unit);
  Txn txn = r_.store_.write(call);
  const Assignment a = find_assignment(txn, id);
  const Duty was = find_duty(txn, a, unit);
  if (a.state != "open") throw Error(MIF_E_CONFLICT, "report.assignment-closed", "任务 " + a.title + " 已关闭，不能上报 (the assignment is closed)");
  if (was.state == "submitted" || was.state == "locked")
    throw Error(MIF_E_CONFLICT, "report.submitted-already", "单位 " + unit + " 的 " + a.title + " 已" + (was.state == "locked" ? "锁定" : "上报") + "，不用再报 (submitted already)");
  const Package& package = package_of(*catalog, a.package, a.period);
  Submission s;
  s.assignment = a.id;
  s.package = a.package;
  s.unit = unit;
  s.period = a.period;
  s.layer = !wanted.empty() ? wanted : find_task(txn, a.package, unit, a.period, "sum") ? "sum" : "own";
  if (s.layer != "own" && s.layer != "sum") throw Error(MIF_E_INVALID, "report.layer", "layer 应为 own 或 sum (expected), 找到 \"" + s.layer + "\"");
  // Everything posted by now is in it, nothing posted later.
  s.recorded_ms = r_.clock_.now_unix_ms();
  s.late = a.deadline < r_.clock_.business_day();
  Result result;
  if (s.layer == "own") {
    Computed told;
    result = r_.evaluate(call, txn, *catalog, package, books, agency_of(books, unit), a.period, told);
    result.task.computed_by = call.actor();
    result.task.computed_ms = s.recorded_ms;
    if (store_result(txn, result)) keep_formula_values(txn, unit, a.period, told.formula_values);
  } else {
    const auto task = find_task(txn, a.package, unit, a.period, "sum");
    if (!task) throw Error(MIF_E_NOT_FOUND, "report.not-summed", "单位 " + unit + " 还没有汇总 " + package.title + "，请先执行 report sum (not summed yet)");
    result = load_result(txn, *task);
  }
  Gate gate;
  gate.against = against(call, txn, *catalog, books, package, result.task, result.checks, gate);
  if (!gate.against.empty()) throw Error(MIF_E_CONFLICT, "report.not-ready", not_ready(gate, package.title));
  s.revision = 1;
  if (const auto last = find_submission(txn, s.package, unit, s.period)) s.revision = last->revision + 1;
  s = freeze(call, txn, s, result, alive(explanations_of(txn, result.task, 0), result.checks));
  if (s.layer == "sum") {
    write_parts(txn, s.id, parts_of(txn, result.task.id));
  } else {
    Facts facts([&](const std::string& b, int year) { return r_.ledger_.balances(call, b, year, 0, &txn); });
    std::int64_t ord = 0;
    for (const auto& term : result.terms) {
      ++ord;
      Predicate opening = term.predicate;
      opening.month_to = 0;
      if (opening.opening) txn.execute("insert into x_reporting_opening (task, ord, fen) values (?, ?, ?)", {s.id, ord, facts.sum(opening).value_or(Fen(0)) * term.times});
    }
  }
  Duty now = was;
  now.state = "submitted";
  now.revision = s.revision;
  now.late = s.late;
  now.reason.clear();
  now.changed_by = s.submitted_by;
  now.changed_ms = s.submitted_ms;
  change_duty(txn, was, now);
  JsonWriter body;
  body.begin_object().field("assignment", a.id).field("unit", unit).field("layer", s.layer).field("revision", s.revision).field("digest", s.digest).field("parent", s.parent_digest);
  body.field("result", s.result_digest).field("recordedUnixMs", s.recorded_ms).field("late", s.late).end_object();
  say(txn, unit, "report.submit", object_of(s), body);
  txn.commit();
  return s;
}

Submission Flow::revision_of(Txn& txn, const std::string& package, const std::string& unit, Period period, const std::string& revision) {
  std::int64_t n = 0;
  if (revision != "latest") {
    if (revision.empty() || revision.size() > 9 || revision.find_first_not_of("0123456789") != std::string::npos || (n = std::stoll(revision)) < 1)
      throw Error(MIF_E_INVALID, "report.revision", "版次应为正整数或 latest (a revision is a positive number or latest): " + revision);
  }
  if (auto found = find_submission(txn, package, unit, period, n)) return *found;
  throw Error(MIF_E_NOT_FOUND, "report.revision-not-found", "单位 " + unit + " 的 " + package + " " + period.iso() + " 没有上报过" + (n ? "第 " + revision + " 版" : "") + " (no such submitted revision)");
}

std::vector<Fen> Flow::openings_of(Txn& txn, std::int64_t id) {
  std::vector<Fen> openings;
  txn.query("select o.fen from x_reporting_term t left join x_reporting_opening o on o.task = t.task and o.ord = t.ord where t.task = ? order by t.ord", {id}, [&](const Row& row) {
    openings.push_back(row.null(0) ? Fen(0) : row.fen(0));
    return true;
  });
  return openings;
}

std::vector<Fen> Flow::openings_of(Txn& txn, std::int64_t id, const std::vector<StoredTerm>& terms) {
  std::vector<Fen> openings;
  if (terms.empty()) return openings;
  txn.query("select o.fen from x_reporting_term t left join x_reporting_opening o on o.task = t.task and o.ord = t.ord where t.task = ? and t.table_code = ? and t.row_code = ? and "
            "t.col_code = ? order by t.ord",
            {id, terms[0].table, terms[0].row, terms[0].col}, [&](const Row& row) {
              openings.push_back(row.null(0) ? Fen(0) : row.fen(0));
              return true;
            });
  return openings;
}

Task Reports::stored_as(Call call, const Package& package, const std::string& unit, Period period, const std::string& layer, const std::string& revision) const {
  if (revision.empty() && (layer.empty() || layer == "own")) return stored(call, package, unit, period);
  identity_.require(call, "report.read", unit);
  Txn txn = store_.read(call);
  if (!revision.empty()) return Flow::revision_of(txn, package.code, unit, period, revision).task();
  if (auto found = find_task(txn, package.code, unit, period, layer)) return *found;
  throw Error(MIF_E_NOT_FOUND, "report.not-summed", "单位 " + unit + " 还没有汇总 " + package.title + "（" + period.iso() + "），请先执行 report sum (not summed yet)");
}

std::vector<Submission> Flow::submissions(Call call, const std::string& unit) const {
  r_.identity_.require(call, "report.read", unit);
  Txn txn = r_.store_.read(call);
  return submissions_of(txn, unit);
}

std::optional<Submission> Flow::latest(Call call, const std::string& package, const std::string& unit, Period period) const {
  r_.identity_.require(call, "report.read", unit);
  Txn txn = r_.store_.read(call);
  return find_submission(txn, package, unit, period);
}

std::vector<CellChange> Flow::changes(Call call, const std::string& code, const std::string& unit, Period period, const std::string& revision, Submission& of) const {
  r_.identity_.require(call, "report.read", unit);
  const auto catalog = r_.catalog(call, false);
  const auto books = r_.books(call, *catalog, unit);
  const Package& package = package_of(*catalog, code, period);
  Txn txn = r_.store_.read(call);
  of = revision_of(txn, code, unit, period, revision.empty() ? "latest" : revision);
  Cells today;
  if (of.layer == "own") {
    Computed told;
    for (auto& c : r_.evaluate(call, txn, *catalog, package, books, agency_of(books, unit), period, told).cells) today[{c.table, c.row, c.col}] = c;
  } else if (const auto task = find_task(txn, code, unit, period, of.layer)) {
    for (auto& c : load_cells(txn, task->id)) today[{c.table, c.row, c.col}] = c;
  }
  std::vector<CellChange> changed;
  for (const auto& c : load_cells(txn, of.id)) {
    const auto now = today.find({c.table, c.row, c.col});
    const std::string text = now == today.end() ? "" : now->second.value;
    if (text != c.value) changed.push_back({c.table, c.row, c.col, c.value, text, now == today.end() ? "gone" : now->second.state, ""});
  }
  return changed;
}

std::vector<std::pair<std::string, std::string>> Flow::altered(Call call, Txn& txn) const {
  std::vector<std::pair<std::string, std::string>> found;
  const auto tree = units(call);
  for (const auto& unit : tree.all()) {
    std::string last, of;
    for (const auto& s : submissions_of(txn, unit.code)) {
      const std::string series = s.package + s.period.iso();
      if (load_result(txn, s.task()).digest() != s.result_digest) found.emplace_back(object_of(s), "上报版的格与当时的摘要不符 (rows of a submitted revision were altered)");
      if (chain_digest(s, explanations_of(txn, s.task(), s.id)) != s.digest || (series == of ? s.parent_digest != last : !s.parent_digest.empty()))
        found.emplace_back(object_of(s), "上报版与它的摘要链不符 (a submitted revision does not fit its chain)");
      of = series;
      last = s.digest;
    }
  }
  return found;
}

}  // namespace mif::reporting
