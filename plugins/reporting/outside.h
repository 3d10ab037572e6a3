// SPDX-License-Identifier: Apache-2.0
// Outside: what a report takes from elsewhere than its ledger - typed cells, figures of other modules, stored results of other
// units, cells that are given. Every one may be absent; what it would have answered is then "not evaluated", never zero.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "table.h"

namespace mif::reporting {

struct FigureQuestion {
  std::string family, name, unit, book, scheme;  // book "" = all of the unit
  Period period;
  int months = 1;  // up to and with `period`
  std::vector<std::string> arguments;
};
struct Figure {
  enum class Answer { unknown, blank, value };  // unknown: nobody has this figure
  Answer answer = Answer::unknown;
  Value value;
  std::string provenance;  // where it is from; for unknown: why, when there is more to say
};
using Figures = std::function<Figure(const FigureQuestion&)>;

// Stored results of other units. A stored result reads no other one when it is read, so there is no cycle to fall into.
struct OtherUnits {
  // The units directly below.
  std::function<std::vector<std::string>()> below;
  // All of them together, where somebody has added them up already: no value = one has no result. Asked instead of each one.
  std::function<std::optional<Value>(const std::string& layer, const Table& table, const std::string& row, const std::string& col, Period period)> total;
  // A stored cell: no value = the unit has no stored result of the table in that period. layer "" = the sum when there is one.
  std::function<std::optional<Value>(const std::string& unit, const std::string& layer, const Table& table, const std::string& row, const std::string& col, Period period)> cell;
};

using Inputs = std::function<Value(const Table& table, const std::string& row, const std::string& col, Period period)>;
// A value that stands in place of what the cell's rule would give: an overridden cell, a sum over units.
using Given = std::function<std::optional<Value>(const Table& table, const std::string& row, const std::string& col, Period period)>;

// From which period an input that carries over has its value; nothing = typed in the period itself, or never.
using Carried = std::function<std::optional<Period>(const Table& table, const std::string& row, const std::string& col, Period period)>;
// How many rows of a variable section are in use.
using RowsInUse = std::function<int(const Table& table, const Section& section, Period period)>;

struct Outside {
  Inputs inputs;
  Carried carried{};
  RowsInUse rows{};  // none = all of them
  Figures figures;
  OtherUnits others;
  Given given;
  // sum: the cells given are those of the unit and the units below it; difference: those of the unit, told apart from its units.
  std::string layer = "own";
};

}  // namespace mif::reporting
