// SPDX-License-Identifier: Apache-2.0
// reconcile run, list, suggest, match, unmatch, opening, daily: statement lines against the postings of the bank journal.
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

std::string why_of(const std::string& rule) {
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

std::string name_of_rule(const std::string& rule) {
  for (const auto& [code, name] : std::initializer_list<std::pair<const char*, const char*>>{{"P1-code", "按编号"}, {"P2-reference", "按单据号"}, {"P2-reference-sum", "按单据合计"}, {"P3-red-blue", "红字冲销"}, {"P4-bank-reversal", "银行冲正"},
                                                                                               {"P5-counterparty", "按对方账号"}, {"P6-summary", "按摘要"}})
    if (rule == code) return name;
  return rule;
}

std::string doubt_text(const Doubt& d) {
  return d.amount ? "同一凭证两边金额不符 (same code, another amount)" : std::string("按 ") + d.rule + " 有多个候选，不作判断 (several candidates)";
}

void write_line(JsonWriter& json, const BankAccount& account, const SideLine& l) {
  json.field("account", account.number).field("line", l.item).field("side", l.bank ? "bank" : "book").field("day", l.day.iso()).field("amount", l.fen).field("reference", l.reference).field("text", l.text);
}

std::vector<const SideLine*> members_of(const Sides& sides, const PairGroup& g) {
  std::vector<const SideLine*> members;
  for (const auto* list : {&g.bank, &g.book})
    for (const auto id : *list) members.push_back(&sides.lines[static_cast<std::size_t>(id)]);
  return members;
}

void write_pairs(JsonWriter& body, std::int64_t id, const NewGroup& group) {
  body.begin_object().field("group", id).field("rule", group.rule).key("lines").begin_array();
  for (const auto* m : group.members) body.value(m->item);
  body.end_array().end_object();
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

std::string reconcile_run(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "bank.reconcile", params);
  Result result("ReconciliationList");
  // A daily run looks back far enough for every rule that has a window.
  constexpr std::int64_t kLeastDays = 45;
  const std::int64_t days = params.number("days", 0);
  if (days != 0 && (days < kLeastDays || days > 3660)) throw Error(MIF_E_INVALID, "reconcile.run-days", "days 应为 45 到 3660，不写则看全部 (too few days for the rules, or too many)");
  const Day from = days ? plus_days(desk.clock.business_day(), -static_cast<int>(days)) : Day();
  std::int64_t groups = 0, lines = 0, open = 0, frozen_skipped = 0;
  std::map<std::string, std::int64_t> by_rule;
  for (const auto& scoped : scope) {
    const BankAccount& account = *scoped.account;
    progress("对账 " + account.number, groups, 0);
    Sides sides;
    Day frozen;
    std::int64_t changes = 0;
    {
      Txn txn = desk.store.read(call);
      changes = changes_of(txn, account.number);
      sides = load_sides(desk, call, txn, account, true, from);
      frozen = frozen_until(txn, account.number);
    }
    const Reconciled found = run_passes(sides, desk.settings);
    std::vector<const PairGroup*> todo;
    todo.reserve(found.groups.size());
    const auto in_frozen = [&](const PairGroup& g) {
      if (!frozen.valid()) return false;
      const auto members = members_of(sides, g);
      return std::all_of(members.begin(), members.end(), [&](const SideLine* m) { return m->day <= frozen; });
    };
    for (const auto& g : found.groups) {
      if (!in_frozen(g)) {
        todo.push_back(&g);
        continue;
      }
      ++frozen_skipped;
      result.finding();
      write_line(result.item(), account, *members_of(sides, g).front());
      result.last().field("state", "frozen").field("rule", g.rule).field("reason", "所在月份的余额调节表已冻结，需要时 reconcile reopen (its month is frozen)").end_object();
    }
    constexpr std::size_t kPerTxn = 10000, kPerRecord = 500;  // groups written together; told in one record of the audit log
    for (std::size_t at = 0; at < todo.size() && !call.cancelled(); at += kPerTxn) {
      progress("对账 " + account.number, static_cast<std::int64_t>(at), static_cast<std::int64_t>(todo.size()));
      Txn txn = desk.store.write(call);
      if (lock_account(txn, account.number) != ++changes)
        throw Error(MIF_E_CONFLICT, "reconcile.changed-meanwhile", "账户 " + account.number + " 的对账单、勾对或余额调节表刚被另一处改动，已写入 " + std::to_string(groups) + " 组，请再运行一次 (changed meanwhile: run it again)");
      std::vector<NewGroup> part;
      for (std::size_t i = at; i < std::min(at + kPerTxn, todo.size()); ++i) part.push_back({todo[i]->rule, why_of(todo[i]->rule), members_of(sides, *todo[i])});
      insert_groups(txn, desk, account, part, [&](const std::vector<std::int64_t>& ids) {
        for (std::size_t first = 0; first < part.size(); first += kPerRecord) {
          JsonWriter body;
          body.begin_object().field("account", account.number).field("rules", kRulesVersion).key("groups").begin_array();
          for (std::size_t i = first; i < std::min(first + kPerRecord, part.size()); ++i) write_pairs(body, ids[i], part[i]);
          body.end_array().end_object();
          desk.audit.append(txn, scoped.unit, "reconcile.run", "account/" + account.number, body.str());
        }
      });
      txn.commit();
      groups += static_cast<std::int64_t>(part.size());
      for (const auto& g : part) {
        ++by_rule[g.rule];
        lines += static_cast<std::int64_t>(g.members.size());
      }
    }
    std::map<std::int64_t, std::string> doubts;
    for (const auto& d : found.doubts) doubts[d.id] = doubt_text(d);
    std::size_t taken = 0;
    for (const auto& g : found.groups) taken += g.bank.size() + g.book.size();
    open += static_cast<std::int64_t>(sides.bank_keys.size() + sides.book_keys.size() - sides.earlier - taken);
    for (const auto& [id, reason] : doubts) {
      write_line(result.item(), account, sides.lines[static_cast<std::size_t>(id)]);
      result.last().field("state", "doubtful").field("rule", "").field("reason", reason).end_object();
    }
  }
  report(result, tell(desk, call, scope, progress));
  result.total("groups", groups);
  result.total("matched_lines", lines);
  result.total("open_lines", open);
  result.total("frozen_skipped", frozen_skipped);
  std::string passes;
  for (const auto& [rule, n] : by_rule) {
    result.total(rule, n);
    passes += (passes.empty() ? "（" : "，") + name_of_rule(rule) + " " + std::to_string(n) + " 组";
  }
  if (!passes.empty()) passes += "）";
  return result.json("新勾对 " + std::to_string(groups) + " 组 " + std::to_string(lines) + " 行" + passes + "，未达 " + std::to_string(open) + " 行" +
                     (frozen_skipped ? "，" + std::to_string(frozen_skipped) + " 组在已冻结的月份，没有勾对" : ""));
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
      fill_table(table, load_sides(desk, call, txn, account, false).lines);
      for (std::size_t kind = 0; kind < 4; ++kind)
        for (const auto& l : table.items[kind]) {
          ++n;
          write_line(result.item(), account, l);
          result.last().field("state", kUnreachedNames[kind]).field("kind", kUnreachedTitles[kind]).field("age", age_days(l.day, day)).end_object();
        }
      continue;
    }
    txn.query("select g.id, g.rule, g.rule_version, g.why, g.made_by, g.undone_by, g.undone_why, m.item, m.bank, m.day, m.fen from x_treasury_group g join x_treasury_member m on m.group_id = g.id"
              " where g.account = ? and " + std::string(state == "matched" ? "g.undone_ms = 0" : "g.undone_ms > 0") + " order by g.id, m.item",
              {account.number}, [&](const Row& r) {
                ++n;
                result.item().field("account", account.number).field("group", r.integer(0)).field("rule", r.text(1)).field("rule_version", r.integer(2)).field("why", r.text(3))
                    .field("made_by", r.text(4)).field("undone_by", r.text(5)).field("undone_why", r.text(6)).field("line", r.text(7)).field("side", r.integer(8) ? "bank" : "book")
                    .field("day", r.day(9).iso()).field("amount", r.fen(10)).end_object();
                return true;
              });
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
    const Sides sides = load_sides(desk, call, txn, *scoped.account, true);
    for (const auto& g : run_passes(sides, desk.settings).suggestions) {
      std::string lines;
      Fen sum;
      for (const auto* m : members_of(sides, g)) {
        lines += (lines.empty() ? "" : ",") + m->item;
        if (m->bank) sum += m->fen;
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
  NewGroup group{"manual", needed_reason(params, "reason"), {}};
  Txn txn = desk.store.write(call);
  lock_account(txn, scoped.account->number);
  const Sides sides = load_sides(desk, call, txn, *scoped.account, false);
  for (const auto& item : wanted) {
    const auto found = std::find_if(sides.lines.begin(), sides.lines.end(), [&](const SideLine& l) { return l.item == item; });
    if (found == sides.lines.end()) throw Error(MIF_E_NOT_FOUND, "reconcile.no-line", "账户 " + scoped.account->number + " 没有 " + item + " 这一行，写法如 bank/12 或 book/45/2 (no such line)");
    if (std::find(group.members.begin(), group.members.end(), &*found) != group.members.end()) throw Error(MIF_E_INVALID, "reconcile.line-twice", item + " 写了两次 (given twice)");
    group.members.push_back(&*found);
  }
  const std::int64_t id = insert_group(txn, desk, *scoped.account, group);
  JsonWriter body;
  body.begin_object().field("account", scoped.account->number).field("reason", group.why).key("groups").begin_array();
  write_pairs(body, id, group);
  body.end_array().end_object();
  desk.audit.append(txn, scoped.unit, "reconcile.match", "account/" + scoped.account->number, body.str());
  txn.commit();
  Result result("ReconciliationList");
  result.item().field("account", scoped.account->number).field("group", id).field("rule", group.rule).end_object();
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
  const Day start = load_sides(desk, call, txn, account, false).start;
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
    const Sides sides = load_sides(desk, call, txn, *scoped.account, false);
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
