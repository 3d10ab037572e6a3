// SPDX-License-Identifier: Apache-2.0
// Stored matches. Private to the room.
#pragma once

#include <map>

#include "kernel/open_items/open_items.h"

namespace mif::open_items {

std::string object_of(std::int64_t match);
std::string digest_of(HashAlg alg, std::int64_t book, const Match& match);
std::string party_of(const std::string& aux);  // the counterparty, or all the auxiliary items where there is none
// What the matches that stand on the day have taken, by item.
std::map<std::string, Fen> taken(store::Txn& txn, std::int64_t book, Day as_of);

}  // namespace mif::open_items
