/* SPDX-License-Identifier: Apache-2.0 */
/* mif.workflow/1: approvals as data. Definitions live in the deployment (config/.../workflow/NAME.info). */
#ifndef MIF_SVC_WORKFLOW_H
#define MIF_SVC_WORKFLOW_H
#include "mif/abi.h"
#include "mif/svc/store.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIF_WORKFLOW_ID "mif.workflow/1"

enum { MIF_FLOW_OPEN = 1, MIF_FLOW_APPROVED = 2, MIF_FLOW_REJECTED = 3, MIF_FLOW_CANCELLED = 4 };
enum { MIF_DECIDE_APPROVE = 1, MIF_DECIDE_REJECT = 2 };

typedef struct mif_flow_state {
  uint32_t size;
  int32_t state;
  int64_t instance;
  mif_str flow, node, subject_kind, subject, digest, maker, last_actor; /* node empty when not open */
} mif_flow_state;
typedef struct mif_flow_sink mif_flow_sink;
struct mif_flow_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_flow_sink*, const mif_flow_state*);
};

typedef struct mif_workflow {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* [worker] Start `flow` for a subject of the plugin ("payment-batch", "17") in a unit. digest = what is being approved;
     amount picks the tier. maker empty = actor. */
  mif_status (*start)(void* impl, mif_call*, mif_txn*, mif_str flow, mif_str unit, mif_str subject_kind, mif_str subject,
                      mif_str digest, mif_fen amount, mif_str maker, int64_t* instance);
  /* [worker] Decide the open node as mif_call.actor (a person), or as this plugin where the node is `plugin <id>`.
     Of a voucher's flow a plugin decides for a person only where the flow has a `plugin <id>` node for it, and never the first
     node: the review. MIF_E_DENIED: lacks the role, or acted before in this instance (separation of duties). MIF_E_CONFLICT: digest differs
     from what was started (the content was edited), or the instance is not at `node`. The sink gets the state after. */
  mif_status (*decide)(void* impl, mif_call*, mif_txn*, int64_t instance, mif_str node, int32_t decision, mif_str digest,
                       mif_str comment, mif_flow_sink*);
  mif_status (*state)(void* impl, mif_call*, mif_txn*, int64_t instance, mif_flow_sink*);
} mif_workflow;
#ifdef __cplusplus
}
#endif
#endif
