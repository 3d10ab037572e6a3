// SPDX-License-Identifier: Apache-2.0
// Books, their opening balances, figures and holds.
#include "tests/cases/case_world.h"

namespace mif::cases {
namespace {

std::string side_amount(int side, Fen fen) { return (side == MIF_DEBIT ? "D " : "C ") + fen.plain(); }

Answer book(World& w, const Record& r) {
  const bool yearly = r.words.size() > 1 && r.words[1] == "yearly";
  w.ledger.add_book(word(r, 0), r.option("chart", "employee"), Period::parse(r.option("start", "2023-01")), r.option("unit"), yearly);
  return {"ok"};
}

Answer opening(World& w, const Record& r) {
  std::vector<ledger::Line> lines;
  for (const auto& text : r.body) lines.push_back(testing::line(text));
  return w.write([&](store::Txn& txn) { w.ledger.ledger().set_opening(txn, who_of(r, "admin"), word(r, 0), lines); });
}

Answer trial(World& w, const Record& r) {
  const Period from = Period::parse(word(r, 1)), to = Period::parse(r.words.size() > 2 ? r.words[2] : r.words[1]);
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) {
    for (const auto& t : w.ledger.ledger().trial_balance(txn, word(r, 0), from.year, from.month, to.month))
      answer.push_back(t.account + ' ' + t.opening.plain() + ' ' + t.debit.plain() + ' ' + t.credit.plain() + ' ' + t.closing.plain());
  });
  return or_nothing(std::move(answer));
}

Answer balance(World& w, const Record& r) {
  const Period period = Period::parse(word(r, 1));
  Fen net;
  w.ledger.database().read([&](store::Txn& txn) {
    w.ledger.ledger().balances(txn, word(r, 0), period.year, period.month, [&](const ledger::Balance& b) {
      if (b.account.compare(0, word(r, 2).size(), word(r, 2)) == 0) net += b.debit - b.credit;
    });
  });
  if (net == Fen()) return {"0.00"};
  return {net > Fen() ? side_amount(MIF_DEBIT, net) : side_amount(MIF_CREDIT, -net)};
}

Answer lines(World& w, const Record& r) {
  ledger::LineQuery q;
  q.book = word(r, 0);
  q.year = std::stoi(word(r, 1));
  q.accounts = r.option("accounts");
  q.aux = r.option("mode").empty() ? "" : "mode=" + r.option("mode");
  q.without_closing = r.option("closing") == "no";
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) {
    for (const auto& l : w.ledger.ledger().lines(txn, q)) answer.push_back(l.day.iso() + ' ' + l.word + '-' + std::to_string(l.number) + ' ' + line_text(l.side, l.account, l.aux, l.fen));
  });
  return or_nothing(std::move(answer));
}

Answer verify(World& w, const Record&) {
  Answer answer;
  for (const auto& f : w.ledger.verify_all()) answer.push_back(f.promise + ' ' + f.object + ": " + f.what);
  if (answer.empty()) answer.push_back("clean");
  return answer;
}

Answer read_only(World& w, const Record& r) {
  return w.write([&](store::Txn& txn) { w.ledger.ledger().make_read_only(txn, who_of(r, "system"), word(r, 0), r.option("reason", "test")); });
}

Answer hold(World& w, const Record& r) {
  const std::string aux = r.option("bank_account").empty() ? r.option("aux") : "bank_account=" + r.option("bank_account");
  return w.write([&](store::Txn& txn) { w.ledger.ledger().hold(txn, who_of(r, "payer"), word(r, 0), word(r, 1), aux, Fen::parse(word(r, 2)), r.option("key")); });
}

Answer release(World& w, const Record& r) {
  return w.write([&](store::Txn& txn) { w.ledger.ledger().release(txn, who_of(r, "payer"), word(r, 0), r.option("key"), word(r, 1) == "spent"); });
}

}  // namespace

void add_book_commands(Commands& all) {
  all.insert({{"book", book}, {"opening", opening}, {"trial", trial}, {"balance", balance}, {"lines", lines}, {"verify", verify},
              {"read-only", read_only}, {"hold", hold}, {"release", release}});
}

}  // namespace mif::cases
