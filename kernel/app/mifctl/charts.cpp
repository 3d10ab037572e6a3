// SPDX-License-Identifier: Apache-2.0
// The chart of accounts from files: what would change, which books it touches, and the change; accounts of agencies; items.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "kernel/app/mifctl/command.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

Table changes(const std::vector<chart::ChartChange>& plan) {
  Table table{"ChartPlan", {"code", "change", "books", "refused"}, {"科目", "变化", "有数的账套", "不能做的原因"}, {}, ""};
  std::size_t refused = 0;
  for (const auto& change : plan) {
    table.rows.push_back({change.code, change.what, fmt::format("{}", fmt::join(change.books, " ")), change.refusal});
    refused += !change.refusal.empty();
  }
  table.summary = plan.empty() ? "没有变化。" : fmt::format("{} 处变化{}。", plan.size(), refused ? fmt::format(", {} 处不能做", refused) : "");
  return table;
}

Day day_of(const Context& context, std::string_view name, Day otherwise = {}) { return context.flag(name) ? Day::parse(context.option(name)) : otherwise; }

int chart_plan(Context& context) {
  service::Deployment& d = context.deployment();
  const auto accounts = chart::read_chart(context.option("file"));
  std::vector<chart::ChartChange> plan;
  d.database().read([&](store::Txn& txn) { plan = d.charts().plan(txn, context.option("chart"), accounts); });
  context.print(changes(plan));
  return plan.empty() ? kOk : kFindings;
}

int chart_apply(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  caller.require("config.manage", caller.unit);
  const auto accounts = chart::read_chart(context.option("file"));
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
  const Day day = day_of(context, "day", d.clock().business_day());
  Table table{"ChartOfAccounts", {"code", "name", "class", "side", "leaf", "required", "allowed", "closes_to", "detail", "budget"},
              {"科目", "名称", "类别", "方向", "末级", "必填辅助", "可填辅助", "结转到", "单位增设", "政府收支分类"}, {}, ""};
  std::size_t unmapped = 0;
  d.database().read([&](store::Txn& txn) {
    const auto chart = d.charts().load(txn, context.option("chart"), context.option("unit"), day);
    for (const auto& a : chart->accounts()) {
      std::vector<std::string> classes;
      for (const auto& budget : chart->base().budget_of(a.code, day)) classes.push_back(budget.code + ' ' + budget.name);
      const bool lacks = a.leaf && classes.empty() && (a.account_class == chart::Class::income || a.account_class == chart::Class::expense);
      unmapped += lacks;
      if (context.flag("unmapped") && !lacks) continue;
      table.rows.push_back({a.code, a.full_name, std::string(chart::name_of(a.account_class)), a.side > 0 ? "借" : "贷", a.leaf ? "是" : "", fmt::format("{}", fmt::join(a.aux_required, " ")),
                            fmt::format("{}", fmt::join(a.aux_allowed, " ")), a.closes_to, a.detail, fmt::format("{}", fmt::join(classes, "; "))});
    }
  });
  table.summary = unmapped ? fmt::format("{} 个收入支出明细科目没有对应的政府收支分类科目。", unmapped) : "收入支出科目都有对应的政府收支分类科目。";
  context.print(table);
  return context.flag("unmapped") && unmapped ? kFindings : kOk;
}

// An agency's own account: below what the province opened.
int chart_add(Context& context) {
  service::Deployment& d = context.deployment();
  context.caller().require("base.manage", context.option("unit"));
  chart::Account account;
  account.unit = context.option("unit");
  account.code = context.option("code");
  account.name = context.option("name");
  account.valid_from = day_of(context, "from");
  account.valid_to = day_of(context, "to");
  chart::check_code(account.code);
  d.database().write([&](store::Txn& txn) { d.charts().put_account(txn, context.who(), context.option("chart"), account); });
  context.say(fmt::format("单位 {} 的科目 {} {} 已设置", account.unit, account.code, account.name));
  return kOk;
}

int aux_list(Context& context) {
  service::Deployment& d = context.deployment();
  Table table{"AuxItems", {"dimension", "item", "name", "parent", "kind", "accounts", "valid_from", "valid_to"}, {"辅助核算", "取值", "名称", "上级", "种类", "只用于科目", "启用", "停用"}, {}, ""};
  const auto text = [](Day day) { return day == Day() ? std::string() : day.iso(); };
  d.database().read([&](store::Txn& txn) {
    for (const auto& type : d.charts().load(txn, context.option("chart"), {}, d.clock().business_day())->aux_types()) {
      if (context.flag("type") && type.code != context.option("type")) continue;
      if (type.items.empty()) table.rows.push_back({type.code, "", type.name + " (" + std::string(chart::name_of(type.listing)) + ")", "", "", "", "", ""});
      for (const auto& i : type.items) table.rows.push_back({type.code, i.code, i.name, i.parent, i.kind, i.accounts, text(i.valid_from), text(i.valid_to)});
    }
  });
  context.print(table);
  return kOk;
}

int aux_import(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  caller.require("base.manage", caller.unit);
  const auto items = chart::read_items(context.option("file"));
  d.database().write([&](store::Txn& txn) { d.charts().put_items(txn, context.who(), context.option("chart"), context.option("type"), items); });
  context.say(fmt::format("{} 个取值已导入 {}", items.size(), context.option("type")));
  return kOk;
}

}  // namespace

void add_chart_commands(Commands& all) {
  const Option chart{"chart", "科目表, 如 employee", true};
  all.push_back({"chart show", "", "某日有效的科目表", {chart, {"unit", "单位, 默认只看省级科目"}, {"day", "日期, 默认今天"}, {"unmapped", "只看没有对应政府收支分类的 (有则退出码 3)", false, false}}, chart_show});
  all.push_back({"chart plan", "", "按文件修改科目表会改变什么、涉及哪些账套 (有变化时退出码 3)", {chart, {"file", "科目 CSV", true}}, chart_plan});
  all.push_back({"chart apply", "", "按文件修改科目表", {chart, {"file", "科目 CSV", true}, {"aux", "辅助核算 INFO, 默认部署里的"}}, chart_apply});
  all.push_back({"chart add", "", "单位在省开放的科目之下增设或修改一个明细科目",
                 {chart, {"unit", "单位", true}, {"code", "科目编码", true}, {"name", "名称", true}, {"from", "启用日"}, {"to", "停用日"}}, chart_add});
  all.push_back({"aux list", "", "辅助核算项目和取值", {chart, {"type", "只看一项, 如 bank_account"}}, aux_list});
  all.push_back({"aux import", "", "从 CSV 导入辅助核算取值 (code,name,parent,kind,accounts,valid_from,valid_to)", {chart, {"type", "辅助核算项", true}, {"file", "CSV", true}}, aux_import});
}

}  // namespace mif::app
