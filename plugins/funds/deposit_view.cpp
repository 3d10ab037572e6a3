// SPDX-License-Identifier: Apache-2.0
// deposit list --as-of, deposit forecast: what is put away, what it has borne so far, what will come when.
#include <algorithm>

#include "deposit_rows.h"
#include "work.h"

namespace mif::funds {

namespace {

// What was put away on that day, as far as this register knows today, in the books the caller sees.
std::vector<Deposit> standing(Desk& desk, Call call, Txn& txn, const Params& params, Day day) {
  std::vector<Deposit> all;
  for (const auto& [book, unit] : desk.books(call, txn, params.most("book", 60)))
    for (auto& d : deposits(txn, "where book = ? and open_day <= ? order by maturity_day, id", {book, day})) {
      if (!params.get("account").empty() && params.get("account") != d.account) continue;
      if (void_voucher(desk, call, txn, d.open_voucher)) continue;
      const bool reopened = !d.open() && void_voucher(desk, call, txn, d.close_voucher);
      if (!d.open() && !reopened && d.close_day <= day) continue;
      all.push_back(std::move(d));
    }
  return all;
}

}  // namespace

std::string deposit_list(Desk& desk, Call call, const Params& params) {
  const Day day = params.day("as-of").value_or(desk.clock.business_day());
  const RateTable rates = desk.rates(call);
  Result result("DepositList");
  Fen principal, grown;
  std::int64_t n = 0;
  Txn txn = desk.store.read(call);
  for (const auto& d : standing(desk, call, txn, params, day)) {
    const Fen so_far = accrued(d.terms, day, rates);
    const std::int64_t to_go = d.terms.months ? days_between(day, d.terms.maturity) : 0;
    JsonWriter& json = result.item();
    write(json, d);
    json.field("as_of", day.iso()).field("accrued", so_far).field("days_to_go", to_go).field("overdue", d.terms.months != 0 && to_go < 0).end_object();
    if (d.terms.months && to_go < 0) result.finding();
    principal += d.terms.principal;
    grown += so_far;
    ++n;
  }
  result.total("deposits", n);
  result.total("principal", principal);
  result.total("accrued", grown);
  return result.json(day.iso() + " 存款 " + std::to_string(n) + " 笔，本金 " + principal.grouped() + "，应计利息 " + grown.grouped());
}

std::string deposit_forecast(Desk& desk, Call call, const Params& params) {
  const Day from = params.day("from").value_or(desk.clock.business_day()), to = params.day("to").value_or(add_months(from, 12));
  if (to < from) throw Error(MIF_E_INVALID, "deposit.forecast-days", "to 不能早于 from (the days are the wrong way round)");
  Result result("DepositForecast");
  std::map<int, std::pair<Fen, Fen>> of_month;
  Txn txn = desk.store.read(call);
  Fen principal, earned;
  std::int64_t n = 0;
  for (const auto& d : standing(desk, call, txn, params, from)) {
    if (d.terms.months == 0 || d.terms.maturity < from || to < d.terms.maturity) continue;
    const Fen will = whole_term(d.terms.principal, d.terms.rate, d.terms.months);
    result.item().field("id", d.id).field("book", d.book).field("account", d.account).field("certificate", d.certificate).field("maturity", d.terms.maturity.iso()).field("principal", d.terms.principal)
        .field("interest", will).field("sum", d.terms.principal + will).field("days_to_go", days_between(from, d.terms.maturity)).end_object();
    auto& month = of_month[d.terms.maturity.value() / 100];
    month.first += d.terms.principal;
    month.second += will;
    principal += d.terms.principal;
    earned += will;
    ++n;
  }
  for (const auto& [month, sums] : of_month)
    result.item().field("month", Period{month / 100, month % 100}.iso()).field("principal", sums.first).field("interest", sums.second).field("sum", sums.first + sums.second).end_object();
  result.total("deposits", n);
  result.total("principal", principal);
  result.total("interest", earned);
  return result.json(from.iso() + " 至 " + to.iso() + " 到期 " + std::to_string(n) + " 笔，本金 " + principal.grouped() + "，利息 " + earned.grouped());
}

}  // namespace mif::funds
