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

void insert(store::Txn& txn, std::string_view chart, const Account& a) {
  txn.execute("insert into chart_account (chart, unit, code, valid_from, valid_to, name, class, side, closes_to, aux_required, aux_allowed, detail) "
              "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {chart, a.unit, a.code, a.valid_from, a.valid_to, a.name, name_of(a.account_class), a.side, a.closes_to, join(a.aux_required), join(a.aux_allowed), a.detail});
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

std::vector<Use> Charts::uses(store::Txn& txn, std::string_view chart, std::string_view below) const { return uses_ ? uses_(txn, chart, below) : std::vector<Use>(); }

std::vector<ChartChange> Charts::plan(store::Txn& txn, std::string_view chart, const std::vector<Account>& accounts) const {
  std::vector<ChartChange> changes;
  const auto stored = stored_accounts(txn, chart);
  for (auto& judged : judge(stored, accounts, [&](std::string_view below) { return uses(txn, chart, below); })) changes.push_back(std::move(judged.change));
  return changes;
}

void Charts::apply(store::Txn& txn, const Who& who, std::string_view chart, const std::vector<Account>& accounts, const std::vector<AuxType>& aux) {
  std::vector<audit::Event> events;
  apply_accounts(txn, chart, accounts, events);
  apply_aux(txn, chart, aux, events);
  finish(txn, who, chart, events);
}

void Charts::apply_folder(store::Txn& txn, const Who& who, std::string_view chart, const std::string& folder) {
  apply(txn, who, chart, read_chart(folder + '/' + std::string(chart) + ".csv"), read_aux_info(folder + "/aux.info"));
  const auto entries = read_base_folder(folder, chart);
  for (const auto kind : kBaseKinds) apply_base(txn, who, chart, kind, {}, entries);
}

void Charts::put_account(store::Txn& txn, const Who& who, std::string_view chart, Account account) {
  if (account.unit.empty()) throw Error(MIF_E_INVALID, "account.unit-missing", "请说明是哪个单位增设 (say which agency adds the account): " + account.code);
  const auto parent_code = above(account.code);
  if (parent_code.empty()) throw Error(MIF_E_INVALID, "account.detail-only", "一级科目由制度统一规定,单位只能增设明细 (an agency adds detail accounts only): " + account.code);
  std::vector<Account> wanted;
  const Account* parent = nullptr;
  const auto stored = stored_accounts(txn, chart);
  for (const auto& [key, a] : stored) {
    if (a.code == parent_code && (a.unit.empty() || a.unit == account.unit)) parent = &a;
    if (a.unit == account.unit && key != key_of(account)) wanted.push_back(a);
  }
  if (!parent) throw Error(MIF_E_INVALID, "account.parent-missing", "科目 " + account.code + " 没有上级科目 " + std::string(parent_code) + " (the account above it is missing)");
  account.account_class = parent->account_class;
  account.side = parent->side;
  wanted.push_back(std::move(account));
  std::vector<audit::Event> events;
  apply_accounts(txn, chart, wanted, events);
  finish(txn, who, chart, events);
  read_series(txn, chart, wanted.back().unit);  // the agency's own chart must hang together too
}

void Charts::apply_accounts(store::Txn& txn, std::string_view chart, const std::vector<Account>& accounts, std::vector<audit::Event>& events) {
  const auto stored = stored_accounts(txn, chart);
  const auto note = [&](const char* action, const Account& a, bool gone = false) {
    events.push_back({std::string(kChain), action, object_of_account(chart, a), gone ? std::string(audit::kGone) : digest_of_account(log_.alg(), chart, a), body_of(chart, a)});
  };
  const auto changes = judge(stored, accounts, [&](std::string_view below) { return uses(txn, chart, below); });
  for (const auto& judged : changes)
    if (!judged.change.refusal.empty()) throw Error(MIF_E_CONFLICT, judged.change.refusal);
  for (const auto& judged : changes) {
    if (!judged.was) {
      insert(txn, chart, *judged.now);
      note("chart.add", *judged.now);
    } else if (judged.now) {
      const Account& a = *judged.now;
      txn.execute("update chart_account set valid_to = ?, name = ?, class = ?, side = ?, closes_to = ?, aux_required = ?, aux_allowed = ?, detail = ? "
                  "where chart = ? and unit = ? and code = ? and valid_from = ?",
                  {a.valid_to, a.name, name_of(a.account_class), a.side, a.closes_to, join(a.aux_required), join(a.aux_allowed), a.detail, chart, a.unit, a.code, a.valid_from});
      note("chart.change", a);
    } else {
      const Account& a = *judged.was;
      txn.execute("delete from chart_account where chart = ? and unit = ? and code = ? and valid_from = ?", {chart, a.unit, a.code, a.valid_from});
      note("chart.remove", a, true);
    }
  }
}

std::size_t Charts::apply_base(store::Txn& txn, const Who& who, std::string_view chart, std::string_view kind, std::string_view unit, const std::vector<BaseEntry>& entries) {
  using EntryKey = std::pair<std::string, std::int32_t>;
  std::map<EntryKey, BaseEntry> stored;
  for (auto& entry : stored_entries(txn, chart))
    if (entry.kind == kind && entry.unit == unit) stored.emplace(EntryKey{entry.code, entry.valid_from.value()}, std::move(entry));
  std::vector<audit::Event> events;
  const auto note = [&](const char* action, const BaseEntry& entry, bool gone = false) {
    events.push_back({std::string(kChain), action, object_of_entry(chart, entry), gone ? std::string(audit::kGone) : digest_of_entry(log_.alg(), chart, entry), body_of(chart, entry)});
  };
  const auto erase = [&](const BaseEntry& entry) {
    txn.execute("delete from chart_entry where chart = ? and unit = ? and kind = ? and code = ? and valid_from = ?", {chart, entry.unit, entry.kind, entry.code, entry.valid_from});
  };
  for (BaseEntry entry : entries) {
    if (entry.kind != kind) continue;
    entry.unit = unit;
    if (!unit.empty() && kind != "summary" && kind != "common")
      throw Error(MIF_E_INVALID, "base.province-only", "单位只能有自己的摘要和常用凭证,凭证字、控制规则和对应关系由省统一规定 (an agency has summaries and common vouchers of its own only): " + entry.kind + ' ' + entry.code);
    const auto found = stored.find({entry.code, entry.valid_from.value()});
    const bool existed = found != stored.end();
    const bool same = existed && found->second.body == entry.body && found->second.valid_to == entry.valid_to;
    if (existed) {
      if (!same) erase(found->second);
      stored.erase(found);
    }
    if (same) continue;
    txn.execute("insert into chart_entry (chart, unit, kind, code, valid_from, valid_to, body) values (?, ?, ?, ?, ?, ?, ?)",
                {chart, entry.unit, entry.kind, entry.code, entry.valid_from, entry.valid_to, entry.body});
    note(existed ? "base.change" : "base.add", entry);
  }
  for (const auto& [key, entry] : stored) {
    erase(entry);
    note("base.remove", entry, true);
  }
  const std::size_t changed = events.size();
  finish(txn, who, chart, events);
  return changed;
}

std::vector<BaseEntry> Charts::base_entries(store::Txn& txn, std::string_view chart) const { return stored_entries(txn, chart); }

void Charts::finish(store::Txn& txn, const Who& who, std::string_view chart, std::vector<audit::Event>& events) {
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
  if (!version) throw Error(MIF_E_NOT_FOUND, "chart.not-found", "没有科目表 (no chart of accounts) \"" + std::string(chart) + "\"");
  const auto accounts = stored_accounts(txn, chart);
  const auto aux = std::make_shared<const std::vector<AuxType>>(stored_aux(txn, chart));
  std::vector<BaseEntry> entries;
  for (auto& entry : stored_entries(txn, chart))
    if (entry.unit.empty() || entry.unit == unit) entries.push_back(std::move(entry));
  const auto base = std::make_shared<const BaseData>(base_data_of(entries));
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
    made->base_ = base;
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
        throw Error(MIF_E_INVALID, "account.validity-overlaps", "科目 " + made->accounts_[i].code + " 的有效期重叠 (the account is valid twice on one day)");
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
