// SPDX-License-Identifier: Apache-2.0
// mif.payable-source/1: the treasury is told what was approved and tells what became of it.
#include <algorithm>

#include "rows.h"
#include "work.h"

namespace mif::funds {

namespace {

struct Open {
  std::int64_t id = 0, voucher = 0;
  Day day;
  Fen fen, budget_fen;
  std::string obligation, book, payer, payee, name, bank_no, purpose, budget;
  bool flagged = false;
};
struct Heard {
  std::int64_t application = 0, version = 0, seq = 0;
  LineKey line;
  Day day;
  std::string obligation, state, bank_ref, reason;
};

void give_back(Txn& txn, Application& a) {
  if (a.taken == "held") give_back_held(txn, a.line(), a.fen);
  if (a.taken == "paid") give_back_paid(txn, a.line(), a.fen);
  a.taken = "none";
}

void take_one(Desk& desk, Txn& txn, const Heard& h) {
  auto found = applications(txn, "where id = ?", {h.application});
  if (found.empty() || found.front().version != h.version || h.seq <= found.front().result_seq) return;  // told before
  Application a = found.front();
  const std::string before = a.state;
  a.result_seq = h.seq;
  a.bank_ref = h.bank_ref;
  a.reason = h.reason;
  if (h.state == "paid") {
    if (a.taken == "held") pay_held(txn, a.line(), a.fen);
    else if (a.taken == "none") pay_unheld(txn, a.line(), a.fen);  // paid again after it came back or was given up
    a.taken = "paid";
    a.state = kPaid;
  } else if (h.state == "failed") {
    a.state = kFailed;  // stays held: the treasury makes another attempt by itself
  } else if (h.state == "returned") {
    give_back(txn, a);
    a.state = kReturned;
  } else {
    give_back(txn, a);
    a.state = kClosed;
  }
  update(txn, a, a.version, before);
  note(desk, txn, a, a.state.c_str(), h.day.iso() + (h.bank_ref.empty() ? "" : " 银行流水号 " + h.bank_ref) + (h.reason.empty() ? "" : " " + h.reason));
}

}  // namespace

void fetch_payables(Desk& desk, Call call, std::int64_t after, std::uint32_t limit, mif_payable_sink& sink) {
  std::vector<Open> rows;
  {
    Txn txn = desk.store.read(call);
    txn.query("select id, voucher_id, day, fen, budget_fen, obligation, book, payer_account, payee_account, payee_name, payee_bank_no, purpose, budget, budget_flagged from x_funds_payable where id > ? order by id limit ?",
              {after, std::int64_t{limit ? limit : 1000}}, [&](const Row& r) {
                rows.push_back({r.integer(0), r.integer(1), r.day(2), r.fen(3), r.fen(4), r.text(5), r.text(6), r.text(7), r.text(8), r.text(9), r.text(10), r.text(11), r.text(12), r.integer(13) != 0});
                return true;
              });
  }
  for (const auto& o : rows) {
    auto p = sized<mif_payable>();
    p.day = o.day.value();
    p.id = o.id;
    p.voucher_id = o.voucher;
    p.fen = o.fen.value();
    p.book = s(o.book);
    p.obligation = s(o.obligation);
    p.payer_account = s(o.payer);
    p.payee_account = s(o.payee);
    p.payee_name = s(o.name);
    p.payee_bank_no = s(o.bank_no);
    p.purpose = s(o.purpose);
    p.budget = s(o.budget);
    p.budget_fen = o.budget_fen.value();
    p.budget_flagged = o.flagged ? 1 : 0;
    if (sink.on(&sink, &p) != 0) return;
  }
}

void take_results(Desk& desk, Call call, const mif_payable_result* results, std::uint32_t n) {
  Txn txn = desk.store.write(call);
  std::vector<Heard> heard;
  for (std::uint32_t i = 0; i < n; ++i) {
    Heard h;
    h.state = str(results[i].state);
    if (h.state != "paid" && h.state != "failed" && h.state != "returned" && h.state != "resolved") continue;
    h.seq = results[i].seq;
    h.day = Day(results[i].day);
    h.obligation = str(results[i].obligation);
    h.bank_ref = cut(view(results[i].bank_ref), 120);
    h.reason = cut(view(results[i].reason), 1000);
    txn.query("select p.application_id, p.version, a.book, a.item, a.year from x_funds_payable p join x_funds_application a on a.id = p.application_id where p.obligation = ?", {h.obligation}, [&](const Row& r) {
      h.application = r.integer(0);
      h.version = r.integer(1);
      h.line = {r.text(2), r.text(3), r.integer(4)};
      return false;
    });
    if (h.application) heard.push_back(std::move(h));
  }
  if (heard.empty()) return;
  // Lines in one order, whoever else tells at this moment; an obligation's own results stay in theirs.
  std::stable_sort(heard.begin(), heard.end(), [](const Heard& a, const Heard& b) { return a.line.name() < b.line.name(); });
  for (const auto& h : heard) {
    lock_line(txn, h.line);
    take_one(desk, txn, h);
  }
  txn.commit();
}

// Asked before money is tried again. What failed still has its hold; what came back or was given up takes its budget anew or is not paid.
PayableBudget take_again(Desk& desk, Call call, std::string_view obligation, Fen fen) {
  Txn txn = desk.store.write(call);
  std::int64_t id = 0, version = 0;
  LineKey line;
  txn.query("select p.application_id, p.version, a.book, a.item, a.year from x_funds_payable p join x_funds_application a on a.id = p.application_id where p.obligation = ?", {std::string(obligation)}, [&](const Row& r) {
    id = r.integer(0);
    version = r.integer(1);
    line = {r.text(2), r.text(3), r.integer(4)};
    return false;
  });
  if (id) lock_line(txn, line);
  auto found = applications(txn, "where id = ?", {id});
  if (found.empty() || found.front().version != version || found.front().fen != fen)
    throw Error(MIF_E_CONFLICT, "fund.not-payable", "应付事项 " + std::string(obligation) + " 不是资金申请现在的版本，不能再付 (not what an application says now)");
  Application a = found.front();
  if (a.taken == "held") return {line_of(txn, a.line())->fen, desk.settings.budget.over_flag};
  if (a.state == kPaid) throw Error(MIF_E_CONFLICT, "fund.result-untold", "资金申请 " + std::to_string(a.id) + " 还记着已付，先运行 pay tell 告知退汇再重付 (its return was not told yet)");
  if (a.state != kReturned && a.state != kClosed)
    throw Error(MIF_E_CONFLICT, "fund.not-payable", "资金申请 " + std::to_string(a.id) + " 的状态是 " + a.state + "，不能再付 (cannot be paid any more)");
  const std::string before = a.state;
  hold(txn, a.line(), a.fen, desk.settings.budget.over_flag);
  a.taken = "held";
  a.state = kApproved;
  a.reason.clear();
  update(txn, a, a.version, before);
  note(desk, txn, a, "again", "再付之前重新占用预算 " + a.line().name() + " " + a.fen.grouped());
  const PayableBudget budget{line_of(txn, a.line())->fen, desk.settings.budget.over_flag};
  txn.commit();
  return budget;
}

}  // namespace mif::funds
