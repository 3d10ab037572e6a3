// SPDX-License-Identifier: Apache-2.0
#include "kernel/audit/row_digest.h"

#include <limits>

#include "mif/error.hpp"

namespace mif::audit {

void add_value(Canonical& canonical, const store::Row& row, std::size_t i) {
  if (row.null(i)) canonical.add_null();
  else if (row.is_text(i)) canonical.add(row.text(i));
  else if (const auto number = integer_at(row, i)) canonical.add(*number);
  else canonical.add_null().add(row.text(i));  // bytes or a fraction: nothing mif writes
}

void add_row(Canonical& canonical, const store::Row& row) {
  canonical.add(static_cast<std::int64_t>(row.size()));
  for (std::size_t i = 0; i < row.size(); ++i) add_value(canonical, row, i);
}

std::optional<std::int64_t> integer_at(const store::Row& row, std::size_t i) {
  if (row.null(i) || row.is_text(i)) return std::nullopt;
  try {
    return row.integer(i);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string key_text(const store::Row& row, std::size_t i) {
  const auto number = integer_at(row, i);
  return number ? std::to_string(*number) : std::string(row.text(i));
}

void add_values(Canonical& canonical, std::initializer_list<store::Param> values) {
  canonical.add(static_cast<std::int64_t>(values.size()));
  for (const auto& value : values) {
    if (const auto* text = value.text()) canonical.add(*text);
    else if (const auto* number = value.integer()) canonical.add(*number);
    else canonical.add_null();
  }
}

std::string digest_hex(HashAlg alg, const Canonical& canonical) { return to_hex(hash(alg, canonical.bytes())); }

std::optional<std::int64_t> one_integer(store::Txn& txn, std::string_view sql, std::initializer_list<store::Param> params) {
  std::optional<std::int64_t> found;
  txn.query(sql, params, [&](const store::Row& row) { found = integer_at(row, 0); });
  return found;
}

void each_key_range(store::Txn& txn, std::initializer_list<KeyColumn> keys, std::int64_t page, const std::function<void(std::int64_t, std::int64_t)>& each) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string> next;
  for (const auto& [table, column] : keys)
    next.push_back("select min(" + std::string(column) + ") from " + std::string(table) + " where " + std::string(column) + " > ?");
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  while (last < kMax) {
    std::optional<std::int64_t> low;
    for (const auto& sql : next) {
      const auto key = one_integer(txn, sql, {last});
      if (key && (!low || *key < *low)) low = key;
    }
    if (!low) return;
    last = *low > kMax - page ? kMax : *low + page - 1;
    each(*low, last);
  }
}

}  // namespace mif::audit
