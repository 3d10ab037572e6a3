// SPDX-License-Identifier: Apache-2.0
// Base data besides the accounts: voucher words, control rules, summaries, common vouchers, budget classification; and opening balances.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "kernel/app/mifctl/command.h"
#include "kernel/ledger/opening_file.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

std::string text_of(Day day) { return day == Day() ? std::string() : day.iso(); }

int base_list(Context& context) {
  service::Deployment& d = context.deployment();
  Table table{"BaseData", {"kind", "unit", "code", "valid_from", "valid_to", "content"}, {"种类", "单位", "代码", "启用", "停用", "内容"}, {}, ""};
  d.database().read([&](store::Txn& txn) {
    for (const auto& entry : d.charts().base_entries(txn, context.option("chart"))) {
      if (context.flag("kind") && entry.kind != context.option("kind")) continue;
      std::string content;
      for (const char c : entry.body.substr(entry.body.find('\n') + 1)) content += c == '\n' ? ' ' : c;
      table.rows.push_back({entry.kind, entry.unit, entry.code, text_of(entry.valid_from), text_of(entry.valid_to), content});
    }
  });
  context.print(table);
  return kOk;
}

// The entries of one file; a kind that occurs in it becomes what the file says.
int base_apply(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  const std::string unit = context.option("unit");
  caller.require("base.manage", unit.empty() ? caller.unit : unit);
  const auto entries = chart::read_base_info(context.option("file"));
  std::size_t changed = 0;
  d.database().write([&](store::Txn& txn) {
    if (unit.empty())
      for (const auto& u : d.identity().units(txn))
        if (u.code == caller.unit && !u.parent.empty()) throw Error(MIF_E_DENIED, "base.province-file", "省级基础数据由省维护, 单位请加 --unit (the province's base data is the province's; use --unit)");
    for (const auto kind : chart::kBaseKinds) {
      bool occurs = kind == context.option("kind");
      for (const auto& entry : entries) occurs = occurs || entry.kind == kind;
      if (occurs) changed += d.charts().apply_base(txn, context.who(), context.option("chart"), kind, unit, entries);
    }
  });
  context.say(fmt::format("{} 条有变化", changed));
  return kOk;
}

// What the opening would be, and every line that cannot be taken; nothing is written.
int opening_check(Context& context) {
  service::Deployment& d = context.deployment();
  const ledger::OpeningFile file = ledger::read_opening(context.option("file"));
  std::vector<ledger::OpeningProblem> problems = file.problems;
  ledger::OpeningTrial trial;
  d.database().read([&](store::Txn& txn) { trial = d.ledger().try_opening(txn, context.option("book"), file.lines); });
  for (auto& problem : trial.problems) problems.push_back({problem.line > 0 ? file.numbers.at(static_cast<std::size_t>(problem.line) - 1) : 0, problem.column, problem.what});
  if (!problems.empty()) {
    Table table{"OpeningProblems", {"line", "column", "problem"}, {"行", "列", "问题"}, {}, fmt::format("{} 处问题, 没有写入。", problems.size())};
    for (const auto& problem : problems) table.rows.push_back({problem.line ? std::to_string(problem.line) : "", problem.column, problem.what});
    context.print(table);
    return kFindings;
  }
  Table table{"OpeningTrial", {"account", "name", "debit", "credit"}, {"科目", "名称", "借方", "贷方"}, {}, fmt::format("借方合计 {}  贷方合计 {}  平", trial.debit.grouped(), trial.credit.grouped())};
  for (const auto& line : trial.lines) table.rows.push_back({line.account, line.name, line.closing > Fen() ? line.closing.plain() : "", line.closing < Fen() ? (-line.closing).plain() : ""});
  context.print(table);
  return kOk;
}

int opening_apply(Context& context) {
  service::Deployment& d = context.deployment();
  std::string unit;
  d.database().read([&](store::Txn& txn) { unit = d.ledger().book(txn, context.option("book")).unit; });
  context.caller().require("base.manage", unit);
  if (const int found = opening_check(context); found != kOk) return found;
  const ledger::OpeningFile file = ledger::read_opening(context.option("file"));
  d.database().write([&](store::Txn& txn) { d.ledger().set_opening(txn, context.who(), context.option("book"), file.lines); });
  context.say(fmt::format("账套 {} 的期初余额已设置, {} 行", context.option("book"), file.lines.size()));
  return kOk;
}

}  // namespace

void add_base_commands(Commands& all) {
  const Option chart{"chart", "科目表, 如 employee", true}, book{"book", "账套", true}, file{"file", "文件", true};
  const Option kind{"kind", "word control summary common budget 之一"}, unit{"unit", "单位自己的摘要和常用凭证, 默认省级"};
  all.push_back({"base list", "", "凭证字、控制规则、摘要、常用凭证、政府收支分类对应", {chart, kind}, base_list});
  all.push_back({"base apply", "", "按 INFO 文件修改其中出现的各类基础数据 (加 --kind 时文件里没有即清空该类)", {chart, file, unit, kind}, base_apply});
  all.push_back({"opening check", "", "试算期初余额文件, 列出所有问题 (有问题时退出码 3)", {book, file}, opening_check});
  all.push_back({"opening apply", "", "试算后设置期初余额 (CSV 或 xlsx: account,aux,side,amount)", {book, file}, opening_apply});
}

}  // namespace mif::app
