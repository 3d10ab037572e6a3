// SPDX-License-Identifier: Apache-2.0
#include "recon_web.h"

#include "work.h"

namespace mif::treasury {

namespace {

struct RouteDef {
  const char *method, *path, *id, *permission, *summary;
  std::string (*run)(Desk&, Call, const Params&, Progress);  // none: bytes come in, a statement, or go out, a printed table
};
const RouteDef kRoutes[] = {
    {"POST", "/statements/file", "importStatementFile", "bank.reconcile", "上传 CSV 对账单; 查询参数 account, map, from, to, opening, closing", nullptr},
    {"GET", "/watch", "watchTreasury", "ledger.read", "资金监控: 流量、流速、大额与非常时付款、重复付款、支付保障天数、接口", &treasury_watch},
    {"GET", "/accounts", "listBankAccounts", "ledger.read", "银行账户一览: 余额、未达、日历、限额; by=unit 按单位汇总", &treasury_accounts},
    {"GET", "/balances", "listBankBalances", "ledger.read", "记下的余额的历史: account, from, to", &treasury_balances},
    {"POST", "/balances", "askBankBalances", "bank.reconcile", "问银行余额并记下，三方核对", &treasury_balance},
    {"GET", "/sweep", "planSweep", "ledger.read", "按留存额列出应调拨的数", &treasury_sweep},
    {"GET", "/reconcile/items", "listReconcileItems", "ledger.read", "未达账项及账龄, state=matched 或 undone 列出勾对", &reconcile_list},
    {"GET", "/reconcile/suggestions", "listReconcileSuggestions", "ledger.read", "可能的勾对", &reconcile_suggest},
    {"GET", "/reconcile/daily", "getDailyCheck", "ledger.read", "逐日核对", &reconcile_daily},
    {"GET", "/reconcile/table", "getBankReconciliation", "ledger.read", "计算余额调节表: account, month", &reconcile_table},
    {"GET", "/reconcile/tables", "listBankReconciliations", "ledger.read", "已送审和已冻结的余额调节表", &reconcile_show},
    {"GET", "/reconcile/print", "printBankReconciliation", "ledger.read", "余额调节表的文件: account, month, format=pdf、xlsx 或 csv", nullptr},
    {"POST", "/reconcile/run", "runReconcile", "bank.reconcile", "自动勾对", &reconcile_run},
    {"POST", "/reconcile/match", "matchLines", "bank.reconcile", "人工勾对", &reconcile_match},
    {"POST", "/reconcile/unmatch", "unmatchGroup", "bank.reconcile", "取消勾对", &reconcile_unmatch},
    {"POST", "/reconcile/opening", "enterOpeningItem", "bank.reconcile", "期初未达账项送审", &reconcile_opening},
    {"POST", "/reconcile/submit", "submitBankReconciliation", "bank.reconcile", "余额调节表送审", &reconcile_submit},
    {"POST", "/reconcile/approve", "approveBankReconciliation", "voucher.review", "批准或退回", &reconcile_approve},
    {"POST", "/reconcile/reopen", "reopenBankReconciliation", "voucher.review", "打开已冻结的余额调节表", &reconcile_reopen},
};

Params params_of(std::string_view query) {
  Params params;
  if (!params.read_query(query)) throw Error(MIF_E_INVALID, "reconcile.query", "查询参数写法不对 (malformed query)");
  return params;
}

void printed(Desk& desk, Call call, const Params& params, HttpResponse& response) {
  const std::string format = params.get("format", "pdf");
  response.body = print_table(desk, call, params).bytes;
  response.content_type = format == "pdf" ? "application/pdf" : format == "csv" ? "text/csv; charset=utf-8" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

}  // namespace

void add_recon_routes(JsonWriter& json) {
  for (const auto& r : kRoutes)
    json.begin_object().field("method", r.method).field("path", r.path).field("api", true).field("permission", r.permission).field("operationId", r.id).field("summary", r.summary).end_object();
}

HttpResponse recon_answer(Desk& desk, Call call, const mif_http_request& request) {
  for (const auto& r : kRoutes) {
    if (view(request.method) != r.method || view(request.path) != r.path) continue;
    HttpResponse response;
    const bool get = view(request.method) == "GET";
    if (!r.run && get) printed(desk, call, params_of(view(request.query)), response);
    else if (!r.run) response.body = import_statement_bytes(desk, call, params_of(view(request.query)), "对账单", view(request.body));
    else response.body = r.run(desk, call, get ? params_of(view(request.query)) : Params(view(request.body)), Progress(nullptr));
    return response;
  }
  throw Error(MIF_E_NOT_FOUND, "reconcile.path", "没有这个地址 (no such path): " + str(request.path));
}

}  // namespace mif::treasury
