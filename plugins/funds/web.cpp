// SPDX-License-Identifier: Apache-2.0
// The same work by HTTP, below /api/v1/x/funds.
#include "work.h"

namespace mif::funds {

namespace {

struct RouteDef {
  const char *method, *path, *id, *permission, *summary;
  std::string (*run)(Desk&, Call, const Params&);
  const char* action;  // of fund_budget
};
const RouteDef kRoutes[] = {
    {"GET", "/budgets", "listFundBudgets", "ledger.read", "预算、占用、支付、余额: book, item, year", &fund_budget, "show"},
    {"POST", "/budgets", "setFundBudget", "fund.budget", "预算的新版本送批: book, item, year, amount, reason", &fund_budget, "set"},
    {"POST", "/budgets/approve", "approveFundBudget", "fund.approve", "批准或退回预算的新版本", &fund_budget, "approve"},
    {"POST", "/budgets/adjust", "adjustFundBudget", "fund.budget", "调整一个项目, 送批: book, item, year, amount 或 by, reason, document", &budget_adjust, nullptr},
    {"GET", "/budgets/history", "listFundBudgetHistory", "ledger.read", "一个项目的各版: book, item, year", &budget_history, nullptr},
    {"GET", "/budgets/execution", "listFundBudgetExecution", "ledger.read", "预算执行: unit, book, year, month, item", &budget_execution, nullptr},
    {"GET", "/budgets/over", "listFundBudgetOver", "ledger.read", "超预算的项目及使它超出的凭证、申请: unit, book, year, month", &budget_over, nullptr},
    {"GET", "/plans", "listFundPlans", "ledger.read", "编制的预算: unit, book, year", &budget_plan, nullptr},
    {"POST", "/plans", "compileFundPlan", "fund.budget", "编制: book, year, reason, document, base-year, growth 或 csv", &budget_compile, nullptr},
    {"GET", "/plans/{id}", "getFundPlan", "ledger.read", "一份编制及其各项", &budget_plan, nullptr},
    {"POST", "/plans/{id}/submit", "submitFundPlan", "fund.budget", "送批", &budget_submit, nullptr},
    {"POST", "/plans/{id}/approve", "approveFundPlan", "fund.approve", "批准或退回 (reject)", &budget_approve, nullptr},
    {"GET", "/applications", "listFundApplications", "ledger.read", "资金申请: book, state, kind, budget, account, after, limit", &fund_list, nullptr},
    {"POST", "/applications", "createFundApplication", "fund.apply", "提交资金申请; key 相同的再送得到同样答复", &fund_apply, nullptr},
    {"POST", "/applications/receive", "receiveFunds", "fund.apply", "另一账套收到的资金制收款凭证", &fund_receive, nullptr},
    {"GET", "/applications/{id}", "getFundApplication", "ledger.read", "一笔资金申请及其全部经过", &fund_show, nullptr},
    {"POST", "/applications/{id}/edit", "editFundApplication", "fund.apply", "修改, 原审批作废", &fund_edit, nullptr},
    {"POST", "/applications/{id}/approve", "approveFundApplication", "fund.approve", "批准或退回 (reject)", &fund_approve, nullptr},
    {"POST", "/applications/{id}/withdraw", "withdrawFundApplication", "fund.apply", "撤回", &fund_withdraw, nullptr},
    {"POST", "/applications/{id}/release", "releaseFundApplication", "fund.approve", "付款失败的不再付, 退回预算", &fund_release, nullptr},
    {"GET", "/verify", "verifyFunds", "ledger.read", "预算、申请、应付款核对", &fund_verify, nullptr},
    {"GET", "/deposits", "listDeposits", "ledger.read", "存款及应计利息: book, account, as-of", &deposit_list, nullptr},
    {"GET", "/deposits/forecast", "forecastDeposits", "ledger.read", "到期预测: from, to", &deposit_forecast, nullptr},
    {"POST", "/deposits", "openDeposit", "deposit.keep", "登记存款", &deposit_open, nullptr},
    {"POST", "/deposits/{id}/cancel", "cancelDeposit", "deposit.keep", "撤回还没有复核的凭证", &deposit_cancel, nullptr},
    {"POST", "/deposits/{id}/close", "closeDeposit", "deposit.keep", "支取, early 提前", &deposit_close, nullptr},
    {"POST", "/deposits/{id}/roll", "rollDeposit", "deposit.keep", "到期转存", &deposit_roll, nullptr},
};

// Whether `path` is the route; what stands for {id}.
bool matches(std::string_view route, std::string_view path, std::string& id) {
  const auto mark = route.find("{id}");
  if (mark == std::string_view::npos) return route == path;
  const std::string_view before = route.substr(0, mark), after = route.substr(mark + 4);
  if (path.size() <= before.size() + after.size() || path.substr(0, mark) != before || path.substr(path.size() - after.size()) != after) return false;
  const std::string_view middle = path.substr(mark, path.size() - before.size() - after.size());
  if (middle.size() > 15 || middle.find_first_not_of("0123456789") != std::string_view::npos) return false;
  id = middle;
  return true;
}

}  // namespace

std::string web_routes() {
  JsonWriter json;
  json.begin_object().key("routes").begin_array();
  for (const auto& r : kRoutes)
    json.begin_object().field("method", r.method).field("path", r.path).field("api", true).field("permission", r.permission).field("operationId", r.id).field("summary", r.summary).end_object();
  return json.end_array().key("menu").begin_array().end_array().end_object().take();
}

HttpResponse web_answer(Desk& desk, Call call, const mif_http_request& request) {
  for (const auto& r : kRoutes) {
    std::string id;
    if (view(request.method) != r.method || !matches(r.path, view(request.path), id)) continue;
    const bool get = view(request.method) == "GET";
    Params params(get ? std::string_view() : view(request.body));
    if (get && !params.read_query(view(request.query))) throw Error(MIF_E_INVALID, "fund.query", "查询参数写法不对 (malformed query)");
    if (!id.empty()) params.set(view(request.path).substr(0, 7) == "/plans/" ? "plan" : "id", id);  // the path decides, whatever the body says
    if (r.action) params.set("action", r.action);
    HttpResponse response;
    response.body = r.run(desk, call, params);
    return response;
  }
  throw Error(MIF_E_NOT_FOUND, "fund.path", "没有这个地址 (no such path): " + cut(view(request.path), 80));
}

}  // namespace mif::funds
