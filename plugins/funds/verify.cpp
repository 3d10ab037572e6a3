// SPDX-License-Identifier: Apache-2.0
// fund verify, which `mifctl verify` asks too: budgets against what is taken of them, applications against what was submitted, payables against what was approved.
#include "budget_plan.h"
#include "budget_version.h"
#include "rows.h"
#include "work.h"

namespace mif::funds {

namespace {

struct Sums {
  Fen held, paid;
};

}  // namespace

std::string fund_verify(Desk& desk, Call call, const Params& params) {
  Result result("FundFindingList");
  std::int64_t lines = 0, checked = 0, findings = 0;
  std::string sent_back, above;
  const auto found = [&](const std::string& object, const std::string& what) {
    result.finding();
    ++findings;
    result.item().field("promise", "P6").field("object", object).field("what", what).end_object();
  };
  Txn txn = desk.store.read(call);
  for (const auto& [book, unit] : desk.books(call, txn, params.most("book", 60))) {
    for (const auto& v : versions(txn, "book = ? order by id", {book}))
      if (version_digest(v) != v.digest) found("fund-budget/" + v.key.name() + "#" + std::to_string(v.version), "预算版本的内容与送批时不同 (its content is not what was submitted)");
    for (auto& plan : plans(txn, "book = ? order by id", {book})) {
      read_lines(txn, plan);
      if (plan_digest(plan) != plan.digest) found(plan.object(), "编制的预算与编制时不同 (its content is not what was compiled)");
    }
    std::map<std::string, Sums> taken;
    for (const auto& a : applications(txn, "where book = ? order by id", {book})) {
      ++checked;
      Sums& sums = taken[a.line().name()];
      if (a.taken == "held") sums.held += a.fen;
      if (a.taken == "paid") sums.paid += a.fen;
      const bool owes = a.state == kApproved || a.state == kFailed;
      if (a.taken != (owes ? "held" : a.state == kPaid ? "paid" : "none")) found(a.object(), "状态 " + a.state + " 与预算占用 " + a.taken + " 不符 (state and hold differ)");
      if (content_digest(a) != a.digest) found(a.object(), "内容与提交时不同 (its content is not what was submitted)");
      if (a.voucher == 0) continue;
      std::int64_t same = 0;
      txn.query("select id from x_funds_payable where application_id = ? and version = ? and voucher_id = ? and book = ? and fen = ? and payer_account = ? and payee_account = ? and payee_name = ? and"
                " payee_bank_no = ? and purpose = ?",
                {a.id, a.version, a.voucher, a.book, a.fen, a.from, a.to, a.payee_name, a.payee_bank_no, a.purpose}, [&](const Row& r) {
                  same = r.integer(0);
                  return false;
                });
      if (!same) found(a.object(), "应付款与批准的申请不同 (its payable is not what was approved)");
      const int state = desk.ledger.voucher(call, a.voucher, nullptr, &txn).state;
      if (!owes || (state != MIF_VOUCHER_VOID && state != MIF_VOUCHER_DRAFT)) continue;
      result.finding();  // nothing is wrong, somebody has to act: no finding of `mifctl verify`
      sent_back += (above.empty() ? "" : "；超预算：" + above) + (sent_back.empty() ? "" : "、") + std::to_string(a.id);
    }
    for (const auto& line : lines_of(txn, book)) {
      ++lines;
      const std::string object = "fund-budget/" + line.key.name();
      const Sums sums = taken[line.key.name()];
      if (sums.held != line.held || sums.paid != line.paid)
        found(object, "占用 " + line.held.grouped() + "、支付 " + line.paid.grouped() + " 与申请合计 " + sums.held.grouped() + "、" + sums.paid.grouped() + " 不符 (sums differ)");
      if (Fen(0) < line.over && !desk.settings.budget.over_flag && !desk.settings.budget.below_taken)
        found(object, "退回后又支付，超出预算 " + line.over.grouped() + " (paid again after it was given back: above the budget)");
      if (Fen(0) < line.over) {
        result.finding();  // allowed by configuration is no finding of `mifctl verify`
        above += (above.empty() ? "" : "、") + line.key.item + " " + line.over.grouped();
      }
      Fen fen;
      std::int64_t version = 0;
      txn.query("select version, fen from x_funds_budget where book = ? and item = ? and year = ? and state = 'approved' order by version desc limit 1", {line.key.book, line.key.item, line.key.year}, [&](const Row& r) {
        version = r.integer(0);
        fen = r.fen(1);
        return false;
      });
      if (version != line.version || fen != line.fen) found(object, "在用的预算与最近批准的版本不同 (not the version approved last)");
      taken.erase(line.key.name());
    }
    for (const auto& [name, sums] : taken)
      if (sums.held != Fen(0) || sums.paid != Fen(0)) found("fund-budget/" + name, "有占用或支付而没有预算 (taken without a budget)");
  }
  result.total("budgets", lines);
  result.total("applications", checked);
  result.total("findings", findings);
  result.evidence("P6", "预算 " + std::to_string(lines) + " 项、资金申请 " + std::to_string(checked) + " 笔");
  return result.json("预算 " + std::to_string(lines) + " 项、资金申请 " + std::to_string(checked) + " 笔已核对，" + (findings ? "有 " + std::to_string(findings) + " 处不符" : "全部相符") +
                     (above.empty() ? "" : "；超预算：" + above) + (sent_back.empty() ? "" : "；资金申请 " + sent_back + " 的凭证被退回或作废而预算还占着，请申请人 fund edit 或 fund withdraw (their vouchers were sent back; the budget is still held)"));
}

}  // namespace mif::funds
