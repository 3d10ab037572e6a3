// SPDX-License-Identifier: Apache-2.0
#include "typed.h"

#include <memory>

#include "ferry/json_reader.h"
#include "reports.h"

namespace mif::reporting {
namespace {

enum class Form { amount = 0, words = 1 };

Value value_at(const Row& row, std::uint32_t fen) {  // fen, kind, words
  return row.integer(fen + 1) == static_cast<std::int64_t>(Form::words) ? Value::text(row.text(fen + 2)) : Value::money(row.fen(fen));
}

// Characters a reader does not see and a printer or a spreadsheet acts upon.
bool controls(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t n) { return i + n < text.size() ? static_cast<unsigned char>(text[i + n]) : 0u; };
    if ((byte(0) < 0x20 && byte(0) != '\n') || byte(0) == 0x7F) return true;
    if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0) return true;                                         // C1
    if (byte(0) == 0xE2 && byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE) return true;                     // line separators, turns of direction
    if (byte(0) == 0xE2 && byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9) return true;                     // isolates
    if (byte(0) == 0xEF && ((byte(1) == 0xBB && byte(2) == 0xBF) || (byte(1) == 0xBF && byte(2) >= 0xBE))) return true;  // marks of byte order, no characters
  }
  return false;
}

int characters(std::string_view text) {
  int n = 0;
  for (const char c : text) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

struct Typed {
  Value value;
  Period period;
};
using Place = std::tuple<std::string, std::string, std::string>;  // table, row, column

// The cells of one table that carry over, of all periods, the latest last.
std::map<Place, std::vector<Typed>> all_of(Txn& txn, const std::string& whose, const std::string& table) {
  std::map<Place, std::vector<Typed>> all;
  txn.query("select row_code, col_code, fiscal_year, fiscal_month, fen, kind, words from x_reporting_input where book = ? and table_code = ? order by fiscal_year, fiscal_month", {whose, table},
            [&](const Row& r) {
              all[{table, r.text(0), r.text(1)}].push_back({value_at(r, 4), {static_cast<int>(r.integer(2)), static_cast<int>(r.integer(3))}});
              return true;
            });
  return all;
}

// Read once for each table that has such cells.
class Carrying {
 public:
  Carrying(Txn& txn, const Agency& unit) : txn_(txn), unit_(unit) {}
  const Typed* find(const Table& table, const std::string& row, const std::string& col, Period period) {
    const std::string whose = holder(unit_, table);
    auto found = tables_.find({whose, table.code});
    if (found == tables_.end()) found = tables_.emplace(std::make_pair(whose, table.code), all_of(txn_, whose, table.code)).first;
    const auto cell = found->second.find({table.code, row, col});
    if (cell == found->second.end()) return nullptr;
    const Typed* last = nullptr;
    for (const auto& typed : cell->second)
      if (typed.period <= period) last = &typed;
    return last;
  }

 private:
  Txn& txn_;
  const Agency unit_;
  std::map<std::pair<std::string, std::string>, std::map<Place, std::vector<Typed>>> tables_;
};

bool carries(const Table& table, const std::string& row, const std::string& col) {
  const auto r = table.row_index.find(row), c = table.col_index.find(col);
  return r != table.row_index.end() && c != table.col_index.end() && table.rule(r->second, c->second).carry;
}

}  // namespace

Value as_counted(const Table& table, int row, int col, const Value& kept) { return kept.kind() == Value::Kind::money ? table.typed(row, col, kept.fen()) : kept; }

Value typed_value(const Table& table, int row, int col, const std::string& text, bool words) {
  const CellRule& rule = table.rule(row, col);
  if (!rule.text) {
    table.refuse_fraction(row, col, text);
    return text.empty() ? Value() : table.typed(row, col, Fen::parse(text));
  }
  if (text.empty()) return words ? Value::text({}) : Value();
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r') plain += text[i];
    else if (i + 1 >= text.size() || text[i + 1] != '\n') plain += '\n';
  if (!ferry::valid_utf8(plain) || controls(plain)) throw Error(MIF_E_INVALID, "report.text-control", "文字里有控制字符或不是 UTF-8，请删去后再存，换行可以用 (control characters in a text)");
  if (const int n = characters(plain); n > rule.most)
    throw Error(MIF_E_INVALID, "report.text-long", "文字有 " + std::to_string(n) + " 个字，这一格至多 " + std::to_string(rule.most) + " 个字 (the text is too long)");
  return Value::text(std::move(plain));
}

std::map<CellKey, Value> typed_in(Txn& txn, const std::string& whose, const std::string& table, Period period) {
  std::map<CellKey, Value> all;
  txn.query("select row_code, col_code, fen, kind, words from x_reporting_input where book = ? and table_code = ? and fiscal_year = ? and fiscal_month = ?",
            {whose, table, period.year, period.month}, [&](const Row& row) {
              all[{table, row.text(0), row.text(1)}] = value_at(row, 2);
              return true;
            });
  return all;
}

