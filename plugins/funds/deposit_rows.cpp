// SPDX-License-Identifier: Apache-2.0
#include "deposit_rows.h"

namespace mif::funds {

std::vector<Deposit> deposits(Txn& txn, std::string_view where, const std::vector<Value>& params) {
  std::vector<Deposit> all;
  txn.query("select id, book, unit, account, certificate, months, rate_micro, principal_fen, open_day, maturity_day, state, rolled_from, open_voucher, close_voucher, close_day, closing, interest_fen, tries,"
            " client_key, made_by, made_ms, closed_by from x_funds_deposit " + std::string(where), params, [&](const Row& r) {
              Deposit d;
              d.id = r.integer(0);
              d.book = r.text(1);
              d.unit = r.text(2);
              d.account = r.text(3);
              d.certificate = r.text(4);
              d.terms = {r.fen(7), {r.integer(6)}, static_cast<int>(r.integer(5)), r.day(8), r.day(9)};
              d.state = r.text(10);
              d.rolled_from = r.null(11) ? 0 : r.integer(11);
              d.open_voucher = r.integer(12);
              d.close_voucher = r.integer(13);
              d.close_day = r.day(14);
              d.closing = r.text(15);
              d.interest = r.fen(16);
              d.tries = r.integer(17);
              d.client_key = r.text(18);
              d.made_by = r.text(19);
              d.made_ms = r.integer(20);
              d.closed_by = r.text(21);
              all.push_back(std::move(d));
              return true;
            });
  return all;
}

void insert(Txn& txn, const Deposit& d) {
  const Terms& t = d.terms;
  txn.execute("insert into x_funds_deposit (id, book, unit, account, certificate, months, rate_micro, principal_fen, open_day, maturity_day, state, live_certificate, rolled_from, open_voucher, close_voucher,"
              " close_day, closing, interest_fen, tries, client_key, made_by, made_ms, closed_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, 0, 0, '', 0, 0, ?, ?, ?, '')",
              {d.id, d.book, d.unit, d.account, d.certificate, t.months, t.rate.micro, t.principal, t.open, t.maturity, d.book + "/" + d.certificate, d.rolled_from ? Value(d.rolled_from) : Value(), d.open_voucher,
               d.client_key.empty() ? Value() : Value(d.client_key), d.made_by, d.made_ms});
}

void end(Txn& txn, const Deposit& d) {
  if (txn.execute("update x_funds_deposit set state = 'closed', live_certificate = null, close_voucher = ?, close_day = ?, closing = ?, interest_fen = ?, tries = ?, closed_by = ? where id = ? and state = 'open'",
                  {d.close_voucher, d.close_day, d.closing, d.interest, d.tries, d.closed_by, d.id}) != 1)
    throw Error(MIF_E_CONFLICT, "deposit.closed-already", "存款 " + std::to_string(d.id) + " 已经支取或转存 (closed already)");
}

bool void_voucher(Desk& desk, Call call, Txn& txn, std::int64_t voucher) { return voucher != 0 && desk.ledger.voucher(call, voucher, nullptr, &txn).state == MIF_VOUCHER_VOID; }

Deposit hold_deposit(Desk& desk, Call call, Txn& txn, std::int64_t id) {
  txn.execute("update x_funds_deposit set tries = tries where id = ?", {id});
  const auto found = deposits(txn, "where id = ?", {id});
  if (found.empty() || !desk.books(call, txn).count(found.front().book)) throw Error(MIF_E_NOT_FOUND, "deposit.not-found", "没有这笔存款 (no such deposit) " + std::to_string(id));
  desk.identity.require(call, "deposit.keep", found.front().unit);
  return found.front();
}

Deposit take_deposit(Desk& desk, Call call, Txn& txn, std::int64_t id) {
  Deposit d = hold_deposit(desk, call, txn, id);
  if (void_voucher(desk, call, txn, d.open_voucher))
    throw Error(MIF_E_CONFLICT, "deposit.never-opened", "存款 " + std::to_string(id) + " 的存入凭证 " + std::to_string(d.open_voucher) + " 已作废，这笔存款没有存成 (its opening voucher was voided)");
  if (d.open_voucher && desk.ledger.voucher(call, d.open_voucher, nullptr, &txn).state != MIF_VOUCHER_POSTED)
    throw Error(MIF_E_CONFLICT, "deposit.opening-waits", "存款 " + std::to_string(id) + " 的存入凭证 " + std::to_string(d.open_voucher) + " 还没有记账，先复核 (its opening voucher is not posted)");
  if (!d.open() && void_voucher(desk, call, txn, d.close_voucher)) {
    txn.execute("update x_funds_deposit set rolled_from = null, live_certificate = null where rolled_from = ?", {id});  // what it was rolled into never came about
    txn.execute("update x_funds_deposit set state = 'open', live_certificate = ?, close_voucher = 0, close_day = 0, closing = '', interest_fen = 0, closed_by = '' where id = ?", {d.book + "/" + d.certificate, id});
    d = deposits(txn, "where id = ?", {id}).front();
  }
  if (!d.open()) throw Error(MIF_E_CONFLICT, "deposit.closed-already", "存款 " + std::to_string(id) + " 已经支取或转存 (closed already)");
  return d;
}

void write(JsonWriter& json, const Deposit& d) {
  json.field("id", d.id).field("book", d.book).field("account", d.account).field("certificate", d.certificate).field("term", term_text(d.terms.months)).field("rate", d.terms.rate.text());
  json.field("principal", d.terms.principal).field("open_day", d.terms.open.iso()).field("maturity", d.terms.months ? d.terms.maturity.iso() : "").field("state", d.state).field("closing", d.closing);
  json.field("interest", d.interest).field("close_day", d.close_day.valid() ? d.close_day.iso() : "").field("rolled_from", d.rolled_from).field("open_voucher", d.open_voucher).field("close_voucher", d.close_voucher);
  json.field("made_by", d.made_by).field("closed_by", d.closed_by);
}

void note(Desk& desk, Txn& txn, const Deposit& d, const char* action) {
  JsonWriter body;
  body.begin_object();
  write(body, d);
  body.end_object();
  desk.audit.append(txn, d.unit, std::string("funds.deposit-") + action, d.object(), body.str());
}

std::string answer(const Deposit& d, const std::string& summary) {
  Result result("Deposit");
  JsonWriter& json = result.item();
  write(json, d);
  json.end_object();
  return result.json(summary);
}

std::int64_t propose_deposit(Desk& desk, Txn& txn, const Deposit& d, const std::string& source_key, Day day, const std::string& summary, bool opening, const std::vector<std::pair<const Side*, Fen>>& sides) {
  const DepositRule& rule = desk.settings.deposit(d.book);
  VoucherDraft draft;
  draft.day = day;
  draft.book = d.book;
  draft.word = opening ? rule.open_word : rule.close_word;
  draft.flow = rule.flow;
  draft.source_key = source_key;
  draft.summary = summary;
  for (const auto& [side, fen] : sides)  // + debit, - credit
    if (fen != Fen(0))
      draft.lines.push_back({Fen(0) < fen ? MIF_DEBIT : MIF_CREDIT, Fen(0) < fen ? fen : -fen, side->account, filled_aux(side->aux, {{"account", d.account}, {"deposit", d.certificate}}), summary});
  return desk.propose.propose(txn, draft);
}

}  // namespace mif::funds
