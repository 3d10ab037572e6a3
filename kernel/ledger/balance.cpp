// SPDX-License-Identifier: Apache-2.0
// Balances: kept by posting, read as one range of (book, year).
#include <algorithm>
#include <set>

#include "kernel/ledger/internal.h"

namespace mif::ledger {
namespace {

constexpr std::string_view kRead =
    "select month, account, aux, debit, credit, closing_debit, closing_credit from ledger_balance where book = ? and year = ? and month <= ? order by month, account, aux";

BalanceView balance_of(const store::Row& row) {
  return {static_cast<int>(row.integer(0)), row.text(1), row.text(2), row.fen(3), row.fen(4), row.fen(5), row.fen(6)};
}

// "insert .. values (?,..), .. on conflict .. do update" for n rows.
const std::string& upsert_statement(std::size_t n) {
  static const std::vector<std::string> statements = [] {
    std::vector<std::string> made;
    std::string values;
    for (std::size_t rows = 1; rows <= 16; ++rows) {
      values += rows == 1 ? "(?, ?, ?, ?, ?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?, ?, ?, ?, ?)";
      made.push_back("insert into ledger_balance (book, year, month, account, aux, debit, credit, closing_debit, closing_credit) values " + values +
                     " on conflict (book, year, month, account, aux) do update set debit = ledger_balance.debit + excluded.debit, "
                     "credit = ledger_balance.credit + excluded.credit, closing_debit = ledger_balance.closing_debit + excluded.closing_debit, "
                     "closing_credit = ledger_balance.closing_credit + excluded.closing_credit");
    }
    return made;
  }();
  return statements[n - 1];
}

void upsert_one_by_one(store::Txn& txn, std::int64_t book, Period period, const Movements& movements) {
  for (const auto& [key, m] : movements) {
    const auto changed = txn.execute("update ledger_balance set debit = debit + ?, credit = credit + ?, closing_debit = closing_debit + ?, closing_credit = closing_credit + ? "
                                     "where book = ? and year = ? and month = ? and account = ? and aux = ?",
                                     {m.debit, m.credit, m.closing_debit, m.closing_credit, book, period.year, period.month, key.first, key.second});
    if (changed == 0)
      txn.execute("insert into ledger_balance (book, year, month, account, aux, debit, credit, closing_debit, closing_credit) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  {book, period.year, period.month, key.first, key.second, m.debit, m.credit, m.closing_debit, m.closing_credit});
  }
}

}  // namespace

void Movement::add(int side, Fen fen, bool closing) {
  (side == MIF_DEBIT ? debit : credit) += fen;
  if (closing) (side == MIF_DEBIT ? closing_debit : closing_credit) += fen;
}

void add_lines(Movements& movements, const Voucher& v) {
  for (const auto& line : v.lines) movements[{line.account, line.aux}].add(line.side, line.fen, v.closing);
}

void upsert_balances(store::Txn& txn, std::int64_t book, Period period, const Movements& movements) {
  constexpr std::size_t kRows = 16;
  try {
    if (txn.dialect() == store::Dialect::generic) return upsert_one_by_one(txn, book, period, movements);
    std::vector<store::Param> values;
    std::size_t left = movements.size(), rows = 0;
    for (const auto& [key, m] : movements) {
      values.insert(values.end(), {book, period.year, period.month, key.first, key.second, m.debit, m.credit, m.closing_debit, m.closing_credit});
      --left;
      if (++rows < kRows && left > 0) continue;
      txn.execute_later(upsert_statement(rows), values);
      values.clear();
      rows = 0;
    }
  } catch (const Error& error) {
    if (error.code() != MIF_E_INTERNAL) throw;
    throw Error(MIF_E_INVALID, "balance.overflow", std::string("余额超出范围或余额表损坏,不记账 (a balance would overflow): ") + error.what());
  }
}

bool carried(store::Txn& txn, const Book& book, int year) {
  if (year <= book.start.year) return true;
  return txn.integer("select state from ledger_period where book = ? and year = ? and month = 12", {book.id, year - 1}).value_or(kOpen) == kClosed;
}

std::map<AccountAux, Fen> closing_nets(store::Txn& txn, const Book& book, int year, int month_to) {
  std::map<AccountAux, Fen> nets;
  if (year < book.start.year) return nets;
  if (!carried(txn, book, year)) nets = closing_nets(txn, book, year - 1, 13);
  txn.query(kRead, {book.id, year, month_to}, [&](const store::Row& row) {
    nets[{std::string(row.text(1)), std::string(row.text(2))}] += row.fen(3) - row.fen(4);
  });
  return nets;
}

void carry_forward(store::Txn& txn, const Book& book, int year) {
  const auto nets = closing_nets(txn, book, year, 13);
  txn.execute("delete from ledger_balance where book = ? and year = ? and month = 0", {book.id, year + 1});
  std::vector<store::Param> rows;
  const Fen none;
  for (const auto& [key, net] : nets)
    if (net != none) rows.insert(rows.end(), {book.id, year + 1, 0, key.first, key.second, net > none ? net : none, net < none ? -net : none, 0, 0});
  if (!rows.empty()) txn.bulk_insert("ledger_balance", kBalanceNames, rows);
}

void Ledger::balances(store::Txn& txn, std::string_view code, int year, int month_to, const std::function<void(const Balance&)>& each) const {
  each_balance(txn, code, year, month_to, [&](const BalanceView& b) {
    each({b.month, std::string(b.account), std::string(b.aux), b.debit, b.credit, b.closing_debit, b.closing_credit});
    return true;
  });
}

void Ledger::each_balance(store::Txn& txn, std::string_view code, int year, int month_to, const std::function<bool(const BalanceView&)>& each) const {
  const Context context = context_of(txn, code, {year - 1, 12});
  const Book& book = context.book;
  if (year < book.start.year) return;
  if (year > book.start.year && context.period_state != kClosed) {  // the year before is still open: its balances so far
    const Fen none;
    for (const auto& [key, net] : closing_nets(txn, book, year - 1, 13))
      if (net != none && !each({0, key.first, key.second, net > none ? net : none, net < none ? -net : none, none, none})) return;
  }
  bool more = true;
  txn.query(kRead, {book.id, year, month_to}, [&](const store::Row& row) { more = more && each(balance_of(row)); });
}

std::vector<TrialLine> Ledger::trial_balance(store::Txn& txn, std::string_view code, int year, int month_from, int month_to) const {
  if (month_from < 1 || month_to < month_from || month_to > 13)
    throw Error(MIF_E_INVALID, "period.range", "期间范围不对 (months must be 1..13, from <= to): " + std::to_string(month_from) + ".." + std::to_string(month_to));
  std::map<std::string, TrialLine, std::less<>> lines;
  std::set<std::string, std::less<>> moved;  // red and blue may add up to nothing
  balances(txn, code, year, month_to, [&](const Balance& b) {
    auto found = lines.find(b.account);
    if (found == lines.end()) found = lines.emplace(b.account, TrialLine{b.account, {}, {}, {}, {}, {}}).first;
    TrialLine& line = found->second;
    if (b.month >= month_from) moved.insert(b.account);
    if (b.month < month_from) {
      line.opening += b.debit - b.credit;
    } else {
      line.debit += b.debit;
      line.credit += b.credit;
    }
    line.closing += b.debit - b.credit;
  });
  const Book book = context_of(txn, code, {}).book;
  const int month = std::min(month_to, 12);
  const auto chart = charts_.load(txn, book.chart, book.unit, Day(year, month, Day::days_in(year, month)));
  std::vector<TrialLine> result;
  const Fen none;
  for (auto& [account, line] : lines) {
    if (moved.count(account) == 0 && line.opening == none && line.debit == none && line.credit == none && line.closing == none) continue;
    const chart::Account* known = chart->find(account);
    line.name = known ? known->full_name : account;
    result.push_back(std::move(line));
  }
  return result;
}

}  // namespace mif::ledger
