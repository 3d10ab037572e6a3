// SPDX-License-Identifier: Apache-2.0
// Whose: the unit a command or a page asks about, named itself or by one of its books.
#pragma once

#include "params.h"
#include "reports.h"

namespace mif::reporting {

inline Whose whose(const Reports& reports, Call call, const Params& params) {
  if (!params.get("book").empty()) return reports.keeper(call, params.get("book"));
  return {params.need("unit"), {}};
}

}  // namespace mif::reporting
