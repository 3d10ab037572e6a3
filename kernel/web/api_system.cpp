// SPDX-License-Identifier: Apache-2.0
// Health, the API's own description, problem pages, the catalogue of refusals, units and plugins.
#include <Poco/DateTimeFormatter.h>

#include "kernel/base/hash.h"
#include "kernel/service/refusals.h"
#include "kernel/web/api.h"
#include "kernel/web/embedded.h"
#include "kernel/web/problem.h"
#include "mif/json.hpp"
#include "mif/version.h"

namespace mif::web {
namespace {

Response health(Api& api) {
  std::optional<std::int64_t> one;
  api.deployment.database().read([&](store::Txn& txn) { one = txn.integer("select 1"); });
  if (one != 1) throw Problem("unavailable", "store.no-answer", "数据库没有应答");
  JsonWriter json;
  json.begin_object().field("status", "ok").field("version", MIF_SDK_VERSION_STRING);
  json.field("businessDay", api.deployment.clock().business_day().iso()).end_object();
  Response response;
  response.body = json.take();
  return response;
}

Response units(Api& api, const Request& request) {
  std::vector<identity::Unit> all;
  api.deployment.database().read([&](store::Txn& txn) { all = api.deployment.identity().units(txn); });
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& unit : all) {
    if (!request.caller->sees(unit.code)) continue;
    json.begin_object().field("code", unit.code).field("name", unit.name).field("level", unit.level);
    if (!unit.parent.empty() && request.caller->sees(unit.parent)) json.field("parent", unit.parent);
    json.end_object();
  }
  json.end_array().key("next").null().end_object();
  Response response;
  response.body = json.take();
  return response;
}

Response plugins(Api& api) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& p : api.deployment.plugins().list()) {
    json.begin_object().field("id", p.manifest.id).field("version", p.manifest.version).field("name", p.manifest.name);
    json.field("vendor", p.manifest.vendor).field("status", plugin::name_of(p.status)).field("reason", p.reason);
    json.field("digest", p.digest).field("signedBy", p.signed_by).key("provides").begin_array();
    for (const auto& id : p.manifest.provides) json.value(id);
    json.end_array().end_object();
  }
  json.end_array().key("next").null().end_object();
  Response response;
  response.body = json.take();
  return response;
}

Response problem(const Request& request) {
  const ProblemKind* kind = find_problem(request.capture("slug"));
  if (!kind) throw Problem("not-found", "request.not-found", "没有这种问题类型: " + request.capture("slug"));
  Response response;
  response.content_type = "text/html; charset=utf-8";
  response.body = problem_page(*kind);
  return response;
}

Response refusal(const Request& request) {
  const auto found = service::find_refusal(request.capture("code"));
  if (!found) throw Problem("not-found", "explain.no-such-rule", "没有这个拒绝代码，抄写 rule 字段的值 (no such rule code): " + request.capture("code"));
  JsonWriter json;
  json.begin_object().field("code", found->code).field("when", found->when).field("remedy", found->remedy).field("english", found->english).end_object();
  Response response;
  response.body = json.take();
  return response;
}

Response openapi(const std::string& etag) {
  Response response;
  response.content_type = "application/yaml; charset=utf-8";
  response.etag = etag;
  response.body = std::string(openapi_yaml());
  return response;
}

}  // namespace

std::string_view openapi_yaml() { return embedded_files().front().text; }

std::string instant(std::int64_t unix_ms) {
  // Accountants of every province keep China Standard Time.
  const Poco::Timestamp at(static_cast<Poco::Int64>(unix_ms + 8 * 3600 * 1000) * 1000);
  return Poco::DateTimeFormatter::format(at, "%Y-%m-%dT%H:%M:%S.%i") + "+08:00";
}

void add_system_routes(Router& router, Api& api) {
  router.add({"GET", "/", "home", "public", "转到控制台",
              [](Request&) {
                Response response;
                response.status = 303;
                response.headers.emplace_back("Location", "/x/console/");
                return response;
              },
              ""});
  router.add({"GET", "/problems/{slug}", "getProblem", "public", "问题类型说明", [](Request& r) { return problem(r); }, ""});
  router.add({"GET", "/api/v1/health", "getHealth", "public", "健康检查", [&api](Request&) { return health(api); }, ""});
  router.add({"GET", "/api/v1/refusals/{code}", "getRefusal", "public", "拒绝代码说明", [](Request& r) { return refusal(r); }, ""});
  const std::string etag = "\"" + to_hex(hash(HashAlg::sha256, openapi_yaml())).substr(0, 16) + "\"";
  router.add({"GET", "/api/v1/openapi.yaml", "getOpenApi", "public", "接口说明", [etag](Request&) { return openapi(etag); }, ""});
  router.add({"GET", "/api/v1/units", "listUnits", "", "机构", [&api](Request& r) { return units(api, r); }, ""});
  router.add({"GET", "/api/v1/plugins", "listPlugins", "plugin.manage", "插件", [&api](Request&) { return plugins(api); }, ""});
}

}  // namespace mif::web
