// SPDX-License-Identifier: Apache-2.0
// A plugin without the SDK's safety net: every member can be wrong on purpose. The C ABI only, as a hand-written plugin
// would use it.
#pragma once

#include <cstring>
#include <string>

#include "mif/abi.h"
#include "mif/ext/job.h"

namespace bad {

inline const mif_host* host = nullptr;

inline mif_str text(const char* words) { return {words, static_cast<std::uint32_t>(std::strlen(words))}; }
inline mif_status say(mif_text_sink* out, const char* words) {
  out->on(out, text(words));
  return MIF_OK;
}

inline mif_status list(void*, mif_call*, mif_text_sink* out) { return say(out, R"({"jobs":[{"name":"misbehave"}]})"); }

// The one job of a bad plugin.
mif_status misbehave(mif_call* call, std::string params);

inline mif_status run(void*, mif_call* call, mif_str, mif_str params, mif_progress*, mif_text_sink*) {
  return misbehave(call, std::string(params.p, params.n));
}
inline mif_job job = {sizeof(mif_job), 0, nullptr, &list, &run};

inline mif_status activate(mif_plugin*, mif_call*) { return MIF_OK; }
inline void nothing(mif_plugin*) {}
inline const void* job_only(mif_plugin*, const char* id) { return id && !std::strcmp(id, MIF_JOB_ID) ? &job : nullptr; }
inline mif_plugin plugin = {sizeof(mif_plugin), 0, nullptr, &activate, &nothing, &job_only, &nothing};
inline mif_plugin* create(const mif_host* h, mif_call*) {
  host = h;
  return &plugin;
}

inline const char* const provides[] = {MIF_JOB_ID, nullptr};
inline mif_entry entry_of(const char* id, const char* const* needs) {
  return {sizeof(mif_entry), MIF_ABI_MAJOR, MIF_SDK_VERSION, 1u << 16, "hand-written", id, "1.0.0", provides, needs, &create};
}
inline const char* const no_needs[] = {nullptr};

}  // namespace bad

#define BAD_EXPORT extern "C" __attribute__((visibility("default")))
#define BAD_PLUGIN(id, needs)                                                   \
  BAD_EXPORT const mif_entry* mif_plugin_entry_v1(void) {                      \
    static mif_entry entry = bad::entry_of(id, needs);                          \
    return &entry;                                                              \
  }
