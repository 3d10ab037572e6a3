// SPDX-License-Identifier: Apache-2.0
#include "pull.h"

#include "rows.h"

namespace mif::treasury {

namespace {

constexpr std::uint32_t kPage = 500;

bool same(const Payable& a, const Payable& b) {
  if (a.fen != b.fen || a.book != b.book || a.payer_account != b.payer_account || a.purpose != b.purpose) return false;
  if (a.version > 1) return true;  // payee and voucher were corrected here since
  return a.voucher == b.voucher && a.payee_account == b.payee_account && a.payee_name == b.payee_name && a.payee_bank_no == b.payee_bank_no;
}

}  // namespace

std::int64_t pull(Desk& desk, Call call, Result& result) {
  std::int64_t total = 0;
  for (const auto& [plugin, source] : desk.registry.providers<mif_payable_source>(call, MIF_PAYABLE_SOURCE_ID)) {
    std::int64_t cursor = 0;
    {
      Txn txn = desk.store.read(call);
      txn.query("select after_id from x_treasury_cursor where source = ?", {plugin}, [&](const Row& r) { cursor = r.integer(0); return false; });
    }
    for (;;) {
      std::vector<Payable> page;
      SinkOf<mif_payable_sink, mif_payable> sink([&](const mif_payable& m) {
        Payable p;
        p.source = plugin;
        p.source_id = m.id;
        p.voucher = m.voucher_id;
        p.day = Day(m.day);
        p.fen = Fen(m.fen);
        p.obligation = str(m.obligation);
        p.book = str(m.book);
        p.payer_account = str(m.payer_account);
        p.payee_account = str(m.payee_account);
        p.payee_name = str(m.payee_name);
        p.payee_bank_no = str(m.payee_bank_no);
        p.purpose = str(m.purpose);
        if (MIF_HAS(&m, budget_fen)) p.budget = str(m.budget), p.budget_fen = Fen(m.budget_fen);
        if (MIF_HAS(&m, budget_flagged)) p.budget_flagged = m.budget_flagged != 0;
        page.push_back(std::move(p));
        return true;
      });
      const auto fetch = [&, s = source](mif_call* c) { return s->fetch(s->self, c, cursor, kPage, sink.get()); };
      desk.registry.invoke(call, plugin, "fetch payables", desk.settings.call_timeout_ms, fetch);
      sink.done();
      if (page.empty()) break;
      Txn txn = desk.store.write(call);
      for (auto& p : page) {
        if (p.source_id <= cursor) throw Error(MIF_E_INVALID, "payment.payable-order", "插件 " + plugin + " 的待付款编号没有递增 (payable ids must increase)");
        cursor = p.source_id;
        const auto known = payables(txn, "where p.obligation = ?", {p.obligation});
        if (!known.empty()) {
          if (same(known.front(), p)) continue;
          result.finding();
          result.item().field("obligation", p.obligation).field("state", "conflict").field("amount", p.fen).field("reason", "同一应付事项再次出现但内容不同，未采用 (same obligation, other content: not taken)").end_object();
          continue;
        }
        if (p.budget.size() > 200 || p.budget_fen < Fen(0) || p.fen <= Fen(0) || p.obligation.empty() || p.obligation.size() > 200) throw Error(MIF_E_INVALID, "payment.payable-unusable", "插件 " + plugin + " 给出的待付款不合格 (unusable payable) " + p.obligation);
        p.id = txn.next_id("x_treasury_payable");
        insert(txn, p);
        ++total;
      }
      txn.execute("insert into x_treasury_cursor (source, after_id) values (?, ?) on conflict (source) do update set after_id = ?", {plugin, cursor, cursor});
      txn.commit();
    }
  }
  return total;
}

}  // namespace mif::treasury
