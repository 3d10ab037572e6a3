// SPDX-License-Identifier: Apache-2.0
// Month and year end: carrying, templates, checklist, locks, closing.
#include "tests/cases/case_world.h"

namespace mif::cases {
namespace {

using closing::Planned;

Period period_of(const Record& r, std::size_t i) { return Period::parse(word(r, i)); }

Answer carry(World& w, const Record& r) {
  std::vector<ledger::Draft> drafts;
  w.ledger.database().read([&](store::Txn& txn) { drafts = w.ledger.ledger().closing_drafts(txn, word(r, 0), period_of(r, 1)); });
  Answer answer;
  for (const auto& d : drafts) {
    w.ledger.post(d);
    answer.push_back(d.summary);
    for (const auto& l : d.lines) answer.push_back(line_text(l.side, l.account, l.aux, l.fen));
  }
  return or_nothing(std::move(answer));
}

Answer standing(const std::vector<ledger::CheckItem>& items) {
  using Result = ledger::CheckItem::Result;
  Answer answer;
  for (const auto& item : items)
    if (item.result != Result::pass) answer.push_back((item.result == Result::warn ? "warn " : item.result == Result::unknown ? "unknown " : "fail ") + item.id);
  return or_nothing(std::move(answer));
}

Answer checklist(World& w, const Record& r) { return standing(w.ledger.checklist(word(r, 0), period_of(r, 1))); }

// The whole checklist; with item=ID the sentence of that item.
Answer period_check(World& w, const Record& r) {
  std::vector<ledger::CheckItem> items;
  w.ledger.database().read([&](store::Txn& txn) { items = w.ledger.closing().checklist(txn, word(r, 0), period_of(r, 1)); });
  if (const std::string wanted = r.option("item"); !wanted.empty()) {
    for (const auto& item : items)
      if (item.id == wanted) return {item.detail.empty() ? "pass" : item.detail};
    throw std::runtime_error("no item " + wanted);
  }
  return standing(items);
}

Answer close(World& w, const Record& r) {
  return w.write([&](store::Txn& txn) { w.ledger.ledger().close(txn, who_of(r, "chief"), word(r, 0), period_of(r, 1)); });
}

Answer first_open(World& w, const Record& r) {
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) {
    const Period first = w.ledger.ledger().first_open(txn, word(r, 0));
    const auto all = w.ledger.ledger().first_open(txn);  // the same, asked of all books at once
    const auto found = all.find(word(r, 0));
    if ((found == all.end() ? Period() : found->second) != first) throw Error(MIF_E_INTERNAL, "first_open of all books says otherwise than of one");
    answer.push_back(first.iso());
  });
  return answer;
}

// --- templates --------------------------------------------------------------------------------------------------------
Answer templates(World& w, const Record& r) {
  std::string text;
  for (const auto& line : r.body) text += line + '\n';
  w.ledger.use_templates(closing::in_order(closing::parse_templates(text, "case.info")));
  return {"ok"};
}

Answer planned_text(const std::vector<Planned>& planned) {
  constexpr const char* names[] = {"nothing", "fresh", "same", "differs", "blocked"};
  Answer answer;
  for (const auto& p : planned) {
    if (p.outcome == Planned::Outcome::nothing) continue;
    answer.push_back(p.name + ' ' + names[static_cast<int>(p.outcome)] + (p.note.empty() ? "" : ": " + p.note));
    if (p.outcome == Planned::Outcome::fresh)
      for (const auto& l : p.draft.lines) answer.push_back(line_text(l.side, l.account, l.aux, l.fen));
  }
  return or_nothing(std::move(answer));
}

Answer trial(World& w, const Record& r) {
  std::vector<Planned> planned;
  w.ledger.database().read([&](store::Txn& txn) { planned = w.ledger.closing().trial(txn, word(r, 0), period_of(r, 1), r.option("template")); });
  return planned_text(planned);
}

