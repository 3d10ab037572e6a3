// SPDX-License-Identifier: Apache-2.0
// Review by rules: proposing and approving them, and letting them decide.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "kernel/app/mifctl/command.h"
#include "kernel/service/auto_review.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

std::string name_of(const Context& context) {
  if (context.arguments.size() != 1) throw Error(MIF_E_INVALID, "cli.arguments", "应给一个规则名 (give one rule's name, see mifctl rule list)");
  return context.arguments[0];
}

int rule_list(Context& context) {
  Table table{"ReviewRules", {"name", "version", "counts", "proposed_by", "approved_by", "retired_by", "body"}, {"规则", "版本", "有效", "提出", "批准", "停用", "内容"}, {}, ""};
  context.deployment().database().read([&](store::Txn& txn) {
    for (const auto& r : context.deployment().rules().all(txn)) {
      std::string body = r.body;
      std::replace(body.begin(), body.end(), '\n', ' ');
      table.rows.push_back({r.name, std::to_string(r.version), r.counts() ? "是" : "否", r.proposed_by, r.approved_by, r.retired_by, body});
    }
  });
  context.print(table);
  return kOk;
}

int rule_propose(Context& context) {
  const identity::Caller& caller = context.caller();
  caller.require("rule.propose", caller.unit);
  std::ifstream file(context.option("file"));
  if (!file) throw Error(MIF_E_NOT_FOUND, "cli.file-read", "打不开规则文件 (cannot open) " + context.option("file"));
  const std::string body((std::istreambuf_iterator<char>(file)), {});
  service::check_review_rule(name_of(context), body);
  workflow::Rule rule;
  context.deployment().database().write([&](store::Txn& txn) { rule = context.deployment().rules().propose(txn, context.who(), name_of(context), body); });
  context.print({"ReviewRule", {"name", "version"}, {"规则", "版本"}, {{rule.name, std::to_string(rule.version)}}, "待另一人批准。"});
  return kOk;
}

int rule_approve(Context& context) {
  const identity::Caller& caller = context.caller();
  caller.require("rule.approve", caller.unit);
  context.deployment().database().write([&](store::Txn& txn) { context.deployment().rules().approve(txn, context.who(), name_of(context), std::stoi(context.option("version"))); });
  context.say("规则已批准生效");
  return kOk;
}

int rule_retire(Context& context) {
  const identity::Caller& caller = context.caller();
  caller.require("rule.approve", caller.unit);
  context.deployment().database().write([&](store::Txn& txn) { context.deployment().rules().retire(txn, context.who(), name_of(context), std::stoi(context.option("version"))); });
  context.say("规则已停用");
  return kOk;
}

int auto_review(Context& context) {
  const identity::Caller& caller = context.caller();
  caller.require("voucher.review", caller.unit);
  const auto results = service::auto_review(context.deployment(), context.who(), caller, context.option("book"));
  Table table{"AutoReview", {"voucher", "rule", "result"}, {"编号", "规则", "结果"}, {}, ""};
  std::size_t done = 0;
  for (const auto& r : results) {
    done += r.problem.empty();
    table.rows.push_back({std::to_string(r.voucher), r.rule, r.problem.empty() ? "已审" : r.problem});
  }
  table.summary = fmt::format("按规则审核 {} 张, 留待人工 {} 张", done, results.size() - done);
  context.print(table);
  return done == results.size() ? kOk : kFindings;
}

}  // namespace

void add_rule_commands(Commands& all) {
  const Option version{"version", "版本", true};
  all.push_back({"rule list", "", "自动审核规则及其版本", {}, rule_list});
  all.push_back({"rule propose", "NAME", "提出自动审核规则 (待另一人批准)", {{"file", "规则文件 (INFO)", true}}, rule_propose});
  all.push_back({"rule approve", "NAME", "批准规则的一个版本", {version}, rule_approve});
  all.push_back({"rule retire", "NAME", "停用规则的一个版本", {version}, rule_retire});
  all.push_back({"voucher auto-review", "", "按已批准的规则审核待审凭证", {{"book", "账套代码"}}, auto_review});
}

}  // namespace mif::app
