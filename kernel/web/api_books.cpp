// SPDX-License-Identifier: Apache-2.0
// Books, periods, accounts and detail lines.
#include <map>
#include <mutex>

#include "kernel/web/api.h"
#include "kernel/web/paging.h"
#include "kernel/web/problem.h"
#include "mif/json.hpp"

namespace mif::web {

std::string Api::visible_unit(const Request& request, const std::string& book) {
  std::string unit;
  {
    std::shared_lock lock(mutex_);
    const auto found = unit_of_.find(book);
    if (found != unit_of_.end()) unit = found->second;
  }
  if (unit.empty()) {
    deployment.database().read([&](store::Txn& txn) { unit = deployment.ledger().book(txn, book).unit; });
    std::unique_lock lock(mutex_);
    unit_of_[book] = unit;
  }
  if (!request.caller->sees(unit)) throw Error(MIF_E_NOT_FOUND, "book.not-found", "没有账套 (no such book) \"" + book + "\"");
  return unit;
}

ledger::Book Api::visible_book(store::Txn& txn, const Request& request, const std::string& code) {
  ledger::Book book = deployment.ledger().book(txn, code);
  if (!request.caller->sees(book.unit)) throw Error(MIF_E_NOT_FOUND, "book.not-found", "没有账套 (no such book) \"" + code + "\"");
  return book;
}

Response json_response(JsonWriter& json) {
  Response response;
  response.body = json.take();
  return response;
}

namespace {

Response books(Api& api, const Request& request) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  api.deployment.database().read([&](store::Txn& txn) {
    std::map<std::string, std::string> unit_names;
    for (const auto& unit : api.deployment.identity().units(txn)) unit_names[unit.code] = unit.name;
    for (const auto& book : api.deployment.ledger().books(txn)) {
      if (!request.caller->sees(book.unit)) continue;
      json.begin_object().field("code", book.code).field("unit", book.unit).field("unitName", unit_names[book.unit]);
      json.field("scheme", book.scheme).field("chart", book.chart).field("name", book.name).field("start", book.start.iso());
      json.field("open", api.deployment.ledger().first_open(txn, book.code).iso());
      json.field("readOnly", book.read_only).field("readOnlyReason", book.read_only_reason).end_object();
    }
  });
  json.end_array().key("next").null().end_object();
  return json_response(json);
}

Response periods(Api& api, const Request& request) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  api.deployment.database().read([&](store::Txn& txn) {
    const ledger::Book book = api.visible_book(txn, request, request.capture("book"));
    const Period open = api.deployment.ledger().first_open(txn, book.code);
    for (Period p = book.start; p <= open; p = p.next())
      json.begin_object().field("period", p.iso()).field("open", api.deployment.ledger().is_open(txn, book.code, p)).end_object();
  });
  json.end_array().key("next").null().end_object();
  return json_response(json);
}

void names(JsonWriter& json, const char* key, const std::vector<std::string>& all) {
  json.key(key).begin_array();
  for (const auto& one : all) json.value(one);
  json.end_array();
}

