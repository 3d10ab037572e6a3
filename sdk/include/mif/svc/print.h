/* SPDX-License-Identifier: Apache-2.0 */
/* Tables on paper: a plugin describes what stands in a table, the host has the forms, fonts and writers. */
#ifndef MIF_SVC_PRINT_H
#define MIF_SVC_PRINT_H
#include "mif/abi.h"
#ifdef __cplusplus
extern "C" {
#endif

/* --- mif.print/1 ---------------------------------------------------------------------------------------------------- */
#define MIF_PRINT_ID "mif.print/1"
/* The document, UTF-8 JSON; members that are not named here are refused:
   { "title": "银行存款余额调节表",                       needed
     "left": "核算单位：…", "centre": "2023 年 06 月 30 日", "right": "单位：元",     the line under the title
     "form": "table-a4-upright",                         a form of templates/print; "table-a4" lies on its side
     "columns": [ { "title": "项目", "kind": "text", "width": 30, "group": "企业方", "repeated": false } ],
                kind: text, centred, money, integer, day, figure (an amount as its ministry prints it, to the right, as it is); width in characters; equal groups side by side share one head
     "rows": [ { "kind": "detail", "cells": ["期末余额", "1234.50"] } ],   kind: detail, opening, total
                as many cells as columns, each a string or null; money "-1234.50", days "2023-06-30"
     "remark": "说明：…",                                 under the table on each of its pages
     "signatures": ["会计主管：", "复核：", "制表："] }
   Several tables in one file: { "title", "form", "tables": [ { "title", "left", …, "signatures" } ] }, each beginning a page. */
typedef struct mif_print {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* [worker] `format`: "pdf", "xlsx", "csv". `bytes` gets the whole file at once. `notes`, which may be NULL, gets one line for
     whatever could not be shown as it is: a character no font has, text too long for its place. */
  mif_status (*table)(void* impl, mif_call*, mif_str document_json, mif_str format, mif_text_sink* bytes, mif_text_sink* notes);
} mif_print;

#ifdef __cplusplus
}
#endif
#endif
