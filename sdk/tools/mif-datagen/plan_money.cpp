// SPDX-License-Identifier: Apache-2.0
// Fund-use documents: the expenditure account may only spend what the special account paid in before.
#include <algorithm>
#include <map>

#include "generate.h"

namespace mif::datagen {

namespace {

struct DayFlow {
  Fen in, out;
};
using Flow = std::map<Day, DayFlow, std::less<>>;

Flow flow_of(const Figures& figures, const std::vector<Document>& documents, const std::string& account) {
  Flow flow;
  for (const auto& d : documents) {
    if (d.book != figures.book) continue;
    if (d.incoming == account) flow[d.day].in += d.amount;
    if (d.outgoing == account) flow[d.day].out += d.amount;
  }
  return flow;
}

Fen opening_of(const Figures& figures, const std::string& account) {
  for (const auto& a : figures.accounts)
    if (a.number == account) return a.opening;
  throw Error(MIF_E_INVALID, figures.file + ": 没有这个银行账户 (no bank account) " + account);
}

void must_stay_above_zero(const Figures& figures, const std::vector<Document>& documents, const std::string& account) {
  Fen balance = opening_of(figures, account);
  for (const auto& [day, moved] : flow_of(figures, documents, account)) {
    balance += moved.in - moved.out;
    if (balance < Fen())
      throw Error(MIF_E_INVALID, figures.file + ": 账户 " + account + " 在 " + day.iso() + " 不足 (is short by) " + (-balance).grouped() +
                                     ", 请调整期初数或用款日 (raise its opening or plan fund use earlier)");
  }
}

std::vector<Day> use_days(const FundUse& use, Day first, Day last) {
  std::vector<Day> days;
  for (Period p = Period::of(first); p <= Period::of(last); p = p.next())
    for (const int wanted : use.days) {
      Day day(p.year, p.month, std::min(wanted, Day::days_in(p.year, p.month)));
      while (!is_weekday(day) && day.day() < Day::days_in(p.year, p.month)) day = Day(p.year, p.month, day.day() + 1);
      if (days.empty() || days.back() < day) days.push_back(day);
    }
  return days;
}

}  // namespace

void plan_money(const Figures& figures, std::vector<Document>& documents) {
  for (const auto& use : figures.fund_uses) {
    const Flow flow = flow_of(figures, documents, use.to);
    if (flow.empty()) continue;
    const std::vector<Day> days = use_days(use, flow.begin()->first, flow.rbegin()->first);
    Fen balance = opening_of(figures, use.to);
    auto at = flow.begin();
    std::map<int, int> numbers;
    for (std::size_t i = 0; i < days.size(); ++i) {
      for (; at != flow.end() && at->first < days[i]; ++at) balance += at->second.in - at->second.out;
      Fen needed;  // until the next fund use; money that comes in meanwhile is a reserve, not a promise
      for (auto ahead = at; ahead != flow.end() && (i + 1 == days.size() || ahead->first < days[i + 1]); ++ahead) needed += ahead->second.out;
      const Fen missing = needed + use.keep - balance;
      if (missing <= Fen()) continue;
      const std::int64_t times = (missing.value() + use.round.value() - 1) / use.round.value();
      const Period period = Period::of(days[i]);
      Document d;
      d.feed = figures.feed;
      d.type = use.type;
      d.unit = figures.unit;
      d.scheme = figures.scheme;
      d.book = figures.book;
      d.day = days[i];
      d.period = period;
      d.priority = 0;
      d.amount = use.round * times;
      const std::string month = std::to_string(period.year * 100 + period.month);
      d.batch = figures.scheme + "-" + month;
      d.doc_no = use.prefix + month + std::to_string(10000 + ++numbers[period.year * 100 + period.month]).substr(1);
      d.incoming = use.to;
      d.outgoing = use.from;
      d.counter_name = "财政专户";
      d.payload = payload(figures, d.batch, period, d.amount, {{"bank_account", use.to}, {"from_account", use.from}});
      balance += d.amount;
      documents.push_back(std::move(d));
    }
    must_stay_above_zero(figures, documents, use.to);
    must_stay_above_zero(figures, documents, use.from);
  }
}

}  // namespace mif::datagen
