// SPDX-License-Identifier: Apache-2.0
// Holds (P6): money promised to payments that are on their way. available = posted balance - open holds.
#include "kernel/audit/row_digest.h"
#include "kernel/ledger/internal.h"
#include "mif/json.hpp"
#include "mif/pattern.hpp"

namespace mif::ledger {
namespace {

struct Hold {
  std::string key, account, aux;
  Fen fen;
  int state = 0;
};

bool within(const AuxItems& small, const AuxItems& big) {
  for (const auto& [dimension, item] : small) {
    const auto found = big.find(dimension);
    if (found == big.end() || found->second != item) return false;
  }
  return true;
}
// Both may draw on the same money: one's auxiliary items include the other's.
bool overlap(std::string_view a, std::string_view b) {
  if (a == b || a.empty() || b.empty()) return true;
  const AuxItems x = parse_aux(a), y = parse_aux(b);
  return within(x, y) || within(y, x);
}

// What is on hold by account and auxiliary items, kept beside the holds under the same lock of the book: thousands of payments on their way are a handful of sums.
struct Held {
  std::string account, aux;
  Fen fen;
  std::int64_t holds = 0;
};

std::vector<Held> open_holds(store::Txn& txn, const Book& book) {
  std::vector<Held> held;
  txn.query("select account, aux, fen, holds from ledger_held where book = ?", {book.id},
            [&](const store::Row& row) { held.push_back({std::string(row.text(0)), std::string(row.text(1)), row.fen(2), row.integer(3)}); });
  return held;
}

void keep_sum(store::Txn& txn, const Book& book, const Hold& hold, Fen fen, std::int64_t holds) {
  std::optional<Held> held;
  txn.query("select fen, holds from ledger_held where book = ? and account = ? and aux = ?", {book.id, hold.account, hold.aux},
            [&](const store::Row& row) { held = Held{hold.account, hold.aux, row.fen(0), row.integer(1)}; });
  if (held && held->holds + holds == 0) txn.execute("delete from ledger_held where book = ? and account = ? and aux = ?", {book.id, hold.account, hold.aux});
  else if (held) txn.execute("update ledger_held set fen = ?, holds = ? where book = ? and account = ? and aux = ?", {held->fen + fen, held->holds + holds, book.id, hold.account, hold.aux});
  else txn.execute("insert into ledger_held (book, account, aux, fen, holds) values (?, ?, ?, ?, ?)", {book.id, hold.account, hold.aux, fen, holds});
}

std::optional<Hold> find_hold(store::Txn& txn, const Book& book, std::string_view key) {
  std::optional<Hold> hold;
  txn.query("select hold_key, account, aux, fen, state from ledger_hold where book = ? and hold_key = ?", {book.id, key}, [&](const store::Row& row) {
    hold = Hold{std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), row.fen(3), static_cast<int>(row.integer(4))};
  });
  return hold;
}

void record(store::Txn& txn, audit::Log& log, const Who& who, const Book& book, const Hold& hold, std::string_view action) {
  Canonical canonical;
  audit::add_values(canonical, {book.id, hold.key, hold.account, hold.aux, hold.fen, hold.state});
  JsonWriter json;
  json.begin_object().field("book", book.code).field("key", hold.key).field("account", hold.account).field("aux", hold.aux).field("fen", hold.fen.value()).field("state", hold.state).end_object();
  log.append(txn, who, {book.unit, std::string(action), "hold:" + book.code + '/' + hold.key, audit::digest_hex(log.alg(), canonical), json.take()});
}

}  // namespace

// The first year whose opening is stored and that still moves carries everything before it in its month 0.
Fen balance_now(store::Txn& txn, const Book& book, std::string_view account, std::string_view aux) {
  const std::int64_t year = txn.integer("select min(year) from ledger_period where book = ? and state = 1 and month <= 12", {book.id}).value_or(book.start.year);
  const AuxFilter filter(aux);
  Fen net;
  txn.query("select aux, debit, credit from ledger_balance where book = ? and year >= ? and account = ? and (month > 0 or year = ?)", {book.id, year, account, year},
            [&](const store::Row& row) {
              if (filter.matches(row.text(0))) net += row.fen(1) - row.fen(2);
            });
  return net;
}

