// SPDX-License-Identifier: Apache-2.0
#include "bad.hpp"

mif_status bad::misbehave(mif_call*, std::string) { return 4711; }
BAD_PLUGIN("unknown-status", bad::no_needs)
