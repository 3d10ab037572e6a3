// SPDX-License-Identifier: Apache-2.0
// Drafts that are edited, and entries that need several vouchers.
#include "tests/model/random_months.h"

namespace mif::model {

using testing::LedgerFixture;

// By its maker or by somebody else, from what it says now or from what it said earlier, into this month or another one.
void RandomMonths::edit_something(Month m) {
  std::vector<long long> some;
  for (const auto& [id, s] : book_.slips)
    if (!s.closing && (s.state == Slip::State::draft || one_in(10))) some.push_back(id);
  if (some.empty()) return;
  const long long id = some[static_cast<std::size_t>(upto(static_cast<int>(some.size())))];
  const Slip& old = book_.slips[id];
  Slip wanted = slip(one_in(8) ? book_.start_ : one_in(4) ? Month{m.first + (m.second >= 12), m.second >= 12 ? 1 : m.second + 1} : m);
  wanted.maker = old.maker;
  if (one_in(8)) wanted.entries[0].fen += 1;
  if (old.parts != 0 && !one_in(6)) {  // otherwise it is a whole number from now on
    wanted.part = old.part;
    wanted.parts = old.parts;
    wanted.lead = old.lead;
    if (!one_in(6)) wanted.word = old.word;
  }
  const std::string who = one_in(4) ? anybody() : old.maker;
  const auto& read = read_[id];
  const std::string hash = one_in(4) ? read[static_cast<std::size_t>(upto(static_cast<int>(read.size())))] : read.back();
  const ledger::Draft d = draft_of(wanted, "改");
  const bool allowed = book_.revise(id, who, hash == read.back(), wanted);
  expect(allowed, "voucher " + std::to_string(id) + " revised by " + who, [&](store::Txn& txn) { world_.ledger().revise(txn, LedgerFixture::who(who), id, hash, d); });
  const ledger::Voucher v = world_.voucher(id);
  if ((v.content_hash != read.back()) != allowed) throw std::runtime_error(code_ + ": the hash of voucher " + std::to_string(id) + (allowed ? " did not follow its content" : " changed with a refusal"));
  if (!allowed) return;
  if (v.maker != old.maker || v.period.month != wanted.month.second || v.lines.size() != wanted.entries.size() || v.source_key == d.source_key)
    throw std::runtime_error(code_ + ": voucher " + std::to_string(id) + " was not revised to what was asked");
  read_[id].push_back(v.content_hash);
}

// 分数编号: one transaction on two or three vouchers. Some parts are left out, some do not fit.
void RandomMonths::fraction(Month m) {
  Slip first = slip(m);
  first.part = 1;
  first.parts = 2 + upto(2);
  const long long lead = propose(first, "分");
  if (lead == 0) return;
  for (int part = 2; part <= first.parts; ++part)
    if (!one_in(4)) part_of(lead, one_in(6) ? 2 : part, m, false);
}

void RandomMonths::part_of(long long lead, int part, Month m, bool sure) {
  Slip s = slip(m);
  s.part = part;
  s.parts = book_.slips[lead].parts;
  s.lead = lead;
  if (sure || !one_in(6)) s.word = book_.slips[lead].word;
  if (!sure && one_in(8)) ++s.parts;
  const long long id = propose(s, "分");
  if (sure) approve_and_post(id);
}

void RandomMonths::complete_fractions(Month m) {
  std::vector<long long> leads;
  for (const auto& [id, s] : book_.slips)
    if (s.month == m && s.part == 1 && s.state == Slip::State::posted) leads.push_back(id);
  for (const long long lead : leads)
    for (const int part : book_.missing_parts(lead)) part_of(lead, part, m, true);
}

}  // namespace mif::model
