// SPDX-License-Identifier: Apache-2.0
#include "check_sides.h"

#include <algorithm>

#include "checks.h"
#include "digest.h"
#include "module-kit/text.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;

constexpr std::size_t kSideBytes = 60;  // as the columns are

bool condition(Op op) {
  switch (op) {
    case Op::no: case Op::both: case Op::either: case Op::choose: case Op::is_blank:
    case Op::equal: case Op::unequal: case Op::less: case Op::less_equal: case Op::greater: case Op::greater_equal: return true;
    default: return false;
  }
}

// What conditions stand upon, each once, in the order written.
void collect(const Expression& e, std::vector<const Expression*>& leaves) {
  if (condition(e.op)) {
    for (const auto& arg : e.args) collect(*arg, leaves);
  } else if (e.op != Op::literal) {
    leaves.push_back(&e);
  }
}

}  // namespace

std::string place_text(const Expression& root, const Place& place) {
  const Expression* first = nullptr;
  walk(root, [&](const Expression& e) {
    if (!first && e.op == Op::cell) first = &e;
  });
  if (!first) return {};
  const auto axis = [](const Axis& a, const std::string& each) { return a.each ? each : a.to.empty() ? a.from : a.from + ":" + a.to; };
  return first->cell.table + "[" + axis(first->cell.row, place.each_row) + "," + axis(first->cell.col, place.each_col) + "]";
}

std::string values_of(Evaluator& evaluator, const Expression& root, const Place& place) {
  std::vector<const Expression*> leaves;
  collect(root, leaves);
  std::vector<std::string> told;
  for (const auto* leaf : leaves) {
    const Value value = evaluator.evaluate(*leaf, place).value;
    const std::string name = place_text(*leaf, place);
    std::string one = name + (name.empty() ? "" : leaf->op == Op::cell ? " " : "… ") + (value.blank() ? "空" : value.kind() == Value::Kind::text ? "“" + value.string() + "”" : value.plain());
    if (std::find(told.begin(), told.end(), one) == told.end()) told.push_back(std::move(one));
  }
  std::string text;
  for (const auto& one : told) text += (text.empty() ? "" : "；") + one;
  return text;
}

std::string side_text(const Value& side) {
  if (side.kind() != Value::Kind::text) return side.plain();
  const std::string whole = side.string();
  if (whole.size() <= kSideBytes) return whole;
  const std::string mark = "…#" + Digest().add(whole).hex().substr(0, 8);
  return kit::cut(whole, kSideBytes - mark.size()) + mark;
}

std::string explanation_key(std::string_view id, std::string_view rule, std::string_view table, std::string_view place, std::string_view left, std::string_view right) {
  Digest digest;
  for (const auto part : {id, rule, table, place, left, right}) digest.add(part);
  return digest.hex();
}

std::string explanation_key(const CheckResult& r) { return explanation_key(r.id, r.rule, r.table, r.place, side_text(r.left), side_text(r.right)); }

}  // namespace mif::reporting
