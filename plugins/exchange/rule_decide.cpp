// SPDX-License-Identifier: Apache-2.0
// mapping trial, submit, approve, rollback: from a draft to the rules documents follow, and back.
#include <algorithm>

#include "digest.h"
#include "mif/json.hpp"
#include "rule_jobs.h"

namespace mif::exchange {

namespace {

constexpr const char* kScheduler = "plugin:exchange";  // the actor of scheduled work; no login holds a colon

// A version under its scheme's lock, with the rules as they are once nobody else can decide.
struct Held {
  SetRow row;
  Settings settings;
  std::string unit;
};

Held take(const Host& host, Call call, Txn& txn, std::int64_t id, const char* permission) {
  Held h;
  h.row = set_row(txn, id);
  lock_scheme(txn, h.row.scheme, h.row.chart);
  h.row = set_row(txn, id);
  h.settings = load_settings(host, call, txn);
  h.unit = require_for_scheme(host, call, txn, h.settings, h.row.scheme, h.row.chart, permission);
  return h;
}

// Versions are for the days from their first on; one may not slip in behind a later one that was made without it.
void check_order(Txn& txn, const SetRow& row) {
  for (const auto& other : select_sets(txn, "where scheme = ? and chart = ? and state in ('approved', 'rolled-back')", {row.scheme, row.chart}))
    if (other.id != row.id && !other.never() && row.from <= other.from)
      throw Error(MIF_E_CONFLICT, "mapping.day-order", row.label() + " 的生效日 " + row.from.iso() + " 不晚于" + other.label() + "的 " + other.from.iso() + " (it must begin after the versions that are there); 换一天, 或先回退那一版");
}

TrialRow trial_of(Txn& txn, const SetRow& row, const Settings& settings, std::int64_t wanted) {
  const auto trials = trials_of(txn, row.id);
  const auto found = std::find_if(trials.rbegin(), trials.rend(), [&](const auto& t) { return wanted ? t.id == wanted : t.text_digest == row.text_digest; });
  if (found == trials.rend() || found->text_digest != row.text_digest)
    throw Error(MIF_E_CONFLICT, "mapping.trial-missing", row.label() + " 没有对现行正文的试跑 (no trial over exactly this text), 先 mapping trial");
  if (found->against != against_digest(settings, row.scheme, row.chart))
    throw Error(MIF_E_CONFLICT, "mapping.trial-stale", row.label() + " 试跑之后在用的规则变了 (the rules it was compared with changed since), 请重新试跑");
  return *found;
}

void check_examples(const SetRow& row, const Settings& settings, const RuleVersion& version, const std::vector<ExampleRow>& examples) {
  for (const auto& r : run_examples(version.rules, examples))
    if (!r.wrong.empty()) throw Error(MIF_E_CONFLICT, "mapping.example-failed", row.label() + " 的例子 " + r.example->name + " 不符 (an example fails): " + r.wrong);
  const auto missing = without_example(changes_of(version_before(settings, row), version), examples);
  if (!missing.empty()) throw Error(MIF_E_CONFLICT, "mapping.example-missing", row.label() + " 改了单据类型 " + missing.front() + (missing.size() > 1 ? " 等 " + std::to_string(missing.size()) + " 种" : "") + ", 却没有它的例子 (a changed type has no example), 先 mapping example");
}

std::string already_booked(const Host& host, Call call, Txn& txn, const SetRow& row, Day day) {
  std::int64_t n = 0;
  for (const auto& b : host.read.books(call, &txn))
    if (b.scheme == row.scheme && b.chart == row.chart)
      txn.query("select cast(count(*) as bigint) from x_exchange_document where book = ? and doc_day >= ? and state in ('drafted', 'posted')", {b.code, day}, [&](const Row& r) {
        n += r.integer(0);
        return true;
      });
  return n ? "; 该日起已制单或入账的 " + std::to_string(n) + " 张不变" : "";
}

// Whoever had a hand in it does not approve it, whoever pressed submit: the flow knows only the latter.
void must_be_another(const Call& call, Txn& txn, const SetRow& row) {
  const std::string actor = call.actor();
  if (had_hand(txn, row.id, actor))
    throw Error(MIF_E_DENIED, "mapping.maker-approves", row.label() + ": " + actor + " 参与了起草, 要由另一人批准 (whoever drafted a part of it may not approve it)");
}

std::string decide_version(const Host& host, Call call, Txn& txn, Held& h, bool approve, const std::string& comment) {
  SetRow& row = h.row;
  if (approve) {
    must_be_another(call, txn, row);
    const RuleVersion version = open_set(host, call, txn, h.settings, row);
    const auto examples = examples_of(txn, row.id);
    if (submission_digest(row, examples, trial_of(txn, row, h.settings, row.trial)) != row.digest)
      throw Error(MIF_E_CONFLICT, "mapping.submission-altered", row.label() + " 送审之后内容变了 (its content differs from what was submitted), 请退回后重新送审");
    check_examples(row, h.settings, version, examples);
    check_order(txn, row);
  }
  const FlowState flow = host.workflow.state(txn, row.instance);
  const FlowState after = host.workflow.decide(txn, row.instance, flow.node, approve, row.digest, comment);
  row.decided_by = call.actor();
  row.decided_ms = host.clock.now_unix_ms();
  if (after.state == MIF_FLOW_APPROVED) {
    row.state = set_state::kApproved;
    count_rule_change(txn, row.scheme, row.chart);
  } else if (after.state == MIF_FLOW_REJECTED) {
    row.state = set_state::kDraft;
    row.reason = comment;
    row.digest.clear();
    row.from = Day();
    row.instance = row.trial = 0;
  }
  update_set(txn, row, set_state::kSubmitted, "");
  audit_set(host, txn, h.unit, after.state == MIF_FLOW_REJECTED ? "exchange.mapping.reject" : "exchange.mapping.approve", row, comment);
  const std::string booked = row.state == set_state::kApproved ? already_booked(host, call, txn, row, row.from) : std::string();
  txn.commit();
  return set_answer(row, row.label() + (row.state == set_state::kApproved ? " 已批准, 自 " + row.from.iso() + " 起生效" + booked : row.state == set_state::kDraft ? std::string(" 已退回") : std::string(" 还要另一人批准")));
}

std::string decide_rollback(const Host& host, Call call, Txn& txn, Held& h, bool approve, const std::string& comment) {
  SetRow& row = h.row;
  const FlowState flow = host.workflow.state(txn, row.end_instance);
  const FlowState after = host.workflow.decide(txn, row.end_instance, flow.node, approve, rollback_digest(row), comment);
  row.end_decided_by = call.actor();
  row.end_decided_ms = host.clock.now_unix_ms();
  std::string said = " 的回退还要另一人批准";
  if (after.state == MIF_FLOW_APPROVED) {
    row.state = set_state::kRolledBack;
    row.end_state = "approved";
    count_rule_change(txn, row.scheme, row.chart);
    said = " 自 " + row.end.iso() + " 起停用, 前一版恢复" + already_booked(host, call, txn, row, row.end);
  } else if (after.state == MIF_FLOW_REJECTED) {
    row.end_state.clear();
    row.end = Day();
    row.end_instance = 0;
    said = " 的回退未获批准, 照旧在用";
  }
  update_set(txn, row, set_state::kApproved, "submitted");
  audit_set(host, txn, h.unit, after.state == MIF_FLOW_REJECTED ? "exchange.mapping.rollback-reject" : "exchange.mapping.rollback-approve", row, comment);
  txn.commit();
  return set_answer(row, row.label() + said);
}

}  // namespace

std::string mapping_trial(const Host& host, Call call, const Fields& params, const Progress& progress) {
  TrialScope scope;
  scope.batch = param(params, "batch");
  scope.type = param(params, "type");
  scope.book = param(params, "book");
  if (const std::string month = param(params, "month"); !month.empty()) scope.month = Period::parse(month);
  scope.after = param_number(params, "after", 0);
  scope.limit = std::min<std::int64_t>(param_number(params, "limit", 20), 1000);
  scope.most = param_number(params, "most", 0);
  if (scope.text().size() > 390) throw Error(MIF_E_INVALID, "mapping.parameter", "试跑范围太长 (the scope is too long)");
  const std::int64_t id = set_param(params);
  TrialRow trial;
  SetRow row;
  std::string unit;
  Settings settings;
  RuleVersion version;
  {
    Txn txn = host.store.read(call);
    settings = load_settings(host, call, txn);
    row = set_row(txn, id);
    unit = require_for_scheme(host, call, txn, settings, row.scheme, row.chart, "exchange.run");
    version = open_set(host, call, txn, settings, row);
    trial.text_digest = row.text_digest;
    trial.against = against_digest(settings, row.scheme, row.chart);
  }
  const Trial result = run_trial(host, call, settings, version, scope, [&](std::int64_t done, std::int64_t all) { progress("试跑", done, all); });
  if (scope.after != 0) return trial_json(result, scope, id, 0, "; 续列, 不作为试跑记录");
  const TypeTally total = result.total();
  trial.set = id;
  trial.scope = scope.text();
  trial.documents = total.documents;
  trial.changed = total.changed + total.newly_mapped;
  trial.newly_held = total.newly_held;
  const std::string asked_by = param(params, "by");
  trial.ran_by = !asked_by.empty() && call.actor() == kScheduler ? asked_by : call.actor();
  trial.ran_ms = host.clock.now_unix_ms();
  Txn txn = host.store.write(call);
  lock_scheme(txn, row.scheme, row.chart);
  row = set_row(txn, id);
  if (row.text_digest != trial.text_digest) throw Error(MIF_E_CONFLICT, "mapping.changed-meanwhile", row.label() + " 试跑途中正文被换 (changed meanwhile), 请重新试跑");
  trial.id = txn.next_id("x_exchange_rule_trial");
  const std::string json = trial_json(result, scope, id, trial.id, "");
  trial.result_digest = sha256_of(json);
  insert_trial(txn, trial);
  write_text(txn, text_of_trial(trial.id), json);
  JsonWriter body;
  body.begin_object().field("set", id).field("trial", trial.id).field("scope", trial.scope).field("text_digest", trial.text_digest).field("against", trial.against).field("documents", trial.documents);
  body.field("changed", trial.changed).field("newly_held", trial.newly_held).field("result_digest", trial.result_digest).end_object();
  host.audit.append(txn, unit, "exchange.mapping.trial", "rules/" + std::to_string(id), body.str());
  txn.commit();
  return json;
}

std::string schedule_trial(const Host& host, Call call, Fields params) {
  const std::int64_t id = set_param(params);
  params.erase("most");
  params["by"] = call.actor();
  JsonWriter json;
  json.begin_object();
  for (const auto& [name, value] : params) json.field(name, value);
  json.end_object();
  Txn txn = host.store.write(call);
  const SetRow row = set_row(txn, id);
  require_for_scheme(host, call, txn, load_settings(host, call, txn), row.scheme, row.chart, "exchange.run");
  host.jobs.schedule(txn, "mapping-trial/" + std::to_string(id), "mapping trial", json.str(), host.clock.now_unix_ms());
  txn.commit();
  return set_answer(row, row.label() + " 的试跑单据多, 已排队在后台进行, 完成后列在该版本的试跑里");
}

std::string mapping_submit(const Host& host, Call call, const Fields& params, const Progress&) {
  const Day from = Day::parse(needed(params, "from", 10));
  const std::string comment = clean(param(params, "comment"), 1900);
  Txn txn = host.store.write(call);
  Held h = take(host, call, txn, set_param(params), "exchange.run");
  SetRow& row = h.row;
  if (row.state != set_state::kDraft) throw Error(MIF_E_CONFLICT, "mapping.not-draft", row.label() + " 的状态是 " + row.state + ", 只有草稿可以送审 (only a draft may be submitted)");
  row.from = from;
  check_order(txn, row);
  const RuleVersion version = open_set(host, call, txn, h.settings, row);
  const auto examples = examples_of(txn, row.id);
  check_examples(row, h.settings, version, examples);
  const TrialRow trial = trial_of(txn, row, h.settings, param_number(params, "trial", 0));
  row.trial = trial.id;
  row.base_digest.clear();
  for (const auto& v : h.settings.versions)
    if (v.id == 0 && v.rules.scheme == row.scheme && v.rules.chart == row.chart) row.base_digest = v.digest;
  row.digest = submission_digest(row, examples, trial);
  row.state = set_state::kSubmitted;
  row.submitted_by = call.actor();
  add_hand(txn, row.id, row.submitted_by);
  row.reason = comment;
  row.decided_by.clear();
  row.instance = host.workflow.start(txn, h.settings.rules_flow, h.unit, "mapping-rules", std::to_string(row.id), row.digest, Fen(0));
  update_set(txn, row, set_state::kDraft, "");
  audit_set(host, txn, h.unit, "exchange.mapping.submit", row, comment);
  const std::string booked = already_booked(host, call, txn, row, row.from);
  txn.commit();
  return set_answer(row, row.label() + " 已送审, 拟自 " + from.iso() + " 起生效; 例子 " + std::to_string(examples.size()) + " 个通过; 试跑 " + trial.scope + " " + std::to_string(trial.documents) + " 张, 有变 " +
                             std::to_string(trial.changed) + ", 新挂起 " + std::to_string(trial.newly_held) + booked,
                    trial.newly_held ? 3 : 0);
}

std::string mapping_approve(const Host& host, Call call, const Fields& params, const Progress&) {
  const std::string reject = param(params, "reject"), comment = clean(param(params, "comment"), 1900);
  const bool approve = reject.empty() || reject == "no" || reject == "0";
  Txn txn = host.store.write(call);
  Held h = take(host, call, txn, set_param(params), "exchange.approve");
  if (h.row.state == set_state::kSubmitted) return decide_version(host, call, txn, h, approve, comment);
  if (h.row.state == set_state::kApproved && h.row.end_state == "submitted") return decide_rollback(host, call, txn, h, approve, comment);
  throw Error(MIF_E_NOT_FOUND, "mapping.none-waits", h.row.label() + " 没有待批的送审或回退 (nothing waits for a decision), 状态 " + h.row.state);
}

std::string mapping_rollback(const Host& host, Call call, const Fields& params, const Progress&) {
  const Day from = Day::parse(needed(params, "from", 10));
  const std::string reason = needed(params, "reason", 1900);
  Txn txn = host.store.write(call);
  Held h = take(host, call, txn, set_param(params), "exchange.run");
  SetRow& row = h.row;
  if (row.state != set_state::kApproved || !row.end_state.empty())
    throw Error(MIF_E_CONFLICT, "mapping.not-approved", row.label() + " 的状态是 " + row.state + (row.end_state.empty() ? "" : ", 已有待批的回退") + ", 只有已批准的版本可以回退 (only an approved version is rolled back, once)");
  for (const auto& other : select_sets(txn, "where scheme = ? and chart = ? and state = 'approved'", {row.scheme, row.chart}))
    if (row.from < other.from) throw Error(MIF_E_CONFLICT, "mapping.later-version", row.label() + " 之后还有" + other.label() + " (a later version follows it), 从最后一版往前回退");
  const RuleVersion* now = h.settings.version_for(row.scheme, row.chart, from);
  if (!now || now->id != row.id) throw Error(MIF_E_CONFLICT, "mapping.not-in-force", row.label() + " 在 " + from.iso() + " 并不在用 (not in force on that day), 自 " + row.from.iso() + " 起才能回退");
  row.end = from;
  row.end_reason = reason;
  row.end_by = call.actor();
  row.end_state = "submitted";
  row.end_instance = host.workflow.start(txn, h.settings.rules_flow, h.unit, "mapping-rollback", std::to_string(row.id), rollback_digest(row), Fen(0));
  update_set(txn, row, set_state::kApproved, "");
  audit_set(host, txn, h.unit, "exchange.mapping.rollback", row, reason);
  const std::string booked = already_booked(host, call, txn, row, from);
  txn.commit();
  return set_answer(row, row.label() + " 申请自 " + from.iso() + " 起回退, 待另一人批准" + booked);
}

}  // namespace mif::exchange
