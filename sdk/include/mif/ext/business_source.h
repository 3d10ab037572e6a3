/* SPDX-License-Identifier: Apache-2.0 */
/* mif.business-source/1: where business documents come from and where their outcome goes back. */
#ifndef MIF_EXT_BUSINESS_SOURCE_H
#define MIF_EXT_BUSINESS_SOURCE_H
#include "mif/abi.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIF_BUSINESS_SOURCE_ID "mif.business-source/1"

typedef struct mif_doc {
  uint32_t size;
  mif_day day;
  mif_str feed;         /* which stream of the source, e.g. "main" */
  mif_str key;          /* unique in the source: document number */
  int32_t version;      /* 1, 2, ...: a corrected document has the next one */
  int32_t withdrawn;    /* nonzero: the business side takes it back */
  mif_str cursor;       /* position just after this document */
  mif_str type;         /* document type code, docs/exchange/documents.md */
  mif_str payload_json; /* one JSON object; money as "123.45" strings */
} mif_doc;
typedef struct mif_doc_sink mif_doc_sink;
struct mif_doc_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_doc_sink*, const mif_doc*);
};

/* Outcome of one document version, told to the business side. */
typedef struct mif_ack {
  uint32_t size;
  int32_t version;
  mif_str feed, key;
  mif_str state;   /* posted, held, rejected, cancelled, drafted, paid, returned, payment-failed */
  mif_str reason;  /* one sentence, empty when fine */
  mif_str voucher; /* "2023-06 付-12", empty when none */
  mif_str cursor;  /* the position `fetch` gave this arrival: two arrivals of one key and version are answered apart */
} mif_ack;

/* What the business side says it has of one kind of document in one period, for 业财对账. A document counts once: at its latest
   version, unless that version was withdrawn. */
typedef struct mif_business_total {
  uint32_t size;
  uint32_t reserved;
  int64_t documents;
  mif_fen fen;                      /* sum of the control amounts */
  mif_str type, unit, scheme, book; /* as the business side wrote them */
} mif_business_total;
typedef struct mif_business_total_sink mif_business_total_sink;
struct mif_business_total_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_business_total_sink*, const mif_business_total*);
};
/* One of the documents behind a total. */
typedef struct mif_business_key {
  uint32_t size;
  mif_day day;
  int32_t version;
  uint32_t reserved;
  mif_fen fen;
  mif_str key, cursor; /* cursor: where `fetch` gives it */
} mif_business_key;
typedef struct mif_business_key_sink mif_business_key_sink;
struct mif_business_key_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_business_key_sink*, const mif_business_key*);
};

typedef struct mif_business_source {
  uint32_t size;
  uint32_t reserved;
  void* self;
  /* [any-thread] {"source":..,"feeds":[..]} */
  mif_status (*describe)(void* self, mif_call*, mif_text_sink*);
  /* [worker, serialized] at most `limit` documents strictly after cursor (empty = from the start), oldest first.
     Same cursor, same documents. */
  mif_status (*fetch)(void* self, mif_call*, mif_str feed, mif_str cursor, uint32_t limit, mif_doc_sink*);
  /* [worker, serialized] repeatable */
  mif_status (*ack)(void* self, mif_call*, const mif_ack*, uint32_t n);
  /* [worker, serialized] One total per (type, unit, scheme, book) over the documents whose day lies in year-month. May be NULL or
     missing in an older source: test with MIF_HAS. */
  mif_status (*totals)(void* self, mif_call*, mif_str feed, int32_t year, int32_t month, mif_business_total_sink*);
  /* [worker, serialized] At most `limit` of the documents behind the totals of one type and book, strictly after cursor (empty = from
     the start), in the order of `fetch`. There when `totals` is. */
  mif_status (*keys)(void* self, mif_call*, mif_str feed, int32_t year, int32_t month, mif_str type, mif_str book, mif_str cursor, uint32_t limit, mif_business_key_sink*);
} mif_business_source;
#ifdef __cplusplus
}
#endif
#endif
