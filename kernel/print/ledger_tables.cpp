// SPDX-License-Identifier: Apache-2.0
// Tables over all accounts: 科目余额表, 凭证汇总表, 序时簿; and the choice of a ledger by its name.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "kernel/print/ledger_head.h"
#include "mif/error.hpp"

namespace mif::print {
namespace {

using sheet::Cell;
using sheet::Head;
using sheet::if_any;
using sheet::Kind;
using sheet::Row;
using sheet::RowKind;

std::string month_words(int from, int to) { return from == 1 && to >= 12 ? "全年" : from == to ? fmt::format("{:02} 月", from) : fmt::format("{:02}—{:02} 月", from, to); }

}  // namespace

sheet::Head head_of(const BookYear& y, const std::string& title) {
  Head head;
  head.title = title;
  head.left = "核算单位：" + y.unit_name + "\n账套：" + y.book.name;
  head.right = fmt::format("{} 年度    单位：元", y.year);
  head.signatures = y.signatures;
  return head;
}

Source trial_balance_table(BookYearPtr year, int from, int to, int level) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    Head head = head_of(y, "科目余额表");
    head.centre = fmt::format("{} 年 {}", y.year, month_words(from, to));
    head.columns = {{"科目编码", Kind::text, 11}, {"科目名称", Kind::text, 26}};
    for (const char* group : {"期初余额", "本期发生额", "本年累计发生额", "期末余额"})
      for (const char* side : {"借方", "贷方"}) head.columns.push_back({side, Kind::money, 16, group});
    receiver.begin(head);
    Fen total[8];
    for (const auto& [code, account] : account_years(y)) {
      const chart::Account* known = y.chart->find(code);
      const int its_level = known ? known->level : 1;
      if (level != 0 && its_level > level) continue;
      Fen opening = account.opening, debit, credit, year_debit, year_credit;
      for (int m = 1; m <= to; ++m) {
        const Movement& moved = account.months[m];
        if (m < from) opening += moved.debit - moved.credit;
        else {
          debit += moved.debit;
          credit += moved.credit;
        }
        year_debit += moved.debit;
        year_credit += moved.credit;
      }
      const Fen closing = opening + debit - credit, none;
      const Fen amounts[8] = {opening > none ? opening : none, opening < none ? -opening : none, debit, credit, year_debit, year_credit, closing > none ? closing : none, closing < none ? -closing : none};
      if (std::all_of(std::begin(amounts), std::end(amounts), [&](Fen f) { return f == none; })) continue;
      Row row;
      row.cells = {code, std::string(static_cast<std::size_t>(its_level - 1) * 2, ' ') + (known ? known->name : code)};
      for (const Fen fen : amounts) row.cells.push_back(if_any(fen));
      receiver.row(row);
      if (its_level == 1)
        for (int i = 0; i < 8; ++i) total[i] += amounts[i];
    }
    Row sum;
    sum.kind = RowKind::total;
    sum.cells = {std::string(), std::string("合计")};
    for (const Fen fen : total) sum.cells.emplace_back(fen);
    receiver.row(sum);
    receiver.end();
  };
}

Source voucher_summary_table(BookYearPtr year, int from, int to) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    Head head = head_of(y, "凭 证 汇 总 表");
    std::map<std::pair<int, std::string>, std::pair<int, int>> words;
    for (const auto& [code, lines] : y.lines)
      for (const auto& line : lines) {
        if (line.period.month < from || line.period.month > to) continue;
        auto& range = words.try_emplace({line.period.month, line.word}, line.number, line.number).first->second;
        range = {std::min(range.first, line.number), std::max(range.second, line.number)};
      }
    std::string which;
    const auto add = [&](const std::string& text) { which += (which.empty() ? "" : "，") + text; };
    if (from == to) {
      for (const auto& [key, range] : words) add(fmt::format("{}字 {}—{} 号", key.second, range.first, range.second));
    } else {  // the numbers of every month would not fit above the table
      std::map<std::string, int> vouchers;
      for (const auto& [key, range] : words) vouchers[key.second] += range.second - range.first + 1;
      for (const auto& [word, count] : vouchers) add(fmt::format("{}字 {} 张", word, count));
    }
    head.centre = fmt::format("{} 年 {}", y.year, month_words(from, to)) + (which.empty() ? "" : "\n" + which);
    head.columns = {{"科目编码", Kind::text, 10}, {"会计科目", Kind::text, 40}, {"借方发生额", Kind::money, 20}, {"贷方发生额", Kind::money, 20}};
    receiver.begin(head);
    Fen debit, credit;
    for (const auto& [code, account] : account_years(y)) {
      if (code.size() != 4) continue;
      Movement moved;
      for (int m = from; m <= to; ++m) {
        moved.debit += account.months[m].debit;
        moved.credit += account.months[m].credit;
      }
      if (moved.debit == Fen() && moved.credit == Fen()) continue;
      Row row;
      row.cells = {code, y.account_name(code), if_any(moved.debit), if_any(moved.credit)};
      receiver.row(row);
      debit += moved.debit;
      credit += moved.credit;
    }
    Row sum;
    sum.kind = RowKind::total;
    sum.cells = {std::string(), std::string("合计"), debit, credit};
    receiver.row(sum);
    receiver.end();
  };
}

