/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mif.store/1: SQL on the plugin's own tables, inside the transaction that the ledger, workflow and audit calls share,
 * so a source document and its draft voucher commit together or not at all.
 *
 * Tables are named x_<module>_..., <module> = the manifest's "schema"; the host refuses a statement that touches any other
 * table. They are created by numbered files in the bundle's "migrations" folder (001_name.sql, ...), run once at activation.
 * Portable subset: BIGINT for money and ids, VARCHAR(n) for text, no NUMERIC, no floating point; positional `?`
 * parameters; cast(sum(x) as bigint) around aggregates; `insert ... on conflict (..) do nothing|update` is allowed.
 */
#ifndef MIF_SVC_STORE_H
#define MIF_SVC_STORE_H
#include "mif/abi.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIF_STORE_ID "mif.store/1"

enum { MIF_NULL = 0, MIF_INT = 1, MIF_TEXT = 2 };
typedef struct mif_value {
  int32_t kind;
  int32_t reserved;
  int64_t i;
  mif_str s;
} mif_value;

typedef struct mif_row_sink mif_row_sink;
struct mif_row_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_row_sink*, const mif_value* columns, uint32_t n);
};

enum { MIF_TXN_READ = 0, MIF_TXN_WRITE = 1 };
typedef struct mif_txn mif_txn; /* opaque; one thread; ends by commit or rollback */

typedef struct mif_store {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* [worker] One open transaction per call. Whatever is left open when the plugin's function returns is rolled back. */
  mif_status (*begin)(void* impl, mif_call*, int32_t mode, mif_txn** out);
  /* [worker] MIF_OK = durable. Any other status = nothing happened, except MIF_E_UNKNOWN_OUTCOME. The handle is dead. */
  mif_status (*commit)(void* impl, mif_call*, mif_txn*);
  void (*rollback)(void* impl, mif_txn*);
  mif_status (*execute)(void* impl, mif_call*, mif_txn*, mif_str sql, const mif_value* params, uint32_t n,
                        int64_t* affected);
  mif_status (*query)(void* impl, mif_call*, mif_txn*, mif_str sql, const mif_value* params, uint32_t n, mif_row_sink*);
  /* [worker] A new unique positive id from the named sequence (created at first use). Unused ids are lost, never reused. */
  mif_status (*next_id)(void* impl, mif_call*, mif_txn*, mif_str sequence, int64_t* out);
  /* [worker] Many rows of one own table at once, by the fastest way the database has (COPY, array binding, a prepared loop),
     beside the caller: n_rows * n_columns values, row after row, copied before it returns; `columns` = their names, separated
     by commas. The transaction's next call waits for them. A broken unique key is MIF_E_CONFLICT of this call or a later one
     of the transaction, its commit at the latest, and spoils the transaction. */
  mif_status (*insert)(void* impl, mif_call*, mif_txn*, mif_str table, mif_str columns, const mif_value* values, uint32_t n_columns, uint64_t n_rows);
} mif_store;
#ifdef __cplusplus
}
#endif
#endif
