/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The binary contract between the mif host and a plugin: C11 and C++17, no type of any library crosses it.
 *
 * Rules that hold for every struct here:
 *   - `size` is sizeof(the struct) as its writer knows it; fields are only ever appended (test with MIF_HAS).
 *   - a pointer received in a call is borrowed and dead when that call returns, unless its comment says more.
 *   - text is UTF-8, not NUL-terminated, no embedded NUL.
 *   - money is int64 fen (1/100 yuan); nothing here is a floating-point number.
 *
 * Thread tags on every function:
 *   [control-thread]      one thread: load, activate, deactivate, destroy
 *   [worker, serialized]  any pool thread, never two at once for one plugin instance
 *   [worker, concurrent]  any number at once
 *   [any-thread]          cheap, never blocks, re-entrant
 *   [calling-thread]      only inside the call that handed the pointer over
 */
#ifndef MIF_ABI_H
#define MIF_ABI_H

#include <stddef.h>
#include <stdint.h>

#include "mif/version.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mif_str {
  const char* p;
  uint32_t n;
} mif_str;

typedef int64_t mif_fen;    /* 1/100 yuan */
typedef int32_t mif_day;    /* yyyymmdd as a number; 0 = none */
typedef int32_t mif_status; /* one of MIF_OK, MIF_E_* */

enum {
  MIF_OK = 0,
  MIF_E_INVALID = 1,         /* the input is wrong; the message says what, where, what to do */
  MIF_E_NOT_FOUND = 2,
  MIF_E_DENIED = 3,          /* who calls may not do this */
  MIF_E_CONFLICT = 4,        /* same key with other content, stale version, closed period */
  MIF_E_UNAVAILABLE = 5,     /* the other side cannot be reached now */
  MIF_E_DEADLINE = 6,
  MIF_E_CANCELLED = 7,
  MIF_E_UNSUPPORTED = 8,
  MIF_E_UNKNOWN_OUTCOME = 9, /* it may or may not have happened: query, never repeat blindly */
  MIF_E_INTERNAL = 10
};

/* Set in mif_call.flags while a ledger transaction is open: no network, no sleeping. */
#define MIF_CALL_IN_TXN 1u

/* True when the writer of *ptr knew `field`. */
#define MIF_HAS(ptr, field) \
  (offsetof(__typeof__(*(ptr)), field) + sizeof((ptr)->field) <= (ptr)->size)

typedef struct mif_call mif_call;
typedef struct mif_host mif_host;
typedef struct mif_plugin mif_plugin;

/* One per call into a plugin: who, until when, and where errors go. Dead when the call returns.
   The plugin hands the same pointer to every host service it uses inside the call. */
struct mif_call {
  uint32_t size;
  uint32_t flags;
  int64_t deadline_unix_ms; /* 0 = none */
  mif_str trace_id;
  mif_str actor; /* login name of the person, or "plugin:<id>" for the plugin's own scheduled work */
  void* impl;
  int32_t (*cancelled)(const mif_call*);              /* [any-thread] nonzero: stop soon */
  void (*fail)(mif_call*, mif_status, mif_str message); /* [calling-thread] copied; the last one wins */
};

struct mif_host {
  uint32_t size;
  uint32_t abi_major;
  uint32_t sdk_version; /* 0x00MMmmpp */
  uint32_t reserved;
  mif_str name;
  mif_str version;
  void* impl;
  /* [any-thread] NULL = absent, not declared in the manifest's "needs", or not granted. Valid until destroy. */
  const void* (*service)(const mif_host*, const char* id);
};

struct mif_plugin {
  uint32_t size;
  uint32_t reserved;
  void* self;
  mif_status (*activate)(mif_plugin*, mif_call*);          /* [control-thread, inactive] may use the host */
  void (*deactivate)(mif_plugin*);                         /* [control-thread, active] join your threads here */
  const void* (*extension)(mif_plugin*, const char* id);   /* [any-thread] same answer until destroy; NULL if unknown */
  void (*destroy)(mif_plugin*);                            /* [control-thread, inactive] */
};

typedef struct mif_entry {
  uint32_t size;
  uint32_t abi_major;
  uint32_t sdk_built; /* built with */
  uint32_t sdk_min;   /* oldest host it accepts */
  const char* fingerprint;
  const char* id;
  const char* version;
  const char* const* provides; /* extension ids, NULL-terminated; equal to plugin.json */
  const char* const* needs;    /* host service ids, NULL-terminated; equal to plugin.json */
  mif_plugin* (*create)(const mif_host*, mif_call*); /* [control-thread] must not call the host yet */
} mif_entry;

/* A function, because dlsym promises only those; the ABI major is in the name too. */
typedef const mif_entry* (*mif_entry_fn)(void);
#define MIF_ENTRY_SYMBOL "mif_plugin_entry_v1"

/* Sinks: the receiver copies before returning; nonzero = "enough, stop, return MIF_OK". [calling-thread] */
typedef struct mif_text_sink mif_text_sink;
struct mif_text_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_text_sink*, mif_str chunk); /* chunks are concatenated */
};

/* Progress of long work. total 0 = not known yet. */
typedef struct mif_progress mif_progress;
struct mif_progress {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  void (*on)(mif_progress*, mif_str what, int64_t done, int64_t total); /* [calling-thread] */
};

#ifdef __cplusplus
}
#endif
#endif
