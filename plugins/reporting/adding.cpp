// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "within_sum.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;
using Kind = CellRule::Kind;

std::string named(const Table& t, int row, int col) {
  return t.code + "[" + t.rows[static_cast<std::size_t>(row)].code + "," + t.cols[static_cast<std::size_t>(col)].code + "]";
}

bool asks_no_cells(const Expression& root) {
  bool none = true;
  walk(root, [&](const Expression& e) { none = none && e.op != Op::cell && e.op != Op::ledger && e.op != Op::figure; });
  return none;
}

}  // namespace

std::vector<BookInfo> paper_books(const Catalog& catalog, const std::string& unit) {
  std::set<std::string> schemes;
  for (const auto& p : catalog.packages())
    for (const auto& t : p.tables) schemes.insert(t->scheme);
  std::vector<BookInfo> books;
  for (const auto& scheme : schemes) {
    BookInfo b;
    b.code = unit + "/" + scheme;
    b.unit = unit;
    b.scheme = scheme;
    b.start = {1, 1};
    books.push_back(std::move(b));
  }
  return books;
}

bool asks_the_books(const Expression& root) {
  bool more = false;
  walk(root, [&](const Expression& e) { more = more || e.op == Op::ledger || e.op == Op::figure || (e.args.empty() && e.op != Op::literal && e.op != Op::parameter && e.op != Op::keyword && e.op != Op::cell); });
  return more;
}

bool asks_more_than_cells(const Expression& root) {
  bool more = asks_the_books(root);
  walk(root, [&](const Expression& e) { more = more || e.shift.whose != Shift::Whose{}; });
  return more;
}

bool Adding::adds(const Table& t, int row, int col) {
  const auto key = std::make_tuple(&t, row, col);
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  known_[key] = true;  // a cell that leads to itself in another period
  const auto& rule = t.rule(row, col);
  const bool yes = !t.not_summed[static_cast<std::size_t>(row) * t.cols.size() + static_cast<std::size_t>(col)] &&
                   (rule.kind != Kind::formula || linear(*t.formulas[static_cast<std::size_t>(rule.formula)].root, t, row, col));
  return known_[key] = yes;
}

bool Adding::linear(const Expression& e, const Table& here, int row, int col) {
  const auto all = [&] { return std::all_of(e.args.begin(), e.args.end(), [&](const auto& a) { return linear(*a, here, row, col); }); };
  switch (e.op) {
    case Op::literal: return e.literal.blank() || (e.literal.numeric() && e.literal.scaled() == 0);
    case Op::parameter: case Op::keyword: return false;
    case Op::cell: return refers(e, here, row, col);
    case Op::ledger: return true;
    case Op::negate: case Op::add: case Op::subtract: case Op::sum: return all();
    case Op::multiply: return (e.args[0]->op == Op::literal && linear(*e.args[1], here, row, col)) || (e.args[1]->op == Op::literal && linear(*e.args[0], here, row, col));
    case Op::choose: return asks_no_cells(*e.args[0]) && std::all_of(e.args.begin() + 1, e.args.end(), [&](const auto& a) { return linear(*a, here, row, col); });
    default: return e.args.empty();  // another kind of question to the books
  }
}

bool Adding::refers(const Expression& e, const Table& here, int row, int col) {
  const Table* t = e.cell.table.empty() ? &here : catalog_.find(e.cell.table, period_);
  if (!t) return true;
  const auto span = [&](const Axis& axis, bool is_row) {
    const auto& index = is_row ? t->row_index : t->col_index;
    const auto at = [&](const std::string& code) {
      const auto found = index.find(code);
      return found == index.end() ? -1 : found->second;
    };
    if (axis.current() || axis.each) {
      const int i = at(is_row ? here.rows[static_cast<std::size_t>(row)].code : here.cols[static_cast<std::size_t>(col)].code);
      return std::pair<int, int>(i, i);
    }
    const int from = at(axis.from), to = axis.to.empty() ? from : at(axis.to);
    return std::pair<int, int>(std::min(from, to), std::max(from, to));
  };
  const auto [r0, r1] = span(e.cell.row, true);
  const auto [c0, c1] = span(e.cell.col, false);
  for (int r = std::max(r0, 0); r <= r1; ++r)
    for (int c = std::max(c0, 0); c <= c1; ++c)
      if (!adds(*t, r, c)) return false;
  return true;
}

