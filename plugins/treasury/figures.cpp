// SPDX-License-Identifier: Apache-2.0
// 银行余额("账号"[, 日期]) for reports: what a proved statement says the account held at the end of that day. Days no statement
// covers have no answer.
#include "work.h"

namespace mif::treasury {

namespace {

Day day_of(const FigureSource::Question& q) {
  if (!q.argument(0).empty()) return Day::parse(q.argument(0));
  const int month = std::min(q.period.month, 12);
  return Day(q.period.year, month, Day::days_in(q.period.year, month));
}

FigureSource::Answer answer(Desk& desk, Txn& txn, const FigureSource::Question& q, const std::map<std::string, std::string>& units) {
  using Answer = FigureSource::Answer;
  if (q.family != "银行余额") return Answer::unknown();
  const BankAccount* account = desk.settings.find(q.name);
  const auto unit = account ? units.find(account->book) : units.end();
  if (unit == units.end() || unit->second != q.unit || (!q.book.empty() && account->book != q.book)) return Answer::unknown("本单位没有这个银行账户 (no such account of this unit)");
  Day day;
  try {
    day = day_of(q);
  } catch (const Error&) {
    return Answer::unknown("日期写作 \"2023-06-30\" (not a day), 找到 \"" + std::string(q.argument(0)) + "\"");
  }
  bool found = false;
  Day from, to;
  Fen fen;
  txn.query("select day_from, day_to, opening_fen, closing_fen from x_treasury_statement where account = ? and state = 'proved' and day_from <= ? and day_to >= ? order by day_to, ord desc limit 1",
            {account->number, day, day}, [&](const Row& r) {
              found = true;
              from = r.day(0);
              to = r.day(1);
              fen = to == day ? r.fen(3) : r.fen(2);
              return false;
            });
  if (!found) return Answer::unknown("没有覆盖 " + day.iso() + " 的对账单 (no proved statement covers the day)");
  if (to != day)
    txn.query("select coalesce(cast(sum(fen) as bigint), 0) from x_treasury_line where account = ? and day >= ? and day <= ?", {account->number, from, day}, [&](const Row& r) {
      fen += r.fen(0);
      return false;
    });
  return Answer::money(fen, "对账单 " + account->number + " " + from.iso() + "～" + to.iso() + "，" + day.iso() + " 日终");
}

}  // namespace

std::string describe_figures(Desk& desk, Call call) {
  JsonWriter json;
  json.begin_object().key("families").begin_array().begin_object().field("family", "银行余额").field("open", false).key("names").begin_array();
  const auto books = desk.ledger.books(call);
  for (const auto& account : desk.settings.accounts)
    if (std::any_of(books.begin(), books.end(), [&](const BookInfo& b) { return b.code == account.book; })) json.value(account.number);
  json.end_array().end_object().end_array().end_object();
  return json.take();
}

std::vector<FigureSource::Answer> figures(Desk& desk, Call call, const std::vector<FigureSource::Question>& questions) {
  Txn txn = desk.store.read(call);
  std::map<std::string, std::string> units;
  for (const auto& b : desk.ledger.books(call, &txn)) units[b.code] = b.unit;
  std::vector<FigureSource::Answer> answers;
  for (const auto& q : questions) answers.push_back(answer(desk, txn, q, units));
  return answers;
}

}  // namespace mif::treasury
