// SPDX-License-Identifier: Apache-2.0
#include "outer.h"

#include <algorithm>

namespace mif::bank_ferry {

namespace {

constexpr std::size_t kMarkBytes = 32;
constexpr std::int64_t kUnreadable = 1'000'000'000'000'000;  // above whatever the database knows, and adoptable
constexpr std::int64_t kPerTxn = 200;

}  // namespace

std::vector<Entry> Outer::entries(Txn& txn, const std::string& where, const std::vector<Value>& params) const {
  std::vector<Entry> all;
  txn.query("select code, payer, payee, payee_name, bank_no, purpose, day, expires_ms, fen, state, bank_ref, bank_code, bank_text, revision, outcome, held_fen, number, queries, digest from x_bankferry_journal " + where,
            params, [&](const Row& r) {
              Entry e;
              e.order = {r.text(0), r.text(1), r.text(2), r.text(3), r.text(4), r.text(5), r.integer(6), r.integer(7), r.fen(8)};
              e.last = {r.text(0), r.text(9), r.text(10), r.text(11), r.text(12), r.integer(13), r.integer(14), r.integer(15), r.text(18)};
              e.number = r.integer(16);
              e.queries = r.integer(17);
              all.push_back(std::move(e));
              return true;
            });
  return all;
}

void Outer::audit(Txn& txn, const char* action, const std::string& body) const { deps_.audit.append(txn, line.settings.unit, action, "ferry-line/" + line.settings.name, body); }

void Outer::change(Txn& txn, const Entry& before, const Answer& now, std::int64_t next_query_ms, std::int64_t queries) {
  const Answer& was = before.last;
  const bool news = was.state != now.state || was.outcome != now.outcome || was.bank_ref != now.bank_ref || was.held_fen != now.held_fen || was.bank_code != now.bank_code;
  const std::int64_t changed = txn.execute(
      "update x_bankferry_journal set state = ?, outcome = ?, held_fen = ?, bank_ref = ?, bank_code = ?, bank_text = ?, revision = ?, queries = ?, next_query_ms = ?, changed_ms = ?"
      " where code = ? and line = ? and revision = ? and state = ?",
      {now.state, now.outcome, now.held_fen, now.bank_ref, now.bank_code, now.bank_text, was.revision + (news ? 1 : 0), queries, next_query_ms, deps_.clock.now_unix_ms(), before.order.code,
       line.settings.name, was.revision, was.state});
  if (changed != 1) throw Error(MIF_E_CONFLICT, "bank-ferry.changed-meanwhile", "指令 " + before.order.code + " 刚被另一处改过，请再做一次 (changed meanwhile; do it again)");
  // an offer that provably stayed here for the reason it stayed before is no news
  if (!news || now.state == "handing" || (was.state == "handing" && now.state == "received" && was.bank_code == now.bank_code)) return;
  Answer told = now;
  told.code = before.order.code;
  told.revision = was.revision + 1;
  line.add(txn, kAnswer, told.code, write(told));
}

// Once per order of the outer side's life a number is committed first and written beside the database second. A database that knows less than
// the file is a backup, and what it calls "received" may long be paid.
std::int64_t Outer::read_mark() {
  const std::string path = line.settings.in.kept + "/handed/mark";
  if (!line.disk.exists(path)) return 0;
  const std::string text = line.disk.read(path, kMarkBytes);
  return !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string::npos ? std::stoll(text) : kUnreadable;
}
void Outer::write_mark(std::int64_t journal) { line.disk.write(line.settings.in.kept + "/handed/mark", std::to_string(journal)); }

void Outer::refuse_restored(Call call) {
  Txn txn = deps_.store.read(call);
  const std::int64_t known = line.state(txn).journal, mark = read_mark();
  if (mark > known)
    throw Error(MIF_E_CONFLICT, "bank-ferry.journal-older", "外网侧 " + line.settings.name + " 的指令台账是旧备份 (记到 " + std::to_string(known) + "，实际交银行到 " + std::to_string(mark) +
                                                                 ")，一笔也没有交；请恢复最新备份，或运行 ferry-orders adopt 把未了结的都按结果未明查询 (the journal is older than what was handed on)");
  line.refuse_older_database(txn);
}

std::int64_t Outer::adopt(Call call) {
  const auto held = line.disk.lock(line.settings.in.kept + "/handed");
  const std::int64_t mark = read_mark(), upto = line.highest_arrival();
  Txn txn = deps_.store.write(call);
  line.hold(txn);
  const LineState known = line.state(txn);
  const std::int64_t packed = line.packed(), now_ms = deps_.clock.now_unix_ms();
  if (mark <= known.journal && packed <= known.papers) throw Error(MIF_E_CONFLICT, "bank-ferry.nothing-to-adopt", "外网侧 " + line.settings.name + " 的台账不比已交的旧，无需 adopt (the journal is not older; nothing to adopt)");
  // Numbers of papers go on above those that left before.
  txn.execute("update x_bankferry_line set journal = ?, doubt_upto = ?, papers = ? where line = ?", {std::max(mark, known.journal), upto, std::max(packed, known.papers), line.settings.name});
  // ... and revisions above those that were told.
  txn.execute("update x_bankferry_journal set revision = ? where line = ? and revision < ?", {now_ms, line.settings.name, now_ms});
  std::int64_t n = 0;
  for (const auto& e : entries(txn, "where line = ? and state in ('received', 'handing')", {line.settings.name})) {
    Answer now = e.last;
    now.state = "doubt";
    now.outcome = MIF_PAY_UNKNOWN;
    now.bank_text = "台账从旧备份恢复，是否交过银行不明 (the journal was restored; it may have been handed on)";
    change(txn, e, now, 0, 0);
    ++n;
  }
  audit(txn, "ferry.adopt", JsonWriter().begin_object().field("doubts", n).field("journal", mark).field("arrival", upto).end_object().str());
  txn.commit();
  return n;
}

// An order that may be one gets its row, exactly once. A code that is here already is a repetition, or somebody's mistake and never a second payment.
void Outer::journal(Txn& txn, const ferry::Entry& paper, std::int64_t arrival) {
  const std::string code = paper.doc_no;
  if (code.empty() || code.size() > 120) throw Error(MIF_E_INVALID, "bank-ferry.order", "付款指令的编号不合要求，没有交银行 (no code; it was not handed on): " + cut(code, 60));
  Order order;
  std::string state = "received", why;
  try {
    order = read_order(paper);
  } catch (const Error& e) {
    order = {};
    order.code = code;
    state = "refused";
    why = cut(e.what(), 1900);
  }
  const std::string digest = state == "refused" ? std::string() : order.digest();
  const LineState here = line.state(txn);
  const bool adopted = arrival <= here.doubt_upto;
  if (adopted && state == "received") state = "doubt";
  const std::int64_t revision = adopted ? deps_.clock.now_unix_ms() : 1;
  std::string known;
  bool there = false;
  txn.query("select digest from x_bankferry_journal where code = ?", {code}, [&](const Row& r) {
    known = r.text(0);
    there = true;
    return false;
  });
  if (there) {
    if (known == digest) {  // whoever sends it again has not heard
      const Answer last = entries(txn, "where code = ?", {code}).front().last;
      if (last.state != "handing") line.add(txn, kAnswer, code, write(last));
      return;
    }
    txn.execute("update x_bankferry_journal set note = ? where code = ?", {"又收到同一编号的另一内容，没有交银行 (another content came under this code; it was not handed on)", code});
    throw Error(MIF_E_INVALID, "bank-ferry.code-reused", "编号 " + cut(code, 60) + " 又来了另一内容，没有交银行，请内网侧查数据库是否恢复过旧备份 (a code came twice with different contents)");
  }
  const std::int64_t now = deps_.clock.now_unix_ms();
  std::int64_t number = 0;
  txn.query("select coalesce(max(number), 0) from x_bankferry_journal where line = ?", {line.settings.name}, [&](const Row& r) { number = r.integer(0) + 1; return false; });
  txn.execute("insert into x_bankferry_journal (code, line, number, digest, day, fen, payer, payee, payee_name, bank_no, purpose, expires_ms, state, outcome, held_fen, bank_ref, bank_code, bank_text, revision,"
              " queries, next_query_ms, note, received_ms, changed_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '', '', ?, ?, 0, 0, '', ?, ?)",
              {code, line.settings.name, number, digest, order.day, order.amount, order.payer, order.payee, order.payee_name, order.bank_no, order.purpose, order.expires_ms, state, why, revision, now, now});
  Answer told;
  told.code = code;
  told.state = state;
  told.bank_text = why;
  told.revision = revision;
  told.digest = digest;
  line.add(txn, kAnswer, code, write(told));
  audit(txn, "ferry.receive", JsonWriter().begin_object().field("code", code).field("amount", order.amount).field("state", state).field("expires_ms", order.expires_ms).end_object().str());
}

void Outer::receive(Txn& txn, const ferry::Entry& paper, std::int64_t arrival) {
  if (paper.doc_type == kOrder) return journal(txn, paper, arrival);
  if (paper.doc_type != kAsk) throw Error(MIF_E_INVALID, "bank-ferry.paper", "外网侧不收这种内容 (not for the outer side): " + cut(paper.doc_type, 40));
  const Ask a = read_ask(paper);
  txn.execute("insert into x_bankferry_ask (line, id, what, account, day_from, day_to, state, reason, asked_ms, heard_ms) values (?, ?, ?, ?, ?, ?, 'open', '', ?, 0) on conflict (line, id) do nothing",
              {line.settings.name, a.id, a.what, a.account, a.from, a.to, deps_.clock.now_unix_ms()});
}

// What a run that died left behind may have reached the bank.
void Outer::orphans(Call call) {
  Txn txn = deps_.store.write(call);
  line.hold(txn);
  const auto all = entries(txn, "where line = ? and state = 'handing'", {line.settings.name});
  for (const auto& e : all) {
    Answer now = e.last;
    now.state = "doubt";
    now.outcome = MIF_PAY_UNKNOWN;
    now.bank_text = "交银行时程序中断 (interrupted while being handed on)";
    change(txn, e, now, 0, 0);
  }
  if (!all.empty()) audit(txn, "ferry.doubt", JsonWriter().begin_object().field("orders", static_cast<std::int64_t>(all.size())).end_object().str());
  txn.commit();
}

void Outer::expire(Call call, Round& round) {
  while (true) {
    Txn txn = deps_.store.write(call);
    line.hold(txn);
    const std::int64_t now_ms = deps_.clock.now_unix_ms();
    const auto all = entries(txn, "where line = ? and state = 'received' and expires_ms <= ? order by number limit ?", {line.settings.name, now_ms, kPerTxn});
    if (all.empty()) return;
    JsonWriter body;
    body.begin_object().field("now_ms", now_ms).key("codes").begin_array();
    for (const auto& e : all) {
      Answer now = e.last;
      now.state = "expired";
      now.outcome = MIF_PAY_UNSENT;
      now.bank_text = "有效期 " + moment(e.order.expires_ms) + "，外网侧判定于 " + moment(now_ms) + (e.last.bank_text.empty() ? "" : "; " + cut(e.last.bank_text, 1500));
      change(txn, e, now, 0, e.queries);
      body.value(e.order.code);
    }
    audit(txn, "ferry.expire", body.end_array().end_object().str());
    txn.commit();
    round.expired += static_cast<std::int64_t>(all.size());
  }
}

Round Outer::run(Call call) {
  Round round;
  const auto held = line.disk.lock(line.settings.in.kept + "/handed");
  refuse_restored(call);
  orphans(call);
  const Seen seen = line.take(deps_.store, call, deps_.clock.now_unix_ms(), [&](Txn& txn, const ferry::Entry& e, std::int64_t arrival) { receive(txn, e, arrival); });
  round.bundles = seen.bundles;
  round.orders = seen.papers;
  round.findings = seen.troubles;
  if (seen.quarantined > 0) round.findings.push_back(std::to_string(seen.quarantined) + " 个包被隔离，原因在 quarantine 文件夹的 .reason 里 (bundles in quarantine)");
  expire(call, round);
  const auto step = [&](void (Outer::*what)(Call, Round&)) {
    try {
      (this->*what)(call, round);
    } catch (const Error& e) {  // a bank that cannot be had keeps no answer back
      round.findings.push_back(e.what());
    }
  };
  step(&Outer::hand_on);
  step(&Outer::query);
  step(&Outer::ask);
  line.repeat(deps_.store, call);
  line.pack(deps_.store, call, deps_.clock.now_unix_ms());
  return round;
}

}  // namespace mif::bank_ferry
