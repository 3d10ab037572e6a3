/* SPDX-License-Identifier: Apache-2.0 */
/* mif.info/1: INFO text that lies in no file - a plugin's own rows, the body of a request - read by the host's parser, so that
   it means there what it means in a file and a complaint names its line. */
#ifndef MIF_SVC_INFO_H
#define MIF_SVC_INFO_H
#include "mif/abi.h"
#include "mif/svc/host.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIF_INFO_ID "mif.info/1"
typedef struct mif_info {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* [worker] The nodes of `text` in pre-order, at most 8 MiB of UTF-8. MIF_E_INVALID "NAME:LINE: what is wrong". */
  mif_status (*parse)(void* impl, mif_call*, mif_str text, mif_str name, mif_node_sink*);
} mif_info;
#ifdef __cplusplus
}
#endif
#endif
