// SPDX-License-Identifier: Apache-2.0
// Reading: open items, their age, and the proof that they add up to the balance.
#include <algorithm>
#include <tuple>

#include "kernel/open_items/internal.h"
#include "mif/pattern.hpp"

namespace mif::open_items {
namespace {

constexpr std::string_view kDefault[] = {"1101", "2001"};
constexpr Day kEnd(99991231);

std::int64_t day_number(Day day) {  // days since some day; differences count
  const std::int64_t y = day.month() <= 2 ? day.year() - 1 : day.year(), m = (day.month() + 9) % 12;
  return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day.day();
}

}  // namespace

std::string Item::id() const { return voucher != 0 ? std::to_string(voucher) + '.' + std::to_string(line) : "o/" + account + '/' + aux; }

std::string party_of(const std::string& aux) {
  const AuxItems parsed = parse_aux(aux);
  const auto found = parsed.find("counterparty");
  return found == parsed.end() ? aux : found->second;
}

std::map<std::string, Fen> taken(store::Txn& txn, std::int64_t book, Day as_of) {
  std::map<std::string, Fen> all;
  txn.query("select p.item, cast(sum(p.fen) as bigint) from open_match m join open_part p on p.book = m.book and p.match_id = m.id where m.book = ? and m.undone_ms = 0 and m.day <= ? group by p.item",
            {book, as_of}, [&](const store::Row& row) { all[std::string(row.text(0))] = row.fen(1); });
  return all;
}

std::vector<std::string> OpenItems::accounts(store::Txn& txn, std::string_view code) const {
  std::vector<std::string> all(std::begin(kDefault), std::end(kDefault));
  txn.query("select account from open_account where book = ? order by account", {ledger_.book(txn, code).id}, [&](const store::Row& row) { all.emplace_back(row.text(0)); });
  return all;
}

std::vector<Item> OpenItems::items(store::Txn& txn, const Query& query) const {
  const ledger::Book book = ledger_.book(txn, query.book);
  const Day as_of = query.as_of == Day() ? kEnd : query.as_of;
  std::string kept;
  for (const auto& account : accounts(txn, query.book)) kept += (kept.empty() ? "" : ",") + account;
  const AccountPattern wanted(query.accounts);
  const AuxFilter filter(query.aux);
  std::vector<Item> all;
  const AccountPattern kept_accounts(kept);
  const Day start(book.start.year, book.start.month, 1);
  if (start <= as_of)
    ledger_.balances(txn, book.code, book.start.year, 0, [&](const ledger::Balance& b) {
      if (!kept_accounts.matches(b.account) || !wanted.matches(b.account) || !filter.matches(b.aux) || b.debit == b.credit) return;
      Item item;
      item.day = start;
      item.label = "期初";
      item.account = b.account;
      item.aux = b.aux;
      item.summary = "期初余额";
      item.amount = b.debit - b.credit;
      all.push_back(std::move(item));
    });
  const int last = static_cast<int>(txn.integer("select max(year) from ledger_period where book = ?", {book.id}).value_or(book.start.year));
  for (int year = book.start.year; year <= std::min(last, as_of.year()); ++year) {
    ledger::LineQuery lines;
    lines.book = book.code;
    lines.year = year;
    lines.accounts = kept;
    lines.aux = query.aux;
    lines.limit = 10000;
    for (bool more = true; more;) {
      const auto page = ledger_.lines(txn, lines);
      more = static_cast<std::int64_t>(page.size()) == lines.limit;
      if (more) {
        lines.after_voucher = page.back().voucher;
        lines.after_line = page.back().line;
      }
      for (const auto& l : page) {
        if (!wanted.matches(l.account) || !(l.day <= as_of)) continue;
        Item item;
        item.voucher = l.voucher;
        item.line = l.line;
        item.day = l.day;
        item.label = l.word + '-' + std::to_string(l.number);
        item.account = l.account;
        item.aux = l.aux;
        item.summary = l.summary;
        item.amount = l.side == MIF_DEBIT ? l.fen : -l.fen;
        all.push_back(std::move(item));
      }
    }
  }
  const auto used = taken(txn, book.id, as_of);
  for (auto& item : all) {
    item.party = party_of(item.aux);
    const auto found = used.find(item.id());
    item.open = found == used.end() ? item.amount : item.amount - found->second;
  }
  if (!query.settled) std::erase_if(all, [](const Item& item) { return item.open == Fen(); });
  std::sort(all.begin(), all.end(), [](const Item& a, const Item& b) {
    return std::tie(a.account, a.party) != std::tie(b.account, b.party) ? std::tie(a.account, a.party) < std::tie(b.account, b.party)
                                                                        : std::tuple(a.day.value(), a.voucher, a.line, std::string_view(a.aux)) < std::tuple(b.day.value(), b.voucher, b.line, std::string_view(b.aux));
  });
  return all;
}

std::vector<AgeRow> OpenItems::ageing(store::Txn& txn, const Query& query, const std::vector<int>& bounds) const {
  if (query.as_of == Day()) throw Error(MIF_E_INVALID, "item.ageing-day", "账龄要一个截止日 (ageing needs a day)");
  if (bounds.empty() || bounds.front() < 0 || !std::is_sorted(bounds.begin(), bounds.end()) || std::adjacent_find(bounds.begin(), bounds.end()) != bounds.end())
    throw Error(MIF_E_INVALID, "item.ageing-bounds", "账龄段应为递增的天数, 如 30,90,180,365 (ageing bounds are growing numbers of days)");
  const ledger::Book book = ledger_.book(txn, query.book);
  const auto chart = charts_.load(txn, book.chart, book.unit, query.as_of);
  Query open = query;
  open.settled = false;
  std::vector<AgeRow> rows;
  for (const auto& item : items(txn, open)) {
    if (rows.empty() || rows.back().account != item.account || rows.back().party != item.party) {
      AgeRow row;
      row.account = item.account;
      row.party = item.party;
      const chart::Account* account = chart->find(item.account);
      row.name = account ? account->full_name : item.account;
      row.buckets.resize(bounds.size() + 1);
      rows.push_back(std::move(row));
    }
    const std::int64_t age = day_number(query.as_of) - day_number(item.day);
    const auto bucket = static_cast<std::size_t>(std::find_if(bounds.begin(), bounds.end(), [&](int bound) { return age <= bound; }) - bounds.begin());
    rows.back().buckets[bucket] += item.open;
    rows.back().total += item.open;
  }
  return rows;
}

std::vector<std::string> OpenItems::check(store::Txn& txn, std::string_view book, Period period) const {
  const int month = std::min(period.month, 12);
  Query query{std::string(book), {}, {}, Day(period.year, month, Day::days_in(period.year, month)), false};
  std::map<std::string, Fen> open, balance;
  for (const auto& item : items(txn, query)) open[item.account] += item.open;
  std::string kept;
  for (const auto& account : accounts(txn, book)) kept += (kept.empty() ? "" : ",") + account;
  const AccountPattern pattern(kept);
  ledger_.balances(txn, book, period.year, month == 12 ? 13 : month, [&](const ledger::Balance& b) {
    if (pattern.matches(b.account)) balance[b.account] += b.debit - b.credit;
  });
  for (const auto& [account, fen] : open) balance.try_emplace(account);
  std::vector<std::string> wrong;
  for (const auto& [account, fen] : balance)
    if (open[account] != fen) wrong.push_back("科目 " + account + " 未核销合计 " + open[account].plain() + ", 余额 " + fen.plain() + " (open items differ from the balance)");
  return wrong;
}

}  // namespace mif::open_items
