// SPDX-License-Identifier: Apache-2.0
// Catalog: every report package of the deployment, parsed, with all references resolved and cycles refused.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agency.h"
#include "migration_map.h"

namespace mif::reporting {

// What units pay each other within a summed report: a { cell the units below book } against b { cell the unit above books }.
struct Elimination {
  int line = 0;
  std::string id, level, a_text, b_text, message, digest;
  bool keep = false;  // compared only: both sides stay in the sum
  ExpressionPtr a, b;
};

struct Package {
  std::string code, ministry, provider, title, note, folder, digest;
  Period from{1, 1}, to{9999, 13};
  int span = 1;  // how many months one report of the package covers
  std::vector<std::shared_ptr<const Table>> tables;
  std::vector<Check> checks;  // across tables
  std::vector<Elimination> eliminations;
  std::shared_ptr<const Migration> migration;  // what its cells were in the package before; nullptr = they kept their codes
  bool valid_in(Period p) const { return from <= p && p <= to; }
  // Whether a report of the package ends in this month.
  bool ends_in(Period p) const { return p.month % span == 0 || (p.month == 13 && span > 0); }
};

// One concept told by both ministries, and why the two numbers may differ.
struct Pair {
  int line = 0;
  std::string id, scheme, subject, a_text, b_text, note;
  ExpressionPtr a, b;
  struct Explanation {
    std::string kind, text, expr;  // kind: basis, timing, scope
    ExpressionPtr root;
  };
  std::vector<Explanation> explanations;
};
struct Bridge {
  std::string file, code, title;
  std::vector<Pair> pairs;
};

// Where template files come from: the deployment's configuration service, or a folder in a test.
struct TemplateFiles {
  std::function<Node(const std::string& path)> info;
  std::function<std::string(const std::string& path)> bytes;
  std::function<std::vector<std::string>(const std::string& folder)> list;
  // The absolute path of a file or folder, to ask the file system about it; unset or "" = it is on no disk.
  std::function<std::string(const std::string& path)> place{};
};
struct TemplateFolder {
  std::string ministry, provider, folder;
};

struct CellId {
  const Table* table = nullptr;
  int row = 0, col = 0;
  friend bool operator<(const CellId& a, const CellId& b) { return std::tie(a.table, a.row, a.col) < std::tie(b.table, b.row, b.col); }
};

// [any-thread] Immutable after load.
class Catalog {
 public:
  static std::shared_ptr<const Catalog> load(const TemplateFiles& files, const std::string& root, const std::vector<TemplateFolder>& folders);

  const std::vector<Package>& packages() const { return packages_; }
  const std::vector<Bridge>& bridges() const { return bridges_; }
  const Dimensions& dimensions() const { return dimensions_; }
  // The version of a table valid in `period`; nullptr when there is none.
  const Table* find(std::string_view code, Period period) const;
  // The version valid in `period`, or else any: enough for the names of rows and columns. nullptr = no such table.
  const Table* any_version(std::string_view code, Period period) const;
  // nullptr = there is none.
  const Package* named(std::string_view code) const;
  // What a cell of a later version was in `period`: cells to add up, none = it is new; `lacks` names one that was not there. Nothing
  // when no map leads there: the cell has kept its codes.
  struct Before {
    std::vector<CellId> cells;
    std::string lacks;
  };
  std::optional<Before> before(const Table& now, int row, int col, Period period) const;
  // The formula cells that a change of this one reaches in the same period, through any number of steps.
  std::vector<CellId> dependents(const Table& table, int row, int col) const { return reached(table, row, col, true); }
  // Those it reaches in whatever period.
  std::vector<CellId> affected(const Table& table, int row, int col) const { return reached(table, row, col, false); }
  // Throws MIF_E_NOT_FOUND listing the tables there are.
  const Table& table(std::string_view code, Period period) const;
  const Package& package_of(const Table& table) const;
  // Whether some formula names a book that may not be its unit's own.
  bool names_books() const { return names_books_; }
  // Over everything that was read: the same digest, the same formulas.
  const std::string& digest() const { return digest_; }
  // Whether the cell may hold something of elsewhere than the unit's own books and typed cells, through any number of steps:
  // figures of other modules, other units, other units' books.
  bool asks_others(const CellId& cell) const { return asks_others_.count(cell) != 0; }
  // Whether it may be blank because something is missing, which checks tell from an ordinary blank.
  bool may_lack(const CellId& cell) const { return may_lack_.count(cell) != 0; }
  // By code or by ministry, valid in the period, ending in it and with a table for the unit; "" = all. Throws when nothing fits.
  std::vector<const Package*> select(std::string_view wanted, Period period, const Agency& unit) const;

 private:
  void check_references(const Package& package) const;
  void check_expression(const Expression& e, const Table* here, const Package& package, bool in_check, bool in_sum) const;
  void refuse_cycles() const;
  // text_cells.cpp; row and col: where a formula stands, "" in a check.
  void check_text_cells(const Package& package) const;
  void refuse_text(const Expression& e, const Table* here, const std::string& row, const std::string& col, Period from) const;
  bool speaks_of_text(const Expression& e, const Table* here, const std::string& row, const std::string& col, Period from) const;
  void load_migrations(const TemplateFiles& files);
  std::vector<CellId> ancestors(const Table& now, int row, int col) const;  // in every version a map leads to
  void index_dependents();
  void name_kinds();
  void look_for_books();
  bool own_book(const std::string& name) const;
  void spread(std::set<CellId>& cells) const;  // to all they reach
  std::vector<CellId> reached(const Table& table, int row, int col, bool same_period) const;
  struct Reach {
    CellId by;
    bool same_period;
  };
  std::map<CellId, std::vector<Reach>> reach_;
  Dimensions dimensions_;
  std::vector<Package> packages_;
  std::unordered_map<std::string_view, std::vector<std::pair<const Package*, const Table*>>> versions_;  // by table code, in the order of packages
  std::vector<Bridge> bridges_;
  bool names_books_ = false;
  std::string digest_;
  std::set<CellId> asks_others_, may_lack_;
};

// By code, or the one of a ministry, valid in the period and ending in it.
const Package& package_named(const Catalog& catalog, const std::string& code, Period period);

}  // namespace mif::reporting
