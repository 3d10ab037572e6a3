// SPDX-License-Identifier: Apache-2.0
// Recomputation of everything derived: P1 sums, P4 numbers, P6 holds, P8 people, P9 periods, P10 balances. Reads the tables
// as they are; a row that cannot be read is a finding, never an exception.
#include "kernel/ledger/verify_state.h"

#include <algorithm>

#include "mif/pattern.hpp"

namespace mif::ledger {

void Verifier::find(const char* promise, const std::string& object, const std::string& what) { findings_.push_back({promise, object, what}); }

void Verifier::load_books(store::Txn& txn) {
  static const std::string sql = "select " + std::string(kBookColumns) + " from ledger_book b";
  read(txn, "book", sql, {}, [&](const store::Row& row) {
    const Book book = book_of(row);
    books_[book.id].book = book;
  });
  read(txn, "period", "select book, year, month, state, closed_ms from ledger_period", {}, [&](const store::Row& row) {
    const auto found = books_.find(row.integer(0));
    if (found == books_.end()) return find("P3", "period", "期间所属账套 " + std::to_string(row.integer(0)) + " 不存在 (a period without its book)");
    found->second.periods[{static_cast<int>(row.integer(1)), static_cast<int>(row.integer(2))}] = {static_cast<int>(row.integer(3)), row.integer(4)};
  });
}

void Verifier::check(const Scanned& s) {
  const Stored& v = s.voucher;
  const std::string object = object_of(v);
  ++totals_.vouchers;
  if (!s.problem.empty()) return find("P3", object, s.problem);
  if (s.content != v.content_hash) find("P3", object, "凭证 " + name_of(v) + " 的内容与它的摘要不符 (content differs from its hash)");
  BookState& book = books_.at(v.book_id);
  Fen debit, credit;
  try {
    for (const auto& line : v.lines) {
      if (line.side != MIF_DEBIT && line.side != MIF_CREDIT) find("P1", object, "凭证 " + name_of(v) + " 有分录没有借贷方向 (a line without a side)");
      (line.side == MIF_DEBIT ? debit : credit) += line.fen;
    }
    if (debit != credit) find("P1", object, "凭证 " + name_of(v) + " 借贷不平: 借 " + debit.grouped() + " 贷 " + credit.grouped() + " (debit and credit differ)");
    if (v.total != debit) find("P10", object, "凭证 " + name_of(v) + " 的合计 " + v.total.grouped() + " 不等于借方合计 " + debit.grouped() + " (total differs from its lines)");
    const bool in_period = v.period.month == 13 ? v.day.year() == v.period.year && v.day.month() == 12 : Period::of(v.day) == v.period;
    if (!in_period) find("P9", object, "凭证 " + name_of(v) + " 的日期 " + v.day.iso() + " 不在期间 " + v.period.iso() + " 内 (day outside its period)");
    const auto period = book.periods.find(v.period);
    const auto [state, closed_ms] = period == book.periods.end() ? std::pair<int, std::int64_t>{0, 0} : period->second;
    if (state == 0) find("P9", object, "凭证 " + name_of(v) + " 的期间不存在 (its period is missing)");
    if (state == kClosed && v.state < State::posted) find("P9", object, "已结账期间有未记账凭证 " + name_of(v) + " (an unposted voucher in a closed period)");
    if (v.state != State::posted) {
      if (v.number != 0) find("P4", object, "未记账凭证 " + name_of(v) + " 已有编号 (a number before posting)");
      return;
    }
    if (state == kClosed && v.posted_ms > closed_ms) find("P9", object, "凭证 " + name_of(v) + " 在结账之后记账 (posted after its period was closed)");
    if (v.maker == v.reviewer || v.reviewer.empty()) find("P8", object, "凭证 " + name_of(v) + " 的制单与审核不是两个人 (maker and reviewer are not two people)");
    ++totals_.postings;
    if (v.parts == 0 || v.part == 1) group_numbers_[v.word].push_back(v.number);
    if (v.parts != 0) group_parts_[{v.word, v.number}].push_back({v.part, v.parts});
    for (const auto& line : v.lines) {
      key_.assign(line.account).append(1, '\n').append(line.aux);
      group_[key_].add(line.side, line.fen, v.closing);
      book.sum += line.side == MIF_DEBIT ? line.fen : -line.fen;
    }
    totals_.postings += static_cast<std::int64_t>(v.lines.size()) - 1;
  } catch (const Error& error) {
    find("P2", object, "凭证 " + name_of(v) + ": " + error.what());
  }
}

void Verifier::end_group(std::int64_t book_id, Period period) {
  const auto found = books_.find(book_id);
  if (found != books_.end()) {
    for (auto& [word, numbers] : group_numbers_) {
      std::sort(numbers.begin(), numbers.end());
      for (std::size_t i = 0; i < numbers.size(); ++i)
        if (numbers[i] != static_cast<int>(i) + 1) {
          find("P4", "book:" + found->second.book.code, period.iso() + ' ' + word + "字凭证号不连续: 第 " + std::to_string(i + 1) + " 张的编号是 " + std::to_string(numbers[i]) + " (numbers have a gap or a duplicate)");
          break;
        }
      found->second.counters[{period, word}] = static_cast<std::int64_t>(numbers.size());
    }
    for (auto& [key, parts] : group_parts_) {  // 分数编号: 1/n to n/n, each once
      std::sort(parts.begin(), parts.end());
      bool whole = found->second.periods[period].first != kClosed || static_cast<int>(parts.size()) == parts[0].second;
      for (std::size_t i = 0; i < parts.size(); ++i) whole = whole && parts[i].second == parts[0].second && parts[i].first <= parts[i].second && (i == 0 || parts[i - 1].first < parts[i].first);
      if (!whole)
        find("P4", "book:" + found->second.book.code, period.iso() + ' ' + key.first + '-' + std::to_string(key.second) + " 的分数编号不全或重复 (a fraction of this number is missing or doubled)");
    }
    found->second.movements[period] = std::move(group_);
  }
  group_parts_.clear();
  group_numbers_.clear();
  group_.clear();
}

void Verifier::check_counters(store::Txn& txn) {
  read(txn, "counter", "select book, year, month, word, last from ledger_counter", {}, [&](const store::Row& row) {
    const auto book = books_.find(row.integer(0));
    const Period period{static_cast<int>(row.integer(1)), static_cast<int>(row.integer(2))};
    const std::string word(row.text(3)), where = period.iso() + ' ' + word + "字";
    if (book == books_.end()) return find("P4", "counter", where + "的凭证号计数所属账套不存在 (a counter without its book)");
    const auto found = book->second.counters.find({period, word});
    const std::int64_t have = found == book->second.counters.end() ? 0 : found->second;
    if (have != row.integer(4))
      find("P4", "book:" + book->second.book.code, where + "的凭证号计数是 " + std::to_string(row.integer(4)) + ",实有 " + std::to_string(have) + " 张 (the counter differs from the posted vouchers)");
    if (found != book->second.counters.end()) book->second.counters.erase(found);
  });
  for (const auto& [id, book] : books_)
    for (const auto& [key, count] : book.counters)
      find("P4", "book:" + book.book.code, key.first.iso() + ' ' + key.second + "字没有凭证号计数,实有 " + std::to_string(count) + " 张 (the counter is missing)");
}

// Compares the stored rows with the recomputed ones, book after book; the opening of a year is the closing of the year before.
void Verifier::check_balances(store::Txn& txn, BookState& state) {
  const Book& book = state.book;
  const std::string object = "book:" + book.code;
  std::map<int, std::unordered_map<std::string, Fen>> openings;  // by year, debit-positive
  const auto mismatch = [&](int year, int month, const std::string& key, const std::string& what) {
    std::string account = key;
    std::replace(account.begin(), account.end(), '\n', ' ');
    find("P10", object, std::to_string(year) + " 年 " + std::to_string(month) + " 月科目 " + account + ": " + what);
  };
  std::map<Period, std::unordered_map<std::string, Movement>> left = state.movements;
  std::unordered_map<std::string, Fen> start;
  std::map<int, std::unordered_map<std::string, Movement>> stored_openings;
  read(txn, "balance", "select year, month, account, aux, debit, credit, closing_debit, closing_credit from ledger_balance where book = ? order by year, month, account, aux", {book.id},
       [&](const store::Row& row) {
         ++totals_.balances;
         const int year = static_cast<int>(row.integer(0)), month = static_cast<int>(row.integer(1));
         const std::string key = std::string(row.text(2)) + '\n' + std::string(row.text(3));
         const Movement have{row.fen(4), row.fen(5), row.fen(6), row.fen(7)};
         if (month == 0) {
           stored_openings[year][key] = have;
           return;
         }
         auto& group = left[{year, month}];
         const auto found = group.find(key);
         const Movement want = found == group.end() ? Movement{} : found->second;
         if (have.debit != want.debit || have.credit != want.credit)
           mismatch(year, month, key, "余额表 借 " + have.debit.grouped() + " 贷 " + have.credit.grouped() + ",重算 借 " + want.debit.grouped() + " 贷 " + want.credit.grouped() + " (balance differs from the postings)");
         else if (have.closing_debit != want.closing_debit || have.closing_credit != want.closing_credit)
           mismatch(year, month, key, "结转部分与凭证不符 (the closing part differs from the postings)");
         else if (found == group.end())
           mismatch(year, month, key, "余额表多出一行 (a balance without postings)");
         if (found != group.end()) group.erase(found);
       });
  for (const auto& [period, group] : left)
    for (const auto& [key, want] : group) mismatch(period.year, period.month, key, "余额表缺少这一行 (the balance row is missing)");

  Fen opening_sum;
  for (const auto& [key, m] : stored_openings[book.start.year]) opening_sum += m.net();
  if (opening_sum != Fen()) find("P1", object, "期初余额借贷不平,差 " + opening_sum.grouped() + " (opening balances are unbalanced)");
  if (state.sum != Fen()) find("P1", object, "账套借贷不平,差 " + state.sum.grouped() + " (the book is unbalanced)");
  std::unordered_map<std::string, Fen> running;
  for (const auto& [key, m] : stored_openings[book.start.year]) running[key] = m.net();
  const int last_year = std::max(state.movements.empty() ? book.start.year : state.movements.rbegin()->first.year, stored_openings.rbegin()->first);
  for (int year = book.start.year; year <= last_year; ++year) {
    if (year > book.start.year) {
      const auto closed = state.periods.find({year - 1, 12});
      const bool is_carried = closed != state.periods.end() && closed->second.first == kClosed;
      auto stored = stored_openings.find(year) == stored_openings.end() ? std::unordered_map<std::string, Movement>() : stored_openings[year];
      if (!is_carried && !stored.empty()) find("P10", object, std::to_string(year) + " 年有年初余额而上年未结账 (an opening although the year before is open)");
      if (is_carried) {
        for (const auto& [key, net] : running) {
          const auto found = stored.find(key);
          const Movement have = found == stored.end() ? Movement{} : found->second;
          const Fen none, debit = net > none ? net : none, credit = net < none ? -net : none;
          if (have.debit != debit || have.credit != credit || have.closing_debit != none || have.closing_credit != none || (found != stored.end() && net == none))
            mismatch(year, 0, key, "年初余额与上年年末不符 (the opening differs from the closing of the year before)");
          if (found != stored.end()) stored.erase(found);
        }
        for (const auto& [key, have] : stored) mismatch(year, 0, key, "年初余额多出一行 (an opening without a closing before)");
      }
    }
    for (auto it = state.movements.lower_bound({year, 1}); it != state.movements.end() && it->first.year == year; ++it)
      for (const auto& [key, m] : it->second) running[key] += m.net();
  }
  for (const auto& [year, rows] : stored_openings)
    if (year < book.start.year && !rows.empty()) find("P10", object, std::to_string(year) + " 年早于启用期间却有余额 (balances before the book began)");
  check_holds(txn, state, running);
}

void Verifier::check_holds(store::Txn& txn, const BookState& state, const std::unordered_map<std::string, Fen>& nets) {
  std::map<std::pair<std::string, std::string>, std::pair<Fen, std::int64_t>> sums;  // account, auxiliary items: what the holds give, less what is kept beside them
  read(txn, "hold", "select hold_key, account, aux, fen from ledger_hold where book = ? and state = 1", {state.book.id}, [&](const store::Row& row) {
    const AuxFilter filter(row.text(2));
    const std::string account(row.text(1));
    auto& sum = sums[{account, std::string(row.text(2))}];
    sum.first += row.fen(3);
    ++sum.second;
    Fen net;
    for (const auto& [key, value] : nets) {
      const auto end = key.find('\n');
      if (key.compare(0, end, account) == 0 && filter.matches(std::string_view(key).substr(end + 1))) net += value;
    }
    if (net < Fen()) net = -net;
    if (net < row.fen(3))
      find("P6", "hold:" + state.book.code + '/' + std::string(row.text(0)), "科目 " + account + " 余额 " + net.grouped() + " 小于占用 " + row.fen(3).grouped() + " (less money than is on hold)");
  });
  read(txn, "held", "select account, aux, fen, holds from ledger_held where book = ?", {state.book.id}, [&](const store::Row& row) {
    auto& sum = sums[{std::string(row.text(0)), std::string(row.text(1))}];
    sum.first -= row.fen(2);
    sum.second -= row.integer(3) > 0 ? row.integer(3) : 1;  // a sum of nothing is no row
  });
  for (const auto& [key, sum] : sums)
    if (sum.first != Fen() || sum.second != 0)
      find("P6", "hold:" + state.book.code, "科目 " + key.first + (key.second.empty() ? "" : " [" + key.second + "]") + " 的占用合计与逐笔占用不符 (the sum on hold differs from the holds)");
}

void Verifier::read(store::Txn& txn, const char* table, std::string_view sql, std::initializer_list<store::Param> params, const store::EachRow& each) {
  txn.query(sql, params, [&](const store::Row& row) {
    try {
      each(row);
    } catch (const Error& error) {
      find("P3", table, std::string("账务数据有一行读不出 (unreadable row of table ") + table + "): " + error.what());
    }
  });
}

std::vector<audit::Finding> Verifier::run(store::Txn& txn, HashAlg alg, const std::function<void(std::int64_t)>& progress) {
  load_books(txn);
  scan_vouchers(
      txn, alg, {false, true},
      [&](const Scanned& s) {
        if (books_.find(s.voucher.book_id) == books_.end()) {
          ++totals_.vouchers;
          return find("P3", object_of(s.voucher), s.problem.empty() ? "凭证所属账套不存在 (its book is missing)" : s.problem);
        }
        check(s);
        if (progress && totals_.vouchers % 4096 == 0) progress(totals_.vouchers);
      },
      [&](std::int64_t book, Period period) { end_group(book, period); });
  check_counters(txn);
  for (auto& [id, state] : books_) {
    try {
      check_balances(txn, state);
    } catch (const Error& error) {
      find("P2", "book:" + state.book.code, error.what());
    }
  }
  read(txn, "balance", "select distinct x.book from ledger_balance x left join ledger_book b on b.id = x.book where b.id is null", {},
       [&](const store::Row& row) { find("P10", "balance", "余额所属账套 " + std::string(row.text(0)) + " 不存在 (a balance without its book)"); });
  read(txn, "held", "select distinct x.book from ledger_held x left join ledger_book b on b.id = x.book where b.id is null", {},
       [&](const store::Row& row) { find("P6", "hold", "占用合计所属账套 " + std::string(row.text(0)) + " 不存在 (a sum on hold without its book)"); });
  totals_.books = static_cast<std::int64_t>(books_.size());
  if (progress) progress(totals_.vouchers);
  return std::move(findings_);
}

std::vector<audit::Finding> verify(store::Txn& txn, HashAlg alg, Totals* totals, const std::function<void(std::int64_t)>& progress) {
  Verifier verifier;
  auto findings = verifier.run(txn, alg, progress);
  if (totals) *totals = verifier.totals();
  return findings;
}

}  // namespace mif::ledger
