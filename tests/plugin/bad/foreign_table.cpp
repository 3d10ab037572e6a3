// SPDX-License-Identifier: Apache-2.0
#include "bad.hpp"
#include "mif/svc/store.h"

// Runs the SQL it is given and leaves the transaction open.
mif_status bad::misbehave(mif_call* call, std::string sql) {
  const auto* store = static_cast<const mif_store*>(host->service(host, MIF_STORE_ID));
  mif_txn* txn = nullptr;
  if (const mif_status begun = store->begin(store->impl, call, MIF_TXN_WRITE, &txn)) return begun;
  int64_t affected = 0;
  return store->execute(store->impl, call, txn, {sql.data(), static_cast<uint32_t>(sql.size())}, nullptr, 0, &affected);
}
static const char* const needs[] = {MIF_STORE_ID, nullptr};
BAD_PLUGIN("foreign-table", needs)
