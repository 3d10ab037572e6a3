// SPDX-License-Identifier: Apache-2.0
#include "reports.h"

#include <algorithm>

#include "digest.h"
#include "flow.h"
#include "mif/pattern.hpp"

namespace mif::reporting {
namespace {

constexpr std::int64_t kCatalogFreshMs = 5000;

StoredCheck stored_check(const CheckResult& r) {
  return {r.id, r.table, r.place, r.level, r.kind, r.state, r.left.plain(), r.right.plain(), r.difference.plain(), r.tolerance.plain(), r.expression, r.message};
}

// An account pattern that no account of the book's chart fits is a slip of the pen: the cell would stay blank for ever.
void lint_accounts(const std::vector<AccountInfo>& chart, const Package& package, const BookInfo& book, std::vector<StoredCheck>& into) {
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
          if (std::any_of(chart.begin(), chart.end(), [&](const AccountInfo& a) { return pattern.matches(a.code); })) continue;
          into.push_back({"LINT", t->code, "", "warn", "account", "fail", part, "", "", "", f.text,
                          t->file + ":" + std::to_string(f.line) + ": 科目 " + part + " 在账套的科目表里没有 (no such account)"});
        }
      });
  }
}

std::string state_of(const CellRule& rule) {
  switch (rule.kind) {
    case CellRule::Kind::formula: return "formula";
    case CellRule::Kind::input: return "input";
    case CellRule::Kind::blocked: return "blocked";
    default: return "empty";
  }
}

}  // namespace

Reports::Reports(const Plugin& plugin)
    : ledger_(plugin), store_(plugin), config_(plugin), clock_(plugin), audit_(plugin), objects_(plugin), identity_(plugin), ministries_(plugin), sheet_(plugin), print_(plugin) {}

void Reports::configure(Call call) {
  for (const auto& node : config_.own(call).children)
    if (node.key == "templates") root_ = node.value;
    else throw Error(MIF_E_INVALID, "report.setting-unknown", "plugin.reporting: 不认识的设置 (unknown setting) \"" + node.key + "\"，可用: templates");
}

TemplateFiles Reports::template_files(Call call) const {
  TemplateFiles files;
  files.info = [this, call](const std::string& path) { return config_.info(call, path); };
  files.bytes = [this, call](const std::string& path) { return config_.bytes(call, path); };
  files.list = [this, call](const std::string& folder) { return config_.list(call, folder); };
  return files;
}

std::shared_ptr<const Catalog> Reports::catalog(Call call, bool fresh) const {
  const std::int64_t now = clock_.now_unix_ms();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!fresh && cached_ && now - cached_ms_ < kCatalogFreshMs) return cached_;
  }
  auto loaded = Catalog::load(template_files(call), root_, ministries_.folders(call));
  const std::lock_guard<std::mutex> lock(mutex_);
  cached_ = loaded;
  cached_ms_ = now;
  return loaded;
}

