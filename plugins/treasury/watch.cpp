// SPDX-License-Identifier: Apache-2.0
// treasury watch: what the screens of a control room show, for a time and as of now. Reads only.
#include <algorithm>
#include <map>

#include "alarms.h"
#include "calendar.h"
#include "rows.h"
#include "work.h"

namespace mif::treasury {

namespace {

struct Lines {
  Day from, to;
  Fen large;
  std::int64_t repeat_days = 0, cover_days = 0, line_days = 0;
  int open_minute = 0, close_minute = 0;  // of the day; payments sent outside are odd
  bool given_hours = false;               // else an account's calendar knows better
};

Lines lines_of(Desk& desk, const Params& params) {
  Lines l;
  l.to = params.day("to").value_or(desk.clock.business_day());
  l.from = params.day("from").value_or(plus_days(l.to, -29));
  if (l.to < l.from) throw Error(MIF_E_INVALID, "payment.watch-span", "起日 " + l.from.iso() + " 晚于止日 " + l.to.iso() + " (from is after to)");
  l.large = Fen::parse(params.get("large", "1000000.00"));
  l.repeat_days = params.number("repeat-days", 7);
  l.line_days = params.number("line-days", desk.settings.line_days);
  l.cover_days = params.number("cover-days", 15);
  l.given_hours = !params.get("hours").empty();
  const std::string hours = params.get("hours", "08:00-18:00");
  if (!read_hours(hours, l.open_minute, l.close_minute)) throw Error(MIF_E_INVALID, "payment.watch-hours", "hours 应写成 08:00-18:00 (not a time span): \"" + hours + "\"");
  return l;
}

class Watch {
 public:
  Watch(Desk& desk, Txn& txn, const Lines& lines, Result& result) : desk_(desk), txn_(txn), lines_(lines), result_(result) {}

  void account(const BankAccount& a) {
    account_ = &a;
    flow();
    cover();
    waiting();
    sent();
    repeated();
    report_alarms(result_, txn_, a, lines_.from, lines_.to, lines_.line_days, "kind", alarming_);
    if (!a.adapter.empty()) link();
  }

 private:
  JsonWriter& item(const char* kind) { return result_.item().field("kind", kind).field("account", account_->number); }
  JsonWriter& alarm(const char* kind) {
    result_.finding();
    ++alarms_[kind];
    result_.total(kind, alarms_[kind]);
    return item(kind);
  }

  // 流量: what the bank took in and paid out, by day, from proved statements.
  void flow() {
    txn_.query("select day, count(*), cast(sum(case when fen > 0 then fen else 0 end) as bigint), cast(sum(case when fen < 0 then -fen else 0 end) as bigint),"
               " cast(sum(case when fen > 0 then 1 else 0 end) as bigint) from x_treasury_line where account = ? and day >= ? and day <= ? group by day order by day",
               {account_->number, lines_.from, lines_.to}, [&](const Row& r) {
                 item("flow").field("day", r.day(0).iso()).field("in", r.fen(2)).field("in_lines", r.integer(4)).field("out", r.fen(3)).field("out_lines", r.integer(1) - r.integer(4)).end_object();
                 return true;
               });
  }

