// SPDX-License-Identifier: Apache-2.0
// What the period's computed reports say against closing it.
#include "web.h"

namespace mif::reporting {

void Reports::close_check(Call call, std::string_view book, Period period, const CloseFindings& findings) const {
  Txn txn = store_.read(call);
  std::string failed, any;
  for (const auto& task : tasks_of(txn, std::string(book))) {
    if (task.period.year != period.year || task.period.month != period.month) continue;
    any = task.package;
    if (task.failed_checks == 0) continue;
    failed += (failed.empty() ? "" : "; ") + task.package + ": " + std::to_string(task.failed_checks) + " 项";
    for (const auto& check : load_checks(txn, task.id)) {
      if (check.state != "fail" || check.level != "error") continue;
      failed += ", 如 " + check.id + ' ' + check.message;
      break;
    }
  }
  findings.unless(MIF_CLOSE_FAIL, "checks", "报表审核通过", failed, "/checks");
  findings.unless(MIF_CLOSE_WARN, "computed", "本期报表已计算", any.empty() ? "还没有计算本期的报表, 没有报表审核可看" : "", "/checks");
}

}  // namespace mif::reporting
