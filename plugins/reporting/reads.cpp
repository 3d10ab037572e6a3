// SPDX-License-Identifier: Apache-2.0
// What the evaluator reads: cells of this and other tables, periods and units, the ledger, figures of other modules.
#include <algorithm>

#include "evaluator.h"
#include "mif/svc/ledger.h"

namespace mif::reporting {
namespace {

void lacks(Traced& t, std::string why, bool lasting) {
  if (!t.missing.empty() && (t.lasting || !lasting)) return;
  t.missing = std::move(why);
  t.lasting = t.lasting || lasting;
}

std::string before(Period period) { return period.iso() + " 早于账套启用期 (before the books begin)"; }

// The first month of what a shift sums up, up to `period`.
int first_of(const Shift& shift, bool year, int span, Period period) {
  return year || shift.year_to_date ? 1 : shift.quarter_to_date ? first_month(3, period.month) : first_month(span, period.month);
}

}  // namespace

std::vector<const BookInfo*> Evaluator::books_read(const std::vector<std::string>& named, const Place& place) const {
  std::vector<const BookInfo*> read;
  const std::string& scheme = place.table ? place.table->scheme : place.scheme;
  for (const auto& wanted : named) {
    const auto found = std::find_if(books_.begin(), books_.end(), [&](const BookInfo& b) { return b.code == wanted || (b.unit == unit_.code && b.scheme == wanted); });
    if (found != books_.end()) read.push_back(&*found);
    // A table of the whole unit adds up whatever schemes the unit has.
    else if (!scheme.empty()) throw Error(MIF_E_NOT_FOUND, "report.unit-book-missing", "本单位没有账套 (this unit has no book) \"" + wanted + "\"");
  }
  if (!named.empty()) return read;
  if (const BookInfo* book = scheme.empty() && unit_.books.size() == 1 ? &unit_.books.front() : unit_.book_of(scheme)) return {book};
  throw Error(MIF_E_INVALID, "report.whose-book", "这里没有险种，取数函数要写明 账套=… (no scheme here: say whose book)");
}

Traced Evaluator::reference(const Expression& e, const Place& place) {
  const Range cells = range(e, place);
  Traced total = one(*cells.table, cells.first_row, cells.first_col, e.shift, place);
  for (int r = cells.first_row; r <= cells.last_row; ++r)
    for (int c = cells.first_col; c <= cells.last_col; ++c)
      if (r != cells.first_row || c != cells.first_col) total = plus(std::move(total), one(*cells.table, r, c, e.shift, place), 1);
  return total;
}

std::vector<Traced> Evaluator::spread(const Expression& e, const Place& place) {
  const Range cells = range(e, place);
  std::vector<Traced> all;
  all.reserve(static_cast<std::size_t>(cells.last_row - cells.first_row + 1) * static_cast<std::size_t>(cells.last_col - cells.first_col + 1));
  for (int r = cells.first_row; r <= cells.last_row; ++r)
    for (int c = cells.first_col; c <= cells.last_col; ++c) all.push_back(one(*cells.table, r, c, e.shift, place));
  return all;
}

Evaluator::Range Evaluator::range(const Expression& e, const Place& place) const {
  // The names in a formula are those of its own time; `one` finds what they were in another.
  const Table* table = e.cell.table.empty() ? place.table : catalog_.find(e.cell.table, place.period);
  if (!table) {
    table = catalog_.any_version(e.cell.table, place.period);
    if (const Table* exact = catalog_.find(e.cell.table, e.shift.apply(place.period, table->span))) table = exact;
  }
  const bool own = table == place.table;
  const auto span = [&](const Axis& axis, bool is_row) {
    if (own && axis.current() && !axis.each) {
      const int i = is_row ? place.row : place.col;
      return std::pair<int, int>(i, i);
    }
    if (own && axis.own_from >= 0) return std::pair<int, int>(axis.own_from, axis.own_to);
    const auto at = [&](const std::string& code) { return is_row ? table->row(code) : table->col(code); };
    if (axis.each) {
      const int i = at(is_row ? place.each_row : place.each_col);
      return std::pair<int, int>(i, i);
    }
    if (axis.current()) {
      const auto& lines = is_row ? place.table->rows : place.table->cols;
      const int i = at(lines[static_cast<std::size_t>(is_row ? place.row : place.col)].code);
      return std::pair<int, int>(i, i);
    }
    const int from = at(axis.from), to = axis.to.empty() ? from : at(axis.to);
    return std::pair<int, int>(std::min(from, to), std::max(from, to));
  };
  const auto [r0, r1] = span(e.cell.row, true);
  const auto [c0, c1] = span(e.cell.col, false);
  return {table, r0, r1, c0, c1};
}

Traced Evaluator::one(const Table& table, int row, int col, const Shift& shift, const Place& place) {
  const auto exactly = [&](const Table& version, int r, int c, Period period, bool so_far) -> Traced {
    if (shift.whose != Shift::Whose::here) return elsewhere(version, r, c, shift, period, place.below_layer);
    const Traced& known = cell(version, r, c, period);
    Traced result;
    if (place.terms) {
      result = known;
    } else {
      result.value = known.value;
      result.sources = known.sources;
      result.missing = known.missing;
      result.lasting = known.lasting;
    }
    if (!so_far && unit_.has(version) && period < unit_.start(version) && !given(version, r, c, period)) lacks(result, before(period), false);
    return result;
  };
  const auto no_such = [&](Period period, const std::string& what) {
    Traced none;
    lacks(none, period.iso() + " 的 " + table.code + " 没有这一格 (the table of then has no such cell): " + what, true);
    return none;
  };
  const auto at = [&](Period period, bool so_far, bool printed) -> Traced {
    const Table* version = catalog_.find(table.code, period);
    if (version != &table)
      if (const auto was = catalog_.before(table, row, col, period)) {
        if (!was->lacks.empty()) return no_such(period, was->lacks);
        Traced total;  // a new cell was nothing
        for (std::size_t i = 0; i < was->cells.size(); ++i) {
          const CellId& old = was->cells[i];
          Traced part = exactly(*old.table, old.row, old.col, period, so_far);
          if (printed) part.value = old.table->printed(part.value);
          total = i ? plus(std::move(total), part, 1) : std::move(part);
        }
        return total;
      }
    // Before the form was introduced the books of then are read with the form of now.
    if (!version) version = &table;
    int r = row, c = col;
    if (version != &table) {
      const auto found_row = version->row_index.find(table.rows[static_cast<std::size_t>(row)].code);
      const auto found_col = version->col_index.find(table.cols[static_cast<std::size_t>(col)].code);
      if (found_row == version->row_index.end() || found_col == version->col_index.end())
        return no_such(period, "[" + table.rows[static_cast<std::size_t>(row)].code + "," + table.cols[static_cast<std::size_t>(col)].code + "]");
      r = found_row->second;
      c = found_col->second;
    }
    Traced result = exactly(*version, r, c, period, so_far);
    if (printed) result.value = version->printed(result.value);
    return result;
  };
  Period period = shift.apply(place.period, table.span);
  if (shift.year_start) period = {period.year - 1, 12};
  if (!shift.year_to_date && !shift.quarter_to_date) return at(period, false, place.printed);
  Traced total;
  // Its periods end every `span` months, the last one where the period asked for ends.
  bool first = true;
  for (int month = std::min(first_of(shift, false, 1, period) - 1 + table.span, period.month); ; month = std::min(month + table.span, period.month)) {
    if (month == 12 && period.month == 13 && table.span > 1) continue;  // the adjustments belong to the last span
    Traced next = at({period.year, month}, true, false);
    total = first ? std::move(next) : plus(std::move(total), next, 1);
    first = false;
    if (month != period.month) continue;
    if (place.printed) total.value = table.printed(total.value);
    return total;
  }
}

Traced Evaluator::elsewhere(const Table& table, int row, int col, const Shift& shift, Period period, const std::string& below_layer) {
  if (shift.whose == Shift::Whose::unit) return stored(shift.unit, "", table, row, col, period);
  if (shift.whose == Shift::Whose::own) return outside_.layer == "own" ? cell(table, row, col, period) : stored(unit_.code, "own", table, row, col, period);
  Traced total;
  const auto below = has_below();
  if (!below) lacks(total, "这里不知道有哪些下级单位 (the units below are not known here)", true);
  else if (!*below) lacks(total, "本单位没有下级单位 (no unit is below this one)", false);
  else if (outside_.others.total) {
    const auto sum = outside_.others.total(below_layer, table, table.rows[static_cast<std::size_t>(row)].code, table.cols[static_cast<std::size_t>(col)].code, period);
    if (sum) total.value = *sum;
    else lacks(total, "下级单位没有 " + table.code + " " + period.iso() + " 的结果 (the units below have no result)", true);
    total.linear = false;
  } else
    for (const auto& code : *below_) total = plus(std::move(total), stored(code, below_layer, table, row, col, period), 1);
  return total;
}

Traced Evaluator::stored(const std::string& unit, const std::string& layer, const Table& table, int row, int col, Period period) {
  Traced result;
  result.linear = false;
  std::optional<Value> value;
  if (outside_.others.cell)
    value = outside_.others.cell(unit, layer, table, table.rows[static_cast<std::size_t>(row)].code, table.cols[static_cast<std::size_t>(col)].code, period);
  if (value) {
    result.value = std::move(*value);
    return result;
  }
  const std::string why = "单位 " + unit + " 没有 " + table.code + " " + period.iso() + " 的结果 (the unit has no result)";
  lacks(result, why, true);
  unanswered_.emplace(table.code + "{单位:" + unit + "}", why);
  return result;
}

Traced Evaluator::ledger(const Expression& e, const Place& place) {
  const auto& l = e.ledger;
  Traced result;
  if (outside_.layer != "own") {
    lacks(result, "汇总层没有账可取 (a summed report has no ledger)", true);
    return result;
  }
  const int span = place.table ? place.table->span : 1;
  const Period period = e.shift.apply(place.period, span);
  Predicate p;
  p.year = period.year;
  p.accounts = l.accounts;
  p.opposite = l.opposite;
  p.aux = l.aux;
  p.side = l.side;
  p.measure = l.measure == Measure::debit ? MIF_DEBIT : l.measure == Measure::credit ? MIF_CREDIT : 0;
  if (p.measure != 0) p.side = p.measure;
  const bool balance = l.measure == Measure::opening || l.measure == Measure::closing;
  // A balance is what it is, closing vouchers included; turnover without them, or every income line would be zero.
  p.with_closing = balance || l.with_closing;
  p.opening = balance;
  // The table's period runs up to the month asked for: a month, the quarter or the year so far.
  const int first = first_of(e.shift, l.year_to_date, span, period);
  p.month_to = l.measure == Measure::opening ? first - 1 : period.month;
  p.month_from = balance ? 1 : first;
  if (e.shift.year_start) p.month_to = 0;
  for (const BookInfo* book : books_read(l.books, place)) {
    p.book = book->code;
    if (p.year < book->start.year || (period < book->start && !balance)) {
      lacks(result, before(period), false);
      continue;
    }
    const Question& question = facts_.question(p);
    const auto fen = facts_.sum(question);
    if (const auto& unclear = facts_.unclear(question); !unclear.empty()) lacks(result, unclear, true);
    if (!fen) continue;
    result.value = result.value + Value::money(*fen);
    if (place.terms) result.terms.add(question, 1);
  }
  return result;
}

Traced Evaluator::figure(const Expression& e, const Place& place) {
  const auto& f = e.figure;
  const int span = place.table ? place.table->span : 1;
  Period period = e.shift.apply(place.period, span);
  FigureQuestion q;
  q.family = f.family;
  q.name = f.name;
  q.arguments = f.arguments;
  q.unit = unit_.code;
  if (e.shift.year_start) period = {period.year - 1, 12};
  q.period = period;
  q.months = e.shift.year_start ? 1 : period.month - first_of(e.shift, false, span, period) + 1;
  const std::string& scheme = place.table ? place.table->scheme : place.scheme;
  if (f.books.empty() && scheme.empty()) return asked(q);
  Traced total;
  total.linear = false;
  for (const BookInfo* book : books_read(f.books, place)) {
    q.book = book->code;
    q.scheme = book->scheme;
    total = plus(std::move(total), asked(q), 1);
  }
  return total;
}

Traced Evaluator::asked(const FigureQuestion& q) {
  Traced result;
  result.linear = false;
  Figure figure;
  const std::string what = q.family + "(\"" + q.name + "\")";
  if (outside_.layer != "own") figure.provenance = "汇总层不取数 (a summed report asks for no figures)";
  else if (outside_.figures) figure = outside_.figures(q);
  if (figure.answer == Figure::Answer::unknown) {
    const std::string why = figure.provenance.empty() ? "没有模块提供 (no module has this figure) " + what : what + "：" + figure.provenance;
    lacks(result, why, true);
    unanswered_.emplace(what, why);
    return result;
  }
  result.value = std::move(figure.value);
  if (!figure.provenance.empty()) result.sources.insert(figure.provenance);
  return result;
}

Traced Evaluator::keyword(const Expression& e, const Place& place) const {
  Traced result;
  switch (e.keyword) {
    case Keyword::year: result.value = Value::number(static_cast<Wide>(place.period.year) * Value::kOne); break;
    case Keyword::month: result.value = Value::number(static_cast<Wide>(place.period.month) * Value::kOne); break;
    case Keyword::unit_name: result.value = Value::text(unit_.name.empty() ? unit_.code : unit_.name); break;
    case Keyword::period: result.value = Value::text(place.period.iso()); break;
  }
  return result;
}

}  // namespace mif::reporting
