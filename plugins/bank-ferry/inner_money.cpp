// SPDX-License-Identifier: Apache-2.0
// Statements and balances: a question goes out, its answer is there when it has come back. Until then: unavailable, with since when.
#include "ferry/json_reader.h"
#include "inner.h"

namespace mif::bank_ferry {

namespace {

std::string about(const Ask& a) { return a.account + (a.what == "balance" ? " 的余额" : " " + std::to_string(a.from) + " 至 " + std::to_string(a.to) + " 的对账单"); }

}  // namespace

// The bodies of the fresh answer to a question, or MIF_E_UNAVAILABLE while there is none.
std::vector<std::string> Inner::told(Call call, const Ask& wanted) {
  exchange(call);
  const std::string& name = line.settings.name;
  const std::int64_t now = deps_.clock.now_unix_ms();
  std::int64_t id = 0, asked = 0, heard = 0;
  std::string state;
  std::vector<std::string> bodies;
  {
    Txn txn = deps_.store.read(call);
    txn.query("select id, state, asked_ms, heard_ms from x_bankferry_ask where line = ? and what = ? and account = ? and day_from = ? and day_to = ? order by id desc limit 1",
              {name, wanted.what, wanted.account, wanted.from, wanted.to}, [&](const Row& r) {
                id = r.integer(0);
                state = r.text(1);
                asked = r.integer(2);
                heard = r.integer(3);
                return false;
              });
    if (state == "failed" || (state == "answered" && now - heard <= line.settings.fresh_ms)) {
      txn.query("select body from x_bankferry_part where line = ? and ask = ? order by part", {name, id}, [&](const Row& r) {
        bodies.push_back(r.text(0));
        return true;
      });
    }
  }
  if (state == "failed") {  // said once; the next call asks anew
    Txn txn = deps_.store.write(call);
    txn.execute("update x_bankferry_ask set state = 'told' where line = ? and id = ?", {name, id});
    txn.commit();
    std::string why;
    if (!bodies.empty()) {
      ferry::JsonReader json(bodies.front(), "error");
      json.object([&](std::string_view) { why = json.text(2000); });
    }
    throw Error(MIF_E_UNAVAILABLE, "bank-ferry.asked-failed", "外网侧取不到 " + about(wanted) + " (the outer side could not get it): " + why);
  }
  if (!bodies.empty()) return bodies;
  if (state != "open" || now - asked > line.settings.expires_ms) {
    Txn txn = deps_.store.write(call);
    line.hold(txn);
    line.refuse_older_database(txn);
    Ask ask = wanted;
    ask.id = line.state(txn).papers + 1;
    txn.execute("insert into x_bankferry_ask (line, id, what, account, day_from, day_to, state, reason, asked_ms, heard_ms) values (?, ?, ?, ?, ?, ?, 'open', '', ?, 0)",
                {name, ask.id, ask.what, ask.account, ask.from, ask.to, now});
    line.add(txn, kAsk, "ask-" + std::to_string(ask.id), write(ask));
    txn.commit();
    asked = now;
    line.pack(deps_.store, call, now);
  }
  throw Error(MIF_E_UNAVAILABLE, "bank-ferry.asked", "已于 " + moment(asked) + " 经摆渡去问 " + about(wanted) + "，答复回来后再取一次 (asked through the ferry; fetch again when the answer is back)");
}

void Inner::statement(Call call, std::string_view account, Day from, Day to, mif_statement_sink& out) {
  const Ask wanted{0, from.value(), to.value(), "statement", std::string(account)};
  const auto bodies = told(call, wanted);
  bool first = true;
  for (const auto& body : bodies) {
    struct Line {
      std::int64_t day = 0, fen = 0, balance = 0;
      std::string ref, code, account, name, text;
    };
    std::int64_t opening = 0, closing = 0;
    std::vector<Line> lines;
    ferry::JsonReader json(body, "statement");
    json.object([&](std::string_view name) {
      if (name == "opening") opening = json.integer();
      else if (name == "closing") closing = json.integer();
      else if (name == "lines")
        json.array(100000, [&] {
          Line& l = lines.emplace_back();
          json.object([&](std::string_view field) {
            if (field == "day") l.day = json.integer();
            else if (field == "fen") l.fen = json.integer();
            else if (field == "balance") l.balance = json.integer();
            else if (field == "ref") l.ref = json.text(8000);
            else if (field == "code") l.code = json.text(8000);
            else if (field == "account") l.account = json.text(8000);
            else if (field == "name") l.name = json.text(8000);
            else if (field == "text") l.text = json.text(8000);
            else json.refuse("不认识的字段 (unknown field)");
          });
        });
      else json.refuse("不认识的字段 (unknown field)");
    });
    json.end();
    if (first && out.balances(&out, opening, closing) != 0) return;
    first = false;
    for (const auto& l : lines) {
      auto told = sized<mif_statement_line>();
      told.day = static_cast<mif_day>(l.day);
      told.fen = l.fen;
      told.balance_fen = l.balance;
      told.bank_ref = s(l.ref);
      told.client_ref = s(l.code);
      told.counter_account = s(l.account);
      told.counter_name = s(l.name);
      told.text = s(l.text);
      if (out.on(&out, &told) != 0) return;
    }
  }
}

Fen Inner::balance(Call call, std::string_view account) {
  const Ask wanted{0, 0, 0, "balance", std::string(account)};
  std::int64_t fen = 0;
  const std::string body = told(call, wanted).front();
  ferry::JsonReader json(body, "balance");
  json.object([&](std::string_view name) {
    if (name != "balance") json.refuse("不认识的字段 (unknown field)");
    fen = json.integer();
  });
  json.end();
  return Fen(fen);
}

}  // namespace mif::bank_ferry
