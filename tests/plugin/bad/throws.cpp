// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "bad.hpp"

// Throws through the C ABI, where nothing may be thrown.
mif_status bad::misbehave(mif_call*, std::string params) {
  if (params.find("number") != std::string::npos) throw 42;
  throw std::runtime_error("thrown across the boundary");
}
BAD_PLUGIN("throws", bad::no_needs)
