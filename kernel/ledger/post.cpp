// SPDX-License-Identifier: Apache-2.0
// Posting: the number, the balances, the state, in one transaction.
#include "kernel/ledger/post.h"

namespace mif::ledger {

int next_number(store::Txn& txn, std::int64_t book, Period period, std::string_view word, int count, audit::Place* place) {
  const auto& y = period.year;
  const auto& m = period.month;
  if (txn.dialect() == store::Dialect::generic) {
    if (txn.execute("update ledger_counter set last = last + ? where book = ? and year = ? and month = ? and word = ?", {count, book, y, m, word}) == 0)
      txn.execute("insert into ledger_counter (book, year, month, word, last) values (?, ?, ?, ?, ?)", {book, y, m, word, count});
  } else {
    constexpr std::string_view upsert = "insert into ledger_counter (book, year, month, word, last) values (?, ?, ?, ?, ?) "
                                        "on conflict (book, year, month, word) do update set last = ledger_counter.last + excluded.last";
    if (txn.backend() != store::Backend::odbc) {
      static const std::string returning = std::string(upsert) + " returning last";
      int last = 0;
      std::vector<store::Query> queries;
      queries.push_back({returning, {book, y, m, word, count}, [&](const store::Row& row) { last = static_cast<int>(row.integer(0)); }});
      if (place) queries.push_back(audit::Log::lock(txn, *place));
      txn.query_together(queries);
      return last - count + 1;
    }
    txn.execute(upsert, {book, y, m, word, count});
  }
  const auto last = txn.integer("select last from ledger_counter where book = ? and year = ? and month = ? and word = ?", {book, y, m, word});
  return static_cast<int>(last.value()) - count + 1;
}

void require_postable(const Stored& v) {
  if (v.state == State::posted) throw Error(MIF_E_CONFLICT, "voucher.posted", "凭证 " + name_of(v) + " 已经记账 (posted already)");
  if (v.state != State::approved) throw Error(MIF_E_CONFLICT, "voucher.not-approved", "凭证 " + name_of(v) + " 未经审核,不能记账 (only an approved voucher is posted)");
  if (v.reviewer == v.maker) throw Error(MIF_E_DENIED, "voucher.self-review", "凭证 " + name_of(v) + " 的制单与审核是同一人 (maker and reviewer are one person): " + v.maker);
}

int number_of_lead(store::Txn& txn, const Stored& v) {
  const Stored lead = stored(txn, v.lead, Lock::share).voucher;
  if (lead.state != State::posted || lead.period != v.period || lead.word != v.word)
    throw Error(MIF_E_CONFLICT, "voucher.lead-not-posted", "凭证 " + name_of(v) + " 是分数编号的第 " + std::to_string(v.part) + " 张, 请先审核记账第 1 张 (part 1 is posted first): " + name_of(lead));
  if (lead.part != 1 || lead.parts != v.parts)  // a draft may be edited after its other parts were made
    throw Error(MIF_E_CONFLICT, "voucher.parts-differ",
                "凭证 " + name_of(v) + " 是 " + std::to_string(v.part) + '/' + std::to_string(v.parts) + ", 而首张凭证 " + name_of(lead) + " 已改成别的张数, 请退回并重填 (part 1 was edited to another number of parts)");
  return lead.number;
}

void Ledger::post(store::Txn& txn, const Who& who, std::int64_t id) {
  Located found = stored(txn, id, Lock::share);
  Stored& v = found.voucher;
  const Book& book = found.context.book;
  require_postable(v);
  require_writable(book);
  require_open(found.context, v.period, v.day);
  int locks = 0;
  read_lines(txn, v, &locks);
  if (const Area area = area_of(v); area != Area::payment) require_unlocked(txn, book, v.period, locks, area, v.maker);
  if (content_hash(log_.alg(), v) != v.content_hash)
    throw Error(MIF_E_CONFLICT, "voucher.digest-differs", "凭证 " + name_of(v) + " 的分录与审核时不同,不记账 (the lines are not what was approved); 请运行 mifctl verify");
  Movements movements;
  add_lines(movements, v);
  check_holds(txn, found.context, movements);
  audit::Place place{book.unit, 0, {}};
  if (v.part > 1) v.number = number_of_lead(txn, v);
  else v.number = next_number(txn, v.book_id, v.period, v.word, 1, &place);
  upsert_balances(txn, v.book_id, v.period, movements);
  if (v.period.month == 13 && carried(txn, book, v.period.year + 1)) carry_forward(txn, book, v.period.year);
  v.state = State::posted;
  v.poster = who.actor;
  v.posted_ms = clock_.now_unix_ms();
  txn.execute_later("update ledger_voucher set state = ?, number = ?, poster = ?, posted_ms = ? where book = ? and year = ? and month = ? and id = ?",
              {static_cast<int>(v.state), v.number, v.poster, v.posted_ms, v.book_id, v.period.year, v.period.month, v.id});
  log_.append(txn, who, {book.unit, "voucher.post", object_of(v), voucher_digest(log_.alg(), v), body_of(v, false)}, place);
}

}  // namespace mif::ledger
