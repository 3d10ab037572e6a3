// SPDX-License-Identifier: Apache-2.0
#include "checks.h"

#include <algorithm>

#include "calendar.h"

namespace mif::treasury {

namespace {

bool only(std::string_view text, std::string_view also) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || also.find(c) != std::string_view::npos; });
}

}  // namespace

std::vector<Barred> read_blacklist(Desk& desk, Call call) {
  std::vector<Barred> all;
  if (desk.settings.blacklist.empty()) return all;
  const std::string& file = desk.settings.blacklist;
  for (const Node& n : desk.config.info(call, file).children) {
    Barred b{n.value, n.get("name"), n.get("reason")};
    if (n.key != "payee" || (b.account.empty() && b.name.empty()))
      throw Error(MIF_E_INVALID, "payment.blacklist-file", file + ":" + std::to_string(n.line) + ": 每行应为 payee 账号 { name 户名 reason 原因 }，账号和户名至少有一个 (a payee with an account or a name is expected)");
    all.push_back(std::move(b));
  }
  return all;
}

void check_payee(const Payable& p, const std::vector<Barred>& barred) {
  const auto refuse = [&](const char* rule, const std::string& what) { throw Error(MIF_E_INVALID, rule, "应付事项 " + p.obligation + ": " + what); };
  if (p.payee_name.empty() || std::any_of(p.payee_name.begin(), p.payee_name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    refuse("payment.payee-name", "收款户名是空的或含控制字符 (payee name is empty or has control characters)");
  if (p.payee_account.empty() || p.payee_account.size() > 40 || !only(p.payee_account, "-"))
    refuse("payment.payee-account", "收款账号应为 1 到 40 位数字、字母或短横 (not an account number): \"" + p.payee_account + "\"");
  if (!p.payee_bank_no.empty() && (p.payee_bank_no.size() != 12 || p.payee_bank_no.find_first_not_of("0123456789") != std::string::npos))
    refuse("payment.payee-bank-no", "收款行号应为 12 位数字，行内付款可以空着 (a bank number has 12 digits): \"" + p.payee_bank_no + "\"");
  for (const auto& b : barred)
    if ((b.account.empty() || b.account == p.payee_account) && (b.name.empty() || b.name == p.payee_name))
      refuse("payment.payee-barred", "收款人 " + p.payee_name + " " + p.payee_account + " 在禁付名单上 (barred)" + (b.reason.empty() ? "" : "，" + b.reason));
}

void check_single(const BankAccount& account, Day day, const std::string& obligation, Fen fen) {
  if (!account.open_on(day))
    throw Error(MIF_E_CONFLICT, "payment.account-not-open", "应付事项 " + obligation + ": 账户 " + account.number + " 在 " + day.iso() + " 未启用或已销户，不能付款 (the account is not open on that day)");
  const DatedLimits* limits = account.limits_on(day);
  if (limits && limits->single != Fen(0) && limits->single < fen)
    throw Error(MIF_E_INVALID, "payment.limit-single", "应付事项 " + obligation + " 金额 " + fen.grouped() + " 超过账户 " + account.number + " 的单笔限额 " + limits->single.grouped() + " (above the limit of one payment)");
}

void check_day(Txn& txn, const BankAccount& account, Day day) {
  const DatedLimits* limits = account.limits_on(day);
  if (!limits || limits->day == Fen(0)) return;
  Fen sum;
  txn.query("select cast(coalesce(sum(fen), 0) as bigint) from x_treasury_payment where account = ? and approved_day = ? and state not in ('prepared', 'failed', 'cancelled')", {account.number, day},
            [&](const Row& r) { sum = r.fen(0); return false; });
  if (limits->day < sum)
    throw Error(MIF_E_CONFLICT, "payment.limit-day", "账户 " + account.number + " 当日批准的付款会超过日限额 " + limits->day.grouped() + "，这张凭证的付款未批准 (above the limit of the day)");
}

Fen spent_of_budget(Txn& txn, const Payable& p, bool prepared_too) {
  Fen spent;
  if (p.budget.empty()) return spent;
  txn.query(std::string("select cast(coalesce(sum(q.fen), 0) as bigint) from x_treasury_payable o join x_treasury_payment q on q.payable_id = o.id where o.source = ? and o.budget = ?"
                        " and q.state not in ('failed', 'cancelled', 'returned'") + (prepared_too ? ")" : ", 'prepared')"),
            {p.source, p.budget}, [&](const Row& r) { spent = r.fen(0); return false; });
  return spent;
}

std::string check_budget(const Payable& p, Fen spent) {
  if (p.budget.empty() || spent <= p.budget_fen) return {};
  const std::string said = "预算 " + p.budget + " 为 " + p.budget_fen.grouped() + "，连这一笔共 " + spent.grouped() + "，超出 " + (spent - p.budget_fen).grouped();
  if (!p.budget_flagged) throw Error(MIF_E_CONFLICT, "payment.budget", "应付事项 " + p.obligation + ": " + said + " (above its budget)");
  return said;
}

std::string outside_hours(const BankAccount& account, Day day, std::int64_t now_ms) {
  if (!account.open_on(day)) return "账户 " + account.number + " 在 " + day.iso() + " 未启用或已销户，不能付款 (the account is not open; nothing was sent)";
  const DayState today = account.calendar.on(day);
  if (!today.open) {
    const Day next = account.calendar.next_open(day);
    return "账户 " + account.number + " 在 " + day.iso() + " 不营业 (" + today.why + ")，" + (next.valid() ? next.iso() + " 再送" : "日历里一年内没有营业日") + " (closed by the account's calendar; nothing was sent)";
  }
  int opens = today.opens, closes = today.closes;
  if (const DatedLimits* limits = account.limits_on(day)) {
    opens = std::max(opens, limits->opens);
    closes = std::min(closes, limits->closes);
  }
  const int minute = minute_of_day(now_ms);
  if (opens <= minute && minute < closes) return {};
  return "现在 " + clock_text(minute) + " 不在账户 " + account.number + " 的付款时间 " + clock_text(opens) + "-" + clock_text(closes) + " 内，到时再送 (outside the account's hours; nothing was sent)";
}

std::string look_alike(Txn& txn, const Payable& p, std::int64_t days, std::int64_t now_ms, const std::set<std::string>& books) {
  std::string found;
  if (days > 0)
    txn.query("select code, obligation, book from x_treasury_payment where payee_account = ? and fen = ? and obligation <> ? and state not in ('failed', 'cancelled', 'returned') and changed_ms > ? order by id desc limit 1",
              {p.payee_account, p.fen, p.obligation, now_ms - days * 86'400'000}, [&](const Row& r) {
                found = !books.count(r.text(2)) ? "(其他单位的一笔)" : (r.null(0) ? std::string() : r.text(0) + " ") + r.text(1);
                return false;
              });
  return found;
}

void keep_warning(Txn& txn, const Payment& p, const char* kind, const std::string& what, const std::string& reason, const std::string& who) {
  bool kept = false;
  txn.query("select kind from x_treasury_warning where payment_id = ? and kind = ?", {p.id, std::string(kind)}, [&](const Row&) { return kept = true; });
  if (kept) return;
  txn.execute("insert into x_treasury_warning (payment_id, kind, what, reason, made_by, made_ms) values (?, ?, ?, ?, ?, ?)", {p.id, std::string(kind), cut(what, 400), cut(reason, 1900), who, p.changed_ms});
}

}  // namespace mif::treasury