void put(StoredCell& cell, const Value& value) {
  cell.value = value.plain();
  cell.kind = value.kind() == Value::Kind::money ? MIF_CELL_MONEY : value.blank() ? MIF_CELL_BLANK : MIF_CELL_TEXT;
  if (cell.kind == MIF_CELL_MONEY) cell.fen = value.fen();
  cell.linear = false;
}

Cells cells_of(Txn& txn, std::int64_t id) {
  Cells all;
  for (auto& c : load_cells(txn, id)) all.emplace(CellKey{c.table, c.row, c.col}, std::move(c));
  return all;
}

Totals totals_of(Txn& txn, const std::vector<Part>& parts) {
  constexpr std::size_t kAtOnce = 100;
  Totals all;
  for (std::size_t from = 0; from < parts.size(); from += kAtOnce) {
    std::vector<mif::Value> ids;
    std::string marks;
    for (std::size_t i = from; i < std::min(parts.size(), from + kAtOnce); ++i) {
      ids.emplace_back(parts[i].id);
      marks += marks.empty() ? "?" : ", ?";
    }
    const std::string cells = " from x_reporting_cell where task in (" + marks + ")";
    txn.query("select table_code, row_code, col_code, cast(sum(fen) as bigint)" + cells + " and kind = " + std::to_string(MIF_CELL_MONEY) + " group by table_code, row_code, col_code", ids,
              [&](const Row& row) {
                Value& total = all.sums[{row.text(0), row.text(1), row.text(2)}];
                total = total + Value::money(row.fen(3));
                return true;
              });
    txn.query("select table_code, row_code, col_code, amount_text" + cells + " and kind = " + std::to_string(MIF_CELL_TEXT), ids, [&](const Row& row) {
      StoredCell c;
      c.table = row.text(0);
      c.row = row.text(1);
      c.col = row.text(2);
      c.kind = MIF_CELL_TEXT;
      c.value = row.text(3);
      all.add(c);
      return true;
    });
    txn.query("select distinct table_code" + cells, ids, [&](const Row& row) {
      all.tables.insert(row.text(0));
      return true;
    });
  }
  return all;
}

void Totals::add(const StoredCell& cell) {
  tables.insert(cell.table);
  used.insert({cell.table, cell.row});
  if (holds_words(cell)) {
    words[{cell.table, cell.row, cell.col}] = cell.value;
    return;
  }
  const Value v = value_of(cell);
  if (!v.numeric()) return;
  Value& total = sums[{cell.table, cell.row, cell.col}];
  total = total + v;
}

