// SPDX-License-Identifier: Apache-2.0
#include "sheet/excel_formula.h"

#include <algorithm>

namespace mif::reporting {
namespace {

using Op = Expression::Op;

struct Unsayable {};

class Writer {
 public:
  Writer(const Table& here, int row, int col, const ExcelContext& context) : here_(here), row_(row), col_(col), context_(context) {}

  std::string write(const Expression& e) const {
    switch (e.op) {
      case Op::literal: return literal(e.literal);
      case Op::parameter: return quoted(context_.parameter(e.parameter));
      case Op::cell: return single(e);
      case Op::negate: return "(-" + write(*e.args[0]) + ")";
      case Op::add: return "(" + write(*e.args[0]) + "+" + write(*e.args[1]) + ")";
      case Op::subtract: return "(" + write(*e.args[0]) + "-" + write(*e.args[1]) + ")";
      case Op::multiply: return "(" + write(*e.args[0]) + "*" + write(*e.args[1]) + ")";
      case Op::divide: {
        // By zero or blank is blank here, and an error there.
        const std::string below = write(*e.args[1]);
        return "IF(" + below + "=0,0," + write(*e.args[0]) + "/" + below + ")";
      }
      case Op::equal: return compared(e, "=");
      case Op::unequal: return compared(e, "<>");
      case Op::less: return compared(e, "<");
      case Op::less_equal: return compared(e, "<=");
      case Op::greater: return compared(e, ">");
      case Op::greater_equal: return compared(e, ">=");
      case Op::both: return "AND(" + list(e) + ")";
      case Op::either: return "OR(" + list(e) + ")";
      case Op::no: return "NOT(" + list(e) + ")";
      case Op::choose: return "IF(" + list(e) + (e.args.size() == 2 ? ",0)" : ")");
      case Op::sum: return "SUM(" + list(e) + ")";
      case Op::absolute: return "ABS(" + list(e) + ")";
      case Op::round: return "ROUND(" + list(e) + ")";
      // A blank counts as nothing here and as zero there; ledger questions and blanks a sheet does not know.
      default: throw Unsayable{};
    }
  }

 private:
  std::string list(const Expression& e) const {
    std::string all;
    for (const auto& arg : e.args) all += (all.empty() ? "" : ",") + (e.op == Op::sum && arg->op == Op::cell ? range(*arg) : write(*arg));
    return all;
  }
  std::string compared(const Expression& e, const char* sign) const { return "(" + write(*e.args[0]) + sign + write(*e.args[1]) + ")"; }
  static std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
      if (c == '"') out += '"';
      out += c;
    }
    return out + "\"";
  }
  static std::string literal(const Value& value) {
    if (value.kind() == Value::Kind::text) return quoted(value.string());
    if (!value.numeric()) throw Unsayable{};
    return value.plain();
  }
  struct Area {
    int r0, c0, r1, c1;
  };
  const Table& table_of(const Expression& e) const {
    if (!e.shift.none() || e.cell.row.each || e.cell.col.each) throw Unsayable{};
    if (e.cell.table.empty() || e.cell.table == here_.code) return here_;
    const Table* other = context_.table(e.cell.table);
    if (!other || other->printed_unit != here_.printed_unit) throw Unsayable{};
    return *other;
  }
  Area area(const Table& t, const Expression& e) const {
    const auto span = [&](const Axis& axis, bool is_row) {
      const auto at = [&](const std::string& code) { return is_row ? t.row(code) : t.col(code); };
      if (axis.current()) {
        const int same = at(is_row ? here_.rows[static_cast<std::size_t>(row_)].code : here_.cols[static_cast<std::size_t>(col_)].code);
        return std::pair(same, same);
      }
      const int from = at(axis.from), to = axis.to.empty() ? from : at(axis.to);
      return std::pair(std::min(from, to), std::max(from, to));
    };
    const auto [r0, r1] = span(e.cell.row, true);
    const auto [c0, c1] = span(e.cell.col, false);
    return {r0, c0, r1, c1};
  }
  ExcelCell place(const Table& t, int row, int col) const {
    const auto cell = context_.cell(&t == &here_ ? std::string() : t.code, row, col);
    if (!cell) throw Unsayable{};
    return *cell;
  }
  std::string single(const Expression& e) const {
    const Table& t = table_of(e);
    const Area a = area(t, e);
    if (a.r0 != a.r1 || a.c0 != a.c1) throw Unsayable{};
    const ExcelCell cell = place(t, a.r0, a.c0);
    return cell.number ? cell.at : "N(" + cell.at + ")";  // × counts as blank
  }
  // In a two-sided table the columns of a range may have names between them: SUM passes over words.
  std::string range(const Expression& e) const {
    const Table& t = table_of(e);
    const Area a = area(t, e);
    for (int r = a.r0; r <= a.r1; ++r)
      for (int c = a.c0; c <= a.c1; ++c) (void)place(t, r, c);
    const std::string from = place(t, a.r0, a.c0).at;
    if (a.r0 == a.r1 && a.c0 == a.c1) return from;
    const std::string to = place(t, a.r1, a.c1).at;
    const auto mark = to.rfind('!');
    return from + ":" + (mark == std::string::npos ? to : to.substr(mark + 1));
  }

  const Table& here_;
  int row_, col_;
  const ExcelContext& context_;
};

// One pair of brackets around everything is a pair too many.
std::string bare(std::string text) {
  if (text.size() < 2 || text.front() != '(' || text.back() != ')') return text;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted) continue;
    depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    if (depth == 0) return text;
  }
  return text.substr(1, text.size() - 2);
}

// a+b+c needs no brackets: ((a+b)+c) loses those of the first term, which stand at the front.
std::string flat(std::string text) {
  while (!text.empty() && text.front() == '(') {
    int depth = 0;
    std::size_t close = 0;
    for (; close < text.size(); ++close) {
      depth += text[close] == '(' ? 1 : text[close] == ')' ? -1 : 0;
      if (depth == 0) break;
    }
    const char next = close + 1 < text.size() ? text[close + 1] : '+';
    if (close >= text.size() || (next != '+' && next != '-') || text.find_first_of("\"=<>") != std::string::npos) return text;
    text = text.substr(1, close - 1) + text.substr(close + 1);
  }
  return text;
}

}  // namespace

std::optional<std::string> excel_formula(const Expression& e, const Table& here, int row, int col, const ExcelContext& context) {
  try {
    if (e.op == Op::literal) return std::nullopt;  // a constant is a value
    return flat(bare(Writer(here, row, col, context).write(e)));
  } catch (const Unsayable&) {
    return std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // a row or column that the other table has in another year only
  }
}

}  // namespace mif::reporting
