// SPDX-License-Identifier: Apache-2.0
#include "tests/model/random_months.h"

#include <stdexcept>

#include "tests/model/kinds.h"

namespace mif::model {
namespace {

using testing::LedgerFixture;

const std::vector<std::string> kPeople = {"zhang", "li", "wang", "zhao"};

Month next(Month m) { return m.second >= 12 ? Month{m.first + 1, 1} : Month{m.first, m.second + 1}; }
std::string name(Month m) { return std::to_string(m.first) + '-' + std::to_string(m.second); }
int last_day(Month m) { return Day::days_in(m.first, std::min(m.second, 12)); }

Entry entry(bool debit, const std::string& template_text, long long fen) {
  const auto space = std::min(template_text.find(' '), template_text.size());
  return {debit, fen, template_text.substr(0, space), space < template_text.size() ? template_text.substr(space + 1) : ""};
}

ledger::Line line_of(const Entry& e, const std::string& summary) { return {e.debit ? MIF_DEBIT : MIF_CREDIT, Fen(e.fen), e.account, e.aux, summary}; }

std::string text_of(const std::map<Key, long long>& nets) {
  std::string text;
  for (const auto& [key, fen] : nets)
    if (fen != 0) text += "\n  " + key.first + ' ' + key.second + ' ' + std::to_string(fen);
  return text.empty() ? " nothing" : text;
}

std::map<Key, long long> sums(const std::vector<Entry>& entries) {
  std::map<Key, long long> all;
  for (const auto& e : entries) all[{e.account, e.aux}] += e.debit ? e.fen : -e.fen;
  return all;
}

}  // namespace

RandomMonths::RandomMonths(testing::LedgerFixture& world, unsigned seed, bool employee)
    : world_(world), random_(seed * 2 + employee), code_("S" + std::to_string(seed) + (employee ? "E" : "R")),
      book_(employee, {2023, 1 + static_cast<int>(random_() % 12)}, random_() % 3 == 0) {
  world.add_book(code_, employee ? "employee" : "resident", {book_.start_.first, book_.start_.second}, {}, book_.yearly_);
  book_.opening = {entry(true, "1003 bank_account=1003", 500000000), entry(true, "1004 bank_account=1004", 50000000), entry(true, "1005", 20000000),
                   entry(true, "110102 counterparty=" + std::string(employee ? "H37010200001" : "H37010200002"), amount())};
  if (employee) book_.opening.push_back(entry(true, "1002 bank_account=1002", 20000000));
  book_.opening.push_back(entry(false, "200103 region=320000", amount()));
  long long rest = 0;
  for (const auto& e : book_.opening) rest += e.debit ? e.fen : -e.fen;
  const long long personal = employee ? rest / 3 : 0;
  if (employee) book_.opening.push_back(entry(false, "300102", personal));
  book_.opening.push_back(entry(false, employee ? "300101" : "3001", rest - personal));
  std::vector<ledger::Line> lines;
  for (const auto& e : book_.opening) lines.push_back(line_of(e, ""));
  world.database().write([&](store::Txn& txn) { world.ledger().set_opening(txn, LedgerFixture::who("zhang"), code_, lines); });
}

const std::string& RandomMonths::anybody() { return kPeople[static_cast<std::size_t>(upto(static_cast<int>(kPeople.size())))]; }

const std::string& RandomMonths::anybody_but(const std::string& one, const std::string& two) {
  for (;;)
    if (const std::string& who = anybody(); who != one && who != two) return who;
}

long long RandomMonths::amount() {
  static constexpr int most[] = {100, 10000, 1000000, 5000000};
  return 1 + upto(most[upto(4)]);
}

Slip RandomMonths::slip(Month m) {
  const auto& kinds = book_.employee_ ? employee_kinds() : resident_kinds();
  const Kind& kind = kinds[static_cast<std::size_t>(upto(static_cast<int>(kinds.size())))];
  Slip s;
  s.month = m;
  s.day = m.second == 13 ? 31 : 1 + upto(last_day(m));
  s.word = std::vector<std::string>{"收", "付", "转", "记"}[static_cast<std::size_t>(upto(4))];
  s.maker = anybody();
  const long long sign = one_in(10) ? -1 : 1;
  long long sum = 0;
  const std::size_t n = 1 + static_cast<std::size_t>(upto(static_cast<int>(kind.others.size())));
  for (std::size_t i = 0; i < n; ++i) {
    s.entries.push_back(entry(!kind.debit, kind.others[i], sign * amount()));
    sum += s.entries.back().fen;
  }
  s.entries.insert(s.entries.begin() + upto(2), entry(kind.debit, kind.one, sum));
  return s;
}

ledger::Draft RandomMonths::draft_of(const Slip& s, const std::string& kind) {
  ledger::Draft d;
  d.day = Day(s.month.first, std::min(s.month.second, 12), s.day);
  d.month = s.month.second;
  d.book = code_;
  d.word = s.word;
  d.maker = s.maker;
  d.source_plugin = "model";
  d.source_key = code_ + '/' + std::to_string(++made_);
  d.summary = kind + std::to_string(made_);
  d.closing = s.closing;
  d.part = s.part;
  d.parts = s.parts;
  d.lead = s.lead;
  for (const auto& e : s.entries) d.lines.push_back(line_of(e, d.summary));
  return d;
}

long long RandomMonths::propose(const Slip& s, const std::string& kind, long long reverses, bool accounts_exist) {
  ledger::Draft d = draft_of(s, kind);
  d.reverses = reverses;
  const bool allowed = accounts_exist && book_.open(s.month) && book_.balanced(s.entries) && book_.fits(s, 0);
  long long id = 0;
  expect(allowed, "proposing " + d.source_key + " for " + name(s.month), [&](store::Txn& txn) { id = world_.ledger().propose(txn, LedgerFixture::who(s.maker), d).id; });
  if (!allowed) return 0;
  book_.slips[id] = s;
  read_[id] = {world_.voucher(id).content_hash};
  return id;
}

void RandomMonths::step_of(long long id, Action action, const std::string& who) {
  auto& ledger = world_.ledger();
  const Who by = LedgerFixture::who(who);
  const std::string what = "voucher " + std::to_string(id) + " by " + who;
  switch (action) {
    case submit: expect(book_.submit(id), "submitting " + what, [&](store::Txn& txn) { ledger.submit(txn, by, id); }); break;
    case approve: expect(book_.approve(id, who), "approving " + what, [&](store::Txn& txn) { ledger.approve(txn, by, id, who); }); break;
    case sign: expect(book_.sign(id, who), "signing " + what, [&](store::Txn& txn) { ledger.sign(txn, by, id, who); }); break;
    case reject: expect(book_.reject(id), "rejecting " + what, [&](store::Txn& txn) { ledger.reject(txn, by, id, "看不清"); }); break;
    case withdraw: expect(book_.withdraw(id), "withdrawing " + what, [&](store::Txn& txn) { ledger.withdraw(txn, by, id, "作废"); }); break;
    case post: expect(book_.post(id), "posting " + what, [&](store::Txn& txn) { ledger.post(txn, by, id); }); break;
  }
  const auto standing = [](int state, int number, const std::string& reviewer, const std::string& cashier) {
    return "state " + std::to_string(state) + ", number " + std::to_string(number) + ", reviewer " + reviewer + ", cashier " + cashier;
  };
  const ledger::Voucher v = world_.voucher(id);
  const Slip& s = book_.slips[id];
  const std::string theirs = standing(static_cast<int>(v.state) - MIF_VOUCHER_DRAFT, v.number, v.reviewer, v.cashier), ours = standing(static_cast<int>(s.state), s.number, s.reviewer, s.cashier);
  if (theirs != ours) throw std::runtime_error(code_ + ": after the step voucher " + std::to_string(id) + " has " + theirs + " instead of " + ours);
}

void RandomMonths::approve_and_post(long long id) {
  const Slip& s = book_.slips[id];
  if (s.state != Slip::State::approved) step_of(id, approve, anybody_but(s.maker, s.cashier));
  step_of(id, post, anybody());
}

void RandomMonths::review_something() {
  std::vector<long long> waiting;
  for (const auto& [id, s] : book_.slips)
    if (s.state < Slip::State::posted || one_in(50)) waiting.push_back(id);
  if (waiting.empty()) return;
  static constexpr Action actions[] = {submit, submit, submit, approve, approve, approve, sign, sign, reject, reject, withdraw, post, post, post};
  step_of(waiting[static_cast<std::size_t>(upto(static_cast<int>(waiting.size())))], actions[upto(14)], anybody());
}

// What must not get in: unbalanced, no leaf account, a forbidden dimension, a closed month, a month before the books begin.
void RandomMonths::wrong_voucher(Month m) {
  Slip s = slip(m);
  const int kind = upto(4);
  if (kind == 0) s.entries[0].fen += 1;
  if (kind == 1) s.month = {book_.start_.first - (book_.start_.second == 1), book_.start_.second == 1 ? 12 : book_.start_.second - 1};
  if (kind == 2 && m > book_.start_) s.month = book_.start_;
  s.day = std::min(s.day, last_day(s.month));
  if (kind == 3) (one_in(2) ? s.entries[0].account : s.entries[0].aux) = one_in(2) ? "4001" : "subsidy_kind=9";
  propose(s, "错", 0, kind != 3);
}

void RandomMonths::correct_something(Month m) {
  std::vector<long long> candidates;
  for (const auto& [id, s] : book_.slips)
    if (s.state == Slip::State::posted && !s.closing && !s.corrected && s.month <= m) candidates.push_back(id);
  if (candidates.empty()) return;
  const long long id = candidates[static_cast<std::size_t>(upto(static_cast<int>(candidates.size())))];
  Slip& wrong = book_.slips[id];
  const Day day(m.first, std::min(m.second, 12), last_day(m));
  ledger::Draft d;
  world_.database().read([&](store::Txn& txn) { d = world_.ledger().correction_of(txn, id, day); });
  Slip s;
  s.month = wrong.month.second == 13 && wrong.month.first == m.first ? wrong.month : m;
  s.day = last_day(s.month);
  s.word = d.word;
  s.maker = anybody();
  s.entries = book_.correction(wrong, s.month.first);
  std::vector<Entry> theirs;
  for (const auto& l : d.lines) theirs.push_back({l.side == MIF_DEBIT, l.fen.value(), l.account, l.aux});
  if (sums(theirs) != sums(s.entries))
    throw std::runtime_error(code_ + ": the correction of " + std::to_string(id) + " moves" + text_of(sums(theirs)) + "\ninstead of" + text_of(sums(s.entries)));
  if (propose(s, "更正", id) != 0) wrong.corrected = true;
}

void RandomMonths::random_step(Month m) {
  switch (upto(15)) {
    case 0: wrong_voucher(m); return;
    case 1: correct_something(m); return;
    case 2: {  // ahead of time: the next month, or the adjustments of a year that is being closed
      propose(slip(next(m)), "预");
      return;
    }
    case 3: {  // a close that comes too early, or too late
      const Month any = one_in(2) ? m : one_in(2) ? next(m) : book_.start_;
      if (book_.waiting(m) != 0 || any != m)
        expect(book_.close(any), "closing " + name(any), [&](store::Txn& txn) { world_.ledger().close(txn, LedgerFixture::who(anybody()), code_, {any.first, any.second}); });
      return;
    }
    case 4:
    case 5:
    case 6:
    case 7:
    case 8: review_something(); return;
    case 9:
    case 10: edit_something(m); return;
    case 11:
      if (one_in(2)) fraction(m);
      return;
    default: propose(slip(m), "第");
  }
}

void RandomMonths::finish_everything(Month m) {
  std::vector<long long> waiting;
  for (const auto& [id, s] : book_.slips)
    if (s.month == m && s.state < Slip::State::posted) waiting.push_back(id);
  for (const long long id : waiting) {
    const Slip& s = book_.slips[id];
    const bool stuck = s.lead != 0 && !book_.lead_posted(s);
    if (stuck) {  // its part 1 was edited or withdrawn: whoever tries to post it is told
      step_of(id, approve, anybody_but(s.maker, s.cashier));
      step_of(id, post, anybody());
      step_of(id, reject, anybody());
    }
    if (s.state != Slip::State::approved && (stuck || one_in(5))) step_of(id, withdraw, s.maker);
    else approve_and_post(id);
  }
  complete_fractions(m);
}

void RandomMonths::carry(Month m) {
  std::vector<ledger::Draft> drafts;
  world_.database().read([&](store::Txn& txn) { drafts = world_.ledger().closing_drafts(txn, code_, {m.first, m.second}); });
  std::map<Key, long long> theirs;
  for (const auto& d : drafts)
    for (const auto& l : d.lines) theirs[{l.account, l.aux}] += l.side == MIF_DEBIT ? l.fen.value() : -l.fen.value();
  std::erase_if(theirs, [](const auto& item) { return item.second == 0; });
  const auto ours = book_.to_carry(m);
  if (theirs != ours) throw std::runtime_error(code_ + ": carrying " + name(m) + " moves" + text_of(theirs) + "\ninstead of" + text_of(ours));
  for (const auto& d : drafts) {
    const long long id = world_.propose(d);
    Slip s;
    s.month = m;
    s.day = d.day.day();
    s.word = d.word;
    s.maker = world_.voucher(id).maker;
    s.closing = true;
    for (const auto& l : d.lines) s.entries.push_back({l.side == MIF_DEBIT, l.fen.value(), l.account, l.aux});
    book_.slips[id] = s;
    approve_and_post(id);
  }
}

// At year end nothing may stay in 4601 and 4602: by experience a part goes to each fund.
void RandomMonths::allocate_deferred(Month m) {
  for (const char* account : {"4601", "4602"}) {
    const long long waiting = -book_.net(account, m);
    if (waiting == 0) continue;
    const std::string pooled = account == std::string("4601") ? "40010101" : "42010101", personal = account == std::string("4601") ? "40010201" : "42010201";
    Slip s;
    s.month = m;
    s.day = last_day(m);
    s.word = "转";
    s.maker = anybody();
    s.entries = {entry(true, account + std::string(" mode=1"), waiting)};
    if (waiting * 7 / 10 != 0) s.entries.push_back(entry(false, pooled + " mode=1", waiting * 7 / 10));
    s.entries.push_back(entry(false, personal + " mode=1", waiting - waiting * 7 / 10));
    approve_and_post(propose(s, "分配待转"));
  }
}

void RandomMonths::close(Month m) {
  const bool allowed = book_.close(m);
  expect(allowed, "closing " + name(m), [&](store::Txn& txn) { world_.ledger().close(txn, LedgerFixture::who(anybody()), code_, {m.first, m.second}); });
  if (allowed) return;
  for (const char* money : {"1001", "1002", "1003", "1004", "1005"})  // the only thing that may still be wrong: too much was paid
    if (const long long missing = -book_.net(money, m); missing > 0) {
      const std::string aux = money == std::string("1005") ? "" : std::string(" bank_account=") + money;
      Slip s;
      s.month = m;
      s.day = last_day(m);
      s.word = "收";
      s.maker = anybody();
      s.entries = {entry(true, money + aux, missing), entry(false, "2101", missing)};
      approve_and_post(propose(s, "借款"));
    }
  expect(book_.close(m), "closing " + name(m) + " at last", [&](store::Txn& txn) { world_.ledger().close(txn, LedgerFixture::who(anybody()), code_, {m.first, m.second}); });
  if (!book_.closed(m)) throw std::runtime_error(code_ + ": the naive book cannot close " + name(m));
}

void RandomMonths::compare(Month m) {
  std::map<std::string, Figures> theirs;
  std::map<Key, long long> by_item;
  world_.database().read([&](store::Txn& txn) {
    for (const auto& t : world_.ledger().trial_balance(txn, code_, m.first, m.second, m.second)) {
      theirs[t.account] = {t.opening.value(), t.debit.value(), t.credit.value()};
      if (theirs[t.account].closing() != t.closing.value()) throw std::runtime_error(code_ + ": the trial balance does not add up at " + t.account);
    }
    world_.ledger().balances(txn, code_, m.first, m.second, [&](const ledger::Balance& b) { by_item[{b.account, b.aux}] += (b.debit - b.credit).value(); });
  });
  for (const auto& account : book_.accounts()) {
    const Figures ours = book_.figures(account, m, m), found = theirs[account];
    if (ours.opening != found.opening || ours.debit != found.debit || ours.credit != found.credit)
      throw std::runtime_error(code_ + ": " + account + " in " + name(m) + " has " + std::to_string(found.opening) + " + " + std::to_string(found.debit) + " - " + std::to_string(found.credit) +
                               " instead of " + std::to_string(ours.opening) + " + " + std::to_string(ours.debit) + " - " + std::to_string(ours.credit));
    theirs.erase(account);
  }
  for (const auto& [account, f] : theirs)
    if (f.opening || f.debit || f.credit) throw std::runtime_error(code_ + ": " + account + " has figures in " + name(m) + " but nobody posted to it");
  auto ours = book_.nets(m);
  std::erase_if(ours, [](const auto& item) { return item.second == 0; });
  std::erase_if(by_item, [](const auto& item) { return item.second == 0; });
  if (ours != by_item) throw std::runtime_error(code_ + ": balances by item at the end of " + name(m) + " are" + text_of(by_item) + "\ninstead of" + text_of(ours));
}

void RandomMonths::month(Month m) {
  const int steps = 8 + upto(30);
  for (int i = 0; i < steps; ++i) random_step(m);
  if (one_in(3)) {  // carried before the last vouchers came: the rest is carried again
    carry(m);
    for (int i = 0; i < 3; ++i) propose(slip(m), "补");
  }
  finish_everything(m);
  if (m.second >= 12) allocate_deferred(m);
  carry(m);
  close(m);
  compare(m);
}

void RandomMonths::run() {
  Month m = book_.start_;
  const int months = 2 + upto(8);
  for (int i = 0; i < months; ++i, m = next(m)) {
    month(m);
    if (m.second != 12 || one_in(3)) continue;
    if (one_in(2))
      for (int k = 0; k < 4; ++k) random_step(next(m));  // January does not wait for the adjustments
    month({m.first, 13});
  }
  compare(m);
}

}  // namespace mif::model
