// SPDX-License-Identifier: Apache-2.0
// Vouchers of a file into the books: a preview that tells what applying would do, by doing it and taking it back; applying
// proposes drafts that go through the normal flow. History - vouchers posted elsewhere - is another door with its own right.
#pragma once

#include <functional>

#include "kernel/interchange/voucher_table.h"
#include "kernel/service/deployment.h"

namespace mif::service {

struct VoucherImport {
  std::string bytes;     // CSV or xlsx
  std::string source;    // who sent it; empty = the digest of the file
  std::string book;      // only this book; empty = the file's column
  bool apply = false;    // false = preview, nothing stays
  bool posted = false;   // history: posted at once, numbered in the order of the file, all or nothing
  std::string reviewer;  // of history whose rows name none
};

enum class ImportOutcome { fresh, same, conflict, error };
std::string_view name_of(ImportOutcome outcome);

struct ImportResult {
  std::string place, key, book, word;
  Day day;
  Fen total;              // debit side, as read
  ImportOutcome outcome = ImportOutcome::error;
  std::int64_t id = 0;    // of the voucher made or found
  std::string sentence;   // why not
};

// MIF_E_INVALID for a file that cannot be read, MIF_E_DENIED without the right. Drafts stand or fall one by one; of history
// nothing stays when one voucher fails.
std::vector<ImportResult> import_vouchers(Deployment& deployment, const Who& who, const identity::Caller& caller, const VoucherImport& request,
                                          const std::function<void(std::int64_t done, std::int64_t total)>& progress = {});

}  // namespace mif::service
