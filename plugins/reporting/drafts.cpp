// SPDX-License-Identifier: Apache-2.0
// What somebody typed and has not saved, kept so that a browser may die. A draft is its writer's own: nobody else sees it, no report is
// computed from it, and so it has no audit record. It is gone when its cells are saved or given up.
#include <algorithm>

#include "flow.h"
#include "module-kit/text.h"

namespace mif::reporting {
namespace {

constexpr std::size_t kMostDrafted = 5000, kWordsBytes = 6000, kReasonBytes = 900;

void forget(Txn& txn, const std::string& unit, Period period, const std::string& person, const std::string& table) {
  txn.execute("delete from x_reporting_draft where unit_code = ? and fiscal_year = ? and fiscal_month = ? and person = ? and table_code = ?",
              {unit, period.year, period.month, person, table});
}

}  // namespace

std::int64_t Flow::keep_draft(Call call, const std::string& unit, Period period, const std::string& table, const std::string& etag, const std::vector<Entry>& entries) const {
  (void)r_.unit(call, unit, "report.compute");
  const auto catalog = r_.catalog(call, false);
  const Table& t = catalog->table(table, period);
  if (entries.size() > kMostDrafted) throw Error(MIF_E_INVALID, "report.draft-large", "草稿至多 5000 格，请先保存 (too many cells in a draft)");
  const std::int64_t now = r_.clock_.now_unix_ms();
  Txn txn = r_.store_.write(call);
  forget(txn, unit, period, call.actor(), table);
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& e : entries) {
    (void)t.row(e.row);
    (void)t.col(e.col);
    if (e.table != table || e.value.size() > kWordsBytes || e.value.find('\0') != std::string::npos || !seen.insert({e.row, e.col}).second)
      throw Error(MIF_E_INVALID, "report.draft-cell", "草稿里的格 " + e.table + "[" + e.row + "," + e.col + "] 不属于表 " + table + "、写了两次或太长 (a cell of a draft that cannot be kept)");
    txn.execute("insert into x_reporting_draft (unit_code, fiscal_year, fiscal_month, person, table_code, row_code, col_code, words, reason, result_digest, written_ms) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {unit, period.year, period.month, call.actor(), table, e.row, e.col, e.value, kit::cut(e.reason, kReasonBytes), etag, now});
  }
  renew_lease(txn, catalog->package_of(t).code, unit, period, call.actor(), now);
  txn.commit();
  return static_cast<std::int64_t>(entries.size());
}

Flow::Draft Flow::draft(Call call, const std::string& unit, Period period, const std::string& table) const {
  r_.identity_.require(call, "report.read", unit);
  Draft found;
  Txn txn = r_.store_.read(call);
  txn.query("select table_code, row_code, col_code, words, reason, result_digest, written_ms from x_reporting_draft where unit_code = ? and fiscal_year = ? and fiscal_month = ? and person = ? "
            "order by table_code, row_code, col_code",
            {unit, period.year, period.month, call.actor()}, [&](const Row& row) {
              if (!table.empty() && row.text(0) != table) return true;
              found.cells.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), false});
              found.etag = row.text(5);
              found.ms = std::max(found.ms, row.integer(6));
              return true;
            });
  return found;
}

void drop_draft(Txn& txn, const std::string& unit, Period period, const std::string& person, const std::vector<Entry>& saved) {
  std::set<std::string> tables;
  for (const auto& e : saved) tables.insert(e.table);
  for (const auto& table : tables) {
    bool any = false;
    txn.query("select count(*) from x_reporting_draft where unit_code = ? and fiscal_year = ? and fiscal_month = ? and person = ? and table_code = ?",
              {unit, period.year, period.month, person, table}, [&](const Row& row) {
                any = row.integer(0) > 0;
                return true;
              });
    if (!any) continue;
    for (const auto& e : saved)
      if (e.table == table)
        txn.execute("delete from x_reporting_draft where unit_code = ? and fiscal_year = ? and fiscal_month = ? and person = ? and table_code = ? and row_code = ? and col_code = ?",
                    {unit, period.year, period.month, person, table, e.row, e.col});
  }
}

}  // namespace mif::reporting
