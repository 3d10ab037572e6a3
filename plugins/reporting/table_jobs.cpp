// SPDX-License-Identifier: Apache-2.0
// report list, show, drill, fill: the templates, one table, one cell.
#include "job_work.h"

#include <map>
#include <set>

#include "flow.h"
#include "module-kit/result.h"

namespace mif::reporting {

namespace {

std::string n(std::int64_t number) { return std::to_string(number); }

}  // namespace

std::string report_list(const Reports& reports, Call call, const Params& params, const Progress&) {
  const auto catalog = reports.catalog(call, true);
  kit::Result answer("ReportPackageList");
  std::int64_t tables = 0;
  for (const auto& p : catalog->packages())
    for (const auto& t : p.tables) {
      ++tables;
      answer.item().field("package", p.code).field("ministry", p.ministry).field("table", t->code).field("title", t->title).field("scheme", t->scheme)
          .field("period", t->period).field("unit", t->printed_unit).field("rows", n(static_cast<std::int64_t>(t->rows.size())))
          .field("cols", n(static_cast<std::int64_t>(t->cols.size()))).field("formulas", n(static_cast<std::int64_t>(t->formulas.size())))
          .field("checks", n(static_cast<std::int64_t>(t->checks.size()))).field("from", p.from.year > 1 ? p.from.iso() : "").end_object();
    }
  std::int64_t computed = 0;
  if (!params.get("book").empty() || !params.get("unit").empty())
    computed = static_cast<std::int64_t>(reports.tasks(call, whose(reports, call, params).unit).size());
  return answer.json(n(static_cast<std::int64_t>(catalog->packages().size())) + " 个报表包，" + n(tables) + " 张表" + (computed ? "，该单位已计算 " + n(computed) + " 套" : ""));
}

std::string report_show(const Reports& reports, Call call, const Params& params, const Progress&) {
  const Period period = params.period();
  const auto catalog = reports.catalog(call, true);
  const Table& table = catalog->table(params.need("table"), period);
  const Task task = reports.stored_as(call, catalog->package_of(table), whose(reports, call, params).unit, period, params.get("layer"), params.get("revision"));
  std::map<std::pair<std::string, std::string>, std::string> printed;
  std::set<std::string> used;
  for (const auto& cell : reports.cells(call, task, table.code)) {
    printed[{cell.row, cell.col}] = cell.printed;
    used.insert(cell.row);
  }
  kit::Result answer("ReportTable");
  for (const auto& row : table.rows) {
    if (row.section >= 0 && !used.count(row.code)) continue;
    auto& item = answer.item().field("row", row.code).field("name", row.name);
    if (table.two_sided) item.field("right", row.name_right);
    for (const auto& col : table.cols) item.field(col.code + " " + col.name, printed[{row.code, col.code}]);
    answer.last().end_object();
  }
  return answer.json(table.title + "，单位 " + task.unit + "，" + period.iso() + "，单位：" + table.printed_unit);
}

std::string report_drill(const Reports& reports, Call call, const Params& params, const Progress&) {
  const int limit = params.limit(0, 1000000);
  const auto d = reports.drill(call, params.need("table"), params.need("row"), params.need("col"), whose(reports, call, params).unit, params.period(), params.get("after"), limit, params.get("revision"));
  const auto catalog = reports.catalog(call, false);
  kit::Result answer("DrillLineList");
  Fen sum;
  if (params.get("after").empty())
    for (std::size_t i = 0; i < d.terms.size(); ++i) {
      if (d.openings[i] == Fen(0)) continue;
      sum += d.openings[i];
      answer.item().field("term", n(static_cast<std::int64_t>(i) + 1)).field("day", "").field("voucher", "").field("number", "").field("line", "")
          .field("account", d.terms[i].predicate.accounts).field("name", "年初余额").field("aux", d.terms[i].predicate.aux).field("summary", "年初余额")
          .field("amount", d.openings[i]).end_object();
    }
  for (const auto& l : d.lines) {
    sum += l.amount;
    answer.item().field("term", n(l.term)).field("day", l.line.day.iso()).field("voucher", n(l.line.voucher_id)).field("number", l.line.word + "-" + n(l.line.number))
        .field("line", n(l.line.line)).field("account", l.line.account).field("name", l.line.account_name).field("aux", l.line.aux)
        .field("summary", l.line.summary).field("amount", l.amount).end_object();
  }
  if (d.elsewhere) {
    // Its lines are in another home: the questions and what they came to there stand for them.
    for (std::size_t i = 0; i < d.terms.size(); ++i) {
      const auto& t = d.terms[i];
      const auto& p = t.predicate;
      const Fen rest = t.fen * t.times - d.openings[i];
      sum += rest;
      if (p.month_to < p.month_from && rest == Fen(0)) continue;
      answer.item().field("term", n(static_cast<std::int64_t>(i) + 1)).field("day", "").field("voucher", "").field("number", "").field("line", "").field("account", p.accounts)
          .field("name", n(p.year) + "-" + n(p.month_from) + ".." + n(p.month_to)).field("aux", p.aux).field("summary", "账套 " + p.book + " 的发生额，分录在" + d.elsewhere->unit_name)
          .field("amount", rest).end_object();
    }
  }
  const std::string head = d.cell.table + "[" + d.cell.row + "," + d.cell.col + "] = " + (d.cell.value.empty() ? "空" : d.cell.value) + "，" + n(static_cast<std::int64_t>(d.lines.size())) + " 行分录";
  if (d.elsewhere) {
    const auto& e = *d.elsewhere;
    const bool same = !d.cell.linear || sum == d.cell.fen;
    answer.finding(!same);
    return answer.json(d.cell.table + "[" + d.cell.row + "," + d.cell.col + "] = " + (d.cell.value.empty() ? "空" : d.cell.value) + "，" + n(static_cast<std::int64_t>(d.terms.size())) + " 个取数条件" +
                       (!d.cell.linear ? "（此格含比率、取整或填报数，不能逐项相加）" : "，合计 " + sum.plain() + (same ? "，与该格相等" : "，与该格不等")) + "；分录在" + e.unit_name + "，由 " +
                       e.origin.prepared_by + " 于 " + e.origin.made + " 上报，" + e.received_by + " 于 " + now_text(e.received_ms) + " 接收，数据包 " + e.package_digest.substr(0, 12));
  }
  if (!d.cell.linear) return answer.json(head + "（此格含比率、取整或填报数，不能逐行相加）");
  if (limit > 0 || !params.get("after").empty()) return answer.json(head + (d.next.empty() ? "" : "，后续 after=" + d.next));
  const bool same = sum == d.cell.fen;
  answer.finding(!same);
  return answer.json(head + "，合计 " + sum.plain() + (same ? "，与该格相等" : "，与该格不等：账簿在计算后有变动，请重新计算"));
}

std::string report_fill(const Reports& reports, Call call, const Params& params, const Progress&) {
  reports.fill(call, params.need("table"), params.need("row"), params.need("col"), whose(reports, call, params).unit, params.period(), params.get("value"));
  kit::Result answer("ReportInput");
  answer.item().field("table", params.need("table")).field("row", params.need("row")).field("col", params.need("col")).field("value", params.get("value")).end_object();
  return answer.json("已填报，请重新计算");
}

}  // namespace mif::reporting
