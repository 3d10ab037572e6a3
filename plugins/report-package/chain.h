// SPDX-License-Identifier: Apache-2.0
// The chain of corrections: which package may follow what is stored. Pure: who stores is asked nothing.
#pragma once

#include <optional>
#include <string>

#include "report_set.h"

namespace mif::report_package {

// What is stored for a unit, package, period and layer.
struct Stored {
  std::string unit, package, period, layer;
  std::int64_t revision = 1;
  std::string digest;
};

enum class Chain {
  accept,
  same,              // this very package is stored: nothing to do
  replay,            // an older revision
  fork,              // the stored revision with other content
  parent,            // corrects something that is not what is stored
  template_unknown,  // filled in from another text of the report package
};
// `incoming` has been read, so its digest is that of its manifest.
Chain judge(const std::optional<Stored>& stored, const ReportSet& incoming, bool template_known);
// Throws for all but accept and same: MIF_E_CONFLICT report-package.replay, .fork, .parent; MIF_E_INVALID .template-unknown.
void require(Chain verdict, const std::optional<Stored>& stored, const ReportSet& incoming);

}  // namespace mif::report_package