Result Flow::add_up(Call call, const Catalog& catalog, const Package& package, const std::string& unit, Period period, const Totals& totals, UnitSums* sums, Summed& told) const {
  const auto& present = totals.tables;
  Adding adding(catalog, period);
  std::set<std::string> lost;
  const auto paper = paper_books(catalog, unit);
  Facts nothing([](const std::string&, int) { return std::vector<BalanceRow>(); });
  const WithinSum::Between between = sums ? sums->now().between(package, present) : WithinSum::Between();
  // Cells that hold less than the parts do together, because what the units paid each other is left out: the formulas over what is left out say by how much.
  std::set<CellId> less;
  if (sums)
    for (const auto& e : package.eliminations)
      for (const auto* side : e.keep ? std::vector<const Expression*>() : std::vector<const Expression*>{e.a.get(), e.b.get()}) {
        const Table& t = catalog.table(side->cell.table, period);
        const CellId id{&t, t.row(side->cell.row.from), t.col(side->cell.col.from)};
        if (!less.insert(id).second) continue;
        for (const auto& reached : catalog.affected(t, id.row, id.col)) less.insert(reached);
      }
  Outside by;
  by.figures = [](const FigureQuestion&) {
    Figure none;
    none.answer = Figure::Answer::blank;
    return none;
  };
  by.given = [&](const Table& t, const std::string& row, const std::string& col, Period p) -> std::optional<Value> {
    if (p != period) return sums->left_out(t, row, col, p);
    if (const auto out = between.left_out.find({t.code, row, col}); out != between.left_out.end()) return out->second;
    const CellId id{&t, t.row(row), t.col(col)};
    if (!less.count(id) || !adding.adds(t, id.row, id.col) || t.rule(id.row, id.col).kind != Kind::formula) return Value();
    return std::nullopt;
  };
  Evaluator left_out(catalog, nothing, paper, unit, std::move(by));
  Outside outside;
  if (sums) {
    outside.layer = "sum";
    outside.others = sums->others();
  }
  outside.given = [&](const Table& t, const std::string& row, const std::string& col, Period p) -> std::optional<Value> {
    if (p != period) return sums ? sums->stored(t, row, col, p) : Value();
    const int r = t.row(row), c = t.col(col);
    if (t.rule(r, c).text) {
      const auto said = totals.words.find({t.code, row, col});
      return said == totals.words.end() ? Value() : Value::text(said->second);
    }
    if (adding.adds(t, r, c)) {
      const auto total = totals.sums.find({t.code, row, col});
      // One unit's cells out of a file: what it leaves out and other cells give is computed, not blank.
      if (!sums && total == totals.sums.end() && t.rule(r, c).kind == Kind::formula && !asks_more_than_cells(*t.formulas[static_cast<std::size_t>(t.rule(r, c).formula)].root)) return std::nullopt;
      Value sum = total == totals.sums.end() ? Value() : total->second;
      return less.count({&t, r, c}) ? sum - left_out.cell(t, r, c, period).value : sum;
    }
    const auto& rule = t.rule(r, c);
    if (rule.kind == Kind::formula && !asks_more_than_cells(*t.formulas[static_cast<std::size_t>(rule.formula)].root)) return std::nullopt;
    if (rule.kind == Kind::formula) lost.insert(named(t, r, c));
    return Value();
  };
  outside.rows = [&](const Table& t, const Section& s, Period) {
    int rows = 0;
    while (rows < s.most() && totals.used.count({t.code, t.rows[static_cast<std::size_t>(s.first + rows)].code})) ++rows;
    return rows;
  };
  Evaluator evaluator(catalog, nothing, paper, unit, std::move(outside));
  Result result;
  result.task.package = package.code;
  result.task.unit = unit;
  result.task.layer = "sum";
  result.task.period = period;
  result.task.template_digest = package.digest;
  for (const auto& t : package.tables) {
    if (!present.count(t->code)) continue;
    for (std::size_t r = 0; r < t->rows.size(); ++r) {
      if (t->rows[r].section >= 0 && !totals.used.count({t->code, t->rows[r].code})) continue;
      for (std::size_t c = 0; c < t->cols.size(); ++c) {
        const int row = static_cast<int>(r), col = static_cast<int>(c);
        const auto& rule = t->rule(row, col);
        StoredCell cell;
        cell.table = t->code;
        cell.row = t->rows[r].code;
        cell.col = t->cols[c].code;
        cell.linear = false;
        const bool adds = adding.adds(*t, row, col);
        cell.state = rule.text ? "text" : rule.kind == Kind::blocked ? "blocked" : rule.kind == Kind::empty ? "empty" : adds ? "sum" : "formula";
        if (rule.kind == Kind::formula) cell.formula = t->formulas[static_cast<std::size_t>(rule.formula)].text;
        if (rule.kind == Kind::formula || rule.kind == Kind::input) put(cell, evaluator.cell(*t, row, col, period).value);
        result.cells.push_back(std::move(cell));
      }
    }
  }
  const auto tell = [&](const CheckResult& r) {
    result.task.failed_checks += r.state == "fail" && r.level == "error";
    result.checks.push_back(stored_check(r));
  };
  const auto check = [&](const Check& c, const Table* t, const std::string& file) {
    bool here = c.kind != "children" && !asks_more_than_cells(*c.root) && !(c.when && asks_more_than_cells(*c.when));
    walk(*c.root, [&](const Expression& e) { here = here && (e.op != Op::cell || e.cell.table.empty() || present.count(e.cell.table)); });
    if (!here) return;
    located(file, c.line, [&] {
      for (const auto& r : run_check(evaluator, c, t, period)) tell(r);
    });
  };
  for (const auto& t : package.tables)
    if (present.count(t->code))
      for (const auto& c : t->checks) check(c, t.get(), t->file);
  for (const auto& c : package.checks) check(c, nullptr, package.folder + "/package.info");
  if (sums && sums->now().has_below())
    for (const auto& r : children_checks(evaluator, package, period, present)) tell(r);
  for (const auto& r : between.told) tell(r);
  r_.ministries_.present(call, package, result.cells);
  for (auto& cell : result.cells) {
    if (cell.state == "blocked") cell.printed = "×";
    const Table& t = catalog.table(cell.table, period);
    if (t.zero_blank && cell.kind == MIF_CELL_MONEY && t.printed(Value::money(cell.fen)).scaled() == 0) cell.printed.clear();
  }
  told.not_recomputed.assign(lost.begin(), lost.end());
  return result;
}

}  // namespace mif::reporting
