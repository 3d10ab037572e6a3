/* SPDX-License-Identifier: Apache-2.0 */
/* The small host services: registry, config, clock, log, audit, objects, jobs, identity. */
#ifndef MIF_SVC_HOST_H
#define MIF_SVC_HOST_H
#include "mif/abi.h"
#include "mif/svc/store.h"
#ifdef __cplusplus
extern "C" {
#endif

/* --- mif.registry/1: who provides an extension -------------------------------------------------------------------- */
#define MIF_REGISTRY_ID "mif.registry/1"
typedef struct mif_provider {
  uint32_t size;
  uint32_t reserved;
  mif_str plugin;
  const void* extension; /* the extension's struct; valid until the host stops; calls through it are guarded and attributed */
} mif_provider;
typedef struct mif_provider_sink mif_provider_sink;
struct mif_provider_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_provider_sink*, const mif_provider*);
};
typedef struct mif_registry {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  mif_status (*providers)(void* impl, mif_call*, mif_str extension_id, mif_provider_sink*); /* [any-thread] active ones, by plugin id */
  /* [worker] Bracket every call into another plugin: a fresh mif_call carrying the callee's name, deadline and breadcrumb,
     with the same actor and trace. `deadline_ms` from now, 0 = the caller's. The extension pointer must come from `providers`. */
  mif_status (*invoke)(void* impl, mif_call*, mif_str plugin, mif_str function, int64_t deadline_ms,
                       mif_status (*body)(void* closure, mif_call*), void* closure);
} mif_registry;

/* --- mif.config/1: the plugin's own configuration and the deployment's files --------------------------------------- */
#define MIF_CONFIG_ID "mif.config/1"
typedef struct mif_node {
  uint32_t size;
  int32_t depth, line; /* depth 0 = top level; pre-order; line in the file, from 1 */
  mif_str key, value;
} mif_node;
typedef struct mif_node_sink mif_node_sink;
struct mif_node_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_node_sink*, const mif_node*);
};
typedef struct mif_config {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* [worker] The plugin's own node `plugin { <id> { ... } }` of the deployment. Never holds a secret. */
  mif_status (*own)(void* impl, mif_call*, mif_node_sink*);
  /* [worker] An INFO file below the deployment's home, e.g. "templates/vouchers/employee.info", parsed by the host. */
  mif_status (*info)(void* impl, mif_call*, mif_str path, mif_node_sink*);
  /* [worker] Raw bytes of a file below the deployment's home. */
  mif_status (*bytes)(void* impl, mif_call*, mif_str path, mif_text_sink*);
  /* [worker] Names below a folder of the deployment's home, sorted, one chunk each. */
  mif_status (*list)(void* impl, mif_call*, mif_str folder, mif_text_sink*);
  /* [worker] A secret by name; every read is audited. */
  mif_status (*secret)(void* impl, mif_call*, mif_str name, mif_text_sink*);
  /* [any-thread] The absolute path of a file below the deployment's home, for libraries that open files themselves
     ("exchange/exchange.db"). Refuses absolute paths and "..". May be NULL in an older host: test with MIF_HAS. */
  mif_status (*path)(void* impl, mif_call*, mif_str below_home, mif_text_sink*);
} mif_config;

/* --- mif.clock/1: the only clock ----------------------------------------------------------------------------------- */
#define MIF_CLOCK_ID "mif.clock/1"
typedef struct mif_clock {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int64_t (*now_unix_ms)(void* impl);  /* [any-thread] */
  mif_day (*business_day)(void* impl); /* [any-thread] today for the accountants; fixed in a demonstration */
} mif_clock;

