// SPDX-License-Identifier: Apache-2.0
// Conformance probe of an unknown driver: writes and reads what silently breaks elsewhere, and says what is safe.
#pragma once

#include <string>
#include <vector>

#include "kernel/store/database.h"

namespace mif::store {

struct ProbeResult {
  std::string check;   // "200 hanzi", "18-digit integers", "rollback", "bulk reuse", ...
  bool ok = false;
  std::string found;   // what was expected and found
};
// Uses scratch tables mif_probe_*; drops them. Throws MIF_E_UNAVAILABLE when it cannot connect.
std::vector<ProbeResult> probe(const Options& options);

}  // namespace mif::store
