// SPDX-License-Identifier: Apache-2.0
#include "kernel/audit/lookup.h"
#include "kernel/web/api.h"
#include "kernel/web/paging.h"
#include "mif/json.hpp"

namespace mif::web {
namespace {

// A unit's chain is for those who see the unit; the system's chain (users, charts, plugins) for those who see every unit.
void require_chain(Api& api, store::Txn& txn, const Request& request, const std::string& chain) {
  bool visible = request.caller->sees(chain);
  if (chain == "system") {
    visible = true;
    for (const auto& unit : api.deployment.identity().units(txn)) visible = visible && request.caller->sees(unit.code);
  }
  if (!visible) throw Error(MIF_E_NOT_FOUND, "audit.no-chain", "没有审计链 (no audit chain) " + chain);
}

void write(JsonWriter& json, const audit::Entry& e) {
  json.begin_object().field("chain", e.chain).field("seq", e.seq).field("at", instant(e.at_ms)).field("actor", e.actor).field("origin", e.origin);
  json.field("trace", e.trace).field("action", e.action).field("object", e.object).field("objectDigest", e.object_digest);
  json.field("body", e.body).field("hash", e.hash).end_object();
}

Response entries(Api& api, const Request& request) {
  const std::string chain = request.param_or("chain", request.caller->unit);
  const std::string object = request.param_or("object", "");
  const std::int64_t after = request.number("after", 0, 0, INT64_MAX);
  const std::int64_t limit = page_limit(request);
  std::vector<audit::Entry> found;
  std::int64_t size = 0;
  api.deployment.database().read([&](store::Txn& txn) {
    require_chain(api, txn, request, chain);
    size = audit::chain_size(txn, chain);
    const auto keep = [&](const audit::Entry& e) { found.push_back(e); };
    if (object.empty()) audit::entries(txn, chain, after, limit, keep);
    else audit::entries_about(txn, chain, object, limit, keep);
  });
  JsonWriter json;
  json.begin_object().field("chain", chain).field("size", size).key("items").begin_array();
  for (const auto& e : found) write(json, e);
  json.end_array().key("next");
  if (object.empty() && !found.empty() && found.back().seq < size) json.value(std::to_string(found.back().seq));
  else json.null();
  json.end_object();
  Response response;
  response.body = json.take();
  return response;
}

}  // namespace

void add_audit_routes(Router& router, Api& api) {
  router.add({"GET", "/api/v1/audit", "listAudit", "audit.read", "审计日志", [&api](Request& r) { return entries(api, r); }, ""});
}

}  // namespace mif::web
