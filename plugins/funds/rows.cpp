// SPDX-License-Identifier: Apache-2.0
#include "rows.h"

#include "digest.h"

namespace mif::funds {

namespace {

constexpr const char* kColumns = "id, book, unit, kind, from_account, to_account, to_book, payee_name, payee_bank_no, fen, item, purpose, day, version, digest, instance, state, taken, client_key, voucher_id,"
                                 " receive_voucher, receive_tries, made_by, made_ms, approved_by, result_seq, bank_ref, reason";

Value key_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

[[noreturn]] void not_found(std::int64_t id) { throw Error(MIF_E_NOT_FOUND, "fund.not-found", "没有资金申请 (no such application) " + std::to_string(id)); }

}  // namespace

std::vector<Application> applications(Txn& txn, std::string_view where, const std::vector<Value>& params) {
  std::vector<Application> all;
  txn.query(std::string("select ") + kColumns + " from x_funds_application " + std::string(where), params, [&](const Row& r) {
    Application a;
    a.id = r.integer(0);
    a.book = r.text(1);
    a.unit = r.text(2);
    a.kind = r.text(3);
    a.from = r.text(4);
    a.to = r.text(5);
    a.to_book = r.text(6);
    a.payee_name = r.text(7);
    a.payee_bank_no = r.text(8);
    a.fen = r.fen(9);
    a.item = r.text(10);
    a.purpose = r.text(11);
    a.day = r.day(12);
    a.version = r.integer(13);
    a.digest = r.text(14);
    a.instance = r.integer(15);
    a.state = r.text(16);
    a.taken = r.text(17);
    a.client_key = r.text(18);
    a.voucher = r.integer(19);
    a.receive_voucher = r.integer(20);
    a.receive_tries = r.integer(21);
    a.made_by = r.text(22);
    a.made_ms = r.integer(23);
    a.approved_by = r.text(24);
    a.result_seq = r.integer(25);
    a.bank_ref = r.text(26);
    a.reason = r.text(27);
    all.push_back(std::move(a));
    return true;
  });
  return all;
}

void insert(Txn& txn, const Application& a) {
  txn.execute(std::string("insert into x_funds_application (") + kColumns + ", year) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {a.id, a.book, a.unit, a.kind, a.from, a.to, a.to_book, a.payee_name, a.payee_bank_no, a.fen, a.item, a.purpose, a.day, a.version, a.digest, a.instance, a.state, a.taken,
               key_or_null(a.client_key), a.voucher, a.receive_voucher, a.receive_tries, a.made_by, a.made_ms, a.approved_by, a.result_seq, a.bank_ref, a.reason, a.day.year()});
}

void update(Txn& txn, const Application& a, std::int64_t of_version, const std::string& of_state) {
  if (txn.execute("update x_funds_application set to_account = ?, to_book = ?, payee_name = ?, payee_bank_no = ?, fen = ?, item = ?, purpose = ?, day = ?, year = ?, version = ?, digest = ?, instance = ?,"
                  " state = ?, taken = ?, voucher_id = ?, receive_voucher = ?, receive_tries = ?, approved_by = ?, result_seq = ?, bank_ref = ?, reason = ? where id = ? and version = ? and state = ?",
                  {a.to, a.to_book, a.payee_name, a.payee_bank_no, a.fen, a.item, a.purpose, a.day, a.day.year(), a.version, a.digest, a.instance, a.state, a.taken, a.voucher, a.receive_voucher,
                   a.receive_tries, a.approved_by, a.result_seq, a.bank_ref, a.reason, a.id, of_version, of_state}) != 1)
    throw Error(MIF_E_CONFLICT, "fund.changed-meanwhile", "资金申请 " + std::to_string(a.id) + " 刚被另一处改过，请刷新后再办 (changed meanwhile)");
}

std::string content_digest(const Application& a) {
  return digest_of({std::to_string(a.id), std::to_string(a.version), a.book, a.kind, a.from, a.to, a.to_book, a.payee_name, a.payee_bank_no, a.fen.plain(), a.item, a.purpose, a.day.iso()});
}

Application take(Desk& desk, Call call, Txn& txn, std::int64_t id, std::string_view permission) {
  for (int turn = 0; turn < 3; ++turn) {
    auto found = applications(txn, "where id = ?", {id});
    if (found.empty() || !desk.books(call, txn).count(found.front().book)) not_found(id);
    const LineKey key = found.front().line();
    desk.identity.require(call, permission, found.front().unit);
    lock_line(txn, key);
    found = applications(txn, "where id = ?", {id});
    // Edited to another budget item between the two looks: once more.
    if (!found.empty() && found.front().line().name() == key.name()) return found.front();
  }
  throw Error(MIF_E_CONFLICT, "fund.changed-meanwhile", "资金申请 " + std::to_string(id) + " 刚被另一处改过，请刷新后再办 (changed meanwhile)");
}

void note(Desk& desk, Txn& txn, const Application& a, const char* action, const std::string& detail) {
  const std::string actor = txn.call().actor();
  std::int64_t seq = 1;
  txn.query("select cast(coalesce(max(seq), 0) as bigint) from x_funds_event where application_id = ?", {a.id}, [&](const Row& r) {
    seq += r.integer(0);
    return false;
  });
  txn.execute("insert into x_funds_event (application_id, seq, version, action, state, actor, at_ms, detail) values (?, ?, ?, ?, ?, ?, ?, ?)",
              {a.id, seq, a.version, action, a.state, actor, desk.clock.now_unix_ms(), cut(detail, 1500)});
  JsonWriter body;
  body.begin_object();
  write(body, a);
  body.field("detail", cut(detail, 1500));
  if (const auto line = line_of(txn, a.line()))
    body.field("budget_version", line->version).field("budget_amount", line->fen).field("held", line->held).field("paid", line->paid).field("returned", line->returned);
  body.end_object();
  desk.audit.append(txn, a.unit, std::string("funds.") + action, a.object(), body.str());
}

void write(JsonWriter& json, const Application& a) {
  json.field("id", a.id).field("version", a.version).field("state", a.state).field("kind", a.kind).field("book", a.book).field("from", a.from).field("to", a.to).field("to_book", a.to_book);
  json.field("payee_name", a.payee_name).field("payee_bank_no", a.payee_bank_no).field("amount", a.fen).field("budget", a.item).field("year", a.day.year()).field("purpose", a.purpose);
  json.field("day", a.day.iso()).field("taken", a.taken).field("voucher", a.voucher).field("receive_voucher", a.receive_voucher).field("obligation", a.obligation()).field("digest", a.digest);
  json.field("made_by", a.made_by).field("approved_by", a.approved_by).field("bank_ref", a.bank_ref).field("reason", a.reason);
}

std::string answer(const Application& a, const std::string& summary) {
  Result result("FundApplication");
  JsonWriter& item = result.item();
  write(item, a);
  item.end_object();
  return result.json(summary);
}

}  // namespace mif::funds