Source journal_table(BookYearPtr year, int from, int to) {
  return [=](sheet::Receiver& receiver) {
    const BookYear& y = *year;
    Head head = head_of(y, "凭 证 序 时 簿");
    head.centre = fmt::format("{} 年 {}", y.year, month_words(from, to));
    head.columns = {{"日期", Kind::day, 11}, {"凭证字号", Kind::centred, 9}, {"摘要", Kind::text, 30}, {"科目编码", Kind::text, 11}, {"科目名称", Kind::text, 34}, {"辅助核算", Kind::text, 26},
                    {"借方", Kind::money, 17, "", false, true}, {"贷方", Kind::money, 17, "", false, true}};
    std::vector<const ledger::LineRow*> lines;
    for (const auto& [code, its] : y.lines)
      for (const auto& line : its)
        if (line.period.month >= from && line.period.month <= to) lines.push_back(&line);
    std::sort(lines.begin(), lines.end(), [](const auto* a, const auto* b) {
      return std::tuple(a->period.month, std::string_view(a->word), a->number, a->voucher, a->line) < std::tuple(b->period.month, std::string_view(b->word), b->number, b->voucher, b->line);
    });
    receiver.begin(head);
    Fen debit, credit;
    for (const auto* line : lines) {
      const bool is_debit = line->side == MIF_DEBIT;
      (is_debit ? debit : credit) += line->fen;
      Row row;
      row.cells = {line->day, fmt::format("{}-{:04}", line->word, line->number), line->summary, line->account, y.account_name(line->account), y.aux_words(line->aux),
                   if_any(is_debit ? line->fen : Fen()), if_any(is_debit ? Fen() : line->fen)};
      receiver.row(row);
    }
    Row sum;
    sum.kind = RowKind::total;
    sum.cells = {Cell(), std::string(), std::string("合计"), std::string(), std::string(), std::string(), debit, credit};
    receiver.row(sum);
    receiver.end();
  };
}

bool needs_lines(const std::string& kind) { return kind != "balance" && kind != "general"; }

Source ledger_table(BookYearPtr year, const LedgerChoice& c) {
  if (c.kind == "balance") return trial_balance_table(std::move(year), c.month_from, c.month_to, c.level);
  if (c.kind == "general") return general_ledger_tables(std::move(year));
  if (c.kind == "detail") return detail_ledger_tables(std::move(year), c.accounts);
  if (c.kind == "summary") return voucher_summary_table(std::move(year), c.month_from, c.month_to);
  if (c.kind == "journal") return journal_table(std::move(year), c.month_from, c.month_to);
  if (c.kind == "multi-column") return multi_column_table(std::move(year), c.accounts);
  if (c.kind == "auxiliary") {
    if (c.dimension.empty()) throw Error(MIF_E_INVALID, "辅助账要写明辅助核算项, 如 bank_account (the auxiliary ledger needs a dimension)");
    return auxiliary_ledger_tables(std::move(year), c.dimension, c.accounts);
  }
  throw Error(MIF_E_INVALID, "账表应为 balance, general, detail, auxiliary, multi-column, summary 或 journal (unknown ledger): \"" + c.kind + "\"");
}

}  // namespace mif::print
