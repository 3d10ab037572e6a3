// SPDX-License-Identifier: Apache-2.0
#include "kernel/audit/lookup.h"

#include <vector>

namespace mif::audit {

std::int64_t chain_size(store::Txn& txn, std::string_view chain) {
  return txn.integer("select seq from audit_head where chain = ?", {chain}).value_or(0);
}

void entries_about(store::Txn& txn, std::string_view chain, std::string_view object, std::int64_t limit, const std::function<void(const Entry&)>& each) {
  std::vector<std::int64_t> seqs;
  txn.query("select seq from audit_entry where chain = ? and object = ? order by seq desc limit ?", {chain, object, limit},
            [&](const store::Row& row) { seqs.push_back(row.integer(0)); });
  for (auto seq = seqs.rbegin(); seq != seqs.rend(); ++seq) entries(txn, chain, *seq - 1, 1, each);
}

}  // namespace mif::audit
