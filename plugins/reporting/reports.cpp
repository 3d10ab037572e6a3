// SPDX-License-Identifier: Apache-2.0
#include "reports.h"

#include <algorithm>

#include "digest.h"
#include "flow.h"
#include "mif/pattern.hpp"
#include "module-kit/text.h"
#include "typed.h"

namespace mif::reporting {
namespace {

constexpr std::size_t kReasonBytes = 400, kSourceBytes = 1000, kSideBytes = 60;  // as the columns are

// What was asked of others and not answered stays blank; this says so.
void lint_unanswered(const Evaluator& evaluator, std::vector<StoredCheck>& into) {
  for (const auto& [what, why] : evaluator.unanswered())
    into.push_back({"LINT", "", "", "warn", "figure", "fail", "", "", "", "", kit::cut(what, kReasonBytes), kit::cut(why, kReasonBytes)});
}

std::string joined(const std::set<std::string>& sources) {
  std::string text;
  for (const auto& one : sources) text += (text.empty() ? "" : "；") + one;
  return kit::cut(text, kSourceBytes);
}

// An account pattern that no account of the book's chart fits is a slip of the pen: the cell would stay blank for ever.
void lint_accounts(const std::vector<std::string_view>& chart, const Package& package, const BookInfo& book, std::vector<StoredCheck>& into) {
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
          const AccountPattern pattern(part);
          if (std::any_of(chart.begin(), chart.end(), [&](std::string_view code) { return pattern.matches(code); })) continue;
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

Reports::Reports(const Plugin& plugin)
    : ledger_(plugin), store_(plugin), config_(plugin), clock_(plugin), audit_(plugin), objects_(plugin), identity_(plugin), ministries_(plugin), sheet_(plugin), print_(plugin), figure_sources_(plugin) {}

void Reports::configure(Call call) {
  for (const auto& node : config_.own(call).children)
    if (node.key == "templates") root_ = node.value;
    else if (node.key == "package") keys_.read(node);
    else throw Error(MIF_E_INVALID, "report.setting-unknown", "plugin.reporting: 不认识的设置 (unknown setting) \"" + node.key + "\"，可用: templates, package");
}

TemplateFiles Reports::template_files(Call call) const {
  TemplateFiles files;
  files.info = [this, call](const std::string& path) { return config_.info(call, path); };
  files.bytes = [this, call](const std::string& path) { return config_.bytes(call, path); };
  files.list = [this, call](const std::string& folder) { return config_.list(call, folder); };
  return files;
}

std::shared_ptr<const Catalog> Reports::catalog(Call call, bool fresh) const {
  return templates_.get(template_files(call), root_, [&] { return folders(call); }, clock_.now_unix_ms(), fresh);
}

Reports::Round Reports::round(Call call) const { return {catalog(call, true), ledger_.books(call), {}, {}}; }

Agency Reports::unit(Call call, const std::vector<BookInfo>& books, const std::string& code, std::string_view permission) const {
  Agency unit = agency_of(books, code);
  identity_.require(call, permission, code);
  return unit;
}

// What the ministries' plugins name, and every folder below local/: a table needs no plugin.
std::vector<TemplateFolder> Reports::folders(Call call) const {
  const auto top = config_.list(call, root_);
  std::vector<TemplateFolder> all = ministries_.folders(call);
  if (std::find(top.begin(), top.end(), "local") != top.end())
    for (const auto& name : config_.list(call, root_ + "/local"))
      if (name.find('.') == std::string::npos) all.push_back({"local", "", root_ + "/local/" + name});
  if (all.empty())
    throw Error(MIF_E_UNAVAILABLE, "report.no-templates", "没有启用任何报表模板插件 (no report template plugin is active), 如 report-nhsa、report-mof，" + root_ + "/local 下也没有报表包");
  return all;
}

Agency Reports::unit(Call call, const std::string& code, std::string_view permission) const {
  return this->unit(call, ledger_.books(call), code, permission);
}

std::vector<std::string> Reports::units(Call call) const {
  std::vector<std::string> codes;
  for (const auto& b : ledger_.books(call))
    if (std::find(codes.begin(), codes.end(), b.unit) == codes.end()) codes.push_back(b.unit);
  return codes;
}

Whose Reports::keeper(Call call, const std::string& book) const {
  for (auto& b : ledger_.books(call))
    if (b.code == book) return {b.unit, b.scheme};
  throw Error(MIF_E_NOT_FOUND, "report.book-not-found", "没有账套 (no book) \"" + book + "\"，或您无权查看");
}

std::string holder(const Agency& unit, const Table& table) {
  const BookInfo* book = table.scheme.empty() ? nullptr : unit.book_of(table.scheme);
  return book ? book->code : unit.code;
}

const std::vector<StoredCheck>& Reports::linted(Call call, Txn& txn, Round& round, const Package& package, const BookInfo& book, int year) const {
  auto& codes = round.charts[{book.code, year}];
  if (codes.empty())
    for (const auto& account : ledger_.accounts(call, book.code, year, &txn)) codes += account.code + "\n";
  const auto [found, fresh] = round.linted.try_emplace(package.code + "\n" + book.scheme + "\n" + codes);
  if (!fresh) return found->second;
  std::vector<std::string_view> chart;
  for (std::string_view rest = codes; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) chart.push_back(rest.substr(0, rest.find('\n')));
  lint_accounts(chart, package, book, found->second);
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
  for (const auto& t : package.tables) {
    if (!unit.has(*t)) continue;
    for (std::size_t r = 0; r < t->rows.size(); ++r) {
      if (!evaluator.in_use(*t, static_cast<int>(r), period)) continue;
      for (std::size_t c = 0; c < t->cols.size(); ++c) {
        const int row = static_cast<int>(r), col = static_cast<int>(c);
        const auto& rule = t->rule(row, col);
        const Traced& traced = evaluator.cell(*t, row, col, period);
        StoredCell cell;
        cell.table = t->code;
        cell.row = t->rows[r].code;
        cell.col = t->cols[c].code;
        cell.state = state_of(rule);
        if (rule.kind == CellRule::Kind::formula) cell.formula = t->formulas[static_cast<std::size_t>(rule.formula)].text;
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
        if (overrides.find(*t, cell.row, cell.col, period)) {
          // What its formula gives stays visible, and so do the lines it asks for.
          cell.state = "override";
          formula = evaluator.evaluate(*t->formulas[static_cast<std::size_t>(rule.formula)].root, Place{t.get(), row, col, period, false, {}, {}, {}});
          told.formula_values[{cell.table, cell.row, cell.col}] = formula.value.plain();
        }
        for (const auto& [predicate, times] : cell.state == "override" ? formula.terms : traced.terms)
          result.terms.push_back({cell.table, cell.row, cell.col, times, predicate, facts.sum(predicate).value_or(Fen(0))});
        result.cells.push_back(std::move(cell));
      }
    }
  }
  for (const auto& r : run_checks(evaluator, package, period)) {
    told.empty_checks += r.state == "empty";
    told.unevaluated += r.state == "unevaluated";
    result.task.failed_checks += r.state == "fail" && r.level == "error";
    result.checks.push_back(stored_check(r));
  }
  for (const auto& book : unit.books) {
    const auto& found = linted(call, txn, round, package, book, period.year);
    result.checks.insert(result.checks.end(), found.begin(), found.end());
  }
  lint_unanswered(evaluator, result.checks);
  told.checks = static_cast<int>(result.checks.size());
  told.ledger_reads = facts.reads() - reads;
  ministries_.present(call, package, result.cells);
  const Table* table = nullptr;
  for (auto& cell : result.cells) {
    if (!table || table->code != cell.table) table = &catalog.table(cell.table, period);
    const Table& t = *table;
    if (t.zero_blank && cell.kind == MIF_CELL_MONEY && t.printed(Value::money(cell.fen)).scaled() == 0) cell.printed.clear();
    if (cell.state == "blocked") cell.printed = "×";
  }
  return result;
}

Result Reports::evaluate(Call call, Txn& txn, const Catalog& catalog, const Package& package, const std::vector<BookInfo>& books, const Agency& unit, Period period, Computed& told) const {
  Round round{std::shared_ptr<const Catalog>(std::shared_ptr<const Catalog>(), &catalog), books, {}, {}};  // borrowed
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
  {
    Txn snapshot = store_.read(call);  // one for every package, book and year
    Facts facts = this->facts(call, snapshot);
    for (std::size_t i = 0; i < packages.size(); ++i) {
      done[i].title = packages[i]->title;
      results.push_back(evaluate(call, snapshot, facts, round, *packages[i], mine, period, done[i]));
    }
  }
  Txn txn = store_.write(call);
  bool any = false;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    Result& result = results[i];
    result.task.computed_by = call.actor();
    result.task.computed_ms = clock_.now_unix_ms();
    done[i].changed = store_result(txn, result);
    done[i].task = result.task;
    if (!done[i].changed) continue;
    any = true;
    begin_work(txn, packages[i]->code, mine.code, period, call.actor(), result.task.computed_ms);
    keep_formula_values(txn, mine.code, period, done[i].formula_values);
    JsonWriter body;
    body.begin_object().field("package", packages[i]->code).field("unit", mine.code).field("period", period.iso());
    body.field("template", packages[i]->digest).field("result", result.task.result_digest).field("cells", result.task.cells);
    body.field("failedChecks", result.task.failed_checks).end_object();
    audit_.append(txn, mine.code, "report.compute", "report:" + packages[i]->code + "/" + mine.code + "/" + period.iso(), body.str());
  }
  if (any) txn.commit();
  return done;
}

std::vector<Computed> Reports::compute(Call call, const std::string& wanted, const std::string& code, Period period) const {
  Round round = this->round(call);
  return compute(call, round, wanted, code, period);
}

Task Reports::task(Txn& txn, const Package& package, const std::string& code, Period period) const {
  if (auto found = find_task(txn, package.code, code, period)) return *found;
  throw Error(MIF_E_NOT_FOUND, "report.not-computed", "还没有计算 " + package.title + "（单位 " + code + "，期间 " + period.iso() + "），请先执行 report compute (not computed yet)");
}

Task Reports::stored(Call call, const Package& package, const std::string& code, Period period) const {
  (void)unit(call, code, "report.read");
  Txn txn = store_.read(call);
  return task(txn, package, code, period);
}

std::vector<StoredCell> Reports::cells(Call call, const Task& of, const std::string& table) const {
  Txn txn = store_.read(call);
  return load_cells(txn, of.id, table);
}

std::vector<StoredCheck> Reports::checks(Call call, const Task& of) const {
  Txn txn = store_.read(call);
  return load_checks(txn, of.id);
}

std::vector<Override> Reports::overridden(Call call, const std::string& code, Period period) const {
  Txn txn = store_.read(call);
  auto all = overrides_of(txn, code);
  all.erase(std::remove_if(all.begin(), all.end(), [&](const Override& o) { return o.period != period; }), all.end());
  return all;
}

std::vector<Task> Reports::tasks(Call call, const std::string& code) const {
  (void)unit(call, code, "report.read");
  Txn txn = store_.read(call);
  auto all = tasks_of(txn, code);
  all.erase(std::remove_if(all.begin(), all.end(), [](const Task& t) { return t.layer != "own"; }), all.end());
  return all;
}

std::vector<BridgeItem> Reports::bridge(Call call, const std::string& code, Period period) const {
  const auto templates = catalog(call, true);
  const auto all = ledger_.books(call);
  const Agency mine = unit(call, code, "report.read");
  Txn txn = store_.read(call);
  return bridge_in(call, txn, *templates, all, mine, period);
}

std::vector<BridgeItem> Reports::bridge_in(Call call, Txn& txn, const Catalog& catalog, const std::vector<BookInfo>& books, const Agency& unit, Period period,
                                           const std::function<bool(const Bridge&)>& wanted, std::string_view only) const {
  Facts facts = this->facts(call, txn);
  const Overrides overrides(txn, unit.code);
  Outside outside = this->outside(call, txn, catalog, unit);
  outside.given = overrides.given();
  Evaluator evaluator(catalog, facts, books, unit.code, std::move(outside));
  std::vector<BridgeItem> items;
  for (const auto& bridge : catalog.bridges())
    if (!wanted || wanted(bridge))
      for (auto& item : run_bridge(evaluator, bridge, period, only)) items.push_back(std::move(item));
  return items;
}

void Reports::fill(Call call, const std::string& table, const std::string& row, const std::string& col, const std::string& code, Period period,
                   const std::string& written) const {
  const auto templates = catalog(call, true);
  const Agency mine = unit(call, code, "report.compute");
  const Table& t = templates->table(table, period);
  if (!mine.has(t)) throw Error(MIF_E_INVALID, "report.other-scheme", "单位 " + code + " 没有 " + t.code + " 的险种的账套 (the unit has no book of this table's scheme)");
  const std::string kept_by = holder(mine, t);
  const auto& rule = t.rule(t.row(row), t.col(col));
  if (rule.kind != CellRule::Kind::input)
    throw Error(MIF_E_INVALID, "report.not-input", t.code + "[" + row + "," + col + "] 不是填报格 (not an input cell)");
  const auto plain = [&](const Value& value) { return as_counted(t, t.row(row), t.col(col), value).plain(); };
  const Value value = typed_value(t, t.row(row), t.col(col), written, false);
  Txn txn = store_.write(call);
  const std::string& package = templates->package_of(t).code;
  refuse_fixed(txn, package, code, period);
  begin_work(txn, package, code, period, call.actor(), clock_.now_unix_ms());
  const auto before = typed_in(txn, kept_by, table, period);
  const auto was = before.find({table, row, col});
  note_change(txn, code, period, {table, row, col}, "typed", was == before.end() ? "" : plain(was->second), value.plain(), "", call.actor(), clock_.now_unix_ms());
  write_typed(txn, kept_by, period, {table, row, col}, value, call.actor());
  if (!value.blank()) open_row(txn, kept_by, t, t.row(row), period);
  JsonWriter body;
  body.begin_object().field("table", table).field("row", row).field("col", col).field("unit", code).field("period", period.iso()).field("amount", kit::cut(value.plain(), kReasonBytes)).end_object();
  audit_.append(txn, mine.code, "report.fill", "report:" + table + "/" + code + "/" + period.iso(), body.str());
  txn.commit();
}

bool Reports::has_books(Call call, const std::string& unit) const {
  const auto all = ledger_.books(call);
  return std::any_of(all.begin(), all.end(), [&](const BookInfo& b) { return b.unit == unit; });
}

}  // namespace mif::reporting
