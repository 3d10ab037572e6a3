/* SPDX-License-Identifier: Apache-2.0 */
/* mif.bank-adapter/1: one bank protocol. */
#ifndef MIF_EXT_BANK_ADAPTER_H
#define MIF_EXT_BANK_ADAPTER_H
#include "mif/abi.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIF_BANK_ADAPTER_ID "mif.bank-adapter/1"

/* What the bank said of one payment. An answer the adapter cannot map is MIF_PAY_UNKNOWN, never REFUSED. */
enum {
  MIF_PAY_ACCEPTED = 1,       /* taken, not executed yet */
  MIF_PAY_DONE = 2,           /* executed (provisional until the statement proves it) */
  MIF_PAY_REFUSED = 3,        /* final: will never be executed */
  MIF_PAY_UNKNOWN = 4,
  MIF_PAY_DUPLICATE = 5,      /* the bank knows this client_ref already: query it */
  MIF_PAY_PROCESSING = 6,
  MIF_PAY_AWAITS_BANK = 7,    /* manual authorisation at the bank (落地) */
  MIF_PAY_SCHEDULED = 8,
  MIF_PAY_SUSPENDED = 9,      /* 挂账 */
  MIF_PAY_NOT_FOUND = 10,
  MIF_PAY_RETURNED = 11,      /* was executed, came back (退汇) */
  MIF_PAY_UNSENT = 12         /* provably never left: refused by the adapter's own checks, or no connection was made */
};

typedef struct mif_payment {
  uint32_t size;
  mif_day day;
  mif_fen fen;        /* > 0 */
  mif_str client_ref; /* unique code minted by the host side; sent to the bank verbatim */
  mif_str payer_account, payee_account, payee_name, payee_bank_no, purpose;
} mif_payment;

typedef struct mif_pay_answer {
  uint32_t size;
  int32_t outcome;     /* MIF_PAY_* */
  mif_str client_ref;
  mif_str bank_ref;    /* the bank's serial, may be empty */
  mif_str bank_code, bank_text; /* verbatim */
  mif_fen fen; /* the amount the bank holds under this ref, 0 = it did not say (test with MIF_HAS) */
} mif_pay_answer;
typedef struct mif_pay_sink mif_pay_sink;
struct mif_pay_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_pay_sink*, const mif_pay_answer*);
};

typedef struct mif_statement_line {
  uint32_t size;
  mif_day day;
  mif_fen fen;         /* signed: + credit to the account, - debit */
  mif_fen balance_fen; /* after the line, as the bank says */
  mif_str bank_ref, client_ref, counter_account, counter_name, text;
} mif_statement_line;
typedef struct mif_statement_sink mif_statement_sink;
struct mif_statement_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* once, before the lines */
  int32_t (*balances)(mif_statement_sink*, mif_fen opening_fen, mif_fen closing_fen);
  int32_t (*on)(mif_statement_sink*, const mif_statement_line*);
};

typedef struct mif_bank_adapter {
  uint32_t size;
  uint32_t reserved;
  void* self;
  /* [any-thread] {"protocol":..,"profiles":[..],"idempotent_resend":bool,"statement_echoes_ref":bool} */
  mif_status (*describe)(void* self, mif_call*, mif_text_sink*);
  /* [worker, one call per account at a time, never inside a ledger transaction] Answer every payment through the sink.
     `link` names the connection in the adapter's configuration. If the wire breaks after the request may have left, answer
     MIF_PAY_UNKNOWN: the caller then queries and never re-submits on its own. */
  mif_status (*submit)(void* self, mif_call*, mif_str link, const mif_payment*, uint32_t n, mif_pay_sink*);
  mif_status (*query)(void* self, mif_call*, mif_str link, mif_str payer_account, const mif_str* client_refs, uint32_t n, mif_pay_sink*);
  mif_status (*statement)(void* self, mif_call*, mif_str link, mif_str account, mif_day from, mif_day to, mif_statement_sink*);
  /* balance now */
  mif_status (*balance)(void* self, mif_call*, mif_str link, mif_str account, mif_fen* out);
} mif_bank_adapter;
#ifdef __cplusplus
}
#endif
#endif
