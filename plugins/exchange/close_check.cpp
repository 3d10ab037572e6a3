// SPDX-License-Identifier: Apache-2.0
#include "close_check.h"

#include <algorithm>

#include "compare.h"
#include "tables.h"

namespace mif::exchange {

void close_check(const Host& host, Call call, std::string_view book, Period period, const CloseFindings& findings) {
  const int month = std::min(period.month, 12);
  const Day last(period.year, month, Day::days_in(period.year, month));
  std::string held, rejected, untold;
  Txn txn = host.store.read(call);
  // Documents up to the period's end, of earlier periods too: a document that is still held belongs to no period yet.
  txn.query("select state, cast(count(*) as bigint), min(doc_key), min(reason) from x_exchange_document where state in ('held', 'rejected') and book = ? and doc_day <= ? group by state",
            {std::string(book), last}, [&](const Row& r) {
              (r.text(0) == state::kHeld ? held : rejected) = std::to_string(r.integer(1)) + " 张, 如 " + std::string(r.text(2)) + ": " + std::string(r.text(3));
              return true;
            });
  txn.query("select cast(count(*) as bigint), min(o.doc_key) from x_exchange_outbox o join x_exchange_document d on d.source = o.source and d.doc_key = o.doc_key and d.doc_version = o.doc_version "
            "where o.sent_ms = 0 and d.book = ?",
            {std::string(book)}, [&](const Row& r) {
              if (r.integer(0) != 0) untold = std::to_string(r.integer(0)) + " 条, 如 " + std::string(r.text(1));
              return true;
            });
  // A held document has no voucher and books in the period in which it is settled: told, not in the way.
  findings.unless(MIF_CLOSE_WARN, "held", "没有挂起的业务单据", held, "/documents");
  findings.unless(MIF_CLOSE_WARN, "rejected", "没有拒收的业务单据", rejected, "/documents");
  findings.unless(MIF_CLOSE_WARN, "outbox", "入账结果已回告业务系统", untold, "/documents");
  const bool stops = host.config.own(call).get("compare-at-close") == "fail";
  findings.unless(stops ? MIF_CLOSE_FAIL : MIF_CLOSE_WARN, "compared", "业财对账一致或已说明", open_comparison(host, txn, std::string(book), {period.year, month}), "/documents");
}

}  // namespace mif::exchange
