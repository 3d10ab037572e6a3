// SPDX-License-Identifier: Apache-2.0
#include "generate.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "mif/json.hpp"
#include "split.h"

namespace mif::datagen {

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string padded(std::uint64_t n, std::size_t width) {
  std::string digits = std::to_string(n);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

void replace(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
}

struct Party {
  std::string code, name, account, bank_no, region;
  std::uint64_t weight = 1;
};

// Parties are invented, but have a size: few are large, most are small.
std::vector<Party> make_parties(const PartyGroup& group, Random& random) {
  std::vector<Party> all;
  for (int i = 1; i <= group.count; ++i) {
    Party p;
    const auto n = static_cast<std::uint64_t>(i);
    p.region = group.region;
    p.code = group.kind + group.region + padded(n, 5);
    p.name = group.name;
    replace(p.name, "{n}", padded(n, 3));
    p.account = "88" + group.region + (group.kind == "H" ? "1" : group.kind == "P" ? "2" : "3") + padded(n, 7);
    p.bank_no = group.bank + padded(random.below(40), 3);
    const std::uint64_t r = random.below(100);
    p.weight = 100 + r * r * r / 100;
    all.push_back(std::move(p));
  }
  return all;
}

std::string filled(std::string text, const Party* party, Period period, const std::string& doc_no) {
  if (text.find('{') == std::string::npos) return text;
  if (party) {
    replace(text, "{code}", party->code);
    replace(text, "{name}", party->name);
    replace(text, "{account}", party->account);
    replace(text, "{bank}", party->bank_no);
    replace(text, "{region}", party->region);
  }
  replace(text, "{period}", period.iso());
  replace(text, "{document}", doc_no);
  return text;
}

std::string compact(Period period) { return padded(static_cast<std::uint64_t>(period.year * 100 + period.month), 6); }

std::string batch_of(const Figures& figures, Period period) { return figures.scheme + "-" + compact(period); }

// What a wrong document may be made from.
struct Made {
  std::string doc_no;
  Fields fields;  // money parts included
  Fen amount;
  std::string part;
};

class Generator {
 public:
  Generator(const Figures& figures, std::uint64_t seed, std::vector<Document>& documents, std::vector<Withdrawal>& withdrawals)
      : figures_(figures), random_(seed), documents_(documents), withdrawals_(withdrawals) {}

  void run() {
    for (const auto& group : figures_.parties) parties_[group.id] = make_parties(group, random_);
    for (const auto& target : figures_.targets) make(target);
    plan_money(figures_, documents_);
    for (const auto& wrong : figures_.wrongs) make(wrong);
  }

 private:
  void make(const Target& target);
  void make_month(const Target& target, Period period, const std::vector<Fen>& sums);
  void make(const Wrong& wrong);
  std::vector<Day> days_of(const Target& target, Period period, std::size_t count);
  Document blank(const Target& target, Period period) const {
    Document d;
    d.feed = figures_.feed;
    d.type = target.type;
    d.unit = figures_.unit;
    d.scheme = figures_.scheme;
    d.book = figures_.book;
    d.period = period;
    d.batch = batch_of(figures_, period);
    return d;
  }

  const Figures& figures_;
  Random random_;
  std::vector<Document>& documents_;
  std::vector<Withdrawal>& withdrawals_;
  std::map<std::string, std::vector<Party>> parties_;
  std::map<std::string, std::vector<Made>> made_;
};

std::vector<Day> Generator::days_of(const Target& target, Period period, std::size_t count) {
  std::vector<Day> open;
  const int last = std::min(target.last_day, Day::days_in(period.year, period.month));
  for (int d = target.first_day; d <= last; ++d) {
    const Day day(period.year, period.month, d);
    if (!target.weekdays || is_weekday(day)) open.push_back(day);
  }
  if (open.empty()) open.push_back(Day(period.year, period.month, last));
  std::vector<Day> days;
  for (std::size_t i = 0; i < count; ++i) days.push_back(open[random_.below(open.size())]);
  std::sort(days.begin(), days.end());
  return days;
}

void Generator::make(const Target& target) {
  // first the months, then the documents of each month: both splits are exact, so the target is
  std::vector<std::vector<Fen>> by_amount;
  for (const auto& a : target.amounts) by_amount.push_back(split(a.total, target.weights));
  for (std::size_t i = 0; i < target.periods.size(); ++i) {
    if (target.weights[i] == 0) continue;
    std::vector<Fen> sums;
    for (const auto& parts : by_amount) sums.push_back(parts[i]);
    make_month(target, target.periods[i], sums);
  }
}

void Generator::make_month(const Target& target, Period period, const std::vector<Fen>& sums) {
  const auto count = static_cast<std::size_t>(target.documents);
  const std::vector<Party>* group = target.party.empty() ? nullptr : &parties_[target.party];
  const auto party_of = [&](std::size_t i) { return group ? &(*group)[i % group->size()] : nullptr; };

  std::vector<std::vector<bool>> has(target.amounts.size(), std::vector<bool>(count, true));
  for (std::size_t a = 0; a < target.amounts.size(); ++a) {
    if (target.amounts[a].presence == 100) continue;
    bool any = false;
    for (std::size_t i = 0; i < count; ++i) {
      has[a][i] = random_.below(100) < static_cast<std::uint64_t>(target.amounts[a].presence);
      any = any || has[a][i];
    }
    if (!any) has[a][random_.below(count)] = true;
  }
  for (std::size_t i = 0; i < count; ++i)
    if (std::none_of(has.begin(), has.end(), [&](const auto& h) { return h[i]; })) has[0][i] = true;

  std::vector<std::vector<Fen>> parts;
  for (std::size_t a = 0; a < target.amounts.size(); ++a) {
    std::vector<std::uint64_t> weights;
    for (std::size_t i = 0; i < count; ++i) {
      const Party* party = party_of(i);
      weights.push_back(has[a][i] ? (party ? party->weight : 100) * (70 + random_.below(61)) : 0);
    }
    parts.push_back(split(sums[a], weights));
  }

  const std::vector<Day> days = days_of(target, period, count);
  for (std::size_t i = 0; i < count; ++i) {
    Document d = blank(target, period);
    d.day = days[i];
    d.doc_no = target.prefix + compact(period) + padded(i + 1, 4);
    d.incoming = target.incoming;
    d.outgoing = target.outgoing;
    d.priority = target.outgoing.empty() ? 1 : 2;
    Made made{d.doc_no, {}, {}, target.amounts.front().field};
    const Party* party = party_of(i);
    if (party) d.counter_name = party->name;
    for (const auto& [field, text] : target.set) made.fields.emplace_back(field, filled(text, party, period, d.doc_no));
    for (std::size_t a = 0; a < target.amounts.size(); ++a) {
      if (parts[a][i] == Fen()) continue;
      made.fields.emplace_back(target.amounts[a].field, parts[a][i].plain());
      made.amount += parts[a][i];
    }
    if (made.amount == Fen()) throw Error(MIF_E_INVALID, figures_.file + ":" + std::to_string(target.line) + ": 金额不够分给每张单据 (too little money for that many documents)");
    d.amount = made.amount;
    d.payload = payload(figures_, d.batch, period, d.amount, made.fields);
    made_[target.id].push_back(std::move(made));
    documents_.push_back(std::move(d));
  }
}

void Generator::make(const Wrong& wrong) {
  const Target& like = figures_.target(wrong.like, wrong.line);
  const std::vector<Made>& models = made_.at(like.id);
  std::size_t which = random_.below(models.size());
  if (!wrong.duplicate_of.empty()) which = static_cast<std::size_t>(Fen::parse(wrong.duplicate_of).value() / 100 - 1) % models.size();
  const Made& model = models[which];

  Period period = Period::of(wrong.day);
  if (std::find(like.periods.begin(), like.periods.end(), period) == like.periods.end()) period = like.periods.front();
  Document d = blank(like, period);
  d.day = wrong.day;
  d.priority = 3;
  d.expect = wrong.expect;
  d.doc_no = wrong.duplicate_of.empty() ? like.prefix + compact(Period::of(wrong.day)) + "9" + padded(static_cast<std::uint64_t>(wrong.line), 4) : model.doc_no;
  // a duplicate says something else about the same document; the others are small documents of their own
  const Fen amount = wrong.duplicate_of.empty() ? wrong.amount : model.amount + wrong.amount;
  Fields fields;
  for (const auto& [field, text] : model.fields) {
    const auto is_part = std::any_of(like.amounts.begin(), like.amounts.end(), [&](const auto& a) { return a.field == field; });
    if (!is_part) fields.emplace_back(field, text);
  }
  for (const auto& [field, text] : wrong.set) {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.first == field; });
    if (found == fields.end())
      fields.emplace_back(field, text);
    else
      found->second = text;
  }
  fields.emplace_back(model.part, amount.plain());
  d.amount = amount + wrong.off;
  d.payload = payload(figures_, d.batch, period, d.amount, fields);
  if (wrong.withdraw) withdrawals_.push_back({0, figures_.feed, d.doc_no, wrong.why, 1, wrong.day});
  documents_.push_back(std::move(d));
}

}  // namespace

