// SPDX-License-Identifier: Apache-2.0
#include "sheet/replay.h"

#include <algorithm>

namespace mif::reporting {
namespace {

using Op = Expression::Op;

struct Unknown {};

class Replay {
 public:
  Replay(const Table& here, int row, int col, const CellValues& values, const TableByCode& tables) : here_(here), row_(row), col_(col), values_(values), tables_(tables) {}

  Value of(const Expression& e) const {
    const auto arg = [&](std::size_t i) { return of(*e.args[i]); };
    const auto order = [&] { return Value::compare(arg(0), arg(1)); };
    switch (e.op) {
      case Op::literal: return e.literal;
      case Op::parameter: {
        const auto found = here_.parameters.find(e.parameter);
        if (found == here_.parameters.end()) throw Unknown{};
        return Value::text(found->second);
      }
      case Op::cell: return cells(e, false);
      case Op::negate: return -arg(0);
      case Op::add: return arg(0) + arg(1);
      case Op::subtract: return arg(0) - arg(1);
      case Op::multiply: return arg(0) * arg(1);
      case Op::divide: return arg(0) / arg(1);
      case Op::equal: return Value::truth(order() == 0);
      case Op::unequal: return Value::truth(order() != 0);
      case Op::less: return Value::truth(order() < 0);
      case Op::less_equal: return Value::truth(order() <= 0);
      case Op::greater: return Value::truth(order() > 0);
      case Op::greater_equal: return Value::truth(order() >= 0);
      case Op::both: return Value::truth(arg(0).yes() && arg(1).yes());
      case Op::either: return Value::truth(arg(0).yes() || arg(1).yes());
      case Op::no: return Value::truth(!arg(0).yes());
      case Op::choose: return arg(0).yes() ? arg(1) : e.args.size() > 2 ? arg(2) : Value();
      case Op::absolute: {
        const Value v = arg(0);
        return v.numeric() && v.scaled() < 0 ? -v : v;
      }
      case Op::sum: {
        Value total;
        for (const auto& a : e.args) total = total + (a->op == Op::cell ? cells(*a, true) : of(*a));
        return total;
      }
      case Op::round: {
        const auto places = arg(1);
        Wide unit = Value::kOne;
        for (Wide n = places.scaled() / Value::kOne; n > 0; --n) unit /= 10;
        for (Wide n = places.scaled() / Value::kOne; n < 0; ++n) unit *= 10;
        if (unit == 0) throw Unknown{};
        return arg(0).rounded(unit);
      }
      default: throw Unknown{};
    }
  }

 private:
  Value cells(const Expression& e, bool many) const {
    if (!e.shift.none()) throw Unknown{};
    const Table* t = e.cell.table.empty() || e.cell.table == here_.code ? &here_ : tables_(e.cell.table);
    if (!t) throw Unknown{};
    const auto span = [&](const Axis& axis, bool is_row) {
      const auto at = [&](const std::string& code) { return is_row ? t->row(code) : t->col(code); };
      const std::string& same = is_row ? here_.rows[static_cast<std::size_t>(row_)].code : here_.cols[static_cast<std::size_t>(col_)].code;
      const int from = at(axis.current() ? same : axis.from), to = axis.to.empty() ? from : at(axis.to);
      return std::pair(std::min(from, to), std::max(from, to));
    };
    const auto [r0, r1] = span(e.cell.row, true);
    const auto [c0, c1] = span(e.cell.col, false);
    if (!many && (r0 != r1 || c0 != c1)) throw Unknown{};
    Value total;
    for (int r = r0; r <= r1; ++r)
      for (int c = c0; c <= c1; ++c) {
        const auto value = values_(*t, r, c);
        if (!value) throw Unknown{};
        total = total + *value;
      }
    return total;
  }

  const Table& here_;
  int row_, col_;
  const CellValues& values_;
  const TableByCode& tables_;
};

}  // namespace

std::optional<Value> replayed(const Expression& e, const Table& here, int row, int col, const CellValues& values, const TableByCode& tables) {
  try {
    return Replay(here, row, col, values, tables).of(e);
  } catch (const Unknown&) {
    return std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace mif::reporting
