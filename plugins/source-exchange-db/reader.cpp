// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include "exchange_database.h"

namespace mif::source_exchange {

std::vector<SourceRow> read_after(ExchangeDatabase& database, const std::string& feed, long long after, std::uint32_t n) {
  auto merged = database.documents(feed, after, n);
  auto withdrawals = database.withdrawals(feed, after, n);
  const auto middle = merged.insert(merged.end(), std::make_move_iterator(withdrawals.begin()), std::make_move_iterator(withdrawals.end()));
  std::inplace_merge(merged.begin(), middle, merged.end(), [](const SourceRow& a, const SourceRow& b) { return a.seq < b.seq; });
  for (std::size_t i = 1; i < merged.size(); ++i)
    if (merged[i].seq == merged[i - 1].seq)
      throw Error(MIF_E_INVALID, "source.seq-twice", "交换库 feed " + feed + " 的 seq " + std::to_string(merged[i].seq) + " 同时用于单据和撤回 (seq is used twice), 请业务方改正");
  // Both lists were cut at n, so the first n of the merge are complete: nothing before them is missing.
  if (merged.size() > n) merged.resize(n);
  return merged;
}

}  // namespace mif::source_exchange
