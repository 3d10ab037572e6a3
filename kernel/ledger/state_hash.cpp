// SPDX-License-Identifier: Apache-2.0
// One hash over what the ledger says, not over how it came to say it: no ids, no times, no voucher numbers (two vouchers
// posted in the other order say the same; how many numbers are given is in the counters).
#include <algorithm>

#include "kernel/audit/row_digest.h"
#include "kernel/ledger/internal.h"
#include "kernel/ledger/scan.h"

namespace mif::ledger {

std::string state_hash(store::Txn& txn, HashAlg alg) {
  std::map<std::int64_t, std::string> contents;  // of the vouchers somebody corrects
  txn.query("select id, content_hash from ledger_voucher where id in (select reverses from ledger_voucher where reverses <> 0)", {},
            [&](const store::Row& row) { contents[row.integer(0)] = row.text(1); });
  std::vector<std::string> vouchers;
  scan_vouchers(txn, alg, {false, true}, [&](const Scanned& s) {
    const Stored& v = s.voucher;
    if (v.state != State::posted && s.problem.empty()) return;
    Canonical canonical;
    canonical.add(v.book).add(s.content).add(v.flow).add(v.maker).add(v.reviewer).add(v.poster).add(v.cashier).add(v.part).add(v.parts).add(v.total.value());
    canonical.add(v.reverses == 0 ? std::string_view() : std::string_view(contents[v.reverses])).add(s.problem);
    vouchers.push_back(to_hex(hash(alg, canonical.bytes())));
  });
  std::sort(vouchers.begin(), vouchers.end());

  Hasher hasher(alg);
  for (const auto& voucher : vouchers) hasher.update(voucher);
  std::map<std::string, std::int64_t> books;  // ids and so the order of rows differ between databases; codes do not
  txn.query("select code, id, unit, scheme, chart, start_year, start_month, yearly_closing from ledger_book order by code", {}, [&](const store::Row& row) {
    books[std::string(row.text(0))] = row.integer(1);
    Canonical canonical;
    for (const std::size_t i : {0, 2, 3, 4}) canonical.add(row.text(i));
    for (const std::size_t i : {5, 6, 7}) canonical.add(row.integer(i));
    hasher.update(canonical.bytes());
  });
  for (const auto& [code, id] : books) {
    const auto add = [&](std::string_view sql) {
      std::vector<std::string> rows;  // sorted here: databases order text differently
      txn.query(sql, {id}, [&](const store::Row& row) {
        Canonical canonical;
        audit::add_row(canonical, row);
        rows.push_back(canonical.bytes());
      });
      std::sort(rows.begin(), rows.end());
      hasher.update("|").update(code);
      for (const auto& row : rows) hasher.update(row);
    };
    add("select year, month, state from ledger_period where book = ?");
    add("select year, month, word, last from ledger_counter where book = ?");
    add("select year, month, account, aux, debit, credit, closing_debit, closing_credit from ledger_balance where book = ?");
    add("select hold_key, account, aux, fen, state from ledger_hold where book = ?");
  }
  return to_hex(hasher.finish());
}

}  // namespace mif::ledger
