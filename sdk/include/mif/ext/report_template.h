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
     "unitName","period","layer","revision","template","result","tables":[{"code","rows":[…],"cols":[…]}]}, revision 0 = a draft); deterministic: same cells, same bytes. Nothing: the data package of
     docs/reporting/packages.md is what is handed in */
  mif_status (*package)(void* self, mif_call*, mif_str task_json, mif_cell_source*, mif_text_sink*);
  /* The ministry's own file and what comes back; a provider whose `package` writes nothing leaves both out. */
  /* [any-thread] {"name":"财政决算上报文件","extension":"xml","signature":"none"|"detached","receipts":true|false}. extension: 1 to 8 of a-z0-9;
     detached: the host lays a signature made with its own key beside the file; receipts: `unpack` reads what the ministry answers */
  mif_status (*describe_package)(void* self, mif_call*, mif_text_sink*);
  /* [worker, serialized] what the ministry's receipt says: {"number":"…","units":[{"unit","package","period":"2023-12","revision":1,
     "state":"accepted"|"refused","reason":"…","file":"SHA-256 of the file it answers, or empty"}]}; a refusal has its reason. pure; bytes
     that are not a whole receipt are refused with MIF_E_INVALID, never read in part */
  mif_status (*unpack)(void* self, mif_call*, mif_str bytes, mif_text_sink*);
} mif_report_template;
#ifdef __cplusplus
}
#endif
#endif
