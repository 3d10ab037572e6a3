// SPDX-License-Identifier: Apache-2.0
#include "rule_trial.h"

#include <algorithm>
#include <set>

#include "mif/json.hpp"
#include "tables.h"

namespace mif::exchange {

namespace {

constexpr std::int64_t kPage = 1000;
constexpr std::size_t kLongestDifference = 2000;

struct Filter {
  std::string where;
  std::vector<Value> params;
};

// What could be mapped again: not what is final without a voucher of these rules.
bool may_map(const std::string& state) { return state == state::kPosted || state == state::kDrafted || state == state::kHeld; }

// Without books and states: an index over those would be taken, and every page would sort all of them. The pages walk the
// primary key once, whatever the scope, and the rest is looked at here.
Filter filter_of(const TrialScope& scope) {
  Filter f;
  f.where = "arrival = 0";
  const auto also = [&](const char* condition, Value value) {
    f.where += std::string(" and ") + condition;
    f.params.push_back(std::move(value));
  };
  if (!scope.batch.empty()) also("batch = ?", scope.batch);
  if (!scope.type.empty()) also("doc_type = ?", scope.type);
  if (scope.month.year) {
    also("doc_day >= ?", Day(scope.month.year, scope.month.month, 1));
    also("doc_day <= ?", Day(scope.month.year, scope.month.month, Day::days_in(scope.month.year, scope.month.month)));
  }
  return f;
}

void add_lines(TypeTally& tally, const Outcome& outcome, bool now, std::set<std::string>& touched) {
  if (!outcome.mapped) return;
  for (const auto& l : outcome.mapped->draft.lines) {
    AccountSums& sums = tally.accounts[l.account];
    (l.side == MIF_DEBIT ? (now ? sums.debit_new : sums.debit_old) : (now ? sums.credit_new : sums.credit_old)) += l.fen;
    touched.insert(l.account);
  }
}

std::string difference_of(const Outcome& before, const Outcome& after) {
  std::string text;
  for (const auto& l : differing(facts_of(before), facts_of(after))) text += (text.empty() ? "" : "; ") + std::string(1, l.sign) + " " + l.text;
  return clean(text, kLongestDifference);
}

constexpr std::size_t kMostShapes = 100'000;  // of gathered documents, kept in memory

class Run {
 public:
  Run(const Settings& settings, const RuleVersion& draft, const TrialScope& scope) : settings_(settings), draft_(draft), scope_(scope) {}

  void take(const Stored& s) {
    TypeTally& tally = trial.types[s.type];
    ++tally.documents;
    tally.amount += s.amount;
    const Document document = s.document();
    const RuleVersion* version = settings_.version_for(draft_.rules.scheme, draft_.rules.chart, s.day);
    Outcome before, after;
    if (digest_of(document) != s.digest) {
      // stored cleaned, because it could not be stored as it came: no rules can map it
      before.held = after.held = s.reason;
    } else {
      before = outcome_of(version ? &of(version->rules) : nullptr, document);
      after = outcome_of(&of(draft_.rules), document);
    }
    if (before.mapped && !s.rule.empty() && before.mapped->rule != s.rule) ++tally.earlier_rule;
    std::set<std::string> touched;
    add_lines(tally, before, false, touched);
    add_lines(tally, after, true, touched);
    if (same(before, after)) {
      ++(before.mapped ? tally.unchanged : tally.still_held);
      return;
    }
    for (const auto& account : touched) ++tally.accounts[account].documents;
    const char* change = !after.mapped ? "newly-held" : !before.mapped ? "newly-mapped" : "changed";
    ++(!after.mapped ? tally.newly_held : !before.mapped ? tally.newly_mapped : tally.changed);
    tally.changed_amount += s.amount;
    if (s.id <= scope_.after) return;
    if (static_cast<std::int64_t>(trial.documents.size()) >= scope_.limit) {
      trial.more = true;
      return;
    }
    trial.documents.push_back({s.id, s.source + "/" + s.key + "#" + std::to_string(s.version), s.type, s.day, s.amount, change, difference_of(before, after)});
  }

