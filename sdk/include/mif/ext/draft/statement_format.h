/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mif.statement-format/1 (draft): one file format of bank statements (MT940, camt.053, BAI2, OFX, a bank's CSV ...). A reader
 * reports what the file says, entry by entry, and decides nothing: whether it adds up is proved by who asked
 * (docs/bank/statements.md). It reads as a stream; its memory does not grow with the file.
 */
#ifndef MIF_EXT_DRAFT_STATEMENT_FORMAT_H
#define MIF_EXT_DRAFT_STATEMENT_FORMAT_H
#include "mif/abi.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIF_STATEMENT_FORMAT_ID "mif.statement-format/1"

/* units / 10^scale in the statement's currency, exact: "12.5" = {125, 1}. scale 0..18. + is money of the account owner's
   (a credit), - the opposite. */
typedef struct mif_decimal {
  int64_t units;
  int32_t scale;
  int32_t given; /* 0: the file does not say */
} mif_decimal;

/* [worker] The bytes of a file, in order. Returns how many were put into `room`, 0 = the end, -1 = the file cannot be read. */
typedef struct mif_byte_source {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int64_t (*read)(void* impl, uint8_t* room, uint64_t most);
} mif_byte_source;

typedef struct mif_statement_open {
  uint32_t size;
  uint32_t reserved;
  mif_str account;  /* as written: IBAN, number, empty when missing */
  mif_str currency; /* ISO 4217, empty when the file does not say */
  mif_str id, number; /* the bank's own identification and sequence number */
} mif_statement_open;

enum { /* kinds of balances */
  MIF_BALANCE_OPENING = 1,    /* booked, at the beginning (60F, OPBD, PRCD, 010) */
  MIF_BALANCE_CLOSING = 2,    /* booked, at the end (62F, CLBD, 015, LEDGERBAL) */
  MIF_BALANCE_INTERIM_OPENING = 3, /* of one page or of the day so far (60M, OPAV, ITBD first) */
  MIF_BALANCE_INTERIM_CLOSING = 4, /* (62M, ITBD) */
  MIF_BALANCE_AVAILABLE = 5,
  MIF_BALANCE_OTHER = 6
};
typedef struct mif_statement_balance {
  uint32_t size;
  int32_t kind;   /* MIF_BALANCE_* */
  mif_day day;    /* 0 = not said */
  int32_t reserved;
  mif_decimal amount;
  mif_str code;   /* as written: "60F", "OPBD", "015" */
} mif_statement_balance;

enum { MIF_ENTRY_BOOKED = 1, MIF_ENTRY_PENDING = 2, MIF_ENTRY_INFO = 3 }; /* only booked ones move the balance */
typedef struct mif_statement_entry {
  uint32_t size;
  int32_t status;       /* MIF_ENTRY_* */
  mif_day day;          /* of booking; 0 = not said */
  mif_day value_day;    /* 0 = not said */
  int32_t reversal;     /* nonzero: takes an earlier one back; `amount` carries the sign of the effect on the account */
  int32_t details;      /* transactions bundled in it (TxDtls), 0 = not said */
  mif_decimal amount;
  mif_decimal details_sum; /* of the bundled transactions, when the file gives their amounts */
  mif_decimal balance;     /* after it, when the file says */
  mif_str bank_ref, client_ref, counter_account, counter_name, text, code; /* code: the bank's transaction code */
} mif_statement_entry;

typedef struct mif_statement_close {
  uint32_t size;
  uint32_t reserved;
  int64_t entries;            /* as declared by the file, -1 = not said */
  mif_decimal sum, credits, debits; /* as declared */
} mif_statement_close;

enum { MIF_TROUBLE_NOTE = 1, MIF_TROUBLE_WARNING = 2, MIF_TROUBLE_BROKEN = 3 }; /* broken: what follows cannot be trusted */
typedef struct mif_statement_trouble {
  uint32_t size;
  int32_t level;
  int64_t byte;   /* position in the file, from 0 */
  int64_t line;   /* from 1, 0 = does not apply */
  mif_str code;   /* "mt940.no-closing" */
  mif_str what;   /* one sentence */
} mif_statement_trouble;

/* [calling-thread] In the order of the file: open, then balances and entries as they come, then close; the next statement.
   Nonzero from `entry` = enough. */
typedef struct mif_statement_events {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*open)(void* impl, const mif_statement_open*);
  int32_t (*balance)(void* impl, const mif_statement_balance*);
  int32_t (*entry)(void* impl, const mif_statement_entry*);
  int32_t (*close)(void* impl, const mif_statement_close*);
  int32_t (*trouble)(void* impl, const mif_statement_trouble*);
} mif_statement_events;

typedef struct mif_statement_format {
  uint32_t size;
  uint32_t reserved;
  void* self;
  /* [any-thread] {"formats":[{"id":"mt940","title":"SWIFT MT940","files":["*.sta","*.940"]}]} */
  mif_status (*describe)(void* self, mif_call*, mif_text_sink*);
  /* [any-thread] How sure it is, 0..100, that a file beginning with these bytes (at most 64 KiB) is of a format of its; the
     format's id through the sink. 0 = not its. Never fails because of what the bytes are. */
  mif_status (*sniff)(void* self, mif_call*, const uint8_t* head, uint64_t n, int32_t* sure, mif_text_sink* format);
  /* [worker, concurrent] Reads one file. `options` = name=value lines a person may give (charset, column map), may be empty.
     A file that is not of this format or breaks off is told by a trouble of level BROKEN and MIF_OK; MIF_E_UNAVAILABLE when the
     bytes cannot be read; MIF_E_DEADLINE when the call was cancelled. */
  mif_status (*read)(void* self, mif_call*, mif_str format, mif_str options, mif_byte_source*, mif_statement_events*);
} mif_statement_format;
#ifdef __cplusplus
}
#endif
#endif
