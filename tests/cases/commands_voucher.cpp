// SPDX-License-Identifier: Apache-2.0
// Vouchers from draft to posted, and their correction.
#include "kernel/ledger/amend.h"
#include "tests/cases/case_world.h"

namespace mif::cases {
namespace {

constexpr const char* kStates[] = {"", "draft", "submitted", "approved", "posted", "void"};

ledger::Draft draft_of(const Record& r) {
  auto d = testing::draft(r.option("book", "A"), Day::parse(word(r, 0)), r.option("key"), r.body);
  d.word = r.option("word", "记");
  d.maker = r.option("by", "maker");
  d.summary = r.option("summary", d.summary);
  d.source_plugin = r.option("source", "test");
  d.month = std::stoi(r.option("month", "0"));
  d.closing = r.option("closing") == "yes";
  return d;
}

Answer voucher(World& w, const Record& r) {
  const ledger::Draft d = draft_of(r);
  ledger::Proposal made;
  w.ledger.database().write([&](store::Txn& txn) { made = w.ledger.ledger().propose(txn, testing::LedgerFixture::who(d.maker), d); });
  w.ids[r.option("key")] = made.id;
  return {made.existed ? "ok existed" : "ok draft"};
}

Answer import(World& w, const Record& r) {
  const std::vector<ledger::Draft> drafts{draft_of(r)};
  std::vector<std::int64_t> ids;
  w.ledger.database().write([&](store::Txn& txn) { ids = w.ledger.ledger().import_posted(txn, testing::LedgerFixture::who("importer"), drafts, r.option("approve", "reviewer")); });
  w.ids[r.option("key")] = ids.front();
  const auto v = w.ledger.voucher(ids.front());
  return {"ok " + v.word + '-' + std::to_string(v.number)};
}

Answer submit(World& w, const Record& r) {
  return w.write([&](store::Txn& txn) { w.ledger.ledger().submit(txn, who_of(r, "maker"), w.id_of(word(r, 0))); });
}

Answer review(World& w, const Record& r) {
  const std::int64_t id = w.id_of(word(r, 0));
  const std::string reviewer = r.command == "approve" ? r.option("by", "reviewer") : r.option("approve");
  w.ledger.database().write([&](store::Txn& txn) {
    if (!reviewer.empty()) w.ledger.ledger().approve(txn, testing::LedgerFixture::who(reviewer), id, reviewer);
    if (r.command == "post") w.ledger.ledger().post(txn, testing::LedgerFixture::who(r.option("by", "reviewer")), id);
  });
  const auto v = w.ledger.voucher(id);
  return {v.number ? "ok " + v.word + '-' + std::to_string(v.number) : "ok"};
}

Answer reject(World& w, const Record& r) {
  return w.write([&](store::Txn& txn) { w.ledger.ledger().reject(txn, who_of(r, "reviewer"), w.id_of(word(r, 0)), r.option("reason")); });
}

Answer withdraw(World& w, const Record& r) {
  return w.write([&](store::Txn& txn) { w.ledger.ledger().withdraw(txn, who_of(r, "maker"), w.id_of(word(r, 0)), r.option("reason")); });
}

Answer proposed(World& w, const Record& r, const std::function<ledger::Draft(store::Txn&)>& make) {
  ledger::Proposal made;
  w.ledger.database().write([&](store::Txn& txn) {
    auto d = make(txn);
    d.maker = "maker";
    made = w.ledger.ledger().propose(txn, testing::LedgerFixture::who("maker"), d);
  });
  w.ids[r.option("key")] = made.id;
  return {made.existed ? "ok existed" : "ok draft"};
}

Answer correct(World& w, const Record& r) {
  return proposed(w, r, [&](store::Txn& txn) { return w.ledger.ledger().correction_of(txn, w.id_of(word(r, 0)), Day::parse(word(r, 1))); });
}

// One indented "LINE AMOUNT" for each line that was wrong.
Answer adjust(World& w, const Record& r) {
  std::map<int, Fen> right;
  for (const auto& text : r.body) {
    const auto space = text.find(' ');
    right[std::stoi(text.substr(0, space))] = Fen::parse(text.substr(space + 1));
  }
  return proposed(w, r, [&](store::Txn& txn) { return ledger::adjustment_of(txn, w.ledger.ledger(), w.id_of(word(r, 0)), Day::parse(word(r, 1)), right); });
}

Answer copy(World& w, const Record& r) {
  return proposed(w, r, [&](store::Txn& txn) { return ledger::copy_of(w.ledger.ledger().voucher(txn, w.id_of(word(r, 0))), Day::parse(word(r, 1))); });
}

Answer show(World& w, const Record& r) {
  const auto v = w.ledger.voucher(w.id_of(word(r, 0)));
  Answer answer{kStates[static_cast<int>(v.state)] + std::string(" ") + v.period.iso() + ' ' + v.day.iso() + ' ' + v.word + (v.number ? '-' + std::to_string(v.number) : "") + ' ' + v.total.plain() + ' ' + v.summary};
  for (const auto& l : v.lines) answer.push_back(line_text(l.side, l.account, l.aux, l.fen));
  return answer;
}

}  // namespace

void add_voucher_commands(Commands& all) {
  all.insert({{"voucher", voucher}, {"import", import}, {"submit", submit}, {"approve", review}, {"post", review}, {"reject", reject},
              {"withdraw", withdraw}, {"correct", correct}, {"adjust", adjust}, {"copy", copy}, {"show", show}});
}

}  // namespace mif::cases
