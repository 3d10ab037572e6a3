// SPDX-License-Identifier: Apache-2.0
// deposit close, deposit cancel, deposit roll: taken out, at maturity or before, or put away once more.
#include "deposit_rows.h"
#include "work.h"

namespace mif::funds {

namespace {

void check_day(const Deposit& d, Day day) {
  if (day < d.terms.open) throw Error(MIF_E_INVALID, "deposit.day-before", "存款 " + std::to_string(d.id) + " 于 " + d.terms.open.iso() + " 存入，不能在此前支取 (before it was opened): " + day.iso());
}

// The bank's own figure, when it differs from ours by what rounding its parts can explain.
Fen interest_to_book(const Deposit& d, Fen reckoned, const Params& params) {
  if (params.get("interest").empty()) return reckoned;
  const Fen said = Fen::parse(params.get("interest"));
  const Fen off = said < reckoned ? reckoned - said : said - reckoned;
  if (said < Fen(0) || Fen(100) < off)
    throw Error(MIF_E_INVALID, "deposit.interest-differs", "存款 " + std::to_string(d.id) + " 按规则的利息是 " + reckoned.grouped() + "，银行的 " + said.grouped() + " 相差超过 1.00，请先与银行核对 (differs from what the rules give)");
  return said;
}

}  // namespace

std::string deposit_close(Desk& desk, Call call, const Params& params) {
  const RateTable rates = desk.rates(call);
  Txn txn = desk.store.write(call);
  Deposit d = take_deposit(desk, call, txn, params.number("id", 0));
  const Day day = params.day("day").value_or(desk.clock.business_day());
  check_day(d, day);
  const bool early = d.terms.months != 0 && day < d.terms.maturity;
  if (early && !params.flag("early"))
    throw Error(MIF_E_CONFLICT, "deposit.not-mature", "存款 " + std::to_string(d.id) + " 到 " + d.terms.maturity.iso() + " 才到期，提前支取按活期计息，确要支取请加 --early yes (not mature: an early withdrawal bears the demand rate)");
  const DepositRule& rule = desk.settings.deposit(d.book);
  d.interest = interest_to_book(d, interest_when_taken(d.terms, day, rates), params);
  d.close_day = day;
  d.closing = early ? "early" : d.terms.months ? "mature" : "demand";
  d.closed_by = call.actor();
  const std::string key = d.object() + "/close/" + std::to_string(++d.tries);
  d.close_voucher = propose_deposit(desk, txn, d, key, day, std::string(early ? "提前支取存款 " : "支取存款 ") + d.certificate, false,
                                    {{&rule.cash, d.terms.principal + d.interest}, {&rule.principal, -d.terms.principal}, {&rule.interest, -d.interest}});
  end(txn, d);
  d.state = "closed";
  note(desk, txn, d, "close");
  txn.commit();
  return answer(d, "存款 " + std::to_string(d.id) + (early ? " 提前支取" : " 支取") + "，本金 " + d.terms.principal.grouped() + "，利息 " + d.interest.grouped() + "，凭证 " + std::to_string(d.close_voucher) + " 待复核 (its voucher waits for review)");
}

std::string deposit_cancel(Desk& desk, Call call, const Params& params) {
  const std::string reason = params.need("reason", 900);
  Txn txn = desk.store.write(call);
  const Deposit d = hold_deposit(desk, call, txn, params.number("id", 0));
  const std::int64_t voucher = d.open() ? d.open_voucher : d.close_voucher;
  if (call.actor() != (d.open() ? d.made_by : d.closed_by))
    throw Error(MIF_E_DENIED, "deposit.not-maker", "存款 " + std::to_string(d.id) + " 的凭证由 " + (d.open() ? d.made_by : d.closed_by) + " 制单，由本人撤回 (only its maker takes it back)");
  if (!voucher || (d.open() && d.rolled_from))
    throw Error(MIF_E_CONFLICT, "deposit.nothing-to-cancel", "存款 " + std::to_string(d.id) + " 没有自己的凭证可撤，转存来的请撤原存款的转存 (cancel the roll-over of the deposit it came from)");
  desk.retract(txn, voucher, "存款 " + std::to_string(d.id) + ": " + reason);
  note(desk, txn, d, "cancel");
  txn.commit();
  return answer(d, "存款 " + std::to_string(d.id) + (d.open() ? " 的存入" : " 的支取或转存") + "已撤回，凭证 " + std::to_string(voucher) + " 作废 (its voucher is void)");
}

std::string deposit_roll(Desk& desk, Call call, const Params& params) {
  const RateTable rates = desk.rates(call);
  const std::string keep = params.get("interest-to", "account");
  if (keep != "account" && keep != "deposit") throw Error(MIF_E_INVALID, "deposit.interest-to", "interest-to 应为 account (利息转账户) 或 deposit (利息并入本金) (found \"" + keep + "\")");
  Txn txn = desk.store.write(call);
  Deposit old = take_deposit(desk, call, txn, params.number("id", 0));
  const Day day = params.day("day").value_or(desk.clock.business_day());
  check_day(old, day);
  if (old.terms.months == 0 || day < old.terms.maturity) throw Error(MIF_E_CONFLICT, "deposit.roll-early", "存款 " + std::to_string(old.id) + " 还没有到期，不能转存；提前支取用 deposit close (not mature)");
  Deposit d = old;
  d.id = txn.next_id("x_funds_deposit");
  d.rolled_from = old.id;
  d.terms.months = params.get("term").empty() ? old.terms.months : parse_term(params.get("term"));
  if (d.terms.months == 0) throw Error(MIF_E_INVALID, "deposit.roll-term", "转存要有存期，转活期用 deposit close (a roll-over needs a term)");
  d.terms.open = day;
  d.terms.maturity = add_months(day, d.terms.months);
  d.terms.rate = params.get("rate").empty() ? rates.on(day, d.terms.months) : parse_rate(params.get("rate"));
  d.client_key.clear();
  d.tries = 0;
  d.made_by = call.actor();
  d.made_ms = desk.clock.now_unix_ms();
  const DepositRule& rule = desk.settings.deposit(d.book);
  old.interest = interest_to_book(old, interest_when_taken(old.terms, day, rates), params);
  old.close_day = day;
  old.closing = "rolled";
  old.closed_by = call.actor();
  if (keep == "deposit") d.terms.principal = old.terms.principal + old.interest;
  // The principal stays where it is: only the interest moves.
  if (old.interest != Fen(0)) old.close_voucher = propose_deposit(desk, txn, old, old.object() + "/roll/" + std::to_string(++old.tries), day, "存款转存利息 " + old.certificate, false, {{keep == "deposit" ? &rule.principal : &rule.cash, old.interest}, {&rule.interest, -old.interest}});
  end(txn, old);
  old.state = "closed";
  d.open_voucher = old.close_voucher;
  insert(txn, d);
  note(desk, txn, old, "roll");
  note(desk, txn, d, "open");
  txn.commit();
  return answer(d, "存款 " + std::to_string(old.id) + " 转存为 " + std::to_string(d.id) + "，本金 " + d.terms.principal.grouped() + "，利息 " + old.interest.grouped() + "，新到期日 " + d.terms.maturity.iso());
}

}  // namespace mif::funds