// Makes the drafts; with post=REVIEWER they are reviewed and posted at once.
Answer run(World& w, const Record& r) {
  std::vector<Planned> planned;
  const std::string reviewer = r.option("post");
  auto& ledger = w.ledger.ledger();
  w.ledger.database().write([&](store::Txn& txn) {
    const Who who = who_of(r, "maker");
    planned = w.ledger.closing().run(txn, who, word(r, 0), period_of(r, 1), r.option("template"), [&](store::Txn& inner, const Who& by, const ledger::Draft& d) { return ledger.propose(inner, by, d); });
    for (const auto& p : planned) {
      if (reviewer.empty() || p.outcome != Planned::Outcome::fresh) continue;
      ledger.approve(txn, testing::LedgerFixture::who(reviewer), p.voucher, reviewer);
      ledger.post(txn, testing::LedgerFixture::who(reviewer), p.voucher);
    }
  });
  for (const auto& p : planned)
    if (p.voucher != 0) w.ids[p.name] = p.voucher;
  return planned_text(planned);
}

Answer ratio(World& w, const Record& r) {
  const std::string what = word(r, 0);
  if (what == "enter")
    return w.write([&](store::Txn& txn) {
      w.ids[r.option("key")] = w.ledger.closing().enter_ratio(txn, who_of(r, "maker"), word(r, 1), std::stoi(word(r, 2)), word(r, 3), closing::Share::parse(word(r, 4)), r.option("source"));
    });
  return w.write([&](store::Txn& txn) { w.ledger.closing().decide_ratio(txn, who_of(r, "chief"), w.id_of(word(r, 1)), what == "approve"); });
}

// --- locks ------------------------------------------------------------------------------------------------------------
Answer lock(World& w, const Record& r) {
  const int areas = r.command == "lock" ? closing::areas_named(word(r, 2)) : 0;
  return w.write([&](store::Txn& txn) { w.ledger.ledger().set_locks(txn, who_of(r, "chief"), word(r, 0), period_of(r, 1), areas, r.option("reason")); });
}

Answer exception(World& w, const Record& r) {
  const std::string what = word(r, 0);
  auto& room = w.ledger.closing();
  if (what == "request")
    return w.write([&](store::Txn& txn) {
      w.ids[r.option("key")] = room.request_exception(txn, who_of(r, "maker"), word(r, 1), period_of(r, 2), closing::area_named(word(r, 3)), r.option("for"), std::stoi(r.option("minutes", "60")), r.option("reason"));
    });
  if (what == "list") {
    Answer answer;
    w.ledger.database().read([&](store::Txn& txn) {
      for (const auto& e : room.exceptions(txn, word(r, 1)))
        answer.push_back(e.period.iso() + ' ' + std::string(closing::name_of(e.area)) + ' ' + (e.person.empty() ? "*" : e.person) + ' ' + closing::title_of(e, w.ledger.clock().now_unix_ms()) + ' ' + e.requested_by + ' ' + (e.decided_by.empty() ? "-" : e.decided_by));
    });
    return or_nothing(std::move(answer));
  }
  return w.write([&](store::Txn& txn) {
    const std::int64_t id = w.id_of(word(r, 1));
    if (what == "end") room.end_exception(txn, who_of(r, "chief"), id);
    else room.decide_exception(txn, who_of(r, "chief"), id, what == "grant");
  });
}

Answer wait(World& w, const Record& r) {
  w.ledger.clock().advance(std::stoll(word(r, 0)) * 60'000);
  return {"ok"};
}

}  // namespace

void add_closing_commands(Commands& all) {
  all.insert({{"carry", carry}, {"checklist", checklist}, {"period-check", period_check}, {"close", close}, {"first-open", first_open}, {"templates", templates},
              {"trial-run", trial}, {"run", run}, {"ratio", ratio}, {"lock", lock}, {"unlock", lock}, {"exception", exception}, {"wait-minutes", wait}});
}

}  // namespace mif::cases
