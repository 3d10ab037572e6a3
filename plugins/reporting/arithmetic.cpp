// SPDX-License-Identifier: Apache-2.0
// What the evaluator computes with values and their terms.
#include <algorithm>

#include "evaluator.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;

// A whole number that carries no ledger terms: multiplying by it keeps the value linear.
bool whole(const Traced& t, std::int64_t& n) {
  if (!t.terms.empty() || t.value.kind() != Value::Kind::number || t.value.scaled() % Value::kOne != 0) return false;
  const Wide wide = t.value.scaled() / Value::kOne;
  if (wide > 1000000 || wide < -1000000) return false;
  n = static_cast<std::int64_t>(wide);
  return true;
}

void mix(Traced& into, const Traced& other) {
  into.terms.mix(other.terms);
  if (!into.terms.empty()) into.linear = false;
  into.linear = into.linear && other.linear;
}

Value counted(std::size_t n) { return Value::number(static_cast<Wide>(n) * Value::kOne); }

}  // namespace

void carry(Traced& into, const Traced& from) {
  into.sources.insert(from.sources.begin(), from.sources.end());
  if (from.missing.empty()) return;
  if (into.missing.empty() || (from.lasting && !into.lasting)) into.missing = from.missing;
  into.lasting = into.lasting || from.lasting;
}

Traced plus(Traced a, const Traced& b, std::int64_t sign) {
  // An amount that no ledger line stands behind cannot be drilled.
  const auto bare = [](const Traced& t) { return t.terms.empty() && t.value.numeric() && t.value.scaled() != 0; };
  if (bare(a) || bare(b)) a.linear = false;
  a.value = sign > 0 ? a.value + b.value : a.value - b.value;
  a.linear = a.linear && b.linear;
  a.terms.add(b.terms, sign);
  carry(a, b);
  return a;
}

Traced Evaluator::arithmetic(const Expression& e, const Place& place) {
  Traced a = evaluate(*e.args[0], place);
  switch (e.op) {
    case Op::negate:
      a.value = -a.value;
      a.terms.scale(-1);
      return a;
    case Op::add: return plus(std::move(a), evaluate(*e.args[1], place), 1);
    case Op::subtract: return plus(std::move(a), evaluate(*e.args[1], place), -1);
    case Op::multiply: {
      Traced b = evaluate(*e.args[1], place);
      std::int64_t n = 0;
      const Value product = a.value * b.value;
      if (whole(b, n)) {
        a.terms.scale(n);
        carry(a, b);
      } else if (whole(a, n)) {
        carry(b, a);
        b.terms.scale(n);
        a = std::move(b);
      } else {
        mix(a, b);
        carry(a, b);
      }
      a.value = product;
      return a;
    }
    case Op::divide: {
      const Traced b = evaluate(*e.args[1], place);
      const bool nothing = b.value.blank() || (b.value.numeric() && b.value.scaled() == 0);
      a.value = a.value / b.value;
      mix(a, b);
      carry(a, b);
      if (nothing && a.missing.empty()) a.missing = "除数为零或空 (divided by zero or nothing)";
      return a;
    }
    case Op::absolute:
      if (a.value.numeric() && a.value.scaled() < 0) {
        a.value = -a.value;
        a.terms.scale(-1);
      }
      return a;
    case Op::floor: {
      if (!a.value.blank() && !a.value.numeric()) throw Error(MIF_E_INVALID, "formula.text-operand", "文字或是非不能取整 (text or a condition cannot be computed with)");
      const Wide over = ((a.value.scaled() % Value::kOne) + Value::kOne) % Value::kOne;
      if (over == 0) return a;
      a.value = a.value - Value::number(over);
      a.linear = false;
      return a;
    }
    case Op::round: {
      const Traced asked = evaluate(*e.args[1], place);
      const Value& places = asked.value;
      Wide unit = Value::kOne;
      const Wide whole_places = places.scaled() / Value::kOne;
      if (places.kind() != Value::Kind::number || places.scaled() % Value::kOne != 0 || whole_places > 6 || whole_places < -9)
        throw Error(MIF_E_INVALID, "formula.decimals", "四舍五入 的位数应在 -9 到 6 之间 (decimals out of range)");
      for (Wide i = 0; i < whole_places; ++i) unit /= 10;
      for (Wide i = 0; i > whole_places; --i) unit *= 10;
      const Value rounded = a.value.rounded(unit);
      if (Value::compare(rounded, a.value) != 0) a.linear = false;
      a.value = rounded;
      carry(a, asked);
      return a;
    }
    default: throw Error(MIF_E_INTERNAL, "unknown operation in a formula");
  }
}

// Ranges give each of their cells.
Traced Evaluator::over_many(const Expression& e, const Place& place) {
  std::vector<Traced> all;
  for (const auto& arg : e.args) {
    if (arg->op != Op::cell) {
      all.push_back(evaluate(*arg, place));
      continue;
    }
    auto cells = spread(*arg, place);
    std::move(cells.begin(), cells.end(), std::back_inserter(all));
  }
  if (e.op == Op::count) {
    Traced result;
    result.value = counted(static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const Traced& t) { return !t.value.blank(); })));
    for (const auto& t : all) carry(result, t);
    return result;
  }
  Traced total = std::move(all.front());
  std::size_t filled = total.value.blank() ? 0 : 1;
  for (std::size_t i = 1; i < all.size(); ++i) {
    Traced& next = all[i];
    filled += next.value.blank() ? 0 : 1;
    if (e.op == Op::sum || e.op == Op::average) {
      total = plus(std::move(total), next, 1);
      continue;
    }
    const int order = Value::compare(next.value, total.value);
    const bool better = total.value.blank() || (!next.value.blank() && (e.op == Op::largest ? order > 0 : order < 0));
    if (better) std::swap(total, next);
    carry(total, next);
  }
  if (e.op == Op::average) {
    total.value = total.value / counted(filled);
    if (!total.terms.empty() && filled > 1) total.linear = false;
  }
  return total;
}

}  // namespace mif::reporting
