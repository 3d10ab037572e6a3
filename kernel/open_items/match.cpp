// SPDX-License-Identifier: Apache-2.0
// Matching and undoing.
#include <algorithm>
#include <set>

#include "kernel/audit/row_digest.h"
#include "kernel/open_items/internal.h"
#include "mif/json.hpp"
#include "mif/pattern.hpp"

namespace mif::open_items {
namespace {

constexpr std::string_view kColumns = "m.id, m.account, m.party, m.day, m.method, m.rule, m.rule_version, m.made_by, m.made_ms, m.undone_by, m.undone_ms, m.undo_reason";

Match match_of(const store::Row& row, std::string_view book) {
  Match m;
  m.id = row.integer(0);
  m.book = book;
  m.account = row.text(1);
  m.party = row.text(2);
  m.day = row.day(3);
  m.method = row.text(4);
  m.rule = row.text(5);
  m.rule_version = static_cast<int>(row.integer(6));
  m.made_by = row.text(7);
  m.made_ms = row.integer(8);
  m.undone_by = row.text(9);
  m.undone_ms = row.integer(10);
  m.undo_reason = row.text(11);
  return m;
}

std::string body_of(const Match& m) {
  JsonWriter json;
  json.begin_object().field("match", m.id).field("book", m.book).field("account", m.account).field("party", m.party).field("day", m.day.iso()).field("method", m.method).field("rule", m.rule).field("ruleVersion", m.rule_version);
  if (m.undone_ms != 0) json.field("reason", m.undo_reason);
  json.key("parts").begin_array();
  for (const auto& part : m.parts) json.begin_object().field("item", part.item).field("fen", part.fen.value()).end_object();
  json.end_array().end_object();
  return json.take();
}

std::string open_account_digest(HashAlg alg, std::string_view book, std::string_view account) {
  Canonical canonical;
  audit::add_values(canonical, {book, account});
  return audit::digest_hex(alg, canonical);
}

}  // namespace

// The entry comes first: it locks the head of the unit's chain, so that what is read as open afterwards stays open.
Match OpenItems::record(store::Txn& txn, const Who& who, const ledger::Book& book, Match m, const Amounts& amounts) {
  m.id = txn.next_id("open_match");
  m.made_by = who.actor;
  m.made_ms = clock_.now_unix_ms();
  log_.append(txn, who, {book.unit, "items.match", object_of(m.id), digest_of(log_.alg(), book.id, m), body_of(m)});
  for (const auto& part : m.parts) {
    const Fen used(txn.integer("select cast(sum(p.fen) as bigint) from open_part p join open_match m on m.id = p.match_id where p.book = ? and p.item = ? and m.undone_ms = 0", {book.id, part.item}).value_or(0));
    const Fen none, amount = amounts.at(part.item), open = amount - used;
    if (amount > none ? part.fen > open : part.fen < open)
      throw Error(MIF_E_CONFLICT, "item.less-open", "往来项 " + part.item + " 只余 " + open.plain() + " 未核销, 不能再核销 " + part.fen.plain() + ", 请先看最新未核销清单 (less is open than this match takes; list the open items again)");
  }
  txn.execute("insert into open_match (id, book, account, party, day, method, rule, rule_version, made_by, made_ms, undone_by, undone_ms, undo_reason) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, '')",
              {m.id, book.id, m.account, m.party, m.day, m.method, m.rule, m.rule_version, m.made_by, m.made_ms});
  int number = 0;
  for (const auto& part : m.parts) txn.execute("insert into open_part (book, match_id, part, item, fen) values (?, ?, ?, ?, ?)", {book.id, m.id, ++number, part.item, part.fen});
  return m;
}

Match OpenItems::match(store::Txn& txn, const Who& who, std::string_view code, const std::vector<Part>& parts) {
  const ledger::Book book = ledger_.book(txn, code);
  if (parts.size() < 2) throw Error(MIF_E_INVALID, "item.too-few", "核销至少要一借一贷两项 (a match needs at least two items)");
  std::map<std::string, Item> known;
  Amounts amounts;
  for (const auto& item : items(txn, {book.code, {}, {}, {}, true})) {
    known.emplace(item.id(), item);
    amounts[item.id()] = item.amount;
  }
  Match m;
  m.book = book.code;
  m.method = "manual";
  Fen sum;
  std::set<std::string> seen;
  const Fen none;
  for (const auto& part : parts) {
    const auto found = known.find(part.item);
    if (found == known.end())
      throw Error(MIF_E_NOT_FOUND, "item.not-found", "账套 " + book.code + " 没有往来项 " + part.item + ", 只有已记账的往来科目分录可以核销 (no such open item; only posted lines of accounts kept open can be matched)");
    const Item& item = found->second;
    if (!seen.insert(part.item).second) throw Error(MIF_E_INVALID, "item.twice", "往来项 " + part.item + " 写了两次 (item given twice)");
    if (m.account.empty()) {
      m.account = item.account;
      m.party = item.party;
    }
    if (item.account != m.account)
      throw Error(MIF_E_INVALID, "item.other-account", "往来项 " + part.item + " 是科目 " + item.account + ", 不是 " + m.account + ", 跨科目请先做转账凭证 (items of two accounts; make a voucher first)");
    if (item.party != m.party)
      throw Error(MIF_E_INVALID, "item.other-party", "往来项 " + part.item + " 的往来单位是 \"" + item.party + "\", 不是 \"" + m.party + "\", 不能互相核销 (items of two counterparties)");
    const Fen fen = part.fen == none ? item.open : part.fen;
    if (fen == none) throw Error(MIF_E_CONFLICT, "item.settled", "往来项 " + part.item + " 已经全部核销 (the item is settled already)");
    if ((fen > none) != (item.amount > none))
      throw Error(MIF_E_INVALID, "item.sign", "往来项 " + part.item + " 是" + (item.amount > none ? "借方 (正数)" : "贷方 (负数)") + ", 核销金额 " + fen.plain() + " 方向不对 (the amount has the wrong sign; credits are negative)");
    if (m.day < item.day) m.day = item.day;
    sum += fen;
    m.parts.push_back({part.item, fen});
  }
  if (sum != none) throw Error(MIF_E_INVALID, "item.unbalanced", "核销借贷不等, 差额 " + sum.plain() + ", 请写明部分核销的金额 (the match is unbalanced by " + sum.plain() + "; say how much of an item it takes)");
  return record(txn, who, book, std::move(m), amounts);
}

std::vector<Match> OpenItems::match_automatically(store::Txn& txn, const Who& who, const Query& query, const std::vector<std::string>& wanted) {
  const ledger::Book book = ledger_.book(txn, query.book);
  Amounts amounts;
  for (const auto& item : items(txn, query)) amounts[item.id()] = item.amount;
  std::vector<Match> made;
  for (auto& proposal : propose(txn, query, wanted)) made.push_back(record(txn, who, book, std::move(proposal), amounts));
  return made;
}

std::vector<Match> OpenItems::matches(store::Txn& txn, std::string_view code, bool undone_too) const {
  const ledger::Book book = ledger_.book(txn, code);
  std::vector<Match> all;
  txn.query("select " + std::string(kColumns) + " from open_match m where m.book = ? order by m.id", {book.id}, [&](const store::Row& row) {
    if (undone_too || row.integer(10) == 0) all.push_back(match_of(row, book.code));
  });
  std::size_t at = 0;
  txn.query("select match_id, item, fen from open_part where book = ? order by match_id, part", {book.id}, [&](const store::Row& row) {
    while (at < all.size() && all[at].id < row.integer(0)) ++at;
    if (at < all.size() && all[at].id == row.integer(0)) all[at].parts.push_back({std::string(row.text(1)), row.fen(2)});
  });
  return all;
}

std::string OpenItems::book_of(store::Txn& txn, std::int64_t match) const {
  const auto code = txn.text("select b.code from open_match m join ledger_book b on b.id = m.book where m.id = ?", {match});
  if (!code) throw Error(MIF_E_NOT_FOUND, "item.match-not-found", "没有核销记录 (no such match) " + std::to_string(match));
  return *code;
}

void OpenItems::undo(store::Txn& txn, const Who& who, std::int64_t id, std::string_view reason) {
  if (reason.empty()) throw Error(MIF_E_INVALID, "item.undo-reason", "取消核销要写原因 (say why the match is undone)");
  const ledger::Book book = ledger_.book(txn, book_of(txn, id));
  auto all = matches(txn, book.code, true);
  Match& m = *std::find_if(all.begin(), all.end(), [&](const Match& one) { return one.id == id; });
  const auto already = [&] { return Error(MIF_E_CONFLICT, "item.match-undone", "核销 " + std::to_string(id) + " 已经取消过 (the match was undone already)"); };
  if (m.undone_ms != 0) throw already();
  m.undone_by = who.actor;
  m.undone_ms = clock_.now_unix_ms();
  m.undo_reason = reason;
  log_.append(txn, who, {book.unit, "items.undo", object_of(id), digest_of(log_.alg(), book.id, m), body_of(m)});
  if (txn.execute("update open_match set undone_by = ?, undone_ms = ?, undo_reason = ? where id = ? and undone_ms = 0", {m.undone_by, m.undone_ms, m.undo_reason, id}) != 1) throw already();
}

void OpenItems::flag(store::Txn& txn, const Who& who, std::string_view code, std::string_view account) {
  const ledger::Book book = ledger_.book(txn, code);
  if (!charts_.load(txn, book.chart, book.unit, Day(book.start.year, 12, 31))->find(account)) throw Error(MIF_E_NOT_FOUND, "account.not-found", "没有科目 (no such account) \"" + std::string(account) + "\"");
  for (const auto& kept : accounts(txn, code))
    if (AccountPattern(kept).matches(account)) throw Error(MIF_E_CONFLICT, "item.account-open", "科目 " + std::string(account) + " 已经按往来核销 (the account is kept open already)");
  JsonWriter json;
  json.begin_object().field("book", book.code).field("account", account).end_object();
  log_.append(txn, who, {book.unit, "items.flag", "open-account:" + book.code + '/' + std::string(account), open_account_digest(log_.alg(), book.code, account), json.take()});
  txn.execute("insert into open_account (book, account) values (?, ?)", {book.id, account});
}

void OpenItems::unflag(store::Txn& txn, const Who& who, std::string_view code, std::string_view account) {
  const ledger::Book book = ledger_.book(txn, code);
  JsonWriter json;
  json.begin_object().field("book", book.code).field("account", account).end_object();
  log_.append(txn, who, {book.unit, "items.unflag", "open-account:" + book.code + '/' + std::string(account), std::string(audit::kGone), json.take()});
  if (txn.execute("delete from open_account where book = ? and account = ?", {book.id, account}) == 0)
    throw Error(MIF_E_NOT_FOUND, "item.account-not-flagged", "账套 " + book.code + " 没有另设科目 " + std::string(account) + " 为往来核销 (the account was not flagged)");
  for (const auto& m : matches(txn, code, false))
    if (AccountPattern(account).matches(m.account))
      throw Error(MIF_E_CONFLICT, "item.matches-stand", "科目 " + std::string(account) + " 还有核销记录 " + std::to_string(m.id) + ", 请先取消核销 (matches stand on the account; undo them first)");
}

}  // namespace mif::open_items
