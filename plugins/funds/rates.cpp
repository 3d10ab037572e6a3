// SPDX-License-Identifier: Apache-2.0
#include "rates.h"

#include <algorithm>

namespace mif::funds {

RateTable RateTable::read(const Node& file, const std::string& name) {
  RateTable table;
  table.name_ = name;
  const auto complain = [&](const Node& at, const std::string& what) { throw Error(MIF_E_INVALID, "deposit.rate-file", name + ":" + std::to_string(at.line) + ": " + what); };
  for (const Node& n : file.children) {
    if (n.key != "rates") complain(n, "只认 rates 节 (only rates is known here), 见到 (found) \"" + n.key + "\"");
    DatedRates dated;
    dated.from = Day::parse(n.require("from", name));
    for (const Node& k : n.children) {
      if (k.key == "from") continue;
      if (!dated.of_term.emplace(parse_term(k.key), parse_rate(k.value)).second) complain(k, "同一存期写了两次 (a term twice) " + k.key);
    }
    if (!dated.of_term.count(0)) complain(n, "缺少活期利率 demand (the demand rate is missing)");
    for (const auto& other : table.all_)
      if (other.from == dated.from) complain(n, "同一天写了两次 (a day twice) " + dated.from.iso());
    table.all_.push_back(std::move(dated));
  }
  std::sort(table.all_.begin(), table.all_.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
  return table;
}

Rate RateTable::on(Day day, int months) const {
  const DatedRates* found = nullptr;
  for (const auto& d : all_)
    if (d.from <= day) found = &d;
  const auto rate = found ? found->of_term.find(months) : std::map<int, Rate>::const_iterator();
  if (!found || rate == found->of_term.end())
    throw Error(MIF_E_NOT_FOUND, "deposit.no-rate", (name_.empty() ? "没有配置利率表" : "利率表 " + name_ + " 没有") + (" " + day.iso() + " 的 ") + term_text(months) + " 利率 (no such rate)");
  return rate->second;
}

std::vector<Stretch> RateTable::demand_between(Day from, Day to) const {
  std::vector<Stretch> all;
  for (Day at = from; at < to;) {
    const Rate rate = on(at, 0);
    Day until = to;
    for (const auto& d : all_)
      if (at < d.from && d.from < until) until = d.from;
    all.push_back({rate, days_between(at, until)});
    at = until;
  }
  return all;
}

Fen interest_when_taken(const Terms& t, Day day, const RateTable& rates) {
  if (day <= t.open) return Fen(0);
  if (t.months == 0) return interest(t.principal, rates.demand_between(t.open, day));
  if (day < t.maturity) return interest(t.principal, {{rates.on(day, 0), days_between(t.open, day)}});
  const Fen term = whole_term(t.principal, t.rate, t.months);
  return day == t.maturity ? term : term + interest(t.principal, {{rates.on(day, 0), days_between(t.maturity, day)}});
}

Fen accrued(const Terms& t, Day day, const RateTable& rates) {
  if (t.months == 0 || t.maturity <= day) return interest_when_taken(t, day, rates);
  if (day <= t.open) return Fen(0);
  return interest(t.principal, {{t.rate, std::min(days_between_30_360(t.open, day), std::int64_t{t.months} * 30)}});
}

}  // namespace mif::funds
