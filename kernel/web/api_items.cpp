// SPDX-License-Identifier: Apache-2.0
// 往来核销: open items, their age, and matches made, proposed and undone.
#include <charconv>

#include "kernel/open_items/open_items.h"
#include "kernel/web/api.h"
#include "kernel/web/json_in.h"
#include "kernel/web/paging.h"
#include "mif/json.hpp"

namespace mif::web {
namespace {

open_items::OpenItems items_of(Api& api) { return {api.deployment.ledger(), api.deployment.charts(), api.deployment.log(), api.deployment.clock()}; }

open_items::Query query_of(const Request& request) {
  open_items::Query query{request.capture("book"), request.param_or("accounts", ""), request.param_or("aux", ""), Day(), flag(request, "settled")};
  if (const auto day = request.param("asOf")) query.as_of = Day::parse(*day);
  return query;
}

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

void write(JsonWriter& json, const open_items::Match& m) {
  json.begin_object().field("id", std::to_string(m.id)).field("account", m.account).field("party", m.party).field("day", m.day.iso()).field("method", m.method).field("rule", m.rule).field("ruleVersion", m.rule_version);
  json.field("by", m.made_by).field("at", m.made_ms ? instant(m.made_ms) : "").field("undone", m.undone_ms != 0).field("undoneBy", m.undone_by).field("undoReason", m.undo_reason).key("parts").begin_array();
  for (const auto& part : m.parts) json.begin_object().field("item", part.item).field("amount", part.fen).end_object();
  json.end_array().end_object();
}

Response with(const std::vector<open_items::Match>& all, int status = 200) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& m : all) write(json, m);
  json.end_array().key("next").null().end_object();
  Response response;
  response.status = status;
  response.body = json.take();
  return response;
}

Response list(Api& api, Request& request) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  api.deployment.database().read([&](store::Txn& txn) {
    api.visible_book(txn, request, request.capture("book"));
    for (const auto& item : items_of(api).items(txn, query_of(request)))
      json.begin_object().field("item", item.id()).field("voucher", std::to_string(item.voucher)).field("day", item.day.iso()).field("number", item.label).field("account", item.account).field("party", item.party)
          .field("aux", item.aux).field("summary", item.summary).field("amount", item.amount).field("open", item.open).end_object();
  });
  json.end_array().key("next").null().end_object();
  Response response;
  response.body = json.take();
  return response;
}

Response ageing(Api& api, Request& request) {
  std::vector<int> bounds;
  for (const auto& text : parts_of(request.param_or("days", "30,90,180,365,1095"))) {
    int& bound = bounds.emplace_back();
    if (const auto read = std::from_chars(text.data(), text.data() + text.size(), bound); read.ec != std::errc() || read.ptr != text.data() + text.size())
      throw Problem("malformed-request", "参数不对", {{"?days", "应为天数, 如 30,90,180,365"}});
  }
  JsonWriter json;
  json.begin_object().key("bounds").begin_array();
  for (const int bound : bounds) json.value(bound);
  json.end_array().key("items").begin_array();
  api.deployment.database().read([&](store::Txn& txn) {
    api.visible_book(txn, request, request.capture("book"));
    for (const auto& row : items_of(api).ageing(txn, query_of(request), bounds)) {
      json.begin_object().field("account", row.account).field("name", row.name).field("party", row.party).key("buckets").begin_array();
      for (const Fen fen : row.buckets) json.value(fen);
      json.end_array().field("total", row.total).end_object();
    }
  });
  json.end_array().key("next").null().end_object();
  Response response;
  response.body = json.take();
  return response;
}

Response matches(Api& api, Request& request) {
  std::vector<open_items::Match> all;
  api.deployment.database().read([&](store::Txn& txn) {
    api.visible_book(txn, request, request.capture("book"));
    all = items_of(api).matches(txn, request.capture("book"), flag(request, "undone"));
  });
  return with(all);
}

JsonValue body_of(const Request& request) {
  if (request.content_type.rfind("application/json", 0) != 0) throw Problem("unsupported-media-type", "request.body-type", "正文类型应为 application/json");
  JsonValue body = parse_json(request.body);
  if (body.kind != JsonValue::Kind::object) throw Problem("malformed-request", "正文应为 JSON 对象");
  return body;
}

