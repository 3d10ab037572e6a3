// SPDX-License-Identifier: Apache-2.0
#include "balance_table.h"

#include <algorithm>
#include <map>

#include "calendar.h"
#include "digest.h"
#include "mif/json.hpp"

namespace mif::treasury {

namespace {

Fen positive(Fen fen) { return fen < Fen(0) ? -fen : fen; }

std::string digest_of_side(const std::vector<const SideLine*>& lines) {
  Digest digest;
  for (const auto* l : lines) digest.add(l->item).add(l->day.value()).add(l->fen.value());
  return digest.hex();
}

}  // namespace

Unreached kind_of(const SideLine& line) {
  if (line.bank) return line.fen < Fen(0) ? Unreached::bank_out : Unreached::bank_in;
  return line.fen < Fen(0) ? Unreached::book_out : Unreached::book_in;
}
int age_days(Day from, Day to) { return static_cast<int>((sys_day(to) - sys_day(from)).count()); }
Day last_day_of(int month_number) {
  const Day first(month_number / 100, month_number % 100, 1);
  return Day(first.year(), first.month(), Day::days_in(first.year(), first.month()));
}

std::string form_title(const std::string& form) {
  if (form == "income") return "银行收入户存款余额调节表";
  if (form == "fiscal") return "财政专户存款余额调节表";
  if (form == "expenditure") return "银行支出户存款余额调节表";
  if (form == "treasury") return "国库存款余额调节表";
  if (form == "paying-agent") return "代理支付户存款余额调节表";
  throw Error(MIF_E_INVALID, "reconcile.kind", "账户 kind 应为 income、fiscal、expenditure、treasury 或 paying-agent (unknown kind of account): \"" + form + "\"");
}

void fill_table(BalanceTable& table, const std::vector<SideLine>& lines) {
  std::map<std::int64_t, std::vector<const SideLine*>> groups;
  for (const auto& l : lines)
    if (l.group) groups[l.group].push_back(&l);
  std::vector<std::string> matched;
  std::map<std::int64_t, bool> late;
  for (auto& [id, members] : groups) {
    late[id] = std::any_of(members.begin(), members.end(), [&](const SideLine* m) { return table.day < m->day; });
    if (late[id]) continue;
    std::vector<std::string> names;
    for (const auto* m : members) names.push_back(m->item);
    std::sort(names.begin(), names.end());
    std::string text;
    for (const auto& name : names) text += name + ' ';
    matched.push_back(std::move(text));
  }
  std::sort(matched.begin(), matched.end());
  Digest digest;
  for (const auto& text : matched) digest.add(text);
  table.match_digest = digest.hex();

  std::vector<const SideLine*> bank, book;
  for (const auto& l : lines) {
    if (table.day < l.day) continue;
    (l.bank ? bank : book).push_back(&l);
    if (l.group && !late[l.group]) continue;
    const auto kind = static_cast<std::size_t>(kind_of(l));
    table.items[kind].push_back(l);
    table.sums[kind] += positive(l.fen);
  }
  for (auto* side : {&bank, &book}) std::sort(side->begin(), side->end(), [](const SideLine* a, const SideLine* b) { return a->item < b->item; });
  table.bank_digest = digest_of_side(bank);
  table.book_digest = digest_of_side(book);
  for (auto& list : table.items)
    std::sort(list.begin(), list.end(), [](const SideLine& a, const SideLine& b) { return a.day != b.day ? a.day < b.day : a.item < b.item; });
}

std::string table_json(const BalanceTable& t) {
  JsonWriter json;
  json.begin_object().field("title", form_title(t.form)).field("form", t.form).field("unit", t.unit).field("book", t.book).field("account", t.account).field("day", t.day.iso());
  json.field("maker", t.maker).field("bank_balance", t.bank).field("book_balance", t.booked);
  for (std::size_t kind = 0; kind < 4; ++kind) {
    json.key(kUnreachedNames[kind]).begin_object().field("title", kUnreachedTitles[kind]).field("sum", t.sums[kind]).key("items").begin_array();
    for (const auto& l : t.items[kind])
      json.begin_object().field("item", l.item).field("day", l.day.iso()).field("amount", positive(l.fen)).field("reference", l.reference).field("text", l.text)
          .field("age", age_days(l.day, t.day)).end_object();
    json.end_array().end_object();
  }
  json.field("adjusted_bank", t.adjusted_bank()).field("adjusted_book", t.adjusted_book()).field("difference", t.difference());
  json.key("inputs").begin_object().field("bank_lines", t.bank_digest).field("book_lines", t.book_digest).field("matches", t.match_digest).key("statements").begin_array();
  for (const auto& s : t.statements) json.value(s);
  json.end_array().end_object().end_object();
  return json.take();
}

std::string table_document(const BalanceTable& t, const OnPaper& paper) {
  JsonWriter json;
  const bool frozen = !paper.artefact.empty();
  const std::string iso = t.day.iso();
  json.begin_object().field("title", form_title(t.form) + (frozen ? "" : "（草稿，未经批准）")).field("left", "核算单位：" + paper.unit + "　" + paper.book);
  json.field("centre", iso.substr(0, 4) + " 年 " + iso.substr(5, 2) + " 月 " + iso.substr(8) + " 日").field("right", "账号：" + t.account + "　单位：元");
  json.field("form", "table-a4").key("columns").begin_array();
  const auto column = [&](const char* title, const char* kind, int width, const char* group) {
    json.begin_object().field("title", title).field("kind", kind).field("width", width).field("group", group).end_object();
  };
  for (const char* group : {"银行对账单", "单位日记账"}) {
    column("项目", "text", 34, group);
    column("日期", "day", 11, group);
    column("金额", "money", 18, group);
  }
  json.end_array().key("rows").begin_array();
  const auto cell = [&](const std::string& text) { text.empty() ? json.null() : json.value(text); };
  const auto row = [&](const char* kind, const std::array<std::string, 6>& cells) {
    json.begin_object().field("kind", kind).key("cells").begin_array();
    for (const auto& c : cells) cell(c);
    json.end_array().end_object();
  };
  row("detail", {"对账单余额", "", t.bank.plain(), "日记账余额", "", t.booked.plain()});
  const auto part = [&](const char* sign, std::size_t left, std::size_t right) {
    row("detail", {std::string(sign) + kUnreachedTitles[left], "", t.sums[left].plain(), std::string(sign) + kUnreachedTitles[right], "", t.sums[right].plain()});
    for (std::size_t i = 0; i < std::max(t.items[left].size(), t.items[right].size()); ++i) {
      std::array<std::string, 6> cells;
      const auto put = [&](std::size_t kind, std::size_t at) {
        if (i >= t.items[kind].size()) return;
        const SideLine& l = t.items[kind][i];
        cells[at] = "　" + l.reference + (l.reference.empty() || l.text.empty() ? "" : " ") + l.text;
        cells[at + 1] = l.day.iso();
        cells[at + 2] = positive(l.fen).plain();
      };
      put(left, 0);
      put(right, 3);
      row("detail", cells);
    }
  };
  part("加：", 2, 0);
  part("减：", 3, 1);
  row("total", {"调节后余额", "", t.adjusted_bank().plain(), "调节后余额", "", t.adjusted_book().plain()});
  if (t.difference() != Fen(0)) row("total", {"不平，差额", "", t.difference().plain(), "", "", ""});
  json.end_array().key("signatures").begin_array().value("制表：" + paper.maker).value("复核：" + paper.approver);
  if (frozen) json.value("第 " + std::to_string(paper.revision) + " 版　冻结件 " + paper.artefact.substr(0, 16));
  json.end_array().end_object();
  return json.take();
}

}  // namespace mif::treasury
