// SPDX-License-Identifier: Apache-2.0
// reconcile list, suggest, match, unmatch, opening, daily: statement lines against the postings of the bank journal.
#include <algorithm>
#include <map>

#include "alarms.h"
#include "calendar.h"
#include "digest.h"
#include "recon.h"
#include "reconcile.h"
#include "results.h"
#include "work.h"

namespace mif::treasury {

namespace {

Scoped one_account(Desk& desk, Call call, const char* permission, const Params& params) {
  if (params.get("account").empty()) throw Error(MIF_E_INVALID, "reconcile.account-missing", "要给出 account 银行账号 (account is needed)");
  return desk.scope(call, permission, params).front();
}

std::string needed_reason(const Params& params, const char* name) {
  const std::string text = params.get(name);
  if (text.empty() || text.size() > 1900) throw Error(MIF_E_INVALID, "reconcile.reason-missing", std::string("要给出 ") + name + "，不超过 1900 字节 (a reason is needed)");
  return text;
}

struct Member {
  LineName name;
  Day day;
  Fen fen;
  std::int64_t group;
};

// Of a group each member is an item, by its text.
void list_groups(Txn& txn, const BankAccount& account, bool live, Result& result, std::int64_t& n) {
  std::vector<Member> members;
  txn.query(std::string("select group_id, kind, id, n, day, fen from x_treasury_member where account = ? and ") + (live ? "undone = 0" : "undone > 0"), {account.number}, [&](const Row& r) {
    members.push_back({{r.integer(2), static_cast<std::int32_t>(r.integer(3)), static_cast<LineName::Kind>(r.integer(1))}, r.day(4), r.fen(5), r.integer(0)});
    return true;
  });
  std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) { return a.group != b.group ? a.group < b.group : a.name.text() < b.name.text(); });
  auto at = members.begin();
  txn.query(std::string("select id, rule, rule_version, why, made_by, undone_by, undone_why from x_treasury_group where account = ? and ") + (live ? "undone_ms = 0" : "undone_ms > 0") + " order by id", {account.number}, [&](const Row& r) {
    while (at != members.end() && at->group < r.integer(0)) ++at;
    const std::string rule = r.text(1), why = r.view(3).empty() ? why_of(rule) : r.text(3);
    for (; at != members.end() && at->group == r.integer(0); ++at, ++n)
      result.item().field("account", account.number).field("group", at->group).field("rule", rule).field("rule_version", r.integer(2)).field("why", why).field("made_by", r.text(4)).field("undone_by", r.text(5))
          .field("undone_why", r.text(6)).field("line", at->name.text()).field("side", at->name.of_bank() ? "bank" : "book").field("day", at->day.iso()).field("amount", at->fen).end_object();
    return true;
  });
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : text + ",") {
    if (c == ',' || c == ' ') {
      if (!part.empty()) parts.push_back(std::move(part));
      part.clear();
    } else {
      part += c;
    }
  }
  return parts;
}

}  // namespace

std::string why_of(std::string_view rule) {
  if (rule == "P1-code") return "付款编号或单据指向同一凭证，合计相等 (same code, sums equal)";
  if (rule == "P2-reference") return "单据号与金额相同，两边各只有一行 (same reference and amount, unique)";
  if (rule == "P2-reference-sum") return "同一单据的全部行，合计相等 (all lines of one document, sums equal)";
  if (rule == "P3-red-blue") return "红字凭证与被冲凭证 (a red-letter voucher and its original)";
  if (rule == "P4-bank-reversal") return "银行冲正或退回与原流水 (the bank took its own line back)";
  if (rule == "P5-counterparty") return "对方账号与金额相同，日期相近，互为唯一 (same party and amount, near days, unique both ways)";
  if (rule == "P6-summary") return "摘要与金额相同，日期相近，互为唯一 (same summary and amount, near days, unique both ways)";
  if (rule == "S1-amount-day") return "只有金额和日期相符，须人工认定 (amount and day alone: a person decides)";
  return "合计相等的一组，须人工认定 (a group of equal sums: a person decides)";
}

void write_line(JsonWriter& json, const BankAccount& account, const SideLine& l) {
  json.field("account", account.number).field("line", l.item).field("side", l.bank ? "bank" : "book").field("day", l.day.iso()).field("amount", l.fen).field("reference", l.reference).field("text", l.text);
}

std::vector<GroupLine> members_of(const OpenSides& sides, const PairGroup& g) {
  std::vector<GroupLine> members;
  members.reserve(g.bank.size() + g.book.size());
  for (const auto* list : {&g.bank, &g.book})
    for (const auto id : *list) members.push_back(sides.lines[static_cast<std::size_t>(id)]);
  return members;
}

void write_pairs(JsonWriter& body, std::int64_t id, std::string_view rule, const std::vector<GroupLine>& members) {
  body.begin_object().field("group", id).field("rule", rule).key("lines").begin_array();
  for (const auto& m : members) body.value(m.name.text());
  body.end_array().end_object();
}

