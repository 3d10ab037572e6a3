// SPDX-License-Identifier: Apache-2.0
// What of the period's money is not settled: payments the bank has not said the last word on, bank accounts nobody reconciled.
#include <algorithm>

#include "payment_state.h"
#include "work.h"

namespace mif::treasury {

void close_check(Desk& desk, Call call, std::string_view book, Period period, const CloseFindings& findings) {
  const int month = std::min(period.month, 12);
  const Day first(period.year, month, 1), last(period.year, month, Day::days_in(period.year, month));
  Txn txn = desk.store.read(call);
  std::string live, paid;
  txn.query("select cast(count(*) as bigint), min(code) from x_treasury_payment where book = ? and day <= ? and (state in (" + in_flight_list() + ", 'prepared', 'approved'))",
            {std::string(book), last}, [&](const Row& r) {
              if (r.integer(0) != 0) live = std::to_string(r.integer(0)) + " 笔, 如 " + std::string(r.text(1));
              return true;
            });
  txn.query("select cast(count(*) as bigint), min(code) from x_treasury_payment where book = ? and day <= ? and state = 'done' and settled = 0", {std::string(book), last}, [&](const Row& r) {
    if (r.integer(0) != 0) paid = std::to_string(r.integer(0)) + " 笔, 如 " + std::string(r.text(1));
    return true;
  });
  std::string returned;
  txn.query("select cast(count(*) as bigint), min(p.code) from x_treasury_return r join x_treasury_payment p on p.id = r.payment_id where p.book = ? and p.day <= ? and r.reopened_ms = 0 and r.dropped_ms = 0 and (r.voucher_id = 0 or p.settled = 0)",
            {std::string(book), last}, [&](const Row& r) {
              if (r.integer(0) != 0) returned = std::to_string(r.integer(0)) + " 笔, 如 " + std::string(r.text(1));
              return true;
            });
  std::string unreconciled, uncovered;
  const auto append = [](std::string& list, const std::string& text) { list += (list.empty() ? "" : "; ") + text; };
  for (const auto& account : desk.settings.accounts) {
    if (account.book != book) continue;
    // An approved 余额调节表 has every open item in it; without one, the statement lines that are in no match are told.
    bool approved = false;
    txn.query("select count(*) from x_treasury_table where account = ? and month = ? and state = 'approved'", {account.number, static_cast<std::int64_t>(period.year * 100 + month)}, [&](const Row& r) {
      approved = r.integer(0) != 0;
      return true;
    });
    if (!approved)
      txn.query("select cast(count(*) as bigint), cast(coalesce(sum(l.fen), 0) as bigint) from x_treasury_line l left join x_treasury_member m on m.account = l.account and m.kind = 1 and m.id = l.id and m.n = 0 and m.undone = 0 "
                "where l.account = ? and l.day <= ? and m.id is null",
                {account.number, last}, [&](const Row& r) {
                  append(unreconciled, account.number + " 余额调节表未批准" + (r.integer(0) == 0 ? "" : ", 未勾对 " + std::to_string(r.integer(0)) + " 笔, 净额 " + r.fen(1).grouped()));
                  return true;
                });
    Day until;
    txn.query("select coalesce(max(day_to), 0) from x_treasury_statement where account = ? and state = 'proved'", {account.number}, [&](const Row& r) {
      until = r.day(0);
      return true;
    });
    if (until < last) append(uncovered, account.number + (until < first ? " 本月没有对账单" : " 对账单只到 " + until.iso()));
  }
  findings.unless(MIF_CLOSE_FAIL, "live-payments", "付款都有结果", live, "/payments");
  findings.unless(MIF_CLOSE_FAIL, "unsettled", "付成的款都已入账", paid, "/payments");
  findings.unless(MIF_CLOSE_WARN, "returns", "退汇都已入账", returned, "/payments");
  findings.unless(MIF_CLOSE_WARN, "reconciled", "银行余额调节表已批准", unreconciled, "/reconcile");
  findings.unless(MIF_CLOSE_WARN, "statements", "对账单导到月末", uncovered, "/reconcile");
}

}  // namespace mif::treasury
