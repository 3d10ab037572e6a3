// SPDX-License-Identifier: Apache-2.0
// Commands that make vouchers: entry, edit, attachments, correction by the right lines, and the look for doubles.
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "kernel/app/mifctl/command.h"
#include "kernel/app/mifctl/vouchers.h"
#include "kernel/base/random.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

// "D 50010101 mode=1 100.00 summary": side, account, auxiliary items (may be left out), amount, summary (may be left out).
ledger::Line read_line(const std::string& text) {
  std::istringstream in(text);
  std::string side, amount;
  ledger::Line line;
  in >> side >> line.account >> amount;
  if (amount.find('=') != std::string::npos) {
    line.aux = amount;
    amount.clear();
    in >> amount;
  }
  if ((side != "D" && side != "C") || amount.empty()) throw Error(MIF_E_INVALID, "cli.voucher-line", "分录写作 \"D 科目 [维度=项目;...] 金额 [摘要]\", D 借 C 贷 (a line is: D|C account [items] amount [summary]): \"" + text + "\"");
  line.side = side == "D" ? MIF_DEBIT : MIF_CREDIT;
  line.fen = Fen::parse(amount);
  std::getline(in >> std::ws, line.summary);
  return line;
}

std::vector<ledger::Line> read_lines(const std::vector<std::string>& texts, std::size_t from) {
  std::vector<ledger::Line> lines;
  for (std::size_t i = from; i < texts.size(); ++i) lines.push_back(read_line(texts[i]));
  return lines;
}

// What the options say about a draft; what they leave out stays as it is.
void apply_options(const Context& context, ledger::Draft& draft) {
  if (context.flag("day")) {
    draft.day = Day::parse(context.option("day"));
    draft.month = 0;
  }
  if (context.flag("word")) draft.word = context.option("word");
  if (context.flag("summary")) draft.summary = context.option("summary");
  if (context.flag("attachments")) draft.attachments = std::stoi(context.option("attachments"));
  if (context.flag("month")) draft.month = std::stoi(context.option("month"));
  if (context.flag("flow")) draft.flow = context.option("flow");
  if (context.flag("part")) {
    const std::string part = context.option("part");  // "1/3" or "2/3:LEAD"
    const auto slash = part.find('/'), colon = part.find(':');
    try {
      draft.part = std::stoi(part.substr(0, slash));
      draft.parts = std::stoi(part.substr(slash + 1, colon - slash - 1));
      draft.lead = colon == std::string::npos ? 0 : std::stoll(part.substr(colon + 1));
    } catch (const std::exception&) {
      throw Error(MIF_E_INVALID, "cli.voucher-part", "分数编号写作 1/3, 第 2 张起写作 2/3:首张编号 (write 1/3, later parts 2/3:ID of part 1): \"" + part + "\"");
    }
  }
}

// Stores the drafts - submitted unless --draft - as the caller's and prints their numbers.
int make(Context& context, const std::function<std::vector<ledger::Draft>(store::Txn&)>& drafts) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  Table table{"Proposal", {"id", "state", "amount", "summary"}, {"编号", "状态", "金额", "摘要"}, {}, ""};
  d.database().write([&](store::Txn& txn) {
    table.rows.clear();
    for (ledger::Draft draft : drafts(txn)) {
      caller.require("voucher.propose", d.ledger().book(txn, draft.book).unit);
      draft.maker = caller.login;
      const auto made = context.flag("draft") ? d.save(txn, context.who(), draft) : d.propose(txn, context.who(), draft);
      const auto voucher = d.ledger().voucher(txn, made.id);
      tell_warnings(context, txn, voucher);
      table.rows.push_back({std::to_string(made.id), state_name(voucher.state), voucher.total.plain(), voucher.summary});
    }
  });
  table.summary = context.flag("draft") ? "已存为草稿。" : "待审核。";
  context.print(table);
  return kOk;
}

// A key of the entry's own, so that a repeated command with --key makes no second voucher.
std::string entry_key(Context& context) { return context.caller().login + '/' + context.option("key", random_hex(12)); }

int voucher_enter(Context& context) {
  return make(context, [&](store::Txn&) {
    ledger::Draft draft;
    draft.book = context.option("book");
    draft.day = context.deployment().clock().business_day();
    draft.word = "记";
    draft.source_plugin = "mifctl";
    draft.source_key = entry_key(context);
    apply_options(context, draft);
    draft.lines = read_lines(context.arguments, 0);
    return std::vector<ledger::Draft>{draft};
  });
}

