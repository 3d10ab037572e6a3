// SPDX-License-Identifier: Apache-2.0
#include "bad.hpp"

extern "C" mif_status a_function_nobody_has(void);
mif_status bad::misbehave(mif_call*, std::string) { return a_function_nobody_has(); }
BAD_PLUGIN("missing-symbol", bad::no_needs)
