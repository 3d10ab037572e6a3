/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mif.ledger-propose/1 and mif.ledger-read/1: the ledger as a plugin sees it. Nothing a plugin can call posts a voucher;
 * posting is the act of the workflow.
 *
 * `aux` is the canonical text of a posting's auxiliary items: "dimension=item" pairs sorted by dimension, joined by ';',
 * e.g. "counterparty=H37010100001;insutype=310". Empty = none. The host sorts and validates it.
 */
#ifndef MIF_SVC_LEDGER_H
#define MIF_SVC_LEDGER_H
#include "mif/abi.h"
#include "mif/svc/store.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIF_LEDGER_PROPOSE_ID "mif.ledger-propose/1"
#define MIF_LEDGER_READ_ID "mif.ledger-read/1"

enum { MIF_DEBIT = 1, MIF_CREDIT = -1 };
enum { MIF_VOUCHER_DRAFT = 1, MIF_VOUCHER_SUBMITTED = 2, MIF_VOUCHER_APPROVED = 3, MIF_VOUCHER_POSTED = 4, MIF_VOUCHER_VOID = 5 };

typedef struct mif_voucher_line {
  uint32_t size;
  int32_t side; /* MIF_DEBIT, MIF_CREDIT */
  mif_fen fen;  /* never 0; negative = red entry on the same side */
  mif_str account, aux, summary;
} mif_voucher_line;

typedef struct mif_voucher {
  uint32_t size;
  mif_day day;
  mif_str book;        /* book code, e.g. "370000-310" */
  mif_str word;        /* 收 付 转 记 */
  mif_str flow;        /* workflow definition that must end before it is posted; empty = the book's default */
  mif_str source_key;  /* unique per plugin, forever */
  mif_str summary;
  mif_str maker;       /* login of the person responsible; empty = mif_call.actor */
  const mif_voucher_line* lines;
  uint32_t n_lines;
  uint32_t attachments; /* number of source documents behind it */
} mif_voucher;

/* A voucher as read back. number 0 = not posted yet. */
typedef struct mif_voucher_head {
  uint32_t size;
  int32_t state, year, month, number, closing;
  mif_day day;
  int64_t id, reverses, workflow_instance;
  mif_fen total_fen; /* sum of the debit side */
  mif_str book, word, summary, source_plugin, source_key, maker, reviewer, poster, flow, content_hash;
} mif_voucher_head;

typedef struct mif_line {
  uint32_t size;
  int32_t line, side, year, month, number;
  mif_day day;
  int64_t voucher_id;
  mif_fen fen;
  mif_str account, account_name, aux, summary, word;
  mif_str voucher_summary, source_key; /* of its voucher */
  int64_t reverses;                    /* the voucher it takes back, 0 = none */
} mif_line;

/* One row of a book's balance table: movement of one month (month 0 = opening of the year, in debit/credit form).
   closing_* is the part of debit/credit that closing vouchers made. */
typedef struct mif_balance {
  uint32_t size;
  int32_t month;
  mif_str account, aux;
  mif_fen debit_fen, credit_fen, closing_debit_fen, closing_credit_fen;
} mif_balance;

typedef struct mif_book_info {
  uint32_t size;
  int32_t start_year, start_month, open_year, open_month; /* the first month that is not closed; 0 = none */
  int32_t read_only;
  mif_str code, unit, unit_name, scheme, chart, name;
} mif_book_info;

typedef struct mif_account_info {
  uint32_t size;
  int32_t side, level, leaf; /* side: MIF_DEBIT, MIF_CREDIT */
  mif_str code, name, full_name, account_class;
} mif_account_info;

#define MIF_SINK(name, item)                      \
  typedef struct name name;                       \
  struct name {                                   \
    uint32_t size;                                \
    uint32_t reserved;                            \
    void* impl;                                   \
    int32_t (*on)(name*, const item*);            \
  }
MIF_SINK(mif_balance_sink, mif_balance);
MIF_SINK(mif_line_sink, mif_line);
MIF_SINK(mif_voucher_head_sink, mif_voucher_head);
MIF_SINK(mif_book_sink, mif_book_info);
MIF_SINK(mif_account_sink, mif_account_info);

