// SPDX-License-Identifier: Apache-2.0
// Flow: from asking for a report to locking it - 下发, 填报, 审核, 说明, 上报, 退回, 汇总, 催报, 锁定. Every step is one transaction
// with its audit record, and every step asks whether the caller may do it for that unit.
#pragma once

#include "flow_rows.h"
#include "reports.h"

namespace mif::reporting {

struct UnitName {
  std::string code, name, level, parent;
};
// The units the caller sees.
class UnitTree {
 public:
  explicit UnitTree(std::string_view json);
  const std::vector<UnitName>& all() const { return all_; }
  bool sees(std::string_view code) const { return find(code) != nullptr; }
  const UnitName* find(std::string_view code) const;
  std::string name(const std::string& code) const;
  bool is_below(const std::string& code, const std::string& above) const;

 private:
  std::vector<UnitName> all_;
};

// Amounts that people wrote over what was fetched, of one unit.
class Overrides {
 public:
  Overrides(Txn& txn, const std::string& unit);
  const Override* find(const Table& table, const std::string& row, const std::string& col, Period period) const;
  Given given() const;  // as long as this lives

 private:
  std::map<std::tuple<std::string, std::string, std::string, int, int>, Override> all_;
};
void keep_formula_values(Txn& txn, const std::string& unit, Period period, const std::map<CellKey, std::string>& values);
// Throws MIF_E_CONFLICT when the unit's report is submitted or locked.
void refuse_fixed(Txn& txn, const std::string& package, const std::string& unit, Period period);
// Throws MIF_E_CONFLICT when the report is no longer the one that was read.
void refuse_stale(Txn& txn, const Package& package, const std::string& unit, Period period, const std::string& etag);
// 未报 becomes 编制.
void begin_work(Txn& txn, const std::string& package, const std::string& unit, Period period, const std::string& by, std::int64_t ms);

// Somebody at work on a report, until when, and whom the work was taken from and why.
struct Lease {
  std::string holder, taken_from, reason;
  std::int64_t since_ms = 0, until_ms = 0;
};
// Prolongs the lease of `by`, where it is theirs.
void renew_lease(Txn& txn, const std::string& package, const std::string& unit, Period period, const std::string& by, std::int64_t now);

// One amount, or words, somebody wants in a cell. override = in place of a fetched one, with a reason.
struct Entry {
  std::string table, row, col, value, reason;
  bool remove_override = false;
  bool words = false;  // an empty value stands for words that are empty, not for nothing
};
// A cell before and after.
struct CellChange {
  std::string table, row, col, was, now, kind, complaint;
};
// Of a person's draft, the cells that are saved now.
void drop_draft(Txn& txn, const std::string& unit, Period period, const std::string& person, const std::vector<Entry>& saved);
struct Saved {
  Task task;
  std::vector<CellChange> cells;
  int computed = 0;  // cells that had to be computed for it
};

// A file somebody hands over. name: for sentences about it; unit: whose it has to be, "" = whoever's it says.
struct ImportFile {
  std::string_view bytes;
  std::string name, unit;
};
struct Form;

// Why a report cannot be submitted.
struct Hindrance {
  std::string kind, check, table, place, what;  // kind: basic, unevaluated, unexplained, bridge, sum
};
struct Gate {
  Task task;
  std::vector<Hindrance> against;
  std::int64_t checks = 0, explained = 0;
};

// Cells of several reports that a formula can be asked about: what is stored, and nothing of the ledger.
using Cells = std::map<CellKey, StoredCell>;
// What several reports hold together.
struct Totals {
  std::map<CellKey, Value> sums;
  std::map<CellKey, std::string> words;  // words do not add: those of the summing unit's own report, and of the rows set below each other
  std::set<std::pair<std::string, std::string>> used;  // rows of variable sections: table, row
  std::set<std::string> tables;
  void add(const StoredCell& cell);
};
class UnitSums;
struct Summed {
  Task task;
  std::vector<Part> parts;
  std::vector<std::string> missing;  // asked, but nothing submitted
  std::vector<std::string> stale;    // the working report of the unit itself stands for a submitted one
  std::vector<std::string> not_recomputed;  // cells that neither add nor can be computed from sums
};

// [worker, concurrent] Holds nothing of its own.
class Flow {
 public:
  explicit Flow(const Reports& reports) : r_(reports) {}

