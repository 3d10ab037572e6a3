// SPDX-License-Identifier: Apache-2.0
// 往来核销: mifctl items list|match|auto|undo|matches|ageing|check|flag|unflag.
#include <fmt/format.h>

#include <charconv>

#include "kernel/app/mifctl/command.h"
#include "kernel/open_items/open_items.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

open_items::OpenItems items_of(service::Deployment& d) { return {d.ledger(), d.charts(), d.log(), d.clock()}; }

// The command line of the machine sees everything; a person who signed in only their units (P15).
void require_book(Context& context, store::Txn& txn, const std::string& code) {
  const ledger::Book book = context.deployment().ledger().book(txn, code);
  if (!context.login.empty() && !context.caller().sees(book.unit)) throw Error(MIF_E_NOT_FOUND, "book.not-found", "没有账套 (no such book) \"" + code + "\"");
}

void require_may(Context& context, store::Txn& txn, const std::string& code) {
  require_book(context, txn, code);
  context.caller().require("voucher.propose", context.deployment().ledger().book(txn, code).unit);
}

open_items::Query query_of(Context& context) {
  open_items::Query query{context.option("book"), context.option("accounts"), context.option("aux"), Day(), context.flag("settled")};
  if (context.flag("as-of")) query.as_of = Day::parse(context.option("as-of"));
  return query;
}

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

Table match_table(const std::vector<open_items::Match>& all) {
  Table table{"Matches", {"match", "account", "party", "day", "method", "rule", "item", "amount", "by", "undone"}, {"核销", "科目", "往来", "日期", "方式", "规则", "往来项", "金额(借+)", "经办", "取消"}, {}, ""};
  for (const auto& m : all)
    for (const auto& part : m.parts)
      table.rows.push_back({m.id ? std::to_string(m.id) : "", m.account, m.party, m.day.iso(), m.method, m.rule.empty() ? "" : fmt::format("{}/{}", m.rule, m.rule_version), part.item, part.fen.plain(), m.made_by,
                            m.undone_ms == 0 ? "" : m.undone_by + ": " + m.undo_reason});
  return table;
}

int list(Context& context) {
  service::Deployment& d = context.deployment();
  Table table{"OpenItems", {"item", "day", "number", "account", "party", "aux", "summary", "amount", "open"}, {"往来项", "日期", "凭证号", "科目", "往来", "辅助核算", "摘要", "金额(借+)", "未核销(借+)"}, {}, ""};
  d.database().read([&](store::Txn& txn) {
    require_book(context, txn, context.option("book"));
    Fen open;
    for (const auto& item : items_of(d).items(txn, query_of(context))) {
      table.rows.push_back({item.id(), item.day.iso(), item.label, item.account, item.party, item.aux, item.summary, item.amount.plain(), item.open.plain()});
      open += item.open;
    }
    table.summary = fmt::format("未核销合计 {}", open.grouped());
  });
  context.print(table);
  return kOk;
}

int match(Context& context) {
  service::Deployment& d = context.deployment();
  std::vector<open_items::Part> parts;
  for (const auto& text : context.arguments) {
    const auto at = text.rfind('@');
    parts.push_back({text.substr(0, at), at == std::string::npos ? Fen() : Fen::parse(text.substr(at + 1))});
  }
  const Who who = context.who();
  std::vector<open_items::Match> made;
  d.database().write([&](store::Txn& txn) {
    require_may(context, txn, context.option("book"));
    made = {items_of(d).match(txn, who, context.option("book"), parts)};
  });
  context.print(match_table(made));
  return kOk;
}

int automatic(Context& context) {
  service::Deployment& d = context.deployment();
  const auto wanted = parts_of(context.option("rules"));
  const open_items::Query query = query_of(context);
  std::vector<open_items::Match> found;
  if (context.flag("apply")) {
    const Who who = context.who();
    d.database().write([&](store::Txn& txn) {
      require_may(context, txn, query.book);
      found = items_of(d).match_automatically(txn, who, query, wanted);
    });
  } else {
    d.database().read([&](store::Txn& txn) {
      require_book(context, txn, query.book);
      found = items_of(d).propose(txn, query, wanted);
    });
  }
  Table table = match_table(found);
  table.summary = fmt::format("{} 笔{}", found.size(), context.flag("apply") ? "已核销" : "可核销, 加 --apply 核销");
  context.print(table);
  return kOk;
}

int undo(Context& context) {
  service::Deployment& d = context.deployment();
  const std::string text = context.arguments.size() == 1 ? context.arguments[0] : "";
  std::int64_t id = 0;
  if (const auto read = std::from_chars(text.data(), text.data() + text.size(), id); read.ec != std::errc() || read.ptr != text.data() + text.size())
    throw Error(MIF_E_INVALID, "cli.arguments", "应给一个核销编号, 见 mifctl items matches (give one match id): \"" + text + "\"");
  const Who who = context.who();
  d.database().write([&](store::Txn& txn) {
    require_may(context, txn, items_of(d).book_of(txn, id));
    items_of(d).undo(txn, who, id, context.option("reason"));
  });
  context.say("已取消核销 " + text);
  return kOk;
}

