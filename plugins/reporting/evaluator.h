// SPDX-License-Identifier: Apache-2.0
// Evaluator: computes cells of one unit, each once, following references across tables and periods, and keeps for every
// number which ledger predicates it is made of.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "agency.h"
#include "catalog.h"
#include "by_cell.h"
#include "outside.h"
#include "terms.h"

namespace mif::reporting {

// A value and what it is made of: value = sum of times x question, as long as it is linear.
struct Traced {
  Value value;
  Terms terms;
  bool linear = true;
  std::set<std::string> sources{};  // where figures that are not of the ledger come from
  // Why the value is not known: something it needs is not there. `lasting` goes on into every cell that takes this one, which then
  // is blank too; the rest (the time before the books began, a division by nothing) is an ordinary blank to a cell and says only
  // to a check that it cannot be decided.
  std::string missing{};
  bool lasting = false;
};

// Where an expression stands.
struct Place {
  const Table* table = nullptr;
  int row = -1, col = -1;
  Period period;
  bool printed = false;                // take other cells as the ministry prints them
  std::string each_row, each_col;      // what * stands for
  std::string scheme;                  // whose book, where no table says so
  std::string below_layer{};           // which stored results of the units below: own, sum; "" = the sum when there is one
  bool terms = true;                   // false: nobody asks what the value is made of, as in checks
};

// [calling-thread]
class Evaluator {
 public:
  using Inputs = reporting::Inputs;
  using Given = reporting::Given;
  // `books`: every book a formula may name; those of `unit` are the ones its tables are computed from.
  Evaluator(const Catalog& catalog, Facts& facts, std::vector<BookInfo> books, const std::string& unit, Inputs inputs);
  Evaluator(const Catalog& catalog, Facts& facts, std::vector<BookInfo> books, const std::string& unit, Outside outside);

  const Traced& cell(const Table& table, int row, int col, Period period);
  Traced evaluate(const Expression& e, const Place& place);
  // What the cell is known to be; it is not computed then.
  void remember(const Table& table, int row, int col, Period period, Traced known) { done_.put(table, row, col, period, std::move(known)); }
  // False for a row of a variable section that the unit does not use: it has no cells.
  bool in_use(const Table& table, int row, Period period) const;
  const Agency& unit() const { return unit_; }
  const Catalog& catalog() const { return catalog_; }
  const std::string& layer() const { return outside_.layer; }
  // Whether the unit has units below it; nothing when nobody can say.
  std::optional<bool> has_below();
  // What was asked of others and not answered, by what was asked.
  const std::map<std::string, std::string>& unanswered() const { return unanswered_; }
  // Forgets a cell whose input or given value changed, and everything computed from it; how many were forgotten.
  std::size_t invalidate(const Table& table, int row, int col);
  // How many cells were computed.
  std::size_t computed() const { return computed_; }

 private:
  Traced compute(const Table& table, int row, int col, Period period);
  std::optional<Value> given(const Table& table, int row, int col, Period period) const;
  Traced reference(const Expression& e, const Place& place);
  struct Range {
    const Table* table;
    int first_row, last_row, first_col, last_col;
  };
  Range range(const Expression& e, const Place& place) const;
  // One value for every cell a reference names; a range gives many.
  std::vector<Traced> spread(const Expression& e, const Place& place);
  Traced one(const Table& table, int row, int col, const Shift& shift, const Place& place);
  Traced elsewhere(const Table& table, int row, int col, const Shift& shift, Period period, const std::string& below_layer);
  Traced stored(const std::string& unit, const std::string& layer, const Table& table, int row, int col, Period period);
  Traced ledger(const Expression& e, const Place& place);
  Traced figure(const Expression& e, const Place& place);
  Traced asked(const FigureQuestion& question);
  Traced keyword(const Expression& e, const Place& place) const;
  Traced arithmetic(const Expression& e, const Place& place);
  Traced over_many(const Expression& e, const Place& place);
  Traced compared(const Expression& e, const Place& place);
  // The books a ledger function reads: the named ones, or the one of the table it stands in.
  std::vector<const BookInfo*> books_read(const std::vector<std::string>& named, const Place& place) const;

  using Key = std::tuple<const Table*, int, int, int>;
  const Catalog& catalog_;
  Facts& facts_;
  std::vector<BookInfo> books_;
  Agency unit_;
  Outside outside_;
  ByCell<Traced> done_;
  std::vector<Key> path_;
  std::map<std::string, std::string> unanswered_;
  std::optional<std::vector<std::string>> below_;
  std::size_t computed_ = 0;
};

// a + sign x b, terms merged.
Traced plus(Traced a, const Traced& b, std::int64_t sign);
// What is missing in `from`, and where its figures come from, is so in `into`.
void carry(Traced& into, const Traced& from);

}  // namespace mif::reporting
