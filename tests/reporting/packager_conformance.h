// SPDX-License-Identifier: Apache-2.0
// What every packager of mif.report-template/1 must keep, asked over the C interface: a ministry's plugin is held to it by calling this in a
// test of its own. docs/sdk/report-template.md §6.
#pragma once

#include <string>
#include <vector>

#include "mif/ext/report_template.h"

namespace mif::testing {

struct SampleCell {
  std::string table, row, col;
  std::int64_t fen = 0;
};
// Sentences that say what is not kept; empty = conforms. `receipt` is a whole receipt of the ministry, empty when none are read.
std::vector<std::string> packager_faults(const mif_report_template& ministry, const std::string& task_json, const std::vector<SampleCell>& cells, const std::string& receipt);

}  // namespace mif::testing
