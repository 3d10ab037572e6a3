// SPDX-License-Identifier: Apache-2.0
// Reports: what the reporting module does, behind its jobs and its pages - compute, check, show, bridge, drill, package.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "mif/extensions.hpp"
#include "catalog_cache.h"
#include "flow_rows.h"
#include "figure_sources.h"
#include "package_keys.h"
#include "results.h"

namespace mif::reporting {

struct Computed {
  Task task;
  std::map<std::tuple<std::string, std::string, std::string>, std::string> formula_values;  // of overridden cells: what their formula gives
  std::string title;
  bool changed = false;
  int ledger_reads = 0, checks = 0, empty_checks = 0, unevaluated = 0;
  int computed = 0;  // cells, without those whose stored value still held
};

// One ledger line under a cell and what it adds to it.
struct DrillLine {
  int term = 0;
  LineRow line;
  Fen amount;
};
// Whose report is meant: a unit named, or the keeper of a book named; a book narrows lists to its scheme.
struct Whose {
  std::string unit, scheme;  // scheme "" = all
  bool shows(const Table& table) const { return scheme.empty() || table.scheme.empty() || table.scheme == scheme; }
};
// Where a report that came in a data package was made: the lines of its ledger are there.
struct Origin {
  std::string sealed_by, algorithm, prepared_by, made, ledger_state;  // key and algorithm of the seal; who submitted it there, when; of its ledger
};
struct Drill {
  Task task;
  StoredCell cell;
  std::vector<StoredTerm> terms;
  std::vector<Fen> openings;  // per term: the opening part, which no line stands behind
  std::vector<DrillLine> lines;
  std::string next;  // cursor of the next page, empty = the end
  struct Elsewhere {
    Origin origin;
    std::string unit_name, package_digest, received_by;
    std::int64_t recorded_ms = 0, received_ms = 0;  // up to when it knows the ledger; when it came in
  };
  std::optional<Elsewhere> elsewhere;  // the lines are not here: terms and amounts are what the package says
};

// What stands behind a difference between the ministries, or behind one reason given for it.
struct BridgeLine {
  std::string book;
  LineRow line;
  Fen amount;
};
struct BridgeLines {
  BridgeItem item;
  std::string what;  // "difference", or the text of the reason
  Value amount;
  bool linear = true;  // openings and lines sum to the amount
  struct Opening {
    std::string book, accounts, aux;
    Fen amount;
  };
  std::vector<Opening> openings;
  std::vector<BridgeLine> lines;
  std::string next;  // cursor of the next page, empty = the end
};

struct Submission;
// Typed cells are kept by the book their table is computed from; those of a table for the whole unit by the unit.
std::string holder(const Agency& unit, const Table& table);

// [worker, concurrent]
class Reports {
 public:
  explicit Reports(const Plugin& plugin);
  void configure(Call call);  // reads the module's own configuration, at activation

  // What all units of one job share: templates and books are read once, and a chart is looked at once for a package.
  struct Round {
    std::shared_ptr<const Catalog> catalog;
    std::vector<BookInfo> books;
    std::vector<std::string> charts{};                           // the codes of the accounts of each chart met
    std::map<std::pair<std::string, int>, std::size_t> chart_of{};  // (book, year) -> which of them
    std::map<std::tuple<std::string, std::string, std::size_t>, std::vector<StoredCheck>> linted{};  // package, scheme, chart -> what is wrong with the formulas
  };
  Round round(Call call) const;
  Round round(Call call, const std::string& unit) const;  // for one unit
  // fresh = read the template files again; otherwise what was read within the last seconds will do.
  std::shared_ptr<const Catalog> catalog(Call call, bool fresh) const;
  // The unit if the caller sees a book of it and holds `permission` for it.
  Agency unit(Call call, const std::string& code, std::string_view permission) const;
  // The codes of all units with a book the caller sees, in order.
  std::vector<std::string> units(Call call) const;
  // The keeper of a book and the book's scheme.
  Whose keeper(Call call, const std::string& book) const;

  // All packages of a unit from one snapshot, stored together.
  std::vector<Computed> compute(Call call, Round& round, const std::string& package, const std::string& unit, Period period) const;
  std::vector<Computed> compute(Call call, const std::string& package, const std::string& unit, Period period) const;
  // The stored result of the table's package; MIF_E_NOT_FOUND with advice when nothing was computed.
  Task task(Txn& txn, const Package& package, const std::string& unit, Period period) const;
  std::vector<StoredCell> cells(Call call, const Task& task, const std::string& table) const;
  std::vector<StoredCheck> checks(Call call, const Task& task) const;
  Task stored(Call call, const Package& package, const std::string& unit, Period period) const;
  // The same of another layer ("sum", "difference"), or as revision n was submitted; "" = the working report of the unit itself.
  Task stored_as(Call call, const Package& package, const std::string& unit, Period period, const std::string& layer, const std::string& revision) const;
  std::vector<Task> tasks(Call call, const std::string& unit) const;