Response match(Api& api, Request& request) {
  const JsonValue body = body_of(request);
  const JsonValue* parts = body.find("parts");
  if (!parts || parts->kind != JsonValue::Kind::array) throw Problem("malformed-request", "缺少往来项", {{"/parts", "应为 [{\"item\": \"8123.2\", \"amount\": \"500.00\"}, ...]"}});
  std::vector<open_items::Part> wanted;
  for (const auto& part : parts->items) {
    const JsonValue* item = part.find("item");
    const JsonValue* amount = part.find("amount");
    if (!item || !item->is_text() || (amount && !amount->is_text())) throw Problem("malformed-request", "往来项写法不对", {{"/parts/" + std::to_string(wanted.size()), "应有 item, 部分核销写 amount"}});
    wanted.push_back({item->text, amount ? Fen::parse(amount->text) : Fen()});
  }
  std::vector<open_items::Match> made;
  api.deployment.database().write([&](store::Txn& txn) {
    const ledger::Book book = api.visible_book(txn, request, request.capture("book"));
    request.caller->require("voucher.propose", book.unit);
    made = {items_of(api).match(txn, request.who(), book.code, wanted)};
  });
  return with(made, 201);
}

Response automatic(Api& api, Request& request) {
  const auto query = query_of(request);
  const auto wanted = parts_of(request.param_or("rules", ""));
  const bool apply = request.method == "POST";
  std::vector<open_items::Match> found;
  const auto work = [&](store::Txn& txn) {
    const ledger::Book book = api.visible_book(txn, request, query.book);
    if (apply) request.caller->require("voucher.propose", book.unit);
    found = apply ? items_of(api).match_automatically(txn, request.who(), query, wanted) : items_of(api).propose(txn, query, wanted);
  };
  if (apply) api.deployment.database().write(work);
  else api.deployment.database().read(work);
  return with(found);
}

Response undo(Api& api, Request& request) {
  const std::string& text = request.capture("match");
  std::int64_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  const JsonValue body = body_of(request);
  const JsonValue* reason = body.find("reason");
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) throw Error(MIF_E_NOT_FOUND, "item.match-not-found", "没有核销记录 (no such match) " + text);
  if (!reason || !reason->is_text()) throw Problem("malformed-request", "缺少原因", {{"/reason", "取消核销要写原因"}});
  std::vector<open_items::Match> left;
  api.deployment.database().write([&](store::Txn& txn) {
    const ledger::Book book = api.visible_book(txn, request, request.capture("book"));
    request.caller->require("voucher.propose", book.unit);
    if (items_of(api).book_of(txn, id) != book.code) throw Error(MIF_E_NOT_FOUND, "item.match-not-found", "没有核销记录 (no such match) " + text);
    items_of(api).undo(txn, request.who(), id, reason->text);
    for (auto& m : items_of(api).matches(txn, book.code, true))
      if (m.id == id) left.push_back(std::move(m));
  });
  return with(left);
}

}  // namespace

void add_item_routes(Router& router, Api& api) {
  router.add({"GET", "/api/v1/books/{book}/open-items", "listOpenItems", "ledger.read", "往来未核销清单", [&api](Request& r) { return list(api, r); }, ""});
  router.add({"GET", "/api/v1/books/{book}/open-items/ageing", "getAgeing", "ledger.read", "账龄分析", [&api](Request& r) { return ageing(api, r); }, ""});
  router.add({"GET", "/api/v1/books/{book}/matches", "listMatches", "ledger.read", "核销记录", [&api](Request& r) { return matches(api, r); }, ""});
  router.add({"POST", "/api/v1/books/{book}/matches", "createMatch", "voucher.propose", "手工核销", [&api](Request& r) { return match(api, r); }, ""});
  router.add({"GET", "/api/v1/books/{book}/matches/automatic", "proposeMatches", "ledger.read", "自动核销预览", [&api](Request& r) { return automatic(api, r); }, ""});
  router.add({"POST", "/api/v1/books/{book}/matches/automatic", "createMatches", "voucher.propose", "自动核销", [&api](Request& r) { return automatic(api, r); }, ""});
  router.add({"POST", "/api/v1/books/{book}/matches/{match}/undo", "undoMatch", "voucher.propose", "取消核销", [&api](Request& r) { return undo(api, r); }, ""});
}

}  // namespace mif::web
