// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "bad.hpp"

static volatile int* nowhere = nullptr;
static volatile bool more = true;
static void deeper(volatile char* above) {
  volatile char here[4096];
  here[0] = above ? above[0] : 1;
  if (more) deeper(here);
  here[1] = here[0];
}

// Dies in the way it is told to.
mif_status bad::misbehave(mif_call*, std::string params) {
  if (params.find("wait") != std::string::npos) ::pause();
  if (params.find("overflow") != std::string::npos) deeper(nullptr);
  *nowhere = 1;
  return MIF_OK;
}
BAD_PLUGIN("segv", bad::no_needs)