  // 支付保障天数: how many days of the recent outflow the balance bears, what is approved and not yet paid taken off.
  void cover() {
    Day day;
    Fen balance, out, promised;
    txn_.query("select day_to, closing_fen from x_treasury_statement where account = ? and state = 'proved' order by day_to desc, ord desc limit 1", {account_->number}, [&](const Row& r) {
      day = r.day(0);
      balance = r.fen(1);
      return false;
    });
    if (!day.valid()) return;
    constexpr int kLook = 30;
    txn_.query("select cast(coalesce(sum(-fen), 0) as bigint) from x_treasury_line where account = ? and fen < 0 and day > ? and day <= ?", {account_->number, plus_days(day, -kLook), day}, [&](const Row& r) {
      out = r.fen(0);
      return false;
    });
    txn_.query("select cast(coalesce(sum(fen), 0) as bigint) from x_treasury_payment where account = ? and (state = 'approved' or state in (" + in_flight_list() + "))", {account_->number}, [&](const Row& r) {
      promised = r.fen(0);
      return false;
    });
    if (out == Fen()) return;  // nothing leaves it
    const Fen left = promised < balance ? balance - promised : Fen();
    // exact: left / (out / 30), cut to whole days
    const std::int64_t days = static_cast<std::int64_t>(static_cast<__int128>(left.value()) * kLook / out.value());
    (days < lines_.cover_days ? alarm("cover") : item("cover")).field("day", day.iso()).field("balance", balance).field("promised", promised).field("out_30_days", out)
        .field("days", days).field("wanted_days", lines_.cover_days).field("state", days < lines_.cover_days ? "short" : "enough").end_object();
  }

  // What is under way, and since when.
  void waiting() {
    txn_.query("select state, count(*), cast(sum(fen) as bigint), min(changed_ms) from x_treasury_payment where account = ? and (state in ('prepared', 'approved') or state in (" + in_flight_list() +
                   ")) group by state order by state",
               {account_->number}, [&](const Row& r) {
                 const State state = state_of(r.text(0));
                 const bool doubt = state == State::unknown || state == State::suspended;
                 const std::int64_t minutes = (desk_.clock.now_unix_ms() - r.integer(3)) / 60'000;
                 (doubt ? alarm("doubt") : item("waiting")).field("state", name_of(state)).field("title", title_of(state)).field("payments", r.integer(1)).field("amount", r.fen(2)).field("oldest_minutes", minutes).end_object();
                 return true;
               });
  }

  // 流速, and single payments that deserve a look.
  void sent() {
    std::vector<std::int64_t> milliseconds;
    std::map<int, std::pair<std::int64_t, Fen>> by_hour;
    txn_.query("select p.code, p.fen, p.payee_account, p.payee_name, p.sent_ms, p.state, (select min(a.heard_ms) from x_treasury_answer a where a.payment_id = p.id and a.outcome = ?)"
               " from x_treasury_payment p where p.account = ? and p.sent_ms >= ? and p.sent_ms < ? order by p.sent_ms, p.id",
               {std::int64_t{MIF_PAY_DONE}, account_->number, begin_ms(lines_.from), begin_ms(plus_days(lines_.to, 1))}, [&](const Row& r) {
                 const std::int64_t at = r.integer(4);
                 const Fen fen = r.fen(1);
                 auto& [count, sum] = by_hour[minute_of_day(at) / 60];
                 ++count;
                 sum += fen;
                 if (!r.null(6)) milliseconds.push_back(std::max<std::int64_t>(0, r.integer(6) - at));
                 const auto one = [&](const char* kind) {
                   alarm(kind).field("code", r.text(0)).field("amount", fen).field("payee_account", r.text(2)).field("payee_name", r.text(3)).field("sent_unix_ms", at).field("day", day_of(at).iso())
                       .field("minute", minute_of_day(at)).field("state", r.text(5)).end_object();
                 };
                 if (lines_.large <= fen) one("large");
                 const int minute = minute_of_day(at);
                 if (odd(day_of(at), minute)) one("odd-hour");
                 return true;
               });
    for (const auto& [hour, sum] : by_hour) item("hour").field("hour", hour).field("payments", sum.first).field("amount", sum.second).end_object();
    if (milliseconds.empty()) return;
    std::sort(milliseconds.begin(), milliseconds.end());
    const auto part = [&](std::size_t percent) { return milliseconds[(milliseconds.size() - 1) * percent / 100]; };
    item("speed").field("payments", static_cast<std::int64_t>(milliseconds.size())).field("median_ms", part(50)).field("p95_ms", part(95)).field("slowest_ms", milliseconds.back()).end_object();
  }

