// SPDX-License-Identifier: Apache-2.0
#include "status.h"

namespace mif::bank_ferry {

namespace {

constexpr std::int64_t kShown = 500;

}  // namespace

void Listing::row(const Line& line, const std::string& code, const std::string& state, Fen amount, std::int64_t expires_ms, const std::string& bank_ref, const std::string& text, bool todo) {
  ++orders_;
  if (todo) ++todo_;
  items_.begin_object().field("line", line.settings.name).field("side", line.settings.inner ? "inner" : "outer").field("code", code).field("state", state).field("amount", amount);
  items_.field("expires", moment(expires_ms)).field("bank_ref", bank_ref).field("text", text).field("todo", todo ? "要办" : "").end_object();
}

// What of the flow itself wants somebody.
void Listing::flow(Line& line) {
  const ferry::FlowState in = line.incoming_state();
  std::string text;
  for (std::size_t i = 0; i < in.missing.size() && i < 20; ++i) text += (text.empty() ? "缺包，已请对方补发 (missing, asked for again): " : " ") + std::to_string(in.missing[i]);
  for (const auto& q : in.quarantined)
    if (q.open && text.size() < 1500) text += (text.empty() ? "" : "; ") + std::string("隔离 (quarantine) ") + q.reason.substr(0, 300);
  if (text.empty()) return;
  ++todo_;
  items_.begin_object().field("line", line.settings.name).field("side", line.settings.inner ? "inner" : "outer").field("code", "").field("state", "flow").field("text", text).field("todo", "要办").end_object();
}

void Listing::inner(Txn& txn, Line& line, const std::string& code, std::int64_t now_ms) {
  txn.query("select code, state, outcome, held_fen, bank_ref, bank_code, bank_text, expires_ms, fen from x_bankferry_order where line = ? and " +
                std::string(code.empty() ? "(state in ('queued', 'received', 'doubt') or (state = 'bank' and outcome not in (2, 3, 11)))" : "code = ?") + " order by expires_ms, code limit ?",
            code.empty() ? std::vector<Value>{line.settings.name, kShown} : std::vector<Value>{line.settings.name, code, kShown}, [&](const Row& r) {
              OrderRow o;
              o.last = {r.text(0), r.text(1), r.text(4), r.text(5), r.text(6), 0, r.integer(2), r.integer(3), {}};
              o.expires_ms = r.integer(7);
              const Heard h = heard_of(o, line.settings.grace_ms, now_ms);
              row(line, r.text(0), h.overdue ? "overdue" : r.text(1), r.fen(8), o.expires_ms, h.bank_ref, h.text, h.overdue || r.text(1) == "doubt");
              return true;
            });
  flow(line);
}

void Listing::outer(Txn& txn, Line& line, const std::string& code) {
  txn.query("select code, state, bank_ref, bank_text, expires_ms, fen, note from x_bankferry_journal where line = ? and " +
                std::string(code.empty() ? "(state in ('received', 'handing', 'doubt') or (state = 'bank' and outcome not in (2, 3, 11)) or note <> '')" : "code = ?") + " order by number limit ?",
            code.empty() ? std::vector<Value>{line.settings.name, kShown} : std::vector<Value>{line.settings.name, code, kShown}, [&](const Row& r) {
              row(line, r.text(0), r.text(1), r.fen(5), r.integer(4), r.text(2), r.text(6).empty() ? r.text(3) : r.text(6), r.text(1) == "doubt" || !r.text(6).empty());
              return true;
            });
  flow(line);
}

std::string Listing::json() {
  JsonWriter json;
  json.begin_object().field("kind", "FerryOrderList").key("items").raw(items_.end_array().str()).key("titles").begin_object();
  json.field("line", "摆渡线").field("side", "侧").field("code", "编号").field("state", "状态").field("amount", "金额").field("expires", "有效至").field("bank_ref", "银行流水").field("text", "说明").field("todo", "要办").end_object();
  json.key("totals").begin_object().field("orders", orders_).field("todo", todo_).end_object().field("exit", todo_ ? 3 : 0);
  json.field("summary", "摆渡指令 " + std::to_string(orders_) + " 笔" + (todo_ ? "，要人处理 " + std::to_string(todo_) : "，没有要人处理的"));
  return json.end_object().take();
}

}  // namespace mif::bank_ferry
