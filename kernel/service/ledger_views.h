// SPDX-License-Identifier: Apache-2.0
// The ledgers as tables for the command line, the API and the pages: one reading of the question, one form of the answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernel/books/books.h"
#include "kernel/identity/identity.h"
#include "kernel/service/deployment.h"

namespace mif::service {

// Names as in the query of the API: book, unit, below, all, scheme, period | year, from, to, accounts, aux, level, unposted,
// withoutClosing, asOf; and those of each view (kLedgerViews).
using ViewOptions = std::map<std::string, std::string, std::less<>>;

enum class CellKind { text, day, money, balance };  // balance: debit-positive, shown as side and amount
struct ViewColumn {
  std::string key, title, group = {};
  CellKind kind = CellKind::text;
};
struct ViewRow {
  std::string kind;                     // "row" (a leaf), "sum" (of the rows below it), "total", or of a detail ledger "opening", "line", "month", ...
  std::vector<std::string> cells;       // money plain; empty = not said
  std::vector<std::string> drills = {}; // by column; empty = no drill
  std::int64_t voucher = 0;             // of a line
};
struct ViewTable {
  std::string view, title, subtitle;
  std::vector<ViewColumn> columns;
  std::vector<ViewRow> rows;
  std::string next;                     // key of the next page
  std::vector<std::string> notes;
};

struct LedgerViewInfo {
  std::string name, title;
  std::vector<std::string> options;     // besides those every view has
};
const std::vector<LedgerViewInfo>& ledger_views();

// `caller` sees the books of its units only; nullptr sees all. Names of other units' books are not betrayed (P15).
ViewTable ledger_view(Deployment& deployment, store::Txn& txn, const identity::Caller* caller, const std::string& view, const ViewOptions& options);

// The set of books and the period a question means; MIF_E_INVALID, MIF_E_NOT_FOUND.
books::Filter ledger_filter(Deployment& deployment, store::Txn& txn, const identity::Caller* caller, const ViewOptions& options, int first_month = 1);
std::int64_t recorded_time(const std::string& text);  // unix ms, "2023-06-30" (its end) or "2023-06-30T18:00:00", at +08:00

}  // namespace mif::service
