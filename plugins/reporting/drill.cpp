// SPDX-License-Identifier: Apache-2.0
// From a cell to the ledger lines under it: the predicates stored with the cell are asked again, line by line. Of a report that came in a
// data package the lines are where it was made; its predicates, their amounts and whence it came are here.
#include "flow.h"
#include "predicate_lines.h"
#include "reports.h"

namespace mif::reporting {
namespace {

struct Cursor {
  std::size_t term = 0;
  std::int64_t voucher = 0;
  int line = 0;
};

Cursor parse_cursor(const std::string& text) {
  Cursor at;
  if (text.empty()) return at;
  std::int64_t parts[3] = {0, 0, 0};
  std::size_t part = 0, digits = 0;
  for (const char c : text) {
    if (c == '.' && part < 2 && digits > 0) {
      ++part;
      digits = 0;
    } else if (c >= '0' && c <= '9' && ++digits <= 18) {
      parts[part] = parts[part] * 10 + (c - '0');
    } else {
      part = 9;
      break;
    }
  }
  if (part != 2 || digits == 0) throw Error(MIF_E_INVALID, "report.cursor", "翻页标记不对 (not a cursor of this list): " + text);
  at.term = static_cast<std::size_t>(parts[0]);
  at.voucher = parts[1];
  at.line = static_cast<int>(parts[2]);
  return at;
}

}  // namespace

Drill Reports::drill(Call call, const std::string& table, const std::string& row, const std::string& col, const std::string& code, Period period,
                     const std::string& after, int limit, const std::string& revision) const {
  const auto templates = catalog(call, false);
  if (revision.empty()) (void)unit(call, code, "report.read");
  else identity_.require(call, "report.read", code);  // a submitted report may be of a unit without books here
  const Table& t = templates->table(table, period);
  (void)t.row(row);
  (void)t.col(col);
  Drill drill;
  Txn txn = store_.read(call);
  const std::string& package = templates->package_of(t).code;
  // A submitted revision is drilled into the ledger as it stood when it was submitted.
  std::optional<Submission> submitted;
  if (!revision.empty()) {
    submitted = Flow::revision_of(txn, package, code, period, revision);
    if (submitted->layer != "own") throw Error(MIF_E_INVALID, "report.sum-drill", "第 " + revision + " 版是汇总数，请先看构成，再到单位 (a sum: see which units it is made of first)");
    if (submitted->origin != "here") {
      const auto origin = Flow::origin_of(txn, *submitted);
      if (!origin) throw Error(MIF_E_UNSUPPORTED, "report.foreign-drill", "单位 " + code + " 的第 " + revision + " 版由表格代报，没有分录 (entered from a sheet: there is no ledger behind it)");
      drill.elsewhere = {*origin, Flow(*this).units(call).name(code), submitted->package_digest, submitted->submitted_by, submitted->recorded_ms, submitted->submitted_ms};
    }
  }
  drill.task = submitted ? submitted->task() : task(txn, templates->package_of(t), code, period);
  if (auto cell = load_cell(txn, drill.task.id, table, row, col)) drill.cell = std::move(*cell);
  drill.terms = load_terms(txn, drill.task.id, table, row, col);

  Facts facts([&](const std::string& b, int year, const Facts::Row& each) { ledger_.each_balance(call, b, year, 0, &txn, each); });
  if (submitted) drill.openings = Flow::openings_of(txn, submitted->id, drill.terms);
  else for (const auto& term : drill.terms) {
    Predicate opening = term.predicate;
    opening.month_to = 0;
    drill.openings.push_back(opening.opening ? facts.sum(opening).value_or(Fen(0)) * term.times : Fen(0));
  }
  if (drill.elsewhere) return drill;
  Cursor at = parse_cursor(after);
  for (std::size_t i = at.term; i < drill.terms.size(); ++i, at = {i, 0, 0}) {
    const auto& term = drill.terms[i];
    const auto& p = term.predicate;
    PredicateLines found(ledger_, call, txn, p, submitted ? submitted->recorded_ms : 0, {at.voucher, at.line},
                         [&](const Predicate& whole) { return lines(call, txn, whole, submitted ? submitted->recorded_ms : 0); });
    for (; !found.done(); found.next()) {
      if (limit > 0 && static_cast<int>(drill.lines.size()) == limit) {
        const auto& last = drill.lines.back();
        drill.next = std::to_string(last.term - 1) + "." + std::to_string(last.line.voucher_id) + "." + std::to_string(last.line.line);
        return drill;
      }
      drill.lines.push_back({static_cast<int>(i) + 1, found.line(), found.amount() * term.times});
    }
  }
  return drill;
}

}  // namespace mif::reporting
