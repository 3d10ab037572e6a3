// SPDX-License-Identifier: Apache-2.0
// Commands of the accountant: books, vouchers, export.
#include <fmt/format.h>

#include <fstream>

#include "kernel/app/mifctl/command.h"
#include "kernel/ledger/export.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

std::string state_name(ledger::State state) {
  switch (state) {
    case ledger::State::draft: return "草稿";
    case ledger::State::submitted: return "待审";
    case ledger::State::approved: return "已审";
    case ledger::State::posted: return "已记账";
    case ledger::State::void_: return "作废";
  }
  return "?";
}

std::int64_t id_of(const Context& context) {
  if (context.arguments.size() == 1) {
    try {
      return std::stoll(context.arguments[0]);
    } catch (const std::exception&) {  // the sentence below says what is wanted
    }
  }
  throw Error(MIF_E_INVALID, "应给一个凭证编号 (give one voucher id, see mifctl voucher list)");
}

int book_list(Context& context) {
  service::Deployment& d = context.deployment();
  Table table{"BookList", {"book", "unit", "scheme", "name", "start", "open", "read_only"}, {"账套", "单位", "险种", "名称", "启用", "当前期间", "只读"}, {}, ""};
  d.database().read([&](store::Txn& txn) {
    for (const auto& b : d.ledger().books(txn))
      table.rows.push_back({b.code, b.unit, b.scheme, b.name, b.start.iso(), d.ledger().first_open(txn, b.code).iso(), b.read_only ? b.read_only_reason : ""});
  });
  context.print(table);
  return kOk;
}

int voucher_list(Context& context) {
  service::Deployment& d = context.deployment();
  ledger::VoucherQuery query;
  query.book = context.option("book");
  if (context.flag("period")) {
    const Period period = Period::parse(context.option("period"));
    query.year = period.year;
    query.month = period.month;
  }
  query.limit = std::stoll(context.option("limit", "50"));
  query.after_id = std::stoll(context.option("after", "0"));
  Table table{"VoucherList", {"id", "period", "number", "day", "state", "amount", "summary", "maker", "reviewer", "source"},
              {"编号", "期间", "凭证号", "日期", "状态", "金额", "摘要", "制单", "审核", "来源"}, {}, ""};
  d.database().read([&](store::Txn& txn) {
    for (const auto& v : d.ledger().vouchers(txn, query))
      table.rows.push_back({std::to_string(v.id), v.period.iso(), v.number ? fmt::format("{}-{}", v.word, v.number) : v.word, v.day.iso(), state_name(v.state),
                            v.total.plain(), v.summary, v.maker, v.reviewer, v.source_key});
  });
  context.print(table);
  return kOk;
}

int voucher_show(Context& context) {
  service::Deployment& d = context.deployment();
  Table table{"Voucher", {"line", "summary", "account", "aux", "debit", "credit"}, {"行", "摘要", "科目", "辅助", "借方", "贷方"}, {}, ""};
  d.database().read([&](store::Txn& txn) {
    const auto v = d.ledger().voucher(txn, id_of(context));
    int n = 0;
    for (const auto& l : v.lines)
      table.rows.push_back({std::to_string(++n), l.summary, l.account, l.aux, l.side == MIF_DEBIT ? l.fen.plain() : "", l.side == MIF_CREDIT ? l.fen.plain() : ""});
    table.summary = fmt::format("{} {} {}-{} {} 合计 {}  制单 {}  审核 {}  记账 {}  来源 {}", v.book, v.day.iso(), v.word, v.number, state_name(v.state),
                                v.total.grouped(), v.maker, v.reviewer, v.poster, v.source_key);
  });
  context.print(table);
  return kOk;
}

