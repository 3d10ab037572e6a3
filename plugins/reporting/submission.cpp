// SPDX-License-Identifier: Apache-2.0
// 完全审核 and 上报: what stands against submitting, and the revision that a submission keeps for ever - its cells, terms, checks,
// explanations, and the moment up to which it knows the ledger. Revision n+1 names the digest of revision n.
#include <algorithm>

#include "digest.h"
#include "flow.h"

namespace mif::reporting {
namespace {

std::string object_of(const Submission& s) { return "report:" + s.package + "/" + s.unit + "/" + s.period.iso() + "#" + std::to_string(s.revision); }

std::string chain_digest(const Submission& s, const std::vector<Explanation>& explanations) {
  Digest d;
  d.add("mif-report-revision 1").add(s.package).add(s.unit).add(s.layer).add(s.period.iso()).add(std::to_string(s.revision)).add(s.parent_digest);
  d.add(s.template_digest).add(s.result_digest).add(s.package_digest).add(std::to_string(s.recorded_ms)).add(s.origin).add(s.submitted_by);
  for (const auto& e : explanations) d.add(e.key).add(e.check).add(e.table).add(e.place).add(e.words).add(e.written_by);
  return d.hex();
}

// The last words written about every failure that is still what it was.
std::vector<Explanation> alive(const std::vector<Explanation>& written, const std::vector<StoredCheck>& checks) {
  std::map<std::string, Explanation> last;
  for (const auto& e : written) last[e.key] = e;
  std::vector<Explanation> found;
  for (const auto& c : checks)
    if (c.state == "fail")
      if (const auto e = last.find(key_of(c)); e != last.end()) {
        found.push_back(e->second);
        last.erase(e);
      }
  return found;
}

Result load_result(Txn& txn, const Task& task) {
  Result r;
  r.task = task;
  r.cells = load_cells(txn, task.id);
  r.terms = load_terms(txn, task.id);
  r.checks = load_checks(txn, task.id);
  return r;
}

}  // namespace

std::string not_ready(const Gate& gate, const std::string& title) {
  std::string text = title + " 不能上报，有 " + std::to_string(gate.against.size()) + " 项不符 (not ready to submit)：";
  for (std::size_t i = 0; i < gate.against.size() && i < 3; ++i) text += (i ? "；" : "") + gate.against[i].what;
  return text + (gate.against.size() > 3 ? "……" : "") + "；用 report audit 看全部";
}

void refuse_fixed(Txn& txn, const std::string& package, const std::string& unit, Period period) {
  std::string state;
  txn.query("select d.duty_state from x_reporting_duty d join x_reporting_assignment a on a.id = d.assignment where d.unit_code = ? and a.package_code = ? and a.fiscal_year = ? and "
            "a.fiscal_month = ?",
            {unit, package, period.year, period.month}, [&](const Row& row) {
              if (const std::string s = row.text(0); s == "submitted" || s == "locked") state = s;
              return true;
            });
  if (!state.empty())
    throw Error(MIF_E_CONFLICT, "report.fixed", "单位 " + unit + " 的 " + package + " " + period.iso() + " 已" + (state == "locked" ? "锁定" : "上报") +
                                                    "，不能再改，请上级退回后再改 (submitted: ask the unit above to return it)");
}

void begin_work(Txn& txn, const std::string& package, const std::string& unit, Period period, const std::string& by, std::int64_t ms) {
  std::vector<std::int64_t> open;
  txn.query("select id from x_reporting_assignment where package_code = ? and fiscal_year = ? and fiscal_month = ? and assignment_state = 'open'", {package, period.year, period.month},
            [&](const Row& row) {
              open.push_back(row.integer(0));
              return true;
            });
  for (const auto id : open)
    txn.execute("update x_reporting_duty set duty_state = 'editing', changed_by = ?, changed_ms = ? where assignment = ? and unit_code = ? and duty_state = 'none'", {by, ms, id, unit});
}

std::vector<Hindrance> Flow::against(Call call, Txn& txn, const Catalog& catalog, const std::vector<BookInfo>& books, const Package& package, const Task& task,
                                     const std::vector<StoredCheck>& checks, Gate& told) const {
  std::vector<Hindrance> found;
  const auto explained = alive(explanations_of(txn, task, 0), checks);
  told.checks = static_cast<std::int64_t>(checks.size());
  for (const auto& c : checks) {
    const std::string where = c.id + " " + c.table + c.place + " " + c.message;
    if (c.id == "LINT" || c.level == "info") continue;
    if (c.state == "fail" && c.level == "warn") {
      const std::string key = key_of(c);
      if (std::any_of(explained.begin(), explained.end(), [&](const Explanation& e) { return e.key == key; })) ++told.explained;
      else found.push_back({"unexplained", c.id, c.table, c.place, "核实性审核未通过且没有说明 " + where + "，差 " + c.difference});
    } else if (c.state == "fail") {
      found.push_back({"basic", c.id, c.table, c.place, "基本性审核未通过 " + where + "，差 " + c.difference});
    } else if (c.level == "error" && c.state != "pass" && c.state != "empty") {
      found.push_back({"unevaluated", c.id, c.table, c.place, "基本性审核没有审成 " + where});
    }
  }
  if (task.layer == "sum") {
    const auto parts = parts_of(txn, task.id);
    if (parts.empty()) found.push_back({"sum", "", "", "", "汇总没有构成单位，请重新汇总"});
    for (const auto& p : parts) {
      const auto last = find_submission(txn, task.package, p.unit, task.period);
      const auto own = p.revision == 0 ? find_task(txn, task.package, p.unit, task.period) : std::nullopt;
      if (p.revision == 0 ? (!own || own->result_digest != p.result_digest) : (!last || last->revision != p.revision))
        found.push_back({"sum", "", "", p.unit, "单位 " + p.unit + " 的报表在汇总后变了，请重新汇总"});
    }
    return found;
  }
  const Agency unit = agency_of(books, task.unit);
  std::set<std::string> ours;  // the pairs that speak of this package
  const auto wanted = [&](const Bridge& bridge) {
    bool complete = true, mine = false;
    for (const auto& pair : bridge.pairs) {
      if (!unit.book_of(pair.scheme)) continue;
      const auto look = [&](const Expression& root) {
        walk(root, [&](const Expression& e) {
          if (e.op != Expression::Op::cell) return;
          const Table* t = catalog.find(e.cell.table, task.period);
          complete = complete && t;
          if (t && &catalog.package_of(*t) == &package) {
            mine = true;
            ours.insert(pair.id);
          }
        });
      };
      look(*pair.a);
      look(*pair.b);
      for (const auto& x : pair.explanations) look(*x.root);
    }
    return complete && mine;
  };
  for (const auto& item : r_.bridge_in(call, txn, catalog, books, unit, task.period, wanted))
    if (ours.count(item.id) && item.unexplained.fen() != Fen(0))
      found.push_back({"bridge", item.id, "", "", "两部门口径对照 " + item.id + " " + item.subject + " 未解释 " + item.unexplained.fen().plain()});
  return found;
}

Gate Flow::gate(Call call, const std::string& code, const std::string& unit, Period period, const std::string& layer) const {
  r_.identity_.require(call, "report.read", unit);
  const auto catalog = r_.catalog(call, false);
  const auto books = r_.ledger_.books(call);
  const Package& package = package_of(*catalog, code, period);
  Gate told;
  told.task = r_.stored_as(call, package, unit, period, layer, {});
  Txn txn = r_.store_.read(call);
  told.against = against(call, txn, *catalog, books, package, told.task, load_checks(txn, told.task.id), told);
  return told;
}

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
  const auto books = r_.ledger_.books(call);
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

Submission Flow::take(Call call, const Reports::Foreign& f) const {
  r_.identity_.require(call, "report.manage", f.unit);
  if (!units(call).sees(f.unit)) throw Error(MIF_E_NOT_FOUND, "report.unit-not-found", "没有单位 (no unit) \"" + f.unit + "\"，或您无权查看");
  const auto catalog = r_.catalog(call, false);
  const Package& package = package_of(*catalog, f.package, f.period);
  Result result;
  result.task.package = f.package;
  result.task.unit = f.unit;
  result.task.period = f.period;
  result.task.template_digest = package.digest;
  result.cells = f.cells;
  result.checks = f.checks;
  for (const auto& c : f.checks) result.task.failed_checks += c.state == "fail" && c.level == "error";
  std::vector<BookInfo> books = r_.ledger_.books(call);
  Agency unit{f.unit, {}, {}};
  for (auto& b : books)
    if (b.unit == f.unit) unit.books.push_back(b);
  if (std::any_of(f.cells.begin(), f.cells.end(), [](const StoredCell& c) { return c.kind == MIF_CELL_MONEY && c.printed.empty(); })) r_.ministries_.present(call, package, result.cells);
  result.task.result_digest = result.digest();
  Txn txn = r_.store_.write(call);
  const auto last = find_submission(txn, f.package, f.unit, f.period);
  if (last && last->package_digest == f.package_digest && !f.package_digest.empty()) return *last;  // the same package again
  if (last && f.revision <= last->revision)
    throw Error(MIF_E_CONFLICT, "report.revision-old", "单位 " + f.unit + " 的 " + package.title + " " + f.period.iso() + " 已有第 " + std::to_string(last->revision) + " 版，不收第 " +
                                                            std::to_string(f.revision) + " 版 (an older revision, or this one with other content)");
  Submission s;
  s.package = f.package;
  s.unit = f.unit;
  s.period = f.period;
  s.revision = f.revision;
  s.package_digest = f.package_digest;
  s.origin = "imported";
  s.recorded_ms = r_.clock_.now_unix_ms();
  std::vector<Explanation> explanations;
  for (const auto& w : f.explanations)
    for (const auto& c : f.checks)
      if (c.id == w.check && c.table == w.table && c.place == w.place) {
        Explanation e;
        e.key = key_of(c);
        e.check = w.check;
        e.table = w.table;
        e.place = w.place;
        e.words = w.words;
        e.written_by = w.written_by.empty() ? call.actor() : w.written_by;
        e.written_ms = s.recorded_ms;
        explanations.push_back(std::move(e));
        break;
      }
  std::vector<std::pair<Duty, Duty>> moves;
  for (const auto& a : all_assignments(txn)) {
    if (a.package != f.package || a.period != f.period || a.state != "open") continue;
    for (const auto& was : duties_of(txn, a.id)) {
      if (was.unit != f.unit) continue;
      if (was.state == "locked" || was.state == "submitted") refuse_fixed(txn, f.package, f.unit, f.period);
      s.assignment = a.id;
      s.late = a.deadline < r_.clock_.business_day();
      Duty now = was;
      now.state = "submitted";
      now.revision = f.revision;
      now.late = s.late;
      now.reason.clear();
      now.changed_by = call.actor();
      now.changed_ms = s.recorded_ms;
      moves.emplace_back(was, now);
    }
  }
  s = freeze(call, txn, s, result, explanations);
  for (const auto& [was, now] : moves) change_duty(txn, was, now);
  for (const auto& i : f.inputs) {
    const Table& t = catalog->table(i.table, f.period);
    const std::string kept_by = holder(unit, t);
    bool there = false;
    txn.query("select fen from x_reporting_input where book = ? and table_code = ? and fiscal_year = ? and fiscal_month = ? and row_code = ? and col_code = ?",
              {kept_by, i.table, f.period.year, f.period.month, i.row, i.col}, [&](const Row&) { return there = true; });
    if (!there)
      txn.execute("insert into x_reporting_input (book, table_code, fiscal_year, fiscal_month, row_code, col_code, fen, written_by) values (?, ?, ?, ?, ?, ?, ?, ?)",
                  {kept_by, i.table, f.period.year, f.period.month, i.row, i.col, i.fen, call.actor()});
  }
  JsonWriter body;
  body.begin_object().field("unit", f.unit).field("revision", s.revision).field("digest", s.digest).field("package", s.package_digest).field("cells", s.cells).end_object();
  say(txn, f.unit, "report.take", object_of(s), body);
  txn.commit();
  return s;
}

Submission Reports::take(Call call, const Foreign& report) const { return Flow(*this).take(call, report); }

Submission Flow::revision_of(Txn& txn, const std::string& package, const std::string& unit, Period period, const std::string& revision) {
  std::int64_t n = 0;
  if (revision != "latest") {
    if (revision.empty() || revision.size() > 9 || revision.find_first_not_of("0123456789") != std::string::npos || (n = std::stoll(revision)) < 1)
      throw Error(MIF_E_INVALID, "report.revision", "版次应为正整数或 latest (a revision is a positive number or latest): " + revision);
  }
  if (auto found = find_submission(txn, package, unit, period, n)) return *found;
  throw Error(MIF_E_NOT_FOUND, "report.revision-not-found", "单位 " + unit + " 的 " + package + " " + period.iso() + " 没有上报过" + (n ? "第 " + revision + " 版" : "") + " (no such submitted revision)");
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
  const auto books = r_.ledger_.books(call);
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
