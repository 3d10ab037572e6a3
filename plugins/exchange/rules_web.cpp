// SPDX-License-Identifier: Apache-2.0
#include "rules_web.h"

#include "mif/json.hpp"
#include "rule_jobs.h"

namespace mif::exchange {

namespace {

struct RouteDef {
  const char *method, *path, *id, *permission, *summary;
  RuleJob run;  // none: the rule text comes in or goes out
};
const RouteDef kRoutes[] = {
    {"GET", "/rules", "listRuleSets", "ledger.read", "凭证规则的各版本: scheme, day", &mapping_list},
    {"POST", "/rules", "draftRuleSet", "exchange.run", "起草规则版本, 请求体为规则文件; 查询参数 file 为文件名", nullptr},
    {"GET", "/rules/verify", "verifyRuleSets", "ledger.read", "规则版本与批准时逐一核对", &mapping_verify},
    {"GET", "/rules/{set}", "getRuleSet", "ledger.read", "一个规则版本: 例子、试跑、决定; trial 给出一次试跑的结果", &mapping_show},
    {"GET", "/rules/{set}/text", "getRuleSetText", "ledger.read", "规则正文", nullptr},
    {"GET", "/rules/{set}/diff", "diffRuleSet", "ledger.read", "与前一版或 with 逐单据类型的差异", &mapping_diff},
    {"GET", "/rules/{set}/test", "testRuleSet", "ledger.read", "逐个核对例子", &mapping_test},
    {"POST", "/rules/{set}/example", "putRuleExample", "exchange.run", "存一个例子", &mapping_example},
    {"POST", "/rules/{set}/trial", "tryRuleSet", "exchange.run", "用过去一批单据试跑", &mapping_trial},
    {"POST", "/rules/{set}/submit", "submitRuleSet", "exchange.run", "送审", &mapping_submit},
    {"POST", "/rules/{set}/approve", "approveRuleSet", "exchange.approve", "批准或退回", &mapping_approve},
    {"POST", "/rules/{set}/rollback", "rollBackRuleSet", "exchange.run", "申请回退", &mapping_rollback},
    {"POST", "/rules/{set}/withdraw", "withdrawRuleSet", "exchange.run", "撤回草稿", &mapping_withdraw},
};

// Fits `path` to the route; {set} goes into `params`.
bool fits(std::string_view route, std::string_view path, Fields& params) {
  const auto open = route.find("{set}");
  if (open == std::string_view::npos) return route == path;
  const std::string_view rest = route.substr(open + 5);
  if (path.size() <= open + rest.size() || path.substr(0, open) != route.substr(0, open) || path.substr(path.size() - rest.size()) != rest) return false;
  const std::string_view set = path.substr(open, path.size() - open - rest.size());
  if (set.find_first_not_of("0123456789") != std::string_view::npos) return false;
  params["set"] = std::string(set);
  return true;
}

}  // namespace

void add_rule_routes(JsonWriter& json) {
  for (const auto& r : kRoutes)
    json.begin_object().field("method", r.method).field("path", r.path).field("api", true).field("permission", r.permission).field("operationId", r.id).field("summary", r.summary).end_object();
}

bool is_rule_path(std::string_view path) { return path == "/rules" || path.substr(0, 7) == "/rules/"; }

HttpResponse rule_answer(const Host& host, Call call, const mif_http_request& request, Fields query) {
  const bool get = view(request.method) == "GET";
  for (const auto& r : kRoutes) {
    Fields params = get || !r.run ? query : Fields();
    Fields found;
    if (view(request.method) != r.method || !fits(r.path, view(request.path), found)) continue;
    HttpResponse response;
    if (!r.run && get) {
      response.content_type = "text/plain; charset=utf-8";
      response.body = text_of(host, call, param_number(found, "set", 0));
      return response;
    }
    if (!r.run) {
      response.status = 201;
      response.body = draft_text(host, call, clean(param(params, "file", "rules.info"), 190), str(request.body));
      return response;
    }
    if (!get && request.body.n) params = flat_object(view(request.body));
    for (const auto& [name, value] : found) params[name] = value;  // the path decides which version, whatever the body says
    if (!get) params["most"] = std::to_string(kMostOverHttp);
    try {
      response.body = r.run(host, call, params, Progress(nullptr));
    } catch (const Error& e) {
      if (e.rule() != "mapping.trial-large") throw;
      response.status = 202;
      response.body = schedule_trial(host, call, params);
    }
    return response;
  }
  throw Error(MIF_E_NOT_FOUND, "document.path", "没有这个地址 (no such path) " + clean(view(request.path), 80));
}

}  // namespace mif::exchange
