// SPDX-License-Identifier: Apache-2.0
#include "kernel/web/dispatcher.h"

#include <algorithm>
#include <atomic>

#include "kernel/base/random.h"
#include "kernel/web/api.h"
#include "kernel/web/problem.h"

namespace mif::web {
namespace {

bool writes(std::string_view method) { return method != "GET" && method != "HEAD"; }

std::string request_id(const std::string& wanted) {
  const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.'; };
  if (!wanted.empty() && wanted.size() <= 64 && std::all_of(wanted.begin(), wanted.end(), fits)) return wanted;
  static const std::string process = random_hex(6);
  static std::atomic<std::uint64_t> count{0};
  return process + "-" + std::to_string(++count);
}

// The console loads nothing from elsewhere, runs no inline script and cannot be framed.
constexpr const char* kContentPolicy =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

void add_security_headers(const Request& request, Response& response) {
  response.headers.emplace_back("X-Request-Id", request.id);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "same-origin");
  if (response.content_type.rfind("text/html", 0) == 0) {
    response.headers.emplace_back("Content-Security-Policy", kContentPolicy);
    response.headers.emplace_back("X-Frame-Options", "DENY");
  } else {
    response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  }
  response.headers.emplace_back("Cache-Control", response.etag.empty() ? "no-store" : "private, no-cache");
}

}  // namespace

struct Dispatcher::Impl {
  explicit Impl(service::Deployment& deployment) : api(deployment) {}
  Api api;
  Router router;

  Response answer(Request& request) {
    parse_target(request);
    const auto match = router.match(request.method, request.segments, request.captures);
    if (!match.route && match.allowed.empty()) throw Problem("not-found", "request.not-found", "没有这个地址: " + request.path);
    if (!match.route) {
      std::string ignored;
      Response refusal = problem_response(request, Problem("method-not-allowed", "request.method", request.method + " 不适用于 " + request.path + "，可用: " + match.allowed), ignored);
      refusal.headers.emplace_back("Allow", match.allowed);
      return refusal;
    }
    const Route& route = *match.route;
    if (!request.cookie_token.empty()) request.caller = api.gate.caller(request.cookie_token);
    if (route.permission != "public" && !request.caller) throw Problem("sign-in-required", "request.sign-in", "请先登录再访问 " + request.path);
    if (writes(request.method) && !request.cookie_token.empty()) SessionGate::check_same_site(request);
    if (route.permission != "public" && !route.permission.empty() && !request.caller->may(route.permission))
      throw Problem("denied", "request.permission", request.caller->name + "没有权限 " + route.permission + "，不能执行: " + route.summary);

    struct Told {
      VersionWatch* watch;
      ~Told() {
        if (watch) watch->wrote();  // also when it threw: the outcome of a commit may be unknown
      }
    } told{writes(request.method) ? &api.versions : nullptr};
    Response response = route.handle(request);
    if (!writes(request.method) && response.status == 200 && !response.etag.empty() && etag_listed(request.if_none_match, response.etag)) {
      response.status = 304;
      response.body.clear();
      response.shared_body.reset();
    }
    return response;
  }
};

Dispatcher::Dispatcher(service::Deployment& deployment) : impl_(std::make_unique<Impl>(deployment)) {
  add_session_routes(impl_->router, impl_->api);
  add_system_routes(impl_->router, impl_->api);
  add_book_routes(impl_->router, impl_->api);
  add_base_routes(impl_->router, impl_->api);
  add_balance_routes(impl_->router, impl_->api);
  add_ledger_routes(impl_->router, impl_->api);
  add_item_routes(impl_->router, impl_->api);
  add_voucher_routes(impl_->router, impl_->api);
  add_voucher_writes(impl_->router, impl_->api);
  add_print_routes(impl_->router, impl_->api);
  add_voucher_edits(impl_->router, impl_->api);
  add_review_rule_routes(impl_->router, impl_->api);
  add_closing_routes(impl_->router, impl_->api);
  add_interchange_routes(impl_->router, impl_->api);
  add_audit_routes(impl_->router, impl_->api);
  add_plugin_mounts(impl_->router, impl_->api);
}

Dispatcher::~Dispatcher() = default;

const Router& Dispatcher::router() const { return impl_->router; }

Response Dispatcher::handle(Request& request, std::string& log_line) noexcept {
  Response response;
  try {
    request.id = request_id(request.wanted_id);
    try {
      response = impl_->answer(request);
    } catch (const std::exception& e) {
      response = problem_response(request, e, log_line);
    }
    add_security_headers(request, response);
  } catch (...) {  // out of memory while refusing: nothing sensible is left to say
    response.status = 500;
    response.close = true;
  }
  return response;
}

Response Dispatcher::refuse(Request& request, const std::exception& why) noexcept {
  Response response;
  try {
    request.id = request_id(request.wanted_id);
    std::string ignored;
    response = problem_response(request, why, ignored);
    add_security_headers(request, response);
  } catch (...) {
    response.status = 500;
  }
  response.close = true;
  return response;
}

}  // namespace mif::web
