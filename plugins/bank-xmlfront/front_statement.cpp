// SPDX-License-Identifier: Apache-2.0
// What the bank says of an account: its lines, page by page, and its balance.
#include <set>

#include "calendar.h"
#include "front.h"

namespace mif::bank_xmlfront {

namespace {

constexpr std::size_t kPages = 10000;

}  // namespace

void Front::read_line(const Tags& tags, std::vector<Line>& lines) const {
  const Profile& p = *link_.profile;
  const StatementPlan& plan = p.lines;
  const auto amount = [&](const std::string& tag) {
    const std::string text = text_of(tags, tag);
    return text.empty() ? Fen(0) : read_amount(text, p.amounts_in_fen);
  };
  Line line;
  line.day = Day::parse(find_tag(tags, plan.day));
  Fen written;
  if (plan.amount.empty()) {
    const Fen debit = amount(plan.debit_amount), credit = amount(plan.credit_amount);
    if ((debit == Fen(0)) == (credit == Fen(0))) throw Error(MIF_E_INVALID, "bank.two-amounts", "借贷两栏应有且只有一栏有金额 (exactly one of debit and credit has an amount)");
    written = debit == Fen(0) ? credit : -debit;
  } else {
    written = read_amount(find_tag(tags, plan.amount), p.amounts_in_fen);
  }
  line.fen = written;
  if (!plan.direction.empty()) {
    const std::string_view direction = find_tag(tags, plan.direction);
    if (direction != plan.debit && direction != plan.credit) throw Error(MIF_E_INVALID, "bank.direction-unknown", "借贷标志不认识 (unknown direction): \"" + std::string(direction) + "\"");
    // Some banks sign the amount, some only flag it; a sign that contradicts the flag is nobody's meaning.
    if (written < Fen(0) && direction == plan.credit) throw Error(MIF_E_INVALID, "bank.negative-credit", "金额为负而标志为贷 (a negative amount flagged as a credit)");
    const Fen size = written < Fen(0) ? -written : written;
    line.fen = direction == plan.debit ? -size : size;
  }
  line.balance = read_amount(find_tag(tags, plan.balance), p.amounts_in_fen);
  line.bank_ref = text_of(tags, plan.bank_ref);
  line.client_ref = text_of(tags, plan.client_ref);
  line.counter_account = text_of(tags, plan.counter_account);
  line.counter_name = text_of(tags, plan.counter_name);
  line.text = text_of(tags, plan.text);
  lines.push_back(std::move(line));
}

// All pages of a range; balances only where the bank states them.
void Front::fetch(const std::string& account, Day from, Day to, std::int64_t deadline_ms, const NextSerial& serial, const Told& told, Statement& result) {
  const Profile& p = *link_.profile;
  const StatementPlan& plan = p.lines;
  const PagePlan& page = plan.page;
  const auto number = [](Day day) { return std::to_string(day.value()); };
  std::string cursor = page.counted ? "1" : "";
  std::set<std::string> cursors;
  bool balanced = false;
  for (std::size_t pages = 0;; ++pages) {
    if (pages == kPages || !cursors.insert(cursor).second)
      throw Error(MIF_E_INVALID, "bank.page-repeats", "对账单翻页没有尽头, 页号重复 (the pages of the statement repeat): \"" + cursor + "\"");
    const Reply reply = ask(p.statement, {block(p.statement.row, {{From::account, account}, {From::from_day, number(from)}, {From::to_day, number(to)}, {From::cursor, cursor}})}, deadline_ms, serial, {}, told.tell ? &told : nullptr);
    if (reply.not_found) break;
    const std::size_t before = result.lines.size();
    bool here = false;
    std::string count, next;
    for (const auto& [name, tags] : reply.blocks) {
      if (name == page.block) next = find_tag(tags, page.reply);
      if (name == plan.line_block) read_line(tags, result.lines);
      if (name != plan.balances_block) continue;
      count = text_of(tags, plan.count);
      if (plan.from_lines) continue;
      const Fen opening = read_amount(find_tag(tags, plan.opening), p.amounts_in_fen), closing = read_amount(find_tag(tags, plan.closing), p.amounts_in_fen);
      if (here || (balanced && (opening != result.opening || closing != result.closing))) throw Error(MIF_E_INVALID, "bank.two-balances", "余额块出现两次 (two blocks of balances)");
      here = balanced = true;
      result.opening = opening;
      result.closing = closing;
    }
    const std::size_t got = result.lines.size() - before;
    if (!count.empty() && count != std::to_string(got))
      throw Error(MIF_E_INVALID, "bank.line-count", "对账单声明 " + count + " 笔，实收 " + std::to_string(got) + " 笔 (declared and received lines differ)");
    if (page.counted) {
      if (!reply.more) break;
      cursor = std::to_string(result.lines.size() + 1);
    } else {
      if (next.empty()) {
        if (reply.more) throw Error(MIF_E_INVALID, "bank.page-missing", "银行说未完而没有给下一页 (the bank has more and names no next page)");
        break;
      }
      cursor = next;
    }
  }
  if (!plan.from_lines && !balanced) throw Error(MIF_E_INVALID, "bank.no-statement-balances", "对账单没有期初期末余额 (the statement states no balances)");
}

Statement Front::statement(const std::string& account, Day from, Day to, std::int64_t deadline_ms, const NextSerial& serial, const TellPacket& tell) {
  Statement result;
  const Told told = look("statement", account, tell);
  try {
    fetch(account, from, to, deadline_ms, serial, told, result);
    if (!link_.profile->lines.from_lines) return result;
    if (!result.lines.empty()) {
      result.opening = result.lines.front().balance - result.lines.front().fen;
      result.closing = result.lines.back().balance;
      return result;
    }
    // Nothing moved: the balance is what it was before the next line, or what it is now.
    const Day today = day_at(now_ms_());
    Statement later;
    if (to < today) fetch(account, day_after(to, 1), today, deadline_ms, serial, told, later);
    result.opening = result.closing = later.lines.empty() ? balance(account, deadline_ms, serial, tell) : later.lines.front().balance - later.lines.front().fen;
    return result;
  } catch (const Error& e) {
    if (e.code() == MIF_E_UNAVAILABLE) throw;
    throw Error(MIF_E_UNAVAILABLE, "账号 " + account + " 的对账单读不成 (statement unusable): " + e.what());
  }
}

Fen Front::balance(const std::string& account, std::int64_t deadline_ms, const NextSerial& serial, const TellPacket& tell) {
  const Told told = look("balance", account, tell);
  const Profile& p = *link_.profile;
  const Operation& op = p.balance;
  const Reply reply = ask(op, {block(op.row, {{From::account, account}})}, deadline_ms, serial, {}, tell ? &told : nullptr);
  for (const auto& [name, tags] : reply.blocks)
    if (name == op.answer.block && (op.answer.ref.empty() || find_tag(tags, op.answer.ref) == account)) return read_amount(find_tag(tags, op.answer.amount), p.amounts_in_fen);
  throw Error(MIF_E_UNAVAILABLE, "bank.no-balance", "银行没有答复账号 " + account + " 的余额 (no balance in the reply)");
}

}  // namespace mif::bank_xmlfront
