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
  d.flow = r.option("flow");
  d.month = std::stoi(r.option("month", "0"));
  d.closing = r.option("closing") == "yes";
  d.attachments = std::stoi(r.option("papers", "0"));
  if (!r.option("part").empty()) {  // part=2/3
    d.part = std::stoi(r.option("part"));
    d.parts = std::stoi(r.option("part").substr(r.option("part").find('/') + 1));
  }
  if (!r.option("file").empty()) d.files.push_back({std::string(64, r.option("file")[0]), r.option("file"), "application/pdf", 1000});
  return d;
}

Answer voucher(World& w, const Record& r) {
  ledger::Draft d = draft_of(r);
  if (!r.option("lead").empty()) d.lead = w.id_of(r.option("lead"));
  if (!r.option("reverses").empty()) d.reverses = w.id_of(r.option("reverses"));
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

// edit KEY DAY [options]: the draft says what the record says; stale=yes: as if somebody had been faster
Answer edit(World& w, const Record& r) {
  Record rest = r;
  rest.words.erase(rest.words.begin());
  ledger::Draft d = draft_of(rest);
  const std::int64_t id = w.id_of(word(r, 0));
  const ledger::Voucher old = w.ledger.voucher(id);
  if (!r.option("lead").empty()) d.lead = w.id_of(r.option("lead"));
  if (r.option("summary").empty()) d.summary = old.summary;
  return w.write([&](store::Txn& txn) { w.ledger.ledger().revise(txn, who_of(r, "maker"), id, r.option("stale") == "yes" ? std::string(64, '0') : old.content_hash, d); });
}

Answer sign(World& w, const Record& r) {
  return w.write([&](store::Txn& txn) { w.ledger.ledger().sign(txn, who_of(r, "cashier"), w.id_of(word(r, 0)), r.option("by", "cashier")); });
}

// set-right KEY DAY key=PREFIX: the lines below are what KEY should have said; makes PREFIX1, PREFIX2
Answer set_right(World& w, const Record& r) {
  std::vector<ledger::Line> lines;
  for (const auto& text : r.body) lines.push_back(testing::line(text));
  Answer answer;
  w.ledger.database().write([&](store::Txn& txn) {
    answer.clear();
    for (auto& d : w.ledger.ledger().corrections_of(txn, w.id_of(word(r, 0)), Day::parse(word(r, 1)), lines)) {
      d.maker = "maker";
      const auto made = w.ledger.ledger().propose(txn, testing::LedgerFixture::who("maker"), d);
      w.ids[r.option("key") + std::to_string(answer.size() + 1)] = made.id;
      answer.push_back((made.existed ? "existed " : "draft ") + d.summary);
    }
  });
  return answer;
}

Answer lookalikes(World& w, const Record& r) {
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) {
    for (const auto& v : w.ledger.ledger().lookalikes(txn, w.ledger.ledger().voucher(txn, w.id_of(word(r, 0))))) answer.push_back(v.source_key);
  });
  return or_nothing(std::move(answer));
}

// find BOOK name=value...: the source keys of what is found
Answer find(World& w, const Record& r) {
  ledger::VoucherQuery q;
  q.book = word(r, 0);
  q.word = r.option("word");
  q.account = r.option("account");
  q.aux = r.option("mode").empty() ? "" : "mode=" + r.option("mode");
  q.text = r.option("text");
  q.maker = r.option("maker");
  q.reviewer = r.option("reviewer");
  q.with_files = r.option("files") == "yes";
  q.limit = std::stoll(r.option("limit", "100"));
  q.number_from = std::stoi(r.option("from-number", "0"));
  q.number_to = std::stoi(r.option("to-number", "0"));
  for (int i = 1; i < 6; ++i)
    if (r.option("state") == kStates[i]) q.state = i;
  if (!r.option("from").empty()) q.day_from = Day::parse(r.option("from"));
  if (!r.option("to").empty()) q.day_to = Day::parse(r.option("to"));
  if (!r.option("least").empty()) q.total_from = Fen::parse(r.option("least"));
  if (!r.option("most").empty()) q.total_to = Fen::parse(r.option("most"));
  if (!r.option("line").empty()) q.line_fen = Fen::parse(r.option("line"));
  if (!r.option("after").empty()) q.after_id = w.id_of(r.option("after"));
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) {
    for (const auto& v : w.ledger.ledger().vouchers(txn, q)) answer.push_back(v.source_key);
  });
  return or_nothing(std::move(answer));
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
              {"withdraw", withdraw}, {"correct", correct}, {"adjust", adjust}, {"copy", copy}, {"show", show}, {"edit", edit}, {"sign", sign},
              {"set-right", set_right}, {"lookalikes", lookalikes}, {"find", find}});
}

}  // namespace mif::cases
