// SPDX-License-Identifier: Apache-2.0
#include "follow.h"

#include "drop.h"
#include "packets.h"
#include "payment_pages.h"
#include "payment_search.h"
#include "reconcile.h"
#include "returns.h"
#include "recon_web.h"
#include "trail.h"
#include "work.h"

namespace mif::treasury {

namespace {

void write(JsonWriter& json, const Payment& p) {
  json.field("id", p.id).field("code", p.code).field("state", name_of(p.state)).field("title", title_of(p.state)).field("book", p.book).field("account", p.account);
  json.field("obligation", p.obligation).field("day", p.day.iso()).field("amount", p.fen).field("payee_account", p.payee_account).field("payee_name", p.payee_name);
  json.field("payee_bank_no", p.payee_bank_no).field("purpose", p.purpose).field("voucher", p.voucher).field("batch", p.batch).field("retry_of", p.retry_of);
  json.field("approved_by", p.approved_by).field("posted", p.settled).field("bank_ref", p.bank_ref).field("bank_text", p.bank_text);
}

HttpResponse payment_list(Desk& desk, Call call, const Query& query) {
  const auto accounts = visible(desk, call, query);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  std::int64_t last = 0, count = 0;
  const std::int64_t limit = query.number("limit", 50, 500);
  if (!accounts.empty()) {
    Txn txn = desk.store.read(call);
    for (const auto& p : find_payments(txn, accounts, query, false, limit)) {
      json.begin_object();
      write(json, p);
      json.end_object();
      last = p.id;
      ++count;
    }
  }
  json.end_array().field("next", count == limit ? std::to_string(last) : std::string()).end_object();
  HttpResponse response;
  response.body = json.take();
  return response;
}

HttpResponse one_payment(Desk& desk, Call call, const std::string& code) {
  Txn txn = desk.store.read(call);
  const Payment p = visible_payment(desk, call, txn, code);
  JsonWriter json;
  json.begin_object();
  write(json, p);
  const VoucherHead head = desk.ledger.voucher(call, p.voucher, nullptr, &txn);
  json.key("document").begin_object().field("source", head.source_plugin).field("key", head.source_key).field("number", document_of(head.source_key)).end_object();
  const auto batch = batches(txn, "where id = ?", {p.batch});
  json.key("approval").begin_object().field("prepared_by", batch.empty() ? std::string() : batch.front().prepared_by).field("approved_by", p.approved_by);
  if (!batch.empty()) {
    json.key("approvers").begin_array();
    txn.query("select approver, approved_ms from x_treasury_approval where batch_id = ? and digest = ? order by approved_ms, approver", {batch.front().id, batch.front().digest}, [&](const Row& r) {
      json.begin_object().field("login", r.text(0)).field("approved_unix_ms", r.integer(1)).end_object();
      return true;
    });
    json.end_array();
  }
  json.field("maker", head.maker).field("reviewer", head.reviewer).field("digest", batch.empty() ? std::string() : batch.front().digest).end_object();
  json.key("answers").begin_array();
  txn.query("select asked, outcome, bank_ref, bank_code, bank_text, heard_ms from x_treasury_answer where payment_id = ? order by heard_ms, id", {p.id}, [&](const Row& r) {
    json.begin_object().field("asked", r.text(0)).field("outcome", outcome_name(static_cast<int>(r.integer(1)))).field("bank_ref", r.text(2)).field("bank_code", r.text(3));
    json.field("bank_text", r.text(4)).field("heard_unix_ms", r.integer(5)).end_object();
    return true;
  });
  json.end_array().key("packets").begin_array();
  for (const auto& k : packets(txn, "join x_treasury_packet_of o on o.packet_id = k.id where o.code = ? order by k.id", {p.code})) {
    json.begin_object().field("direction", k.direction == MIF_PACKET_OUT ? "out" : "in").field("operation", k.operation).field("title", wire_title(k)).field("told_unix_ms", k.told_ms);
    json.field("bytes", k.bytes).field("sha256", k.sha256).field("text", k.body).field("cut", k.cut).field("reason", k.reason).end_object();
  }
  json.end_array().key("statement_lines").begin_array();
  txn.query("select l.id, l.day, l.fen, l.balance_fen, l.bank_ref, m.kind, m.rule from x_treasury_match m join x_treasury_line l on l.id = m.line_id"
            " where m.account = ? and m.target = ? and m.kind in ('payment', 'return') order by l.id",
            {p.account, p.id}, [&](const Row& r) {
              json.begin_object().field("line", r.integer(0)).field("day", r.day(1).iso()).field("amount", r.fen(2)).field("balance", r.fen(3)).field("bank_ref", r.text(4));
              json.field("kind", r.text(5)).field("rule", r.text(6)).end_object();
              return true;
            });
  json.end_array();
  for (const auto& r : returns(txn, "where r.payment_id = ?", {p.id})) {
    json.key("return").begin_object().field("stage", stage_of(desk, txn, p, r)).field("voucher", r.voucher).field("reopened_by", r.reopened_by).field("reason", r.reason);
    json.field("repay_voucher", r.repay_voucher).end_object();
  }
  for (const auto& d : drops(txn, "where d.payment_id = ?", {p.id})) {
    json.key("drop").begin_object().field("state", d.confirmed_ms ? "dropped" : "proposed").field("reason", d.reason).field("proposed_by", d.proposed_by).field("confirmed_by", d.confirmed_by);
    json.field("red_voucher", d.red_voucher).end_object();
  }
  json.key("trail");
  write_trail(json, trail_of(desk, call, txn, p));
  json.key("posted_voucher").begin_object().field("id", head.id).field("state", head.state).field("book", head.book).field("period", head.period.iso());
  json.field("word", head.word).field("number", head.number).field("summary", head.summary).end_object().end_object();
  HttpResponse response;
  response.body = json.take();
  return response;
}

// The command's own step: proposed by the first who asks, decided by the second.
HttpResponse drop_payment(Desk& desk, Call call, const std::string& code, std::string_view body) {
  Params params(body);
  params.set("code", code);
  HttpResponse response;
  response.body = pay_drop(desk, call, params, Progress(nullptr));
  return response;
}

// The warning for whoever supervises: money that came back and is not decided on.
HttpResponse undecided_returns(Desk& desk, Call call, const Query& query) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  Txn txn = desk.store.read(call);
  for (const auto* a : visible(desk, call, query))
    for (const auto& r : returns(txn, std::string("where r.account = ? and ") + kUndecided + " order by r.payment_id", {a->number}))
      for (const auto& p : payments(txn, "where id = ?", {r.payment})) {
        json.begin_object();
        write(json, p);
        json.field("return_voucher", r.voucher).field("stage", stage_of(desk, txn, p, r)).end_object();
      }
  json.end_array().end_object();
  HttpResponse response;
  response.body = json.take();
  return response;
}

HttpResponse statements(Desk& desk, Call call, const Query& query) {
  const auto accounts = visible(desk, call, query);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  if (!accounts.empty()) {
    std::vector<Value> values;
    const std::string list = account_list(accounts, values);
    values.emplace_back(query.number("limit", 100, 500));
    Txn txn = desk.store.read(call);
    txn.query("select id, account, day_from, day_to, opening_fen, closing_fen, lines, state, reason, evidence, imported_by, imported_ms from x_treasury_statement"
              " where account in (" + list + ") order by imported_ms desc, id desc limit ?",
              values, [&](const Row& r) {
                json.begin_object().field("id", r.integer(0)).field("account", r.text(1)).field("from", r.day(2).iso()).field("to", r.day(3).iso()).field("opening", r.fen(4));
                json.field("closing", r.fen(5)).field("lines", r.integer(6)).field("state", r.text(7)).field("reason", r.text(8)).field("evidence", r.text(9));
                json.field("imported_by", r.text(10)).field("imported_unix_ms", r.integer(11)).end_object();
                return true;
              });
  }
  json.end_array().key("unmatched").begin_array();
  {
    Txn txn = desk.store.read(call);
    for (const auto* a : accounts)
      for (const auto& l : bank_lines(txn, a->number, true)) {
        json.begin_object().field("line", l.id).field("account", a->number).field("day", l.day.iso()).field("amount", l.fen).field("balance", l.balance);
        json.field("client_ref", l.client_ref).field("counter_name", l.counter_name).field("text", l.text).end_object();
      }
  }
  json.end_array().end_object();
  HttpResponse response;
  response.body = json.take();
  return response;
}

}  // namespace

