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

Outside only(Inputs inputs) {
  Outside outside;
  outside.inputs = std::move(inputs);
  return outside;
}

}  // namespace

Evaluator::Evaluator(const Catalog& catalog, Facts& facts, std::vector<BookInfo> books, const std::string& unit, Inputs inputs)
    : Evaluator(catalog, facts, std::move(books), unit, only(std::move(inputs))) {}

Evaluator::Evaluator(const Catalog& catalog, Facts& facts, std::vector<BookInfo> books, const std::string& unit, Outside outside)
    : catalog_(catalog), facts_(facts), books_(std::move(books)), unit_(agency_of(books_, unit)), outside_(std::move(outside)) {}

std::optional<bool> Evaluator::has_below() {
  if (!outside_.others.below) return std::nullopt;
  if (!below_) below_ = outside_.others.below();
  return !below_->empty();
}

const Traced& Evaluator::cell(const Table& table, int row, int col, Period period) {
  if (const Traced* known = done_.find(table, row, col, period)) return *known;
  ++computed_;
  Traced result = compute(table, row, col, period);
  return done_.put(table, row, col, period, std::move(result));
}

std::optional<Value> Evaluator::given(const Table& table, int row, int col, Period period) const {
  if (!outside_.given) return std::nullopt;
  return outside_.given(table, table.rows[static_cast<std::size_t>(row)].code, table.cols[static_cast<std::size_t>(col)].code, period);
}

bool Evaluator::in_use(const Table& table, int row, Period period) const {
  const Section* section = table.section_of(row);
  return !section || !outside_.rows || row - section->first < outside_.rows(table, *section, period);
}

Traced Evaluator::compute(const Table& table, int row, int col, Period period) {
  Traced result;
  if (!in_use(table, row, period)) return result;
  if (auto value = given(table, row, col, period)) {
    result.value = std::move(*value);
    result.linear = false;
    return result;
  }
  const auto& rule = table.rule(row, col);
  if (outside_.layer != "own" && rule.kind == CellRule::Kind::input) {
    result.missing = period.iso() + " 没有 " + table.code + " 的汇总结果 (no summed result)";
    result.lasting = true;
    return result;
  }
  if (!unit_.has(table) || period < unit_.start(table)) return result;
  if (rule.kind == CellRule::Kind::input) {
    result.value = outside_.inputs ? outside_.inputs(table, table.rows[static_cast<std::size_t>(row)].code, table.cols[static_cast<std::size_t>(col)].code, period) : Value();
    result.linear = false;
    if (rule.carry && outside_.carried)
      if (const auto since = outside_.carried(table, table.rows[static_cast<std::size_t>(row)].code, table.cols[static_cast<std::size_t>(col)].code, period)) result.sources.insert("沿用 " + since->iso());
    return result;
  }
  if (rule.kind != CellRule::Kind::formula) return result;
  const Key key{&table, row, col, period.year * 100 + period.month};
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
  if (result.lasting) {
    result.value = Value();
    result.terms.clear();
    result.linear = false;
  } else {
    result.missing.clear();
  }
  return result;
}

std::size_t Evaluator::invalidate(const Table& table, int row, int col) {
  std::size_t forgotten = done_.forget(table, row, col);
  for (const auto& id : catalog_.affected(table, row, col)) forgotten += done_.forget(*id.table, id.row, id.col);
  return forgotten;
}

Traced Evaluator::evaluate(const Expression& e, const Place& place) {
  switch (e.op) {
    case Op::literal: return of(e.literal);
    case Op::parameter: {
      const auto found = place.table ? place.table->parameters.find(e.parameter) : decltype(place.table->parameters.end())();
      return of(Value::text(found->second));
    }
    case Op::keyword: return keyword(e, place);
    case Op::cell: return reference(e, place);
    case Op::ledger: return ledger(e, place);
    case Op::figure: return figure(e, place);
    case Op::no: {
      const Traced a = evaluate(*e.args[0], place);
      Traced result = of(Value::truth(!a.value.yes()));
      carry(result, a);
      return result;
    }
    case Op::both: case Op::either: {
      const bool decides = e.op == Op::either;  // the value of the first that makes the second needless
      const Traced a = evaluate(*e.args[0], place);
      if (a.missing.empty() && a.value.yes() == decides) return of(Value::truth(decides));
      const Traced b = evaluate(*e.args[1], place);
      if (b.missing.empty() && b.value.yes() == decides) return of(Value::truth(decides));
      Traced result = of(Value::truth(decides ? a.value.yes() || b.value.yes() : a.value.yes() && b.value.yes()));
      carry(result, a);
      carry(result, b);
      return result;
    }
    case Op::is_blank: return of(Value::truth(evaluate(*e.args[0], place).value.blank()));
    case Op::choose: {
      const Traced condition = evaluate(*e.args[0], place);
      Traced result = condition.value.yes() ? evaluate(*e.args[1], place) : e.args.size() > 2 ? evaluate(*e.args[2], place) : Traced();
      carry(result, condition);
      return result;
    }
    case Op::equal: case Op::unequal: case Op::less: case Op::less_equal: case Op::greater: case Op::greater_equal: return compared(e, place);
    case Op::sum: case Op::average: case Op::count: case Op::largest: case Op::smallest: return over_many(e, place);
    default: return arithmetic(e, place);
  }
}

Traced Evaluator::compared(const Expression& e, const Place& place) {
  const Traced a = evaluate(*e.args[0], place), b = evaluate(*e.args[1], place);
  const int order = Value::compare(a.value, b.value);
  const bool holds = e.op == Op::equal ? order == 0 : e.op == Op::unequal ? order != 0 : e.op == Op::less ? order < 0
                     : e.op == Op::less_equal ? order <= 0 : e.op == Op::greater ? order > 0 : order >= 0;
  Traced result = of(Value::truth(holds));
  carry(result, a);
  carry(result, b);
  return result;
}

}  // namespace mif::reporting
