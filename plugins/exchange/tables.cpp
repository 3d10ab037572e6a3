// SPDX-License-Identifier: Apache-2.0
#include "tables.h"

#include <charconv>

namespace mif::exchange {

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
  static const std::string select = std::string("select id, source, feed, cursor_text, doc_key, doc_version, arrival, doc_type, book, unit, batch, doc_day, amount_fen, payload, digest, ") +
                                    kStateOf + ", case when state = 'gathered' then group_reason else reason end, rule_name,"
                                    " case when state = 'gathered' then group_voucher else voucher_id end, case when state = 'gathered' then group_voucher_no else voucher_no end,"
                                    " received_ms, gathered_in from " + kWithGroups + " ";
  std::vector<Stored> all;
  txn.query(select + std::string(where_and_order), params, [&](const Row& r) {
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
    s.group = r.integer(21);
    all.push_back(std::move(s));
    return true;
  });
  return all;
}

std::int64_t last_id(Txn& txn, const char* counter) {
  std::int64_t last = 0;
  txn.query("select last_id from x_exchange_counter where name = ?", {counter}, [&](const Row& row) {
    last = row.integer(0);
    return true;
  });
  return last;
}

std::int64_t take_ids(Txn& txn, const char* counter, std::int64_t n) {
  if (txn.execute("update x_exchange_counter set last_id = last_id + ? where name = ?", {n, counter}) != 1) throw Error(MIF_E_INTERNAL, std::string("no counter ") + counter);
  return last_id(txn, counter) - n + 1;
}

void update_document(Txn& txn, std::int64_t id, const Verdict& v, const std::string& voucher_no, std::int64_t now_ms) {
  txn.execute("update x_exchange_document set state = ?, reason = ?, rule_name = ?, voucher_id = ?, voucher_no = ?, gathered_in = ?, changed_ms = ? where id = ?",
              {v.state, v.reason, v.rule, v.voucher, voucher_no, v.group, now_ms, id});
}

void insert_payable(Txn& txn, std::int64_t document, std::int64_t voucher, const std::string& book, const std::string& obligation, Day day, const Payable& p) {
  const std::int64_t id = take_ids(txn, "payable");
  txn.execute("insert into x_exchange_payable (id, document_id, voucher_id, book, obligation, pay_day, fen, payer_account, payee_account, payee_name,"
              " payee_bank_no, purpose, state) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
              {id, document, voucher, book, obligation, day, p.fen, p.payer_account, p.payee_account, p.payee_name, p.payee_bank_no, p.purpose});
}

void cancel_payables(Txn& txn, std::int64_t document) {
  txn.execute("update x_exchange_payable set state = 'cancelled' where document_id = ?", {document});
}

void cancel_payables_of_voucher(Txn& txn, std::int64_t voucher) {
  txn.execute("update x_exchange_payable set state = 'cancelled' where document_id = 0 and voucher_id = ?", {voucher});
}

void insert_withdrawal(Txn& txn, const Document& d, const Verdict& v, std::int64_t now_ms) {
  txn.execute("insert into x_exchange_withdrawal (source, feed, cursor_text, doc_key, doc_version, state, reason, received_ms) values (?, ?, ?, ?, ?, ?, ?, ?)",
              {d.source, d.feed, d.cursor, d.key, d.version, v.state, v.reason, now_ms});
}

void enqueue(Txn& txn, const std::string& source, const std::string& feed, const std::string& cursor, const std::string& key, std::int64_t version,
             const std::string& state, const std::string& reason, const std::string& voucher_no) {
  const std::int64_t id = take_ids(txn, "outbox");
  txn.execute("insert into x_exchange_outbox (id, source, feed, cursor_text, doc_key, doc_version, state, reason, voucher, sent_ms)"
              " values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
              {id, source, feed, cursor, key, version, state, reason, voucher_no});
}

void enqueue_group(Txn& txn, const std::string& source, const std::string& feed, const std::string& key, std::int64_t group, const std::string& state, const std::string& reason,
                   const std::string& voucher_no) {
  txn.execute("insert into x_exchange_outbox (id, source, feed, cursor_text, doc_key, doc_version, state, reason, voucher, sent_ms, group_id) values (?, ?, ?, '', ?, 0, ?, ?, ?, 0, ?)",
              {take_ids(txn, "outbox"), source, feed, key, state, reason, voucher_no, group});
}

