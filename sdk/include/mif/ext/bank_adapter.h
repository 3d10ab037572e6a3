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

/* One packet on the wire, or one file. */
enum { MIF_PACKET_OUT = 1, MIF_PACKET_IN = 2 };
enum {
  MIF_WIRE_LEAVING = 1, /* out: complete, told before its first byte leaves */
  MIF_WIRE_WHOLE = 2,   /* in: came to its end */
  MIF_WIRE_PART = 3,    /* in: broke off, these are the bytes that came */
  MIF_WIRE_SILENT = 4,  /* in: not one byte came */
  MIF_WIRE_UNSENT = 5   /* in: what was told as leaving never left */
};
typedef struct mif_packet {
  uint32_t size;
  int32_t direction;
  int32_t end;       /* MIF_WIRE_* */
  uint32_t client_ref_count;
  mif_str operation; /* the adapter's own word for what was asked */
  mif_str text;      /* before encryption, masked: of an account the last 4, of a name the first character, of keys and passwords nothing */
  mif_str sha256;    /* of the bytes on the wire, lower-case hexadecimal; empty when there were none */
  int64_t bytes;     /* on the wire */
  mif_str reason;    /* one sentence, when the wire did not go well */
  const mif_str* client_refs; /* the payments it is about */
} mif_packet;
typedef struct mif_pay_sink mif_pay_sink;
struct mif_pay_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_pay_sink*, const mif_pay_answer*);
  /* Every packet, in order (may be NULL; test with MIF_HAS). Nonzero for one that is leaving: it could not be kept, do not send it. */
  int32_t (*packet)(mif_pay_sink*, const mif_packet*);
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
  /* appended; may be NULL, test with MIF_HAS: every packet of the call, as mif_pay_sink has them */
  int32_t (*packet)(mif_statement_sink*, const mif_packet*);
};

/* An electronic receipt (电子回单): its facts, then its file. Chunks are told by calling `bytes` until the file is whole, then `on`. */
typedef struct mif_receipt {
  uint32_t size;
  mif_day day;
  mif_fen fen; /* signed like the statement line it belongs to */
  mif_str number; /* the bank's number of the receipt, unique in the account */
  mif_str bank_ref, client_ref, media_type, file_name;
} mif_receipt;
typedef struct mif_receipt_sink mif_receipt_sink;
struct mif_receipt_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*bytes)(mif_receipt_sink*, const uint8_t* chunk, uint64_t n);
  int32_t (*on)(mif_receipt_sink*, const mif_receipt*); /* the chunks since the last call are its file */
  int32_t (*packet)(mif_receipt_sink*, const mif_packet*); /* appended; may be NULL, as in mif_statement_sink */
};
typedef struct mif_packet_sink mif_packet_sink;
struct mif_packet_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*packet)(mif_packet_sink*, const mif_packet*);
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
  /* may be NULL; MIF_E_UNSUPPORTED when the bank gives none through this link */
  mif_status (*receipts)(void* self, mif_call*, mif_str link, mif_str account, mif_day from, mif_day to, mif_receipt_sink*);
  /* appended; may be NULL: balance, telling every packet of the call */
  mif_status (*balance_told)(void* self, mif_call*, mif_str link, mif_str account, mif_fen* out, mif_packet_sink*);
} mif_bank_adapter;
#ifdef __cplusplus
}
#endif
#endif
