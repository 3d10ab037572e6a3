// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/ledger_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "kernel/chart/money.h"
#include "mif/error.hpp"

namespace mif::service {
namespace {

using books::Figure;

struct Asked {
  Deployment& deployment;
  store::Txn& txn;
  const ViewOptions& options;
  books::Filter filter;
  books::Books books;

  std::string text(std::string_view name, std::string_view otherwise = {}) const {
    const auto found = options.find(name);
    return found == options.end() || found->second.empty() ? std::string(otherwise) : found->second;
  }
  std::string needed(std::string_view name, std::string_view why) const {
    std::string found = text(name);
    if (found.empty()) throw Error(MIF_E_INVALID, "query.parameter", fmt::format("缺少 {} ({}, say {}=...)", name, why, name));
    return found;
  }
  int number(std::string_view name, int otherwise, int least, int most) const {
    const std::string found = text(name);
    if (found.empty()) return otherwise;
    int value = 0;
    const auto read = std::from_chars(found.data(), found.data() + found.size(), value);
    if (read.ec != std::errc() || read.ptr != found.data() + found.size() || value < least || value > most)
      throw Error(MIF_E_INVALID, "query.parameter", fmt::format("{} 应为 {}..{} 的整数 (an integer expected), 实为 \"{}\"", name, least, most, found));
    return value;
  }
  bool yes(std::string_view name) const { return text(name) == "true" || text(name) == "yes" || text(name) == "1"; }
  // The drill with the set of books as it was asked for: a set of hundreds stays a few words.
  std::string link(const books::Drill& drill) const {
    std::string text;
    for (const std::string_view name : {"book", "unit", "below", "all", "scheme"})
      if (const std::string value = this->text(name); !value.empty()) text += (text.empty() ? "" : "&") + std::string(name) + '=' + value;
    const std::string predicate = drill.text();
    return text + predicate.substr(predicate.find('&'));
  }
  std::string chart() const { return deployment.ledger().book(txn, filter.books.front()).chart; }
};

std::string blank_zero(Fen fen) { return fen == Fen() ? std::string() : fen.plain(); }

constexpr Figure kFigures[] = {Figure::opening, Figure::debit, Figure::credit, Figure::year_debit, Figure::year_credit, Figure::closing};

void add_figures(ViewTable& table) {
  table.columns.push_back({"opening", "期初余额", "", CellKind::balance});
  table.columns.push_back({"debit", "借方", "本期发生额", CellKind::money});
  table.columns.push_back({"credit", "贷方", "本期发生额", CellKind::money});
  table.columns.push_back({"yearDebit", "借方", "本年累计发生额", CellKind::money});
  table.columns.push_back({"yearCredit", "贷方", "本年累计发生额", CellKind::money});
  table.columns.push_back({"closing", "期末余额", "", CellKind::balance});
}

template <class Drill>
void add_figures(ViewRow& row, const books::Sums& sums, Drill&& drill) {
  row.drills.resize(row.cells.size());
  for (const Figure figure : kFigures) {
    row.cells.push_back(sums.of(figure).plain());
    row.drills.push_back(drill(figure));
  }
}

ViewTable trial(Asked& asked) {
  const auto found = asked.books.trial(asked.txn, asked.filter, asked.number("level", 0, 0, 9));
  ViewTable table;
  table.columns = {{"account", "科目编码"}, {"name", "科目名称"}};
  add_figures(table);
  for (const auto& row : found.rows) {
    ViewRow out{row.leaf ? "row" : "sum", {row.account, std::string(static_cast<std::size_t>(row.level - 1) * 2, ' ') + row.name}};
    add_figures(out, row.sums, [&](Figure figure) { return asked.link(found.drill(row, figure)); });
    table.rows.push_back(std::move(out));
  }
  const Fen opening = found.opening_debit - found.opening_credit, closing = found.closing_debit - found.closing_credit;
  table.rows.push_back({"total", {"", "合计", opening.plain(), found.debit.plain(), found.credit.plain(), found.year_debit.plain(), found.year_credit.plain(), closing.plain()}});
  const bool even = opening == Fen() && closing == Fen() && found.debit == found.credit && found.year_debit == found.year_credit;
  table.notes.push_back(fmt::format("期初借方 {} 贷方 {}  期末借方 {} 贷方 {}  {}", found.opening_debit.grouped(), found.opening_credit.grouped(), found.closing_debit.grouped(),
                                    found.closing_credit.grouped(), even ? "试算平衡" : asked.filter.accounts.empty() && asked.filter.aux.empty() ? "试算不平衡" : "部分科目, 不必平衡"));
  return table;
}

ViewTable general(Asked& asked) {
  const auto found = asked.books.general(asked.txn, asked.filter, asked.number("level", 1, 1, 9));
  ViewTable table;
  table.columns = {{"account", "科目编码"}, {"name", "科目名称"}, {"month", "月"}, {"summary", "摘要"}, {"debit", "借方", "", CellKind::money}, {"credit", "贷方", "", CellKind::money}, {"balance", "余额", "", CellKind::balance}};
  for (const auto& account : found.accounts) {
    table.rows.push_back({"opening", {account.account, account.name, std::to_string(asked.filter.month_from), asked.filter.month_from == 1 ? "年初余额" : "期初余额", "", "", account.opening.plain()},
                          {"", "", "", "", "", "", asked.link(found.drill(account, asked.filter.month_from, Figure::opening))}});
    for (const auto& m : account.months) {
      const auto drill = [&](Figure figure) { return asked.link(found.drill(account, m.month, figure)); };
      table.rows.push_back({"month", {account.account, account.name, std::to_string(m.month), m.month == 13 ? "调整期合计" : "本月合计", m.debit.plain(), m.credit.plain(), m.closing.plain()},
                            {"", "", "", "", drill(Figure::debit), drill(Figure::credit), drill(Figure::closing)}});
      table.rows.push_back({"year", {account.account, account.name, std::to_string(m.month), "本年累计", m.year_debit.plain(), m.year_credit.plain(), m.closing.plain()},
                            {"", "", "", "", drill(Figure::year_debit), drill(Figure::year_credit), drill(Figure::closing)}});
    }
  }
  return table;
}

// Rows of 明细账, 日记账, 多栏账.
ViewTable of_detail(const books::DetailLedger& found) {
  const bool many = found.filter.books.size() > 1;
  ViewTable table;
  table.subtitle = found.title;
  table.next = found.next;
  table.columns = {{"day", "日期", "", CellKind::day}};
  if (many) table.columns.push_back({"book", "账套"});
  for (ViewColumn column : {ViewColumn{"number", "凭证字号"}, ViewColumn{"summary", "摘要"}, ViewColumn{"account", "科目"}, ViewColumn{"aux", "辅助核算"}, ViewColumn{"counter", "对方科目"}}) table.columns.push_back(column);
  table.columns.push_back({"debit", "借方", "", CellKind::money});
  table.columns.push_back({"credit", "贷方", "", CellKind::money});
  table.columns.push_back({"balance", "余额", "", CellKind::balance});
  for (const auto& column : found.columns) table.columns.push_back({column.key, column.name, "分栏", CellKind::money});
  for (const auto& row : found.rows) {
    const bool line = row.kind == books::RowKind::line;
    const bool carried = row.kind == books::RowKind::opening || row.kind == books::RowKind::brought_forward;
    const auto kind_and_words = [&]() -> std::pair<const char*, std::string> {
      switch (row.kind) {
        case books::RowKind::opening: return {"opening", row.month == 1 ? "年初余额" : "期初余额"};
        case books::RowKind::brought_forward: return {"brought-forward", "承前页"};
        case books::RowKind::line: return {"line", row.line.summary};
        case books::RowKind::day_total: return {"day", "本日合计"};
        case books::RowKind::month_total: return {"month", row.month == 13 ? "调整期合计" : "本月合计"};
        case books::RowKind::year_total: return {"year", "本年累计"};
      }
      return {"line", ""};
    }();
    ViewRow out{kind_and_words.first, {row.day.iso()}};
    if (many) out.cells.push_back(row.line.book);
    std::string label = line ? row.line.label() : "";
    if (line && row.line.state != ledger::State::posted) label += "(未记账)";
    for (const std::string& cell : {label, kind_and_words.second, row.line.account, row.line.aux, row.line.counter}) out.cells.push_back(cell);
    out.cells.push_back(line || carried ? blank_zero(row.debit) : row.debit.plain());
    out.cells.push_back(line || carried ? blank_zero(row.credit) : row.credit.plain());
    out.cells.push_back(row.balance.plain());
    for (std::size_t i = 0; i < found.columns.size(); ++i) out.cells.push_back(i < row.columns.size() ? blank_zero(row.columns[i]) : "");
    out.voucher = row.line.voucher;
    table.rows.push_back(std::move(out));
  }
  return table;
}

books::DetailWish wish_of(const Asked& asked, bool daily) { return {daily, asked.number("limit", 200, 1, 100000), asked.text("after")}; }

ViewTable detail(Asked& asked) { return of_detail(asked.books.detail(asked.txn, asked.filter, wish_of(asked, false))); }

ViewTable journal(Asked& asked) {
  if (asked.filter.accounts.empty()) asked.filter.accounts = chart::kJournalAccounts;
  return of_detail(asked.books.detail(asked.txn, asked.filter, wish_of(asked, true)));
}

ViewTable columnar(Asked& asked) {
  books::ColumnarDefinition definition;
  if (const std::string code = asked.text("definition"); !code.empty()) {
    definition = books::definition(asked.txn, asked.chart(), code);
  } else {
    definition.account = asked.needed("account", "多栏账要一个科目或一个定义");
    definition.dimension = asked.text("dimension");
  }
  return of_detail(asked.books.columnar(asked.txn, asked.filter, definition, wish_of(asked, false)));
}

ViewTable aux(Asked& asked) {
  std::vector<std::string> dimensions{asked.needed("dimension", "辅助余额表要一个辅助核算项目")};
  if (const std::string second = asked.text("second"); !second.empty()) dimensions.push_back(second);
  const bool by_account = !asked.yes("noAccount");
  const auto found = asked.books.auxiliary(asked.txn, asked.filter, dimensions, by_account);
  ViewTable table;
  if (by_account) table.columns = {{"account", "科目编码"}, {"accountName", "科目名称"}};
  for (const auto& dimension : dimensions) {
    table.columns.push_back({dimension, dimension});
    table.columns.push_back({dimension + "Name", "名称"});
  }
  add_figures(table);
  for (const auto& row : found.rows) {
    ViewRow out{"row", {}};
    if (by_account) out.cells = {row.account, row.account_name};
    for (std::size_t i = 0; i < dimensions.size(); ++i) {
      out.cells.push_back(row.items[i]);
      out.cells.push_back(row.names[i]);
    }
    add_figures(out, row.sums, [&](Figure figure) { return asked.link(found.drill(row, figure)); });
    table.rows.push_back(std::move(out));
  }
  ViewRow total{"total", std::vector<std::string>(table.columns.size() - std::size(kFigures))};
  total.cells.front() = "合计";
  for (const Figure figure : kFigures) total.cells.push_back(found.total.of(figure).plain());
  table.rows.push_back(std::move(total));
  return table;
}

ViewTable matrix(Asked& asked) {
  const auto found = asked.books.matrix(asked.txn, asked.filter, asked.needed("rows", "二维余额表要行"), asked.needed("columns", "二维余额表要列"), books::figure_of(asked.text("figure", "closing")));
  const bool net = found.figure == Figure::opening || found.figure == Figure::closing || found.figure == Figure::year_opening;
  const CellKind kind = net ? CellKind::balance : CellKind::money;
  ViewTable table;
  table.columns = {{"key", found.row_axis}, {"name", "名称"}};
  for (const auto& column : found.columns) table.columns.push_back({column.key, column.name, "", kind});
  table.columns.push_back({"total", "合计", "", kind});
  constexpr std::size_t kWhole = books::Matrix::kWhole;
  for (std::size_t r = 0; r <= found.rows.size(); ++r) {
    const bool last = r == found.rows.size();
    const std::size_t row = last ? kWhole : r;
    ViewRow out{last ? "total" : "row", {last ? "合计" : found.rows[r].key, last ? "" : found.rows[r].name}, {"", ""}};
    for (std::size_t c = 0; c <= found.columns.size(); ++c) {
      const std::size_t column = c == found.columns.size() ? kWhole : c;
      out.cells.push_back(last || column == kWhole ? found.sum(row, column).plain() : blank_zero(found.cells[r][c]));
      out.drills.push_back(asked.link(found.drill(row, column)));
    }
    table.rows.push_back(std::move(out));
  }
  return table;
}

ViewTable vouchers_summary(Asked& asked) {
  const auto found = asked.books.voucher_summary(asked.txn, asked.filter, asked.text("word"), asked.number("level", 1, 0, 9));
  ViewTable table;
  table.columns = {{"account", "科目编码"}, {"name", "科目名称"}, {"lines", "分录数"}, {"debit", "借方", "", CellKind::money}, {"credit", "贷方", "", CellKind::money}};
  for (const auto& row : found.rows)
    table.rows.push_back({"row", {row.account, row.name, std::to_string(row.lines), row.debit.plain(), row.credit.plain()}, {"", "", "", asked.link(found.drill(row, Figure::debit)), asked.link(found.drill(row, Figure::credit))}});
  table.rows.push_back({"total", {"", "合计", "", found.debit.plain(), found.credit.plain()}});
  for (const auto& word : found.words)
    table.notes.push_back(fmt::format("{} 字凭证 {} 张, 附件 {} 张{}", word.word, word.vouchers, word.attachments, asked.filter.books.size() == 1 && word.last > 0 ? fmt::format(", 号数 {}—{}", word.first, word.last) : ""));
  return table;
}

ViewTable consolidated(Asked& asked) {
  const auto found = asked.books.consolidate(asked.txn, asked.filter, asked.number("level", 1, 0, 9));
  ViewTable table;
  table.columns = {{"account", "科目编码"}, {"name", "科目名称"}};
  add_figures(table);
  table.columns.push_back({"eliminated", "抵销", "", CellKind::money});
  table.columns.push_back({"consolidated", "抵销后本年累计", "", CellKind::money});
  for (const auto& row : found.table.rows) {
    ViewRow out{row.leaf ? "row" : "sum", {row.account, std::string(static_cast<std::size_t>(row.level - 1) * 2, ' ') + row.name}};
    add_figures(out, row.sums, [&](Figure figure) { return asked.link(found.table.drill(row, figure)); });
    const auto eliminated = found.eliminated.find(row.account);
    out.cells.push_back(eliminated == found.eliminated.end() ? "" : eliminated->second.plain());
    out.cells.push_back(eliminated == found.eliminated.end() ? "" : ((row.side == MIF_DEBIT ? row.sums.year_debit : row.sums.year_credit) - eliminated->second).plain());
    table.rows.push_back(std::move(out));
  }
  for (const auto& t : found.transfers)
    table.notes.push_back(fmt::format("{}/{} {} 险种 {}: {} 付 {}, {} 收 {}, {}", t.income_account, t.expense_account, t.inside ? "抵销" : "范围外不抵销", t.scheme, t.payer, t.paid.grouped(), t.receiver, t.received.grouped(),
                                      t.inside ? fmt::format("抵销 {}, 在途 {}", t.eliminated().grouped(), t.in_transit().grouped()) : "照列"));
  table.notes.push_back("在途资金合计 " + found.in_transit.grouped());
  return table;
}

ViewTable lines(Asked& asked) {
  books::Drill drill;
  drill.filter = asked.filter;
  drill.below = asked.text("under");
  drill.word = asked.text("word");
  const std::string side = asked.text("side");
  if (!side.empty() && side != "debit" && side != "credit") throw Error(MIF_E_INVALID, "query.parameter", "side 应为 debit 或 credit (must be debit or credit), 实为 \"" + side + "\"");
  if (!side.empty()) drill.measure = side == "debit" ? books::Measure::debit : books::Measure::credit;
  const auto found = asked.books.lines(asked.txn, drill, asked.number("limit", 200, 1, 100000), asked.text("after"));
  ViewTable table;
  table.next = found.next;
  table.columns = {{"day", "日期", "", CellKind::day}, {"book", "账套"}, {"number", "凭证字号"}, {"summary", "摘要"}, {"account", "科目"}, {"aux", "辅助核算"}, {"counter", "对方科目"},
                   {"debit", "借方", "", CellKind::money}, {"credit", "贷方", "", CellKind::money}};
  for (const auto& line : found.lines) {
    const bool debit = line.side == MIF_DEBIT;
    table.rows.push_back({"line", {line.day.iso(), line.book, line.label(), line.summary, line.account, line.aux, line.counter, debit ? line.fen.plain() : "", debit ? "" : line.fen.plain()}, {}, line.voucher});
  }
  if (drill.filter.month_from == 0) table.notes.push_back(fmt::format("年初余额 {} {}", books::side_word(found.opening), (found.opening < Fen() ? -found.opening : found.opening).grouped()));
  return table;
}

struct View {
  LedgerViewInfo info;
  ViewTable (*make)(Asked&);
};
const std::vector<View>& views() {
  static const std::vector<View> all = {
      {{"balance", "科目余额表", {"level"}}, trial},
      {{"general", "总账", {"level"}}, general},
      {{"detail", "三栏明细账", {"limit", "after"}}, detail},
      {{"journal", "日记账", {"limit", "after"}}, journal},
      {{"columnar", "多栏账", {"account", "dimension", "definition", "limit", "after"}}, columnar},
      {{"aux", "辅助余额表", {"dimension", "second", "noAccount"}}, aux},
      {{"matrix", "二维余额表", {"rows", "columns", "figure"}}, matrix},
      {{"vouchers-summary", "凭证汇总表", {"word", "level"}}, vouchers_summary},
      {{"consolidated", "多机构汇总", {"level"}}, consolidated},
      {{"lines", "分录", {"under", "word", "side", "limit", "after"}}, lines},
  };
  return all;
}

}  // namespace

const std::vector<LedgerViewInfo>& ledger_views() {
  static const std::vector<LedgerViewInfo> all = [] {
    std::vector<LedgerViewInfo> made;
    for (const auto& view : views()) made.push_back(view.info);
    return made;
  }();
  return all;
}

ViewTable ledger_view(Deployment& deployment, store::Txn& txn, const identity::Caller* caller, const std::string& name, const ViewOptions& options) {
  for (const auto& view : views()) {
    if (view.info.name != name) continue;
    Asked asked{deployment, txn, options, ledger_filter(deployment, txn, caller, options, name == "lines" ? 0 : 1), books::Books(deployment.ledger(), deployment.charts())};
    ViewTable table = view.make(asked);
    table.view = name;
    table.title = view.info.title;
    return table;
  }
  throw Error(MIF_E_NOT_FOUND, "query.ledger-not-found", "没有这种账簿 (no such ledger view): \"" + name + "\"");
}

}  // namespace mif::service
