// SPDX-License-Identifier: Apache-2.0
// The chart of accounts from files: what would change, and the change.
#include <fmt/format.h>

#include "kernel/app/mifctl/command.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

Table changes(const std::vector<chart::ChartChange>& plan) {
  Table table{"ChartPlan", {"code", "change"}, {"科目", "变化"}, {}, ""};
  for (const auto& change : plan) table.rows.push_back({change.code, change.what});
  table.summary = plan.empty() ? "没有变化。" : fmt::format("{} 处变化。", plan.size());
  return table;
}

int chart_plan(Context& context) {
  service::Deployment& d = context.deployment();
  const auto accounts = chart::read_chart_csv(context.option("file"));
  std::vector<chart::ChartChange> plan;
  d.database().read([&](store::Txn& txn) { plan = d.charts().plan(txn, context.option("chart"), accounts); });
  context.print(changes(plan));
  return plan.empty() ? kOk : kFindings;
}

int chart_apply(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  caller.require("config.manage", caller.unit);
  const auto accounts = chart::read_chart_csv(context.option("file"));
  const auto aux = chart::read_aux_info(context.flag("aux") ? context.option("aux") : d.path("config/chart/aux.info"));
  std::vector<chart::ChartChange> plan;
  d.database().write([&](store::Txn& txn) {
    plan = d.charts().plan(txn, context.option("chart"), accounts);
    d.charts().apply(txn, context.who(), context.option("chart"), accounts, aux);
  });
  context.print(changes(plan));
  return kOk;
}

int chart_show(Context& context) {
  service::Deployment& d = context.deployment();
  const Day day = context.flag("day") ? Day::parse(context.option("day")) : d.clock().business_day();
  Table table{"ChartOfAccounts", {"code", "name", "class", "side", "leaf", "required", "closes_to"}, {"科目", "名称", "类别", "方向", "末级", "必填辅助", "结转到"}, {}, ""};
  d.database().read([&](store::Txn& txn) {
    for (const auto& a : d.charts().load(txn, context.option("chart"), context.option("unit"), day)->accounts()) {
      std::string required;
      for (const auto& dimension : a.aux_required) required += (required.empty() ? "" : " ") + dimension;
      table.rows.push_back({a.code, a.full_name, std::string(chart::name_of(a.account_class)), a.side > 0 ? "借" : "贷", a.leaf ? "是" : "", required, a.closes_to});
    }
  });
  context.print(table);
  return kOk;
}

}  // namespace

void add_chart_commands(Commands& all) {
  const Option chart{"chart", "科目表, 如 employee", true};
  all.push_back({"chart show", "", "某日有效的科目表", {chart, {"unit", "单位, 默认只看省级科目"}, {"day", "日期, 默认今天"}}, chart_show});
  all.push_back({"chart plan", "", "按文件修改科目表会改变什么 (有变化时退出码 3)", {chart, {"file", "科目 CSV", true}}, chart_plan});
  all.push_back({"chart apply", "", "按文件修改科目表", {chart, {"file", "科目 CSV", true}, {"aux", "辅助核算 INFO, 默认部署里的"}}, chart_apply});
}

}  // namespace mif::app
