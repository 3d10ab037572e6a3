// SPDX-License-Identifier: Apache-2.0
// A core dump holds whatever the memory held. None is written, and nobody but root looks into the process, unless the home folder
// says `mode development`.
#pragma once

#include <sys/prctl.h>
#include <sys/resource.h>

namespace mif::app {

inline rlimit& core_limit_before() {
  static rlimit limit{};
  return limit;
}
inline void no_core_dumps() {
  getrlimit(RLIMIT_CORE, &core_limit_before());
  rlimit none = core_limit_before();
  none.rlim_cur = 0;
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
inline void core_dumps_as_before() {
  setrlimit(RLIMIT_CORE, &core_limit_before());
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

}  // namespace mif::app
