// SPDX-License-Identifier: Apache-2.0
// Reading vouchers in pages.
#include "kernel/ledger/internal.h"

namespace mif::ledger {
namespace {

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

}  // namespace mif::ledger
