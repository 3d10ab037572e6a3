// SPDX-License-Identifier: Apache-2.0
#include "tests/cases/case_world.h"

namespace mif::cases {
namespace {

constexpr const char* kCodes[] = {"MIF_OK",          "MIF_E_INVALID",   "MIF_E_NOT_FOUND",   "MIF_E_DENIED",          "MIF_E_CONFLICT", "MIF_E_UNAVAILABLE",
                                  "MIF_E_DEADLINE",  "MIF_E_CANCELLED", "MIF_E_UNSUPPORTED", "MIF_E_UNKNOWN_OUTCOME", "MIF_E_INTERNAL"};
constexpr const char* kStates[] = {"", "draft", "submitted", "approved", "posted", "void"};

std::string side_amount(int side, Fen fen) { return (side == MIF_DEBIT ? "D " : "C ") + fen.plain(); }

const std::string& word(const Record& r, std::size_t i) {
  if (i >= r.words.size()) throw std::runtime_error("\"" + r.command + "\" needs more words");
  return r.words[i];
}

std::string line_text(int side, const std::string& account, const std::string& aux, Fen fen) {
  return (side == MIF_DEBIT ? "D " : "C ") + account + (aux.empty() ? "" : ' ' + aux) + ' ' + fen.plain();
}

}  // namespace

std::vector<std::string> World::run(const Record& record) {
  try {
    return perform(record);
  } catch (const Error& error) {
    return {std::string("error ") + kCodes[error.code()] + ' ' + error.what()};
  }
}

World::Answer World::perform(const Record& r) {
  const auto write = [&](const auto& action) {
    ledger_.database().write([&](store::Txn& txn) { action(txn, ledger_.ledger()); });
    return Answer{"ok"};
  };
  const auto who = [&](const char* otherwise) { return testing::LedgerFixture::who(r.option("by", otherwise)); };
  if (r.command == "book") {
    const bool yearly = r.words.size() > 1 && r.words[1] == "yearly";
    ledger_.add_book(word(r, 0), r.option("chart", "employee"), Period::parse(r.option("start", "2023-01")), r.option("unit"), yearly);
    return {"ok"};
  }
  if (r.command == "opening") {
    std::vector<ledger::Line> lines;
    for (const auto& text : r.body) lines.push_back(testing::line(text));
    return write([&](store::Txn& txn, ledger::Ledger& l) { l.set_opening(txn, who("admin"), word(r, 0), lines); });
  }
  if (r.command == "voucher") return voucher(r);
  if (r.command == "import") return import(r);
  if (r.command == "submit") return write([&](store::Txn& txn, ledger::Ledger& l) { l.submit(txn, who("maker"), id_of(word(r, 0))); });
  if (r.command == "approve" || r.command == "post") return review(r);
  if (r.command == "reject") return write([&](store::Txn& txn, ledger::Ledger& l) { l.reject(txn, who("reviewer"), id_of(word(r, 0)), r.option("reason")); });
  if (r.command == "withdraw") return write([&](store::Txn& txn, ledger::Ledger& l) { l.withdraw(txn, who("maker"), id_of(word(r, 0)), r.option("reason")); });
  if (r.command == "correct") return correct(r);
  if (r.command == "show") return show(r);
  if (r.command == "trial") return trial(r);
  if (r.command == "balance") return balance(r);
  if (r.command == "lines") return lines(r);
  if (r.command == "carry") return carry(r);
  if (r.command == "checklist") return checklist(r);
  if (r.command == "verify") return verify(r);
  if (r.command == "close") return write([&](store::Txn& txn, ledger::Ledger& l) { l.close(txn, who("chief"), word(r, 0), Period::parse(word(r, 1))); });
  if (r.command == "read-only") return write([&](store::Txn& txn, ledger::Ledger& l) { l.make_read_only(txn, who("system"), word(r, 0), r.option("reason", "test")); });
  if (r.command == "hold")
    return write([&](store::Txn& txn, ledger::Ledger& l) { l.hold(txn, who("payer"), word(r, 0), word(r, 1), r.option("bank_account").empty() ? "" : "bank_account=" + r.option("bank_account"), Fen::parse(word(r, 2)), r.option("key")); });
  if (r.command == "release") return write([&](store::Txn& txn, ledger::Ledger& l) { l.release(txn, who("payer"), word(r, 0), r.option("key"), word(r, 1) == "spent"); });
  if (r.command == "first-open") {
    Answer answer;
    ledger_.database().read([&](store::Txn& txn) { answer.push_back(ledger_.ledger().first_open(txn, word(r, 0)).iso()); });
    return answer;
  }
  throw std::runtime_error("unknown command \"" + r.command + "\"");
}

std::int64_t World::id_of(const std::string& key) const {
  const auto found = ids_.find(key);
  if (found == ids_.end()) throw std::runtime_error("no voucher of this case has the key " + key);
  return found->second;
}

ledger::Draft World::draft_of(const Record& r) const {
  auto d = testing::draft(r.option("book", "A"), Day::parse(word(r, 0)), r.option("key"), r.body);
  d.word = r.option("word", "记");
  d.maker = r.option("by", "maker");
  d.summary = r.option("summary", d.summary);
  d.source_plugin = r.option("source", "test");
  d.month = std::stoi(r.option("month", "0"));
  d.closing = r.option("closing") == "yes";
  return d;
}

World::Answer World::voucher(const Record& r) {
  const ledger::Draft d = draft_of(r);
  ledger::Proposal made;
  ledger_.database().write([&](store::Txn& txn) { made = ledger_.ledger().propose(txn, testing::LedgerFixture::who(d.maker), d); });
  ids_[r.option("key")] = made.id;
  return {made.existed ? "ok existed" : "ok draft"};
}

World::Answer World::import(const Record& r) {
  const std::vector<ledger::Draft> drafts{draft_of(r)};
  std::vector<std::int64_t> ids;
  ledger_.database().write([&](store::Txn& txn) { ids = ledger_.ledger().import_posted(txn, testing::LedgerFixture::who("importer"), drafts, r.option("approve", "reviewer")); });
  ids_[r.option("key")] = ids.front();
  const auto v = ledger_.voucher(ids.front());
  return {"ok " + v.word + '-' + std::to_string(v.number)};
}

World::Answer World::review(const Record& r) {
  const std::int64_t id = id_of(word(r, 0));
  const std::string reviewer = r.command == "approve" ? r.option("by", "reviewer") : r.option("approve");
  ledger_.database().write([&](store::Txn& txn) {
    if (!reviewer.empty()) ledger_.ledger().approve(txn, testing::LedgerFixture::who(reviewer), id, reviewer);
    if (r.command == "post") ledger_.ledger().post(txn, testing::LedgerFixture::who(r.option("by", "reviewer")), id);
  });
  const auto v = ledger_.voucher(id);
  return {v.number ? "ok " + v.word + '-' + std::to_string(v.number) : "ok"};
}

World::Answer World::correct(const Record& r) {
  ledger::Proposal made;
  ledger_.database().write([&](store::Txn& txn) {
    auto d = ledger_.ledger().correction_of(txn, id_of(word(r, 0)), Day::parse(word(r, 1)));
    d.maker = "maker";
    made = ledger_.ledger().propose(txn, testing::LedgerFixture::who("maker"), d);
  });
  ids_[r.option("key")] = made.id;
  return {made.existed ? "ok existed" : "ok draft"};
}

World::Answer World::show(const Record& r) {
  const auto v = ledger_.voucher(id_of(word(r, 0)));
  Answer answer{kStates[static_cast<int>(v.state)] + std::string(" ") + v.period.iso() + ' ' + v.day.iso() + ' ' + v.word + (v.number ? '-' + std::to_string(v.number) : "") + ' ' + v.total.plain() + ' ' + v.summary};
  for (const auto& l : v.lines) answer.push_back(line_text(l.side, l.account, l.aux, l.fen));
  return answer;
}

World::Answer World::trial(const Record& r) {
  const Period from = Period::parse(word(r, 1)), to = Period::parse(r.words.size() > 2 ? r.words[2] : r.words[1]);
  Answer answer;
  ledger_.database().read([&](store::Txn& txn) {
    for (const auto& t : ledger_.ledger().trial_balance(txn, word(r, 0), from.year, from.month, to.month))
      answer.push_back(t.account + ' ' + t.opening.plain() + ' ' + t.debit.plain() + ' ' + t.credit.plain() + ' ' + t.closing.plain());
  });
  if (answer.empty()) answer.push_back("nothing");
  return answer;
}

World::Answer World::balance(const Record& r) {
  const Period period = Period::parse(word(r, 1));
  Fen net;
  ledger_.database().read([&](store::Txn& txn) {
    ledger_.ledger().balances(txn, word(r, 0), period.year, period.month, [&](const ledger::Balance& b) {
      if (b.account.compare(0, word(r, 2).size(), word(r, 2)) == 0) net += b.debit - b.credit;
    });
  });
  if (net == Fen()) return {"0.00"};
  return {net > Fen() ? side_amount(MIF_DEBIT, net) : side_amount(MIF_CREDIT, -net)};
}

World::Answer World::lines(const Record& r) {
  ledger::LineQuery q;
  q.book = word(r, 0);
  q.year = std::stoi(word(r, 1));
  q.accounts = r.option("accounts");
  q.aux = r.option("mode").empty() ? "" : "mode=" + r.option("mode");
  q.without_closing = r.option("closing") == "no";
  Answer answer;
  ledger_.database().read([&](store::Txn& txn) {
    for (const auto& l : ledger_.ledger().lines(txn, q)) answer.push_back(l.day.iso() + ' ' + l.word + '-' + std::to_string(l.number) + ' ' + line_text(l.side, l.account, l.aux, l.fen));
  });
  if (answer.empty()) answer.push_back("nothing");
  return answer;
}

World::Answer World::carry(const Record& r) {
  std::vector<ledger::Draft> drafts;
  ledger_.database().read([&](store::Txn& txn) { drafts = ledger_.ledger().closing_drafts(txn, word(r, 0), Period::parse(word(r, 1))); });
  Answer answer;
  for (const auto& d : drafts) {
    ledger_.post(d);
    answer.push_back(d.summary);
    for (const auto& l : d.lines) answer.push_back(line_text(l.side, l.account, l.aux, l.fen));
  }
  if (answer.empty()) answer.push_back("nothing");
  return answer;
}

World::Answer World::checklist(const Record& r) {
  Answer answer;
  for (const auto& item : ledger_.checklist(word(r, 0), Period::parse(word(r, 1))))
    if (item.result != ledger::CheckItem::Result::pass) answer.push_back((item.result == ledger::CheckItem::Result::warn ? "warn " : "fail ") + item.id);
  if (answer.empty()) answer.push_back("nothing");
  return answer;
}

World::Answer World::verify(const Record&) {
  Answer answer;
  for (const auto& f : ledger_.verify_all()) answer.push_back(f.promise + ' ' + f.object + ": " + f.what);
  if (answer.empty()) answer.push_back("clean");
  return answer;
}

}  // namespace mif::cases
