// SPDX-License-Identifier: Apache-2.0
// The month's checklist: the ledger's own items, then the comparisons between accounts that 财会〔2017〕28号 implies.
#include <map>

#include "kernel/closing/closing.h"

namespace mif::closing {
namespace {

using Result = ledger::CheckItem::Result;

void add(std::vector<ledger::CheckItem>& items, const char* id, const char* title, std::string detail, Result bad, const char* link = "") {
  ledger::CheckItem item{id, title, {}, detail.empty() ? Result::pass : bad, "", link};
  item.detail = std::move(detail);
  items.push_back(std::move(item));
}

void append(std::string& list, const std::string& text) { list += (list.empty() ? "" : "; ") + text; }

std::string unreviewed(store::Txn& txn, const ledger::Ledger& ledger, const std::string& book, Period period) {
  std::string detail;
  std::size_t count = 0;
  for (const int state : {static_cast<int>(ledger::State::draft), static_cast<int>(ledger::State::submitted)}) {
    ledger::VoucherQuery q;
    q.book = book;
    q.year = period.year;
    q.month = period.month;
    q.state = state;
    q.limit = std::int64_t{1} << 40;
    for (const auto& v : ledger.vouchers(txn, q))
      if (++count <= 5) append(detail, "编号 " + std::to_string(v.id) + " 制单 " + v.maker);
  }
  return count == 0 ? "" : std::to_string(count) + " 张: " + detail + (count > 5 ? " …" : "");
}

}  // namespace

std::vector<ledger::CheckItem> Closing::checklist(store::Txn& txn, std::string_view code, Period period) const {
  std::vector<ledger::CheckItem> items = ledger_.closing_checklist(txn, code, period);
  const ledger::Book book = ledger_.book(txn, code);
  add(items, "unreviewed", "凭证全部审核", unreviewed(txn, ledger_, book.code, period), Result::fail, "/vouchers");

  const int month = std::min(period.month, 12);
  const auto chart = charts_.load(txn, book.chart, book.unit, {period.year, month, Day::days_in(period.year, month)});
  // By the fund an account belongs to: where its income and expense go, or itself.
  struct Fund {
    Fen carried, received, direct;  // closing movement of what closes into it, its own closing movement, its other movement; credit-positive
  };
  std::map<std::string, Fund> funds;
  std::map<std::string, Fen> nets;
  ledger_.balances(txn, code, period.year, period.month, [&](const ledger::Balance& b) {
    nets[b.account] += b.debit - b.credit;
    if (b.month == 0) return;
    const chart::Account* account = chart->find(b.account);
    if (!account) return;
    if (!account->closes_to.empty()) funds[account->closes_to].carried += b.closing_credit - b.closing_debit;
    if (b.account.compare(0, 4, "3001") != 0) return;
    Fund& fund = funds[b.account];
    fund.received += b.closing_credit - b.closing_debit;
    fund.direct += (b.credit - b.closing_credit) - (b.debit - b.closing_debit);
  });
  std::string apart;
  Fen direct;
  for (const auto& [account, fund] : funds) {
    const chart::Account* known = chart->find(account);
    if (const Fen difference = fund.received + fund.carried; difference != Fen())
      append(apart, account + ' ' + (known ? known->full_name : "") + " 结转 " + fund.received.grouped() + ", 收支转出 " + (-fund.carried).grouped() + ", 差 " + difference.grouped());
    direct += fund.direct;
  }
  add(items, "funds", "各基金结转与收支转出相符", apart, Result::fail, "/closing");
  add(items, "surplus", "结余变动等于收支差额", direct == Fen() ? "" : "直接记入 3001 的净额 " + direct.grouped() + ",未经收入支出", Result::fail, "/ledger");

  std::string due;
  for (const auto& p : trial(txn, code, period)) {
    if (p.outcome == Planned::Outcome::nothing) continue;
    const bool optional = [&] {
      for (const auto& t : templates_)
        if (t.scheme == book.scheme && t.name == p.name) return t.when == When::any && p.outcome == Planned::Outcome::blocked;
      return false;
    }();
    if (!optional) append(due, p.name + (p.outcome == Planned::Outcome::blocked ? ": " + p.note : p.outcome == Planned::Outcome::fresh ? " 未生成" : " 未记账"));
  }
  add(items, "transfers", "结转模板已执行", due, Result::warn, "/closing");

  std::string open;
  const std::int64_t now = clock_.now_unix_ms();
  for (const auto& e : exceptions(txn, code))
    if (e.period == period && (e.open(now) || e.state == ExceptionState::requested)) append(open, "例外 " + std::to_string(e.id) + ' ' + std::string(name_of(e.area)) + ' ' + title_of(e, now));
  add(items, "exceptions", "没有生效或待批的例外", open, Result::warn, "/closing");
  return items;
}

}  // namespace mif::closing
