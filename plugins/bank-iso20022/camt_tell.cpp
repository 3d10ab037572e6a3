// SPDX-License-Identifier: Apache-2.0
#include "camt_tell.h"

#include <algorithm>

#include "mif/sdk.hpp"
#include "values.h"

namespace mif::bank_iso20022 {

namespace {

constexpr std::int64_t kMostOfACode = 100;  // one thing a bank does wrong it does in every entry

bool is(const BalanceText& b, std::string_view code) { return b.code == code; }

int kind_of(const BalanceText& b, bool opening_known, bool first_interim) {
  if (is(b, "OPBD")) return b.interim ? MIF_BALANCE_INTERIM_OPENING : MIF_BALANCE_OPENING;
  if (is(b, "PRCD")) return opening_known ? MIF_BALANCE_OTHER : MIF_BALANCE_OPENING;  // the closing of the day before
  if (is(b, "CLBD")) return b.interim ? MIF_BALANCE_INTERIM_CLOSING : MIF_BALANCE_CLOSING;
  if (is(b, "ITBD")) return first_interim ? MIF_BALANCE_INTERIM_OPENING : MIF_BALANCE_INTERIM_CLOSING;
  if (is(b, "OPAV") || is(b, "CLAV") || is(b, "FWAV") || is(b, "ITAV")) return MIF_BALANCE_AVAILABLE;
  return MIF_BALANCE_OTHER;
}

const std::string& provided(const std::string& ref) {
  static const std::string none;
  return ref == "NOTPROVIDED" || ref == "NOT PROVIDED" || ref == "NONREF" ? none : ref;
}
const std::string& first_of(const std::string& a, const std::string& b) { return a.empty() ? b : a; }

}  // namespace

void Teller::balances(StatementHead& h) {
  const bool opening = std::any_of(h.balances.begin(), h.balances.end(), [](const BalanceText& b) { return is(b, "OPBD") && !b.interim; });
  // Of several booked balances of the day so far the first is where it began; one alone is where it stands.
  bool first_interim = std::count_if(h.balances.begin(), h.balances.end(), [](const BalanceText& b) { return is(b, "ITBD"); }) > 1;
  for (const BalanceText& b : h.balances) {
    auto e = sized<mif_statement_balance>();
    e.kind = kind_of(b, opening, first_interim);
    if (is(b, "ITBD")) first_interim = false;
    e.day = b.day;
    e.amount = b.amount.units < 0 ? b.amount : with_sign(b.amount, b.sign);
    e.code = s(b.code);
    if (b.sign == 0) note("camt.balance-sign", "余额 " + b.code + " 没有借贷标志，按所写正负号读，请核对 (no CdtDbtInd on a balance)");
    if (!h.currency.empty() && !b.currency.empty() && b.currency != h.currency) warn("camt.currency", "余额 " + b.code + " 的币种 " + b.currency + " 不是账户币种 " + h.currency + "，请向银行核实 (the balance is in another currency)");
    if (!enough_ && events_.balance(events_.impl, &e) != 0) enough_ = true;
  }
  h.balances.clear();
}

// The balances are the account's money; a label that none of them bears is the one that is wrong.
void Teller::choose_currency(StatementHead& h) {
  const auto money = std::find_if(h.balances.begin(), h.balances.end(), [](const BalanceText& b) { return !b.currency.empty(); });
  if (money == h.balances.end() || money->currency == h.currency) return;
  if (h.currency.empty()) {
    h.currency = money->currency;
  } else if (std::none_of(h.balances.begin(), h.balances.end(), [&](const BalanceText& b) { return b.currency == h.currency; })) {
    warn("camt.currency", "账户币种写 " + h.currency + "，余额都是 " + money->currency + "，按余额的币种读，请向银行核实 (the account's currency is not that of its balances)");
    h.currency = money->currency;
  }
}

void Teller::head(StatementHead& h) {
  if (!h.told) {
    h.told = true;
    choose_currency(h);
    auto e = sized<mif_statement_open>();
    e.account = s(h.account);
    e.currency = s(h.currency);
    e.id = s(h.id);
    e.number = s(h.number);
    if (!enough_ && events_.open(events_.impl, &e) != 0) enough_ = true;
  }
  balances(h);
}

int Teller::sign_of(const EntryText& t) {
  if (t.sign != 0) return t.sign;
  if (t.details == 1 && t.tx_sign != 0) return t.tx_sign;
  warn("camt.entry-sign", "一笔记录没有借贷标志，按所写正负号读，请向银行核实 (no CdtDbtInd on an entry)");
  return 1;
}

int Teller::status_of(const EntryText& t) {
  if (t.status.empty() || t.status == "BOOK") return MIF_ENTRY_BOOKED;
  if (t.status == "PDNG" || t.status == "FUTR") return MIF_ENTRY_PENDING;
  if (t.status != "INFO") warn("camt.status", "一笔记录的状态 " + t.status + " 不认识，不计入余额，请向银行核实 (unknown status of an entry, it moves no balance)");
  return MIF_ENTRY_INFO;
}

mif_decimal Teller::details_sum(const EntryText& t, int sign) {
  if (t.details > 0) return t.sums ? t.tx_sum : mif_decimal{};
  return with_sign(t.batch_sum, sign);
}

void Teller::entry(StatementHead& h, const EntryText& t) {
  if (h.currency.empty()) h.currency = t.currency;
  head(h);
  if (!h.currency.empty() && !t.currency.empty() && t.currency != h.currency)
    warn("camt.currency", "一笔记录的币种 " + t.currency + " 不是账户币种 " + h.currency + "，请向银行核实 (an entry in another currency)");
  if (!t.amount.given) warn("camt.amount", "一笔记录没有可读的金额，不能入账，请向银行核实 (no readable amount in an entry)");
  if (t.cut) note("camt.text-cut", "一笔记录的文字过长，只留前面一段 (a text too long to be kept whole)");
  if (t.amount.units < 0 && t.sign != 0) warn("camt.negative-amount", "一笔记录的金额为负又带借贷标志，按借记读，请向银行核实 (a negative amount with CdtDbtInd, taken as a debit)");
  const int sign = sign_of(t);
  const bool one = t.details == 1;
  static const std::string none;
  auto e = sized<mif_statement_entry>();
  e.status = status_of(t);
  e.day = t.day;
  e.value_day = t.value_day;
  e.reversal = t.reversal ? 1 : 0;  // CdtDbtInd says the effect of a reversal too, so the sign stays
  e.details = static_cast<std::int32_t>(std::min<std::int64_t>(t.details > 0 ? t.details : t.batch_count, INT32_MAX));
  e.amount = t.amount.units < 0 ? t.amount : with_sign(t.amount, sign);
  e.details_sum = details_sum(t, sign);
  e.bank_ref = s(first_of(t.bank_ref, one ? t.tx_bank_ref : none));
  // A batch is known by its own id. NtryRef is no reference of the bank's: many number the entries of each statement from 1.
  const std::string& own = one ? first_of(provided(t.end_to_end), provided(t.instruction)) : provided(t.batch_id);
  e.client_ref = s(first_of(own, provided(t.ref)));
  if (one) {
    // Parties keep the roles they had in the payment that is taken back.
    bool debtor = (sign > 0) != t.reversal;
    const std::string& taken = debtor ? t.debtor_account : t.creditor_account;
    const std::string& other = debtor ? t.creditor_account : t.debtor_account;
    if (!h.account.empty() && taken == h.account && other != h.account && (!other.empty() || !(debtor ? t.creditor : t.debtor).empty())) debtor = !debtor;
    e.counter_account = s(debtor ? t.debtor_account : t.creditor_account);
    e.counter_name = s(debtor ? t.debtor : t.creditor);
  }
  text_.clear();
  for (const std::string* part : {&t.remittance, t.remittance.empty() ? &t.reference : &none, &t.tx_text, &t.text})
    if (!part->empty() && (one || part == &t.text || t.text.empty())) (text_.empty() ? text_ : text_ += ' ') += *part;
  e.text = s(text_);
  code_.clear();
  if (!t.domain.empty()) code_.append(t.domain).append("/").append(t.family).append("/").append(t.sub_family);
  else code_ = t.own_code;
  e.code = s(code_);
  if (!enough_ && events_.entry(events_.impl, &e) != 0) enough_ = true;
}

void Teller::close(StatementHead& h) {
  head(h);
  auto e = sized<mif_statement_close>();
  e.entries = h.entries;
  e.sum = h.sum;
  e.credits = h.credits;
  e.debits = h.debits;
  if (!enough_ && events_.close(events_.impl, &e) != 0) enough_ = true;
}

void Teller::trouble(int level, Where where, const std::string& code, const std::string& what) {
  if (enough_) return;
  const std::int64_t times = ++said_[code];
  if (level != MIF_TROUBLE_BROKEN && times > kMostOfACode) return;
  const std::string last = times == kMostOfACode ? what + " 同类问题不再逐条列出 (the rest of this kind is not listed)" : what;
  auto e = sized<mif_statement_trouble>();
  e.level = level;
  e.byte = where.byte;
  e.line = where.line;
  e.code = s(code);
  e.what = s(last);
  if (events_.trouble(events_.impl, &e) != 0) enough_ = true;
}

}  // namespace mif::bank_iso20022
