// SPDX-License-Identifier: Apache-2.0
// 凭证汇总表 (科目汇总表): what the vouchers of some months moved, by account, and how many there were of each word.
#include <algorithm>
#include <set>

#include "kernel/books/internal.h"

namespace mif::books {

VoucherSummary summary_of(const Reading& reading, const Filter& filter, const std::string& word, int level) {
  if (filter.month_from < 1) throw Error(MIF_E_INVALID, "query.month-from", "凭证汇总从 1 月起 (a voucher summary starts at month 1 or later)");
  const Scope& scope = reading.scope();
  VoucherSummary summary;
  summary.filter = filter;
  summary.word = word;
  std::map<std::string, VoucherSummary::Row> rows;
  std::map<std::string, VoucherSummary::Word> words;
  std::set<std::int64_t> vouchers;
  for (int month = filter.month_from; month <= filter.month_to; ++month)
    for (const auto& line : reading.lines(filter, month, {{}, word, false})) {
      std::string code = line.account;
      while (level > 0 && code.size() > static_cast<std::size_t>(2 + 2 * level)) code = parent_of(code);
      VoucherSummary::Row& row = rows[code];
      (line.side == MIF_DEBIT ? row.debit : row.credit) += line.fen;
      (line.side == MIF_DEBIT ? summary.debit : summary.credit) += line.fen;
      ++row.lines;
      if (!vouchers.insert(line.voucher).second) continue;
      VoucherSummary::Word& w = words[line.word];
      w.word = line.word;
      ++w.vouchers;
      w.attachments += line.attachments;
      if (line.number != 0 && (w.first == 0 || line.number < w.first)) w.first = line.number;
      w.last = std::max(w.last, line.number);
    }
  for (auto& [code, row] : rows) {
    row.account = code;
    row.name = scope.name(code);
    summary.rows.push_back(std::move(row));
  }
  for (auto& [name, w] : words) summary.words.push_back(std::move(w));
  return summary;
}

Drill VoucherSummary::drill(const Row& row, Figure figure) const {
  Drill drill = drill_of(filter, figure);
  drill.below = row.account;
  drill.word = word;
  return drill;
}

}  // namespace mif::books
