// SPDX-License-Identifier: Apache-2.0
#include "kernel/web/problem.h"

#include <array>

#include "mif/json.hpp"

namespace mif::web {
namespace {

constexpr std::array kKinds = {
    ProblemKind{400, "malformed-request", "请求格式不对", "请求的地址、参数或正文不能被理解。errors 中逐条列出位置和原因，改正后可以重试。"},
    ProblemKind{400, "idempotency-key-required", "缺少 Idempotency-Key", "新增凭证的请求必须带请求头 Idempotency-Key（1–64 个字母、数字或 . _ : -），重试时使用同一个值，服务器保证只记一次。"},
    ProblemKind{401, "sign-in-required", "请先登录", "没有会话，或会话已过期。用 POST /api/v1/session 登录后再试。"},
    ProblemKind{401, "login-failed", "登录失败", "登录名或密码不对，或者因连续失败被暂时锁定。"},
    ProblemKind{403, "denied", "没有权限", "登录人没有这项操作的权限，或者职责分离规则不允许由同一人完成。请联系本单位的系统管理员。"},
    ProblemKind{403, "cross-site-request", "跨站请求被拒绝", "带会话的写操作必须来自本站页面，或带请求头 X-CSRF-Token（登录应答里的 csrfToken）。"},
    ProblemKind{404, "not-found", "没有找到", "地址不存在，或者对象不在登录人的管辖范围内。"},
    ProblemKind{405, "method-not-allowed", "不支持这个方法", "这个地址支持的方法列在应答头 Allow 中。"},
    ProblemKind{409, "conflict", "状态冲突", "对象的当前状态不允许这项操作，例如凭证已记账、期间已结账。刷新后再看。"},
    ProblemKind{412, "stale-version", "版本已过时", "别人在您之后修改了这个对象。重新读取，核对后用新的 ETag 再提交。"},
    ProblemKind{413, "too-large", "请求过大", "请求正文超过 20 MB 上限。"},
    ProblemKind{415, "unsupported-media-type", "正文类型不支持", "写操作的正文是 application/json；导入文件的操作收文件本身（text/csv 或 xlsx）。"},
    ProblemKind{422, "invalid", "业务校验未通过", "内容不符合记账规则，detail 说明了原因和位置，改正后再提交。"},
    ProblemKind{422, "idempotency-key-reused", "Idempotency-Key 已用于别的内容", "同一个 Idempotency-Key 先前提交过不同的内容。新的业务请换一个新的键。"},
    ProblemKind{428, "if-match-required", "缺少 If-Match", "对可变对象的操作必须带请求头 If-Match，值为最近一次读到的 ETag。"},
    ProblemKind{500, "internal", "服务器内部错误", "请把 traceId 交给系统管理员，由其在服务器日志中查找原因。"},
    ProblemKind{500, "unknown-outcome", "结果不明", "操作可能已经生效，也可能没有。请先查询结果，不要直接重复。"},
    ProblemKind{501, "unsupported", "不支持", "当前部署没有提供这项功能。"},
    ProblemKind{503, "unavailable", "暂时不可用", "数据库或对方系统暂时连接不上，稍后重试。"},
    ProblemKind{503, "cancelled", "操作被取消", "服务正在停止，操作没有完成。"},
    ProblemKind{504, "deadline", "超时", "操作没有在限定时间内完成。"},
};

std::string_view slug_of(mif_status code) {
  switch (code) {
    case MIF_E_INVALID: return "invalid";
    case MIF_E_NOT_FOUND: return "not-found";
    case MIF_E_DENIED: return "denied";
    case MIF_E_CONFLICT: return "conflict";
    case MIF_E_UNAVAILABLE: return "unavailable";
    case MIF_E_DEADLINE: return "deadline";
    case MIF_E_CANCELLED: return "cancelled";
    case MIF_E_UNSUPPORTED: return "unsupported";
    case MIF_E_UNKNOWN_OUTCOME: return "unknown-outcome";
    default: return "internal";
  }
}

mif_status code_of(std::string_view slug) {
  for (mif_status code = MIF_E_INVALID; code <= MIF_E_INTERNAL; ++code)
    if (slug_of(code) == slug) return code;
  const ProblemKind* kind = find_problem(slug);
  switch (kind ? kind->status : 500) {
    case 400: case 405: case 413: case 415: case 422: case 428: return MIF_E_INVALID;
    case 401: case 403: return MIF_E_DENIED;
    case 412: return MIF_E_CONFLICT;
    default: return MIF_E_INTERNAL;
  }
}

bool retryable(const ProblemKind& kind) { return kind.status == 503 || kind.status == 504; }

}  // namespace

std::span<const ProblemKind> problem_kinds() { return kKinds; }

const ProblemKind* find_problem(std::string_view slug) {
  for (const auto& kind : kKinds)
    if (kind.slug == slug) return &kind;
  return nullptr;
}

Problem::Problem(std::string_view slug, const std::string& detail, std::vector<FieldError> errors)
    : Error(code_of(slug), detail), slug_(slug), errors_(std::move(errors)) {}

Problem::Problem(std::string_view slug, const char* rule, const std::string& detail, std::vector<FieldError> errors)
    : Error(code_of(slug), rule, detail), slug_(slug), errors_(std::move(errors)) {}

std::string_view name_of(mif_status code) {
  static constexpr std::string_view names[] = {"MIF_OK",           "MIF_E_INVALID",     "MIF_E_NOT_FOUND",   "MIF_E_DENIED",
                                               "MIF_E_CONFLICT",   "MIF_E_UNAVAILABLE", "MIF_E_DEADLINE",    "MIF_E_CANCELLED",
                                               "MIF_E_UNSUPPORTED", "MIF_E_UNKNOWN_OUTCOME", "MIF_E_INTERNAL"};
  return code >= 0 && code <= MIF_E_INTERNAL ? names[code] : names[MIF_E_INTERNAL];
}

Response problem_response(const Request& request, const std::exception& thrown, std::string& log_line) {
  const auto* error = dynamic_cast<const Error*>(&thrown);
  const auto* problem = dynamic_cast<const Problem*>(&thrown);
  const mif_status code = error ? error->code() : MIF_E_INTERNAL;
  const ProblemKind* kind = find_problem(problem ? problem->slug() : slug_of(code));
  if (!kind) kind = find_problem("internal");
  std::string detail = thrown.what();
  if (kind->status >= 500) log_line = detail;
  const std::string rule(rule_of(detail));
  if (!rule.empty()) detail.resize(detail.size() - rule.size() - 3);  // " [rule]"
  if (kind->slug == "internal" || kind->slug == "unavailable") detail = std::string(kind->advice);

  JsonWriter json;
  json.begin_object()
      .field("type", "/problems/" + std::string(kind->slug))
      .field("title", kind->title)
      .field("status", kind->status)
      .field("detail", detail);
  if (!rule.empty()) json.field("rule", rule);
  json.field("instance", request.path)
      .field("code", name_of(code))
      .field("traceId", request.id)
      .field("retryable", retryable(*kind));
  json.key("errors").begin_array();
  if (problem)
    for (const auto& e : problem->errors())
      json.begin_object().field("pointer", e.pointer).field("message", e.message).end_object();
  json.end_array().end_object();

  Response response;
  response.status = kind->status;
  response.content_type = "application/problem+json; charset=utf-8";
  response.body = json.take();
  if (kind->status == 503) response.headers.emplace_back("Retry-After", "5");
  if (kind->status == 413) response.close = true;
  return response;
}

std::string problem_page(const ProblemKind& kind) {
  const std::string title(kind.title), advice(kind.advice);
  return "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>" + title + "</title></head><body><h1>" + title +
         "</h1><p>HTTP " + std::to_string(kind.status) + " · <code>" + std::string(kind.slug) + "</code></p><p>" + advice +
         "</p></body></html>\n";
}

}  // namespace mif::web
