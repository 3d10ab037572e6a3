// SPDX-License-Identifier: Apache-2.0
// Tables over all accounts: 科目余额表, 辅助余额表, 凭证汇总表, 序时簿; and the choice of a ledger by its name.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "kernel/print/aux_words.h"
#include "kernel/print/ledger_head.h"
#include "mif/error.hpp"

namespace mif::print {
namespace {

using sheet::Cell;
using sheet::Column;
using sheet::Head;
using sheet::if_any;
using sheet::Kind;
using sheet::Row;
using sheet::RowKind;

std::string month_words(int from, int to) { return from == 1 && to >= 12 ? "全年" : from == to ? fmt::format("{:02} 月", from) : fmt::format("{:02}—{:02} 月", from, to); }

// 期初, 本期, 本年累计, 期末: a debit and a credit column each.
constexpr std::size_t kSums = 8;
using Amounts = std::array<Fen, kSums>;

void add_sum_columns(std::vector<Column>& columns) {
  for (const char* group : {"期初余额", "本期发生额", "本年累计发生额", "期末余额"})
    for (const char* side : {"借方", "贷方"}) columns.push_back({side, Kind::money, 16, group});
}

Amounts amounts_of(const books::Sums& sums) {
  const Fen none;
  const auto debit = [&](Fen net) { return net > none ? net : none; };
  return {debit(sums.opening), debit(-sums.opening), sums.debit, sums.credit, sums.year_debit, sums.year_credit, debit(sums.closing), debit(-sums.closing)};
}

void put_total(sheet::Receiver& receiver, std::size_t words, const Amounts& total) {
  Row sum;
  sum.kind = RowKind::total;
  sum.cells.assign(words, std::string());
  sum.cells[1] = std::string("合计");
  for (const Fen fen : total) sum.cells.emplace_back(fen);
  receiver.row(sum);
}

}  // namespace

std::string BookYear::account_name(const std::string& code) const {
  const chart::Account* account = views->chart().find(code);
  return account ? account->full_name : code;
}

std::string dimension_name(const BookYear& y, const std::string& dimension) {
  for (const auto& type : y.views->chart().aux_types())
    if (type.code == dimension) return type.name;
  throw Error(MIF_E_NOT_FOUND, "aux.dimension-not-found", "没有辅助核算项目 (no such dimension): \"" + dimension + "\"");
}

sheet::Head head_of(const BookYear& y, const std::string& title) {
  Head head;
  head.title = title;
  head.left = "核算单位：" + y.unit_name + "\n账套：" + y.views->book().name;
  head.right = fmt::format("{} 年度    单位：元", y.views->year());
  head.signatures = y.signatures;
  return head;
}

Source trial_balance_table(BookYearPtr year, int from, int to, int level) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    Head head = head_of(y, "科目余额表");
    head.centre = fmt::format("{} 年 {}", y.views->year(), month_words(from, to));
    head.columns = {{"科目编码", Kind::text, 11}, {"科目名称", Kind::text, 26}};
    add_sum_columns(head.columns);
    receiver.begin(head);
    const books::TrialTable table = y.views->trial(from, to, level);
    for (const auto& one : table.rows) {
      Row row;
      row.cells = {one.account, std::string(static_cast<std::size_t>(one.level - 1) * 2, ' ') + one.name};
      for (const Fen fen : amounts_of(one.sums)) row.cells.push_back(if_any(fen));
      receiver.row(row);
    }
    put_total(receiver, 2, {table.opening_debit, table.opening_credit, table.debit, table.credit, table.year_debit, table.year_credit, table.closing_debit, table.closing_credit});
    receiver.end();
  };
}

Source auxiliary_balance_table(BookYearPtr year, int from, int to, const std::string& dimensions, std::string accounts) {
  std::vector<std::string> wanted;
  for (std::size_t at = 0; at <= dimensions.size();) {
    const auto comma = std::min(dimensions.find(',', at), dimensions.size());
    wanted.push_back(dimensions.substr(at, comma - at));
    at = comma + 1;
  }
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    const books::AuxTable table = y.views->auxiliary(from, to, wanted, accounts);
    Head head = head_of(y, "辅助余额表");
    head.centre = fmt::format("{} 年 {}", y.views->year(), month_words(from, to));
    head.columns = {{"科目编码", Kind::text, 10, "", true}, {"科目名称", Kind::text, 18, "", true}};
    for (const auto& dimension : wanted) head.columns.push_back({dimension_name(y, dimension), Kind::text, 18, "", true});  // one of them and all sums go on a page
    add_sum_columns(head.columns);
    receiver.begin(head);
    Amounts total{};
    for (const auto& one : table.rows) {
      Row row;
      row.cells = {one.account, one.account_name};
      for (std::size_t i = 0; i < wanted.size(); ++i) row.cells.emplace_back(one.items[i] == "-" || one.names[i] == one.items[i] ? one.names[i] : one.items[i] + " " + one.names[i]);
      const Amounts amounts = amounts_of(one.sums);
      for (std::size_t i = 0; i < kSums; ++i) {
        row.cells.push_back(if_any(amounts[i]));
        total[i] += amounts[i];
      }
      receiver.row(row);
    }
    put_total(receiver, 2 + wanted.size(), total);
    receiver.end();
  };
}

