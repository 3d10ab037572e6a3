// SPDX-License-Identifier: Apache-2.0
// What the period's computed reports say against closing it.
#include "web.h"

namespace mif::reporting {

void Reports::close_check(Call call, std::string_view book, Period period, const CloseFindings& findings) const {
  Txn txn = store_.read(call);
  std::string failed, any;
  const auto [unit, scheme] = keeper(call, std::string(book));
  const auto templates = catalog(call, false);
  for (const auto& task : tasks_of(txn, unit)) {
    if (task.period != period || task.layer != "own") continue;
    any = task.package;
    int count = 0;
    std::string first;
    for (const auto& check : load_checks(txn, task.id)) {
      if (check.state != "fail" || check.level != "error") continue;
      // What is wrong in another scheme's table does not hold this book back.
      const Table* table = check.table.empty() ? nullptr : templates->find(check.table, period);
      if (table && !table->scheme.empty() && table->scheme != scheme) continue;
      if (count++ == 0) first = check.id + ' ' + check.message;
    }
    if (count > 0) failed += (failed.empty() ? "" : "; ") + task.package + ": " + std::to_string(count) + " 项, 如 " + first;
  }
  findings.unless(MIF_CLOSE_FAIL, "checks", "报表审核通过", failed, "/checks");
  findings.unless(MIF_CLOSE_WARN, "computed", "本期报表已计算", any.empty() ? "还没有计算本期的报表, 没有报表审核可看" : "", "/checks");
}

}  // namespace mif::reporting