std::string web_routes() {
  JsonWriter json;
  json.begin_object().key("routes").begin_array();
  const auto route = [&](const char* path, const char* id, const char* summary, const char* method = "GET", const char* permission = "ledger.read") {
    json.begin_object().field("method", method).field("path", path).field("api", true).field("permission", permission).field("operationId", id).field("summary", summary).end_object();
  };
  route("/payments", "listPayments", "付款指令, 可按 book、account、state、code、payee、amount、from、to 筛选");
  route("/payments/{code}", "getPayment", "一笔付款的全过程: 单据、审批、报文、银行答复、对账单流水、凭证、退汇");
  route("/payments/{code}/drop", "dropPayment", "未付成或退汇的款不再付: 一人提出, 另一人确认; reason, voucher", "POST", "payment.approve");
  route("/returns", "listUndecidedReturns", "退汇警示: 退回后还没有决定的付款, 可按 book、account 筛选");
  route("/statements", "listStatements", "已导入的对账单和未对上的流水");
  add_recon_routes(json);
  add_page_routes(json);
  json.end_array().key("menu").begin_array();
  json.begin_object().field("title", "付款追踪").field("path", "/payments").field("permission", "ledger.read").field("order", 82).end_object();
  json.end_array().end_object();
  return json.take();
}

HttpResponse web_answer(Desk& desk, Call call, const mif_http_request& request) {
  const std::string_view path = view(request.path), query = view(request.query);
  if (!request.api) return page_answer(desk, call, request);
  if (path == "/statements/file" || path == "/watch" || path.substr(0, 11) == "/reconcile/") return recon_answer(desk, call, request);
  if (path == "/accounts" || path == "/balances" || path == "/sweep") return recon_answer(desk, call, request);
  if (path == "/payments") return payment_list(desk, call, Query(query));
  if (path == "/returns") return undecided_returns(desk, call, Query(query));
  if (path == "/statements") return statements(desk, call, Query(query));
  constexpr std::string_view prefix = "/payments/";
  if (path.substr(0, prefix.size()) == prefix) {
    const std::string_view rest = path.substr(prefix.size()), code = rest.substr(0, rest.find('/'));
    if (code == rest) return one_payment(desk, call, decoded(code));
    if (rest.substr(code.size()) == "/drop") return drop_payment(desk, call, decoded(code), view(request.body));
  }
  throw Error(MIF_E_NOT_FOUND, "payment.path", "没有这个地址 (no such path): " + std::string(path));
}

}  // namespace mif::treasury
