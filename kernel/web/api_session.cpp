// SPDX-License-Identifier: Apache-2.0
// Signing in and out, and what the console's frame needs to know about the person.
#include <algorithm>

#include "kernel/web/api.h"
#include "kernel/web/json_in.h"
#include "kernel/web/problem.h"
#include "mif/json.hpp"

namespace mif::web {
namespace {

std::string session_body(const Api& api, const identity::Caller& caller, const std::string& token) {
  const service::Settings& settings = api.deployment.settings();
  JsonWriter json;
  json.begin_object().field("login", caller.login).field("name", caller.name).field("unit", caller.unit);
  json.key("roles").begin_array();
  for (const auto& role : caller.roles) json.value(role);
  json.end_array().key("permissions").begin_array();
  for (const auto& permission : caller.permissions) json.value(permission);
  json.end_array().key("menu").begin_array();
  for (const auto& item : api.menu)
    if (item.permission.empty() || caller.may(item.permission))
      json.begin_object().field("title", item.title).field("href", item.href).field("order", item.order).end_object();
  json.end_array()
      .field("csrfToken", SessionGate::csrf_token(token))
      .field("deployment", settings.name)
      .field("development", settings.development)
      .field("businessDay", api.deployment.clock().business_day().iso())
      .end_object();
  return json.take();
}

std::string cookie_of(const std::string& token, bool gone) {
  return "mif_session=" + token + "; Path=/; HttpOnly; SameSite=Strict" + (gone ? "; Max-Age=0" : "");
}

std::string required_text(const JsonValue& body, const char* name) {
  const JsonValue* value = body.find(name);
  if (!value || !value->is_text() || value->text.empty() || value->text.size() > 200)
    throw Problem("malformed-request", "登录请求不完整", {{std::string("/") + name, "应为 1 到 200 字节的文字"}});
  return value->text;
}

Response sign_in(Api& api, const Request& request) {
  // A page of another site could otherwise sign a visitor in as somebody else.
  if (!request.sec_fetch_site.empty() || !request.origin.empty()) SessionGate::check_same_site(request);
  const JsonValue body = parse_json(request.body);
  const std::string login = required_text(body, "login"), password = required_text(body, "password");
  std::string token;
  identity::Caller caller;
  try {
    const Who who{login, "web", request.id};
    token = api.deployment.identity().login(api.deployment.database(), who, login, password);
    api.deployment.database().read([&](store::Txn& txn) { caller = api.deployment.identity().session(txn, token); });
  } catch (const Error& e) {
    if (e.code() == MIF_E_DENIED || e.code() == MIF_E_NOT_FOUND) throw Problem("login-failed", e.what());
    throw;
  }
  Response response;
  response.body = session_body(api, caller, token);
  response.headers.emplace_back("Set-Cookie", cookie_of(token, false));
  return response;
}

Response sign_out(Api& api, const Request& request) {
  api.deployment.database().write([&](store::Txn& txn) { api.deployment.identity().logout(txn, request.who(), request.cookie_token); });
  api.gate.forget(request.cookie_token);
  Response response;
  response.status = 204;
  response.headers.emplace_back("Set-Cookie", cookie_of("", true));
  return response;
}

}  // namespace

void add_session_routes(Router& router, Api& api) {
  router.add({"POST", "/api/v1/session", "signIn", "public", "登录", [&api](Request& r) { return sign_in(api, r); }, ""});
  router.add({"GET", "/api/v1/session", "getSession", "", "当前会话",
              [&api](Request& r) {
                Response response;
                response.body = session_body(api, *r.caller, r.cookie_token);
                return response;
              },
              ""});
  router.add({"DELETE", "/api/v1/session", "signOut", "", "退出", [&api](Request& r) { return sign_out(api, r); }, ""});
}

}  // namespace mif::web
