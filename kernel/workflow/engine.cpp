// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "kernel/base/text.h"
#include "kernel/workflow/rows.h"
#include "kernel/workflow/workflow.h"
#include "mif/error.hpp"
#include "mif/json.hpp"

namespace mif::workflow {
namespace {

std::string label(const Instance& i) { return "流程实例 " + std::to_string(i.id) + " (" + i.subject_kind + " " + i.subject + ")"; }

void check_text(std::string_view what, std::string_view text, std::size_t most, bool required = true) {
  if ((required && text.empty()) || text.size() > most || !valid_utf8(text))
    throw Error(MIF_E_INVALID, "workflow.field", "流程的 " + std::string(what) + " 要有内容、是 UTF-8 且不超过 " + std::to_string(most) + " 字节 (missing, too long or not UTF-8)");
}

int needed(const NodeDef& node, Fen amount) {
  // A red-letter amount is judged by its size.
  const Fen size = amount < Fen(0) ? -amount : amount;
  int need = 1;
  for (const auto& tier : node.tiers)
    if (tier.from <= size) need = tier.need;
  return need;
}

void write_fields(JsonWriter& json, const Instance& i) {
  json.field("instance", i.id).field("flow", i.flow).field("version", i.version).field("unit", i.unit).field("subject_kind", i.subject_kind).field("subject", i.subject);
  json.field("digest", i.digest).field("amount", i.amount).field("maker", i.maker).field("state", static_cast<int>(i.state)).field("node", i.node);
}

const NodeDef& node_of(const FlowDef& flow, const Instance& i) {
  for (const auto& node : flow.nodes)
    if (node.name == i.node) return node;
  throw Error(MIF_E_CONFLICT, "workflow.node-lost", label(i) + " 停在节点 " + i.node + ", 流程定义里没有它, 请撤销后重新提交 (the definition has lost this node: cancel and start again)");
}

void must_wait_at(const Instance& i, std::string_view node) {
  if (i.state != FlowState::open) throw Error(MIF_E_CONFLICT, "workflow.ended", label(i) + " 已经结束, 不能再决定 (already ended)");
  if (i.node != node) throw Error(MIF_E_CONFLICT, "workflow.at-other-node", label(i) + " 现在等待节点 " + i.node + ", 不是 " + std::string(node) + " (it waits at another node)");
}

void must_match(const Instance& i, std::string_view digest) {
  if (i.digest != digest) throw Error(MIF_E_CONFLICT, "workflow.content-changed", label(i) + " 的内容在提交后变了, 请重新提交 (the content was edited after it was submitted)");
}

// P8, for every person and every role alike.
void must_be_new(const Stored& stored, const std::string& login) {
  const Instance& i = stored.instance;
  if (login == i.maker) throw Error(MIF_E_DENIED, "workflow.maker-decides", label(i) + ": 制单人 " + login + " 不能审批自己的单据 (the maker may not decide)");
  for (const auto& d : stored.decisions)
    if (d.actor == login) throw Error(MIF_E_DENIED, "workflow.acted-before", label(i) + ": " + login + " 已在节点 " + d.node + " 上决定过, 要由另一人办理 (acted before in this instance)");
}

}  // namespace

Engine::Engine(audit::Log& log, const Clock& clock, std::vector<FlowDef> flows) : log_(log), clock_(clock) {
  for (auto& flow : flows) {
    auto& versions = flows_[flow.name];
    const int version = flow.version;
    if (flow.nodes.empty() || !versions.emplace(version, std::move(flow)).second)
      throw Error(MIF_E_INVALID, "workflow.flow-definition", "流程 " + versions.begin()->second.name + " 没有节点或版本重复 (a flow without nodes, or twice the same version)");
  }
  for (const auto& [name, versions] : flows_) {
    const FlowDef& newest = versions.rbegin()->second;
    for (const auto& instead : newest.instead)
      if (flows_.find(instead.flow) == flows_.end())
        throw Error(MIF_E_INVALID, "workflow.unknown-flow", "流程 " + name + " 的 instead 写的流程 " + instead.flow + " 不存在, 应为 workflow.info 中的流程名 (no such flow)");
    if (newest.default_for.empty()) continue;
    if (const auto [other, added] = defaults_.emplace(newest.default_for, name); !added)
      throw Error(MIF_E_INVALID, "workflow.two-defaults", "流程 " + other->second + " 和 " + name + " 都是 " + newest.default_for + " 的默认流程, 只能留一个 (two default flows)");
  }
}

void Engine::on(std::string subject_kind, Handler handler) {
  if (!handlers_.emplace(subject_kind, std::move(handler)).second) throw Error(MIF_E_INTERNAL, "subject kind has a handler already: " + subject_kind);
}

std::string Engine::flow_for(std::string_view subject_kind, std::string_view named, std::string_view origin, std::span<const std::string_view> accounts) const {
  if (named.empty()) {
    const auto found = defaults_.find(subject_kind);
    if (found == defaults_.end())
      throw Error(MIF_E_NOT_FOUND, "workflow.no-default", std::string(subject_kind) + " 没有写明流程, workflow.info 也没有为它设 default-for (no flow named and none is the default)");
    named = found->second;
  }
  for (const auto& instead : flow(named).instead) {
    const bool came = instead.entered.empty() || (' ' + instead.entered + ' ').find(' ' + std::string(origin) + ' ') != std::string::npos;
    if (came && std::any_of(accounts.begin(), accounts.end(), [&](std::string_view account) { return instead.accounts.matches(account); })) return instead.flow;
  }
  return std::string(named);
}

const FlowDef& Engine::flow(std::string_view name) const {
  const auto found = flows_.find(name);
  if (found == flows_.end()) throw Error(MIF_E_NOT_FOUND, "workflow.flow-not-found", "没有流程 " + std::string(name) + ", 见 workflow.info (no such flow)");
  return found->second.rbegin()->second;
}

// Open instances go on under the version they started with, as long as the file still holds it.
const FlowDef& Engine::flow_of(const Instance& i) const {
  const auto found = flows_.find(i.flow);
  if (found != flows_.end()) {
    const auto version = found->second.find(i.version);
    if (version != found->second.end()) return version->second;
  }
  throw Error(MIF_E_CONFLICT, "workflow.node-lost", label(i) + " 用的流程 " + i.flow + " 版本 " + std::to_string(i.version) + " 已不在配置中 (its flow definition is no longer configured)");
}

std::int64_t Engine::start(store::Txn& txn, const Who& who, std::string_view flow_name, std::string_view unit, std::string_view subject_kind, std::string_view subject,
                           std::string_view digest, Fen amount, std::string_view maker) {
  const FlowDef& definition = flow(flow_name);
  const std::string_view made_by = maker.empty() ? std::string_view(who.actor) : maker;
  check_text("unit", unit, 64);
  check_text("subject_kind", subject_kind, 64);
  check_text("subject", subject, 256);
  check_text("digest", digest, 128);
  check_text("maker", made_by, 128);
  needed(definition.nodes.front(), amount);  // refuses an amount without a size now rather than at the decision
  Stored stored;
  Instance& i = stored.instance;
  i.id = txn.next_id("workflow_instance");
  i.flow = definition.name;
  i.version = definition.version;
  i.unit = unit;
  i.subject_kind = subject_kind;
  i.subject = subject;
  i.digest = digest;
  i.amount = amount;
  i.maker = made_by;
  i.last_actor = made_by;
  i.node = definition.nodes.front().name;
  stored.started_ms = clock_.now_unix_ms();
  static const std::string insert = "insert into workflow_instance (" + std::string(kInstanceColumns) + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  txn.execute_later(insert, {i.id, i.flow, i.version, i.unit, i.subject_kind, i.subject, i.digest, i.amount, i.maker, static_cast<int>(i.state), i.node, i.last_actor,
                             stored.started_ms, stored.ended_ms});
  JsonWriter json;
  json.begin_object();
  write_fields(json, i);
  json.end_object();
  log_.append(txn, who, {i.unit, "workflow.start", object_of(i.id), digest_of(log_.alg(), stored), json.take()});
  return i.id;
}

Instance Engine::decide(store::Txn& txn, const Who& who, const identity::Caller& caller, std::int64_t id, std::string_view node, bool approve, std::string_view digest,
                        std::string_view comment) {
  Stored stored = load(txn, id, true);
  const Instance& i = stored.instance;
  // Scope first: whoever may not see the unit learns nothing about the instance.
  if (!caller.sees(i.unit)) throw Error(MIF_E_DENIED, "identity.other-unit", caller.login + " 看不到单位 " + i.unit + " 的单据 (outside the caller's units)");
  must_wait_at(i, node);
  const NodeDef& definition = node_of(flow_of(i), i);
  if (definition.role.empty()) throw Error(MIF_E_DENIED, "workflow.plugin-decides", label(i) + ": 节点 " + i.node + " 由插件 " + definition.plugin + " 凭证据决定, 不由人决定 (decided by a plugin)");
  if (!caller.has_role(definition.role)) throw Error(MIF_E_DENIED, "workflow.no-role", caller.login + " 没有角色 " + definition.role + ", 不能办理节点 " + i.node + " (lacks the role)");
  must_be_new(stored, caller.login);
  must_match(i, digest);
  return record(txn, who, stored, caller.login, approve, comment, needed(definition, i.amount));
}

Instance Engine::decide_as_plugin(store::Txn& txn, const Who& who, std::string_view plugin, std::int64_t id, std::string_view node, bool approve, std::string_view digest,
                                  std::string_view comment) {
  Stored stored = load(txn, id, true);
  const Instance& i = stored.instance;
  must_wait_at(i, node);
  const NodeDef& definition = node_of(flow_of(i), i);
  if (plugin.empty() || definition.plugin != plugin)
    throw Error(MIF_E_DENIED, "workflow.not-by-plugin", label(i) + ": 节点 " + i.node + " 不归插件 " + std::string(plugin) + " 决定 (not this plugin's node)");
  must_match(i, digest);
  return record(txn, who, stored, std::string(kPluginActor) + std::string(plugin), approve, comment, 1);
}

Instance Engine::decide_by_rule(store::Txn& txn, const Who& who, const Rule& rule, std::int64_t id, std::string_view node, std::string_view digest, std::string_view comment) {
  Stored stored = load(txn, id, true);
  const Instance& i = stored.instance;
  must_wait_at(i, node);
  const NodeDef& definition = node_of(flow_of(i), i);
  if (!definition.rules || needed(definition, i.amount) != 1)
    throw Error(MIF_E_DENIED, "workflow.not-by-rule", label(i) + ": 节点 " + i.node + " 不允许按规则自动办理 (this node is not decided by rules)");
  if (!rule.counts()) throw Error(MIF_E_DENIED, "rule.not-approved", "审核规则 " + rule.name + " 未经批准或已停用 (the rule is not approved)");
  must_be_new(stored, rule.approved_by);
  must_be_new(stored, rule.proposed_by);
  must_match(i, digest);
  return record(txn, who, stored, rule.actor(), true, comment, 1);
}

// Writes the decision, moves the instance, tells the handler: all in the caller's transaction.
Instance Engine::record(store::Txn& txn, const Who& who, Stored& stored, const std::string& actor, bool approve, std::string_view comment, int need) {
  check_text("comment", comment, 4000, false);
  Instance& i = stored.instance;
  const std::string passed = i.node;
  Decision d{i.id, static_cast<int>(stored.decisions.size()) + 1, passed, actor, std::string(comment), approve, clock_.now_unix_ms()};
  static const std::string insert = "insert into workflow_decision (" + std::string(kDecisionColumns) + ") values (?, ?, ?, ?, ?, ?, ?, ?)";
  txn.execute_later(insert, {d.instance, d.seq, d.node, d.actor, approve ? 1 : 0, i.digest, d.comment, d.at_ms});
  stored.decisions.push_back(d);
  stored.digests.push_back(i.digest);

  const auto approvals = std::count_if(stored.decisions.begin(), stored.decisions.end(), [&](const Decision& x) { return x.node == passed && x.approve; });
  const bool node_passed = approve && approvals >= need;
  if (!approve) {
    i.state = FlowState::rejected;
  } else if (node_passed) {
    const auto& nodes = flow_of(i).nodes;
    auto next = std::find_if(nodes.begin(), nodes.end(), [&](const NodeDef& n) { return n.name == passed; });
    if (++next == nodes.end()) i.state = FlowState::approved;
    else i.node = next->name;
  }
  i.last_actor = actor;
  const bool ended = i.state != FlowState::open;
  if (ended) end(stored, d.at_ms);
  save(txn, stored);

  JsonWriter json;
  json.begin_object();
  write_fields(json, i);
  json.field("decided", passed).field("actor", actor).field("approve", approve).field("comment", d.comment).field("seq", d.seq).field("need", need).end_object();
  log_.append(txn, who, {i.unit, approve ? "workflow.approve" : "workflow.reject", object_of(i.id), digest_of(log_.alg(), stored), json.take()});

  const Instance result = i;
  if (const auto handler = handlers_.find(result.subject_kind); handler != handlers_.end()) {
    if (node_passed && handler->second.passed) handler->second.passed(txn, who, result, passed);
    if (ended && handler->second.ended) handler->second.ended(txn, who, result);
  }
  return result;
}

void Engine::end(Stored& stored, std::int64_t at_ms) {
  stored.instance.node.clear();
  stored.ended_ms = at_ms;
}

void Engine::save(store::Txn& txn, const Stored& stored) {
  const Instance& i = stored.instance;
  txn.execute_later("update workflow_instance set state = ?, node = ?, last_actor = ?, ended_ms = ? where id = ?", {static_cast<int>(i.state), i.node, i.last_actor, stored.ended_ms, i.id});
}

void Engine::cancel(store::Txn& txn, const Who& who, std::int64_t id, std::string_view reason) {
  check_text("reason", reason, 4000, false);
  Stored stored = load(txn, id, true);
  Instance& i = stored.instance;
  if (i.state != FlowState::open) throw Error(MIF_E_CONFLICT, "workflow.ended", label(i) + " 已经结束, 不能撤销 (already ended)");
  i.state = FlowState::cancelled;
  i.last_actor = who.actor;
  end(stored, clock_.now_unix_ms());
  save(txn, stored);
  JsonWriter json;
  json.begin_object();
  write_fields(json, i);
  json.field("actor", who.actor).field("reason", reason).end_object();
  log_.append(txn, who, {i.unit, "workflow.cancel", object_of(i.id), digest_of(log_.alg(), stored), json.take()});
  const Instance result = i;
  if (const auto handler = handlers_.find(result.subject_kind); handler != handlers_.end() && handler->second.ended) handler->second.ended(txn, who, result);
}

Instance Engine::instance(store::Txn& txn, std::int64_t id) const { return load(txn, id, false).instance; }

std::vector<Decision> Engine::decisions(store::Txn& txn, std::int64_t id) const { return load(txn, id, false).decisions; }

std::vector<Instance> Engine::waiting(store::Txn& txn, std::string_view subject_kind, std::string_view node, std::int64_t after, int limit) const {
  std::vector<Instance> found;
  static const std::string sql =
      "select " + std::string(kInstanceColumns) + " from workflow_instance where subject_kind = ? and node = ? and state = 1 and id > ? order by id limit ?";
  txn.query(sql, {subject_kind, node, after, limit}, [&](const store::Row& row) { found.push_back(read_instance(row)); });
  return found;
}

}  // namespace mif::workflow