int matches(Context& context) {
  service::Deployment& d = context.deployment();
  std::vector<open_items::Match> all;
  d.database().read([&](store::Txn& txn) {
    require_book(context, txn, context.option("book"));
    all = items_of(d).matches(txn, context.option("book"), context.flag("undone"));
  });
  context.print(match_table(all));
  return kOk;
}

int ageing(Context& context) {
  service::Deployment& d = context.deployment();
  std::vector<int> bounds;
  for (const auto& text : parts_of(context.option("days", "30,90,180,365,1095"))) {
    int& bound = bounds.emplace_back();
    if (const auto read = std::from_chars(text.data(), text.data() + text.size(), bound); read.ec != std::errc() || read.ptr != text.data() + text.size())
      throw Error(MIF_E_INVALID, "cli.arguments", "账龄段应为天数, 如 30,90,180,365 (ageing bounds are days): \"" + text + "\"");
  }
  Table table{"Ageing", {"account", "name", "party"}, {"科目", "名称", "往来"}, {}, ""};
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    table.keys.push_back(i == bounds.size() ? "more" : "to" + std::to_string(bounds[i]));
    table.titles.push_back(i == bounds.size() ? fmt::format("{} 天以上", bounds.back()) : fmt::format("{} 天以内", bounds[i]));
  }
  table.keys.push_back("total");
  table.titles.push_back("合计(借+)");
  d.database().read([&](store::Txn& txn) {
    require_book(context, txn, context.option("book"));
    for (const auto& row : items_of(d).ageing(txn, query_of(context), bounds)) {
      std::vector<std::string> cells{row.account, row.name, row.party};
      for (const Fen fen : row.buckets) cells.push_back(fen.plain());
      cells.push_back(row.total.plain());
      table.rows.push_back(std::move(cells));
    }
  });
  context.print(table);
  return kOk;
}

int check(Context& context) {
  service::Deployment& d = context.deployment();
  Table table{"OpenItemsCheck", {"finding"}, {"发现"}, {}, ""};
  d.database().read([&](store::Txn& txn) {
    require_book(context, txn, context.option("book"));
    for (const auto& finding : items_of(d).check(txn, context.option("book"), Period::parse(context.option("period")))) table.rows.push_back({finding});
  });
  table.summary = table.rows.empty() ? "未核销合计与余额相符" : "";
  context.print(table);
  return table.rows.empty() ? kOk : kFindings;
}

int flag(Context& context, bool on) {
  service::Deployment& d = context.deployment();
  const Who who = context.who();
  d.database().write([&](store::Txn& txn) {
    require_may(context, txn, context.option("book"));
    auto items = items_of(d);
    if (on) items.flag(txn, who, context.option("book"), context.option("account"));
    else items.unflag(txn, who, context.option("book"), context.option("account"));
  });
  context.say(on ? "此后按往来核销" : "不再按往来核销");
  return kOk;
}

}  // namespace

void add_item_commands(Commands& all) {
  const Option book{"book", "账套", true}, accounts{"accounts", "只看这些科目"}, aux{"aux", "辅助条件, 如 counterparty=H37010001"}, as_of{"as-of", "截至哪天"}, account{"account", "科目", true};
  all.push_back({"items list", "", "往来未核销清单", {book, accounts, aux, as_of, {"settled", "已核销的也列", false, false}}, list});
  all.push_back({"items match", "ITEM[@AMOUNT]...", "手工核销: 往来项如 8123.2, 部分核销写 8123.2@500.00, 贷方为负", {book}, match});
  all.push_back({"items auto", "", "按规则自动核销, 先列出, --apply 才核销", {book, accounts, aux, as_of, {"rules", "correction,document,amount,oldest 中的几个"}, {"apply", "核销", false, false}}, automatic});
  all.push_back({"items undo", "MATCH", "取消一笔核销 (留痕)", {{"reason", "原因", true}}, undo});
  all.push_back({"items matches", "", "核销记录", {book, {"undone", "取消的也列", false, false}}, matches});
  all.push_back({"items ageing", "", "账龄分析", {book, accounts, aux, {"as-of", "截至哪天", true}, {"days", "账龄段, 默认 30,90,180,365,1095"}}, ageing});
  all.push_back({"items check", "", "未核销合计与科目余额核对", {book, {"period", "期间", true}}, check});
  all.push_back({"items flag", "", "把科目列为往来核销", {book, account}, [](Context& context) { return flag(context, true); }});
  all.push_back({"items unflag", "", "科目不再列为往来核销", {book, account}, [](Context& context) { return flag(context, false); }});
}

}  // namespace mif::app
