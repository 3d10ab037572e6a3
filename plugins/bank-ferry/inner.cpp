// SPDX-License-Identifier: Apache-2.0
#include "inner.h"

#include "mask.h"

namespace mif::bank_ferry {

namespace {

void give(mif_pay_sink& out, const std::string& code, const Heard& h) {
  auto a = sized<mif_pay_answer>();
  a.outcome = h.outcome;
  a.client_ref = s(code);
  a.bank_ref = s(h.bank_ref);
  a.bank_code = s(h.code);
  a.bank_text = s(h.text);
  a.fen = h.held.value();
  out.on(&out, &a);
}
Heard local(int outcome, const char* code, const std::string& text) {
  Heard h;
  h.outcome = outcome;
  h.code = code;
  h.text = text;
  return h;
}

// Masked: what is shown of the bundle's orders.
std::string shown(const std::vector<Order>& orders) {
  JsonWriter json;
  json.begin_array();
  for (const auto& o : orders)
    json.begin_object().field("code", o.code).field("amount", o.amount).field("payer", bank_wire::masked_account(o.payer)).field("payee", bank_wire::masked_account(o.payee))
        .field("name", bank_wire::masked_name(o.payee_name)).field("expires", moment(o.expires_ms)).end_object();
  return json.end_array().take();
}

bool find(Txn& txn, const std::string& code, const std::string& line, OrderRow& row, std::string* digest = nullptr) {
  bool found = false;
  txn.query("select revision, state, outcome, held_fen, bank_ref, bank_code, bank_text, expires_ms, heard_ms, digest from x_bankferry_order where code = ? and line = ?", {code, line}, [&](const Row& r) {
    row.last.code = code;
    row.last.revision = r.integer(0);
    row.last.state = r.text(1);
    row.last.outcome = r.integer(2);
    row.last.held_fen = r.integer(3);
    row.last.bank_ref = r.text(4);
    row.last.bank_code = r.text(5);
    row.last.bank_text = r.text(6);
    row.expires_ms = r.integer(7);
    row.heard_ms = r.integer(8);
    if (digest) *digest = r.text(9);
    found = true;
    return false;
  });
  return found;
}

}  // namespace

Heard heard_of(const OrderRow& o, std::int64_t grace_ms, std::int64_t now_ms) {
  Heard h;
  const Answer& a = o.last;
  h.bank_ref = a.bank_ref;
  h.code = a.bank_code;
  h.text = a.bank_text;
  h.held = Fen(a.held_fen);
  if (a.state == "bank") {
    // an outer side may know more words than this one; what it has handed on is never failed by a word that is not known here
    h.outcome = a.outcome >= MIF_PAY_ACCEPTED && a.outcome <= MIF_PAY_RETURNED && a.outcome != MIF_PAY_NOT_FOUND && a.outcome != MIF_PAY_DUPLICATE ? static_cast<int>(a.outcome) : MIF_PAY_UNKNOWN;
  } else if (a.state == "expired") {
    h = local(MIF_PAY_REFUSED, "FERRY-EXPIRED", "过期作废，外网侧证明从未交给银行，可以重付 (expired, never handed on to the bank): " + a.bank_text);
  } else if (a.state == "refused") {
    h = local(MIF_PAY_REFUSED, "FERRY-REFUSED", "外网侧拒收，从未交给银行 (refused outside, never handed on): " + a.bank_text);
  } else if (a.state == "doubt") {
    h.outcome = MIF_PAY_UNKNOWN;
    if (h.code.empty()) h.code = "FERRY-DOUBT";
    h.text = "外网侧已交或正交银行，结果未明 (handed on, outcome unknown); " + h.text;
  } else if (now_ms > o.expires_ms + grace_ms) {
    h = local(MIF_PAY_UNKNOWN, "FERRY-OVERDUE", "有效期 " + moment(o.expires_ms) + " 已过而外网侧没有说它的下落，请在外网侧运行 ferry-orders run 和 status 核实此编号，仍无下落再由两人凭证据 pay resolve"
                                                " (expired and no word from outside: look there before resolving)");
    h.overdue = true;
  } else {
    h = local(MIF_PAY_PROCESSING, "FERRY-QUEUED", (a.state == "received" ? "外网侧已收到，待交银行，有效至 " : "已交摆渡，有效至 ") + moment(o.expires_ms) + " (on its way; valid until then)" +
                                                      (a.bank_text.empty() ? "" : ": " + a.bank_text));
  }
  return h;
}

void Inner::apply(Txn& txn, const ferry::Entry& e) {
  const std::int64_t now = deps_.clock.now_unix_ms();
  if (e.doc_type == kAnswer) {
    const Answer a = read_answer_paper(e);
    std::string digest;
    OrderRow before;
    if (!find(txn, a.code, line.settings.name, before, &digest) || a.revision <= before.last.revision) return;
    // Only an order that could not be read is answered without its digest.
    if (digest != a.digest && !(a.digest.empty() && a.state == "refused"))
      throw Error(MIF_E_INVALID, "bank-ferry.code-reused", "编号 " + cut(a.code, 60) + " 的答复说的是另一内容，没有采用，请查数据库是否恢复过旧备份 (an answer about another content under this code)");
    txn.execute("update x_bankferry_order set revision = ?, state = ?, outcome = ?, held_fen = ?, bank_ref = ?, bank_code = ?, bank_text = ?, heard_ms = ? where code = ? and line = ?",
                {a.revision, a.state, a.outcome, a.held_fen, a.bank_ref, a.bank_code, a.bank_text, now, a.code, line.settings.name});
  } else if (e.doc_type == kTold) {
    const Told t = read_told(e);
    if (t.body.size() > kLongestPaper || t.part < 1 || t.part > t.parts) throw Error(MIF_E_INVALID, "bank-ferry.paper", "外网侧的一份答复不完好 (a reply from outside is malformed): " + std::to_string(t.ask));
    txn.execute("insert into x_bankferry_part (line, ask, part, parts, body) values (?, ?, ?, ?, ?) on conflict (line, ask, part) do nothing", {line.settings.name, t.ask, t.part, t.parts, t.body});
    const bool failed = t.body.rfind("{\"error\"", 0) == 0;
    txn.execute("update x_bankferry_ask set state = ?, heard_ms = ? where line = ? and id = ? and state = 'open' and (select count(*) from x_bankferry_part where line = ? and ask = ?) = ?",
                {failed ? "failed" : "answered", now, line.settings.name, t.ask, line.settings.name, t.ask, t.parts});
  } else {
    throw Error(MIF_E_INVALID, "bank-ferry.paper", "内网侧不收这种内容 (not for the inner side): " + cut(e.doc_type, 40));
  }
}

Seen Inner::exchange(Call call) {
  const std::int64_t now = deps_.clock.now_unix_ms();
  Seen seen = line.take(deps_.store, call, now, [&](Txn& txn, const ferry::Entry& e, std::int64_t) { apply(txn, e); });
  for (const auto& trouble : seen.troubles) deps_.log.warn("bank-ferry.paper", JsonWriter().begin_object().field("line", line.settings.name).field("reason", trouble).end_object().str());
  line.repeat(deps_.store, call);
  line.pack(deps_.store, call, now);
  return seen;
}

void Inner::submit(Call call, const mif_payment* payments, std::uint32_t n, mif_pay_sink& out) {
  const std::int64_t now = deps_.clock.now_unix_ms();
  std::vector<Order> orders;
  PacketNote note;
  note.operation = "order";
  for (std::uint32_t i = 0; i < n; ++i) {
    const mif_payment& p = payments[i];
    orders.push_back({str(p.client_ref), str(p.payer_account), str(p.payee_account), str(p.payee_name), str(p.payee_bank_no), str(p.purpose), p.day, now + line.settings.expires_ms, Fen(p.fen)});
    note.client_refs.push_back(orders.back().code);
  }
  note.text = shown(orders);
  std::string papers;
  for (const auto& o : orders) papers += o.code + write(o) + "\n";
  note.sha256 = bank_wire::sha256_hex(papers);
  note.bytes = static_cast<std::int64_t>(papers.size());
  const auto unsent = [&](const char* code, const std::string& text) {
    for (const auto& o : orders) give(out, o.code, local(MIF_PAY_UNSENT, code, text));
  };
  if (!tell_packet(out, note)) return unsent("LOCAL-CHECK", "报文留不下来，没有写入摆渡 (the packet could not be kept; nothing was written)");
  std::vector<std::pair<std::string, Heard>> answers;
  bool committing = false;
  try {
    Txn txn = deps_.store.write(call);
    line.hold(txn);
    line.refuse_older_database(txn);
    for (const auto& o : orders) {
      OrderRow row;
      std::string digest;
      if (find(txn, o.code, line.settings.name, row, &digest)) {
        // The same order twice is one order. Another one under its code is nobody's.
        answers.emplace_back(o.code, digest == o.digest() ? heard_of(row, line.settings.grace_ms, now)
                                                          : local(MIF_PAY_UNKNOWN, "FERRY-CODE-REUSED", "此编号已为另一内容交过摆渡，这一份没有写入，请查数据库是否恢复过旧备份 (this code has left before with another content)"));
        continue;
      }
      const std::string body = write(o);
      if (body.size() > kLongestPaper || o.code.size() > 120) {
        answers.emplace_back(o.code, local(MIF_PAY_UNSENT, "LOCAL-CHECK", "指令过长，没有写入摆渡 (the order is too long)"));
        continue;
      }
      txn.execute("insert into x_bankferry_order (code, line, payer, fen, digest, made_ms, expires_ms, revision, state, outcome, held_fen, bank_ref, bank_code, bank_text, heard_ms)"
                  " values (?, ?, ?, ?, ?, ?, ?, 0, 'queued', 0, 0, '', '', '', 0)",
                  {o.code, line.settings.name, o.payer, o.amount, o.digest(), now, o.expires_ms});
      line.add(txn, kOrder, o.code, body);
      row = {};
      row.last.state = "queued";
      row.expires_ms = o.expires_ms;
      answers.emplace_back(o.code, heard_of(row, line.settings.grace_ms, now));
    }
    committing = true;
    txn.commit();
  } catch (const Error& e) {
    if (!committing) return unsent("LOCAL-CHECK", e.what());
    // a commit that failed may have happened; the same code offered again is the same order
    for (const auto& o : orders) give(out, o.code, local(MIF_PAY_UNKNOWN, "FERRY-COMMIT", e.what()));
    return;
  }
  for (const auto& [code, heard] : answers) give(out, code, heard);
  try {
    line.pack(deps_.store, call, now);
  } catch (const Error& e) {  // the papers are committed; the next run sends them
    deps_.log.warn("bank-ferry.not-packed", JsonWriter().begin_object().field("line", line.settings.name).field("reason", e.what()).end_object().str());
  }
}

void Inner::query(Call call, const mif_str* refs, std::uint32_t n, mif_pay_sink& out) {
  exchange(call);
  const std::int64_t now = deps_.clock.now_unix_ms();
  Txn txn = deps_.store.read(call);
  for (std::uint32_t i = 0; i < n; ++i) {
    OrderRow row;
    const std::string code = str(refs[i]);
    if (find(txn, code, line.settings.name, row)) give(out, code, heard_of(row, line.settings.grace_ms, now));
    else give(out, code, local(MIF_PAY_NOT_FOUND, "FERRY-NONE", "没有写入过摆渡 (never written to the ferry)"));
  }
}

}  // namespace mif::bank_ferry