Agency Reports::unit(Call call, const std::string& code, std::string_view permission) const {
  Agency unit = agency_of(ledger_.books(call), code);
  identity_.require(call, permission, code);
  return unit;
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

Evaluator::Inputs Reports::inputs(Txn& txn, const Agency& unit) const {
  return [&txn, unit](const Table& table, const std::string& row, const std::string& col, Period period) {
    Value value;
    txn.query("select fen from x_reporting_input where book = ? and table_code = ? and fiscal_year = ? and fiscal_month = ? and row_code = ? and col_code = ?",
              {holder(unit, table), table.code, period.year, period.month, row, col}, [&](const Row& r) {
                value = Value::money(r.fen(0));
                return true;
              });
    return value;
  };
}

Result Reports::evaluate(Call call, Txn& txn, const Catalog& catalog, const Package& package, const std::vector<BookInfo>& books,
                         const Agency& unit, Period period, Computed& told) const {
  Result result;
  result.task.package = package.code;
  result.task.unit = unit.code;
  result.task.period = period;
  result.task.template_digest = package.digest;
  Facts facts([&](const std::string& code, int year) { return ledger_.balances(call, code, year, 13, &txn); });
  Evaluator evaluator(catalog, facts, books, unit.code, inputs(txn, unit));
  const Overrides overrides(txn, unit.code);
  evaluator.give(overrides.given());
  for (const auto& t : package.tables) {
    if (!unit.has(*t)) continue;
    for (std::size_t r = 0; r < t->rows.size(); ++r)
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
  for (const auto& r : run_checks(evaluator, package, period)) {
    told.empty_checks += r.state == "empty";
    result.task.failed_checks += r.state == "fail" && r.level == "error";
    result.checks.push_back(stored_check(r));
  }
  for (const auto& book : unit.books) lint_accounts(ledger_.accounts(call, book.code, period.year, &txn), package, book, result.checks);
  told.checks = static_cast<int>(result.checks.size());
  told.ledger_reads = facts.reads();
  ministries_.present(call, package, result.cells);
  for (auto& cell : result.cells) {
    const Table& t = catalog.table(cell.table, period);
    if (t.zero_blank && cell.kind == MIF_CELL_MONEY && t.printed(Value::money(cell.fen)).scaled() == 0) cell.printed.clear();
    if (cell.state == "blocked") cell.printed = "×";
  }
  return result;
}

std::vector<Computed> Reports::compute(Call call, const std::string& wanted, const std::string& code, Period period) const {
  const auto templates = catalog(call, true);
  const auto all = ledger_.books(call);
  const Agency mine = unit(call, code, "report.compute");
  if (period < mine.start())
    throw Error(MIF_E_INVALID, "report.before-start", period.iso() + " 早于单位 " + code + " 的账套启用期 (before its books begin) " + mine.start().iso());
  std::vector<Computed> done;
  for (const Package* package : templates->select(wanted, period, mine)) {
    Computed told;
    told.title = package->title;
    Result result;
    {
      Txn snapshot = store_.read(call);  // one for every book and year
      result = evaluate(call, snapshot, *templates, *package, all, mine, period, told);
    }
    result.task.computed_by = call.actor();
    result.task.computed_ms = clock_.now_unix_ms();
    Txn txn = store_.write(call);
    told.changed = store_result(txn, result);
    told.task = result.task;
    if (told.changed) {
      begin_work(txn, package->code, mine.code, period, call.actor(), result.task.computed_ms);
      keep_formula_values(txn, mine.code, period, told.formula_values);
      JsonWriter body;
      body.begin_object().field("package", package->code).field("unit", mine.code).field("period", period.iso());
      body.field("template", package->digest).field("result", result.task.result_digest).field("cells", result.task.cells);
      body.field("failedChecks", result.task.failed_checks).end_object();
      audit_.append(txn, mine.code, "report.compute", "report:" + package->code + "/" + mine.code + "/" + period.iso(), body.str());
      txn.commit();
    }
    done.push_back(std::move(told));
  }
  return done;
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
                                           const std::function<bool(const Bridge&)>& wanted) const {
  Facts facts([&](const std::string& b, int year) { return ledger_.balances(call, b, year, 13, &txn); });
  Evaluator evaluator(catalog, facts, books, unit.code, inputs(txn, unit));
  const Overrides overrides(txn, unit.code);
  evaluator.give(overrides.given());
  std::vector<BridgeItem> items;
  for (const auto& bridge : catalog.bridges())
    if (!wanted || wanted(bridge))
    for (auto& item : run_bridge(evaluator, bridge, period)) items.push_back(std::move(item));
  return items;
}

void Reports::fill(Call call, const std::string& table, const std::string& row, const std::string& col, const std::string& code, Period period,
                   const std::string& amount) const {
  const auto templates = catalog(call, true);
  const Agency mine = unit(call, code, "report.compute");
  const Table& t = templates->table(table, period);
  if (!mine.has(t)) throw Error(MIF_E_INVALID, "report.other-scheme", "单位 " + code + " 没有 " + t.code + " 的险种的账套 (the unit has no book of this table's scheme)");
  const std::string kept_by = holder(mine, t);
  if (t.rule(t.row(row), t.col(col)).kind != CellRule::Kind::input)
    throw Error(MIF_E_INVALID, "report.not-input", t.code + "[" + row + "," + col + "] 不是填报格 (not an input cell)");
  Txn txn = store_.write(call);
  const std::string& package = templates->package_of(t).code;
  refuse_fixed(txn, package, code, period);
  begin_work(txn, package, code, period, call.actor(), clock_.now_unix_ms());
  std::string was;
  txn.query("select fen from x_reporting_input where book = ? and table_code = ? and fiscal_year = ? and fiscal_month = ? and row_code = ? and col_code = ?",
            {kept_by, table, period.year, period.month, row, col}, [&](const Row& r) {
              was = r.fen(0).plain();
              return true;
            });
  note_change(txn, code, period, {table, row, col}, "typed", was, amount.empty() ? "" : Fen::parse(amount).plain(), "", call.actor(), clock_.now_unix_ms());
  txn.execute("delete from x_reporting_input where book = ? and table_code = ? and fiscal_year = ? and fiscal_month = ? and row_code = ? and col_code = ?",
              {kept_by, table, period.year, period.month, row, col});
  if (!amount.empty())
    txn.execute("insert into x_reporting_input (book, table_code, fiscal_year, fiscal_month, row_code, col_code, fen, written_by) values (?, ?, ?, ?, ?, ?, ?, ?)",
                {kept_by, table, period.year, period.month, row, col, Fen::parse(amount), call.actor()});
  JsonWriter body;
  body.begin_object().field("table", table).field("row", row).field("col", col).field("unit", code).field("period", period.iso()).field("amount", amount).end_object();
  audit_.append(txn, mine.code, "report.fill", "report:" + table + "/" + code + "/" + period.iso(), body.str());
  txn.commit();
}

Reports::Upload Reports::package(Call call, const Package& package, const std::string& code, Period period) const {
  const auto templates = catalog(call, false);
  const Agency mine = unit(call, code, "report.read");
  Upload upload;
  std::vector<StoredCell> all;
  std::vector<StoredCheck> results;
  {
    Txn txn = store_.read(call);
    upload.task = task(txn, package, code, period);
    all = load_cells(txn, upload.task.id);
    results = load_checks(txn, upload.task.id);
  }
  if (upload.task.failed_checks > 0)
    throw Error(MIF_E_CONFLICT, "report.checks-failed", package.title + " 有 " + std::to_string(upload.task.failed_checks) + " 项错误级审核未通过，不能生成上报文件 (checks failed); 用 report check 查看");
  if (upload.task.template_digest != package.digest)
    throw Error(MIF_E_CONFLICT, "report.template-changed", package.title + " 的模板已改，请先重新计算 (the template changed, compute again)");
  JsonWriter task;
  task.begin_object();
  task.field("package", package.code).field("title", package.title).field("ministry", package.ministry);
  task.field("unit", mine.code).field("unitName", mine.name).field("period", period.iso());
  task.field("template", package.digest).field("result", upload.task.result_digest);
  task.key("tables").begin_array();
  for (const auto& t : package.tables) {
    if (!mine.has(*t)) continue;
    task.begin_object().field("code", t->code).field("title", t->title).field("unit", t->printed_unit);
    task.key("rows").begin_array();
    for (const auto& row : t->rows) task.value(row.code);
    task.end_array().key("cols").begin_array();
    for (const auto& col : t->cols) task.value(col.code);
    task.end_array().end_object();
  }
  task.end_array().key("checks").begin_array();
  for (const auto& c : results) {
    task.begin_object().field("id", c.id).field("table", c.table).field("place", c.place).field("level", c.level).field("state", c.state);
    task.field("left", c.left).field("right", c.right).field("difference", c.difference).field("message", c.message).end_object();
  }
  task.end_array().end_object();
  upload.bytes = ministries_.upload(call, package, task.str(), all);
  upload.name = package.code + "_" + code + "_" + period.iso() + ".mifpkg";
  upload.digest = Digest::plain_hex(upload.bytes);
  upload.object = objects_.put(call, upload.bytes);
  return upload;
}

}  // namespace mif::reporting
