// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <mutex>
#include <set>

#include "kernel/chart/chart.h"
#include "kernel/chart/rows.h"
#include "mif/error.hpp"
#include "mif/json.hpp"

namespace mif::chart {
namespace {

constexpr std::string_view kChain = "system";
using Key = std::tuple<std::string, std::string, std::int32_t>;  // unit, code, valid_from
Key key_of(const Account& a) { return {a.unit, a.code, a.valid_from.value()}; }

// As stored: nothing inherited.
std::map<Key, Account> stored_accounts(store::Txn& txn, std::string_view chart) {
  std::map<Key, Account> accounts;
  const std::string sql = "select " + std::string(kAccountColumns) + " from chart_account where chart = ?";
  txn.query(sql, {chart}, [&](const store::Row& row) {
    Account a;
    a.unit = row.text(1);
    a.code = row.text(2);
    a.valid_from = row.day(3);
    a.valid_to = row.day(4);
    a.name = row.text(5);
    a.account_class = class_of(row.text(6));
    a.side = static_cast<int>(row.integer(7));
    a.closes_to = row.text(8);
    a.aux_required = split(row.text(9));
    a.aux_allowed = split(row.text(10));
    accounts.emplace(key_of(a), std::move(a));
  });
  return accounts;
}

std::vector<AuxType> stored_aux(store::Txn& txn, std::string_view chart) {
  std::vector<AuxType> types;
  txn.query("select code, name from chart_aux_type where chart = ? order by code", {chart},
            [&](const store::Row& row) { types.push_back({std::string(row.text(0)), std::string(row.text(1)), {}}); });
  txn.query("select type, code, name from chart_aux_item where chart = ? order by type, code", {chart}, [&](const store::Row& row) {
    for (auto& type : types)
      if (type.code == row.text(0)) type.items.emplace_back(row.text(1), row.text(2));
  });
  return types;
}

bool same_rules(const Account& a, const Account& b) {
  return a.closes_to == b.closes_to && a.aux_required == b.aux_required && a.aux_allowed == b.aux_allowed;
}
bool same(const Account& a, const Account& b) {
  return a.name == b.name && a.account_class == b.account_class && a.side == b.side && a.valid_to == b.valid_to && same_rules(a, b);
}

std::string describe(const Account& was, const Account& now) {
  std::string what;
  const auto say = [&](const std::string& text) { what += (what.empty() ? "" : ", ") + text; };
  if (was.name != now.name) say("rename " + was.name + " -> " + now.name);
  if (was.account_class != now.account_class) say("class " + std::string(name_of(was.account_class)) + " -> " + std::string(name_of(now.account_class)));
  if (was.side != now.side) say("side");
  if (was.valid_to != now.valid_to) say(now.valid_to == Day() ? "reopen" : "end " + now.valid_to.iso());
  if (!same_rules(was, now)) say("rules");
  return what;
}

std::string body_of(std::string_view chart, const Account& a) {
  return JsonWriter()
      .begin_object()
      .field("chart", chart)
      .field("unit", a.unit)
      .field("code", a.code)
      .field("name", a.name)
      .field("class", name_of(a.account_class))
      .field("side", a.side)
      .field("closes_to", a.closes_to)
      .field("aux_required", join(a.aux_required))
      .field("aux_allowed", join(a.aux_allowed))
      .field("valid_from", a.valid_from.value())
      .field("valid_to", a.valid_to.value())
      .end_object()
      .take();
}

std::string body_of(std::string_view chart, const AuxType& type) {
  JsonWriter json;
  json.begin_object().field("chart", chart).field("code", type.code).field("name", type.name).key("items").begin_array();
  for (const auto& [code, name] : type.items) json.begin_object().field("code", code).field("name", name).end_object();
  return json.end_array().end_object().take();
}

void insert(store::Txn& txn, std::string_view chart, const Account& a) {
  txn.execute("insert into chart_account (chart, unit, code, valid_from, valid_to, name, class, side, closes_to, aux_required, aux_allowed) "
              "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {chart, a.unit, a.code, a.valid_from, a.valid_to, a.name, name_of(a.account_class), a.side, a.closes_to, join(a.aux_required), join(a.aux_allowed)});
}

bool valid_on(const Account& a, Day day) { return a.valid_from <= day && (a.valid_to == Day() || day <= a.valid_to); }

}  // namespace

// All accounts of one chart for one unit, and the charts made of them, one per span of days between two changes.
struct Charts::Series {
  std::int64_t version = 0;
  std::vector<Day> starts;  // ascending; the first is Day()
  std::vector<std::shared_ptr<const Chart>> charts;
};

Charts::Charts(store::Database&, audit::Log& log) : log_(log) {}

std::vector<ChartChange> Charts::plan(store::Txn& txn, std::string_view chart, const std::vector<Account>& accounts) const {
  std::vector<ChartChange> changes;
  auto stored = stored_accounts(txn, chart);
  for (const auto& a : accounts) {
    const auto found = stored.find(key_of(a));
    if (found == stored.end()) {
      changes.push_back({a.code, "add " + a.name});
    } else {
      if (!same(found->second, a)) changes.push_back({a.code, describe(found->second, a)});
      stored.erase(found);
    }
  }
  for (const auto& [key, a] : stored) changes.push_back({a.code, "remove " + a.name});
  return changes;
}

void Charts::apply(store::Txn& txn, const Who& who, std::string_view chart, const std::vector<Account>& accounts, const std::vector<AuxType>& aux) {
  const auto used = [&](std::string_view code) { return in_use_ && in_use_(txn, chart, code); };
  auto stored = stored_accounts(txn, chart);
  std::set<std::string> known;
  for (const auto& [key, a] : stored) known.insert(a.code);
  std::vector<audit::Event> events;
  const auto note = [&](const char* action, const Account& a, bool gone = false) {
    events.push_back({std::string(kChain), action, object_of_account(chart, a), gone ? std::string(audit::kGone) : digest_of_account(log_.alg(), chart, a), body_of(chart, a)});
  };
  for (const auto& a : accounts) {
    const auto found = stored.find(key_of(a));
    if (found == stored.end()) {
      const auto parent = above(a.code);
      if (!parent.empty() && !known.count(a.code) && used(parent))
        throw Error(MIF_E_CONFLICT, "科目 " + std::string(parent) + " 已有发生额,不能再设下级 " + a.code + " (the account above has postings; move them first)");
      insert(txn, chart, a);
      note("chart.add", a);
      continue;
    }
    const Account& was = found->second;
    if (!same(was, a)) {
      if ((was.account_class != a.account_class || was.side != a.side) && used(a.code))
        throw Error(MIF_E_CONFLICT, "科目 " + a.code + " 已有发生额,不能改类别和方向 (class and side of a used account stay)");
      txn.execute("update chart_account set valid_to = ?, name = ?, class = ?, side = ?, closes_to = ?, aux_required = ?, aux_allowed = ? "
                  "where chart = ? and unit = ? and code = ? and valid_from = ?",
                  {a.valid_to, a.name, name_of(a.account_class), a.side, a.closes_to, join(a.aux_required), join(a.aux_allowed), chart, a.unit, a.code, a.valid_from});
      note("chart.change", a);
    }
    stored.erase(found);
  }
  for (const auto& [key, a] : stored) {
    if (used(a.code)) throw Error(MIF_E_CONFLICT, "科目 " + a.code + ' ' + a.name + " 已有发生额,不能删除,请填停用日 (a used account cannot be removed; give it a valid_to)");
    txn.execute("delete from chart_account where chart = ? and unit = ? and code = ? and valid_from = ?", {chart, a.unit, a.code, a.valid_from});
    note("chart.remove", a, true);
  }
  auto old_aux = stored_aux(txn, chart);
  for (AuxType type : aux) {
    std::sort(type.items.begin(), type.items.end());
    const auto found = std::find_if(old_aux.begin(), old_aux.end(), [&](const AuxType& t) { return t.code == type.code; });
    const bool existed = found != old_aux.end();
    if (existed && found->name == type.name && found->items == type.items) {
      old_aux.erase(found);
      continue;
    }
    if (existed) {
      txn.execute("delete from chart_aux_item where chart = ? and type = ?", {chart, type.code});
      txn.execute("update chart_aux_type set name = ? where chart = ? and code = ?", {type.name, chart, type.code});
      old_aux.erase(found);
    } else {
      txn.execute("insert into chart_aux_type (chart, code, name) values (?, ?, ?)", {chart, type.code, type.name});
    }
    for (const auto& [code, name] : type.items) txn.execute("insert into chart_aux_item (chart, type, code, name) values (?, ?, ?, ?)", {chart, type.code, code, name});
    events.push_back({std::string(kChain), "chart.aux", "aux:" + std::string(chart) + '/' + type.code, digest_of_aux(log_.alg(), chart, type), body_of(chart, type)});
  }
  for (const auto& type : old_aux) {
    txn.execute("delete from chart_aux_item where chart = ? and type = ?", {chart, type.code});
    txn.execute("delete from chart_aux_type where chart = ? and code = ?", {chart, type.code});
    events.push_back({std::string(kChain), "chart.aux_remove", "aux:" + std::string(chart) + '/' + type.code, std::string(audit::kGone), body_of(chart, type)});
  }
  if (events.empty()) return;
  const std::int64_t version = txn.next_id("chart_version");
  if (txn.execute("update chart set version = ? where code = ?", {version, chart}) == 0)
    txn.execute("insert into chart (code, version) values (?, ?)", {chart, version});
  events.push_back({std::string(kChain), "chart.apply", "chart:" + std::string(chart), digest_of_chart(log_.alg(), chart, version),
                    JsonWriter().begin_object().field("chart", chart).field("version", version).field("changes", static_cast<std::int64_t>(events.size())).end_object().take()});
  log_.append_all(txn, who, events);
  read_series(txn, chart, {});  // refuses a chart that does not hang together, before it is committed
}

std::shared_ptr<const Charts::Series> Charts::read_series(store::Txn& txn, std::string_view chart, std::string_view unit) const {
  const auto version = txn.integer("select version from chart where code = ?", {chart});
  if (!version) throw Error(MIF_E_NOT_FOUND, "没有科目表 (no chart of accounts) \"" + std::string(chart) + "\"");
  const auto accounts = stored_accounts(txn, chart);
  auto aux = stored_aux(txn, chart);
  auto series = std::make_shared<Series>();
  series->version = *version;
  std::set<std::int32_t> starts{0};
  for (const auto& [key, a] : accounts) {
    if (!a.unit.empty() && a.unit != unit) continue;
    starts.insert(a.valid_from.value());
    if (a.valid_to != Day()) starts.insert(a.valid_to.value() + 1);  // not always a calendar day; only its order matters
  }
  for (const auto start : starts) {
    auto made = std::make_shared<Chart>();
    made->aux_types_ = aux;
    for (const auto& [key, a] : accounts)
      if ((a.unit.empty() || a.unit == unit) && valid_on(a, Day(start))) made->accounts_.push_back(a);
    if (start == 0 && made->accounts_.empty() && starts.size() > 1) {  // nothing was valid before the first day
      series->starts.push_back(Day());
      series->charts.push_back(std::move(made));
      continue;
    }
    complete(made->accounts_);
    for (std::size_t i = 0; i < made->accounts_.size(); ++i)
      if (!made->by_code_.emplace(made->accounts_[i].code, i).second)
        throw Error(MIF_E_INVALID, "科目 " + made->accounts_[i].code + " 的有效期重叠 (the account is valid twice on one day)");
    series->starts.push_back(Day(start));
    series->charts.push_back(std::move(made));
  }
  return series;
}

std::shared_ptr<const Chart> Charts::load(store::Txn& txn, std::string_view chart, std::string_view unit, Day day) const {
  return load(txn, chart, unit, day, txn.integer("select version from chart where code = ?", {chart}).value_or(0));
}

std::shared_ptr<const Chart> Charts::load(store::Txn& txn, std::string_view chart, std::string_view unit, Day day, std::int64_t version) const {
  std::string key(chart);
  key += '\n';
  key += unit;
  std::shared_ptr<const Series> series;
  {
    const std::shared_lock lock(mutex_);
    const auto found = cache_.find(key);
    if (found != cache_.end() && found->second->version == version) series = found->second;
  }
  if (!series) {
    series = read_series(txn, chart, unit);
    const std::unique_lock lock(mutex_);
    cache_[key] = series;
  }
  const auto after = std::upper_bound(series->starts.begin(), series->starts.end(), day);
  return series->charts[static_cast<std::size_t>(after - series->starts.begin()) - 1];
}

}  // namespace mif::chart
