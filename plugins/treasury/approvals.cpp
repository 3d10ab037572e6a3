// SPDX-License-Identifier: Apache-2.0
#include "approvals.h"

namespace mif::treasury {

std::set<std::string> approvers_of(Txn& txn, const Batch& batch) {
  std::set<std::string> all;
  txn.query("select approver from x_treasury_approval where batch_id = ? and digest = ?", {batch.id, batch.digest}, [&](const Row& r) { return all.insert(r.text(0)), true; });
  return all;
}

std::set<std::string> add_approval(Txn& txn, const Batch& batch, const std::string& approver, std::int64_t needed, std::int64_t now_ms) {
  txn.execute("update x_treasury_batch set approved_ms = approved_ms where id = ?", {batch.id});
  txn.execute("insert into x_treasury_approval (batch_id, digest, approver, needed, fen, approved_ms) values (?, ?, ?, ?, ?, ?) on conflict (batch_id, digest, approver) do nothing",
              {batch.id, batch.digest, approver, needed, batch.fen, now_ms});
  return approvers_of(txn, batch);
}

}  // namespace mif::treasury
