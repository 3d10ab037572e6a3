// SPDX-License-Identifier: Apache-2.0
// Review by rules: what they say, who proposed and approved them, and letting them decide what waits.
#include <charconv>

#include "kernel/service/auto_review.h"
#include "kernel/web/json_in.h"
#include "kernel/web/problem.h"
#include "kernel/web/voucher_json.h"

namespace mif::web {
namespace {

void write_rule(JsonWriter& json, const workflow::Rule& r) {
  json.begin_object().field("name", r.name).field("version", r.version).field("body", r.body).field("counts", r.counts());
  json.field("proposedBy", r.proposed_by).field("approvedBy", r.approved_by).field("retiredBy", r.retired_by).end_object();
}

Response list(Api& api, Request&) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  api.deployment.database().read([&](store::Txn& txn) {
    for (const auto& rule : api.deployment.rules().all(txn)) write_rule(json, rule);
  });
  json.end_array().key("next").null().end_object();
  return json_response(json);
}

Response propose(Api& api, Request& request) {
  require_json(request);
  const JsonValue body = parse_json(request.body);
  const JsonValue *name = body.find("name"), *text = body.find("body");
  if (!name || !name->is_text()) throw Problem("malformed-request", "规则要有名称", {{"/name", "应为文字"}});
  if (!text || !text->is_text()) throw Problem("malformed-request", "规则要有内容", {{"/body", "应为规则文字 (INFO)"}});
  service::check_review_rule(name->text, text->text);
  workflow::Rule rule;
  api.deployment.database().write([&](store::Txn& txn) { rule = api.deployment.rules().propose(txn, request.who(), name->text, text->text); });
  JsonWriter json;
  write_rule(json, rule);
  Response response = json_response(json);
  response.status = 201;
  return response;
}

Response change(Api& api, Request& request, bool approve) {
  const std::string text = request.capture("version"), name = request.capture("name");
  int version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size()) throw Problem("malformed-request", "规则版本不对", {{"version", "应为整数"}});
  JsonWriter json;
  api.deployment.database().write([&](store::Txn& txn) {
    json = JsonWriter();
    workflow::Rules& rules = api.deployment.rules();
    if (approve) rules.approve(txn, request.who(), name, version);
    else rules.retire(txn, request.who(), name, version);
    for (const auto& rule : rules.all(txn))
      if (rule.name == name && rule.version == version) write_rule(json, rule);
  });
  return json_response(json);
}

Response run(Api& api, Request& request) {
  const std::string book = request.param_or("book", "");
  if (!book.empty()) api.visible_unit(request, book);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& r : service::auto_review(api.deployment, request.who(), *request.caller, book))
    json.begin_object().field("voucher", std::to_string(r.voucher)).field("rule", r.rule).field("done", r.problem.empty()).field("detail", r.problem).end_object();
  json.end_array().key("next").null().end_object();
  return json_response(json);
}

}  // namespace

void add_review_rule_routes(Router& router, Api& api) {
  router.add({"GET", "/api/v1/review-rules", "listReviewRules", "ledger.read", "自动审核规则", [&api](Request& r) { return list(api, r); }, ""});
  router.add({"POST", "/api/v1/review-rules", "proposeReviewRule", "rule.propose", "提出自动审核规则", [&api](Request& r) { return propose(api, r); }, ""});
  router.add({"POST", "/api/v1/review-rules/{name}/{version}/approve", "approveReviewRule", "rule.approve", "批准规则", [&api](Request& r) { return change(api, r, true); }, ""});
  router.add({"POST", "/api/v1/review-rules/{name}/{version}/retire", "retireReviewRule", "rule.approve", "停用规则", [&api](Request& r) { return change(api, r, false); }, ""});
  router.add({"POST", "/api/v1/review-rules/run", "runReviewRules", "voucher.review", "按规则审核待审凭证", [&api](Request& r) { return run(api, r); }, ""});
}

}  // namespace mif::web
