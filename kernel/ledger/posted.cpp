// SPDX-License-Identifier: Apache-2.0
#include "kernel/ledger/posted.h"

#include <unordered_map>

#include "kernel/ledger/internal.h"

namespace mif::ledger {
namespace {

constexpr std::size_t kPage = 500;

std::string of_page(std::string text, const char* order) {
  text += " where book = ? and year = ? and month = ? and voucher in (?";
  for (std::size_t i = 1; i < kPage; ++i) text += ", ?";
  return text + ") order by " + order;
}

}  // namespace

std::vector<Period> posted_periods(store::Txn& txn, const Book& book) {
  std::vector<Period> periods;
  txn.query("select distinct year, month from ledger_balance where book = ? and month > 0 order by year, month", {book.id},
            [&](const store::Row& row) { periods.push_back({static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1))}); });
  return periods;
}

std::int64_t posted_count(store::Txn& txn, const Book& book, Period period) {
  return *txn.integer("select count(*) from ledger_voucher where book = ? and year = ? and month = ? and state = 4", {book.id, period.year, period.month});
}

void each_posted(store::Txn& txn, const Book& book, Period period, const std::function<void(const Voucher&)>& each) {
  static const std::string heads = "select " + std::string(kVoucherColumns) +
                                   " from ledger_voucher v where v.book = ? and v.year = ? and v.month = ? and v.word = ? and v.number >= ? and (v.number > ? or v.part > ?) and v.state = 4 order by v.number, v.part limit ?";
  static const std::string lines = of_page("select voucher, side, fen, account, aux, summary from ledger_line", "voucher, line");
  static const std::string files = of_page("select voucher, digest, name, media_type, bytes from ledger_attachment", "voucher, seq");
  std::vector<std::string> words;
  txn.query("select word from ledger_counter where book = ? and year = ? and month = ? order by word", {book.id, period.year, period.month},
            [&](const store::Row& row) { words.emplace_back(row.text(0)); });
  for (const auto& word : words) {
    int after = 0, part = 0;  // the parts of a fraction number share it
    for (std::size_t read = kPage; read == kPage;) {
      std::vector<Stored> page;
      std::unordered_map<std::int64_t, std::size_t> at;
      txn.query(heads, {book.id, period.year, period.month, word, after, after, part, static_cast<std::int64_t>(kPage)}, [&](const store::Row& row) {
        page.push_back(voucher_of(row));
        page.back().book = book.code;
        at[page.back().id] = page.size() - 1;
      });
      read = page.size();
      if (page.empty()) break;
      after = page.back().number;
      part = page.back().part;
      std::vector<store::Param> params{book.id, period.year, period.month};
      for (std::size_t i = 0; i < kPage; ++i) params.emplace_back(i < page.size() ? page[i].id : std::int64_t{0});
      txn.query(lines, params, [&](const store::Row& row) {
        page[at.at(row.integer(0))].lines.push_back({static_cast<int>(row.integer(1)), row.fen(2), std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5))});
      });
      txn.query(files, params, [&](const store::Row& row) {
        page[at.at(row.integer(0))].files.push_back({std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)), row.integer(4)});
      });
      for (const auto& voucher : page) each(voucher);
    }
  }
}

}  // namespace mif::ledger
