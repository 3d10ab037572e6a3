// SPDX-License-Identifier: Apache-2.0
// fund receive: money that went to an account of another book is booked there, by the people of that book.
#include "rows.h"
#include "work.h"

namespace mif::funds {

namespace {

bool needs_one(Desk& desk, Call call, Txn& txn, const Application& a) {
  return a.receive_voucher == 0 || desk.ledger.voucher(call, a.receive_voucher, nullptr, &txn).state == MIF_VOUCHER_VOID;
}

}  // namespace

std::string fund_receive(Desk& desk, Call call, const Params& params) {
  Result result("FundReceiptList");
  std::int64_t n = 0;
  std::vector<std::pair<std::int64_t, std::string>> due;
  {
    Txn txn = desk.store.read(call);
    for (const auto& [book, unit] : desk.books(call, txn, params.most("book", 60)))
      for (const auto& a : applications(txn, "where to_book = ? and book <> to_book and state = 'paid' order by id", {book}))
        if (needs_one(desk, call, txn, a)) due.emplace_back(a.id, unit);
  }
  for (const auto& [id, unit] : due) {
    desk.identity.require(call, "fund.apply", unit);
    Txn txn = desk.store.write(call);
    lock_line(txn, applications(txn, "where id = ?", {id}).front().line());
    Application a = applications(txn, "where id = ?", {id}).front();
    if (a.state != kPaid || !needs_one(desk, call, txn, a)) continue;
    const Entry& entry = desk.settings.kind(a.kind, a.book).receive;
    const std::map<std::string, std::string> names = {{"from", a.from}, {"to", a.to}, {"item", a.item}};
    VoucherDraft draft;
    draft.day = a.day;
    draft.book = a.to_book;
    draft.word = entry.word;
    draft.flow = entry.flow;
    draft.source_key = a.object() + "/receive/" + std::to_string(++a.receive_tries);
    draft.summary = cut(desk.settings.kind(a.kind, a.book).title + " " + a.purpose, 400);
    draft.lines = {{MIF_DEBIT, a.fen, entry.debit.account, filled_aux(entry.debit.aux, names), draft.summary}, {MIF_CREDIT, a.fen, entry.credit.account, filled_aux(entry.credit.aux, names), draft.summary}};
    a.receive_voucher = desk.propose.propose(txn, draft);
    update(txn, a, a.version, kPaid);
    Application told = a;
    told.unit = unit;  // into the log of whoever receives
    note(desk, txn, told, "receive", a.to_book);
    txn.commit();
    ++n;
    result.item().field("id", a.id).field("book", a.to_book).field("account", a.to).field("amount", a.fen).field("voucher", a.receive_voucher).end_object();
  }
  result.total("vouchers", n);
  return result.json("收款凭证 " + std::to_string(n) + " 张待复核 (wait for review)");
}

}  // namespace mif::funds