void check_holds(store::Txn& txn, const Context& context, const Movements& movements) {
  if (!context.may_hold) return;
  const Book& book = context.book;
  const Fen none;
  bool takes = false;
  for (const auto& [key, m] : movements) takes = takes || m.net() < none;
  if (!takes) return;
  const auto holds = open_holds(txn, book);
  for (const auto& hold : holds) {
    const AuxFilter filter(hold.aux);
    Fen net, held;
    for (const auto& [key, m] : movements)
      if (key.first == hold.account && filter.matches(key.second)) net += m.net();
    if (net >= none) continue;
    for (const auto& other : holds)
      if (other.account == hold.account && overlap(other.aux, hold.aux)) held += other.fen;
    // Whoever spends what a hold was made for ends that hold first, in the same transaction; everything else leaves the holds whole.
    const Fen left = balance_now(txn, book, hold.account, hold.aux) + net;
    if (left < held)
      throw Error(MIF_E_CONFLICT, "hold.money-held", "账套 " + book.code + " 科目 " + hold.account + " 记账后余额 " + left.grouped() + " 小于在途占用 " + held.grouped() + " (the posting would take money that is on hold)");
  }
}

void Ledger::hold(store::Txn& txn, const Who& who, std::string_view code, std::string_view account, std::string_view aux, Fen fen, std::string_view key) {
  const Context context = context_of(txn, code, {}, Lock::exclusive);
  const Book& book = context.book;
  if (key.empty() || key.size() > 180) throw Error(MIF_E_INVALID, "hold.key", "占用键不能为空或超过 180 字节 (hold key): \"" + std::string(key) + "\"");
  if (fen <= Fen()) throw Error(MIF_E_INVALID, "hold.amount", "占用金额应大于零 (a hold must be positive): " + fen.plain());
  const Hold wanted{std::string(key), std::string(account), format_aux(parse_aux(aux)), fen, kHeld};
  if (const auto known = find_hold(txn, book, key)) {
    if (known->account == wanted.account && known->aux == wanted.aux && known->fen == fen) return;
    throw Error(MIF_E_CONFLICT, "hold.exists", "占用 \"" + std::string(key) + "\" 已存在且内容不同 (same hold key, other content)");
  }
  require_writable(book);
  const auto chart = charts_.load(txn, book.chart, book.unit, clock_.business_day());
  const chart::Account* found = chart->find(account);
  if (!found || !found->leaf) throw Error(MIF_E_INVALID, "hold.account", "不能占用科目 " + wanted.account + ": 不存在或不是末级 (unknown or not a leaf account)");
  Fen held;
  for (const auto& other : open_holds(txn, book))
    if (other.account == wanted.account && overlap(other.aux, wanted.aux)) held += other.fen;
  const Fen available = balance_now(txn, book, account, wanted.aux) * found->side - held;
  if (available < fen)
    throw Error(MIF_E_CONFLICT, "hold.not-enough", "账套 " + book.code + " 科目 " + wanted.account + ' ' + found->full_name + " 可用 " + available.grouped() + ",不足 " + fen.grouped() + " (not enough available money)");
  txn.execute("insert into ledger_hold (book, hold_key, account, aux, fen, state) values (?, ?, ?, ?, ?, ?)", {book.id, wanted.key, wanted.account, wanted.aux, fen, kHeld});
  keep_sum(txn, book, wanted, fen, 1);
  record(txn, log_, who, book, wanted, "hold.open");
}

void Ledger::release(store::Txn& txn, const Who& who, std::string_view code, std::string_view key, bool spent) {
  const Book book = context_of(txn, code, {}, Lock::exclusive).book;
  auto hold = find_hold(txn, book, key);
  if (!hold) throw Error(MIF_E_NOT_FOUND, "hold.not-found", "没有占用 (no such hold) \"" + std::string(key) + "\"");
  const int ended = spent ? kSpent : kReleased;
  if (hold->state == ended) return;
  if (hold->state != kHeld) throw Error(MIF_E_CONFLICT, "hold.ended", "占用 \"" + hold->key + (spent ? "\" 早已退回,不能再付出 (released already)" : "\" 早已付出,不能再退回 (spent already)"));
  hold->state = ended;
  txn.execute("update ledger_hold set state = ? where book = ? and hold_key = ?", {ended, book.id, key});
  keep_sum(txn, book, *hold, -hold->fen, -1);
  record(txn, log_, who, book, *hold, spent ? "hold.spend" : "hold.release");
}

}  // namespace mif::ledger
