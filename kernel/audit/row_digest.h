// SPDX-License-Identifier: Apache-2.0
// Digests of stored objects, read the same way by the room that writes them and by the verifier that checks them.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/base/hash.h"
#include "kernel/store/database.h"

namespace mif::audit {

// Adds every column of a row with its stored type, so that NULL, "", 0 and "0" all differ. A tampered column of the wrong
// type changes the digest instead of throwing.
void add_row(Canonical& canonical, const store::Row& row);
void add_value(Canonical& canonical, const store::Row& row, std::size_t i);  // one column of it
// The stored integer, or nothing when the column holds something else.
std::optional<std::int64_t> integer_at(const store::Row& row, std::size_t i);
// A key column for an object's name, whatever it holds.
std::string key_text(const store::Row& row, std::size_t i);
// What add_row adds for a row of these values: for a writer that already holds them.
void add_values(Canonical& canonical, std::initializer_list<store::Param> values);
std::string digest_hex(HashAlg alg, const Canonical& canonical);

// The single integer `sql` gives; nothing when there is no row, or it is NULL or no integer.
std::optional<std::int64_t> one_integer(store::Txn& txn, std::string_view sql, std::initializer_list<store::Param> params);

struct KeyColumn {
  std::string_view table, column;
};
// Walks tables in pages of their common integer key, without LIMIT and without loading them whole: each(low, high) handles the
// keys low <= key <= high. A key found in only one of the tables (an orphan) is walked too.
void each_key_range(store::Txn& txn, std::initializer_list<KeyColumn> keys, std::int64_t page, const std::function<void(std::int64_t low, std::int64_t high)>& each);

}  // namespace mif::audit
