// SPDX-License-Identifier: Apache-2.0
// What the inner side wants to know of an account, asked of the bank: its balance, its statement.
#include "outer.h"

namespace mif::bank_ferry {

namespace {

constexpr std::size_t kPartBytes = 12000;

}  // namespace

void Outer::ask(Call call, Round& round) {
  const mif_bank_adapter* to = adapter(call);
  std::vector<Ask> open;
  {
    Txn txn = deps_.store.read(call);
    txn.query("select id, day_from, day_to, what, account from x_bankferry_ask where line = ? and state = 'open' order by id", {line.settings.name}, [&](const Row& r) {
      open.push_back({r.integer(0), r.integer(1), r.integer(2), r.text(3), r.text(4)});
      return true;
    });
  }
  for (const auto& a : open) {
    std::vector<std::string> bodies;
    try {
      if (a.what == "balance") {
        mif_fen fen = 0;
        deps_.registry.invoke(call, line.settings.adapter, "balance", line.settings.timeout_ms, [&](mif_call* c) { return to->balance(to->self, c, s(line.settings.link), s(a.account), &fen); });
        bodies.push_back(JsonWriter().begin_object().field("balance", std::int64_t{fen}).end_object().str());
      } else if (a.what == "statement") {
        struct Collect {
          std::int64_t opening = 0, closing = 0;
          std::vector<std::string> lines;
        } got;
        auto sink = sized<mif_statement_sink>();
        sink.impl = &got;
        sink.balances = [](mif_statement_sink* self, mif_fen opening, mif_fen closing) -> std::int32_t {
          auto& mine = *static_cast<Collect*>(self->impl);
          mine.opening = opening;
          mine.closing = closing;
          return 0;
        };
        sink.on = [](mif_statement_sink* self, const mif_statement_line* l) -> std::int32_t {
          try {
            JsonWriter json;
            json.begin_object().field("day", std::int64_t{l->day}).field("fen", std::int64_t{l->fen}).field("balance", std::int64_t{l->balance_fen}).field("ref", view(l->bank_ref)).field("code", view(l->client_ref));
            json.field("account", view(l->counter_account)).field("name", view(l->counter_name)).field("text", view(l->text)).end_object();
            static_cast<Collect*>(self->impl)->lines.push_back(json.take());
            return 0;
          } catch (...) {
            return 1;
          }
        };
        deps_.registry.invoke(call, line.settings.adapter, "statement", line.settings.timeout_ms, [&](mif_call* c) {
          return to->statement(to->self, c, s(line.settings.link), s(a.account), static_cast<mif_day>(a.from), static_cast<mif_day>(a.to), &sink);
        });
        const std::string head = JsonWriter().begin_object().field("opening", got.opening).field("closing", got.closing).key("lines").str();
        std::string text;
        const auto flush = [&] {
          bodies.push_back(head + "[" + text + "]}");
          text.clear();
        };
        for (const auto& one : got.lines) {
          if (!text.empty() && text.size() + one.size() > kPartBytes) flush();
          text += (text.empty() ? "" : ",") + one;
        }
        if (!text.empty() || bodies.empty()) flush();
      } else {
        throw Error(MIF_E_INVALID, "bank-ferry.paper", "不会问 (cannot ask for) \"" + cut(a.what, 20) + "\"");
      }
    } catch (const Error& e) {
      bodies = {JsonWriter().begin_object().field("error", cut(e.what(), 1900)).end_object().str()};
    }
    Txn txn = deps_.store.write(call);
    line.hold(txn);
    const std::int64_t changed = txn.execute("update x_bankferry_ask set state = 'answered', heard_ms = ? where line = ? and id = ? and state = 'open'", {deps_.clock.now_unix_ms(), line.settings.name, a.id});
    for (std::size_t i = 0; changed == 1 && i < bodies.size(); ++i)
      line.add(txn, kTold, "ask-" + std::to_string(a.id), write(Told{a.id, static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(bodies.size()), bodies[i]}));
    txn.commit();
    ++round.asked;
  }
}

}  // namespace mif::bank_ferry
