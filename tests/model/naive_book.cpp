// SPDX-License-Identifier: Apache-2.0
#include "tests/model/naive_book.h"

#include <algorithm>

namespace mif::model {
namespace {

long long signed_fen(const Entry& e) { return e.debit ? e.fen : -e.fen; }
bool begins(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

// Without the dimensions that 4501 and 5401 do not have.
std::string kept_for_corrections(const std::string& aux) {
  std::string kept;
  for (std::size_t at = 0; at < aux.size();) {
    const std::size_t end = std::min(aux.find(';', at), aux.size());
    const std::string item = aux.substr(at, end - at);
    for (const char* dimension : {"counterparty=", "fund_pay_type=", "insutype=", "mode=", "region="})
      if (begins(item, dimension)) kept += (kept.empty() ? "" : ";") + item;
    at = end + 1;
  }
  return kept;
}

}  // namespace

bool NaiveBook::balanced(const std::vector<Entry>& entries) const {
  long long sum = 0;
  for (const auto& e : entries) {
    if (e.fen == 0) return false;
    sum += signed_fen(e);
  }
  return sum == 0 && !entries.empty();
}

bool NaiveBook::fits(const Slip& slip, long long id) const {
  if (slip.lead == 0) return true;
  const auto found = slips.find(slip.lead);
  if (found == slips.end()) return false;
  const Slip& lead = found->second;
  if (lead.part != 1 || lead.parts != slip.parts || lead.month != slip.month || lead.word != slip.word || lead.state == Slip::State::gone) return false;
  for (const auto& [other, s] : slips)
    if (other != id && s.lead == slip.lead && s.part == slip.part && s.month == slip.month && s.state != Slip::State::gone) return false;
  return true;
}

bool NaiveBook::lead_posted(const Slip& slip) const {
  const Slip& lead = slips.at(slip.lead);
  return lead.state == Slip::State::posted && lead.part == 1 && lead.parts == slip.parts && lead.month == slip.month && lead.word == slip.word;
}

std::vector<int> NaiveBook::missing_parts(long long lead) const {
  std::vector<int> missing;
  for (int part = 2; part <= slips.at(lead).parts; ++part) {
    bool there = false;
    for (const auto& [id, s] : slips) there = there || (s.lead == lead && s.part == part && s.state == Slip::State::posted);
    if (!there) missing.push_back(part);
  }
  return missing;
}

bool NaiveBook::submit(long long id) {
  Slip& s = slips.at(id);
  if (s.state == Slip::State::draft) s.state = Slip::State::submitted;
  return s.state == Slip::State::submitted;
}

bool NaiveBook::approve(long long id, const std::string& by) {
  Slip& s = slips.at(id);
  if (s.state == Slip::State::approved) return s.reviewer == by;
  if (s.state > Slip::State::approved || s.maker == by || s.cashier == by) return false;
  s.state = Slip::State::approved;
  s.reviewer = by;
  return true;
}

bool NaiveBook::sign(long long id, const std::string& by) {
  Slip& s = slips.at(id);
  if ((s.state != Slip::State::submitted && s.state != Slip::State::approved) || s.maker == by || s.reviewer == by) return false;
  if (s.cashier.empty()) s.cashier = by;
  return s.cashier == by;
}

bool NaiveBook::revise(long long id, const std::string& by, bool read_is_current, const Slip& wanted) {
  Slip& s = slips.at(id);
  if (s.state != Slip::State::draft || s.maker != by || !read_is_current || !open(wanted.month) || !balanced(wanted.entries) || !fits(wanted, id)) return false;
  s.month = wanted.month;
  s.day = wanted.day;
  s.word = wanted.word;
  s.entries = wanted.entries;
  s.part = wanted.part;
  s.parts = wanted.parts;
  s.lead = wanted.lead;
  return true;
}

bool NaiveBook::reject(long long id) {
  Slip& s = slips.at(id);
  if (s.state >= Slip::State::posted) return false;
  s.state = Slip::State::draft;
  s.reviewer.clear();
  s.cashier.clear();
  return true;
}

bool NaiveBook::withdraw(long long id) {
  Slip& s = slips.at(id);
  if (s.state == Slip::State::approved || s.state == Slip::State::posted) return false;
  s.state = Slip::State::gone;
  return true;
}

bool NaiveBook::post(long long id) {
  Slip& s = slips.at(id);
  if (s.state != Slip::State::approved || !open(s.month)) return false;
  if (s.lead != 0) {
    if (!lead_posted(s)) return false;
    s.number = slips.at(s.lead).number;
  } else {
    s.number = 1;
    for (const auto& [other, o] : slips) s.number += o.state == Slip::State::posted && o.month == s.month && o.word == s.word && o.lead == 0;
  }
  s.state = Slip::State::posted;
  return true;
}

std::vector<Month> NaiveBook::months_before(Month m) const {
  std::vector<Month> all;
  for (Month at = start_; at < m; at = at.second == 13 ? Month{at.first + 1, 1} : Month{at.first, at.second + 1}) all.push_back(at);
  return all;
}

bool NaiveBook::used(Month m) const {
  for (const auto& [id, s] : slips)
    if (s.month == m && s.state != Slip::State::gone) return true;
  return false;
}

int NaiveBook::waiting(Month m) const {
  int count = 0;
  for (const auto& [id, s] : slips) count += s.month == m && s.state < Slip::State::posted;
  return count;
}

bool NaiveBook::close(Month m) {
  if (!open(m) || waiting(m) != 0 || !to_carry(m).empty()) return false;
  for (const Month& before : months_before(m))
    if (!closed(before) && !(before.second == 13 && !used(before))) return false;
  for (const char* money : {"1001", "1002", "1003", "1004", "1005"})
    if (net(money, m) < 0) return false;
  for (const auto& [id, s] : slips)
    if (s.month == m && s.state == Slip::State::posted && s.part == 1 && !missing_parts(id).empty()) return false;
  if (m.second >= 12 && (net("4601", m) != 0 || net("4602", m) != 0)) return false;
  for (const Month& before : months_before(m)) closed_.insert(before);
  closed_.insert(m);
  if (m.second == 12) horizon_ = std::max(horizon_, m.first + 2);
  return true;
}

Figures NaiveBook::figures(const std::string& account, Month from, Month to) const {
  Figures f;
  for (const auto& e : opening)
    if (e.account == account) f.opening += signed_fen(e);
  for (const auto& [id, s] : slips) {
    if (s.state != Slip::State::posted || s.month > to) continue;
    for (const auto& e : s.entries) {
      if (e.account != account) continue;
      if (s.month < from) f.opening += signed_fen(e);
      else (e.debit ? f.debit : f.credit) += e.fen;
    }
  }
  return f;
}

std::set<std::string> NaiveBook::accounts() const {
  std::set<std::string> all;
  for (const auto& e : opening) all.insert(e.account);
  for (const auto& [id, s] : slips)
    if (s.state == Slip::State::posted)
      for (const auto& e : s.entries) all.insert(e.account);
  return all;
}

std::map<Key, long long> NaiveBook::nets(Month to) const {
  std::map<Key, long long> all;
  for (const auto& e : opening) all[{e.account, e.aux}] += signed_fen(e);
  for (const auto& [id, s] : slips)
    if (s.state == Slip::State::posted && s.month <= to)
      for (const auto& e : s.entries) all[{e.account, e.aux}] += signed_fen(e);
  return all;
}

long long NaiveBook::net(const std::string& prefix, Month to) const {
  long long sum = 0;
  for (const auto& [key, fen] : nets(to))
    if (begins(key.first, prefix.c_str())) sum += fen;
  return sum;
}

// 财会〔2017〕28号: the employee fund's 统筹 part goes to 300101, the 个人账户 part to 300102; the residents' fund is one.
std::string NaiveBook::carried_to(const std::string& account) const {
  if (begins(account, "46") || (account[0] != '4' && account[0] != '5')) return "";
  if (!employee_) return "3001";
  if (begins(account, "4101") || begins(account, "5101")) return "300101";
  if (begins(account, "4301") || begins(account, "5201")) return "300102";
  return "3001" + account.substr(4, 2);
}

std::map<Key, long long> NaiveBook::to_carry(Month m) const {
  std::map<Key, long long> moved;
  if (yearly_ && m.second < 12) return moved;
  for (const auto& [key, fen] : nets(m)) {
    const std::string target = carried_to(key.first);
    if (fen == 0 || target.empty()) continue;
    moved[key] -= fen;
    moved[{target, ""}] += fen;
  }
  for (auto at = moved.begin(); at != moved.end();) at = at->second == 0 ? moved.erase(at) : std::next(at);
  return moved;
}

std::vector<Entry> NaiveBook::correction(const Slip& slip, int year) const {
  std::vector<Entry> lines;
  for (Entry e : slip.entries) {
    if (slip.month.first == year) {  // red: the same entry with the opposite sign
      e.fen = -e.fen;
    } else {  // blue: the opposite side; that year's income and expense are history
      if (e.fen > 0) e.debit = !e.debit;
      else e.fen = -e.fen;
      if (e.account[0] == '4' || e.account[0] == '5') {
        const std::string target = carried_to(e.account), fund = !employee_ ? "" : target == "300102" ? "02" : "01";
        e.account = (e.account[0] == '4' ? "5401" : "4501") + fund;
        e.aux = kept_for_corrections(e.aux);
      }
    }
    lines.push_back(e);
  }
  return lines;
}

}  // namespace mif::model