  Trial trial;

 private:
  Evaluator& of(const RuleSet& rules) {
    const auto found = evaluators_.find(&rules);
    if (found != evaluators_.end() && found->second.remembered() > kMostShapes) found->second.forget();
    return found != evaluators_.end() ? found->second : evaluators_.emplace(&rules, Evaluator(rules)).first->second;
  }

  std::map<const RuleSet*, Evaluator> evaluators_;
  const Settings& settings_;
  const RuleVersion& draft_;
  const TrialScope& scope_;
};

void write_tally(JsonWriter& json, const TypeTally& t) {
  json.field("documents", t.documents).field("unchanged", t.unchanged).field("changed", t.changed).field("newly_held", t.newly_held).field("newly_mapped", t.newly_mapped);
  json.field("still_held", t.still_held).field("earlier_rule", t.earlier_rule).field("amount", t.amount).field("changed_amount", t.changed_amount);
}

void write_sums(JsonWriter& json, const AccountSums& s) {
  json.field("debit_old", s.debit_old).field("debit_new", s.debit_new).field("credit_old", s.credit_old).field("credit_new", s.credit_new);
}

bool differs(const AccountSums& s) { return s.documents != 0; }

}  // namespace

std::string TrialScope::text() const {
  std::string all;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) all += (all.empty() ? "" : " ") + std::string(name) + "=" + value;
  };
  add("batch", batch);
  add("month", month.year ? month.iso() : "");
  add("type", type);
  add("book", book);
  return all;
}

TypeTally Trial::total() const {
  TypeTally sum;
  for (const auto& [type, t] : types) {
    sum.documents += t.documents;
    sum.unchanged += t.unchanged;
    sum.changed += t.changed;
    sum.newly_held += t.newly_held;
    sum.newly_mapped += t.newly_mapped;
    sum.still_held += t.still_held;
    sum.earlier_rule += t.earlier_rule;
    sum.amount += t.amount;
    sum.changed_amount += t.changed_amount;
    for (const auto& [account, s] : t.accounts) {
      AccountSums& a = sum.accounts[account];
      a.debit_old += s.debit_old;
      a.debit_new += s.debit_new;
      a.credit_old += s.credit_old;
      a.credit_new += s.credit_new;
      a.documents += s.documents;
    }
  }
  return sum;
}

Trial run_trial(const Host& host, Call call, const Settings& settings, const RuleVersion& draft, const TrialScope& scope, const std::function<void(std::int64_t, std::int64_t)>& progress) {
  if (scope.batch.empty() && scope.month.year == 0) throw Error(MIF_E_INVALID, "mapping.trial-scope", "试跑要给出 batch 批次或 month 月份 (a trial needs a batch or a month)");
  if (scope.month.month > 12) throw Error(MIF_E_INVALID, "mapping.trial-scope", "业务单据按自然月, 没有第 13 期 (a calendar month, not period 13)");
  std::set<std::string> books;
  for (const auto& b : host.read.books(call))
    if (b.scheme == draft.rules.scheme && b.chart == draft.rules.chart && (scope.book.empty() || b.code == scope.book)) books.insert(b.code);
  if (books.empty()) throw Error(MIF_E_NOT_FOUND, "mapping.no-book", "没有您能办理的账套使用这套规则 (no book of yours uses these rules) " + clean(scope.book, 40));
  const Filter filter = filter_of(scope);
  std::int64_t count = 0;
  {
    Txn txn = host.store.read(call);
    txn.query("select book, state, cast(count(*) as bigint) from x_exchange_document where " + filter.where + " group by book, state", filter.params, [&](const Row& r) {
      if (books.count(r.text(0)) && may_map(r.text(1))) count += r.integer(2);
      return true;
    });
  }
  if (count == 0) throw Error(MIF_E_NOT_FOUND, "mapping.trial-empty", "试跑范围里没有单据 (no document to try): " + scope.text());
  if (scope.most && count > scope.most)
    throw Error(MIF_E_INVALID, "mapping.trial-large", "试跑范围有 " + std::to_string(count) + " 张单据, 超过上限 " + std::to_string(scope.most) + " 张 (more than asked for): 放宽 most 或缩小范围");
  Run run(settings, draft, scope);
  std::int64_t done = 0;
  for (std::int64_t after = 0;;) {
    if (call.cancelled()) throw Error(MIF_E_UNAVAILABLE, "mapping.trial-stopped", "试跑中途停止, 结果没有保存 (the trial was stopped, nothing was kept), 请重新执行");
    std::vector<Value> params = filter.params;
    params.emplace_back(after);
    params.emplace_back(kPage);
    std::vector<Stored> page;
    {
      Txn txn = host.store.read(call);
      page = select_documents(txn, "where " + filter.where + " and id > ? order by id limit ?", params);
    }
    if (page.empty()) break;
    for (const auto& s : page) {
      if (books.count(s.book) == 0 || !may_map(s.state)) continue;
      run.take(s);
      ++done;
    }
    after = page.back().id;
    progress(done, count);
  }
  return std::move(run.trial);
}

