// SPDX-License-Identifier: Apache-2.0
// deposit open: money of an account put away for a term, at the rate agreed or the one posted that day.
#include "deposit_rows.h"
#include "work.h"

namespace mif::funds {

std::string deposit_open(Desk& desk, Call call, const Params& params) {
  Deposit d;
  d.account = params.need("account", 40);
  d.certificate = params.need("certificate", 40);
  d.terms.principal = params.amount("amount");
  d.terms.months = parse_term(params.need("term"));
  d.terms.open = params.day("day").value_or(desk.clock.business_day());
  d.terms.maturity = d.terms.months ? add_months(d.terms.open, d.terms.months) : d.terms.open;
  const OwnAccount* own = desk.settings.find(d.account);
  if (!own) throw Error(MIF_E_NOT_FOUND, "deposit.account-unknown", "没有账户 " + d.account + "，账户在 mif.info 的 funds 下配置 (no such account)");
  d.book = own->book;
  if (d.certificate == d.account) throw Error(MIF_E_INVALID, "deposit.certificate", "定期账号或存单号 certificate 不能就是活期账号 (a deposit has a number of its own)");
  const RateTable rates = desk.rates(call);
  d.terms.rate = params.get("rate").empty() ? rates.on(d.terms.open, d.terms.months) : parse_rate(params.get("rate"));
  rates.on(d.terms.open, 0);  // without a demand rate an early withdrawal could not be reckoned
  const std::string key = params.most("key", 120);
  if (!key.empty()) d.client_key = d.book + "/" + key;
  Txn txn = desk.store.write(call);
  d.unit = desk.require(call, txn, d.book, "deposit.keep");
  const DepositRule& rule = desk.settings.deposit(d.book);
  for (const auto& other : deposits(txn, "where live_certificate = ? or (client_key is not null and client_key = ?)", {d.book + "/" + d.certificate, d.client_key})) {
    const Terms &a = d.terms, &b = other.terms;
    if (!key.empty() && other.client_key == d.client_key && a.principal == b.principal && a.months == b.months && a.rate == b.rate && a.open == b.open && d.account == other.account && d.certificate == other.certificate)
      return answer(other, "存款 " + std::to_string(other.id) + " 早已登记 (the same key and content: registered before)");
    if (!key.empty() && other.client_key == d.client_key) throw Error(MIF_E_CONFLICT, "deposit.key-reused", "同一 key " + key + " 已用于存款 " + std::to_string(other.id) + "，而内容不同，请换一个 key (same key, other content)");
    if (!void_voucher(desk, call, txn, other.open_voucher))
      throw Error(MIF_E_CONFLICT, "deposit.certificate-used", "存单号 " + d.certificate + " 已有存款 " + std::to_string(other.id) + " 在存 (this certificate has a deposit)");
    txn.execute("update x_funds_deposit set live_certificate = null, client_key = null where id = ?", {other.id});  // it never came about
  }
  d.id = txn.next_id("x_funds_deposit");
  d.state = "open";
  d.made_by = call.actor();
  d.made_ms = desk.clock.now_unix_ms();
  d.open_voucher = propose_deposit(desk, txn, d, d.object() + "/open", d.terms.open, "存入存款 " + d.certificate + " " + term_text(d.terms.months), true,
                                   {{&rule.principal, d.terms.principal}, {&rule.cash, -d.terms.principal}});
  insert(txn, d);
  note(desk, txn, d, "open");
  txn.commit();
  return answer(d, "存款 " + std::to_string(d.id) + " 已登记，" + d.terms.principal.grouped() + "，年利率 " + d.terms.rate.text() + (d.terms.months ? "，到期日 " + d.terms.maturity.iso() : "") + "，存入凭证 " +
                       std::to_string(d.open_voucher) + " 待复核 (registered; its voucher waits for review)");
}

}  // namespace mif::funds
