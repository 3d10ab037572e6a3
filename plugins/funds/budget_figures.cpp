// SPDX-License-Identifier: Apache-2.0
#include "budget_figures.h"

#include <set>

#include "budget_version.h"

namespace mif::funds {

BookYear::BookYear(Desk& desk, Call call, Txn& txn, const BookInfo& book, int year, int month_to) {
  if (year >= book.start.year) rows_ = desk.ledger.balances(call, book.code, year, month_to, &txn);
}

Fen BookYear::net(const BudgetItem& item, int month_from, int month_to) const {
  Fen sum;
  for (const auto& row : rows_)
    if (row.month >= month_from && row.month <= month_to) sum += item.of_row(row);
  return sum;
}

std::vector<TakenBy> taken_by(Desk& desk, Call call, Txn& txn, const std::string& book, std::int64_t year, const std::string& item) {
  std::vector<TakenBy> all;
  std::string where = "book = ? and year = ? and taken in ('held', 'paid')";
  std::vector<Value> values = {book, year};
  if (!item.empty()) where += " and item = ?", values.emplace_back(item);
  txn.query("select id, voucher_id, day, fen, item, purpose, taken from x_funds_application where " + where + " order by day, id", values, [&](const Row& r) {
    all.push_back({r.integer(0), r.integer(1), r.day(2), r.fen(3), r.text(4), r.text(5), r.text(6) == "held", false});
    return true;
  });
  for (auto& t : all) t.posted = t.held && t.voucher && desk.ledger.voucher(call, t.voucher, nullptr, &txn).state == MIF_VOUCHER_POSTED;
  return all;
}

const BudgetItem* Taken::item(const std::string& code) {
  if (desk_.settings.budget.files.empty()) return nullptr;
  if (!book_) {
    book_ = desk_.book(call_, txn_, code_);
    map_ = desk_.budget_map(call_);
  }
  const BudgetItem* found = map_.find(book_->scheme, code, year_);
  return found && !found->income ? found : nullptr;
}

std::optional<Fen> Taken::ledger(const LineKey& key) {
  const BudgetItem* found = item(key.item);
  if (!found) return std::nullopt;
  if (!rows_) rows_ = std::make_unique<BookYear>(desk_, call_, txn_, *book_, year_, 13);
  Fen sum = rows_->net(*found, 1, 13);
  for (const auto& t : taken_by(desk_, call_, txn_, key.book, key.year, key.item))
    if (t.held && !t.posted) sum += t.fen;
  return sum;
}

Fen Taken::of(const Line& line) {
  const Fen asked = line.held + line.paid;
  const auto booked = ledger(line.key);
  return booked && asked < *booked ? *booked : asked;
}

void Taken::check_new_amount(const LineKey& key, Fen fen) {
  if (desk_.settings.budget.below_taken) return;
  const auto line = line_of(txn_, key);
  Line none;
  none.key = key;
  const Fen taken = of(line ? *line : none);
  if (fen < taken) throw Error(MIF_E_CONFLICT, "fund.budget-below-taken", "预算 " + key.name() + " 已占用和支出 " + taken.grouped() + "，不能定为 " + fen.grouped() + " (more is taken already)");
}

Fen Taken::check_more(const LineKey& key, Fen more) {
  const auto line = line_of(txn_, key);
  Fen over = line->over;
  if (const auto booked = ledger(key)) {
    const Fen above = *booked + more - line->fen;
    if (over < above) over = above;
    if (Fen(0) < above && !desk_.settings.budget.over_flag)
      throw Error(MIF_E_CONFLICT, "fund.over-budget", "预算 " + key.name() + " 为 " + line->fen.grouped() + "，账上已支出和待付 " + booked->grouped() + "，再付 " + more.grouped() + " 就超出 " + above.grouped() + " (above its budget by the ledger)");
  }
  return over;
}

std::vector<Execution> executions(Desk& desk, Call call, Txn& txn, const BookInfo& book, const BudgetMap& map, int year, int month) {
  const BookYear now(desk, call, txn, book, year, month), last(desk, call, txn, book, year - 1, 13);
  std::map<std::string, Line> lines;
  for (const auto& line : lines_of(txn, book.code))
    if (line.key.year == year) lines.emplace(line.key.item, line);
  std::map<std::string, Fen> opening;
  for (const auto& v : versions(txn, "book = ? and year = ? and state = 'approved' order by version", {book.code, year})) opening.emplace(v.key.item, v.fen);
  const auto taken = taken_by(desk, call, txn, book.code, year);
  std::vector<Execution> all;
  const auto start = [&](const std::string& code) -> Execution& {
    Execution& e = all.emplace_back();
    e.key = {book.code, code, year};
    e.unit = book.unit;
    e.name = code;
    if (const auto line = lines.find(code); line != lines.end()) {
      e.budgeted = true;
      e.adjusted = line->second.fen;
      e.opening = opening[code];
    }
    return e;
  };
  for (const BudgetItem* item : map.items(book.scheme, year)) {
    Execution& e = start(item->code);
    e.item = item;
    e.name = item->name;
    e.of = item->of;
    e.month = now.net(*item, month, month);
    e.so_far = now.net(*item, 1, month);
    e.last_so_far = last.net(*item, 1, month);
    e.last_whole = last.net(*item, 1, 13);
    for (const auto& t : taken)
      if (t.item == item->code && t.day.month() <= month) {
        if (!t.held) e.paid += t.fen;
        else if (!t.posted) e.held += t.fen;
      }
    lines.erase(item->code);
  }
  if (lines.empty()) return all;
  const auto before = taken_by(desk, call, txn, book.code, year - 1);
  while (!lines.empty()) {
    const std::string code = lines.begin()->first;
    Execution& e = start(code);
    for (const auto& t : taken) {
      if (t.item != code || t.day.month() > month) continue;
      if (t.held) {
        e.held += t.fen;
        continue;
      }
      e.paid += t.fen;
      e.so_far += t.fen;
      if (t.day.month() == month) e.month += t.fen;
    }
    for (const auto& t : before) {
      if (t.item != code || t.held) continue;
      e.last_whole += t.fen;
      if (t.day.month() <= month) e.last_so_far += t.fen;
    }
    lines.erase(code);
  }
  return all;
}

std::vector<BookInfo> books_of(Desk& desk, Call call, Txn& txn, const Params& params) {
  const std::string unit = params.most("unit", 60), book = params.most("book", 60);
  std::vector<BookInfo> all;
  for (auto& b : desk.ledger.books(call, &txn))
    if ((unit.empty() || b.unit == unit) && (book.empty() || b.code == book)) all.push_back(std::move(b));
  if (!all.empty()) return all;
  if (!book.empty()) desk.books(call, txn, book);  // said with its own words
  if (!unit.empty()) throw Error(MIF_E_NOT_FOUND, "fund.unit-unknown", "没有单位 " + cut(unit, 60) + " 的账套，或不在本人范围内 (no book of this unit)");
  return all;
}

}  // namespace mif::funds
