// SPDX-License-Identifier: Apache-2.0
#include "bad.hpp"

mif_status bad::misbehave(mif_call*, std::string) { return MIF_OK; }
BAD_EXPORT int a_second_door(void) { return 1; }
BAD_PLUGIN("extra-exports", bad::no_needs)
