// SPDX-License-Identifier: Apache-2.0
// Digests of stored objects, read the same way by the room that writes them and by the verifier that checks them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "kernel/base/hash.h"
#include "kernel/store/database.h"

namespace mif::audit {

// Adds every column of a row with its stored type, so that NULL, "", 0 and "0" all differ. A tampered column of the wrong
// type changes the digest instead of throwing.
void add_row(Canonical& canonical, const store::Row& row);
// What add_row adds for a row of these values: for a writer that already holds them.
void add_values(Canonical& canonical, std::initializer_list<store::Param> values);
std::string digest_hex(HashAlg alg, const Canonical& canonical);

// Walks a table in pages of its integer key without depending on LIMIT, and without loading it whole. `next_sql` gives the
// smallest key greater than its one parameter; each(low, high) handles the keys low <= key <= high.
void each_key_range(store::Txn& txn, std::string_view next_sql, std::int64_t page, const std::function<void(std::int64_t low, std::int64_t high)>& each);

}  // namespace mif::audit
