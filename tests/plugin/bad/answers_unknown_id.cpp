// SPDX-License-Identifier: Apache-2.0
#include "bad.hpp"

mif_status bad::misbehave(mif_call*, std::string) { return MIF_OK; }
static const void* anything(mif_plugin*, const char*) { return &bad::job; }
BAD_EXPORT const mif_entry* mif_plugin_entry_v1(void) {
  static mif_entry entry = bad::entry_of("answers-unknown-id", bad::no_needs);
  bad::plugin.extension = &anything;
  return &entry;
}
