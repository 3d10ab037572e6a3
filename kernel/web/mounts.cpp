// SPDX-License-Identifier: Apache-2.0
// The routes of plugins: pages below /x/<plugin>/, API below /api/v1/x/<plugin>/. The kernel has already checked session,
// CSRF, size and permission when the plugin is called.
#include <algorithm>
#include <cstdio>

#include "kernel/base/text.h"
#include "kernel/web/api.h"
#include "kernel/web/json_in.h"
#include "kernel/web/problem.h"
#include "mif/ext/web_module.h"
#include "mif/sdk.hpp"

namespace mif::web {
namespace {

constexpr std::int64_t kDeadlineMs = 30000;



// What a plugin sends; checked here, because a plugin must not be able to break the answer's framing.
struct Sent {
  mif_http_response c = sized<mif_http_response>();
  Response response;
  bool sent = false;
};

void on_send(mif_http_response* self, std::int32_t status, mif_str content_type, mif_str etag, mif_str body) {
  auto* sent = static_cast<Sent*>(self->impl);
  sent->sent = true;
  sent->response.status = status;
  sent->response.content_type = str(content_type);
  sent->response.etag = str(etag);
  sent->response.body = str(body);
}

bool header_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

void check_sent(const std::string& plugin, const Sent& sent) {
  const Response& r = sent.response;
  const bool good = sent.sent && r.status >= 200 && r.status <= 599 && !r.content_type.empty() && header_text(r.content_type) &&
                    header_text(r.etag) && (r.etag.empty() || (r.etag.size() >= 2 && r.etag.front() == '"' && r.etag.back() == '"'));
  if (!good) throw Error(MIF_E_INTERNAL, "插件 " + plugin + " 的应答不完整或不合规 (the plugin sent no proper answer)");
}

// The path below the mount, each segment percent-encoded again: a document number may itself hold a slash.
std::string path_below(const Request& request, std::size_t mount_segments) {
  static const char* hex = "0123456789ABCDEF";
  std::string path;
  for (std::size_t i = mount_segments; i < request.segments.size(); ++i) {
    path += '/';
    for (const char c : request.segments[i]) {
      const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::string_view("-._~!$&'()*+,;=:@").find(c) != std::string_view::npos;
      if (plain) path += c;
      else path.append({'%', hex[static_cast<unsigned char>(c) >> 4], hex[static_cast<unsigned char>(c) & 15]});
    }
  }
  return path;
}

// A public page is served to nobody in particular: a caller without any right, never the plugin's own authority.
const identity::Caller& anonymous() {
  static const identity::Caller nobody = [] {
    identity::Caller caller;
    caller.login = caller.name = "anonymous";
    return caller;
  }();
  return nobody;
}

Response serve(Api& api, const std::string& plugin, const mif_web_module* module, bool is_api, std::size_t mount_segments, const Request& request) {
  auto asked = sized<mif_http_request>();
  const std::string path = path_below(request, mount_segments);
  asked.method = s(request.method == "HEAD" ? "GET" : std::string_view(request.method));
  asked.path = s(path);
  asked.query = s(request.query_text);
  asked.body = s(request.body);
  asked.content_type = s(request.content_type);
  asked.if_match = s(request.if_match);
  asked.if_none_match = s(request.if_none_match);
  asked.idempotency_key = s(request.idempotency_key);
  asked.api = is_api ? 1 : 0;

  Sent sent;
  sent.c.impl = &sent;
  sent.c.send = &on_send;
  const identity::Caller* caller = request.caller ? request.caller.get() : &anonymous();
  api.deployment.plugins().call(plugin, "web " + request.method + " " + path.substr(0, 80), request.who(), caller, kDeadlineMs,
                                [&](mif_call* call) { return module->handle(module->self, call, &asked, &sent.c); });
  check_sent(plugin, sent);
  return std::move(sent.response);
}

std::string member(const JsonValue& object, std::string_view name) {
  const JsonValue* value = object.find(name);
  return value && value->kind != JsonValue::Kind::null ? value->text : std::string();
}

void add_route(Router& router, Api& api, const std::string& plugin, const mif_web_module* module, const JsonValue& described) {
  const JsonValue* api_flag = described.find("api");
  const bool is_api = api_flag && api_flag->flag;
  const std::string mount = (is_api ? "/api/v1/x/" : "/x/") + plugin;
  const std::string path = member(described, "path");
  if (path.empty() || path.front() != '/') throw Error(MIF_E_INVALID, "plugin.route", "路由的 path 须以 / 开头 (a route's path starts with /): \"" + path + "\"");
  Route route{member(described, "method"), mount + path, member(described, "operationId"), member(described, "permission"), member(described, "summary"), {}, plugin};
  route.handle = [&api, plugin, module, is_api, segments = is_api ? 4u : 2u](Request& request) { return serve(api, plugin, module, is_api, segments, request); };
  router.add(std::move(route));
}

void mount(Router& router, Api& api, const std::string& plugin, const mif_web_module* module) {
  std::string text;
  const Who who{"system", "web", ""};
  TextSink sink;
  api.deployment.plugins().call(plugin, "routes", who, nullptr, kDeadlineMs, [&](mif_call* call) { return module->routes(module->self, call, sink.get()); });
  const JsonValue described = parse_json(sink.text());
  if (const JsonValue* routes = described.find("routes"))
    for (const auto& route : routes->items) add_route(router, api, plugin, module, route);
  if (const JsonValue* menu = described.find("menu"))
    for (const auto& item : menu->items) {
      const std::string order = member(item, "order");
      api.menu.push_back({member(item, "title"), "/x/" + plugin + member(item, "path"), member(item, "permission"), order.empty() ? 100 : std::atoi(order.c_str())});
    }
  router.add({"GET", "/x/" + plugin, "", "public", "", [plugin](Request&) {
                Response response;
                response.status = 303;
                response.headers.emplace_back("Location", "/x/" + plugin + "/");
                return response;
              }, plugin});
}

}  // namespace

void add_plugin_mounts(Router& router, Api& api) {
  for (const auto& provider : api.deployment.plugins().providers(MIF_WEB_MODULE_ID)) {
    try {
      mount(router, api, provider.plugin, static_cast<const mif_web_module*>(provider.extension));
    } catch (const std::exception& e) {  // one plugin's bad table must not keep the server from starting
      std::fprintf(stderr, "mif web: 插件 %s 的路由没有挂上 (routes not mounted): %s\n", provider.plugin.c_str(), e.what());
    }
  }
  std::stable_sort(api.menu.begin(), api.menu.end(), [](const MenuItem& a, const MenuItem& b) { return a.order < b.order; });
}

}  // namespace mif::web
