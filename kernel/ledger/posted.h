// SPDX-License-Identifier: Apache-2.0
// What a book has posted, in the order of its numbers, a page at a time: for exports, whose memory must not grow with the book.
#pragma once

#include <functional>

#include "kernel/ledger/ledger.h"

namespace mif::ledger {

std::vector<Period> posted_periods(store::Txn& txn, const Book& book);  // that have movement
std::int64_t posted_count(store::Txn& txn, const Book& book, Period period);
// By (word, number, part), each with its lines and electronic documents.
void each_posted(store::Txn& txn, const Book& book, Period period, const std::function<void(const Voucher&)>& each);

}  // namespace mif::ledger