/* --- mif.log/1 ------------------------------------------------------------------------------------------------------ */
#define MIF_LOG_ID "mif.log/1"
enum { MIF_LOG_DEBUG = 0, MIF_LOG_INFO = 1, MIF_LOG_WARN = 2, MIF_LOG_ERROR = 3, MIF_LOG_HOST_MISBEHAVES = 4, MIF_LOG_PLUGIN_MISBEHAVES = 5 };
typedef struct mif_log {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  void (*write)(void* impl, int32_t level, mif_str event, mif_str fields_json); /* [any-thread] rate-limited */
} mif_log;

/* --- mif.audit/1: append to the hash-chained log --------------------------------------------------------------------- */
#define MIF_AUDIT_ID "mif.audit/1"
typedef struct mif_audit {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* [worker] actor, plugin and trace come from the call. `unit` picks the chain; body is JSON holding all fields of the change. */
  mif_status (*append)(void* impl, mif_call*, mif_txn*, mif_str unit, mif_str action, mif_str object, mif_str body_json);
  /* [worker] The number of the last entry of the unit's chain as the transaction sees it, 0 = none. Every state change of a
     unit appends an entry in its own transaction: who remembers the number knows later whether anything of the unit has
     changed since. May be missing in an older host: test with MIF_HAS. */
  mif_status (*position)(void* impl, mif_call*, mif_txn*, mif_str unit, int64_t* seq);
} mif_audit;

/* --- mif.objects/1: content-addressed files -------------------------------------------------------------------------- */
#define MIF_OBJECTS_ID "mif.objects/1"
typedef struct mif_objects {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  mif_status (*put)(void* impl, mif_call*, mif_str bytes, mif_text_sink* digest_hex); /* [worker] durable before it returns */
  mif_status (*get)(void* impl, mif_call*, mif_str digest_hex, mif_text_sink*);       /* [worker] verified while read */
  /* [worker] The same as put for bytes of any length, asked for piece by piece: `read` returns how many it put into `room`,
     0 = the end, -1 = they cannot be had (nothing is kept). May be missing in an older host: test with MIF_HAS. */
  mif_status (*put_from)(void* impl, mif_call*, int64_t (*read)(void* from, uint8_t* room, uint64_t most), void* from, mif_text_sink* digest_hex);
} mif_objects;

/* --- mif.jobs/1: persisted work ---------------------------------------------------------------------------------------- */
#define MIF_JOBS_ID "mif.jobs/1"
typedef struct mif_jobs {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* [worker] Run the caller's own mif.job/1 command `name` at due_unix_ms or later; same (plugin, key) replaces. Commits with txn. */
  mif_status (*schedule)(void* impl, mif_call*, mif_txn*, mif_str key, mif_str name, mif_str params_json, int64_t due_unix_ms);
  mif_status (*cancel)(void* impl, mif_call*, mif_txn*, mif_str key);
} mif_jobs;

/* --- mif.identity/1 ------------------------------------------------------------------------------------------------------ */
#define MIF_IDENTITY_ID "mif.identity/1"
typedef struct mif_identity {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  /* [worker] MIF_OK when the caller holds `permission` for `unit` (or below), MIF_E_DENIED with a sentence otherwise. */
  mif_status (*require)(void* impl, mif_call*, mif_str permission, mif_str unit);
  /* [worker] {"login":..,"name":..,"unit":..,"roles":[..],"units":[..]} of the caller */
  mif_status (*whoami)(void* impl, mif_call*, mif_text_sink*);
  /* [worker] The name people know a login or a unit code by, for paper; the code itself when there is none. May be missing in
     an older host: test with MIF_HAS. */
  mif_status (*name_of)(void* impl, mif_call*, mif_str login_or_unit, mif_text_sink*);
  /* [worker] [{"code":..,"name":..,"level":..,"parent":..}]: the units the caller sees, higher levels first; all of them for the
     plugin's own scheduled work. The parent of the caller's own unit is named though not listed. May be missing in an older host:
     test with MIF_HAS. */
  mif_status (*units)(void* impl, mif_call*, mif_text_sink*);
} mif_identity;

#ifdef __cplusplus
}
#endif
#endif
