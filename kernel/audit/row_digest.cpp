// SPDX-License-Identifier: Apache-2.0
#include "kernel/audit/row_digest.h"

#include <limits>

namespace mif::audit {

void add_row(Canonical& canonical, const store::Row& row) {
  canonical.add(static_cast<std::int64_t>(row.size()));
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row.null(i)) canonical.add_null();
    else if (row.is_text(i)) canonical.add(row.text(i));
    else canonical.add(row.integer(i));
  }
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

void each_key_range(store::Txn& txn, std::string_view next_sql, std::int64_t page, const std::function<void(std::int64_t, std::int64_t)>& each) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  while (last < kMax) {
    const auto low = txn.integer(next_sql, {last});
    if (!low) return;
    const std::int64_t high = *low > kMax - page ? kMax : *low + page - 1;
    each(*low, high);
    last = high;
  }
}

}  // namespace mif::audit
