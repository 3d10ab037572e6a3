// SPDX-License-Identifier: Apache-2.0
#include "alarms.h"

#include "calendar.h"

namespace mif::treasury {

std::vector<UninstructedDebit> uninstructed_debits(Txn& txn, const std::string& account, Day from, Day to) {
  std::vector<UninstructedDebit> all;
  txn.query("select l.id, l.day, l.fen, l.client_ref, l.bank_ref, l.counter_account, l.counter_name, l.text from x_treasury_line l where l.account = ? and l.day >= ? and l.day <= ? and l.fen < 0"
            " and not exists (select 1 from x_treasury_match m where m.line_id = l.id)"
            " and not exists (select 1 from x_treasury_member g where g.account = l.account and g.kind = 1 and g.id = l.id and g.n = 0 and g.undone = 0)"
            " and not exists (select 1 from x_treasury_payment p where p.code = l.client_ref and p.account = l.account and p.sends > 0 and p.fen = -l.fen"
            "   and not exists (select 1 from x_treasury_match o where o.account = p.account and o.kind = 'payment' and o.target = p.id)) order by l.day, l.ord, l.id",
            {account, from, to}, [&](const Row& r) {
              all.push_back({r.integer(0), r.day(1), -r.fen(2), r.text(3), r.text(4), r.text(5), r.text(6), r.text(7)});
              return true;
            });
  return all;
}

namespace {

// By the account's calendar where it has one.
int days_worked(const Calendar& calendar, Day from, Day to) {
  if (calendar.empty() || to <= from) return working_days(from, to);
  const DayCount count = calendar.count(from, to);
  return count.at(to) - count.at(from);
}

}  // namespace

std::vector<PaymentOffStatement> payments_off_statement(Txn& txn, const BankAccount& account, Day as_of, std::int64_t days) {
  std::vector<PaymentOffStatement> all;
  txn.query("select p.code, p.payee_account, p.payee_name, p.day, p.fen, p.sent_ms from x_treasury_payment p where p.account = ? and p.state = 'done' and p.day <= ?"
            " and not exists (select 1 from x_treasury_match m where m.account = p.account and m.kind = 'payment' and m.target = p.id) order by p.day, p.id",
            {account.number, as_of}, [&](const Row& r) {
              PaymentOffStatement p{r.text(0), r.text(1), r.text(2), r.day(3), r.fen(4)};
              if (const Day left = r.integer(5) ? day_of(r.integer(5)) : p.day; p.day < left) p.day = left;
              p.working_days = days_worked(account.calendar, p.day, as_of);
              if (p.working_days > days) all.push_back(std::move(p));
              return true;
            });
  return all;
}

void report_alarms(Result& result, Txn& txn, const BankAccount& account, Day from, Day to, std::int64_t days, const char* kind_field, Alarms& sums) {
  // An account we only read files of is paid from elsewhere: what left it is an unreached item, no alarm.
  for (const auto& l : account.adapter.empty() ? std::vector<UninstructedDebit>() : uninstructed_debits(txn, account.number, from, to)) {
    result.finding();
    ++sums.uninstructed;
    result.item().field("account", account.number).field(kind_field, "uninstructed").field("level", "red").field("line", "bank/" + std::to_string(l.line)).field("day", l.day.iso()).field("amount", l.fen)
        .field("client_ref", l.client_ref).field("bank_ref", l.bank_ref).field("payee_account", l.counter_account).field("payee_name", l.counter_name).field("text", l.text)
        .field("reason", "银行支出没有付款指令 (money left without an instruction)").end_object();
  }
  for (const auto& p : payments_off_statement(txn, account, to, days)) {
    result.finding();
    ++sums.off_statement;
    result.item().field("account", account.number).field(kind_field, "off-statement").field("level", "yellow").field("code", p.code).field("day", p.day.iso()).field("amount", p.fen)
        .field("payee_account", p.payee_account).field("payee_name", p.payee_name).field("working_days", p.working_days)
        .field("reason", "付成 " + std::to_string(p.working_days) + " 个工作日仍不在对账单上 (done, and on no statement)").end_object();
  }
  result.total("uninstructed", sums.uninstructed);
  result.total("off_statement", sums.off_statement);
}

std::string Alarms::summary() const {
  std::string text;
  if (uninstructed) text += "；警示: " + std::to_string(uninstructed) + " 笔支出没有指令";
  if (off_statement) text += "；警示: " + std::to_string(off_statement) + " 笔付成的款不在对账单上";
  return text;
}

}  // namespace mif::treasury
