// SPDX-License-Identifier: Apache-2.0
// Computing: all packages of a unit from one snapshot - cells, the ledger terms behind them, checks - and storing them together.
#include "computing.h"

#include <algorithm>

#include "mif/pattern.hpp"
#include "module-kit/text.h"

namespace mif::reporting {
namespace {

constexpr std::size_t kReasonBytes = 400, kSourceBytes = 1000;  // as the columns are

std::string joined(const std::set<std::string>& sources) {
  std::string text;
  for (const auto& one : sources) text += (text.empty() ? "" : "；") + one;
  return kit::cut(text, kSourceBytes);
}

// An account pattern that no account of the book's chart fits is a slip of the pen: the cell would stay blank for ever.
void lint_accounts(const std::vector<std::string_view>& chart, const Package& package, const BookInfo& book, std::vector<StoredCheck>& into) {
  std::map<std::string, bool, std::less<>> fits;  // formulas name the same few over and over
  for (const auto& t : package.tables) {
    if (t->scheme != book.scheme) continue;
    for (const auto& f : t->formulas)
      walk(*f.root, [&](const Expression& e) {
        if (e.op != Expression::Op::ledger || !e.ledger.books.empty()) return;
        std::string_view rest = e.ledger.accounts;
        while (!rest.empty()) {
          const auto comma = rest.find(',');
          const std::string part(rest.substr(0, comma));
          rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
          if (part.empty() || part.front() == '-') continue;
          const auto [known, fresh] = fits.try_emplace(part, false);
          if (fresh) known->second = std::any_of(chart.begin(), chart.end(), [pattern = AccountPattern(part)](std::string_view code) { return pattern.matches(code); });
          if (known->second) continue;
          into.push_back({"LINT", t->code, "", "warn", "account", "fail", part, "", "", "", f.text,
                          t->file + ":" + std::to_string(f.line) + ": 科目 " + part + " 在账套的科目表里没有 (no such account)"});
        }
      });
  }
}

std::string state_of(const CellRule& rule) {
  switch (rule.kind) {
    case CellRule::Kind::formula: return "formula";
    case CellRule::Kind::input: return rule.text ? "text" : "input";
    case CellRule::Kind::blocked: return "blocked";
    default: return "empty";
  }
}

}  // namespace

std::string mark_of(const Catalog& catalog, std::int64_t position) { return std::to_string(position) + "/" + catalog.digest(); }

void lint_unanswered(const Evaluator& evaluator, std::vector<StoredCheck>& into) {
  for (const auto& [what, why] : evaluator.unanswered())
    into.push_back({"LINT", "", "", "warn", "figure", "fail", "", "", "", "", kit::cut(what, kReasonBytes), kit::cut(why, kReasonBytes)});
}

StoredCell compute_cell(Evaluator& evaluator, Facts& facts, const Overrides& overrides, const Table& table, int row, int col, Period period, Computed& told, std::vector<StoredTerm>& terms) {
  const auto& rule = table.rule(row, col);
  const Traced& traced = evaluator.cell(table, row, col, period);
  StoredCell cell;
  cell.table = table.code;
  cell.row = table.rows[static_cast<std::size_t>(row)].code;
  cell.col = table.cols[static_cast<std::size_t>(col)].code;
  cell.state = state_of(rule);
  if (rule.kind == CellRule::Kind::formula) cell.formula = table.formulas[static_cast<std::size_t>(rule.formula)].text;
  cell.value = traced.value.plain();
  if (traced.value.kind() == Value::Kind::money) {
    cell.kind = MIF_CELL_MONEY;
    cell.fen = traced.value.fen();
  } else if (!traced.value.blank()) {
    cell.kind = MIF_CELL_TEXT;
  }
  cell.linear = traced.linear;
  cell.source = joined(traced.sources);
  if (rule.kind == CellRule::Kind::input && !rule.text && !traced.sources.empty()) cell.state = "carried";
  Traced formula;
  const bool over = overrides.find(table, cell.row, cell.col, period) != nullptr;
  if (over) {
    // What its formula gives stays visible, and so do the lines it asks for.
    cell.state = "override";
    formula = evaluator.evaluate(*table.formulas[static_cast<std::size_t>(rule.formula)].root, Place{&table, row, col, period, false, {}, {}, {}});
    told.formula_values[{cell.table, cell.row, cell.col}] = formula.value.plain();
  }
  for (const auto& [question, times] : (over ? formula.terms : traced.terms).in_order())
    terms.push_back({cell.table, cell.row, cell.col, times, question->predicate, facts.sum(*question).value_or(Fen(0))});
  return cell;
}

void count_checks(Result& result, Computed& told) {
  for (const auto& c : result.checks) {
    told.empty_checks += c.state == "empty";
    told.unevaluated += c.state == "unevaluated";
    result.task.failed_checks += c.state == "fail" && c.level == "error";
  }
  told.checks = static_cast<int>(result.checks.size());
}

void Reports::present(Call call, const Catalog& catalog, const Package& package, Period period, std::vector<StoredCell>& cells) const {
  ministries_.present(call, package, cells);
  const Table* table = nullptr;
  for (auto& cell : cells) {
    if (!table || table->code != cell.table) table = &catalog.table(cell.table, period);
    if (table->zero_blank && cell.kind == MIF_CELL_MONEY && table->printed(Value::money(cell.fen)).scaled() == 0) cell.printed.clear();
    if (cell.state == "blocked") cell.printed = "×";
  }
}

const std::vector<StoredCheck>& Reports::linted(Call call, Txn& txn, Round& round, const Package& package, const BookInfo& book, int year) const {
  const auto [chart, unseen] = round.chart_of.try_emplace({book.code, year});
  if (unseen) {
    std::string codes;
    for (const auto& account : ledger_.accounts(call, book.code, year, &txn)) codes += account.code + "\n";
    const auto same = std::find(round.charts.begin(), round.charts.end(), codes);
    chart->second = static_cast<std::size_t>(same - round.charts.begin());
    if (same == round.charts.end()) round.charts.push_back(std::move(codes));
  }
  const auto [found, fresh] = round.linted.try_emplace({package.code, book.scheme, chart->second});
  if (!fresh) return found->second;
  std::vector<std::string_view> codes;
  for (std::string_view rest = round.charts[chart->second]; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) codes.push_back(rest.substr(0, rest.find('\n')));
  lint_accounts(codes, package, book, found->second);
  return found->second;
}

Result Reports::evaluate(Call call, Txn& txn, Facts& facts, Round& round, const Package& package, const Agency& unit, Period period, Computed& told) const {
  const Catalog& catalog = *round.catalog;
  const int reads = facts.reads();
  Result result;
  result.task.package = package.code;
  result.task.unit = unit.code;
  result.task.period = period;
  result.task.template_digest = package.digest;
  const Overrides overrides(txn, unit.code);
  Outside outside = this->outside(call, txn, catalog, unit);
  outside.given = overrides.given();
  Evaluator evaluator(catalog, facts, round.books, unit.code, std::move(outside));
  std::size_t cells = 0;
  for (const auto& t : package.tables) cells += unit.has(*t) ? t->grid.size() : 0;
  result.cells.reserve(cells);
  for (const auto& t : package.tables) {
    if (!unit.has(*t)) continue;
    for (int r = 0; r < static_cast<int>(t->rows.size()); ++r)
      for (int c = 0; c < static_cast<int>(t->cols.size()) && evaluator.in_use(*t, r, period); ++c)
        result.cells.push_back(compute_cell(evaluator, facts, overrides, *t, r, c, period, told, result.terms));
  }
  for (auto& r : run_checks(evaluator, package, period)) result.checks.push_back(stored_check(std::move(r)));
  for (const auto& book : unit.books) {
    const auto& found = linted(call, txn, round, package, book, period.year);
    result.checks.insert(result.checks.end(), found.begin(), found.end());
  }
  lint_unanswered(evaluator, result.checks);
  count_checks(result, told);
  told.ledger_reads = facts.reads() - reads;
  told.computed = static_cast<int>(result.cells.size());
  present(call, catalog, package, period, result.cells);
  return result;
}

Result Reports::evaluate(Call call, Txn& txn, const Catalog& catalog, const Package& package, const std::vector<BookInfo>& books, const Agency& unit, Period period, Computed& told) const {
  Round round{std::shared_ptr<const Catalog>(std::shared_ptr<const Catalog>(), &catalog), books};  // borrowed
  Facts facts = this->facts(call, txn);
  return evaluate(call, txn, facts, round, package, unit, period, told);
}

std::vector<Computed> Reports::compute(Call call, Round& round, const std::string& wanted, const std::string& code, Period period) const {
  const Agency mine = unit(call, round.books, code, "report.compute");
  if (period < mine.start())
    throw Error(MIF_E_INVALID, "report.before-start", period.iso() + " 早于单位 " + code + " 的账套启用期 (before its books begin) " + mine.start().iso());
  const auto packages = round.catalog->select(wanted, period, mine);
  std::vector<Computed> done(packages.size());
  std::vector<Result> results;
  std::int64_t seen = -1;
  {
    Txn snapshot = store_.read(call);  // one for every package, book and year
    seen = audit_.position(snapshot, code);
    Facts facts = this->facts(call, snapshot);
    for (std::size_t i = 0; i < packages.size(); ++i) {
      done[i].title = packages[i]->title;
      results.push_back(evaluate(call, snapshot, facts, round, *packages[i], mine, period, done[i]));
    }
  }
  Txn txn = store_.write(call);
  std::int64_t entries = 0;  // in the log, for what changed
  for (std::size_t i = 0; i < packages.size(); ++i) {
    Result& result = results[i];
    result.task.computed_by = call.actor();
    result.task.computed_ms = clock_.now_unix_ms();
    done[i].changed = store_result(txn, result);
    done[i].task = result.task;
    if (!done[i].changed) continue;
    begin_work(txn, packages[i]->code, mine.code, period, call.actor(), result.task.computed_ms);
    keep_formula_values(txn, mine.code, period, done[i].formula_values);
    JsonWriter body;
    body.begin_object().field("package", packages[i]->code).field("unit", mine.code).field("period", period.iso());
    body.field("template", packages[i]->digest).field("result", result.task.result_digest).field("cells", result.task.cells);
    body.field("failedChecks", result.task.failed_checks).end_object();
    ++entries;
    audit_.append(txn, mine.code, "report.compute", "report:" + packages[i]->code + "/" + mine.code + "/" + period.iso(), body.str());
  }
  if (entries == 0) return done;
  // Where nothing but this has changed the unit since the snapshot, what is stored is what its books and typed cells make of it now.
  if (seen >= 0 && audit_.position(txn, code) == seen + entries)
    for (const auto& one : done) mark_task(txn, one.task.id, mark_of(*round.catalog, seen + entries));
  txn.commit();
  return done;
}

std::vector<Computed> Reports::compute(Call call, const std::string& wanted, const std::string& code, Period period) const {
  Round round = this->round(call, code);
  return compute(call, round, wanted, code, period);
}

}  // namespace mif::reporting
