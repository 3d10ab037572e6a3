// SPDX-License-Identifier: Apache-2.0
// A book as a plain-text journal, so that independent programs can judge its sums. Accounts are named by English class root
// and code ("Assets:1001"); the opening balances are the first transaction.
#pragma once

#include <functional>
#include <string_view>

#include "kernel/ledger/ledger.h"

namespace mif::ledger {

enum class ExportFormat { hledger, beancount, ledger };
ExportFormat export_format_of(std::string_view name);  // MIF_E_INVALID

struct ExportRange {
  Period from, to;  // {} = from the book's first period / to its last posting
};
using TextSink = std::function<void(std::string_view)>;
void export_book(store::Txn& txn, const Ledger& ledger, const chart::Charts& charts, std::string_view book, ExportFormat format, const TextSink& sink,
                 const ExportRange& range = {});

}  // namespace mif::ledger
