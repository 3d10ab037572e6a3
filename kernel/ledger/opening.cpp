// SPDX-License-Identifier: Apache-2.0
// Opening balances of a book: tried first, with everything that is wrong with them at once, then set.
#include "kernel/audit/row_digest.h"
#include "kernel/ledger/internal.h"
#include "mif/json.hpp"

namespace mif::ledger {
namespace {

struct Tried {
  OpeningTrial trial;
  std::map<AccountAux, Fen> nets;
};

Tried try_lines(const chart::Chart& chart, const std::vector<Line>& lines) {
  Tried tried;
  int number = 0;
  std::map<std::string, TrialLine> accounts;
  for (const auto& line : lines) {
    ++number;
    const auto wrong = [&](const char* rule, const char* column, const std::string& what) { tried.trial.problems.push_back({number, column, what + " [" + rule + "]"}); };
    const chart::Account* account = chart.find(line.account);
    if (!account) {
      wrong("account.unknown", "account", "没有科目 (unknown account) " + line.account);
      continue;
    }
    if (!account->leaf) {
      wrong("account.not-leaf", "account", "科目 " + line.account + ' ' + account->full_name + " 不是末级 (not a leaf account)");
      continue;
    }
    if (line.side != MIF_DEBIT && line.side != MIF_CREDIT) {
      wrong("voucher.line-side", "side", "方向不对 (side)");
      continue;
    }
    std::string aux;
    try {
      aux = chart.check_aux(*account, line.aux);
    } catch (const Error& error) {
      tried.trial.problems.push_back({number, "aux", error.what()});
      continue;
    }
    const Fen signed_fen = line.side == MIF_DEBIT ? line.fen : -line.fen;
    tried.nets[{line.account, aux}] += signed_fen;
    TrialLine& sum = accounts[line.account];
    sum.name = account->full_name;
    sum.closing += signed_fen;
  }
  for (auto& [code, line] : accounts) {
    line.account = code;
    if (line.closing > Fen()) tried.trial.debit += line.closing;
    else tried.trial.credit -= line.closing;
    tried.trial.lines.push_back(std::move(line));
  }
  const Fen off = tried.trial.debit - tried.trial.credit;
  if (tried.trial.problems.empty() && off != Fen())
    tried.trial.problems.push_back({0, "amount", "期初借贷不平: 借方 " + tried.trial.debit.grouped() + ", 贷方 " + tried.trial.credit.grouped() + ", 差额 " + off.plain() + " (opening balances are unbalanced by " + off.plain() + ")"});
  return tried;
}

}  // namespace

OpeningTrial Ledger::try_opening(store::Txn& txn, std::string_view code, const std::vector<Line>& lines) const {
  const Book book = context_of(txn, code, {}).book;
  return try_lines(*charts_.load(txn, book.chart, book.unit, Day(book.start.year, book.start.month, 1)), lines).trial;
}

void Ledger::set_opening(store::Txn& txn, const Who& who, std::string_view code, const std::vector<Line>& lines) {
  const Context context = context_of(txn, code, {}, Lock::exclusive);
  const Book& book = context.book;
  require_writable(book);
  require_unlocked(txn, book, book.start, locks(txn, code, book.start), Area::opening, who.actor);
  if (txn.integer("select count(*) from ledger_counter where book = ?", {book.id}).value_or(0) > 0)
    throw Error(MIF_E_CONFLICT, "opening.fixed", "账套 " + book.code + " 已经记账,期初余额不能再改 (opening balances are fixed by the first posting)");
  const auto [trial, nets] = try_lines(*charts_.load(txn, book.chart, book.unit, Day(book.start.year, book.start.month, 1)), lines);
  if (!trial.problems.empty()) {
    const OpeningProblem& first = trial.problems.front();
    const std::string count = trial.problems.size() > 1 ? " (共 " + std::to_string(trial.problems.size()) + " 处问题,见 mifctl opening check)" : "";
    throw Error(MIF_E_INVALID, "账套 " + book.code + (first.line ? " 期初第 " + std::to_string(first.line) + " 行" : " 期初") + count + ": " + first.what);
  }
  const std::string before = opening_digest(txn, log_.alg(), book);
  const bool existed = !before.empty();
  txn.execute("delete from ledger_balance where book = ? and month = 0", {book.id});
  std::vector<store::Param> rows;
  std::int64_t count = 0;
  for (const auto& [key, net] : nets) {
    if (net == Fen()) continue;
    const Fen none;
    rows.insert(rows.end(), {book.id, book.start.year, 0, key.first, key.second, net > none ? net : none, net < none ? -net : none, 0, 0});
    ++count;
  }
  if (!rows.empty()) txn.bulk_insert("ledger_balance", kBalanceNames, rows);
  const std::string after = opening_digest(txn, log_.alg(), book);
  if (after == before) return;
  JsonWriter json;
  json.begin_object().field("book", book.code).field("rows", count).key("balances").begin_array();
  for (const auto& [key, net] : nets)
    if (net != Fen()) json.begin_object().field("account", key.first).field("aux", key.second).field("fen", net.value()).end_object();
  json.end_array().end_object();
  log_.append(txn, who, {book.unit, "book.opening", "opening:" + book.code, after.empty() && existed ? std::string(audit::kGone) : after, json.take()});
}

}  // namespace mif::ledger