// Reviews one voucher, or everything that waits at the node in the books the reviewer sees.
int voucher_review(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  caller.require("voucher.review", caller.unit);
  const Who who = context.who();
  const std::string comment = context.option("comment", "同意");
  const bool approve = !context.flag("reject");
  std::vector<std::int64_t> ids;
  if (!context.flag("all")) {
    ids.push_back(id_of(context));
  } else {
    const std::string book = context.option("book");
    for (std::int64_t after = 0;;) {
      std::size_t found = 0;
      d.database().read([&](store::Txn& txn) {
        for (const auto& instance : d.workflow().waiting(txn, "voucher", "review", after, 1000)) {
          ++found;
          after = instance.id;
          if (!caller.sees(instance.unit)) continue;
          const std::int64_t id = std::stoll(instance.subject);
          if (book.empty() || d.ledger().voucher(txn, id).book == book) ids.push_back(id);
        }
      });
      if (found == 0) break;
    }
  }
  std::int64_t done = 0;
  std::vector<std::string> refused;
  constexpr std::size_t kBatch = 200;  // one durable transaction for many decisions; each is still recorded on its own
  for (std::size_t at = 0; at < ids.size(); at += kBatch) {
    const std::size_t end = std::min(ids.size(), at + kBatch);
    const auto decide = [&](std::size_t from, std::size_t to) {
      d.database().write([&](store::Txn& txn) {
        for (std::size_t i = from; i < to; ++i) d.decide(txn, who, caller, ids[i], "review", approve, comment);
      });
      done += static_cast<std::int64_t>(to - from);
    };
    try {
      decide(at, end);
    } catch (const Error&) {  // one of them is refused: the others are decided one by one
      for (std::size_t i = at; i < end; ++i) {
        try {
          decide(i, i + 1);
        } catch (const Error& e) {
          refused.push_back(fmt::format("凭证 {}: {}", ids[i], e.what()));
        }
      }
    }
    context.progress("审核", static_cast<std::int64_t>(end), static_cast<std::int64_t>(ids.size()));
  }
  for (const auto& line : refused) context.say(line);
  Table table{"ReviewResult", {"reviewed", "refused"}, {"已审", "未成"}, {{std::to_string(done), std::to_string(refused.size())}},
              fmt::format("审核 {} 张, 未成 {} 张", done, refused.size())};
  context.print(table);
  return refused.empty() ? kOk : kFindings;
}

int voucher_submit(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  caller.require("voucher.propose", caller.unit);
  d.database().write([&](store::Txn& txn) { d.resubmit(txn, context.who(), id_of(context)); });
  context.say("已重新提交, 待审核");
  return kOk;
}

int voucher_withdraw(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  d.database().write([&](store::Txn& txn) {
    const ledger::Voucher voucher = d.ledger().voucher(txn, id_of(context));
    caller.require("voucher.propose", d.ledger().book(txn, voucher.book).unit);
    d.withdraw(txn, context.who(), voucher.id, context.option("reason"));
  });
  context.say("已作废");
  return kOk;
}

int export_ledger(Context& context) {
  service::Deployment& d = context.deployment();
  const auto format = ledger::export_format_of(context.option("format"));
  std::ofstream file;
  const std::string to = context.option("out");
  if (!to.empty()) {
    file.open(to, std::ios::binary | std::ios::trunc);
    if (!file) throw Error(MIF_E_INVALID, "写不了文件 (cannot write) " + to);
  }
  d.database().read([&](store::Txn& txn) {
    ledger::export_book(txn, d.ledger(), d.charts(), context.option("book"), format, [&](std::string_view text) {
      if (to.empty()) std::fwrite(text.data(), 1, text.size(), stdout);
      else file.write(text.data(), static_cast<std::streamsize>(text.size()));
    });
  });
  if (!to.empty() && !file.flush()) throw Error(MIF_E_INTERNAL, "没有写完 (write failed) " + to);
  return kOk;
}

}  // namespace

void add_ledger_commands(Commands& all) {
  const Option book{"book", "账套代码, 如 990000-310", true};
  const Option some_book{"book", "账套代码"};
  const Option period{"period", "会计期间, 如 2023-06"};
  all.push_back({"book list", "", "账套", {}, book_list});
  all.push_back({"voucher list", "", "凭证列表", {book, period, {"limit", "条数, 默认 50"}, {"after", "从此编号之后"}}, voucher_list});
  all.push_back({"voucher show", "ID", "一张凭证", {}, voucher_show});
  all.push_back({"voucher review", "[ID]", "审核一张, 或 --all 审核全部待审", {some_book, {"all", "全部待审", false, false}, {"reject", "不同意", false, false}, {"comment", "意见"}}, voucher_review});
  all.push_back({"voucher submit", "ID", "退回的凭证重新提交", {}, voucher_submit});
  all.push_back({"voucher withdraw", "ID", "撤回未审核的凭证 (作废)", {{"reason", "原因", true}}, voucher_withdraw});
  all.push_back({"export", "", "导出给 hledger, beancount, ledger 复核", {book, {"format", "hledger|beancount|ledger", true}, {"out", "文件, 默认标准输出"}}, export_ledger});
}

}  // namespace mif::app