Response accounts(Api& api, const Request& request) {
  JsonWriter json;
  api.deployment.database().read([&](store::Txn& txn) {
    const ledger::Book book = api.visible_book(txn, request, request.capture("book"));
    const Period open = api.deployment.ledger().first_open(txn, book.code);
    const int year = static_cast<int>(request.number("year", open.year, 1900, 9999));
    const auto chart = api.deployment.charts().load(txn, book.chart, book.unit, Day(year, 12, 31));
    json.begin_object().key("items").begin_array();
    for (const auto& account : chart->accounts()) {
      json.begin_object().field("code", account.code).field("name", account.name).field("fullName", account.full_name);
      json.field("class", chart::name_of(account.account_class)).field("side", account.side == MIF_DEBIT ? "debit" : "credit");
      json.field("level", account.level).field("leaf", account.leaf);
      names(json, "auxRequired", account.aux_required);
      names(json, "auxAllowed", account.aux_allowed);
      json.field("agenciesMayAdd", account.detail == "open").key("budget").begin_array();
      for (const auto& budget : chart->base().budget_of(account.code, Day(year, 12, 31))) json.begin_object().field("code", budget.code).field("name", budget.name).end_object();
      json.end_array();
      json.end_object();
    }
    json.end_array().key("next").null().key("aux").begin_array();
    for (const auto& type : chart->aux_types()) {
      json.begin_object().field("code", type.code).field("name", type.name).field("format", type.format).field("listing", chart::name_of(type.listing)).key("items").begin_array();
      for (const auto& item : type.items) {
        json.begin_object().field("code", item.code).field("name", item.name);
        for (const auto& [key, value] : {std::pair("parent", &item.parent), {"kind", &item.kind}, {"accounts", &item.accounts}})
          if (!value->empty()) json.field(key, *value);
        if (item.valid_from != Day()) json.field("validFrom", item.valid_from.iso());
        if (item.valid_to != Day()) json.field("validTo", item.valid_to.iso());
        json.end_object();
      }
      json.end_array().end_object();
    }
    json.end_array().end_object();
  });
  return json_response(json);
}

Response lines(Api& api, const Request& request) {
  ledger::LineQuery query;
  query.book = request.capture("book");
  query.accounts = request.param_or("accounts", "");
  query.aux = request.param_or("aux", "");
  const PeriodRange range = period_range(request);
  query.year = range.from.year;
  query.month_from = range.from.month;
  query.month_to = range.to.month;
  query.without_closing = flag(request, "withoutClosing");
  const LineCursor cursor = LineCursor::parse(request);
  query.after_voucher = cursor.voucher;
  query.after_line = cursor.line;
  const std::int64_t limit = page_limit(request);
  query.limit = limit + 1;  // one more tells whether there is a next page

  JsonWriter json;
  api.deployment.database().read([&](store::Txn& txn) {
    const ledger::Book book = api.visible_book(txn, request, query.book);
    const auto chart = api.deployment.charts().load(txn, book.chart, book.unit, Day(query.year, 12, 31));
    auto rows = api.deployment.ledger().lines(txn, query);
    const bool more = static_cast<std::int64_t>(rows.size()) > limit;
    if (more) rows.resize(static_cast<std::size_t>(limit));
    json.begin_object().key("items").begin_array();
    for (const auto& row : rows) {
      const chart::Account* account = chart->find(row.account);
      json.begin_object().field("voucher", std::to_string(row.voucher)).field("line", row.line);
      json.field("period", row.period.iso()).field("day", row.day.iso()).field("word", row.word).field("number", row.number);
      json.field("account", row.account).field("accountName", account ? account->full_name : std::string()).field("aux", row.aux);
      json.field("summary", row.summary).field(row.side == MIF_DEBIT ? "debit" : "credit", row.fen).end_object();
    }
    json.end_array().key("next");
    if (more) json.value(std::to_string(rows.back().voucher) + "." + std::to_string(rows.back().line));
    else json.null();
    json.end_object();
  });
  return json_response(json);
}

}  // namespace

void add_book_routes(Router& router, Api& api) {
  router.add({"GET", "/api/v1/books", "listBooks", "ledger.read", "账套", [&api](Request& r) { return books(api, r); }, ""});
  router.add({"GET", "/api/v1/books/{book}/periods", "listPeriods", "ledger.read", "会计期间", [&api](Request& r) { return periods(api, r); }, ""});
  router.add({"GET", "/api/v1/books/{book}/accounts", "listAccounts", "ledger.read", "会计科目", [&api](Request& r) { return accounts(api, r); }, ""});
  router.add({"GET", "/api/v1/books/{book}/lines", "listLines", "ledger.read", "明细账", [&api](Request& r) { return lines(api, r); }, ""});
}

}  // namespace mif::web