std::string trial_json(const Trial& trial, const TrialScope& scope, std::int64_t set, std::int64_t id, const std::string& note) {
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeRuleTrial").field("set", set).field("trial", id).field("scope", scope.text()).key("items").begin_array();
  const TypeTally total = trial.total();
  for (const auto& [type, t] : trial.types) {
    json.begin_object().field("row", "type").field("type", type);
    write_tally(json, t);
    json.end_object();
    for (const auto& [account, s] : t.accounts) {
      if (!differs(s)) continue;
      json.begin_object().field("row", "account").field("type", type).field("account", account).field("documents", s.documents);
      write_sums(json, s);
      json.end_object();
    }
  }
  for (const auto& d : trial.documents) {
    json.begin_object().field("row", "document").field("type", d.type).field("id", d.id).field("key", d.key).field("day", d.day.valid() ? d.day.iso() : "").field("amount", d.amount);
    json.field("change", d.change).field("difference", d.difference).end_object();
  }
  AccountSums all;
  for (const auto& [account, s] : total.accounts) {
    all.debit_old += s.debit_old;
    all.debit_new += s.debit_new;
    all.credit_old += s.credit_old;
    all.credit_new += s.credit_new;
  }
  json.begin_object().field("row", "total");
  write_tally(json, total);
  write_sums(json, all);
  json.end_object().end_array();
  json.key("titles").begin_object().field("row", "行").field("type", "单据类型").field("account", "科目").field("documents", "张数").field("unchanged", "不变").field("changed", "分录有变");
  json.field("newly_held", "新挂起").field("newly_mapped", "新可入账").field("still_held", "仍挂起").field("earlier_rule", "入账后规则已改").field("amount", "金额").field("changed_amount", "有变金额");
  json.field("debit_old", "借方原").field("debit_new", "借方新").field("credit_old", "贷方原").field("credit_new", "贷方新").field("id", "编号").field("key", "单据").field("day", "日期");
  json.field("change", "变化").field("difference", "差异").end_object();
  json.key("next");
  trial.more ? json.value(std::to_string(trial.documents.empty() ? scope.after : trial.documents.back().id)) : json.null();
  const std::int64_t different = total.changed + total.newly_held + total.newly_mapped;
  json.field("exit", total.newly_held ? 3 : 0).field("summary", "试跑 " + std::to_string(total.documents) + " 张 " + total.amount.grouped() + " 元: 不变 " + std::to_string(total.unchanged) + ", 分录有变 " +
                                                                    std::to_string(total.changed) + ", 新挂起 " + std::to_string(total.newly_held) + ", 新可入账 " + std::to_string(total.newly_mapped) + ", 仍挂起 " +
                                                                    std::to_string(total.still_held) + (trial.more ? "; 有变的 " + std::to_string(different) + " 张只列出一部分" : "") + note);
  return json.end_object().take();
}

}  // namespace mif::exchange