Source voucher_summary_table(BookYearPtr year, int from, int to) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    const books::VoucherSummary summary = y.views->voucher_summary(from, to);
    Head head = head_of(y, "凭 证 汇 总 表");
    head.centre = fmt::format("{} 年 {}", y.views->year(), month_words(from, to));
    std::string which;
    std::int64_t attachments = 0;
    for (const auto& word : summary.words) {  // numbers start again every month
      which += (which.empty() ? "\n" : "，") + (from == to ? fmt::format("{} {}—{} 号", word.word, word.first, word.last) : word.word) + fmt::format(" {} 张", word.vouchers);
      attachments += word.attachments;
    }
    if (!which.empty()) head.centre += which + fmt::format("，附件 {} 张", attachments);
    head.columns = {{"科目编码", Kind::text, 10}, {"会计科目", Kind::text, 40}, {"借方发生额", Kind::money, 20}, {"贷方发生额", Kind::money, 20}};
    receiver.begin(head);
    for (const auto& one : summary.rows) {
      Row row;
      row.cells = {one.account, one.name, if_any(one.debit), if_any(one.credit)};
      receiver.row(row);
    }
    Row sum;
    sum.kind = RowKind::total;
    sum.cells = {std::string(), std::string("合计"), summary.debit, summary.credit};
    receiver.row(sum);
    receiver.end();
  };
}

Source journal_table(BookYearPtr year, int from, int to) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    Head head = head_of(y, "凭 证 序 时 簿");
    head.centre = fmt::format("{} 年 {}", y.views->year(), month_words(from, to));
    head.columns = {{"日期", Kind::day, 11}, {"凭证字号", Kind::centred, 9}, {"摘要", Kind::text, 32}, {"科目编码", Kind::text, 11}, {"科目名称", Kind::text, 34}, {"辅助核算", Kind::text, 42},
                    {"借方", Kind::money, 17, "", false, true}, {"贷方", Kind::money, 17, "", false, true}};
    receiver.begin(head);
    Fen debit, credit;
    for (int month = from; month <= to; ++month) {
      auto lines = y.views->lines(month);
      std::sort(lines.begin(), lines.end(), [](const books::Line& a, const books::Line& b) {  // as they are bound
        return std::tuple(std::string_view(a.word), a.number, a.part, a.voucher, a.line) < std::tuple(std::string_view(b.word), b.number, b.part, b.voucher, b.line);
      });
      for (const auto& line : lines) {
        const bool is_debit = line.side == MIF_DEBIT;
        (is_debit ? debit : credit) += line.fen;
        Row row;
        row.cells = {line.day, number_of(line), line.summary, line.account, y.account_name(line.account), aux_words(y.views->chart(), line.aux),
                     is_debit ? Cell(line.fen) : Cell(), is_debit ? Cell() : Cell(line.fen)};
        receiver.row(row);
      }
    }
    Row sum;
    sum.kind = RowKind::total;
    sum.cells = {Cell(), std::string(), std::string("合计"), std::string(), std::string(), std::string(), debit, credit};
    receiver.row(sum);
    receiver.end();
  };
}

bool needs_lines(const std::string& kind) { return kind != "balance" && kind != "general" && kind != "auxiliary-balance"; }

Source ledger_table(BookYearPtr year, const LedgerChoice& c) {
  if (c.kind == "balance") return trial_balance_table(std::move(year), c.month_from, c.month_to, c.level);
  if (c.kind == "general") return general_ledger_tables(std::move(year));
  if (c.kind == "detail") return detail_ledger_tables(std::move(year), c.accounts);
  if (c.kind == "summary") return voucher_summary_table(std::move(year), c.month_from, c.month_to);
  if (c.kind == "journal") return journal_table(std::move(year), c.month_from, c.month_to);
  if (c.kind == "multi-column") return multi_column_table(std::move(year), c.accounts, c.dimension);
  if (c.kind == "auxiliary" || c.kind == "auxiliary-balance") {
    if (c.dimension.empty()) throw Error(MIF_E_INVALID, "query.dimension-missing", "辅助账要写明辅助核算项, 如 bank_account (the auxiliary ledger needs a dimension)");
    if (c.kind == "auxiliary") return auxiliary_ledger_tables(std::move(year), c.dimension, c.accounts);
    return auxiliary_balance_table(std::move(year), c.month_from, c.month_to, c.dimension, c.accounts);
  }
  throw Error(MIF_E_INVALID, "query.ledger-unknown", "账表应为 balance, general, detail, auxiliary, auxiliary-balance, multi-column, summary 或 journal (unknown ledger): \"" + c.kind + "\"");
}

}  // namespace mif::print
