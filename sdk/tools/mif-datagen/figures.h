// SPDX-License-Identifier: Apache-2.0
// A figures file as read: published sums of one book and how they are to be broken into documents. Layout:
// docs/exchange/figures.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "info.h"
#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::datagen {

// A family of invented hospitals, pharmacies or persons.
struct PartyGroup {
  std::string id, kind, region, name, bank;  // name and bank are patterns with {n}
  int count = 0, line = 0;
};

struct AmountRow {
  std::string field;
  Fen total;
  int presence = 100;  // per cent of the documents that have this part
  int line = 0;
};

// One kind of document and the sums its documents must reach.
struct Target {
  std::string id, type, prefix, party, incoming, outgoing, mark;
  std::vector<Period> periods;
  std::vector<std::uint64_t> weights;  // one per period
  int documents = 1, first_day = 1, last_day = 28, line = 0;
  bool weekdays = true;
  std::vector<AmountRow> amounts;
  std::vector<std::pair<std::string, std::string>> set;
  Fen total() const;
};

// A published (or own) cell of a table, and the target sums that make it.
struct Cell {
  std::string table, row, column, status, source;
  Fen value;
  std::vector<std::string> sum;  // "target.field" or "target"
  int line = 0;
};

// A document that is wrong on purpose. It is never part of a target's sums.
struct Wrong {
  std::string id, like, expect, why, duplicate_of;
  Day day;
  Fen amount, off;
  bool withdraw = false;
  std::vector<std::pair<std::string, std::string>> set;
  int line = 0;
};

// Money that must be in the expenditure account before payments leave it.
struct FundUse {
  std::string prefix, type, from, to;
  std::vector<int> days;
  Fen round, keep;
  int line = 0;
};

struct BankAccount {
  std::string number, name;
  Fen opening;
  bool scripted = false;  // lives at the bank simulator
};

struct Figures {
  std::string file, name, book, unit, scheme, feed, source, money_unit, system;
  std::vector<BankAccount> accounts;
  std::vector<PartyGroup> parties;
  std::vector<Target> targets;
  std::vector<Cell> cells;
  std::vector<Wrong> wrongs;
  std::vector<FundUse> fund_uses;
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> dictionaries;

  const Target& target(std::string_view id, int line) const;
  const PartyGroup* party(std::string_view id) const;
};

// Reads and checks one file: every cell must equal the targets named under it. Throws MIF_E_INVALID "FILE:LINE: ...".
Figures read_figures(const std::string& file);

}  // namespace mif::datagen
