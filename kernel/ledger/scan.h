// SPDX-License-Identifier: Apache-2.0
// Every stored voucher with its lines, in the order of the table, a thousand at a time, whatever somebody did to the rows.
// Private to the ledger room.
#pragma once

#include <functional>

#include "kernel/ledger/internal.h"

namespace mif::ledger {

struct Scanned {
  Stored voucher;            // with lines; partly filled when not readable
  std::string problem;       // what is wrong with the rows themselves; empty = readable
  bool orphan = false;       // lines without a voucher
  std::string content;       // content hash computed from the rows
  std::string digest;        // object digest computed from the rows, when asked for
};

struct ScanOptions {
  bool digests = false;
  bool content = true;
};
// Groups come as (book, year, month); group_end is called after the last voucher of each.
void scan_vouchers(store::Txn& txn, HashAlg alg, ScanOptions options, const std::function<void(const Scanned&)>& each,
                   const std::function<void(std::int64_t book, Period period)>& group_end = {});

}  // namespace mif::ledger
