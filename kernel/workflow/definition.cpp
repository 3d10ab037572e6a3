// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <set>

#include "kernel/base/info.h"
#include "kernel/base/within.h"
#include "kernel/workflow/workflow.h"
#include "mif/error.hpp"

namespace mif::workflow {
namespace {

[[noreturn]] void complain(const std::string& file, int line, const std::string& what) {
  throw Error(MIF_E_INVALID, "workflow.definition", file + ":" + std::to_string(line) + ": " + what);
}

// The one child of that key: a second would silently lose to the first.
const InfoNode* only(const std::string& file, const InfoNode& node, std::string_view key) {
  const auto found = node.all(key);
  if (found.size() > 1) complain(file, found[1]->line, "\"" + std::string(key) + "\" 写了两次 (given twice)");
  return found.empty() ? nullptr : found[0];
}

void leaf(const std::string& file, const InfoNode& node) {
  if (!node.children.empty()) complain(file, node.line, "\"" + node.key + "\" 只要一个值 (takes a value, not a block)");
}

void block(const std::string& file, const InfoNode& node) {
  if (!node.value.empty()) complain(file, node.line, "\"" + node.key + "\" 后面应为 '{' (expected a block), 实为 \"" + node.value + "\"");
}

std::string word(const std::string& file, const InfoNode& node) {
  if (node.value.empty() || node.value.size() > 64) complain(file, node.line, "\"" + node.key + "\" 后面要有名称, 最多 64 字节 (expected a name)");
  for (const char c : node.value)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
      complain(file, node.line, "名称只用小写字母、数字和 - _ . (a name is lower-case letters, digits, - _ .), 实为 \"" + node.value + "\"");
  return node.value;
}

int count(const std::string& file, const InfoNode& node, int most) {
  leaf(file, node);
  int n = 0;
  const auto [end, error] = std::from_chars(node.value.data(), node.value.data() + node.value.size(), n);
  if (error != std::errc() || end != node.value.data() + node.value.size() || n < 1 || n > most)
    complain(file, node.line, "\"" + node.key + "\" 应为 1 到 " + std::to_string(most) + " 的整数 (expected a number), 实为 \"" + node.value + "\"");
  return n;
}

Tier read_tier(const std::string& file, const InfoNode& node) {
  block(file, node);
  refuse_unknown_keys(node, file, {"from", "need"});
  const InfoNode *from = only(file, node, "from"), *need = only(file, node, "need");
  if (!from || !need) complain(file, node.line, "tier 要有 from 和 need (a tier needs from and need)");
  leaf(file, *from);
  Tier tier;
  try {
    tier.from = Fen::parse(from->value);
  } catch (const Error& e) {
    throw within(file + ":" + std::to_string(from->line), e);
  }
  tier.need = count(file, *need, 20);
  return tier;
}

NodeDef read_node(const std::string& file, const InfoNode& info) {
  NodeDef node;
  node.name = word(file, info);
  refuse_unknown_keys(info, file, {"role", "plugin", "need", "tier", "rules"});
  const InfoNode *role = only(file, info, "role"), *plugin = only(file, info, "plugin"), *need = only(file, info, "need");
  if (!role == !plugin) complain(file, info.line, "节点 " + node.name + " 要有 role 或 plugin 之一 (a node has exactly one of role and plugin)");
  if (plugin) {
    leaf(file, *plugin);
    node.plugin = word(file, *plugin);
    for (const auto& child : info.children)
      if (&child != plugin) complain(file, child.line, "由插件决定的节点没有 \"" + child.key + "\" (a plugin's node takes no " + child.key + ")");
    node.tiers = {{Fen(0), 1}};
    return node;
  }
  leaf(file, *role);
  node.role = word(file, *role);
  if (const InfoNode* rules = only(file, info, "rules")) {
    leaf(file, *rules);
    if (rules->value != "yes" && rules->value != "no") complain(file, rules->line, "rules 应为 yes 或 no (expected yes or no), 实为 \"" + rules->value + "\"");
    node.rules = rules->value == "yes";
  }
  node.tiers.push_back({Fen(0), need ? count(file, *need, 20) : 1});
  for (const auto* child : info.all("tier")) {
    const Tier tier = read_tier(file, *child);
    if (tier.from <= node.tiers.back().from)
      complain(file, child->line, "档次金额要从小到大且大于零 (tiers ascend): " + tier.from.plain() + " 不大于 " + node.tiers.back().from.plain());
    if (tier.need <= node.tiers.back().need)
      complain(file, child->line, "金额更大的档次要更多的人 (a higher tier needs more people than " + std::to_string(node.tiers.back().need) + ")");
    node.tiers.push_back(tier);
  }
  return node;
}

Instead read_instead(const std::string& file, const InfoNode& info) {
  Instead instead;
  instead.flow = word(file, info);
  refuse_unknown_keys(info, file, {"entered", "accounts"});
  const InfoNode *entered = only(file, info, "entered"), *accounts = only(file, info, "accounts");
  if (!entered && !accounts) complain(file, info.line, "instead 要有 entered 或 accounts (needs a condition, or the flow would never be taken)");
  if (entered) {
    leaf(file, *entered);
    instead.entered = entered->value;
  }
  if (accounts) {
    leaf(file, *accounts);
    try {
      instead.accounts = AccountPattern(accounts->value);
    } catch (const Error& e) {
      throw within(file + ":" + std::to_string(accounts->line), e);
    }
  }
  return instead;
}

FlowDef read_flow(const std::string& file, const InfoNode& info) {
  FlowDef flow;
  flow.name = word(file, info);
  refuse_unknown_keys(info, file, {"title", "version", "node", "default-for", "instead"});
  if (const auto* title = only(file, info, "title")) {
    leaf(file, *title);
    flow.title = title->value;
  } else {
    complain(file, info.line, "流程 " + flow.name + " 缺少 title (a flow needs a title)");
  }
  if (const auto* version = only(file, info, "version")) flow.version = count(file, *version, 1000000);
  if (const auto* kind = only(file, info, "default-for")) {
    leaf(file, *kind);
    flow.default_for = word(file, *kind);
  }
  for (const auto* child : info.all("instead")) flow.instead.push_back(read_instead(file, *child));
  std::set<std::string> names;
  bool people = false;
  for (const auto* child : info.all("node")) {
    flow.nodes.push_back(read_node(file, *child));
    if (!names.insert(flow.nodes.back().name).second) complain(file, child->line, "节点 " + flow.nodes.back().name + " 重名 (two nodes of one name)");
    people = people || !flow.nodes.back().role.empty();
  }
  // Evidence may confirm what people approved, never replace them (P8).
  if (!people) complain(file, info.line, "流程 " + flow.name + " 至少要有一个由人决定的节点 (a flow needs a node decided by people)");
  return flow;
}

}  // namespace

std::vector<FlowDef> read_flows_info(const std::string& path) {
  const InfoNode root = read_info_file(path);
  refuse_unknown_keys(root, path, {"flow"});
  std::vector<FlowDef> flows;
  std::set<std::pair<std::string, int>> seen;
  for (const auto& child : root.children) {
    flows.push_back(read_flow(path, child));
    if (!seen.insert({flows.back().name, flows.back().version}).second)
      complain(path, child.line, "流程 " + flows.back().name + " 版本 " + std::to_string(flows.back().version) + " 重复 (the same flow and version twice)");
  }
  if (flows.empty()) complain(path, 1, "没有流程 (no flow in the file)");
  return flows;
}

}  // namespace mif::workflow
