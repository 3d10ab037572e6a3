// SPDX-License-Identifier: Apache-2.0
// Closing templates: what there is, what they would make (测算), making it, and the ratios they use.
#include <charconv>

#include "kernel/app/mifctl/command.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

using Outcome = closing::Planned::Outcome;

const char* title_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::nothing: return "无";
    case Outcome::fresh: return "新";
    case Outcome::same: return "已生成";
    case Outcome::differs: return "有差异";
    case Outcome::blocked: return "暂不能办";
  }
  return "?";
}

int transfer_list(Context& context) {
  service::Deployment& d = context.deployment();
  Table table{"TransferList", {"scheme", "name", "version", "kind", "from", "to", "title", "file"}, {"险种", "模板", "版本", "种类", "起", "止", "名称", "文件"}, {}, ""};
  for (const auto& t : d.closing().templates()) {
    const auto slash = t.file.rfind('/');
    table.rows.push_back({t.scheme, t.name, std::to_string(t.version), closing::title_of(t.kind), t.from.iso(), t.to.year == 0 ? "" : t.to.iso(), t.title,
                          (slash == std::string::npos ? t.file : t.file.substr(slash + 1)) + ':' + std::to_string(t.line)});
  }
  context.print(table);
  return kOk;
}

Table planned_table(const char* kind, const std::vector<closing::Planned>& planned) {
  Table table{kind, {"template", "outcome", "voucher", "side", "account", "aux", "amount", "note"}, {"模板", "结果", "凭证", "方向", "科目", "辅助", "金额", "说明"}, {}, ""};
  for (const auto& p : planned) {
    const std::string voucher = p.voucher == 0 ? "" : std::to_string(p.voucher);
    if (p.draft.lines.empty() || p.outcome == Outcome::blocked) {
      if (p.outcome != Outcome::nothing) table.rows.push_back({p.name, title_of(p.outcome), voucher, "", "", "", "", p.note});
      continue;
    }
    for (const auto& line : p.draft.lines)
      table.rows.push_back({p.name, title_of(p.outcome), voucher, line.side == MIF_DEBIT ? "借" : "贷", line.account, line.aux, line.fen.plain(), p.note});
  }
  if (table.rows.empty()) table.summary = "没有要结转的余额。";
  return table;
}

int transfer_trial(Context& context) {
  service::Deployment& d = context.deployment();
  std::vector<closing::Planned> planned;
  d.database().read([&](store::Txn& txn) { planned = d.closing().trial(txn, context.option("book"), Period::parse(context.option("period")), context.option("template")); });
  context.print(planned_table("TransferTrial", planned));
  return kOk;
}

int transfer_run(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  const std::string book = context.option("book");
  std::vector<closing::Planned> planned;
  d.database().write([&](store::Txn& txn) {
    caller.require("period.close", d.ledger().book(txn, book).unit);
    planned = d.closing().run(txn, context.who(), book, Period::parse(context.option("period")), context.option("template"),
                              [&](store::Txn& inner, const Who& who, const ledger::Draft& draft) { return d.propose(inner, who, draft); });
  });
  context.print(planned_table("TransferRun", planned));
  return kOk;
}

Table ratio_table(const std::vector<closing::Ratio>& ratios) {
  constexpr const char* states[] = {"", "待批", "已批准", "未批准"};
  Table table{"RatioList", {"id", "book", "year", "name", "ratio", "state", "source", "entered_by", "decided_by"}, {"编号", "账套", "年度", "名称", "比例", "状态", "依据", "录入", "批准"}, {}, ""};
  for (const auto& r : ratios)
    table.rows.push_back({std::to_string(r.id), r.book, std::to_string(r.year), r.name, r.share.text(), states[static_cast<int>(r.state)], r.source, r.entered_by, r.decided_by});
  return table;
}

int ratio_enter(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  const std::string book = context.option("book"), year = context.option("year");
  int number = 0;
  const auto [end, error] = std::from_chars(year.data(), year.data() + year.size(), number);
  if (error != std::errc() || end != year.data() + year.size()) throw Error(MIF_E_INVALID, "cli.arguments", "年度应为整数 (year): \"" + year + "\"");
  closing::Ratio made;
  d.database().write([&](store::Txn& txn) {
    caller.require("period.close", d.ledger().book(txn, book).unit);
    made = d.closing().ratio(txn, d.closing().enter_ratio(txn, context.who(), book, number, context.option("name"), closing::Share::parse(context.option("ratio")), context.option("source")));
  });
  Table table = ratio_table({made});
  table.summary = "待另一人批准。";
  context.print(table);
  return kOk;
}

int ratio_decide(Context& context, bool approve) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  if (context.arguments.size() != 1) throw Error(MIF_E_INVALID, "cli.arguments", "要写比例的编号 (the ratio's number)");
  std::int64_t id = 0;
  const std::string& text = context.arguments[0];
  if (std::from_chars(text.data(), text.data() + text.size(), id).ptr != text.data() + text.size()) throw Error(MIF_E_INVALID, "cli.arguments", "比例的编号应为整数 (number): \"" + text + "\"");
  closing::Ratio now;
  d.database().write([&](store::Txn& txn) {
    caller.require("period.exception", d.ledger().book(txn, d.closing().ratio(txn, id).book).unit);
    d.closing().decide_ratio(txn, context.who(), id, approve);
    now = d.closing().ratio(txn, id);
  });
  context.print(ratio_table({now}));
  return kOk;
}

int ratio_list(Context& context) {
  service::Deployment& d = context.deployment();
  std::vector<closing::Ratio> all;
  d.database().read([&](store::Txn& txn) { all = d.closing().ratios(txn, context.option("book")); });
  context.print(ratio_table(all));
  return kOk;
}

}  // namespace

void add_transfer_commands(Commands& all) {
  const Option book{"book", "账套代码", true}, period{"period", "会计期间, 如 2023-12", true}, one{"template", "只办这一个模板"};
  all.push_back({"transfer list", "", "期末结转模板", {}, transfer_list});
  all.push_back({"transfer trial", "", "测算: 各模板会生成的凭证,不生成", {book, period, one}, transfer_trial});
  all.push_back({"transfer run", "", "生成结转凭证 (待审核)", {book, period, one}, transfer_run});
  all.push_back({"ratio enter", "", "录入分配比例及依据", {book, {"year", "年度", true}, {"name", "比例名称", true}, {"ratio", "0.62、62% 或 31/50", true}, {"source", "依据", true}}, ratio_enter});
  all.push_back({"ratio approve", "ID", "批准比例 (另一人)", {}, [](Context& c) { return ratio_decide(c, true); }});
  all.push_back({"ratio refuse", "ID", "不批准比例", {}, [](Context& c) { return ratio_decide(c, false); }});
  all.push_back({"ratio list", "", "账套的分配比例", {book}, ratio_list});
}

}  // namespace mif::app
