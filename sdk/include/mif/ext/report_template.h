/* SPDX-License-Identifier: Apache-2.0 */
/* mif.report-template/1: a ministry's set of tables. `reporting` computes text templates; a plugin may also bring computed tables. */
#ifndef MIF_EXT_REPORT_TEMPLATE_H
#define MIF_EXT_REPORT_TEMPLATE_H
#include "mif/abi.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIF_REPORT_TEMPLATE_ID "mif.report-template/1"

enum { MIF_CELL_BLANK = 0, MIF_CELL_MONEY = 1, MIF_CELL_TEXT = 2 };
typedef struct mif_cell {
  uint32_t size;
  int32_t kind;
  mif_fen fen;
  mif_str table, row, col; /* printed row and column codes */
  mif_str text;            /* for MIF_CELL_TEXT */
  mif_str formula;         /* what made it */
} mif_cell;
typedef struct mif_cell_sink mif_cell_sink;
struct mif_cell_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_cell_sink*, const mif_cell*);
};
typedef struct mif_cell_source mif_cell_source; /* random access to computed cells */
struct mif_cell_source {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*get)(mif_cell_source*, mif_str table, mif_str row, mif_str col, mif_cell* out); /* nonzero = found; [calling-thread] */
};

typedef struct mif_report_template {
  uint32_t size;
  uint32_t reserved;
  void* self;
  /* [any-thread] {"ministry":"nhsa","folders":["templates/report/nhsa/2023-month"],...}: where its text packages are */
  mif_status (*describe)(void* self, mif_call*, mif_text_sink*);
  /* [worker, concurrent] the value shown in the ministry's unit, e.g. 元 with two decimals or whole 万元 (rounded half up),
     as text; pure. MIF_E_UNSUPPORTED: as the tables themselves say (`unit` and `decimals`, of the version that is in force) */
  mif_status (*present)(void* self, mif_call*, mif_str table, mif_fen fen, mif_text_sink*);
  /* [worker, serialized] the file in the ministry's own form of the report that task_json names ({"ministry","package","title","unit",
     "unitName","period","layer","revision","template","result"}); deterministic: same cells, same bytes. Nothing: the data package of
     docs/reporting/packages.md is what is handed in */
  mif_status (*package)(void* self, mif_call*, mif_str task_json, mif_cell_source*, mif_text_sink*);
} mif_report_template;
#ifdef __cplusplus
}
#endif
#endif
