// SPDX-License-Identifier: Apache-2.0
// Computing: what computed cells and checks are as rows. Private to computing.cpp and recomputing.cpp.
#pragma once

#include "flow.h"

namespace mif::reporting {

// The cell, the ledger terms behind it (added to `terms`), and what the formula of an overridden cell gives (added to `told`).
StoredCell compute_cell(Evaluator& evaluator, Facts& facts, const Overrides& overrides, const Table& table, int row, int col, Period period, Computed& told, std::vector<StoredTerm>& terms);
// What was asked of others and not answered stays blank; this says so.
void lint_unanswered(const Evaluator& evaluator, std::vector<StoredCheck>& into);
// How many failed, were empty, could not be evaluated.
void count_checks(Result& result, Computed& told);
// Which log position and which templates a stored result was made at.
std::string mark_of(const Catalog& catalog, std::int64_t position);

}  // namespace mif::reporting
