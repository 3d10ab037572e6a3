// SPDX-License-Identifier: Apache-2.0
// Month end: checklist, carrying forward (期末结转), closing of one book or of all, soft locks and their exceptions.
#include <fmt/format.h>

#include <charconv>

#include "kernel/app/mifctl/checkpoints.h"
#include "kernel/app/mifctl/command.h"
#include "kernel/service/close_checks.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

using Result = ledger::CheckItem::Result;

// The books a command is about: the one named, or with --all every one the caller may see.
std::vector<std::string> books_of(Context& context, const identity::Caller& caller) {
  if (!context.flag("all")) {
    if (context.option("book").empty()) throw Error(MIF_E_INVALID, "cli.arguments", "要写 --book 账套代码 或 --all (name a book, or --all)");
    return {context.option("book")};
  }
  std::vector<std::string> codes;
  context.deployment().database().read([&](store::Txn& txn) {
    for (const auto& b : context.deployment().ledger().books(txn))
      if (caller.sees(b.unit)) codes.push_back(b.code);
  });
  return codes;
}

int number_of(const std::string& text, const char* what) {
  int n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size()) throw Error(MIF_E_INVALID, "cli.arguments", std::string(what) + " 应为整数 (expected a number): \"" + text + "\"");
  return n;
}

int period_check(Context& context) {
  service::Deployment& d = context.deployment(true);
  const Period period = Period::parse(context.option("period"));
  Table table{"CloseChecklist", {"item", "title", "result", "detail", "link"}, {"项", "检查", "结果", "说明", "处理"}, {}, ""};
  bool good = true, seen = true;
  for (const auto& item : service::close_checks(d, context.who(), nullptr, context.option("book"), period)) {
    table.rows.push_back({item.id, item.title, service::title_of(item.result), item.detail, item.link});
    good = good && item.result != Result::fail;
    seen = seen && item.result != Result::unknown;
  }
  table.summary = !good ? "还不能结账。" : seen ? "可以结账。" : "有未评估的项,未评估不等于通过。";
  context.print(table);
  return good && seen ? kOk : kFindings;
}

// The closing vouchers of a month, made by the caller and left for somebody else's review: whatever the templates find.
int period_carry(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  const Period period = Period::parse(context.option("period"));
  bool waits = false;  // something is due that cannot be made yet
  Table table{"ClosingVouchers", {"book", "id", "day", "amount", "summary"}, {"账套", "编号", "日期", "金额", "摘要"}, {}, ""};
  for (const auto& book : books_of(context, caller)) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> blocked;
    d.database().write([&](store::Txn& txn) {
      rows.clear();
      blocked.clear();
      caller.require("period.close", d.ledger().book(txn, book).unit);
      const auto planned = d.closing().run(txn, context.who(), book, period, {}, [&](store::Txn& inner, const Who& who, const ledger::Draft& draft) { return d.propose(inner, who, draft); });
      for (const auto& p : planned) {
        if (p.outcome == closing::Planned::Outcome::blocked) blocked.push_back(fmt::format("{} {}: {}", book, p.title.empty() ? p.name : p.title, p.note));
        if (p.outcome != closing::Planned::Outcome::fresh && p.outcome != closing::Planned::Outcome::same) continue;
        const auto voucher = d.ledger().voucher(txn, p.voucher);
        rows.push_back({book, std::to_string(p.voucher), voucher.day.iso(), voucher.total.plain(), voucher.summary});
      }
    });
    table.rows.insert(table.rows.end(), rows.begin(), rows.end());
    for (const auto& line : blocked) context.say("暂不能办 (not yet): " + line);
    waits = waits || !blocked.empty();
  }
  table.summary = !table.rows.empty() ? "待审核。" : waits ? "有模板暂不能办, 见上。" : "没有要结转的余额。";
  context.print(table);
  return waits ? kFindings : kOk;
}

int period_close(Context& context) {
  service::Deployment& d = context.deployment(true);
  const identity::Caller& caller = context.caller();
  const Period period = Period::parse(context.option("period"));
  const auto books = books_of(context, caller);
  Table table{"Period", {"book", "period", "state", "detail"}, {"账套", "期间", "状态", "说明"}, {}, ""};
  std::int64_t done = 0, closed = 0;
  for (const auto& book : books) {
    try {
      const auto result = service::close_period(d, context.who(), caller, book, period, context.option("accept"));
      std::string detail;
      for (const auto& item : result.items) detail += (detail.empty() ? "" : "; ") + item.title + (item.detail.empty() ? "" : " (" + item.detail + ")");
      table.rows.push_back({book, period.iso(), result.already ? "早已结账" : "已结账", detail});
      closed += !result.already;
    } catch (const Error& error) {
      if (books.size() == 1 && !context.flag("all")) throw;
      table.rows.push_back({book, period.iso(), "未结", error.what()});
    }
    context.progress("结账", ++done, static_cast<std::int64_t>(books.size()));
  }
  if (closed > 0) context.say("见证文件 " + write_checkpoint(d));
  std::int64_t failed = 0;
  for (const auto& row : table.rows) failed += row[2] == "未结";
  if (context.flag("all")) table.summary = fmt::format("{} 个账套: 结账 {}, 早已结账 {}, 未结 {}", books.size(), closed, static_cast<std::int64_t>(books.size()) - closed - failed, failed);
  context.print(table);
  return failed == 0 ? kOk : kFindings;
}

