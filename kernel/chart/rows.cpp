// SPDX-License-Identifier: Apache-2.0
// Reading what is stored, and the bodies of log entries.
#include <algorithm>

#include "kernel/chart/rows.h"
#include "mif/error.hpp"
#include "mif/json.hpp"

namespace mif::chart {

// As stored: nothing inherited.
Accounts stored_accounts(store::Txn& txn, std::string_view chart) {
  Accounts accounts;
  const std::string sql = "select " + std::string(kAccountColumns) + " from chart_account where chart = ?";
  txn.query(sql, {chart}, [&](const store::Row& row) {
    Account a;
    a.unit = row.text(1);
    a.code = row.text(2);
    a.valid_from = row.day(3);
    a.valid_to = row.day(4);
    a.name = row.text(5);
    a.account_class = class_of(row.text(6));
    a.side = static_cast<int>(row.integer(7));
    a.closes_to = row.text(8);
    a.aux_required = split(row.text(9));
    a.aux_allowed = split(row.text(10));
    a.detail = row.text(11);
    accounts.emplace(key_of(a), std::move(a));
  });
  return accounts;
}

std::vector<AuxType> stored_aux(store::Txn& txn, std::string_view chart) {
  std::vector<AuxType> types;
  const std::string type_sql = "select " + std::string(kTypeColumns) + " from chart_aux_type where chart = ? order by code";
  txn.query(type_sql, {chart}, [&](const store::Row& row) {
    types.push_back({std::string(row.text(1)), std::string(row.text(2)), {}, std::string(row.text(3)), static_cast<Listing>(row.integer(4))});
  });
  const std::string item_sql = "select " + std::string(kItemColumns) + " from chart_aux_item where chart = ? order by type, code";
  txn.query(item_sql, {chart}, [&](const store::Row& row) {
    const auto type = std::find_if(types.begin(), types.end(), [&](const AuxType& t) { return t.code == row.text(1); });
    if (type != types.end())
      type->items.push_back({std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5)), std::string(row.text(6)), row.day(7), row.day(8)});
  });
  for (auto& type : types) sort_items(type);  // by bytes, whatever the database's collation
  return types;
}

void sort_items(AuxType& type) {
  std::sort(type.items.begin(), type.items.end(), [](const AuxItem& a, const AuxItem& b) { return a.code < b.code; });
}

std::vector<BaseEntry> stored_entries(store::Txn& txn, std::string_view chart) {
  std::vector<BaseEntry> entries;
  txn.query("select unit, kind, code, valid_from, valid_to, body from chart_entry where chart = ? order by kind, unit, code, valid_from", {chart}, [&](const store::Row& row) {
    entries.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), row.day(3), row.day(4), std::string(row.text(5))});
  });
  return entries;
}

std::string body_of(std::string_view chart, const Account& a) {
  JsonWriter json;
  json.begin_object()
      .field("chart", chart)
      .field("unit", a.unit)
      .field("code", a.code)
      .field("name", a.name)
      .field("class", name_of(a.account_class))
      .field("side", a.side)
      .field("closes_to", a.closes_to)
      .field("aux_required", join(a.aux_required))
      .field("aux_allowed", join(a.aux_allowed))
      .field("detail", a.detail)
      .field("valid_from", a.valid_from.value())
      .field("valid_to", a.valid_to.value());
  return json.end_object().take();
}

std::string body_of(std::string_view chart, const AuxType& type) {
  JsonWriter json;
  json.begin_object().field("chart", chart).field("code", type.code).field("name", type.name).field("format", type.format).field("listing", static_cast<int>(type.listing)).key("items").begin_array();
  for (const auto& item : type.items) json.begin_object().field("code", item.code).field("name", item.name).end_object();
  return json.end_array().end_object().take();
}

std::string body_of(std::string_view chart, const BaseEntry& entry) {
  return JsonWriter()
      .begin_object()
      .field("chart", chart)
      .field("unit", entry.unit)
      .field("kind", entry.kind)
      .field("code", entry.code)
      .field("valid_from", entry.valid_from.value())
      .field("valid_to", entry.valid_to.value())
      .field("body", entry.body)
      .end_object()
      .take();
}

}  // namespace mif::chart
