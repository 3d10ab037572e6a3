// SPDX-License-Identifier: Apache-2.0
// A CSV read in one go, as the tests of the reader want it: lines, balances, the proof's word; a refusal as the import makes it.
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "csv_reader.h"
#include "proof.h"

namespace mif::treasury {

using bank_csv::ColumnMap;
using bank_csv::read_column_map;

struct CsvStatement {
  struct Line {
    Day day;
    Fen fen, balance;
    std::string bank_ref, text;
  };
  Fen opening, closing;
  std::vector<Line> lines;
  Proof proof{sized<mif_statement_open>()};
};
struct CsvTotals {
  std::optional<Day> from, to;
  std::optional<Fen> opening, closing;
};

inline CsvStatement read_statement_csv(const ColumnMap& map, const std::string& file, std::string_view bytes, const CsvTotals& totals) {
  struct State {
    CsvStatement statement;
    std::string_view rest;
    std::optional<Error> refused;
    std::string file;
  } state;
  state.rest = bytes;
  state.file = file;
  auto source = sized<mif_byte_source>();
  source.impl = &state;
  source.read = [](void* p, std::uint8_t* room, std::uint64_t most) -> std::int64_t {
    auto& rest = static_cast<State*>(p)->rest;
    const std::size_t n = std::min<std::size_t>({static_cast<std::size_t>(most), rest.size(), 5});
    rest.copy(reinterpret_cast<char*>(room), n);
    rest.remove_prefix(n);
    return static_cast<std::int64_t>(n);
  };
  auto on = sized<mif_statement_events>();
  on.impl = &state;
  on.open = [](void*, const mif_statement_open*) { return 0; };
  on.balance = [](void* p, const mif_statement_balance* b) {
    auto& s = static_cast<State*>(p)->statement;
    (b->kind == MIF_BALANCE_OPENING ? s.opening : s.closing) = Fen(b->amount.units);
    s.proof.balance(*b);
    return 0;
  };
  on.entry = [](void* p, const mif_statement_entry* e) {
    auto& s = static_cast<State*>(p)->statement;
    const Fen before = s.lines.empty() ? s.opening : s.lines.back().balance;
    s.lines.push_back({Day(e->day), Fen(e->amount.units), e->balance.given ? Fen(e->balance.units) : before + Fen(e->amount.units), str(e->bank_ref), str(e->text)});
    s.proof.entry(*e);
    return 0;
  };
  on.close = [](void* p, const mif_statement_close* c) { return static_cast<State*>(p)->statement.proof.close(c), 0; };
  on.trouble = [](void* p, const mif_statement_trouble* t) {
    auto& s = *static_cast<State*>(p);
    s.refused.emplace(MIF_E_INVALID, s.file + " 第 " + std::to_string(t->line) + " 行: " + str(t->what));
    return 0;
  };
  bank_csv::Totals given;
  given.days_given = totals.from && totals.to;
  given.opening = totals.opening;
  given.closing = totals.closing;
  bank_csv::read_csv(map, given, source, on);
  if (state.refused) throw *state.refused;
  return std::move(state.statement);
}
inline std::string disproof(const CsvStatement& s) { return s.proof.facts().why(); }

}  // namespace mif::treasury