  bool odd(Day day, int minute) const {
    const DayState state = account_->calendar.on(day);
    const bool own = state.known && !lines_.given_hours;
    if (minute < (own ? state.opens : lines_.open_minute) || minute >= (own ? state.closes : lines_.close_minute)) return true;
    return state.known ? !state.open : is_weekend(day);
  }

  // The same payee and amount more than once within some days: legal, and worth a look.
  void repeated() {
    txn_.query("select p.code, q.code, p.fen, p.payee_account, p.payee_name, p.day, q.day, p.obligation, q.obligation from x_treasury_payment p join x_treasury_payment q"
               " on q.account = p.account and q.payee_account = p.payee_account and q.fen = p.fen and q.id > p.id and q.obligation <> p.obligation"
               " where p.account = ? and p.live_obligation is not null and q.live_obligation is not null and q.day >= ? and q.day <= ? order by p.id, q.id",
               {account_->number, lines_.from, lines_.to}, [&](const Row& r) {
                 const Day first = std::min(r.day(5), r.day(6)), second = std::max(r.day(5), r.day(6));
                 if (plus_days(first, static_cast<int>(lines_.repeat_days)) < second) return true;
                 alarm("repeated").field("code", r.null(0) ? "" : r.text(0)).field("again", r.null(1) ? "" : r.text(1)).field("amount", r.fen(2)).field("payee_account", r.text(3)).field("payee_name", r.text(4))
                     .field("obligation", r.text(7)).field("other_obligation", r.text(8)).field("day", r.day(5).iso()).field("other_day", r.day(6).iso()).end_object();
                 return true;
               });
  }

  // 接口健康: what the bank has said lately, and whether it says anything at all.
  void link() {
    std::int64_t asked = 0, unanswered = 0, last = 0, overdue = 0;
    const std::int64_t now = desk_.clock.now_unix_ms(), since = now - 24 * 3'600'000;
    txn_.query("select a.outcome, count(*), max(a.heard_ms) from x_treasury_answer a join x_treasury_payment p on p.id = a.payment_id where p.account = ? and a.heard_ms >= ? group by a.outcome",
               {account_->number, since}, [&](const Row& r) {
                 asked += r.integer(1);
                 if (r.integer(0) == MIF_PAY_UNKNOWN || r.integer(0) == MIF_PAY_UNSENT) unanswered += r.integer(1);
                 else last = std::max(last, r.integer(2));
                 return true;
               });
    txn_.query("select count(*) from x_treasury_payment where account = ? and state in (" + in_flight_list() + ") and next_query_ms < ?", {account_->number, now - 600'000}, [&](const Row& r) {
      overdue = r.integer(0);
      return false;
    });
    const bool silent = (asked > 0 && last == 0) || overdue > 0;
    (silent ? alarm("link") : item("link")).field("adapter", account_->adapter).field("link", account_->link).field("answers_24h", asked).field("without_an_answer_24h", unanswered)
        .field("last_answer_unix_ms", last).field("queries_overdue", overdue).field("state", silent ? "silent" : asked == 0 ? "idle" : "healthy").end_object();
  }

  Desk& desk_;
  Txn& txn_;
  const Lines& lines_;
  Result& result_;
  const BankAccount* account_ = nullptr;
  std::map<std::string, std::int64_t> alarms_;
  Alarms alarming_;
};

}  // namespace

std::string treasury_watch(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  const Lines lines = lines_of(desk, params);
  Result result("TreasuryWatch");
  Txn txn = desk.store.read(call);
  Watch watch(desk, txn, lines, result);
  std::int64_t done = 0;
  for (const auto& s : scope) {
    watch.account(*s.account);
    progress("资金监控 " + s.account->number, ++done, static_cast<std::int64_t>(scope.size()));
  }
  result.total("accounts", static_cast<std::int64_t>(scope.size()));
  return result.json("资金监控 " + std::to_string(scope.size()) + " 个账户，" + lines.from.iso() + " 至 " + lines.to.iso() + (result.findings() ? "，有需要看的事项" : "，没有异常"));
}

}  // namespace mif::treasury
