// SPDX-License-Identifier: Apache-2.0
// The trial balance (余额表): the page everybody opens, so its body is kept ready for each version of the book.
#include <map>

#include "kernel/audit/lookup.h"
#include "kernel/web/api.h"
#include "kernel/web/paging.h"
#include "mif/json.hpp"

namespace mif::web {
namespace {

struct Sums {
  Fen year_opening, opening, debit, credit, closing, year_debit, year_credit;
  void add(const Sums& other) {
    year_opening += other.year_opening;
    opening += other.opening;
    debit += other.debit;
    credit += other.credit;
    closing += other.closing;
    year_debit += other.year_debit;
    year_credit += other.year_credit;
  }
};

void write(JsonWriter& json, const Sums& sums) {
  json.field("yearOpening", sums.year_opening).field("opening", sums.opening).field("debit", sums.debit).field("credit", sums.credit);
  json.field("yearDebit", sums.year_debit).field("yearCredit", sums.year_credit).field("closing", sums.closing);
}

// The nearest account above: codes are 4-2-2-2 digits.
std::string parent_of(const std::string& code) { return code.size() > 4 ? code.substr(0, code.size() - 2) : std::string(); }

// The month's columns and the year's to date for every account with movement or balance, parents being the sum of what is
// below them. Balances are signed debit-positive.
std::string balances_body(Api& api, store::Txn& txn, const ledger::Book& book, int year, int month) {
  const ledger::Ledger& ledger = api.deployment.ledger();
  const auto chart = api.deployment.charts().load(txn, book.chart, book.unit, Day(year, 12, 31));
  std::map<std::string, Sums> rows;
  Sums total;
  const auto put = [&](const std::string& account, const Sums& sums) {
    for (std::string code = account; !code.empty(); code = parent_of(code))
      if (code == account || chart->find(code)) rows[code].add(sums);
    total.add(sums);
  };
  for (const auto& line : ledger.trial_balance(txn, book.code, year, month, month)) {
    Sums sums;
    sums.opening = line.opening;
    sums.debit = line.debit;
    sums.credit = line.credit;
    sums.closing = line.closing;
    put(line.account, sums);
  }
  for (const auto& line : ledger.trial_balance(txn, book.code, year, 1, month)) {
    Sums sums;
    sums.year_opening = line.opening;
    sums.year_debit = line.debit;
    sums.year_credit = line.credit;
    put(line.account, sums);
  }

  JsonWriter json;
  json.begin_object().field("book", book.code).field("name", book.name).field("year", year).field("month", month);
  json.key("items").begin_array();
  for (const auto& [code, sums] : rows) {
    const chart::Account* account = chart->find(code);
    const std::string parent = parent_of(code);
    json.begin_object().field("account", code).field("name", account ? account->name : std::string());
    json.field("level", account ? account->level : 1).field("leaf", !account || account->leaf);
    json.field("side", account && account->side == MIF_CREDIT ? "credit" : "debit");
    if (!parent.empty() && rows.count(parent) != 0) json.field("parent", parent);
    write(json, sums);
    json.end_object();
  }
  json.end_array().key("total").begin_object();
  write(json, total);
  json.end_object().end_object();
  return json.take();
}

// Postings go to the unit's chain, chart changes to the system's: the two sizes name the version of what a book shows.
std::string version_of_unit(store::Txn& txn, const std::string& unit) {
  return std::to_string(audit::chain_size(txn, unit)) + "-" + std::to_string(audit::chain_size(txn, "system"));
}

Response balances(Api& api, Request& request) {
  const std::string& code = request.capture("book");
  const std::string unit = api.visible_unit(request, code);
  Period period;
  if (const auto text = request.param("period")) period = period_param(request, "period", *text);
  else period = {static_cast<int>(request.number("year", 0, 1900, 9999)), static_cast<int>(request.number("month", 0, 1, 13))};
  if (period.year == 0 || period.month == 0)
    throw Problem("malformed-request", "缺少会计期间", {{"?year", "写 year=2023&month=6，或 period=2023-06"}});

  Response response;
  std::string version = api.versions.get(unit);
  const std::string name = code + "@" + period.iso();
  response.shared_body = api.bodies.find(name, version);
  if (!response.shared_body)
    api.deployment.database().read([&](store::Txn& txn) {
      version = version_of_unit(txn, unit);  // of the very snapshot the body is made from
      response.shared_body = std::make_shared<const std::string>(balances_body(api, txn, api.visible_book(txn, request, code), period.year, period.month));
      api.bodies.keep(name, version, response.shared_body);
    });
  response.etag = "\"" + version + "\"";
  return response;
}

}  // namespace

Api::Api(service::Deployment& d)
    : deployment(d), gate(d), versions([&d](const std::string& unit) {
        std::string version;
        d.database().read([&](store::Txn& txn) { version = version_of_unit(txn, unit); });
        return version;
      }) {}

void add_balance_routes(Router& router, Api& api) {
  router.add({"GET", "/api/v1/books/{book}/balances", "getBalances", "ledger.read", "余额表", [&api](Request& r) { return balances(api, r); }, ""});
}

}  // namespace mif::web