void write_typed(Txn& txn, const std::string& whose, Period period, const CellKey& cell, const Value& value, const std::string& by) {
  const auto& [table, row, col] = cell;
  txn.execute("delete from x_reporting_input where book = ? and table_code = ? and fiscal_year = ? and fiscal_month = ? and row_code = ? and col_code = ?",
              {whose, table, period.year, period.month, row, col});
  if (value.blank()) return;
  const bool words = value.kind() == Value::Kind::text;
  txn.execute("insert into x_reporting_input (book, table_code, fiscal_year, fiscal_month, row_code, col_code, fen, kind, words, written_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {whose, table, period.year, period.month, row, col, words ? Fen(0) : value.fen(), static_cast<std::int64_t>(words ? Form::words : Form::amount),
               words ? value.string() : std::string(), by});
}

// Typed cells are few: all of a year at once, when the first is asked for.
Inputs inputs_of(Txn& txn, const Agency& unit) {
  using Cell = std::tuple<std::string, std::string, std::string, int>;  // table, row, column, month
  auto known = std::make_shared<std::map<std::pair<std::string, int>, std::map<Cell, Value>>>();
  auto carrying = std::make_shared<Carrying>(txn, unit);
  return [&txn, unit, known, carrying](const Table& table, const std::string& row, const std::string& col, Period period) {
    if (carries(table, row, col)) {
      const Typed* typed = carrying->find(table, row, col, period);
      return typed ? as_counted(table, table.row(row), table.col(col), typed->value) : Value();
    }
    const auto [year, fresh] = known->try_emplace({holder(unit, table), period.year});
    if (fresh)
      txn.query("select table_code, row_code, col_code, fiscal_month, fen, kind, words from x_reporting_input where book = ? and fiscal_year = ?", {year->first.first, period.year}, [&](const Row& r) {
        year->second.emplace(Cell{r.text(0), r.text(1), r.text(2), static_cast<int>(r.integer(3))}, value_at(r, 4));
        return true;
      });
    const auto found = year->second.find({table.code, row, col, period.month});
    return found == year->second.end() ? Value() : as_counted(table, table.row(row), table.col(col), found->second);
  };
}

Carried carried_of(Txn& txn, const Agency& unit) {
  auto carrying = std::make_shared<Carrying>(txn, unit);
  return [carrying](const Table& table, const std::string& row, const std::string& col, Period period) -> std::optional<Period> {
    const Typed* typed = carrying->find(table, row, col, period);
    if (!typed || typed->period == period) return std::nullopt;
    return typed->period;
  };
}

int rows_in_use(Txn& txn, const std::string& whose, const Table& table, const Section& section, Period period) {
  int rows = section.open;
  txn.query("select in_use from x_reporting_rows where book = ? and table_code = ? and fiscal_year = ? and fiscal_month = ? and section_row = ?",
            {whose, table.code, period.year, period.month, table.rows[static_cast<std::size_t>(section.first)].code}, [&](const Row& row) {
              rows = static_cast<int>(row.integer(0));
              return true;
            });
  return std::min(rows, section.most());
}

void write_rows_in_use(Txn& txn, const std::string& whose, const Table& table, const Section& section, Period period, int rows) {
  const std::string& first = table.rows[static_cast<std::size_t>(section.first)].code;
  txn.execute("delete from x_reporting_rows where book = ? and table_code = ? and fiscal_year = ? and fiscal_month = ? and section_row = ?", {whose, table.code, period.year, period.month, first});
  txn.execute("insert into x_reporting_rows (book, table_code, fiscal_year, fiscal_month, section_row, in_use) values (?, ?, ?, ?, ?, ?)",
              {whose, table.code, period.year, period.month, first, std::int64_t{rows}});
}

void open_row(Txn& txn, const std::string& whose, const Table& table, int row, Period period) {
  const Section* section = table.section_of(row);
  if (section && row - section->first >= rows_in_use(txn, whose, table, *section, period)) write_rows_in_use(txn, whose, table, *section, period, row - section->first + 1);
}

RowsInUse rows_of(Txn& txn, const Agency& unit) {
  auto known = std::make_shared<std::map<std::tuple<const Section*, int>, int>>();
  return [&txn, unit, known](const Table& table, const Section& section, Period period) {
    const auto [at, fresh] = known->try_emplace({&section, period.year * 100 + period.month});
    if (fresh) at->second = rows_in_use(txn, holder(unit, table), table, section, period);
    return at->second;
  };
}

}  // namespace mif::reporting
