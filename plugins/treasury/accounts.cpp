// SPDX-License-Identifier: Apache-2.0
// treasury accounts: every bank account the caller sees, with what is known of its money and when its bank works. Asks nobody.
#include <algorithm>
#include <map>

#include "balances.h"
#include "reconcile.h"
#include "unit_tree.h"
#include "work.h"

namespace mif::treasury {

namespace {

struct View {
  const Scoped* scoped = nullptr;
  ToldBalance told;
  BalanceCheck check;
  Fen ledger;
};

struct Sums {
  Fen ledger, statement, bank;
  std::int64_t accounts = 0, without_statement = 0, without_bank = 0;
  void add(const View& v) {
    ++accounts;
    ledger += v.ledger;
    if (v.check.statement.day.valid()) statement += v.check.statement.fen;
    else ++without_statement;
    if (v.told.state == ToldBalance::State::known) bank += v.told.fen;
    else ++without_bank;
  }
};

std::string title_of_kind(const std::string& kind) {
  if (kind == "income") return "收入户";
  if (kind == "fiscal") return "财政专户";
  if (kind == "treasury") return "国库";
  if (kind == "paying-agent") return "代理支付";
  return "支出户";
}

std::string iso(Day day) { return day.valid() ? day.iso() : std::string(); }

class Listing {
 public:
  Listing(Desk& desk, Call call, const UnitTree& tree, Result& result) : desk_(desk), call_(call), tree_(tree), result_(result), today_(desk.clock.business_day()), now_(desk.clock.now_unix_ms()) {}

  View look(Txn& txn, const Scoped& scoped) {
    View v{&scoped, told_balance(txn, scoped.account->number), {}, book_balance(desk_, call_, txn, *scoped.account, today_)};
    v.check = check_balance(desk_, call_, txn, scoped, v.told);
    return v;
  }

