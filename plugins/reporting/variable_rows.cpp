// SPDX-License-Identifier: Apache-2.0
// 插入 and 删除: rows of a section whose number the unit chooses. What was typed, written over and remarked moves with its row. In a sum
// the rows of the units are added by their key, or stand below each other with the unit's name.
#include <algorithm>

#include "adding.h"
#include "typed.h"

namespace mif::reporting {
namespace {

const Section& section_at(const Table& t, int row) {
  if (const Section* s = t.section_of(row)) return *s;
  std::string known;
  for (const auto& s : t.sections)
    known += (known.empty() ? "" : "、") + t.rows[static_cast<std::size_t>(s.first)].code + "–" + t.rows[static_cast<std::size_t>(s.last)].code;
  throw Error(MIF_E_INVALID, "report.row-fixed", t.code + " 第 " + t.rows[static_cast<std::size_t>(row)].code + " 行是固定行，不能插入或删除" + (known.empty() ? "，本表没有变长行" : "，变长行是 " + known) + " (not a row of a variable section)");
}

std::string code_of(const Table& t, int row) { return t.rows[static_cast<std::size_t>(row)].code; }

struct Kept {
  const char *table, *by;
};
constexpr Kept kKept[] = {{"x_reporting_input", "book"}, {"x_reporting_override", "unit_code"}, {"x_reporting_comment", "unit_code"}};

std::string where(const Kept& kept) { return std::string(" where ") + kept.by + " = ? and table_code = ? and fiscal_year = ? and fiscal_month = ? and row_code = ?"; }

bool summed(Txn& txn, std::int64_t submission) {
  bool yes = false;
  txn.query("select layer from x_reporting_submission where id = ?", {submission}, [&](const Row& row) {
    yes = row.text(0) == "sum";
    return true;
  });
  return yes;
}

bool has_words(const Table& t) {
  return std::any_of(t.grid.begin(), t.grid.end(), [](const CellRule& rule) { return rule.text; });
}

}  // namespace

Saved Flow::move_rows(Call call, const std::string& code, const std::string& table, const std::string& row, Period period, const std::string& etag, bool insert) const {
  const Agency unit = r_.unit(call, code, "report.compute");
  const auto catalog = r_.catalog(call, false);
  const Table& t = catalog->table(table, period);
  if (!unit.has(t)) throw Error(MIF_E_INVALID, "report.other-scheme", "单位 " + code + " 没有 " + t.code + " 的险种的账套 (the unit has no book of this table's scheme)");
  const Package& package = catalog->package_of(t);
  const Section& s = section_at(t, t.row(row));
  const std::string kept_by = holder(unit, t);
  const std::int64_t now = r_.clock_.now_unix_ms();
  Txn txn = r_.store_.write(call);
  refuse_fixed(txn, package.code, code, period);
  if (!etag.empty()) refuse_stale(txn, package, code, period, etag);
  const int rows = rows_in_use(txn, kept_by, t, s, period), at = t.row(row) - s.first;
  if (at > rows || (!insert && at == rows))
    throw Error(MIF_E_INVALID, "report.row-unused", t.code + " 第 " + row + " 行还没有用到，现有 " + std::to_string(rows) + " 行明细 (the row is not in use)");
  if (insert && rows == s.most())
    throw Error(MIF_E_CONFLICT, "report.rows-many", t.code + " 的“" + s.name + "”至多 " + std::to_string(s.most()) + " 行，请先删除不用的行 (no more rows)");
  const auto typed = typed_in(txn, kept_by, table, period);
  const auto whose = [&](const Kept& kept) { return kept.by == std::string_view("book") ? kept_by : code; };
  const auto plain = [&](const CellKey& key, const Value& value) { return as_counted(t, t.row(std::get<1>(key)), t.col(std::get<2>(key)), value).plain(); };
  Saved saved;
  if (!insert)
    for (const auto& [key, value] : typed)
      if (std::get<1>(key) == row) {
        note_change(txn, code, period, key, "row-deleted", plain(key, value), "", "", call.actor(), now);
        saved.cells.push_back({table, row, std::get<2>(key), plain(key, value), "", "row-deleted", ""});
      }
  for (const auto& kept : kKept)
    if (!insert) txn.execute(std::string("delete from ") + kept.table + where(kept), {whose(kept), table, period.year, period.month, row});
  const auto move = [&](int from, int to) {
    for (const auto& kept : kKept)
      txn.execute(std::string("update ") + kept.table + " set row_code = ?" + where(kept), {code_of(t, s.first + to), whose(kept), table, period.year, period.month, code_of(t, s.first + from)});
    for (const auto& [key, value] : typed)
      if (std::get<1>(key) == code_of(t, s.first + from))
        note_change(txn, code, period, {table, code_of(t, s.first + to), std::get<2>(key)}, "row-moved", "", plain(key, value), "原第 " + code_of(t, s.first + from) + " 行", call.actor(), now);
  };
  // Each row moves to a place that is free.
  if (insert)
    for (int i = rows - 1; i >= at; --i) move(i, i + 1);
  else
    for (int i = at + 1; i < rows; ++i) move(i, i - 1);
  write_rows_in_use(txn, kept_by, t, s, period, rows + (insert ? 1 : -1));
  begin_work(txn, package.code, code, period, call.actor(), now);
  Computed told;
  Result result = r_.evaluate(call, txn, *catalog, package, r_.ledger_.books(call), unit, period, told);
  result.task.computed_by = call.actor();
  result.task.computed_ms = now;
  store_result(txn, result);
  keep_formula_values(txn, code, period, told.formula_values);
  saved.task = result.task;
  JsonWriter body;
  body.begin_object().field("package", package.code).field("unit", code).field("period", period.iso()).field("table", table).field("row", row).field("rows", std::int64_t{rows + (insert ? 1 : -1)});
  body.field("result", result.task.result_digest).end_object();
  say(txn, code, insert ? "report.insert-row" : "report.delete-row", "report:" + package.code + "/" + code + "/" + period.iso(), body);
  txn.commit();
  return saved;
}

void join_rows(Txn& txn, const Package& package, const std::string& unit, const std::vector<Part>& parts, const UnitTree& tree, Totals& totals) {
  for (const auto& t : package.tables) {
    if (t->sections.empty() && !has_words(*t)) continue;
    const auto in_section = [&](const std::string& row) {
      const auto found = t->row_index.find(row);
      return found != t->row_index.end() && t->rows[static_cast<std::size_t>(found->second)].section >= 0;
    };
    // What was added line by line so far takes rows of different things for one.
    for (auto at = totals.sums.begin(); at != totals.sums.end();)
      at = std::get<0>(at->first) == t->code && in_section(std::get<1>(at->first)) ? totals.sums.erase(at) : std::next(at);
    for (auto at = totals.words.begin(); at != totals.words.end();)
      at = std::get<0>(at->first) == t->code && in_section(std::get<1>(at->first)) ? totals.words.erase(at) : std::next(at);
    for (auto at = totals.used.begin(); at != totals.used.end();) at = at->first == t->code ? totals.used.erase(at) : std::next(at);
    std::vector<int> next(t->sections.size(), 0);
    std::vector<std::map<std::string, int>> by_key(t->sections.size());
    for (const auto& part : parts) {
      std::map<int, std::map<std::string, StoredCell>> rows;
      for (auto& c : load_cells(txn, part.id, t->code)) {
        if (in_section(c.row)) rows[t->row(c.row)][c.col] = std::move(c);
        else if (part.unit == unit && holds_words(c)) totals.words[{c.table, c.row, c.col}] = c.value;
      }
      const bool named = part.unit != unit && !summed(txn, part.id);
      for (const auto& [row, cells] : rows) {
        if (std::none_of(cells.begin(), cells.end(), [](const auto& c) { return c.second.kind != MIF_CELL_BLANK && (c.second.state == "input" || c.second.state == "text" || c.second.state == "sum"); })) continue;
        const std::size_t number = static_cast<std::size_t>(t->rows[static_cast<std::size_t>(row)].section);
        const Section& s = t->sections[number];
        const auto key_cell = s.key < 0 ? cells.end() : cells.find(t->cols[static_cast<std::size_t>(s.key)].code);
        const std::string key = key_cell == cells.end() ? std::string() : key_cell->second.value;
        int to = next[number];
        if (const auto known = by_key[number].find(key); !key.empty() && known != by_key[number].end()) to = known->second;
        else ++next[number];
        if (to >= s.most())
          throw Error(MIF_E_CONFLICT, "report.rows-many", t->code + " 的“" + s.name + "”汇总后超过 " + std::to_string(s.most()) + " 行，请在模板里放宽 to (no more rows)");
        if (!key.empty()) by_key[number][key] = to;
        const std::string& code = t->rows[static_cast<std::size_t>(s.first + to)].code;
        totals.used.insert({t->code, code});
        bool first = s.key < 0 && named;  // whose row it is stands before its first words
        for (std::size_t col = 0; col < t->cols.size(); ++col) {
          const auto cell = cells.find(t->cols[col].code);
          if (cell == cells.end()) continue;
          const CellKey place{t->code, code, cell->first};
          if (t->rule(row, static_cast<int>(col)).text) {
            std::string words = holds_words(cell->second) ? cell->second.value : std::string();
            if (first) words = tree.name(part.unit) + "：" + words;
            first = false;
            if (!words.empty()) totals.words.emplace(place, words);
          } else if (const Value v = value_of(cell->second); v.numeric()) {
            Value& total = totals.sums[place];
            total = total + v;
          }
        }
      }
    }
  }
}

}  // namespace mif::reporting
