/* SPDX-License-Identifier: Apache-2.0 */
/* mif.close-check/1: what a module knows that stands against closing a period (期末结账检查). The kernel asks every provider
   before it closes; a provider that fails is "not evaluated", which is not a pass. */
#ifndef MIF_EXT_CLOSE_CHECK_H
#define MIF_EXT_CLOSE_CHECK_H
#include "mif/abi.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIF_CLOSE_CHECK_ID "mif.close-check/1"
enum { MIF_CLOSE_PASS = 0, MIF_CLOSE_WARN = 1, MIF_CLOSE_FAIL = 2, MIF_CLOSE_UNKNOWN = 3 };
typedef struct mif_close_item {
  uint32_t size;
  int32_t result; /* MIF_CLOSE_*; FAIL keeps the period open, UNKNOWN = could not be looked at */
  mif_str id, title; /* id: short and stable, unique within the plugin; title: what is good when it passes */
  mif_str detail; /* what stands against it, one sentence; empty when it passes */
  mif_str link; /* the console page where it is put right, "/payments", or empty */
} mif_close_item;
typedef struct mif_close_sink mif_close_sink;
struct mif_close_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_close_sink*, const mif_close_item*);
};
typedef struct mif_close_check {
  uint32_t size;
  uint32_t reserved;
  void* self;
  /* [worker, concurrent] one item per thing looked at, passes included; only reads. month 13 = year-end adjustments. Called for
     every book of a batch closing: few statements, each with an index */
  mif_status (*check)(void* self, mif_call*, mif_str book, int32_t year, int32_t month, mif_close_sink*);
} mif_close_check;
#ifdef __cplusplus
}
#endif
#endif
