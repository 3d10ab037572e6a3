/* SPDX-License-Identifier: Apache-2.0 */
/* Tables that others wrote, read row by row: the host has the hardened reader. */
#ifndef MIF_SVC_SHEET_H
#define MIF_SVC_SHEET_H
#include "mif/abi.h"
#ifdef __cplusplus
extern "C" {
#endif

/* --- mif.sheet/1 ---------------------------------------------------------------------------------------------------- */
#define MIF_SHEET_ID "mif.sheet/1"

enum { MIF_INPUT_BLANK = 0, MIF_INPUT_TEXT = 1, MIF_INPUT_NUMBER = 2, MIF_INPUT_DAY = 3, MIF_INPUT_BOOLEAN = 4, MIF_INPUT_ERROR = 5 };
typedef struct mif_sheet_cell {
  int32_t kind; /* MIF_INPUT_* */
  mif_day day;  /* of kind DAY */
  mif_str text; /* NUMBER: plain decimal digits, never through floating point; DAY: 2023-06-30, and the time when there is one; a formula: its value as last saved */
} mif_sheet_cell;
typedef struct mif_sheet_row {
  uint32_t size;
  int32_t sheet;  /* 0 = the first worksheet; a CSV file is one */
  int32_t hidden; /* of the worksheet */
  int32_t number; /* as the spreadsheet counts, from 1; of CSV the line the record begins on */
  mif_str sheet_name;
  const mif_sheet_cell* cells; /* up to the last one that holds something */
  uint64_t n;
} mif_sheet_row;
typedef struct mif_sheet_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(struct mif_sheet_sink*, const mif_sheet_row*); /* nonzero = enough */
} mif_sheet_sink;
typedef struct mif_sheet_file_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* name: the path in the archive, empty when the file is no archive; bytes live for the call. nonzero = enough */
  int32_t (*on)(struct mif_sheet_file_sink*, mif_str name, const uint8_t* bytes, uint64_t n);
} mif_sheet_file_sink;

typedef struct mif_sheet {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* [worker, concurrent] The rows with content of an xlsx workbook (OOXML, ECMA-376) or a CSV file (RFC 4180; UTF-8, GB 18030), in order. The
     file is hostile until its end is read: nothing of it counts before MIF_OK. MIF_E_INVALID, one sentence: no such file, a
     bomb, broken, too large (64 MiB packed, 512 MiB unpacked, 256 columns). */
  mif_status (*rows)(void* impl, mif_call*, const uint8_t* bytes, uint64_t n, mif_sheet_sink*);
  /* [worker, concurrent] Since 1.0 appended: there when `size` reaches it. The files of a ZIP archive in the order of their paths; a
     workbook, a CSV file, anything that is no archive is one file with an empty name. As hostile as above: nothing counts before
     MIF_OK. MIF_E_INVALID, one sentence: broken, encrypted, a bomb, a path that leaves the archive, more than 2,000 files. */
  mif_status (*files)(void* impl, mif_call*, const uint8_t* bytes, uint64_t n, mif_sheet_file_sink*);
} mif_sheet;

#ifdef __cplusplus
}
#endif
#endif
