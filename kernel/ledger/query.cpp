// SPDX-License-Identifier: Apache-2.0
// Reading vouchers and posted lines in pages.
#include <unordered_map>

#include "kernel/ledger/internal.h"
#include "mif/pattern.hpp"

namespace mif::ledger {
namespace {

struct Head {
  bool counts = false;  // posted and wanted
  int number = 0, part = 0, parts = 0;
  Day day;
  std::string word;
};

// A text as the middle of a LIKE pattern, its own wildcards taken literally.
std::string like_pattern(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + '%';
}

}  // namespace

std::vector<Voucher> Ledger::vouchers(store::Txn& txn, const VoucherQuery& q) const {
  std::vector<store::Param> params;
  std::string sql = "select " + std::string(kVoucherColumns) + ", b.code from ledger_voucher v join ledger_book b on b.id = v.book where v.id > ?";
  params.push_back(q.after_id);
  const auto add = [&](const char* condition, store::Param value) {
    sql += condition;
    params.push_back(value);
  };
  if (!q.book.empty()) add(" and v.book = ?", context_of(txn, q.book, {}).book.id);
  if (q.year != 0) add(" and v.year = ?", q.year);
  if (q.month != 0) add(" and v.month = ?", q.month);
  if (q.state != 0) add(" and v.state = ?", q.state);
  if (!q.source_plugin.empty()) add(" and v.source_plugin = ?", q.source_plugin);
  if (!q.source_key.empty()) add(" and v.source_key = ?", q.source_key);
  if (!q.word.empty()) add(" and v.word = ?", q.word);
  if (q.number_from != 0) add(" and v.number >= ?", q.number_from);
  if (q.number_to != 0) add(" and v.number <= ?", q.number_to);
  if (q.day_from.value() != 0) add(" and v.day >= ?", q.day_from);
  if (q.day_to.value() != 0) add(" and v.day <= ?", q.day_to);
  if (!q.maker.empty()) add(" and v.maker = ?", q.maker);
  if (!q.reviewer.empty()) add(" and v.reviewer = ?", q.reviewer);
  if (q.total_from) add(" and v.total >= ?", *q.total_from);
  if (q.total_to) add(" and v.total <= ?", *q.total_to);
  constexpr std::string_view of_it = "book = v.book and x.year = v.year and x.month = v.month and x.voucher = v.id";
  const auto some_line = [&](const std::string& condition) { sql += " and exists (select 1 from ledger_line x where x." + std::string(of_it) + " and " + condition + ")"; };
  if (q.with_files) sql += " and exists (select 1 from ledger_attachment x where x." + std::string(of_it) + ")";
  const std::string words = like_pattern(q.text), below = q.account + '%', item = "%;" + q.aux + ";%";
  if (!q.text.empty()) {
    sql += " and (v.summary like ? escape '!' or exists (select 1 from ledger_line x where x." + std::string(of_it) + " and x.summary like ? escape '!'))";
    params.insert(params.end(), {words, words});
  }
  if (!q.account.empty() && q.account.find_first_not_of("0123456789") != std::string::npos) throw Error(MIF_E_INVALID, "account.not-digits", "科目应为数字编码 (an account is digits): \"" + q.account + '"');
  if (!q.account.empty()) some_line("x.account like ?"), params.push_back(below);
  if (!q.aux.empty()) some_line("';' || x.aux || ';' like ?"), params.push_back(item);
  if (q.line_fen) some_line("x.fen = ?"), params.push_back(*q.line_fen);
  add(" order by v.id limit ?", q.limit <= 0 ? 1000 : q.limit);
  std::vector<Voucher> found;
  txn.query(sql, params, [&](const store::Row& row) {
    Stored v = voucher_of(row);
    v.book = row.text(kVoucherWidth);
    found.push_back(std::move(v));
  });
  return found;
}

// Ordered by (month, voucher, line). Lines are filtered page by page, and heads are read for the lines that match only.
std::vector<LineRow> Ledger::lines(store::Txn& txn, const LineQuery& q) const {
  const Book book = context_of(txn, q.book, {}).book;
  const AccountPattern pattern(q.accounts);
  const AuxFilter filter(q.aux);
  const std::int64_t limit = q.limit <= 0 ? 1000 : q.limit;
  constexpr std::int64_t kPage = 4096;
  std::vector<LineRow> result;
  std::unordered_map<std::string, bool> account_in, aux_in;
  std::unordered_map<std::int64_t, Head> heads;
  int month = q.month_from;
  std::int64_t voucher = q.after_voucher;
  int line = q.after_line;
  if (voucher != 0) {
    const auto its = txn.integer("select month from ledger_voucher where id = ? and book = ? and year = ?", {voucher, book.id, q.year});
    if (!its) throw Error(MIF_E_INVALID, "query.page-key", "续查位置不在该账套该年度 (the page key is not of this book and year): " + std::to_string(voucher));
    month = static_cast<int>(*its);
  }
  for (; month <= q.month_to; ++month, voucher = 0, line = 0) {
    for (std::int64_t read = kPage; read == kPage;) {
      read = 0;
      std::vector<LineRow> page;
      txn.query("select voucher, line, side, fen, account, aux, summary from ledger_line where book = ? and year = ? and month = ? and (voucher > ? or (voucher = ? and line > ?)) "
                "and voucher >= ? order by voucher, line limit ?",
                {book.id, q.year, month, voucher, voucher, line, voucher, kPage}, [&](const store::Row& row) {
                  ++read;
                  voucher = row.integer(0);
                  line = static_cast<int>(row.integer(1));
                  std::string account(row.text(4)), aux(row.text(5));
                  auto [a, new_account] = account_in.try_emplace(account, false);
                  if (new_account) a->second = pattern.matches(account);
                  if (!a->second) return;
                  auto [x, new_aux] = aux_in.try_emplace(aux, false);
                  if (new_aux) x->second = filter.matches(aux);
                  if (!x->second) return;
                  LineRow& r = page.emplace_back();
                  r.voucher = voucher;
                  r.line = line;
                  r.side = static_cast<int>(row.integer(2));
                  r.period = {q.year, month};
                  r.fen = row.fen(3);
                  r.account = std::move(account);
                  r.aux = std::move(aux);
                  r.summary = row.text(6);
                });
      // The heads of a page: one by one when few lines of it are wanted, else all between its first and last.
      const auto learn = [&](const store::Row& row) {
        if (row.integer(1) != static_cast<int>(State::posted) || (q.without_closing && row.integer(5) != 0) ||
            (q.posted_until_ms != 0 && row.integer(8) > q.posted_until_ms))
          return;
        heads[row.integer(0)] = {true, static_cast<int>(row.integer(2)), static_cast<int>(row.integer(6)), static_cast<int>(row.integer(7)), row.day(3), std::string(row.text(4))};
      };
      const std::string head_sql = "select id, state, number, day, word, closing, part, parts, posted_ms from ledger_voucher where book = ? and year = ? and month = ? and id ";
      const bool dense = static_cast<std::int64_t>(page.size()) * 8 > read;
      heads.clear();
      if (dense && !page.empty()) txn.query(head_sql + ">= ? and id <= ?", {book.id, q.year, month, page.front().voucher, page.back().voucher}, learn);
      for (auto& r : page) {
        if (auto [head, unknown] = heads.try_emplace(r.voucher); unknown && !dense) txn.query(head_sql + "= ?", {book.id, q.year, month, r.voucher}, learn);
        const Head& h = heads[r.voucher];
        if (!h.counts) continue;
        r.number = h.number;
        r.part = h.part;
        r.parts = h.parts;
        r.day = h.day;
        r.word = h.word;
        result.push_back(std::move(r));
        if (static_cast<std::int64_t>(result.size()) == limit) return result;
      }
    }
  }
  return result;
}

}  // namespace mif::ledger
