// SPDX-License-Identifier: Apache-2.0
// A book as a plain-text journal, so that independent programs can judge its sums. Accounts are named by English class root
// and code ("Assets:1001"); the opening balances are the first transaction.
#pragma once

#include "kernel/interchange/book_reader.h"

namespace mif::interchange {

enum class Notation { hledger, beancount, ledger };
void write_journal(const BookReader& reader, Notation notation, const Sink& sink);

}  // namespace mif::interchange