  // --- assignments.cpp
  Assignment assign(Call call, const std::string& package, const std::string& owner, Period period, Day deadline, const std::string& title, const std::vector<std::string>& units) const;
  Assignment copy(Call call, std::int64_t id, Day deadline) const;  // to the next period
  Assignment change(Call call, std::int64_t id, const std::string& state, std::optional<Day> deadline) const;
  struct Board {
    Assignment assignment;
    std::vector<Duty> duties;  // those the caller sees
  };
  std::vector<Board> boards(Call call, std::int64_t id, const std::string& unit) const;  // 0 and "" = all
  Duty give_back(Call call, std::int64_t id, const std::string& unit, const std::string& reason) const;
  // unit "" = every one of the assignment; unlock needs a reason.
  std::vector<Duty> lock(Call call, std::int64_t id, const std::string& unit, bool lock, const std::string& reason) const;
  std::vector<std::string> remind(Call call, std::int64_t id, const std::vector<std::string>& units, const std::string& words) const;
  struct Reminder {
    Assignment assignment;
    std::string unit, words, written_by;
    std::int64_t written_ms = 0;
  };
  std::vector<Reminder> reminders(Call call, const std::string& unit) const;
  UnitTree units(Call call) const { return UnitTree(r_.identity_.units(call)); }

  // --- submission.cpp
  Gate gate(Call call, const std::string& package, const std::string& unit, Period period, const std::string& layer) const;
  Submission submit(Call call, std::int64_t assignment, const std::string& unit, const std::string& layer) const;
  Submission take(Call call, const Reports::Foreign& report) const;
  std::vector<Submission> submissions(Call call, const std::string& unit) const;
  // Cells of a submitted revision that today's ledger and inputs would make otherwise.
  std::vector<CellChange> changes(Call call, const std::string& package, const std::string& unit, Period period, const std::string& revision, Submission& of) const;
  std::optional<Submission> latest(Call call, const std::string& package, const std::string& unit, Period period) const;
  std::vector<std::pair<std::string, std::string>> altered(Call call, Txn& txn) const;  // object, what: rows against their digests
  static Submission revision_of(Txn& txn, const std::string& package, const std::string& unit, Period period, const std::string& revision);
  static std::vector<Fen> openings_of(Txn& txn, std::int64_t id, const std::vector<StoredTerm>& terms);  // of the terms of one cell
  static std::vector<Fen> openings_of(Txn& txn, std::int64_t id);                                        // of all of them
  // What a report from elsewhere says otherwise than the stored cells: those of the last submitted revision, else of the working report.
  static std::vector<CellChange> differences(Txn& txn, const Reports::Foreign& report, const std::optional<Submission>& last);
  static std::optional<Origin> origin_of(Txn& txn, const Submission& submission);

  // --- entries.cpp
  // etag "" = whatever the report is now; preview = nothing is written.
  Saved save(Call call, const std::string& unit, Period period, const std::string& etag, const std::vector<Entry>& entries, const std::string& kind, bool preview) const;
  // variable_rows.cpp: a new row that gets the number `row`, or that row taken out; those below move.
  Saved move_rows(Call call, const std::string& unit, const std::string& table, const std::string& row, Period period, const std::string& etag, bool insert) const;
  Saved clear(Call call, const std::string& unit, const std::string& table, Period period, const std::string& confirm) const;
  Saved take_over(Call call, const std::string& unit, const std::string& package, Period period, bool preview) const;
  Saved fetch(Call call, const std::string& unit, const std::string& package, Period period, bool preview) const;
  std::vector<Override> overrides(Call call, const std::string& unit, const std::string& table, Period period) const;
  struct Change {
    std::string kind, was, now, reason, by;
    std::int64_t ms = 0;
  };
  std::vector<Change> history(Call call, const std::string& unit, Period period, const CellKey& cell) const;

  // --- year_before.cpp
  struct YearBefore {
    Period period;
    Task task;  // the report they are from
    struct Cell {
      StoredCell now;     // at its place in today's table, printed as that prints
      std::string from;   // the cells it is from, "LA[1,1] + LA[2,1]"
    };
    std::vector<Cell> cells;
  };
  // What was stored a year before for every cell of a table; over a re-layout, through its map. MIF_E_NOT_FOUND: no report of then.
  YearBefore year_before(Call call, const std::string& unit, const std::string& table, Period period, const std::string& layer) const;

  // --- leases.cpp
  // Begins or prolongs the caller's lease; answers somebody else's that lives, unless it is taken over with a reason.
  Lease open(Call call, const std::string& package, const std::string& unit, Period period, bool take, const std::string& reason) const;
  void leave(Call call, const std::string& package, const std::string& unit, Period period) const;
  std::optional<Lease> lease(Call call, const std::string& package, const std::string& unit, Period period) const;

  // --- drafts.cpp, of the caller
  struct Draft {
    std::vector<Entry> cells;
    std::string etag;  // of the report it was typed over
    std::int64_t ms = 0;
  };
  // In place of the table's draft there was; how many cells it has.
  std::int64_t keep_draft(Call call, const std::string& unit, Period period, const std::string& table, const std::string& etag, const std::vector<Entry>& entries) const;
  Draft draft(Call call, const std::string& unit, Period period, const std::string& table) const;

