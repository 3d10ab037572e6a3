/* SPDX-License-Identifier: Apache-2.0 */
/* The contract in C11, without extensions: a plugin needs no C++ at all. */
#include "headers.h"

static mif_status run(void* self, mif_call* call, mif_str name, mif_str params, mif_progress* progress, mif_text_sink* out) {
  (void)self, (void)call, (void)name, (void)params, (void)progress;
  out->on(out, (mif_str){"{}", 2});
  return MIF_OK;
}
static const mif_job job = {sizeof(mif_job), 0, 0, 0, &run};
const mif_job* mif_c11_job(void) { return MIF_HAS(&job, run) ? &job : 0; }