int period_list(Context& context) {
  service::Deployment& d = context.deployment();
  Table table{"PeriodList", {"book", "open", "locks"}, {"账套", "当前期间", "锁定"}, {}, ""};
  d.database().read([&](store::Txn& txn) {
    for (const auto& b : d.ledger().books(txn)) {
      const Period open = d.ledger().first_open(txn, b.code);
      table.rows.push_back({b.code, open.iso(), closing::names_of(d.ledger().locks(txn, b.code, open))});
    }
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
      for (const auto& item : d.closing().checklist(txn, b.code, period)) {
        table.rows.push_back({b.code, period.iso(), item.id, item.title, service::title_of(item.result), item.detail});
        good = good && item.result != Result::fail;
      }
    }
  });
  context.print(table);
  return good ? kOk : kFindings;
}

// --- soft locks -------------------------------------------------------------------------------------------------------
int change_locks(Context& context, bool lock) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  const Period period = Period::parse(context.option("period"));
  const int named = closing::areas_named(context.option("area", lock ? "entry" : "entry,payment,closing,opening"));
  Table table{"PeriodLocks", {"book", "period", "locks"}, {"账套", "期间", "锁定"}, {}, ""};
  for (const auto& book : books_of(context, caller)) {
    int now = 0;
    d.database().write([&](store::Txn& txn) {
      caller.require("period.lock", d.ledger().book(txn, book).unit);
      const int before = d.ledger().locks(txn, book, period);
      now = lock ? before | named : before & ~named;
      d.ledger().set_locks(txn, context.who(), book, period, now, context.option("reason"));
    });
    table.rows.push_back({book, period.iso(), closing::names_of(now)});
  }
  context.print(table);
  return kOk;
}

Table exception_table(const std::vector<closing::Exception>& all, std::int64_t now_ms) {
  Table table{"ExceptionList",
              {"id", "book", "period", "area", "person", "minutes", "state", "requested_by", "decided_by", "reason"},
              {"编号", "账套", "期间", "范围", "给谁", "分钟", "状态", "申请", "批准", "理由"}, {}, ""};
  for (const auto& e : all)
    table.rows.push_back({std::to_string(e.id), e.book, e.period.iso(), std::string(closing::name_of(e.area)), e.person.empty() ? "(所有制单人)" : e.person, std::to_string(e.minutes),
                          closing::title_of(e, now_ms), e.requested_by, e.decided_by, e.reason});
  return table;
}

int exception_request(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  const std::string book = context.option("book");
  closing::Exception made;
  d.database().write([&](store::Txn& txn) {
    caller.require("period.ask", d.ledger().book(txn, book).unit);
    const auto id = d.closing().request_exception(txn, context.who(), book, Period::parse(context.option("period")), closing::area_named(context.option("area", "entry")),
                                                  context.option("for"), number_of(context.option("minutes"), "minutes"), context.option("reason"));
    made = d.closing().exception(txn, id);
  });
  Table table = exception_table({made}, d.clock().now_unix_ms());
  table.summary = "待另一人批准。";
  context.print(table);
  return kOk;
}

int decide(Context& context, const std::string& what) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  if (context.arguments.size() != 1) throw Error(MIF_E_INVALID, "cli.arguments", "要写例外的编号 (the exception's number)");
  const std::int64_t id = number_of(context.arguments[0], "编号");
  closing::Exception now;
  d.database().write([&](store::Txn& txn) {
    caller.require("period.exception", d.ledger().book(txn, d.closing().exception(txn, id).book).unit);
    if (what == "end") d.closing().end_exception(txn, context.who(), id);
    else d.closing().decide_exception(txn, context.who(), id, what == "grant");
    now = d.closing().exception(txn, id);
  });
  context.print(exception_table({now}, d.clock().now_unix_ms()));
  return kOk;
}

int exception_list(Context& context) {
  service::Deployment& d = context.deployment();
  std::vector<closing::Exception> all;
  d.database().read([&](store::Txn& txn) { all = d.closing().exceptions(txn, context.option("book")); });
  context.print(exception_table(all, d.clock().now_unix_ms()));
  return kOk;
}

}  // namespace

void add_period_commands(Commands& all) {
  const Option book{"book", "账套代码", true}, some{"book", "账套代码"}, every{"all", "所有看得到的账套", false, false};
  const Option period{"period", "会计期间, 如 2023-06", true}, reason{"reason", "理由", true};
  const Option area{"area", "范围: entry payment closing opening, 可用逗号并列"};
  all.push_back({"period list", "", "各账套的当前期间", {}, period_list});
  all.push_back({"period check", "", "结账检查单 (账簿和各插件)", {book, period}, period_check});
  all.push_back({"period carry", "", "生成期末结转凭证 (待审核)", {some, every, period}, period_carry});
  all.push_back({"period close", "", "月末结账", {some, every, period, {"accept", "有未评估的项仍要结账的理由"}}, period_close});
  all.push_back({"period lock", "", "软关账: 锁定期间的范围", {some, every, period, area, reason}, [](Context& c) { return change_locks(c, true); }});
  all.push_back({"period unlock", "", "解除软关账", {some, every, period, area, reason}, [](Context& c) { return change_locks(c, false); }});
  all.push_back({"period exception request", "", "申请限时例外", {book, period, area, {"for", "给哪个制单人, 不写为所有人"}, {"minutes", "批准后有效的分钟数", true}, reason}, exception_request});
  all.push_back({"period exception grant", "ID", "批准例外 (另一人)", {}, [](Context& c) { return decide(c, "grant"); }});
  all.push_back({"period exception refuse", "ID", "不批准例外", {}, [](Context& c) { return decide(c, "refuse"); }});
  all.push_back({"period exception end", "ID", "提前结束例外", {}, [](Context& c) { return decide(c, "end"); }});
  all.push_back({"period exception list", "", "例外及其状态", {some}, exception_list});
  all.push_back({"check", "", "所有账套当前期间的检查单", {}, check});
}

}  // namespace mif::app
