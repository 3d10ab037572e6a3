// SPDX-License-Identifier: Apache-2.0
// Commands of the accountant: books, balances, vouchers.
#include <fmt/format.h>

#include "kernel/app/mifctl/vouchers.h"
#include "kernel/base/amount_in_words.h"
#include "mif/error.hpp"

namespace mif::app {

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

std::int64_t id_of(const std::string& text) {
  try {
    std::size_t used = 0;
    const std::int64_t id = std::stoll(text, &used);
    if (used == text.size()) return id;
  } catch (const std::exception&) {  // the sentence below says what is wanted
  }
  throw Error(MIF_E_INVALID, "cli.arguments", "应给一个凭证编号 (give a voucher id, see mifctl voucher list): \"" + text + '"');
}

std::int64_t id_of(const Context& context) {
  if (context.arguments.size() != 1) throw Error(MIF_E_INVALID, "cli.arguments", "应给一个凭证编号 (give one voucher id, see mifctl voucher list)");
  return id_of(context.arguments[0]);
}

ledger::Voucher visible_voucher(Context& context, store::Txn& txn, std::int64_t id) {
  ledger::Voucher voucher = context.deployment().ledger().voucher(txn, id);
  if (!context.caller().sees(context.deployment().ledger().book(txn, voucher.book).unit)) throw Error(MIF_E_NOT_FOUND, "voucher.not-found", "没有凭证 (no voucher) " + std::to_string(id));
  return voucher;
}

void tell_warnings(Context& context, store::Txn& txn, const ledger::Voucher& voucher) {
  for (const auto& w : context.deployment().ledger().warnings(txn, voucher)) context.say(fmt::format("提示 {}: {}", w.rule, w.sentence));
}

namespace {

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

// "记-5", "记-5 1/3", "记" before posting
std::string number_of(const ledger::Voucher& v) {
  return v.word + (v.number ? fmt::format("-{}", v.number) : "") + (v.parts ? fmt::format(" {}/{}", v.part, v.parts) : "");
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
  constexpr const char* states[] = {"", "draft", "submitted", "approved", "posted", "void"};
  for (int i = 1; i < 6; ++i)
    if (context.option("state") == states[i]) query.state = i;
  if (context.flag("state") && query.state == 0) throw Error(MIF_E_INVALID, "cli.arguments", "--state 应为 draft, submitted, approved, posted 或 void (unknown state): " + context.option("state"));
  query.word = context.option("word");
  if (context.flag("number")) query.number_from = query.number_to = static_cast<int>(id_of(context.option("number")));
  if (context.flag("from-number")) query.number_from = static_cast<int>(id_of(context.option("from-number")));
  if (context.flag("to-number")) query.number_to = static_cast<int>(id_of(context.option("to-number")));
  if (context.flag("from")) query.day_from = Day::parse(context.option("from"));
  if (context.flag("to")) query.day_to = Day::parse(context.option("to"));
  query.account = context.option("account");
  query.aux = context.option("aux");
  query.text = context.option("text");
  query.maker = context.option("maker");
  query.reviewer = context.option("reviewer");
  query.source_plugin = context.option("source");
  query.source_key = context.option("key");
  if (context.flag("min")) query.total_from = Fen::parse(context.option("min"));
  if (context.flag("max")) query.total_to = Fen::parse(context.option("max"));
  if (context.flag("amount")) query.line_fen = Fen::parse(context.option("amount"));
  query.with_files = context.flag("with-files");
  query.limit = std::stoll(context.option("limit", "50"));
  query.after_id = std::stoll(context.option("after", "0"));
  Table table{"VoucherList", {"id", "period", "number", "day", "state", "amount", "summary", "maker", "reviewer", "source"},
              {"编号", "期间", "凭证号", "日期", "状态", "金额", "摘要", "制单", "审核", "来源"}, {}, ""};
  d.database().read([&](store::Txn& txn) {
    for (const auto& v : d.ledger().vouchers(txn, query))
      table.rows.push_back({std::to_string(v.id), v.period.iso(), number_of(v), v.day.iso(), state_name(v.state),
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
    table.summary = fmt::format("{} {} {} {} 合计 {} ({})  制单 {}  审核 {}  出纳 {}  记账 {}  来源 {}", v.book, v.day.iso(), number_of(v), state_name(v.state),
                                v.total.grouped(), amount_in_words(v.total), v.maker, v.reviewer, v.cashier, v.poster, v.source_key);
    for (const auto& file : v.files) table.summary += fmt::format("\n附件 {} ({} 字节) {}", file.name, file.bytes, file.digest);
    tell_warnings(context, txn, v);
  });
  context.print(table);
  return kOk;
}

// Decides one voucher, or everything that waits at the node in the books the caller sees.
int decide_at(Context& context, const char* node, const char* permission, const char* done_word) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  caller.require(permission, caller.unit);
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
        for (const auto& instance : d.workflow().waiting(txn, "voucher", node, after, 1000)) {
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
        for (std::size_t i = from; i < to; ++i) d.decide(txn, who, caller, ids[i], node, approve, comment);
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
    context.progress(done_word, static_cast<std::int64_t>(end), static_cast<std::int64_t>(ids.size()));
  }
  for (const auto& line : refused) context.say(line);
  Table table{"ReviewResult", {"reviewed", "refused"}, {"已办", "未成"}, {{std::to_string(done), std::to_string(refused.size())}},
              fmt::format("{} {} 张, 未成 {} 张", done_word, done, refused.size())};
  context.print(table);
  return refused.empty() ? kOk : kFindings;
}

int voucher_review(Context& context) { return decide_at(context, "review", "voucher.review", "审核"); }
int voucher_sign(Context& context) { return decide_at(context, "sign", "voucher.sign", "签字"); }

int voucher_submit(Context& context) {
  service::Deployment& d = context.deployment();
  const identity::Caller& caller = context.caller();
  caller.require("voucher.propose", caller.unit);
  d.database().write([&](store::Txn& txn) { d.resubmit(txn, context.who(), visible_voucher(context, txn, id_of(context)).id); });
  context.say("已提交, 待审核");
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

}  // namespace

void add_ledger_commands(Commands& all) {
  const Option book{"book", "账套代码, 如 990000-310", true};
  const Option some_book{"book", "账套代码"};
  const Option period{"period", "会计期间, 如 2023-06"};
  all.push_back({"book list", "", "账套", {}, book_list});
  all.push_back({"voucher list", "", "凭证列表", {book, period, {"state", "draft|submitted|approved|posted|void"}, {"word", "凭证字"}, {"number", "凭证号"}, {"from-number", "凭证号起"}, {"to-number", "凭证号止"},
                  {"from", "日期起"}, {"to", "日期止"}, {"account", "科目或上级科目"}, {"aux", "辅助项目, 如 mode=1"}, {"text", "摘要含有"}, {"maker", "制单人"}, {"reviewer", "审核人"},
                  {"source", "来源"}, {"key", "来源键"}, {"min", "合计不小于"}, {"max", "合计不大于"}, {"amount", "某行金额"}, {"with-files", "有电子附件", false, false},
                  {"limit", "条数, 默认 50"}, {"after", "从此编号之后"}}, voucher_list});
  all.push_back({"voucher show", "ID", "一张凭证", {}, voucher_show});
  all.push_back({"voucher review", "[ID]", "审核一张, 或 --all 审核全部待审", {some_book, {"all", "全部待审", false, false}, {"reject", "不同意", false, false}, {"comment", "意见"}}, voucher_review});
  all.push_back({"voucher sign", "[ID]", "出纳签字一张, 或 --all 签全部待签", {some_book, {"all", "全部待签", false, false}, {"reject", "不同意", false, false}, {"comment", "意见"}}, voucher_sign});
  all.push_back({"voucher submit", "ID", "草稿或退回的凭证提交审核", {}, voucher_submit});
  all.push_back({"voucher withdraw", "ID", "撤回未审核的凭证 (作废)", {{"reason", "原因", true}}, voucher_withdraw});
}

}  // namespace mif::app