typedef struct mif_ledger_propose {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* [worker] Stores a draft and starts its workflow, inside txn. MIF_OK with the old id when source_key was seen with the
     same content; MIF_E_CONFLICT when the content differs or the period is closed; MIF_E_INVALID when it does not balance,
     names an unknown or non-leaf account, or misses an auxiliary item; MIF_E_NOT_FOUND for an unknown book. */
  mif_status (*propose)(void* impl, mif_call*, mif_txn*, const mif_voucher*, int64_t* voucher_id);
  /* [worker] Takes a draft back that is not approved yet (a withdrawn document). MIF_E_CONFLICT afterwards. */
  mif_status (*withdraw)(void* impl, mif_call*, mif_txn*, int64_t voucher_id, mif_str reason);
  /* [worker] Reserve money of an account (posted balance - other holds >= fen, or MIF_E_CONFLICT). Same key + same content = same hold. */
  mif_status (*hold)(void* impl, mif_call*, mif_txn*, mif_str book, mif_str account, mif_str aux, mif_fen fen, mif_str key);
  /* [worker] End a hold: spent nonzero = settled by a posted voucher, 0 = given back. Repeatable. Whoever spends held money
     releases it before the posting, in the same transaction: a posting leaves every open hold whole. */
  mif_status (*release)(void* impl, mif_call*, mif_txn*, mif_str book, mif_str key, int32_t spent);
  /* [worker] Takes a posted voucher of this plugin back: a draft linked to it, red on the same side within its year, in blue
     through the accounts for earlier years otherwise. The same voucher is corrected once: its correction's id again. maker as in
     mif_voucher. MIF_E_CONFLICT for a voucher that is not posted, MIF_E_INVALID for a day before it. */
  mif_status (*correct)(void* impl, mif_call*, mif_txn*, int64_t voucher_id, mif_day day, mif_str maker, int64_t* correction_id);
} mif_ledger_propose;

typedef struct mif_line_query {
  uint32_t size;
  int32_t year, month_from, month_to;
  uint32_t limit;          /* 0 = 1000 */
  int32_t without_closing; /* nonzero = leave closing vouchers out */
  mif_str book;
  mif_str accounts; /* "5001*,5101" : codes, prefix*, a:b range, -minus; empty = all */
  mif_str aux;      /* "insutype=510" must hold; "mode=1|3" one of; empty = all */
  int64_t after_voucher; /* keyset: lines after (voucher, line) */
  int32_t after_line;
  int64_t recorded_until_ms; /* only what was posted by then; 0 = everything. May be missing in an older host. */
} mif_line_query;

typedef struct mif_voucher_query {
  uint32_t size;
  int32_t year, month; /* 0 = any */
  int32_t state;       /* 0 = any */
  uint32_t limit;      /* 0 = 1000 */
  mif_str book, source_plugin, source_key; /* empty = any */
  int64_t after_id;
} mif_voucher_query;

typedef struct mif_ledger_read {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* All: [worker, concurrent], only books the caller may see; txn may be NULL (own snapshot). */
  mif_status (*books)(void* impl, mif_call*, mif_txn*, mif_book_sink*);
  mif_status (*accounts)(void* impl, mif_call*, mif_txn*, mif_str book, int32_t year, mif_account_sink*);
  /* Balance rows of one book and year, months 0..month_to, ordered by (month, account, aux). */
  mif_status (*balances)(void* impl, mif_call*, mif_txn*, mif_str book, int32_t year, int32_t month_to, mif_balance_sink*);
  mif_status (*lines)(void* impl, mif_call*, mif_txn*, const mif_line_query*, mif_line_sink*);
  mif_status (*vouchers)(void* impl, mif_call*, mif_txn*, const mif_voucher_query*, mif_voucher_head_sink*);
  /* Head to the first sink, lines to the second (may be NULL). MIF_E_NOT_FOUND also when it is not yours to see. */
  mif_status (*voucher)(void* impl, mif_call*, mif_txn*, int64_t id, mif_voucher_head_sink*, mif_line_sink*);
  /* The books of one unit, as `books` gives them; none when the unit has none or is not yours to see. May be missing in an
     older host: test with MIF_HAS. */
  mif_status (*books_of)(void* impl, mif_call*, mif_txn*, mif_str unit, mif_book_sink*);
} mif_ledger_read;
#ifdef __cplusplus
}
#endif
#endif
