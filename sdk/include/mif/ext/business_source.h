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
  mif_str state;   /* posted, held, rejected, cancelled, drafted, paid */
  mif_str reason;  /* one sentence, empty when fine */
  mif_str voucher; /* "2023-06 付-12", empty when none */
  mif_str cursor;  /* the position `fetch` gave this arrival: two arrivals of one key and version are answered apart */
} mif_ack;

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
} mif_business_source;
#ifdef __cplusplus
}
#endif
#endif
