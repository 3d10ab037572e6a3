// SPDX-License-Identifier: Apache-2.0
#include "tables.h"

namespace mif::exchange {

namespace {

// max + 1, not a sequence: ids must grow in the order of commits, because payables are read by "id after"
std::int64_t next(Txn& txn, const char* sql) {
  std::int64_t id = 1;
  txn.query(sql, {}, [&](const Row& row) {
    id = row.integer(0) + 1;
    return true;
  });
  return id;
}

}  // namespace

Document Stored::document() const {
  Document d;
  d.source = source;
  d.feed = feed;
  d.cursor = cursor;
  d.key = key;
  d.type = type;
  d.payload = payload;
  d.version = version;
  d.day = day;
  read_payload(d);
  return d;
}

std::vector<Stored> select_documents(Txn& txn, std::string_view where_and_order, const std::vector<Value>& params) {
  std::vector<Stored> all;
  txn.query("select id, source, feed, cursor_text, doc_key, doc_version, arrival, doc_type, book, unit, batch, doc_day, amount_fen, payload, digest,"
            " state, reason, rule_name, voucher_id, voucher_no, received_ms from x_exchange_document " + std::string(where_and_order),
            params, [&](const Row& r) {
              Stored s;
              s.id = r.integer(0);
              s.source = r.text(1);
              s.feed = r.text(2);
              s.cursor = r.text(3);
              s.key = r.text(4);
              s.version = r.integer(5);
              s.arrival = r.integer(6);
              s.type = r.text(7);
              s.book = r.text(8);
              s.unit = r.text(9);
              s.batch = r.text(10);
              s.day = r.day(11);
              s.amount = r.fen(12);
              s.payload = r.text(13);
              s.digest = r.text(14);
              s.state = r.text(15);
              s.reason = r.text(16);
              s.rule = r.text(17);
              s.voucher = r.integer(18);
              s.voucher_no = r.text(19);
              s.received_ms = r.integer(20);
              all.push_back(std::move(s));
              return true;
            });
  return all;
}

std::int64_t insert_document(Txn& txn, const Document& d, std::int64_t arrival, const std::string& unit, const Verdict& verdict, std::int64_t now_ms) {
  const std::int64_t id = next(txn, "select cast(coalesce(max(id), 0) as bigint) from x_exchange_document");
  txn.execute("insert into x_exchange_document (id, source, feed, cursor_text, doc_key, doc_version, arrival, doc_type, book, unit, batch, doc_day,"
              " amount_fen, payload, digest, state, reason, rule_name, voucher_id, voucher_no, received_ms, changed_ms)"
              " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {id, d.source, d.feed, d.cursor, d.key, d.version, arrival, clean(d.type, 40), clean(d.field("book"), 40), unit, clean(d.field("batch"), 64), d.day,
               amount_of(d), clean(d.payload, kLongestPayload), digest_of(d), verdict.state, verdict.reason, verdict.rule, verdict.voucher, verdict.voucher_no, now_ms, now_ms});
  return id;
}

void update_document(Txn& txn, std::int64_t id, const Verdict& v, const std::string& voucher_no, std::int64_t now_ms) {
  txn.execute("update x_exchange_document set state = ?, reason = ?, rule_name = ?, voucher_id = ?, voucher_no = ?, changed_ms = ? where id = ?",
              {v.state, v.reason, v.rule, v.voucher, voucher_no, now_ms, id});
}

void insert_payable(Txn& txn, std::int64_t document, std::int64_t voucher, const std::string& book, const std::string& obligation, Day day, const Payable& p) {
  const std::int64_t id = next(txn, "select cast(coalesce(max(id), 0) as bigint) from x_exchange_payable");
  txn.execute("insert into x_exchange_payable (id, document_id, voucher_id, book, obligation, pay_day, fen, payer_account, payee_account, payee_name,"
              " payee_bank_no, purpose, state) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
              {id, document, voucher, book, obligation, day, p.fen, p.payer_account, p.payee_account, p.payee_name, p.payee_bank_no, p.purpose});
}

void cancel_payables(Txn& txn, std::int64_t document) {
  txn.execute("update x_exchange_payable set state = 'cancelled' where document_id = ?", {document});
}

void insert_withdrawal(Txn& txn, const Document& d, const Verdict& v, std::int64_t now_ms) {
  txn.execute("insert into x_exchange_withdrawal (source, feed, cursor_text, doc_key, doc_version, state, reason, received_ms) values (?, ?, ?, ?, ?, ?, ?, ?)",
              {d.source, d.feed, d.cursor, d.key, d.version, v.state, v.reason, now_ms});
}

void enqueue(Txn& txn, const std::string& source, const std::string& feed, const std::string& cursor, const std::string& key, std::int64_t version,
             const std::string& state, const std::string& reason, const std::string& voucher_no) {
  const std::int64_t id = next(txn, "select cast(coalesce(max(id), 0) as bigint) from x_exchange_outbox");
  txn.execute("insert into x_exchange_outbox (id, source, feed, cursor_text, doc_key, doc_version, state, reason, voucher, sent_ms)"
              " values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
              {id, source, feed, cursor, key, version, state, reason, voucher_no});
}

std::string read_cursor(Txn& txn, const std::string& source, const std::string& feed) {
  std::string cursor;
  txn.query("select cursor_text from x_exchange_cursor where source = ? and feed = ?", {source, feed}, [&](const Row& row) {
    cursor = row.text(0);
    return true;
  });
  return cursor;
}

void move_cursor(Txn& txn, const std::string& source, const std::string& feed, const std::string& from, const std::string& to, std::int64_t now_ms) {
  bool there = false;
  txn.query("select changed_ms from x_exchange_cursor where source = ? and feed = ?", {source, feed}, [&](const Row&) {
    there = true;
    return true;
  });
  if (!there && from.empty()) {
    txn.execute("insert into x_exchange_cursor (source, feed, cursor_text, changed_ms) values (?, ?, ?, ?)", {source, feed, to, now_ms});
    return;
  }
  const auto moved = txn.execute("update x_exchange_cursor set cursor_text = ?, changed_ms = ? where source = ? and feed = ? and cursor_text = ?",
                                 {to, now_ms, source, feed, from});
  if (moved != 1) throw Error(MIF_E_CONFLICT, "source.pull-running", "来源 " + feed + " 正被另一个取数过程读取 (another pull moved the cursor), 请稍后重试");
}

}  // namespace mif::exchange
