// SPDX-License-Identifier: Apache-2.0
// The jobs of the treasury, one function each. All are safe to run again at any time and after a kill at any moment.
#pragma once

#include <string>
#include <vector>

#include "desk.h"

namespace mif::treasury {

std::string pay_prepare(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_approve(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_send(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_query(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_reopen(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_tell(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_show(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_status(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_resolve(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_drop(Desk& desk, Call call, const Params& params, Progress progress);
std::string receipt_fetch(Desk& desk, Call call, const Params& params, Progress progress);
std::string receipt_list(Desk& desk, Call call, const Params& params, Progress progress);
std::string receipt_show(Desk& desk, Call call, const Params& params, Progress progress);
std::string receipt_missing(Desk& desk, Call call, const Params& params, Progress progress);
std::string treasury_watch(Desk& desk, Call call, const Params& params, Progress progress);
std::string treasury_accounts(Desk& desk, Call call, const Params& params, Progress progress);
std::string treasury_balance(Desk& desk, Call call, const Params& params, Progress progress);
std::string treasury_balances(Desk& desk, Call call, const Params& params, Progress progress);
std::string treasury_sweep(Desk& desk, Call call, const Params& params, Progress progress);
std::string treasury_verify(Desk& desk, Call call, const Params& params, Progress progress);
std::string statement_import(Desk& desk, Call call, const Params& params, Progress progress);
std::string statement_match(Desk& desk, Call call, const Params& params, Progress progress);
std::string statement_status(Desk& desk, Call call, const Params& params, Progress progress);
std::string statement_inspect(Desk& desk, Call call, const Params& params, Progress progress);
std::string statement_import_file(Desk& desk, Call call, const Params& params, Progress progress);
std::string reconcile_run(Desk& desk, Call call, const Params& params, Progress progress);
std::string reconcile_list(Desk& desk, Call call, const Params& params, Progress progress);
std::string reconcile_suggest(Desk& desk, Call call, const Params& params, Progress progress);
std::string reconcile_match(Desk& desk, Call call, const Params& params, Progress progress);
std::string reconcile_unmatch(Desk& desk, Call call, const Params& params, Progress progress);
std::string reconcile_opening(Desk& desk, Call call, const Params& params, Progress progress);
std::string reconcile_daily(Desk& desk, Call call, const Params& params, Progress progress);
std::string reconcile_table(Desk& desk, Call call, const Params& params, Progress progress);
std::string reconcile_submit(Desk& desk, Call call, const Params& params, Progress progress);
std::string reconcile_approve(Desk& desk, Call call, const Params& params, Progress progress);
std::string reconcile_reopen(Desk& desk, Call call, const Params& params, Progress progress);
std::string reconcile_show(Desk& desk, Call call, const Params& params, Progress progress);
struct PrintedTable {
  std::string name, bytes;
  bool frozen = false;
  std::vector<std::string> notes;  // what could not be shown as it is
};
PrintedTable print_table(Desk& desk, Call call, const Params& params);
std::string reconcile_print(Desk& desk, Call call, const Params& params, Progress progress);
// The body of an uploaded statement, named `file` in messages.
std::string import_statement_bytes(Desk& desk, Call call, const Params& params, const std::string& file, std::string_view bytes);
// Reads only, for the kernel's closing checklist. [worker, concurrent]
void close_check(Desk& desk, Call call, std::string_view book, Period period, const CloseFindings& findings);

// For reports: mif.figure-source/1.
std::string describe_figures(Desk& desk, Call call);
std::vector<FigureSource::Answer> figures(Desk& desk, Call call, const std::vector<FigureSource::Question>& questions);

}  // namespace mif::treasury
