/* SPDX-License-Identifier: Apache-2.0 */
/* mif.figure-source/1: figures a report takes from elsewhere than the ledger - 预算(…), 业务(…), 银行余额(…). A module says which
   families and names it has and answers for a unit, a book and a period. What nobody answers stays blank and is told; it is never
   zero. */
#ifndef MIF_EXT_FIGURE_SOURCE_H
#define MIF_EXT_FIGURE_SOURCE_H
#include "mif/abi.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIF_FIGURE_SOURCE_ID "mif.figure-source/1"

/* UNKNOWN: no such figure here. BLANK: the figure is kept here and there is none for what was asked. */
enum { MIF_FIGURE_UNKNOWN = 0, MIF_FIGURE_BLANK = 1, MIF_FIGURE_MONEY = 2, MIF_FIGURE_NUMBER = 3 };

typedef struct mif_figure_query {
  uint32_t size;
  int32_t year, month; /* the period's last month; 13 = year-end adjustments */
  int32_t months;      /* how many months it has, up to and with that one */
  mif_str family;      /* 预算, 业务, 银行余额 */
  mif_str name;        /* the budget item, the indicator, the account */
  mif_str unit;
  mif_str book, scheme; /* both empty = all books of the unit */
  const mif_str* arguments; /* what stands after the name, as written: "年初", "2023-06-30", "医院=H001" */
  uint32_t n_arguments;
  uint32_t reserved;
} mif_figure_query;

typedef struct mif_figure {
  uint32_t size;
  int32_t kind;       /* MIF_FIGURE_* */
  int64_t units;      /* units / 10^scale; money: fen, scale 2 */
  int32_t scale;      /* 0..6 */
  uint32_t reserved;
  mif_str provenance; /* where it is from, for people: "预算 待遇支出 2023 第 2 版，zhang 2023-07-01 批准"; UNKNOWN: why, or empty */
} mif_figure;
typedef struct mif_figure_sink mif_figure_sink;
struct mif_figure_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_figure_sink*, const mif_figure*);
};

typedef struct mif_figure_source {
  uint32_t size;
  uint32_t reserved;
  void* self;
  /* [any-thread] {"families":[{"family":"业务","names":["参保人数"],"open":true}]}; open = it may have names it does not list */
  mif_status (*describe)(void* self, mif_call*, mif_text_sink*);
  /* [worker, concurrent] one answer per question, in order; only reads, and only what the caller may see */
  mif_status (*figures)(void* self, mif_call*, const mif_figure_query*, uint32_t n, mif_figure_sink*);
} mif_figure_source;
#ifdef __cplusplus
}
#endif
#endif
