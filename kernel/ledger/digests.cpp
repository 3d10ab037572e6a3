// SPDX-License-Identifier: Apache-2.0
// What the log's object digests are compared with. Balances and counters have none: they are recomputed from the vouchers.
#include "kernel/audit/row_digest.h"
#include "kernel/ledger/internal.h"
#include "kernel/ledger/scan.h"

namespace mif::ledger {
namespace {

std::string digest_of_row(HashAlg alg, const store::Row& row) {
  Canonical canonical;
  try {
    audit::add_row(canonical, row);
  } catch (const Error&) {  // a value no writer of ours can leave
    return std::string(64, '0');
  }
  return audit::digest_hex(alg, canonical);
}

struct BookKey {
  std::int64_t id, start_year;
  std::string code;
};
std::vector<BookKey> book_keys(store::Txn& txn) {
  std::vector<BookKey> keys;
  txn.query("select id, start_year, code from ledger_book order by code", {}, [&](const store::Row& row) {
    try {
      keys.push_back({row.integer(0), row.integer(1), std::string(row.text(2))});
    } catch (const Error&) {
    }
  });
  return keys;
}

}  // namespace

std::string opening_digest(store::Txn& txn, HashAlg alg, const Book& book) {
  Canonical canonical;
  bool any = false;
  txn.query("select book, year, month, account, aux, debit, credit, closing_debit, closing_credit from ledger_balance where book = ? and year = ? and month = 0 order by account, aux",
            {book.id, book.start.year}, [&](const store::Row& row) {
              audit::add_row(canonical, row);
              any = true;
            });
  return any ? audit::digest_hex(alg, canonical) : std::string();
}

std::vector<audit::DigestSource> digest_sources(HashAlg alg) {
  return {
      {"book",
       [alg](store::Txn& txn, const audit::Emit& emit) {
         static const std::string sql = "select " + std::string(kBookColumns) + " from ledger_book b";
         txn.query(sql, {}, [&](const store::Row& row) { emit("book:" + std::string(row.text(1)), digest_of_row(alg, row)); });
       }},
      {"periods",
       [alg](store::Txn& txn, const audit::Emit& emit) {
         for (const auto& book : book_keys(txn)) emit("periods:" + book.code, periods_digest(txn, alg, book.id));
         txn.query("select distinct p.book from ledger_period p left join ledger_book b on b.id = p.book where b.id is null", {},
                   [&](const store::Row& row) { emit("periods:" + std::string(row.text(0)), std::string(64, '0')); });
       }},
      {"opening",
       [alg](store::Txn& txn, const audit::Emit& emit) {
         for (const auto& book : book_keys(txn)) {
           Book key;
           key.id = book.id;
           key.start.year = static_cast<int>(book.start_year);
           const std::string digest = opening_digest(txn, alg, key);
           if (!digest.empty()) emit("opening:" + book.code, digest);
         }
       }},
      {"voucher",
       [alg](store::Txn& txn, const audit::Emit& emit) { scan_vouchers(txn, alg, {true, true}, [&](const Scanned& s) { emit(object_of(s.voucher), s.digest); }); }},
      {"hold",
       [alg](store::Txn& txn, const audit::Emit& emit) {
         std::map<std::string, std::string> codes;
         for (const auto& book : book_keys(txn)) codes[std::to_string(book.id)] = book.code;
         txn.query("select book, hold_key, account, aux, fen, state from ledger_hold", {}, [&](const store::Row& row) {
           const std::string book = row.is_text(0) ? std::string(row.text(0)) : std::to_string(row.integer(0));
           const auto code = codes.find(book);
           emit("hold:" + (code == codes.end() ? "?" + book : code->second) + '/' + std::string(row.text(1)), digest_of_row(alg, row));
         });
       }},
  };
}

}  // namespace mif::ledger
