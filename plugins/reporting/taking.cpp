// SPDX-License-Identifier: Apache-2.0
// Reports that were made elsewhere: taken as submitted revisions with everything that stands behind their figures there, and held against
// the data packages they came in.
#include <algorithm>

#include "parcels.h"

namespace mif::reporting {

namespace rp = report_package;

Submission Flow::take(Call call, const Reports::Foreign& f) const {
  r_.identity_.require(call, "report.manage", f.unit);
  if (!units(call).sees(f.unit)) throw Error(MIF_E_NOT_FOUND, "report.unit-not-found", "没有单位 (no unit) \"" + f.unit + "\"，或您无权查看");
  const auto catalog = r_.catalog(call, false);
  const Package& package = package_of(*catalog, f.package, f.period);
  Result result;
  result.task.package = f.package;
  result.task.unit = f.unit;
  result.task.layer = f.layer;
  result.task.period = f.period;
  result.task.template_digest = package.digest;
  result.cells = f.cells;
  result.terms = f.terms;
  result.checks = f.checks;
  for (const auto& c : f.checks) result.task.failed_checks += c.state == "fail" && c.level == "error";
  std::vector<BookInfo> books = r_.ledger_.books_of(call, f.unit);
  Agency unit{f.unit, {}, {}};
  for (auto& b : books)
    if (b.unit == f.unit) unit.books.push_back(b);
  if (!f.presented && std::any_of(f.cells.begin(), f.cells.end(), [](const StoredCell& c) { return c.kind == MIF_CELL_MONEY && c.printed.empty(); })) r_.ministries_.present(call, package, result.cells);
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
  s.layer = f.layer;
  s.period = f.period;
  s.revision = f.revision;
  s.package_digest = f.package_digest;
  s.origin = "imported";
  s.recorded_ms = f.recorded_ms > 0 ? f.recorded_ms : r_.clock_.now_unix_ms();
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
        e.written_ms = w.written_ms > 0 ? w.written_ms : s.recorded_ms;
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
      now.changed_ms = r_.clock_.now_unix_ms();
      moves.emplace_back(was, now);
    }
  }
  s = freeze(call, txn, s, result, explanations);
  for (const auto& [was, now] : moves) change_duty(txn, was, now);
  for (std::size_t i = 0; i < f.terms.size() && i < f.openings.size(); ++i)
    if (f.terms[i].predicate.opening) txn.execute("insert into x_reporting_opening (task, ord, fen) values (?, ?, ?)", {s.id, static_cast<std::int64_t>(i) + 1, f.openings[i]});
  if (!f.object.empty()) {
    txn.execute("insert into x_reporting_packed (task, digest, object_digest, made_ms) values (?, ?, ?, ?)", {s.id, f.package_digest, f.object, r_.clock_.now_unix_ms()});
    txn.execute("insert into x_reporting_origin (task, sealed_by, algorithm, prepared_by, made, ledger_state) values (?, ?, ?, ?, ?, ?)",
                {s.id, f.origin.sealed_by, f.origin.algorithm, f.origin.prepared_by, f.origin.made, f.origin.ledger_state});
  }
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

std::optional<Origin> Flow::origin_of(Txn& txn, const Submission& s) {
  std::optional<Origin> found;
  txn.query("select sealed_by, algorithm, prepared_by, made, ledger_state from x_reporting_origin where task = ?", {s.id}, [&](const Row& row) {
    found = Origin{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4)};
    return true;
  });
  return found;
}

std::vector<std::pair<std::string, std::string>> Parcels::altered(Call call, Txn& txn) const {
  // Many units came in one file: it is opened once for all of them.
  std::map<std::string, std::vector<Submission>> came;
  const UnitTree tree = flow_.units(call);
  for (const auto& unit : tree.all())
    for (const auto& s : submissions_of(txn, unit.code))
      if (s.origin == "imported" && Flow::origin_of(txn, s)) {
        const auto file = packed(txn, s.id);
        came[file ? file->object : ""].push_back(s);
      }
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& [object, submissions] : came) {
    Opened opened;
    for (const auto& s : submissions) {
      try {
        const rp::ReportSet set = unit_in(call, object, s.unit, opened);
        const std::string where = set.digest != s.package_digest ? "清单摘要" : difference(set, load_result(txn, s.task()), Flow::openings_of(txn, s.id), explanations_of(txn, s.task(), s.id));
        if (!where.empty()) found.emplace_back(object_of(s), "导入的上报版与它的数据包不符 (an imported revision differs from its data package): " + where);
      } catch (const Error& e) {
        found.emplace_back(object_of(s), std::string("导入的上报版的数据包读不出 (its data package cannot be read): ") + e.what());
      }
    }
  }
  return found;
}

}  // namespace mif::reporting
