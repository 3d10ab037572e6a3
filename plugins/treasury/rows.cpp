// SPDX-License-Identifier: Apache-2.0
#include "rows.h"

#include "digest.h"
#include "results.h"
#include "returns.h"

namespace mif::treasury {

std::vector<Payment> payments(Txn& txn, std::string_view where, const std::vector<Value>& params) {
  std::vector<Payment> all;
  txn.query("select id, batch_id, payable_id, obligation, code, state, book, account, voucher_id, content_hash, day, fen, payee_account, payee_name,"
            " payee_bank_no, purpose, retry_of, approved_by, sends, packet, sent_ms, queries, not_found, next_query_ms, bank_ref, bank_code, bank_text,"
            " settled, changed_ms, payable_version from x_treasury_payment " + std::string(where),
            params, [&](const Row& r) {
              Payment p;
              p.id = r.integer(0);
              p.batch = r.integer(1);
              p.payable = r.integer(2);
              p.obligation = r.text(3);
              p.code = r.text(4);
              p.state = state_of(r.text(5));
              p.book = r.text(6);
              p.account = r.text(7);
              p.voucher = r.integer(8);
              p.content_hash = r.text(9);
              p.day = r.day(10);
              p.fen = r.fen(11);
              p.payee_account = r.text(12);
              p.payee_name = r.text(13);
              p.payee_bank_no = r.text(14);
              p.purpose = r.text(15);
              p.retry_of = r.integer(16);
              p.approved_by = r.text(17);
              p.sends = r.integer(18);
              p.packet = r.integer(19);
              p.sent_ms = r.integer(20);
              p.queries = r.integer(21);
              p.not_found = r.integer(22);
              p.next_query_ms = r.integer(23);
              p.bank_ref = r.text(24);
              p.bank_code = r.text(25);
              p.bank_text = r.text(26);
              p.settled = r.integer(27) != 0;
              p.changed_ms = r.integer(28);
              p.payable_version = r.integer(29);
              all.push_back(std::move(p));
              return true;
            });
  return all;
}

std::vector<Payable> payables(Txn& txn, std::string_view where, const std::vector<Value>& params) {
  std::vector<Payable> all;
  txn.query("select p.id, p.source, p.source_id, p.obligation, p.book, p.voucher_id, p.day, p.fen, p.payer_account, p.payee_account, p.payee_name,"
            " p.payee_bank_no, p.purpose, p.version, p.retry_payment, p.budget, p.budget_fen, p.budget_flagged from x_treasury_payable p " + std::string(where),
            params, [&](const Row& r) {
              Payable p;
              p.id = r.integer(0);
              p.source = r.text(1);
              p.source_id = r.integer(2);
              p.obligation = r.text(3);
              p.book = r.text(4);
              p.voucher = r.integer(5);
              p.day = r.day(6);
              p.fen = r.fen(7);
              p.payer_account = r.text(8);
              p.payee_account = r.text(9);
              p.payee_name = r.text(10);
              p.payee_bank_no = r.text(11);
              p.purpose = r.text(12);
              p.version = r.integer(13);
              p.retry_payment = r.integer(14);
              p.budget = r.text(15);
              p.budget_fen = r.fen(16);
              p.budget_flagged = r.integer(17) != 0;
              all.push_back(std::move(p));
              return true;
            });
  return all;
}

std::vector<Batch> batches(Txn& txn, std::string_view where, const std::vector<Value>& params) {
  std::vector<Batch> all;
  txn.query("select id, book, account, digest, payments, fen, prepared_by, prepared_ms, approved_by, approved_ms from x_treasury_batch " + std::string(where), params,
            [&](const Row& r) {
              Batch b;
              b.id = r.integer(0);
              b.book = r.text(1);
              b.account = r.text(2);
              b.digest = r.text(3);
              b.payments = r.integer(4);
              b.fen = r.fen(5);
              b.prepared_by = r.text(6);
              b.prepared_ms = r.integer(7);
              b.approved_by = r.text(8);
              b.approved_ms = r.integer(9);
              all.push_back(std::move(b));
              return true;
            });
  return all;
}

void insert(Txn& txn, const Payable& p) {
  txn.execute("insert into x_treasury_payable (id, source, source_id, obligation, book, voucher_id, day, fen, payer_account, payee_account, payee_name,"
              " payee_bank_no, purpose, budget, budget_fen, budget_flagged, closed) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
              {p.id, p.source, p.source_id, p.obligation, p.book, p.voucher, p.day, p.fen, p.payer_account, p.payee_account, p.payee_name, p.payee_bank_no, p.purpose, p.budget, p.budget_fen, std::int64_t{p.budget_flagged}});
}

void hold_payables(Txn& txn, std::int64_t voucher) {
  for (const auto& part : payables(txn, "where p.voucher_id = ? order by p.id", {voucher})) txn.execute("update x_treasury_payable set closed = closed where id = ?", {part.id});
}

void insert(Txn& txn, const Batch& b) {
  txn.execute("insert into x_treasury_batch (id, book, account, digest, payments, fen, prepared_by, prepared_ms, approved_by, approved_ms)"
              " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {b.id, b.book, b.account, b.digest, b.payments, b.fen, b.prepared_by, b.prepared_ms, b.approved_by, b.approved_ms});
}

void insert(Txn& txn, const Payment& p) {
  txn.execute("insert into x_treasury_payment (id, batch_id, payable_id, obligation, live_obligation, code, state, book, account, voucher_id, content_hash, day,"
              " fen, payee_account, payee_name, payee_bank_no, purpose, retry_of, approved_by, sends, packet, sent_ms, queries, not_found, next_query_ms, bank_ref,"
              " bank_code, bank_text, settled, changed_ms, payable_version)"
              " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0, 0, 0, 0, 0, '', '', '', 0, ?, ?)",
              {p.id, p.batch, p.payable, p.obligation, p.obligation, Value(), name_of(p.state), p.book, p.account, p.voucher, p.content_hash, p.day, p.fen,
               p.payee_account, p.payee_name, p.payee_bank_no, p.purpose, p.retry_of, p.changed_ms, p.payable_version});
  // Its row is held until this commits: nobody gives the debt up meanwhile.
  if (txn.execute("update x_treasury_payable set closed = closed where id = ? and closed <> ?", {p.payable, kDropped}) != 1)
    throw Error(MIF_E_CONFLICT, "payment.dropped", "应付事项 " + p.obligation + " 已决定不再付，未编制 (given up for good: not prepared)");
  Fen attempts, owed;
  txn.query("select cast(coalesce(sum(fen), 0) as bigint) from x_treasury_payment where live_obligation = ?", {p.obligation}, [&](const Row& r) { attempts = r.fen(0); return false; });
  txn.query("select fen from x_treasury_payable where id = ?", {p.payable}, [&](const Row& r) { owed = r.fen(0); return false; });
  if (owed < attempts)
    throw Error(MIF_E_CONFLICT, "payment.more-than-owed", "应付事项 " + p.obligation + " 应付 " + owed.grouped() + "，有效付款合计会到 " + attempts.grouped() + "，未编制 (the attempts would exceed what is owed)");
}

std::vector<PayableVersion> payable_versions(Txn& txn, std::string_view where, const std::vector<Value>& params) {
  std::vector<PayableVersion> all;
  txn.query("select v.payable_id, v.version, v.voucher_id, v.day, v.payee_account, v.payee_name, v.payee_bank_no from x_treasury_payable_version v " + std::string(where), params, [&](const Row& r) {
    all.push_back({r.integer(0), r.integer(1), r.integer(2), r.day(3), r.text(4), r.text(5), r.text(6)});
    return true;
  });
  return all;
}

std::string batch_digest(const std::vector<Payment>& rows) {
  Digest digest;
  digest.add(static_cast<std::int64_t>(rows.size()));
  for (const auto& p : rows) {
    digest.add(p.obligation).add(p.account).add(p.payee_account).add(p.payee_name).add(p.payee_bank_no).add(p.fen.value()).add(p.purpose);
    digest.add(p.day.value()).add(p.voucher).add(p.content_hash);
  }
  return digest.hex();
}

std::string hold_key(const Payment& payment) { return "payment/" + std::to_string(payment.id); }

bool move(Txn& txn, const Payment& p, State from, State to, std::int64_t now_ms) {
  const Value obligation = live(to) ? Value(p.obligation) : Value();
  return txn.execute("update x_treasury_payment set state = ?, live_obligation = ?, changed_ms = ? where id = ? and state = ?",
                     {name_of(to), obligation, now_ms, p.id, name_of(from)}) == 1;
}

State record_answer(Txn& txn, Desk& desk, Payment& p, bool from_query, const Heard& heard) {
  const std::int64_t now = desk.clock.now_unix_ms();
  Heard h = heard;
  h.bank_ref = cut(h.bank_ref, 110);
  h.code = cut(h.code, 110);
  h.text = cut(h.text, 1900);
  // An answer about another amount is not about this payment, whatever it says.
  if (h.fen != Fen(0) && h.fen != p.fen) {
    h.outcome = MIF_PAY_UNKNOWN;
    h.text = cut("银行记的金额是 " + h.fen.grouped() + " (the bank holds another amount under this code); " + h.text, 1900);
  }
  std::int64_t earlier = p.sends - 1;  // offers that may have left before this one
  if (!from_query && h.outcome == MIF_PAY_UNSENT)
    txn.query("select cast(count(*) as bigint) from x_treasury_answer where payment_id = ? and asked = 'submit' and outcome = ?", {p.id, std::int64_t{MIF_PAY_UNSENT}}, [&](const Row& r) {
      earlier -= r.integer(0);
      return false;
    });
  txn.execute("insert into x_treasury_answer (id, payment_id, asked, outcome, bank_ref, bank_code, bank_text, heard_ms) values (?, ?, ?, ?, ?, ?, ?, ?)",
              {txn.next_id("x_treasury_answer"), p.id, from_query ? "query" : "submit", h.outcome, h.bank_ref, h.code, h.text, now});
  const State to = from_query ? after_query(p.state, h.outcome) : after_submit(p.state, h.outcome, earlier);
  const std::int64_t queries = p.queries + (from_query ? 1 : 0);
  const std::int64_t not_found = h.outcome == MIF_PAY_NOT_FOUND ? p.not_found + 1 : from_query ? 0 : p.not_found;
  const std::int64_t next = in_flight(to) ? now + query_delay_ms(queries) : 0;
  const Value obligation = live(to) ? Value(p.obligation) : Value();
  const std::int64_t changed =
      txn.execute("update x_treasury_payment set state = ?, live_obligation = ?, queries = ?, not_found = ?, next_query_ms = ?, bank_ref = ?, bank_code = ?,"
                  " bank_text = ?, changed_ms = ? where id = ? and state = ?",
                  {name_of(to), obligation, queries, not_found, next, h.bank_ref.empty() ? p.bank_ref : h.bank_ref, h.code, h.text, now, p.id, name_of(p.state)});
  if (changed != 1) throw Error(MIF_E_CONFLICT, "payment.changed-meanwhile", "付款 " + p.code + " 刚被另一处改过，请再做一次 (the payment was changed meanwhile; do it again)");
  const State was = p.state;
  p.state = to;
  p.queries = queries;
  p.not_found = not_found;
  p.next_query_ms = next;
  p.bank_code = h.code;
  p.bank_text = h.text;
  if (!h.bank_ref.empty()) p.bank_ref = h.bank_ref;
  if (to == was) return to;
  if (to == State::failed) after_failure(txn, desk, p, p.bank_text);
  if (to == State::returned) after_return(txn, desk, p, p.bank_text);
  return to;
}

void after_failure(Txn& txn, Desk& desk, const Payment& p, const std::string& reason) {
  desk.propose.release(txn, p.book, hold_key(p), false);
  note_result(txn, desk, p, kFailed, reason);
}

void after_return(Txn& txn, Desk& desk, const Payment& p, const std::string& reason) {
  if (!p.settled) desk.propose.release(txn, p.book, hold_key(p), false);
  note_return(txn, p, desk.clock.now_unix_ms());
  note_result(txn, desk, p, kReturned, reason);
}

}  // namespace mif::treasury
