// SPDX-License-Identifier: Apache-2.0
// Closing a month: checklist, trial run, closing vouchers, soft locks and their exceptions, closing.
#include <charconv>

#include "kernel/service/close_checks.h"
#include "kernel/web/api.h"
#include "kernel/web/json_in.h"
#include "kernel/web/paging.h"
#include "mif/json.hpp"

namespace mif::web {
namespace {

using closing::Planned;

Period period_of(const Request& request) {
  const auto text = request.param("period");
  if (!text) throw Problem("malformed-request", "缺少会计期间", {{"?period", "写 period=2023-06"}});
  return period_param(request, "period", *text);
}

Response json_response(JsonWriter& json) {
  Response response;
  response.body = json.take();
  return response;
}

void write_exceptions(JsonWriter& json, const std::vector<closing::Exception>& all, std::int64_t now_ms) {
  constexpr const char* states[] = {"", "requested", "granted", "refused", "ended"};
  json.begin_array();
  for (const auto& e : all) {
    const bool expired = e.state == closing::ExceptionState::granted && !e.open(now_ms);
    json.begin_object().field("id", std::to_string(e.id)).field("period", e.period.iso()).field("area", closing::name_of(e.area)).field("person", e.person);
    json.field("minutes", e.minutes).field("state", expired ? "expired" : states[static_cast<int>(e.state)]).field("reason", e.reason);
    json.field("requestedBy", e.requested_by).field("decidedBy", e.decided_by);
    if (e.until_ms != 0) json.field("until", instant(e.until_ms));
    json.end_object();
  }
  json.end_array();
}

Response checklist(Api& api, const Request& request) {
  auto& d = api.deployment;
  const Period period = period_of(request);
  const std::string book = request.capture("book");
  api.visible_unit(request, book);
  JsonWriter json;
  json.begin_object().field("book", book).field("period", period.iso());
  d.database().read([&](store::Txn& txn) {
    json.field("open", d.ledger().is_open(txn, book, period)).field("locks", closing::names_of(d.ledger().locks(txn, book, period)));
    json.key("exceptions");
    write_exceptions(json, d.closing().exceptions(txn, book), d.clock().now_unix_ms());
  });
  json.key("items").begin_array();
  for (const auto& item : service::close_checks(d, request.who(), request.caller.get(), book, period))
    json.begin_object().field("id", item.id).field("title", item.title).field("result", service::name_of(item.result)).field("detail", item.detail).field("source", item.source).field("link", item.link).end_object();
  json.end_array().end_object();
  return json_response(json);
}

Response planned_response(const std::vector<Planned>& planned) {
  constexpr const char* outcomes[] = {"nothing", "fresh", "same", "differs", "blocked"};
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& p : planned) {
    json.begin_object().field("template", p.name).field("title", p.title).field("outcome", outcomes[static_cast<int>(p.outcome)]).field("note", p.note);
    if (p.voucher != 0) json.field("voucher", std::to_string(p.voucher));
    json.key("lines").begin_array();
    for (const auto& line : p.draft.lines)
      json.begin_object().field("account", line.account).field("aux", line.aux).field("summary", line.summary).field(line.side == MIF_DEBIT ? "debit" : "credit", line.fen).end_object();
    json.end_array().end_object();
  }
  json.end_array().key("next").null().end_object();
  return json_response(json);
}

Response trial(Api& api, const Request& request) {
  auto& d = api.deployment;
  api.visible_unit(request, request.capture("book"));
  std::vector<Planned> planned;
  d.database().read([&](store::Txn& txn) { planned = d.closing().trial(txn, request.capture("book"), period_of(request), request.param_or("template", "")); });
  return planned_response(planned);
}

struct Wanted {
  std::string reason, area = "entry", person;
  int minutes = 60;
};

Wanted read_wanted(const Request& request) {
  Wanted wanted;
  if (request.body.empty()) return wanted;
  const JsonValue body = parse_json(request.body);
  if (body.kind != JsonValue::Kind::object) throw Problem("malformed-request", "正文应为 JSON 对象");
  for (const auto& [name, value] : body.members) {
    const bool number = name == "minutes";
    if (!number && name != "reason" && name != "area" && name != "person") throw Problem("malformed-request", "不认识的字段", {{"/" + name, "只能有 reason area person minutes"}});
    if (value.kind != (number ? JsonValue::Kind::number : JsonValue::Kind::text)) throw Problem("malformed-request", "写法不对", {{"/" + name, number ? "应为整数" : "应为文字"}});
    if (number && std::from_chars(value.text.data(), value.text.data() + value.text.size(), wanted.minutes).ptr != value.text.data() + value.text.size())
      throw Problem("malformed-request", "写法不对", {{"/minutes", "应为整数"}});
    if (name == "reason") wanted.reason = value.text;
    if (name == "area") wanted.area = value.text;
    if (name == "person") wanted.person = value.text;
  }
  return wanted;
}

Response act(Api& api, Request& request) {
  auto& d = api.deployment;
  const std::string book = request.capture("book"), action = request.capture("action"), unit = api.visible_unit(request, book);
  const Period period = period_of(request);
  const Wanted wanted = read_wanted(request);
  if (action == "run") {
    request.caller->require("period.close", unit);
    std::vector<Planned> planned;
    d.database().write([&](store::Txn& txn) {
      planned = d.closing().run(txn, request.who(), book, period, request.param_or("template", ""), [&](store::Txn& inner, const Who& who, const ledger::Draft& draft) { return d.propose(inner, who, draft); });
    });
    return planned_response(planned);
  }
  if (action == "close") {
    service::close_period(d, request.who(), *request.caller, book, period, wanted.reason);
  } else if (action == "lock" || action == "unlock") {
    request.caller->require("period.lock", unit);
    const int areas = closing::areas_named(wanted.area);
    d.database().write([&](store::Txn& txn) {
      const int before = d.ledger().locks(txn, book, period);
      d.ledger().set_locks(txn, request.who(), book, period, action == "lock" ? before | areas : before & ~areas, wanted.reason);
    });
  } else if (action == "exception") {
    request.caller->require("period.ask", unit);
    d.database().write([&](store::Txn& txn) {
      d.closing().request_exception(txn, request.who(), book, period, closing::area_named(wanted.area), wanted.person, wanted.minutes, wanted.reason);
    });
  } else {
    throw Error(MIF_E_NOT_FOUND, "request.no-action", "没有这个操作 (no such action): " + action);
  }
  return checklist(api, request);
}

Response decide(Api& api, Request& request) {
  auto& d = api.deployment;
  const std::string action = request.capture("action"), text = request.capture("id");
  std::int64_t id = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), id).ptr != text.data() + text.size()) throw Error(MIF_E_NOT_FOUND, "exception.not-found", "没有例外 (no such exception) " + text);
  if (action != "grant" && action != "refuse" && action != "end") throw Error(MIF_E_NOT_FOUND, "request.no-action", "没有这个操作 (no such action): " + action);
  closing::Exception now;
  d.database().write([&](store::Txn& txn) {
    const std::string unit = d.ledger().book(txn, d.closing().exception(txn, id).book).unit;
    if (!request.caller->sees(unit)) throw Error(MIF_E_NOT_FOUND, "exception.not-found", "没有例外 (no such exception) " + text);
    request.caller->require("period.exception", unit);
    if (action == "end") d.closing().end_exception(txn, request.who(), id);
    else d.closing().decide_exception(txn, request.who(), id, action == "grant");
    now = d.closing().exception(txn, id);
  });
  JsonWriter json;
  json.begin_object().key("items");
  write_exceptions(json, {now}, d.clock().now_unix_ms());
  json.key("next").null().end_object();
  return json_response(json);
}

}  // namespace

void add_closing_routes(Router& router, Api& api) {
  router.add({"GET", "/api/v1/books/{book}/closing", "getClosing", "ledger.read", "结账检查单", [&api](Request& r) { return checklist(api, r); }, ""});
  router.add({"GET", "/api/v1/books/{book}/closing/trial", "getClosingTrial", "ledger.read", "期末结转测算", [&api](Request& r) { return trial(api, r); }, ""});
  router.add({"POST", "/api/v1/books/{book}/closing/{action}", "actOnClosing", "ledger.read", "结转、结账、锁定", [&api](Request& r) { return act(api, r); }, ""});
  router.add({"POST", "/api/v1/exceptions/{id}/{action}", "actOnException", "period.exception", "例外的批准", [&api](Request& r) { return decide(api, r); }, ""});
}

}  // namespace mif::web