bool is_weekday(Day day) {
  using namespace std::chrono;
  const weekday w{sys_days{year{day.year()} / month{static_cast<unsigned>(day.month())} / std::chrono::day{static_cast<unsigned>(day.day())}}};
  return w != Saturday && w != Sunday;
}

std::string payload(const Figures& figures, const std::string& batch, Period period, Fen amount,
                    const std::vector<std::pair<std::string, std::string>>& fields) {
  JsonWriter json;
  json.begin_object().field("book", figures.book).field("unit", figures.unit).field("scheme", figures.scheme);
  json.field("batch", batch).field("period", period.iso()).field("system", figures.system);
  for (const auto& [field, text] : fields) json.field(field, text);
  json.field("amount", amount).end_object();
  return json.take();
}

Exchange generate(const std::vector<Figures>& files, std::uint64_t seed) {
  Exchange exchange;
  std::uint64_t salt = 0;
  for (const auto& figures : files) Generator(figures, seed + 1000003 * salt++, exchange.documents, exchange.withdrawals).run();

  std::stable_sort(exchange.documents.begin(), exchange.documents.end(), [](const Document& a, const Document& b) {
    return a.day != b.day ? a.day < b.day : a.priority < b.priority;
  });
  // a withdrawal comes after everything of its day
  std::stable_sort(exchange.withdrawals.begin(), exchange.withdrawals.end(), [](const auto& a, const auto& b) { return a.day < b.day; });
  std::map<std::string, std::int64_t> seq;
  auto next = exchange.withdrawals.begin();
  const auto withdrawals_before = [&](const Day* day) {
    for (; next != exchange.withdrawals.end() && (!day || next->day < *day); ++next) next->seq = ++seq[next->feed];
  };
  for (auto& d : exchange.documents) {
    withdrawals_before(&d.day);
    d.seq = ++seq[d.feed];
  }
  withdrawals_before(nullptr);
  return exchange;
}

}  // namespace mif::datagen
