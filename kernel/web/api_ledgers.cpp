// SPDX-License-Identifier: Apache-2.0
// The ledgers: one route, a view by its name, every figure with the query that lists its lines.
#include "kernel/service/ledger_views.h"
#include "kernel/web/api.h"
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
    if (options.count(name)) throw Error(MIF_E_INVALID, "参数写了两次 (parameter given twice): " + name);
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

}  // namespace

void add_ledger_routes(Router& router, Api& api) {
  router.add({"GET", "/api/v1/ledger/{view}", "getLedger", "ledger.read", "账簿", [&api](Request& r) { return view(api, r); }, ""});
}

}  // namespace mif::web
