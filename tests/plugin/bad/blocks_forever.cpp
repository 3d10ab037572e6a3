// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "bad.hpp"

// Never looks at `cancelled`. (The file named in the params ends it, so that a test can.)
mif_status bad::misbehave(mif_call*, std::string params) {
  while (::access(params.c_str(), F_OK) != 0) ::usleep(1000);
  return MIF_OK;
}
BAD_PLUGIN("blocks-forever", bad::no_needs)