std::string reconcile_list(Desk& desk, Call call, const Params& params, Progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  const std::string state = params.get("state", "open");
  if (state != "open" && state != "matched" && state != "undone") throw Error(MIF_E_INVALID, "reconcile.state", "state 应为 open、matched 或 undone (unknown state): \"" + state + "\"");
  const Day day = params.day("day").value_or(desk.clock.business_day());
  Result result("ReconciliationList");
  std::int64_t n = 0;
  for (const auto& scoped : scope) {
    const BankAccount& account = *scoped.account;
    Txn txn = desk.store.read(call);
    if (state == "open") {
      BalanceTable table;
      table.day = day;
      fill_table(table, load_sides(desk, call, txn, account).lines);
      for (std::size_t kind = 0; kind < 4; ++kind)
        for (const auto& l : table.items[kind]) {
          ++n;
          write_line(result.item(), account, l);
          result.last().field("state", kUnreachedNames[kind]).field("kind", kUnreachedTitles[kind]).field("age", age_days(l.day, day)).end_object();
        }
      continue;
    }
    list_groups(txn, account, state == "matched", result, n);
  }
  result.total("lines", n);
  return result.json((state == "open" ? "未达账项 " : state == "matched" ? "已勾对 " : "已取消的勾对 ") + std::to_string(n) + " 行");
}

std::string reconcile_suggest(Desk& desk, Call call, const Params& params, Progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  Result result("SuggestionList");
  std::int64_t n = 0;
  for (const auto& scoped : scope) {
    Txn txn = desk.store.read(call);
    const OpenSides sides = load_open(desk, call, txn, *scoped.account);
    const Reconciled found = run_passes(sides, desk.settings);
    for (const auto& g : found.suggestions) {
      std::string lines;
      Fen sum;
      for (const auto& m : members_of(sides, g)) {
        lines += (lines.empty() ? "" : ",") + m.name.text();
        if (m.name.of_bank()) sum += m.fen;
      }
      ++n;
      result.item().field("account", scoped.account->number).field("lines", lines).field("amount", sum).field("rule", g.rule).field("why", why_of(g.rule)).end_object();
    }
  }
  result.total("suggestions", n);
  return result.json("建议 " + std::to_string(n) + " 组，均未勾对；认可的用 reconcile match (nothing was matched)");
}

std::string reconcile_match(Desk& desk, Call call, const Params& params, Progress) {
  const Scoped scoped = one_account(desk, call, "bank.reconcile", params);
  const auto wanted = split(params.get("lines"));
  const std::string reason = needed_reason(params, "reason");
  Txn txn = desk.store.write(call);
  lock_account(txn, scoped.account->number);
  std::vector<GroupLine> members;
  for (const auto& item : wanted) {
    LineName name;
    const SideLine line = line_named(desk, call, txn, *scoped.account, item, name);
    if (std::any_of(members.begin(), members.end(), [&](const GroupLine& m) { return m.name == name; })) throw Error(MIF_E_INVALID, "reconcile.line-twice", item + " 写了两次 (given twice)");
    if (line.group) throw Error(MIF_E_CONFLICT, "reconcile.matched", item + " 已在勾对 " + std::to_string(line.group) + " 中，先取消 (matched already: unmatch it first)");
    members.push_back({name, line.day, line.fen});
  }
  GroupRows rows(*scoped.account, call.actor(), desk.clock.now_unix_ms(), frozen_until(txn, scoped.account->number));
  rows.check(members);
  const std::int64_t id = txn.next_id("x_treasury_group");
  rows.add(id, "manual", reason, members);
  rows.finish();
  rows.write(txn);
  JsonWriter body;
  body.begin_object().field("account", scoped.account->number).field("reason", reason).key("groups").begin_array();
  write_pairs(body, id, "manual", members);
  body.end_array().end_object();
  desk.audit.append(txn, scoped.unit, "reconcile.match", "account/" + scoped.account->number, body.str());
  txn.commit();
  Result result("ReconciliationList");
  result.item().field("account", scoped.account->number).field("group", id).field("rule", "manual").end_object();
  result.total("group", id);
  return result.json("已勾对，第 " + std::to_string(id) + " 组");
}

std::string reconcile_unmatch(Desk& desk, Call call, const Params& params, Progress) {
  const Scoped scoped = one_account(desk, call, "bank.reconcile", params);
  const std::int64_t group = params.number("group", 0);
  const std::string why = needed_reason(params, "reason");
  Txn txn = desk.store.write(call);
  lock_account(txn, scoped.account->number);
  undo_group(txn, desk, *scoped.account, group, why);
  JsonWriter body;
  body.begin_object().field("account", scoped.account->number).field("group", group).field("reason", why).end_object();
  desk.audit.append(txn, scoped.unit, "reconcile.unmatch", "account/" + scoped.account->number, body.str());
  txn.commit();
  return Result("ReconciliationList").json("第 " + std::to_string(group) + " 组勾对已取消，记录保留");
}

