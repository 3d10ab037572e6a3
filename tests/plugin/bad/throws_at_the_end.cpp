// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "bad.hpp"

mif_status bad::misbehave(mif_call*, std::string) { return MIF_OK; }
static void throw_in_deactivate(mif_plugin*) { throw std::runtime_error("from deactivate"); }
static void throw_in_destroy(mif_plugin*) { throw std::runtime_error("from destroy"); }
BAD_EXPORT const mif_entry* mif_plugin_entry_v1(void) {
  static mif_entry entry = bad::entry_of("throws-at-the-end", bad::no_needs);
  bad::plugin.deactivate = &throw_in_deactivate;
  bad::plugin.destroy = &throw_in_destroy;
  return &entry;
}
