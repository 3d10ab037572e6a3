// SPDX-License-Identifier: Apache-2.0
// The jobs, one function each. All are safe to run again at any time and after a kill at any moment.
#pragma once

#include <string>

#include "desk.h"

namespace mif::funds {

std::string fund_budget(Desk& desk, Call call, const Params& params);
std::string budget_compile(Desk& desk, Call call, const Params& params);
std::string budget_plan(Desk& desk, Call call, const Params& params);
std::string budget_submit(Desk& desk, Call call, const Params& params);
std::string budget_approve(Desk& desk, Call call, const Params& params);
std::string budget_adjust(Desk& desk, Call call, const Params& params);
std::string budget_history(Desk& desk, Call call, const Params& params);
std::string budget_execution(Desk& desk, Call call, const Params& params);
std::string budget_over(Desk& desk, Call call, const Params& params);
std::string fund_apply(Desk& desk, Call call, const Params& params);
std::string fund_edit(Desk& desk, Call call, const Params& params);
std::string fund_approve(Desk& desk, Call call, const Params& params);
std::string fund_withdraw(Desk& desk, Call call, const Params& params);
std::string fund_release(Desk& desk, Call call, const Params& params);
std::string fund_receive(Desk& desk, Call call, const Params& params);
std::string fund_list(Desk& desk, Call call, const Params& params);
std::string fund_show(Desk& desk, Call call, const Params& params);
std::string fund_verify(Desk& desk, Call call, const Params& params);
std::string deposit_open(Desk& desk, Call call, const Params& params);
std::string deposit_cancel(Desk& desk, Call call, const Params& params);
std::string deposit_close(Desk& desk, Call call, const Params& params);
std::string deposit_roll(Desk& desk, Call call, const Params& params);
std::string deposit_list(Desk& desk, Call call, const Params& params);
std::string deposit_forecast(Desk& desk, Call call, const Params& params);

// mif.payable-source/1. [worker, concurrent]
void fetch_payables(Desk& desk, Call call, std::int64_t after, std::uint32_t limit, mif_payable_sink& sink);
void take_results(Desk& desk, Call call, const mif_payable_result* results, std::uint32_t n);
PayableBudget take_again(Desk& desk, Call call, std::string_view obligation, Fen fen);

// mif.close-check/1. [worker, concurrent]
void close_check(Desk& desk, Call call, std::string_view book, Period period, const CloseFindings& findings);

std::string web_routes();
HttpResponse web_answer(Desk& desk, Call call, const mif_http_request& request);

// For reports: mif.figure-source/1.
std::string describe_figures(Desk& desk, Call call);
std::vector<FigureSource::Answer> figures(Desk& desk, Call call, const std::vector<FigureSource::Question>& questions);

}  // namespace mif::funds
