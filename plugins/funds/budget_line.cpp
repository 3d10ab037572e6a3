// SPDX-License-Identifier: Apache-2.0
#include "budget_line.h"

namespace mif::funds {

namespace {

constexpr const char* kWhere = " where book = ? and item = ? and year = ?";
// Once held or paid went down, so does what was too much.
constexpr const char* kOver = ", over_fen = case when held_fen + paid_fen - ? > fen then held_fen + paid_fen - ? - fen else 0 end";

void change(Txn& txn, const LineKey& key, const std::string& set, std::vector<Value> values) {
  values.insert(values.end(), {key.book, key.item, key.year});
  if (txn.execute("update x_funds_line set " + set + kWhere, values) != 1) throw Error(MIF_E_INTERNAL, "budget line " + key.name() + " is lost");
}

std::vector<Line> select(Txn& txn, const std::string& where, const std::vector<Value>& values) {
  std::vector<Line> all;
  txn.query("select book, item, year, version, fen, held_fen, paid_fen, returned_fen, over_fen from x_funds_line" + where + " order by book, year, item", values, [&](const Row& r) {
    all.push_back({{r.text(0), r.text(1), r.integer(2)}, r.integer(3), r.fen(4), r.fen(5), r.fen(6), r.fen(7), r.fen(8)});
    return true;
  });
  return all;
}

}  // namespace

bool lock_line(Txn& txn, const LineKey& key) { return txn.execute(std::string("update x_funds_line set version = version") + kWhere, {key.book, key.item, key.year}) == 1; }

std::optional<Line> line_of(Txn& txn, const LineKey& key) {
  auto found = select(txn, kWhere, {key.book, key.item, key.year});
  return found.empty() ? std::nullopt : std::optional<Line>(found.front());
}
std::vector<Line> lines_of(Txn& txn, const std::string& book) { return select(txn, " where book = ?", {book}); }

void hold(Txn& txn, const LineKey& key, Fen fen, bool flag) {
  if (flag && txn.execute("update x_funds_line set held_fen = held_fen + ?, over_fen = case when held_fen + paid_fen + ? > fen then held_fen + paid_fen + ? - fen else 0 end" + std::string(kWhere),
                          {fen, fen, fen, key.book, key.item, key.year}) == 1)
    return;
  if (txn.execute(std::string("update x_funds_line set held_fen = held_fen + ?") + kWhere + " and fen - held_fen - paid_fen >= ?", {fen, key.book, key.item, key.year, fen}) == 1) return;
  const auto line = line_of(txn, key);
  if (!line) throw Error(MIF_E_CONFLICT, "fund.no-budget", "预算项目 " + key.name() + " 没有批准的预算，先 fund budget set 并由另一人批准 (no approved budget)");
  throw Error(MIF_E_CONFLICT, "fund.over-budget", "预算 " + key.name() + " 为 " + line->fen.grouped() + "，已占用 " + line->held.grouped() + "，已支付 " + line->paid.grouped() + "，余 " + line->left().grouped() + "，不够 " +
                                                      fen.grouped() + " (above its budget)");
}
void pay_held(Txn& txn, const LineKey& key, Fen fen) { change(txn, key, "held_fen = held_fen - ?, paid_fen = paid_fen + ?", {fen, fen}); }
void give_back_held(Txn& txn, const LineKey& key, Fen fen) { change(txn, key, std::string("held_fen = held_fen - ?") + kOver, {fen, fen, fen}); }
void give_back_paid(Txn& txn, const LineKey& key, Fen fen) { change(txn, key, std::string("paid_fen = paid_fen - ?, returned_fen = returned_fen + ?") + kOver, {fen, fen, fen, fen}); }
void pay_unheld(Txn& txn, const LineKey& key, Fen fen) {
  change(txn, key, "paid_fen = paid_fen + ?, over_fen = case when held_fen + paid_fen + ? > fen then held_fen + paid_fen + ? - fen else 0 end", {fen, fen, fen});
}

void put_in_force(Txn& txn, const LineKey& key, std::int64_t version, Fen fen, bool below_taken) {
  txn.execute("insert into x_funds_line (book, item, year, version, fen, held_fen, paid_fen, returned_fen, over_fen) values (?, ?, ?, 0, 0, 0, 0, 0, 0) on conflict (book, item, year) do nothing",
              {key.book, key.item, key.year});
  if (txn.execute(std::string("update x_funds_line set version = ?, fen = ?, over_fen = 0") + kWhere + " and held_fen + paid_fen <= ?", {version, fen, key.book, key.item, key.year, fen}) == 1) return;
  const auto line = line_of(txn, key);
  if (below_taken) return change(txn, key, "version = ?, fen = ?, over_fen = held_fen + paid_fen - ?", {version, fen, fen});
  throw Error(MIF_E_CONFLICT, "fund.budget-below-taken", "预算 " + key.name() + " 已占用和支付 " + (line->held + line->paid).grouped() + "，不能降到 " + fen.grouped() + " (more is taken already)");
}

}  // namespace mif::funds
