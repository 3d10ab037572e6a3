/* SPDX-License-Identifier: Apache-2.0 */
/* mif.job/1: named work of a module: what `mifctl`, the scheduler and the console's buttons run. */
#ifndef MIF_EXT_JOB_H
#define MIF_EXT_JOB_H
#include "mif/abi.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIF_JOB_ID "mif.job/1"
typedef struct mif_job {
  uint32_t size;
  uint32_t reserved;
  void* self;
  /* [control-thread] {"jobs":[{"name":"pay approve","summary":"...","permission":"payment.approve",
     "params":[{"name":"book","required":true,"positional":false,"summary":"..."}]}]}: the name is the mifctl sub-command;
     words after it fill the positional ones in their order */
  mif_status (*list)(void* self, mif_call*, mif_text_sink*);
  /* [worker, serialized per plugin] params: one flat JSON object of strings. Result: {"kind":"PaymentList","items":[{..flat..}],
     "exit":0|3,"summary":"..."}; exit 3 = done, but findings. Must be safe to run again at any time. */
  mif_status (*run)(void* self, mif_call*, mif_str name, mif_str params_json, mif_progress*, mif_text_sink*);
} mif_job;
#ifdef __cplusplus
}
#endif
#endif