std::string reconcile_opening(Desk& desk, Call call, const Params& params, Progress) {
  const Scoped scoped = one_account(desk, call, "bank.reconcile", params);
  const BankAccount& account = *scoped.account;
  const std::string side = params.get("side"), reference = params.get("reference"), text = needed_reason(params, "text");
  if (side != "bank" && side != "book") throw Error(MIF_E_INVALID, "reconcile.side", "side 应为 bank（银行已记企业未记）或 book（企业已记银行未记） (side is bank or book): \"" + side + "\"");
  if (reference.size() > 110) throw Error(MIF_E_INVALID, "reconcile.reference-too-long", "reference 超过 110 字节 (too long)");
  const auto day = params.day("day");
  if (!day) throw Error(MIF_E_INVALID, "reconcile.day-missing", "要给出 day 发生日期 (day is needed)");
  const Fen fen = Fen::parse(params.get("amount"));
  if (fen == Fen(0)) throw Error(MIF_E_INVALID, "reconcile.amount-zero", "金额为零 (amount of zero)");
  Txn txn = desk.store.write(call);
  const Day start = first_day(desk, call, txn, account);
  if (!(*day < start))
    throw Error(MIF_E_INVALID, "reconcile.opening-day", "期初未达账项的日期要早于启用日 " + start.iso() + "，之后的未达由对账得出 (an opening item lies before the start)");
  const std::int64_t id = txn.next_id("x_treasury_opening_item");
  const std::string digest = Digest().add(account.number).add(side).add(day->value()).add(fen.value()).add(reference).add(text).hex();
  const std::int64_t instance = desk.workflow.start(txn, desk.settings.reconcile_flow, scoped.unit, "bank-opening-item", std::to_string(id), digest, fen);
  txn.execute("insert into x_treasury_opening_item (id, account, bank, day, fen, reference, text, state, digest, instance, made_by, made_ms) values (?, ?, ?, ?, ?, ?, ?, 'submitted', ?, ?, ?, ?)",
              {id, account.number, side == "bank" ? 1 : 0, *day, fen, reference, text, digest, instance, call.actor(), desk.clock.now_unix_ms()});
  JsonWriter body;
  body.begin_object().field("item", id).field("account", account.number).field("side", side).field("day", day->iso()).field("amount", fen).field("text", text).field("digest", digest).end_object();
  desk.audit.append(txn, scoped.unit, "reconcile.opening", "account/" + account.number, body.str());
  txn.commit();
  Result result("OpeningItemList");
  result.item().field("item", "open/" + std::to_string(id)).field("account", account.number).field("day", day->iso()).field("amount", fen).field("state", "submitted").end_object();
  result.total("item", id);
  return result.json("期初未达账项 " + std::to_string(id) + " 已送审");
}

std::string reconcile_daily(Desk& desk, Call call, const Params& params, Progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  const Day to = params.day("to").value_or(desk.clock.business_day());
  const Day from = params.day("from").value_or(Day(to.year(), to.month(), 1));
  if (to < from || age_days(from, to) > 366) throw Error(MIF_E_INVALID, "reconcile.days", "起止日期颠倒或超过一年 (from is after to, or more than a year)");
  Result result("DailyCheckList");
  std::int64_t different = 0;
  Alarms alarms;
  for (const auto& scoped : scope) {
    Txn txn = desk.store.read(call);
    const Sides sides = load_sides(desk, call, txn, *scoped.account);
    for (int month = from.year() * 100 + from.month(); month <= to.year() * 100 + to.month(); month = month % 100 == 12 ? month + 89 : month + 1)
      for (int d = 1; d <= last_day_of(month).day(); ++d) {
        const Day day(month / 100, month % 100, d);
        if (day < from || to < day || day < sides.start) continue;
        const BalanceTable t = compute_table(desk, call, txn, scoped, sides, day, scoped.account->form, call.actor());
        const bool equal = t.difference() == Fen(0);
        if (!equal) {
          ++different;
          result.finding();
        }
        std::int64_t items = 0;
        for (const auto& list : t.items) items += static_cast<std::int64_t>(list.size());
        result.item().field("account", t.account).field("day", day.iso()).field("bank", t.bank).field("book", t.booked).field("open_items", items).field("adjusted_bank", t.adjusted_bank())
            .field("adjusted_book", t.adjusted_book()).field("difference", t.difference()).field("state", !equal ? "different" : t.bank == t.booked ? "equal" : "adjusted-equal").end_object();
      }
    report_alarms(result, txn, *scoped.account, from, to, desk.settings.line_days, "state", alarms);
  }
  result.total("different", different);
  return result.json((different ? "有 " + std::to_string(different) + " 天调节后不平" : "逐日核对一致") + alarms.summary());
}

}  // namespace mif::treasury