int voucher_edit(Context& context) {
  service::Deployment& d = context.deployment();
  context.caller();
  if (context.arguments.empty()) throw Error(MIF_E_INVALID, "cli.arguments", "应给凭证编号, 其后是新的分录 (give the voucher id, then its new lines)");
  d.database().write([&](store::Txn& txn) {
    const ledger::Voucher old = visible_voucher(context, txn, id_of(context.arguments[0]));
    ledger::Draft draft = old;
    apply_options(context, draft);
    if (context.arguments.size() > 1) draft.lines = read_lines(context.arguments, 1);
    d.ledger().revise(txn, context.who(), old.id, context.option("hash", old.content_hash), draft);
    tell_warnings(context, txn, d.ledger().voucher(txn, old.id));
  });
  context.say("已修改 (revised)");
  return kOk;
}

int voucher_attach(Context& context) {
  service::Deployment& d = context.deployment();
  context.caller();
  if (context.arguments.size() != 2) throw Error(MIF_E_INVALID, "cli.arguments", "应给凭证编号和文件 (give a voucher id and a file)");
  std::ifstream file(context.arguments[1], std::ios::binary);
  if (!file) throw Error(MIF_E_NOT_FOUND, "cli.file-read", "打不开文件 (cannot open) " + context.arguments[1]);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  const std::string name = context.arguments[1].substr(context.arguments[1].rfind('/') + 1);
  const std::string digest = d.objects().put(bytes);
  d.database().write([&](store::Txn& txn) {
    const ledger::Voucher old = visible_voucher(context, txn, id_of(context.arguments[0]));
    ledger::Draft draft = old;
    draft.files.push_back({digest, name, context.option("type", "application/octet-stream"), static_cast<std::int64_t>(bytes.size())});
    draft.attachments = std::max(draft.attachments, static_cast<int>(draft.files.size()));
    d.ledger().revise(txn, context.who(), old.id, old.content_hash, draft);
  });
  context.print({"Attachment", {"digest", "name", "bytes"}, {"摘要", "文件", "字节"}, {{digest, name, std::to_string(bytes.size())}}, ""});
  return kOk;
}

int voucher_correct(Context& context) {
  if (context.arguments.size() < 2) throw Error(MIF_E_INVALID, "cli.arguments", "应给凭证编号, 其后是正确的分录; 全额注销用 voucher reverse (give the voucher id, then the right lines)");
  return make(context, [&](store::Txn& txn) {
    const std::int64_t id = visible_voucher(context, txn, id_of(context.arguments[0])).id;
    const Day day = context.flag("day") ? Day::parse(context.option("day")) : context.deployment().clock().business_day();
    return context.deployment().ledger().corrections_of(txn, id, day, read_lines(context.arguments, 1));
  });
}

int voucher_lookalikes(Context& context) {
  Table table{"VoucherList", {"id", "day", "number", "amount", "summary"}, {"编号", "日期", "凭证号", "金额", "摘要"}, {}, ""};
  context.deployment().database().read([&](store::Txn& txn) {
    for (const auto& v : context.deployment().ledger().lookalikes(txn, context.deployment().ledger().voucher(txn, id_of(context))))
      table.rows.push_back({std::to_string(v.id), v.day.iso(), v.number ? fmt::format("{}-{}", v.word, v.number) : v.word, v.total.plain(), v.summary});
  });
  context.print(table);
  return table.rows.empty() ? kOk : kFindings;
}

}  // namespace

void add_voucher_entry_commands(Commands& all) {
  const Option draft{"draft", "只存草稿, 不提交", false, false}, day{"day", "凭证日期, 默认业务日"}, word{"word", "凭证字, 默认 记"}, summary{"summary", "摘要"},
      attachments{"attachments", "附单据张数"}, month{"month", "13 = 年末调整期"}, flow{"flow", "审批流程"}, part{"part", "分数编号 1/3; 第 2 张起 2/3:首张编号"},
      key{"key", "幂等键: 同键同内容只记一次"};
  all.push_back({"voucher enter", "LINE...", "录入凭证: 每行 \"D 科目 [维度=项目] 金额 [摘要]\"", {{"book", "账套代码", true}, {"summary", "摘要", true}, day, word, attachments, month, flow, part, key, draft}, voucher_enter});
  all.push_back({"voucher edit", "ID [LINE...]", "修改自己的草稿", {day, word, summary, attachments, month, flow, part, {"hash", "读到的内容摘要, 不同则拒绝"}}, voucher_edit});
  all.push_back({"voucher attach", "ID FILE", "给草稿附电子凭证 (存入对象库, 摘要计入凭证)", {{"type", "媒体类型"}}, voucher_attach});
  all.push_back({"voucher correct", "ID LINE...", "更正已记账凭证为这些分录: 红字注销加蓝字订正, 只有金额错时按差额调整", {day, draft}, voucher_correct});
  all.push_back({"voucher lookalikes", "ID", "可能与它重复的凭证", {}, voucher_lookalikes});
}

}  // namespace mif::app