  void write(const View& v, int depth) {
    const BankAccount& a = *v.scoped->account;
    const UnitNode* unit = tree_.find(v.scoped->unit);
    const bool has_adapter = !a.adapter.empty(), known = v.told.state == ToldBalance::State::known, told = v.told.told_ms > 0, proved = v.check.statement.day.valid();
    JsonWriter& json = result_.item().field("kind", "account").field("depth", depth).field("account", a.number).field("name", a.name).field("bank", a.bank);
    json.field("account_kind", a.form).field("title", title_of_kind(a.form)).field("book", a.book).field("unit", v.scoped->unit).field("unit_name", unit ? unit->name : std::string());
    json.field("adapter", a.adapter).field("link", a.link).field("opened", iso(a.opened)).field("closed", iso(a.closed)).field("open", a.open_on(today_));
    json.field("ledger", v.ledger).field("ledger_day", today_.iso()).field("statement", proved ? v.check.statement.fen.plain() : std::string()).field("statement_day", iso(v.check.statement.day));
    // An old figure never stands where the balance stands.
    json.field("bank_state", has_adapter ? name_of(v.told.state) : "none").field("bank_balance", known ? v.told.fen.plain() : std::string()).field("told_unix_ms", v.told.told_ms);
    json.field("age_minutes", told ? (now_ - v.told.told_ms) / 60'000 : std::int64_t{-1}).field("last_told", told ? v.told.fen.plain() : std::string());
    json.field("unknown_since_unix_ms", v.told.unknown_since).field("bank_error", v.told.error);
    json.field("ledger_on_statement_day", proved ? v.check.booked.plain() : std::string()).field("difference", proved ? (v.check.statement.fen - v.check.booked).plain() : std::string());
    json.field("unexplained", proved ? v.check.difference.plain() : std::string()).field("open_items", v.check.items).field("state", v.check.state).field("reason", v.check.reason);
    calendar(json, a);
    json.end_object();
    if (!v.check.good()) result_.finding();
    if (!a.open_on(today_) && v.ledger != Fen()) alarm("closed-with-money", a, "账户已销户或未启用，账面还有 " + v.ledger.grouped() + " (not open, yet the book holds money)");
    if (!a.calendar.empty() && !a.calendar.on(today_).known) alarm("calendar-ended", a, "账户的日历不包括 " + today_.iso() + "，不知道是否营业，请补配置 (no calendar is in force)");
  }

  void write(const UnitNode& unit, int depth, const Sums& own, const Sums& all) {
    result_.item().field("kind", "unit").field("depth", depth).field("unit", unit.code).field("unit_name", unit.name).field("level", unit.level).field("parent", unit.parent)
        .field("accounts", all.accounts).field("own_accounts", own.accounts).field("ledger", all.ledger).field("own_ledger", own.ledger).field("statement", all.statement)
        .field("without_statement", all.without_statement).field("bank_balance", all.bank).field("without_bank_balance", all.without_bank).end_object();
  }

 private:
  void calendar(JsonWriter& json, const BankAccount& a) {
    const DayState state = a.calendar.on(today_);
    const DatedLimits* limits = a.limits_on(today_);
    int opens = state.opens, closes = state.closes;
    if (limits) {
      opens = std::max(opens, limits->opens);
      closes = std::min(closes, limits->closes);
    }
    json.field("calendar", a.calendar.empty() ? "none" : !state.known ? "unknown" : state.open ? "open" : "closed").field("calendar_why", state.why);
    json.field("opens", clock_text(opens)).field("cut_off", clock_text(closes)).field("next_open_day", a.calendar.empty() ? std::string() : iso(a.calendar.next_open(today_)));
    json.field("limits_from", limits ? limits->from.iso() : std::string()).field("limit_single", limits && limits->single != Fen() ? limits->single.plain() : std::string());
    json.field("limit_day", limits && limits->day != Fen() ? limits->day.plain() : std::string());
  }
  void alarm(const char* kind, const BankAccount& a, const std::string& reason) {
    result_.finding();
    result_.item().field("kind", kind).field("account", a.number).field("reason", reason).end_object();
  }

  Desk& desk_;
  Call call_;
  const UnitTree& tree_;
  Result& result_;
  Day today_;
  std::int64_t now_;
};

// Units with accounts at or below them, each with the sums of all of these.
void write_by_unit(Listing& listing, const UnitTree& tree, const std::vector<View>& views) {
  std::map<std::string, Sums> own, all;
  for (const auto& v : views) {
    own[v.scoped->unit].add(v);
    for (const auto& [unit, depth] : tree.in_order())
      if (tree.is_within(v.scoped->unit, unit->code)) all[unit->code].add(v);
  }
  for (const auto& [unit, depth] : tree.in_order()) {
    if (!all.count(unit->code)) continue;
    listing.write(*unit, depth, own[unit->code], all[unit->code]);
    for (const auto& v : views)
      if (v.scoped->unit == unit->code) listing.write(v, depth + 1);
  }
}

}  // namespace

std::string treasury_accounts(Desk& desk, Call call, const Params& params, Progress progress) {
  const std::string by = params.get("by");
  if (!by.empty() && by != "unit") throw Error(MIF_E_INVALID, "payment.accounts-by", "by 只能写 unit (by is unit): \"" + by + "\"");
  const auto scope = desk.scope(call, "ledger.read", params);
  const UnitTree tree = UnitTree::of(desk, call);
  Result result("BankAccountList");
  Listing listing(desk, call, tree, result);
  std::vector<View> views;
  Sums sums;
  Txn txn = desk.store.read(call);
  for (const auto& scoped : scope) {
    progress("银行账户 " + scoped.account->number, static_cast<std::int64_t>(views.size()), static_cast<std::int64_t>(scope.size()));
    views.push_back(listing.look(txn, scoped));
    sums.add(views.back());
  }
  if (by.empty())
    for (const auto& v : views) listing.write(v, 0);
  else write_by_unit(listing, tree, views);
  result.total("accounts", sums.accounts);
  result.total("ledger_fen", sums.ledger.value());
  result.total("statement_fen", sums.statement.value());
  result.total("bank_fen", sums.bank.value());
  result.total("without_bank_balance", sums.without_bank);
  return result.json("银行账户 " + std::to_string(sums.accounts) + " 个，账面合计 " + sums.ledger.grouped() + " 元" + (sums.without_bank ? "，银行余额不明 " + std::to_string(sums.without_bank) + " 个" : ""));
}

}  // namespace mif::treasury
