// SPDX-License-Identifier: Apache-2.0
// What people say about a report - 说明理由, 批注 - and from a voucher to the cells it moved. An explanation is bound to the
// rule, the place and both sides' values: when one of them changes, it is worth nothing any more.
#include <algorithm>

#include "flow.h"
#include "mif/pattern.hpp"

namespace mif::reporting {

std::vector<Flow::Explained> Flow::explanations(Call call, const std::string& code, const std::string& unit, Period period, const std::string& layer) const {
  r_.identity_.require(call, "report.read", unit);
  const auto catalog = r_.catalog(call, false);
  const Task task = r_.stored_as(call, package_of(*catalog, code, period), unit, period, layer, {});
  Txn txn = r_.store_.read(call);
  std::set<std::string> failing;
  for (const auto& c : load_checks(txn, task.id))
    if (c.state == "fail") failing.insert(key_of(c));
  std::vector<Explained> all;
  for (auto& e : explanations_of(txn, task, 0)) {
    const bool alive = failing.count(e.key) != 0;
    all.push_back({std::move(e), alive});
  }
  return all;
}

int Flow::explain(Call call, const std::string& code, const std::string& unit, Period period, const std::string& layer, const std::string& check, const std::string& place,
                  const std::string& words) const {
  r_.identity_.require(call, "report.compute", unit);
  const auto catalog = r_.catalog(call, false);
  const Task task = r_.stored_as(call, package_of(*catalog, code, period), unit, period, layer, {});
  Txn txn = r_.store_.write(call);
  refuse_fixed(txn, code, unit, period);
  int explained = 0;
  bool known = false;
  JsonWriter body;
  body.begin_object().field("package", code).field("unit", unit).field("period", period.iso()).field("check", check).field("words", words).key("places").begin_array();
  for (const auto& c : load_checks(txn, task.id)) {
    if (c.id != check || (!place.empty() && place != c.place && place != c.table + c.place)) continue;
    known = true;
    if (c.state != "fail") continue;
    if (c.level == "error")
      throw Error(MIF_E_CONFLICT, "report.explain-basic", "审核 " + check + " 是基本性审核，不能以说明代替，请改正数据 (a basic check is not explained away)");
    Explanation e;
    e.id = txn.next_id("explanation");
    e.key = key_of(c);
    e.check = c.id;
    e.table = c.table;
    e.place = c.place;
    e.words = words;
    e.written_by = call.actor();
    e.written_ms = r_.clock_.now_unix_ms();
    insert_explanation(txn, task, e);
    body.value(c.table + c.place);
    ++explained;
  }
  if (!known) throw Error(MIF_E_NOT_FOUND, "report.check-not-found", "没有审核 " + check + (place.empty() ? "" : " " + place) + " 的结果 (no result of this check)");
  if (explained == 0) throw Error(MIF_E_CONFLICT, "report.nothing-to-explain", "审核 " + check + " 已通过，不用说明 (the check holds, nothing to explain)");
  body.end_array().end_object();
  say(txn, unit, "report.explain", "report:" + code + "/" + unit + "/" + period.iso(), body);
  txn.commit();
  return explained;
}

void Flow::comment(Call call, const std::string& unit, Period period, const CellKey& cell, const std::string& words) const {
  r_.identity_.require(call, "report.compute", unit);
  const auto catalog = r_.catalog(call, false);
  const auto& [table, row, col] = cell;
  const Table& t = catalog->table(table, period);
  (void)t.row(row);
  (void)t.col(col);
  Txn txn = r_.store_.write(call);
  txn.execute("insert into x_reporting_comment (id, unit_code, table_code, fiscal_year, fiscal_month, row_code, col_code, words, written_by, written_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {txn.next_id("comment"), unit, table, period.year, period.month, row, col, words, call.actor(), r_.clock_.now_unix_ms()});
  JsonWriter body;
  body.begin_object().field("unit", unit).field("period", period.iso()).field("cell", table + "[" + row + "," + col + "]").field("words", words).end_object();
  say(txn, unit, "report.comment", "report:" + table + "/" + unit + "/" + period.iso(), body);
  txn.commit();
}

std::vector<Flow::Comment> Flow::comments(Call call, const std::string& unit, Period period, const std::string& table) const {
  r_.identity_.require(call, "report.read", unit);
  Txn txn = r_.store_.read(call);
  std::vector<Comment> all;
  txn.query("select row_code, col_code, words, written_by, written_ms from x_reporting_comment where unit_code = ? and table_code = ? and fiscal_year = ? and fiscal_month = ? order by id",
            {unit, table, period.year, period.month}, [&](const Row& row) {
              all.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.integer(4)});
              return true;
            });
  return all;
}

std::vector<Flow::Moved> Flow::moved(Call call, std::int64_t voucher) const {
  Txn txn = r_.store_.read(call);
  std::vector<LineRow> lines;
  const VoucherHead head = r_.ledger_.voucher(call, voucher, &lines, &txn);
  if (head.state != MIF_VOUCHER_POSTED) throw Error(MIF_E_CONFLICT, "report.voucher-not-posted", "凭证 " + std::to_string(voucher) + " 还没有记账，不影响任何报表 (not posted, no report holds it)");
  std::string unit;
  for (const auto& b : r_.ledger_.books(call, &txn))
    if (b.code == head.book) unit = b.unit;
  r_.identity_.require(call, "report.read", unit);
  std::vector<Moved> all;
  for (const auto& task : tasks_of(txn, unit)) {
    if (task.layer != "own") continue;
    std::map<CellKey, Fen> by;
    std::set<CellKey> touched;
    for (const auto& term : load_terms(txn, task.id)) {
      const auto& p = term.predicate;
      if (p.book != head.book || (!p.with_closing && head.closing)) continue;
      // A balance of a later year has this year's vouchers in its opening.
      const bool during = p.year == head.period.year && head.period.month >= p.month_from && head.period.month <= p.month_to;
      if (!during && !(p.opening && p.year > head.period.year)) continue;
      const AccountPattern accounts(p.accounts);
      const AuxFilter aux(p.aux);
      for (const auto& line : lines) {
        if ((during && p.measure != 0 && line.side != p.measure) || !accounts.matches(line.account) || !aux.matches(line.aux)) continue;
        by[{term.table, term.row, term.col}] += (line.side == MIF_DEBIT ? p.take(line.fen, Fen(0)) : p.take(Fen(0), line.fen)) * term.times;
        touched.insert({term.table, term.row, term.col});
      }
    }
    if (touched.empty()) continue;
    for (auto& cell : load_cells(txn, task.id)) {
      const CellKey key{cell.table, cell.row, cell.col};
      if (touched.count(key)) all.push_back({task, std::move(cell), by[key]});
    }
  }
  return all;
}

}  // namespace mif::reporting