  // --- remarks.cpp
  struct Explained {
    Explanation explanation;
    bool alive = false;
  };
  std::vector<Explained> explanations(Call call, const std::string& package, const std::string& unit, Period period, const std::string& layer) const;
  // Of every failed instance of the check, or the one at `place`; how many.
  int explain(Call call, const std::string& package, const std::string& unit, Period period, const std::string& layer, const std::string& check, const std::string& place,
              const std::string& words) const;
  struct Comment {
    std::string row, col, words, by;
    std::int64_t ms = 0;
  };
  void comment(Call call, const std::string& unit, Period period, const CellKey& cell, const std::string& words) const;
  std::vector<Comment> comments(Call call, const std::string& unit, Period period, const std::string& table) const;
  struct Moved {
    Task task;
    StoredCell cell;
    Fen by;
  };
  std::vector<Moved> moved(Call call, std::int64_t voucher) const;

  // --- summary.cpp
  Summed sum(Call call, const std::string& package, const std::string& unit, Period period, const std::vector<std::string>& chosen, bool preview) const;
  Summed difference(Call call, const std::string& package, const std::string& unit, Period period) const;
  struct Contribution {
    Part part;  // unit "" = what the units paid each other, left out of the sum
    StoredCell cell;
  };
  std::vector<Contribution> contributions(Call call, const std::string& package, const std::string& unit, Period period, const CellKey& cell, const std::string& revision) const;
  struct Hit {
    std::string unit, values;
  };
  std::vector<Hit> query(Call call, const std::string& condition, const std::string& table, Period period, std::int64_t& asked) const;

  // --- import.cpp, import_forms.cpp
  struct Imported {
    std::string unit, complaint;
    bool applied = false;
    std::vector<CellChange> cells;      // what is taken, or why not
    std::vector<CellChange> differing;  // cells nobody types: what stands here, what the form says, what kind of cell it is
  };
  std::vector<Imported> import(Call call, const ImportFile& file, Period period, bool apply) const;
  // --- submit_for.cpp: the complete report of file.unit, which keeps no book here; `words` explain every failed 核实性 check.
  // What submit_for() would make of the file: against the revision before it, and what stands in its way. Nothing is written.
  struct Foreseen {
    std::int64_t revision = 1;
    bool same = false;  // this very file is submitted
    std::vector<CellChange> cells;
    Gate gate;
  };
  Foreseen foresee(Call call, const ImportFile& file, const std::string& code, Period period, const std::string& words) const;
  Submission submit_for(Call call, const ImportFile& file, const std::string& package, Period period, const std::string& words) const;

 private:
  const Package& package_of(const Catalog& catalog, const std::string& code, Period period) const;
  const Package& package_by_code(const Catalog& catalog, const std::string& code) const;
  std::string receiver(const UnitTree& tree, const Assignment& a, const std::vector<Duty>& duties, const std::string& unit) const;
  std::vector<Hindrance> against(Call call, Txn& txn, const Catalog& catalog, const std::vector<BookInfo>& books, const Package& package, const Task& task,
                                 const std::vector<StoredCheck>& checks, Gate& told) const;
  Reports::Foreign report_for(Call call, const ImportFile& file, const std::string& code, Period period, const std::string& words, Gate& gate) const;
  void import_list(Call call, const std::string& unit, Period period, const std::vector<Entry>& entries, bool apply, Imported& one) const;
  void import_forms(Call call, const std::string& unit, Period period, const std::vector<const Form*>& forms, bool apply, Imported& one) const;
  void finish_import(Call call, const std::string& unit, Period period, const std::vector<Entry>& entries, bool apply, Imported& one) const;
  Submission freeze(Call call, Txn& txn, Submission s, const Result& result, const std::vector<Explanation>& explanations) const;
  void say(Txn& txn, const std::string& unit, const std::string& action, const std::string& object, JsonWriter& body) const { r_.audit_.append(txn, unit, action, object, body.str()); }
  // sums nullptr = the cells are those of one unit, and nothing else of it is known.
  Result add_up(Call call, const Catalog& catalog, const Package& package, const std::string& unit, Period period, const Totals& totals, UnitSums* sums, Summed& told) const;
  const Reports& r_;
};

// The last words written about every failure that is still what it was.
std::vector<Explanation> alive(const std::vector<Explanation>& written, const std::vector<StoredCheck>& checks);
// Why it is not submitted, in one sentence.
std::string not_ready(const Gate& gate, const std::string& title);
// What is said, without the rule's code behind it: it stands inside another sentence.
std::string sentence_of(const Error& e);
std::string now_text(std::int64_t unix_ms);  // 2023-06-30 18:00:00, at +08:00

}  // namespace mif::reporting
