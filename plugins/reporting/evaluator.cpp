// SPDX-License-Identifier: Apache-2.0
#include "evaluator.h"

#include <algorithm>

namespace mif::reporting {
namespace {

using Op = Expression::Op;

std::string named(const Table& t, int row, int col) {
  return t.code + "[" + t.rows[static_cast<std::size_t>(row)].code + "," + t.cols[static_cast<std::size_t>(col)].code + "]";
}

Traced of(Value value) {
  Traced t;
  t.value = std::move(value);
  return t;
}

void scale(Traced& t, std::int64_t times) {
  for (auto& [predicate, n] : t.terms) n *= times;
  if (times == 0) t.terms.clear();
}

// A whole number that carries no ledger terms: multiplying by it keeps the value linear.
bool whole(const Traced& t, std::int64_t& n) {
  if (!t.terms.empty() || t.value.kind() != Value::Kind::number || t.value.scaled() % Value::kOne != 0) return false;
  const Wide wide = t.value.scaled() / Value::kOne;
  if (wide > 1000000 || wide < -1000000) return false;
  n = static_cast<std::int64_t>(wide);
  return true;
}

void mix(Traced& into, const Traced& other) {
  for (const auto& [predicate, n] : other.terms) into.terms.emplace(predicate, n);
  if (!into.terms.empty()) into.linear = false;
}

}  // namespace

Traced plus(Traced a, const Traced& b, std::int64_t sign) {
  // An amount that no ledger line stands behind cannot be drilled.
  const auto bare = [](const Traced& t) { return t.terms.empty() && t.value.numeric() && t.value.scaled() != 0; };
  if (bare(a) || bare(b)) a.linear = false;
  a.value = sign > 0 ? a.value + b.value : a.value - b.value;
  a.linear = a.linear && b.linear;
  for (const auto& [predicate, n] : b.terms) {
    auto& times = a.terms[predicate];
    times += sign * n;
    if (times == 0) a.terms.erase(predicate);
  }
  return a;
}

Evaluator::Evaluator(const Catalog& catalog, Facts& facts, std::vector<BookInfo> books, const std::string& unit, Inputs inputs)
    : catalog_(catalog), facts_(facts), books_(std::move(books)), unit_(agency_of(books_, unit)), inputs_(std::move(inputs)) {}

std::vector<const BookInfo*> Evaluator::books_read(const LedgerCall& call, const Place& place) const {
  std::vector<const BookInfo*> read;
  const std::string& scheme = place.table ? place.table->scheme : place.scheme;
  for (const auto& wanted : call.books) {
    const auto found = std::find_if(books_.begin(), books_.end(), [&](const BookInfo& b) { return b.code == wanted || (b.unit == unit_.code && b.scheme == wanted); });
    if (found != books_.end()) read.push_back(&*found);
    // A table of the whole unit adds up whatever schemes the unit has.
    else if (!scheme.empty()) throw Error(MIF_E_NOT_FOUND, "report.unit-book-missing", "本单位没有账套 (this unit has no book) \"" + wanted + "\"");
  }
  if (!call.books.empty()) return read;
  if (const BookInfo* book = scheme.empty() && unit_.books.size() == 1 ? &unit_.books.front() : unit_.book_of(scheme)) return {book};
  throw Error(MIF_E_INVALID, "report.whose-book", "这里没有险种，取数函数要写明 账套=… (no scheme here: say whose book)");
}

const Traced& Evaluator::cell(const Table& table, int row, int col, Period period) {
  const Key key{&table, row, col, period.year * 100 + period.month};
  const auto found = done_.find(key);
  if (found != done_.end()) return found->second;
  Traced result;
  if (given_)
    if (auto value = given_(table, table.rows[static_cast<std::size_t>(row)].code, table.cols[static_cast<std::size_t>(col)].code, period)) {
      result.value = std::move(*value);
      result.linear = false;
      return done_.emplace(key, std::move(result)).first->second;
    }
  const auto& rule = table.rule(row, col);
  if (unit_.has(table) && !(period < unit_.start(table))) {
    if (rule.kind == CellRule::Kind::input) {
      result.value = inputs_ ? inputs_(table, table.rows[static_cast<std::size_t>(row)].code, table.cols[static_cast<std::size_t>(col)].code, period) : Value();
      result.linear = false;
    } else if (rule.kind == CellRule::Kind::formula) {
      const auto& formula = table.formulas[static_cast<std::size_t>(rule.formula)];
      if (std::find(path_.begin(), path_.end(), key) != path_.end()) {
        std::string text;
        for (auto at = std::find(path_.begin(), path_.end(), key); at != path_.end(); ++at)
          text += named(*std::get<0>(*at), std::get<1>(*at), std::get<2>(*at)) + " → ";
        throw Error(MIF_E_INVALID, "formula.cycle", table.file + ":" + std::to_string(formula.line) + ": 公式循环引用 (cycle): " + text + named(table, row, col));
      }
      path_.push_back(key);
      located(table.file, formula.line, [&] {
        try {
          Place place{&table, row, col, period, false, {}, {}, {}};
          result = evaluate(*formula.root, place);
          if (result.value.kind() == Value::Kind::money) {
            const Value exact = result.value.rounded(Value::kPerFen);
            if (Value::compare(exact, result.value) != 0) result.linear = false;
            result.value = exact;
          }
        } catch (const Error& e) {
          if (std::string_view(e.what()).find(".info:") != std::string_view::npos) throw;
          throw Error(e.code(), named(table, row, col) + "：" + e.what());
        }
      });
      path_.pop_back();
    }
  }
  return done_.emplace(key, std::move(result)).first->second;
}

Traced Evaluator::evaluate(const Expression& e, const Place& place) {
  switch (e.op) {
    case Op::literal: return of(e.literal);
    case Op::parameter: {
      const auto found = place.table ? place.table->parameters.find(e.parameter) : decltype(place.table->parameters.end())();
      return of(Value::text(found->second));
    }
    case Op::cell: return reference(e, place);
    case Op::ledger: return ledger(e, place);
    case Op::no: return of(Value::truth(!evaluate(*e.args[0], place).value.yes()));
    case Op::both: return of(Value::truth(evaluate(*e.args[0], place).value.yes() && evaluate(*e.args[1], place).value.yes()));
    case Op::either: return of(Value::truth(evaluate(*e.args[0], place).value.yes() || evaluate(*e.args[1], place).value.yes()));
    case Op::is_blank: return of(Value::truth(evaluate(*e.args[0], place).value.blank()));
    case Op::choose: {
      const bool yes = evaluate(*e.args[0], place).value.yes();
      if (yes) return evaluate(*e.args[1], place);
      return e.args.size() > 2 ? evaluate(*e.args[2], place) : Traced();
    }
    case Op::equal: case Op::unequal: case Op::less: case Op::less_equal: case Op::greater: case Op::greater_equal: {
      const int order = Value::compare(evaluate(*e.args[0], place).value, evaluate(*e.args[1], place).value);
      const bool holds = e.op == Op::equal ? order == 0 : e.op == Op::unequal ? order != 0 : e.op == Op::less ? order < 0
                         : e.op == Op::less_equal ? order <= 0 : e.op == Op::greater ? order > 0 : order >= 0;
      return of(Value::truth(holds));
    }
    default: return arithmetic(e, place);
  }
}

Traced Evaluator::arithmetic(const Expression& e, const Place& place) {
  Traced a = evaluate(*e.args[0], place);
  switch (e.op) {
    case Op::negate:
      a.value = -a.value;
      scale(a, -1);
      return a;
    case Op::add: return plus(std::move(a), evaluate(*e.args[1], place), 1);
    case Op::subtract: return plus(std::move(a), evaluate(*e.args[1], place), -1);
    case Op::multiply: {
      Traced b = evaluate(*e.args[1], place);
      std::int64_t n = 0;
      const Value product = a.value * b.value;
      if (whole(b, n)) scale(a, n);
      else if (whole(a, n)) scale(a = b, n);
      else mix(a, b);
      a.value = product;
      return a;
    }
    case Op::divide: {
      const Traced b = evaluate(*e.args[1], place);
      a.value = a.value / b.value;
      mix(a, b);
      return a;
    }
    case Op::sum:
      for (std::size_t i = 1; i < e.args.size(); ++i) a = plus(std::move(a), evaluate(*e.args[i], place), 1);
      return a;
    case Op::absolute:
      if (a.value.numeric() && a.value.scaled() < 0) {
        a.value = -a.value;
        scale(a, -1);
      }
      return a;
    case Op::round: {
      const Value places = evaluate(*e.args[1], place).value;
      Wide unit = Value::kOne;
      for (Wide i = 0; i < places.scaled() / Value::kOne; ++i) unit /= 10;
      for (Wide i = 0; i > places.scaled() / Value::kOne; --i) unit *= 10;
      if (places.kind() != Value::Kind::number || unit < 1 || unit > Value::kOne * 1000000000)
        throw Error(MIF_E_INVALID, "formula.decimals", "四舍五入 的位数应在 -9 到 6 之间 (decimals out of range)");
      const Value rounded = a.value.rounded(unit);
      if (Value::compare(rounded, a.value) != 0) a.linear = false;
      a.value = rounded;
      return a;
    }
    case Op::largest: case Op::smallest:
      for (std::size_t i = 1; i < e.args.size(); ++i) {
        Traced b = evaluate(*e.args[i], place);
        const int order = Value::compare(b.value, a.value);
        if (a.value.blank() || (!b.value.blank() && (e.op == Op::largest ? order > 0 : order < 0))) a = std::move(b);
      }
      return a;
    default: throw Error(MIF_E_INTERNAL, "unknown operation in a formula");
  }
}

Traced Evaluator::reference(const Expression& e, const Place& place) {
  const Table* table = e.cell.table.empty() ? place.table : &catalog_.table(e.cell.table, e.shift.apply(place.period));
  const auto span = [&](const Axis& axis, bool is_row) {
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
  Traced total;
  bool first = true;
  for (int r = r0; r <= r1; ++r)
    for (int c = c0; c <= c1; ++c) {
      Traced next = one(*table, r, c, e.shift, place);
      if (place.printed) next.value = table->printed(next.value);
      total = first ? std::move(next) : plus(std::move(total), next, 1);
      first = false;
    }
  return total;
}

Traced Evaluator::one(const Table& table, int row, int col, const Shift& shift, const Place& place) {
  Period period = shift.apply(place.period);
  if (shift.year_start) period = {period.year - 1, 12};
  if (!shift.year_to_date) {
    const Table* version = catalog_.find(table.code, period);
    if (!version || version == &table) return cell(table, row, col, period);
    return cell(*version, version->row(table.rows[static_cast<std::size_t>(row)].code), version->col(table.cols[static_cast<std::size_t>(col)].code), period);
  }
  Traced total;
  // Its periods end every `span` months, the last one where the period asked for ends.
  bool first = true;
  for (int month = std::min(table.span, period.month); ; month = std::min(month + table.span, period.month)) {
    if (month == 12 && period.month == 13 && table.span > 1) continue;  // the adjustments belong to the last span
    const Traced& next = cell(table, row, col, {period.year, month});
    total = first ? next : plus(std::move(total), next, 1);
    first = false;
    if (month == period.month) return total;
  }
}

Traced Evaluator::ledger(const Expression& e, const Place& place) {
  const auto& l = e.ledger;
  const Period period = e.shift.apply(place.period);
  Predicate p;
  p.year = period.year;
  p.accounts = l.accounts;
  p.aux = l.aux;
  p.side = l.side;
  p.measure = l.measure == Measure::debit ? MIF_DEBIT : l.measure == Measure::credit ? MIF_CREDIT : 0;
  if (p.measure != 0) p.side = p.measure;
  const bool balance = l.measure == Measure::opening || l.measure == Measure::closing;
  // A balance is what it is, closing vouchers included; turnover without them, or every income line would be zero.
  p.with_closing = balance || l.with_closing;
  p.opening = balance;
  // The table's period runs up to the month asked for: a month, the quarter or the year so far.
  const int first = place.table ? first_month(place.table->span, period.month) : period.month;
  p.month_to = l.measure == Measure::opening ? first - 1 : period.month;
  p.month_from = balance || l.year_to_date ? 1 : first;
  if (e.shift.year_start) p.month_to = 0;
  Traced result;
  for (const BookInfo* book : books_read(l, place)) {
    p.book = book->code;
    if (p.year < book->start.year || (period < book->start && !balance)) continue;
    const auto fen = facts_.sum(p);
    if (!fen) continue;
    result.value = result.value + Value::money(*fen);
    result.terms[p] += 1;
  }
  return result;
}

}  // namespace mif::reporting
