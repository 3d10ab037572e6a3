// SPDX-License-Identifier: Apache-2.0
// WithinSum: what a sum is made of, as its checks see it. {本级} and {下级汇总} of a sum are the reports that entered it, as they
// were then, and not today's; what its units paid each other (上解, 下拨) and both booked is no income and no expense of the sum.
#pragma once

#include <memory>

#include "adding.h"
#include "eliminations.h"

namespace mif::reporting {

// The parts of one sum. Lives no longer than its transaction. [calling-thread]
class WithinSum {
 public:
  WithinSum(Txn& txn, const UnitTree& tree, std::string unit, const std::vector<Part>& parts);
  Totals all() const;
  const Totals& below() const { return below_; }
  bool has_below() const { return !others_.empty(); }
  // The unit's own report; blank where it did not enter the sum.
  Value own(const CellKey& cell) const;
  // Of a part; nothing when the unit is none.
  std::optional<Value> of(const std::string& unit, const CellKey& cell) const;

  struct Between {
    std::vector<CheckResult> told;
    std::map<CellKey, Value> left_out;
  };
  // Every elimination of the package whose tables are there, by who received.
  Between between(const Package& package, const std::set<std::string>& tables) const;

 private:
  std::map<std::int64_t, Value> read(const CellKey& cell, const std::vector<std::int64_t>& reports) const;
  struct Payer {
    std::string receiver;
    std::int64_t report = 0;  // what the unit booked itself; 0 = it is not known
  };
  Txn& txn_;
  std::string unit_;
  std::vector<Part> others_;
  std::optional<Part> own_;
  std::vector<Payer> payers_;
  std::map<std::string, std::int64_t> receivers_;  // their own reports
  Totals below_;
  Cells own_cells_;
};

// The sums of a unit, this period's by its parts and others as they are stored, each read when it is first asked for.
class UnitSums {
 public:
  UnitSums(Txn& txn, const Catalog& catalog, const UnitTree& tree, const Package& package, std::string unit, Period period, const std::vector<Part>& parts);
  const WithinSum& now() const { return *now_; }
  OtherUnits others();
  // A cell of the sum of another period; blank when nothing was summed then.
  Value stored(const Table& table, const std::string& row, const std::string& col, Period period);
  // By how much it is less than its parts hold together.
  Value left_out(const Table& table, const std::string& row, const std::string& col, Period period);

 private:
  struct Then {
    std::int64_t id = 0;
    std::unique_ptr<WithinSum> within;
    Cells cells;
    Totals all;
  };
  // nullptr = nothing was summed then. A table of an earlier layout is of another package.
  Then* then(const Table& table, Period period);
  const WithinSum* within(const Table& table, Period period);
  Txn& txn_;
  const Catalog& catalog_;
  const UnitTree& tree_;
  const Package& package_;
  std::string unit_;
  Period period_;
  std::unique_ptr<WithinSum> now_;
  std::map<std::pair<const Package*, int>, std::unique_ptr<Then>> then_;
};

// The package's checks of the kind `children` on the tables that are there.
std::vector<CheckResult> children_checks(Evaluator& evaluator, const Package& package, Period period, const std::set<std::string>& tables);

}  // namespace mif::reporting