DocumentRows::DocumentRows()
    : documents_("id, source, feed, cursor_text, doc_key, doc_version, arrival, doc_type, book, unit, batch, doc_day, amount_fen, payload, digest, state, reason, rule_name,"
                 " voucher_id, voucher_no, received_ms, changed_ms, gathered_in, delivery_id"),
      outbox_("id, source, feed, cursor_text, doc_key, doc_version, state, reason, voucher, sent_ms, group_id") {}

void DocumentRows::head(std::int64_t id, const Document& d, const std::string& digest, std::int64_t arrival, const std::string& unit, Fen amount) {
  documents_.add(id).add(d.source).add(d.feed).add(d.cursor).add(d.key).add(d.version).add(arrival).add(cleaned(d.type, 40, room_));
  documents_.add(cleaned(d.fields.at("book"), 40, room_)).add(unit).add(cleaned(d.fields.at("batch"), 64, room_)).add(d.day).add(amount);
  documents_.add(cleaned(d.payload, kLongestPayload, room_)).add(digest);
}

void DocumentRows::add(std::int64_t id, const Document& d, const std::string& digest, std::int64_t arrival, const std::string& unit, const Verdict& v, Fen amount, std::int64_t now_ms) {
  head(id, d, digest, arrival, unit, amount);
  documents_.add(v.state).add(v.reason).add(v.rule).add(v.voucher).add(v.voucher_no).add(now_ms).add(now_ms).add(v.group).add(std::int64_t{0});
}

void DocumentRows::add_gathered(std::int64_t id, const Document& d, const std::string& digest, const std::string& unit, const std::string& rule, Fen amount, std::int64_t now_ms, std::int64_t group,
                                std::int64_t delivery) {
  head(id, d, digest, 0, unit, amount);
  documents_.add(state::kGathered).add("").add(rule).add(std::int64_t{0}).add("").add(now_ms).add(now_ms).add(group).add(delivery);
}

void DocumentRows::tell(const Document& d, const Verdict& v) { told_.push_back({d.source, d.feed, d.cursor, d.key, v.state, v.reason, v.voucher_no, d.version}); }

void DocumentRows::write(Txn& txn) {
  if (!told_.empty()) {
    std::int64_t id = take_ids(txn, "outbox", static_cast<std::int64_t>(told_.size()));
    for (const auto& t : told_) outbox_.add(id++).add(t.source).add(t.feed).add(t.cursor).add(t.key).add(t.version).add(t.state).add(t.reason).add(t.voucher).add(std::int64_t{0}).add(std::int64_t{0});
    told_.clear();
    txn.insert("x_exchange_outbox", outbox_);
  }
  if (!documents_.empty()) txn.insert("x_exchange_document", documents_);  // last: the next statement would wait for them
}

void add_to_digest(std::string& said, std::int64_t id, std::string_view key, std::int64_t version, std::string_view digest) {
  char number[20];
  said.append(number, std::to_chars(number, number + sizeof number, id).ptr) += ' ';
  said.append(key) += '#';
  said.append(number, std::to_chars(number, number + sizeof number, version).ptr) += ' ';
  said.append(digest) += '\n';
}

std::string read_cursor(Txn& txn, const std::string& source, const std::string& feed) {
  std::string cursor;
  txn.query("select cursor_text from x_exchange_cursor where source = ? and feed = ?", {source, feed}, [&](const Row& row) {
    cursor = row.text(0);
    return true;
  });
  return cursor;
}

std::int64_t read_changes(Txn& txn, const std::string& source, const std::string& feed) {
  std::int64_t changes = 0;
  txn.query("select changes from x_exchange_cursor where source = ? and feed = ?", {source, feed}, [&](const Row& row) {
    changes = row.integer(0);
    return false;
  });
  return changes;
}

std::int64_t move_cursor(Txn& txn, const std::string& source, const std::string& feed, const std::string& from, const std::string& to, std::int64_t now_ms) {
  const auto moved = txn.execute("update x_exchange_cursor set cursor_text = ?, changed_ms = ?, changes = changes + 1 where source = ? and feed = ? and cursor_text = ?",
                                 {to, now_ms, source, feed, from});
  const std::int64_t changes = read_changes(txn, source, feed);
  if (moved == 1) return changes;
  if (changes != 0 || !from.empty() || !read_cursor(txn, source, feed).empty())
    throw Error(MIF_E_CONFLICT, "source.pull-running", "来源 " + feed + " 正被另一个取数过程读取 (another pull moved the cursor), 请稍后重试");
  txn.execute("insert into x_exchange_cursor (source, feed, cursor_text, changed_ms, changes) values (?, ?, ?, ?, 1)", {source, feed, to, now_ms});
  return 1;
}

}  // namespace mif::exchange
