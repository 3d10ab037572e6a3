// SPDX-License-Identifier: Apache-2.0
// Month end: checklist, carrying forward (期末结转), closing.
#include <fmt/format.h>

#include "kernel/app/mifctl/checkpoints.h"
#include "kernel/app/mifctl/command.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

const char* result_name(ledger::CheckItem::Result result) {
  switch (result) {
    case ledger::CheckItem::Result::pass: return "通过";
    case ledger::CheckItem::Result::warn: return "提示";
    case ledger::CheckItem::Result::fail: return "不通过";
  }
  return "?";
}

int period_check(Context& context) {
  service::Deployment& d = context.deployment();
  const Period period = Period::parse(context.option("period"));
  Table table{"CloseChecklist", {"item", "title", "result", "detail"}, {"项", "检查", "结果", "说明"}, {}, ""};
  bool good = true;
  d.database().read([&](store::Txn& txn) {
    for (const auto& item : d.ledger().closing_checklist(txn, context.option("book"), period)) {
      table.rows.push_back({item.id, item.title, result_name(item.result), item.detail});
      good = good && item.result != ledger::CheckItem::Result::fail;
    }
  });
  table.summary = good ? "可以结账。" : "还不能结账。";
  context.print(table);
  return good ? kOk : kFindings;
}

// The closing vouchers of a month, made by the caller and left for somebody else's review.
int period_carry(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  const std::string book = context.option("book");
  const Period period = Period::parse(context.option("period"));
  Table table{"ClosingVouchers", {"id", "day", "amount", "summary"}, {"编号", "日期", "金额", "摘要"}, {}, ""};
  d.database().write([&](store::Txn& txn) {
    table.rows.clear();
    caller.require("period.close", d.ledger().book(txn, book).unit);
    for (ledger::Draft draft : d.ledger().closing_drafts(txn, book, period)) {
      draft.maker = caller.login;
      draft.flow = "voucher-closing";
      const auto made = d.propose(txn, context.who(), draft);
      const auto voucher = d.ledger().voucher(txn, made.id);
      table.rows.push_back({std::to_string(made.id), voucher.day.iso(), voucher.total.plain(), voucher.summary});
    }
  });
  table.summary = table.rows.empty() ? "没有要结转的余额。" : "待审核。";
  context.print(table);
  return kOk;
}

int period_close(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  const std::string book = context.option("book");
  const Period period = Period::parse(context.option("period"));
  bool already = false;
  d.database().write([&](store::Txn& txn) {
    caller.require("period.close", d.ledger().book(txn, book).unit);
    already = !d.ledger().is_open(txn, book, period) && period < d.ledger().first_open(txn, book);
    if (!already) d.ledger().close(txn, context.who(), book, period);
  });
  if (!already) context.say("见证文件 " + write_checkpoint(d));
  context.print({"Period", {"book", "period", "state"}, {"账套", "期间", "状态"}, {{book, period.iso(), already ? "早已结账" : "已结账"}}, ""});
  return kOk;
}

int period_list(Context& context) {
  service::Deployment& d = context.deployment();
  Table table{"PeriodList", {"book", "open"}, {"账套", "当前期间"}, {}, ""};
  d.database().read([&](store::Txn& txn) {
    for (const auto& b : d.ledger().books(txn)) table.rows.push_back({b.code, d.ledger().first_open(txn, b.code).iso()});
  });
  context.print(table);
  return kOk;
}

// Every book's checklist for its current month: the morning look.
int check(Context& context) {
  service::Deployment& d = context.deployment();
  Table table{"CheckList", {"book", "period", "item", "title", "result", "detail"}, {"账套", "期间", "项", "检查", "结果", "说明"}, {}, ""};
  bool good = true;
  d.database().read([&](store::Txn& txn) {
    for (const auto& b : d.ledger().books(txn)) {
      const Period period = d.ledger().first_open(txn, b.code);
      for (const auto& item : d.ledger().closing_checklist(txn, b.code, period)) {
        table.rows.push_back({b.code, period.iso(), item.id, item.title, result_name(item.result), item.detail});
        good = good && item.result != ledger::CheckItem::Result::fail;
      }
    }
  });
  context.print(table);
  return good ? kOk : kFindings;
}

}  // namespace

void add_period_commands(Commands& all) {
  const Option book{"book", "账套代码", true};
  const Option period{"period", "会计期间, 如 2023-06", true};
  all.push_back({"period list", "", "各账套的当前期间", {}, period_list});
  all.push_back({"period check", "", "结账检查单", {book, period}, period_check});
  all.push_back({"period carry", "", "生成期末结转凭证 (待审核)", {book, period}, period_carry});
  all.push_back({"period close", "", "月末结账", {book, period}, period_close});
  all.push_back({"check", "", "所有账套当前期间的检查单", {}, check});
}

}  // namespace mif::app
