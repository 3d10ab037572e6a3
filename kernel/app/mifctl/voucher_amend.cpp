// SPDX-License-Identifier: Apache-2.0
// Vouchers made from vouchers: taken back, adjusted, copied.
#include "kernel/app/mifctl/vouchers.h"
#include "kernel/ledger/amend.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

// "2=150.00": line 2 should have had 150.00.
std::map<int, Fen> right_amounts(const Context& context) {
  std::map<int, Fen> right;
  for (std::size_t i = 1; i < context.arguments.size(); ++i) {
    const std::string& text = context.arguments[i];
    const auto equals = text.find('=');
    int line = 0;
    try {
      line = std::stoi(text.substr(0, equals));
    } catch (const std::exception&) {  // stays 0
    }
    if (equals == std::string::npos || line <= 0) throw Error(MIF_E_INVALID, "cli.arguments", "应写成 行号=正确金额, 如 2=150.00 (write LINE=AMOUNT): \"" + text + "\"");
    if (!right.emplace(line, Fen::parse(text.substr(equals + 1))).second) throw Error(MIF_E_INVALID, "cli.line-twice", "第 " + std::to_string(line) + " 行写了两次 (a line is named twice)");
  }
  return right;
}

int propose_from(Context& context, const char* title, const std::function<ledger::Draft(store::Txn&, std::int64_t, Day)>& make) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  caller.require("voucher.propose", caller.unit);
  if (context.arguments.empty()) throw Error(MIF_E_INVALID, "cli.arguments", "应给一个凭证编号 (give one voucher id, see mifctl voucher list)");
  const std::int64_t id = id_of(context.arguments[0]);
  const Day day = context.flag("day") ? Day::parse(context.option("day")) : d.clock().business_day();
  ledger::Proposal made;
  d.database().write([&](store::Txn& txn) {
    if (!caller.sees(d.ledger().book(txn, d.ledger().voucher(txn, id).book).unit)) throw Error(MIF_E_NOT_FOUND, "voucher.not-found", "没有凭证 (no voucher) " + std::to_string(id));
    ledger::Draft draft = make(txn, id, day);
    draft.maker = caller.login;
    made = d.propose(txn, context.who(), draft);
    tell_warnings(context, txn, d.ledger().voucher(txn, made.id));
  });
  context.print({"Proposal", {"id", "existed"}, {title, "已有"}, {{std::to_string(made.id), made.existed ? "yes" : ""}}, made.existed ? "先前已做出, 没有再做一张。" : "待审核。"});
  return kOk;
}

int voucher_reverse(Context& context) {
  return propose_from(context, "更正凭证编号", [&](store::Txn& txn, std::int64_t id, Day day) { return context.deployment().ledger().correction_of(txn, id, day); });
}

int voucher_adjust(Context& context) {
  const auto right = right_amounts(context);
  return propose_from(context, "调整凭证编号", [&](store::Txn& txn, std::int64_t id, Day day) { return ledger::adjustment_of(txn, context.deployment().ledger(), id, day, right); });
}

int voucher_copy(Context& context) {
  return propose_from(context, "新凭证编号", [&](store::Txn& txn, std::int64_t id, Day day) {
    ledger::Draft draft = ledger::copy_of(context.deployment().ledger().voucher(txn, id), day);
    draft.source_plugin = "mifctl";
    return draft;
  });
}

}  // namespace

void add_voucher_amend_commands(Commands& all) {
  const Option day{"day", "新凭证的日期, 默认今天"};
  all.push_back({"voucher reverse", "ID", "更正: 当年红字注销, 以前年度蓝字订正", {day}, voucher_reverse});
  all.push_back({"voucher adjust", "ID LINE=AMOUNT...", "只有金额错: 按差额另编一张, 调增蓝字, 调减红字", {day}, voucher_adjust});
  all.push_back({"voucher copy", "ID", "按一张凭证另做一张", {day}, voucher_copy});
}

}  // namespace mif::app