  std::vector<BridgeItem> bridge(Call call, const std::string& unit, Period period) const;
  // The ledger lines that make two ministries' numbers differ: each line counts with what it adds to the one less what it adds to
  // the other, and lines that add the same to both are not there. part 0 = the whole difference, n = the n-th reason given for it.
  // after, limit as in drill().
  BridgeLines bridge_lines(Call call, const std::string& pair, int part, const std::string& unit, Period period, const std::string& after, int limit) const;
  // after = "" for the first page; limit 0 = all lines.
  Drill drill(Call call, const std::string& table, const std::string& row, const std::string& col, const std::string& unit, Period period,
              const std::string& after, int limit, const std::string& revision = {}) const;
  // Writes an amount into an input cell ("" = takes it out).
  void fill(Call call, const std::string& table, const std::string& row, const std::string& col, const std::string& unit, Period period,
            const std::string& amount) const;
  // P12: what is stored is what the same templates make of the same ledger. P13: the lines under every cell sum to it.
  struct Verified {
    struct Finding {
      std::string promise, object, what;
    };
    std::vector<Finding> findings;
    std::int64_t tasks = 0, outdated = 0, cells = 0, terms = 0, lines = 0;
  };
  // For the kernel's closing checklist.
  void close_check(Call call, std::string_view book, Period period, const CloseFindings& findings) const;
  Verified verify(Call call) const;
  // A complete report that another installation made, kept as a submitted revision. Throws for a revision that is not the next.
  struct Foreign {
    std::string unit, package, package_digest;
    Period period;
    std::int64_t revision = 1, recorded_ms = 0;
    std::string layer = "own";
    bool presented = false;  // the cells are printed already
    std::string object;      // the file it came in, kept with the revision
    std::vector<StoredCell> cells;
    std::vector<StoredTerm> terms;
    std::vector<Fen> openings;  // per term, of the opening balance
    std::vector<StoredCheck> checks;
    Origin origin;
    struct Input {
      std::string table, row, col;
      Fen fen;
    };
    std::vector<Input> inputs;  // typed cells; only kept when the unit's own working report has none there
    struct Words {
      std::string check, table, place, words, written_by;
      std::int64_t written_ms = 0;
    };
    std::vector<Words> explanations;
  };
  Submission take(Call call, const Foreign& report) const;
  bool has_books(Call call, const std::string& unit) const;
  std::string keep(Call call, std::string_view bytes) const { return objects_.put(call, bytes); }
  std::string file(Call call, const std::string& path) const { return config_.bytes(call, path); }
  // Where templates come from, for those who read them as text.
  TemplateFiles template_files(Call call) const;
  std::vector<TemplateFolder> folders(Call call) const;
  const std::string& root() const { return root_; }
  // Fetched cells that somebody typed over, of the period.
  std::vector<Override> overridden(Call call, const std::string& unit, Period period) const;
  Day today(Call) const { return clock_.business_day(); }
  const Print& print() const { return print_; }
  const Sheet& sheet() const { return sheet_; }

 private:
  friend class Flow;
  friend class Parcels;
  friend class Filings;
  std::vector<LineRow> lines(Call call, Txn& txn, const Predicate& predicate, std::int64_t recorded_until_ms = 0) const;
  Facts facts(Call call, Txn& txn) const;
  // Everything a report of the unit takes from elsewhere; lives no longer than txn.
  Outside outside(Call call, Txn& txn, const Catalog& catalog, const Agency& unit) const;
  Agency unit(Call call, const std::vector<BookInfo>& books, const std::string& code, std::string_view permission) const;
  // Every book that a formula of the unit may name.
  std::vector<BookInfo> books(Call call, const Catalog& catalog, const std::string& unit) const;
  Result evaluate(Call call, Txn& txn, Facts& facts, Round& round, const Package& package, const Agency& unit, Period period, Computed& told) const;
  // The same as evaluate() of a package whose result `base` was right before the typed cells `changed` were: only what they reach is
  // computed, and only the checks that look at it. Nothing when the base does not hold after all.
  std::optional<Result> recompute(Call call, Txn& txn, Facts& facts, Round& round, const Package& package, const Agency& unit, Period period, const Result& base, const std::vector<CellId>& changed,
                                  Computed& told) const;
  // Computes and stores a package after typed cells changed in this transaction, by recompute() if `base` still stands at the log
  // position `position` (-1 = not known), else as a whole.
  Result after_change(Call call, Txn& txn, Round round, const Package& package, const Agency& unit, Period period, std::int64_t position, const std::optional<Result>& base,
                      const std::vector<CellId>& changed, Computed& told) const;
  // How the ministry prints them.
  void present(Call call, const Catalog& catalog, const Package& package, Period period, std::vector<StoredCell>& cells) const;
  const std::vector<StoredCheck>& linted(Call call, Txn& txn, Round& round, const Package& package, const BookInfo& book, int year) const;
  // One package by itself.
  Result evaluate(Call call, Txn& txn, const Catalog& catalog, const Package& package, const std::vector<BookInfo>& books, const Agency& unit,
                  Period period, Computed& told) const;
  std::vector<BridgeItem> bridge_in(Call call, Txn& txn, const Catalog& catalog, const std::vector<BookInfo>& books, const Agency& unit, Period period,
                                    const std::function<bool(const Bridge&)>& wanted = {}, std::string_view only = {}) const;
  LedgerRead ledger_;
  Store store_;
  Config config_;
  Clock clock_;
  Audit audit_;
  Objects objects_;
  Identity identity_;
  Ministries ministries_;
  Sheet sheet_;
  PackageKeys keys_;
  Print print_;
  FigureSources figure_sources_;
  std::string root_ = "templates/report";
  mutable CatalogCache templates_;
};

}  // namespace mif::reporting
