// SPDX-License-Identifier: Apache-2.0
// Month and year end.
#include "tests/cases/case_world.h"

namespace mif::cases {
namespace {

Answer carry(World& w, const Record& r) {
  std::vector<ledger::Draft> drafts;
  w.ledger.database().read([&](store::Txn& txn) { drafts = w.ledger.ledger().closing_drafts(txn, word(r, 0), Period::parse(word(r, 1))); });
  Answer answer;
  for (const auto& d : drafts) {
    w.ledger.post(d);
    answer.push_back(d.summary);
    for (const auto& l : d.lines) answer.push_back(line_text(l.side, l.account, l.aux, l.fen));
  }
  return or_nothing(std::move(answer));
}

Answer checklist(World& w, const Record& r) {
  Answer answer;
  for (const auto& item : w.ledger.checklist(word(r, 0), Period::parse(word(r, 1))))
    if (item.result != ledger::CheckItem::Result::pass) answer.push_back((item.result == ledger::CheckItem::Result::warn ? "warn " : "fail ") + item.id);
  return or_nothing(std::move(answer));
}

Answer close(World& w, const Record& r) {
  return w.write([&](store::Txn& txn) { w.ledger.ledger().close(txn, who_of(r, "chief"), word(r, 0), Period::parse(word(r, 1))); });
}

Answer first_open(World& w, const Record& r) {
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) { answer.push_back(w.ledger.ledger().first_open(txn, word(r, 0)).iso()); });
  return answer;
}

}  // namespace

void add_closing_commands(Commands& all) {
  all.insert({{"carry", carry}, {"checklist", checklist}, {"close", close}, {"first-open", first_open}});
}

}  // namespace mif::cases
