// SPDX-License-Identifier: Apache-2.0
#include "bad.hpp"

mif_status bad::misbehave(mif_call*, std::string) { return MIF_OK; }
BAD_EXPORT const mif_entry* mif_plugin_entry_v1(void) {
  static mif_entry entry = bad::entry_of("wrong-major", bad::no_needs);
  entry.abi_major = 2;
  return &entry;
}
