// SPDX-License-Identifier: Apache-2.0
// The ledgers: one route, a view by its name, every figure with the query that lists its lines.
#include "kernel/books/books.h"
#include "kernel/service/ledger_views.h"
#include "kernel/web/api.h"
#include "kernel/web/json_in.h"
#include "kernel/web/problem.h"
#include "mif/json.hpp"

namespace mif::web {
namespace {

std::string_view kind_name(service::CellKind kind) {
  switch (kind) {
    case service::CellKind::text: return "text";
    case service::CellKind::day: return "day";
    case service::CellKind::money: return "money";
    case service::CellKind::balance: return "balance";
  }
  return "text";
}

Response view(Api& api, Request& request) {
  service::ViewOptions options;
  for (const auto& [name, value] : request.query) {
    if (options.count(name)) throw Error(MIF_E_INVALID, "query.parameter", "参数写了两次 (parameter given twice): " + name);
    options[name] = value;
  }
  service::ViewTable table;
  api.deployment.database().read([&](store::Txn& txn) { table = service::ledger_view(api.deployment, txn, request.caller.get(), request.capture("view"), options); });
  JsonWriter json;
  json.begin_object().field("view", table.view).field("title", table.title).field("subtitle", table.subtitle).key("columns").begin_array();
  for (const auto& column : table.columns) json.begin_object().field("key", column.key).field("title", column.title).field("group", column.group).field("kind", kind_name(column.kind)).end_object();
  json.end_array().key("items").begin_array();
  for (const auto& row : table.rows) {
    json.begin_object().field("kind", row.kind).key("cells").begin_array();
    for (const auto& cell : row.cells) json.value(cell);
    json.end_array();
    if (!row.drills.empty()) {
      json.key("drills").begin_array();
      for (const auto& drill : row.drills) json.value(drill);
      json.end_array();
    }
    if (row.voucher != 0) json.field("voucher", std::to_string(row.voucher));
    json.end_object();
  }
  json.end_array().key("notes").begin_array();
  for (const auto& note : table.notes) json.value(note);
  json.end_array().key("next");
  if (table.next.empty()) json.null();
  else json.value(table.next);
  json.end_object();
  Response response;
  response.body = json.take();
  return response;
}

// --- saved 多栏账 definitions, shared by the books of a chart ---------------------------------------------------------------
std::string chart_of(const Request& request) {
  const auto chart = request.param("chart");
  if (!chart || chart->empty()) throw Problem("malformed-request", "缺少科目表", {{"?chart", "写科目表代码, 如 employee"}});
  return *chart;
}

Response definitions(Api& api, const Request& request) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  api.deployment.database().read([&](store::Txn& txn) {
    for (const auto& d : books::definitions(txn, chart_of(request))) {
      json.begin_object().field("code", d.code).field("name", d.name).field("account", d.account).field("dimension", d.dimension).key("columns").begin_array();
      for (const auto& column : d.columns) json.value(column);
      json.end_array().end_object();
    }
  });
  json.end_array().key("next").null().end_object();
  return json_response(json);
}

Response save_definition(Api& api, const Request& request) {
  const JsonValue body = parse_json(request.body);
  const auto text = [&](std::string_view name) {
    const JsonValue* value = body.find(name);
    if (value && !value->is_text()) throw Problem("malformed-request", "多栏账定义写法不对", {{"/" + std::string(name), "应为文字"}});
    return value ? value->text : std::string();
  };
  books::ColumnarDefinition definition{request.capture("code"), text("name"), text("account"), text("dimension"), {}};
  if (const JsonValue* columns = body.find("columns"))
    for (const auto& column : columns->items) {
      if (!column.is_text()) throw Problem("malformed-request", "多栏账定义写法不对", {{"/columns", "应为栏目代码的数组"}});
      definition.columns.push_back(column.text);
    }
  api.deployment.database().write([&](store::Txn& txn) { books::save_definition(txn, request.who(), api.deployment.log(), chart_of(request), definition); });
  return definitions(api, request);
}

Response remove_definition(Api& api, const Request& request) {
  api.deployment.database().write([&](store::Txn& txn) { books::remove_definition(txn, request.who(), api.deployment.log(), chart_of(request), request.capture("code")); });
  return definitions(api, request);
}

}  // namespace

void add_ledger_routes(Router& router, Api& api) {
  router.add({"GET", "/api/v1/columnar-definitions", "listColumnarDefinitions", "ledger.read", "多栏账定义", [&api](Request& r) { return definitions(api, r); }, ""});
  router.add({"PUT", "/api/v1/columnar-definitions/{code}", "saveColumnarDefinition", "base.manage", "保存多栏账定义", [&api](Request& r) { return save_definition(api, r); }, ""});
  router.add({"DELETE", "/api/v1/columnar-definitions/{code}", "removeColumnarDefinition", "base.manage", "删除多栏账定义", [&api](Request& r) { return remove_definition(api, r); }, ""});
  router.add({"GET", "/api/v1/ledger/{view}", "getLedger", "ledger.read", "账簿", [&api](Request& r) { return view(api, r); }, ""});
}

}  // namespace mif::web
