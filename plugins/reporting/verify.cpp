// SPDX-License-Identifier: Apache-2.0
// Recomputes what is stored, and proves every ledger question behind a cell against the posted lines themselves - not against
// the balances the cell was made from.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "mif/pattern.hpp"
#include "parcels.h"
#include "reports.h"

namespace mif::reporting {
namespace {

// One ledger question with its running sum over the lines.
struct Asked {
  Predicate predicate;
  AccountPattern accounts;
  AuxFilter aux;
  Fen expected, found;
  std::unordered_map<std::string, bool> account_fits, aux_fits;
  std::vector<LineRow> whole;  // of a question about the other side: it takes whole vouchers to answer

  explicit Asked(const Predicate& p) : predicate(p), accounts(p.accounts), aux(p.aux) {}
  void see(const LineRow& line) {
    const auto& p = predicate;
    if (line.period.month < p.month_from || line.period.month > p.month_to || (p.measure != 0 && line.side != p.measure && p.opposite.empty())) return;
    if (!p.opposite.empty()) {
      whole.push_back(line);
      return;
    }
    const auto a = account_fits.find(line.account);
    if (!(a != account_fits.end() ? a->second : account_fits.emplace(line.account, accounts.matches(line.account)).first->second)) return;
    const auto x = aux_fits.find(line.aux);
    if (!(x != aux_fits.end() ? x->second : aux_fits.emplace(line.aux, aux.matches(line.aux)).first->second)) return;
    found += line.side == MIF_DEBIT ? p.take(line.fen, Fen(0)) : p.take(Fen(0), line.fen);
  }
};

using Questions = std::map<Predicate, std::unique_ptr<Asked>>;

std::string named(const Task& task) { return "report:" + task.package + "/" + task.unit + "/" + task.period.iso(); }

std::string described(const Predicate& p) {
  return p.accounts + (p.aux.empty() ? "" : " (" + p.aux + ")") + " " + std::to_string(p.year) + "-" + std::to_string(p.month_from) + ".." + std::to_string(p.month_to);
}

}  // namespace

Reports::Verified Reports::verify(Call call) const {
  Verified told;
  Round round = this->round(call);
  Questions questions;
  Txn txn = store_.read(call);
  for (const auto& code : units(call)) {
    const Agency unit = agency_of(round.books, code);
    Facts balances = facts(call, txn);
    for (const auto& task : tasks_of(txn, code)) {
      if (task.layer != "own") continue;  // a sum is what its parts were, kept with the submitted ones below
      ++told.tasks;
      const Result kept = load_result(txn, task);
      if (kept.digest() != task.result_digest) told.findings.push_back({"P12", named(task), "存下的格与当时的摘要不符 (stored rows were altered)"});
      const Package* package = nullptr;
      for (const auto& p : round.catalog->packages())
        if (p.code == task.package) package = &p;
      if (!package || package->digest != task.template_digest) {
        ++told.outdated;
        continue;
      }
      Computed ignored;
      const Result fresh = evaluate(call, txn, balances, round, *package, unit, task.period, ignored);
      if (fresh.digest() != task.result_digest) {
        // While the period is open its ledger may still move, and the table is only out of date.
        const bool open = std::any_of(unit.books.begin(), unit.books.end(), [&](const BookInfo& b) { return b.open.year != 0 && b.open <= task.period; });
        // Figures of other modules have a life of their own.
        const bool figures = std::any_of(kept.cells.begin(), kept.cells.end(), [](const StoredCell& c) { return !c.source.empty(); });
        if (open || figures) ++told.outdated;
        else told.findings.push_back({"P12", named(task), "按同样的模板和已结账的账重算，结果不同 (recomputed from a closed ledger, differs)"});
      }
      std::map<std::tuple<std::string, std::string, std::string>, Fen> sums;
      for (const auto& term : fresh.terms) {
        sums[{term.table, term.row, term.col}] += term.fen * term.times;
        auto& question = questions[term.predicate];
        if (!question) question = std::make_unique<Asked>(term.predicate);
        question->expected = term.fen;
      }
      for (const auto& cell : fresh.cells) {
        if (cell.kind != MIF_CELL_MONEY || !cell.linear) continue;
        ++told.cells;
        if (sums[{cell.table, cell.row, cell.col}] != cell.fen)
          told.findings.push_back({"P13", named(task) + " " + cell.table + "[" + cell.row + "," + cell.col + "]", "格值 " + cell.fen.plain() + " 不等于其条件之和"});
      }
    }
  }

  for (auto& what : Flow(*this).altered(call, txn)) told.findings.push_back({"P12", what.first, what.second});
  for (auto& what : Parcels(*this).altered(call, txn)) told.findings.push_back({"P12", what.first, what.second});

  // Every line of each (book, year) once with closing vouchers and once without, each question watching.
  std::map<std::tuple<std::string, int, bool>, std::vector<Asked*>> streams;
  for (auto& [predicate, question] : questions) {
    streams[{predicate.book, predicate.year, predicate.with_closing}].push_back(question.get());
    ++told.terms;
  }
  Facts openings([&](const std::string& b, int year, const Facts::Row& each) { ledger_.each_balance(call, b, year, 0, &txn, each); });
  for (auto& [stream, watching] : streams) {
    const auto& [code, year, with_closing] = stream;
    LineQuery query;
    query.book = code;
    query.year = year;
    query.month_from = 1;
    query.month_to = 13;
    query.without_closing = !with_closing;
    query.limit = 1000;
    while (true) {
      const auto page = ledger_.lines(call, query, &txn);
      for (const auto& line : page)
        for (Asked* question : watching) question->see(line);
      if (!with_closing) told.lines += static_cast<std::int64_t>(page.size());
      if (page.size() < query.limit) break;
      query.after_voucher = page.back().voucher_id;
      query.after_line = page.back().line;
    }
    for (Asked* question : watching) {
      for (const auto& one : set_against(question->predicate, question->whole, nullptr)) question->found += one.amount;
      question->whole.clear();
      Predicate opening = question->predicate;
      opening.month_to = 0;
      const Fen total = question->found + (opening.opening ? openings.sum(opening).value_or(Fen(0)) : Fen(0));
      if (total != question->expected)
        told.findings.push_back({"P13", "book:" + code, described(question->predicate) + ": 分录合计 " + total.plain() + "，报表用的是 " + question->expected.plain()});
    }
  }
  return told;
}

}  // namespace mif::reporting
