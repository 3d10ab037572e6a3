// SPDX-License-Identifier: Apache-2.0
// Upload: the file a ministry receives, as both report plugins write it: a line-based container of a manifest, one CSV per
// table and the check results, each with its SHA-256. Same cells, same bytes. docs/reporting.md describes the layout.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mif/ext/report_template.h"

namespace mif::report_leaf {

struct Part {
  std::string name, bytes;
};

// The upload file of one task (the JSON that `reporting` hands to mif_report_template.package).
std::string write_upload(std::string_view task_json, mif_cell_source& cells);
// Its parts, or MIF_E_INVALID saying where the file is damaged.
std::vector<Part> read_upload(std::string_view bytes);

// "1,290,212.39"
std::string in_yuan(mif_fen fen);
// In units of so many fen with 0 to 2 decimals, half up away from zero: "33,501.36" with 10 000 000 000 (亿元) and 2
std::string in_units(mif_fen fen, std::int64_t unit, int decimals);
// "27,362": whole 万元, half up away from zero
std::string in_ten_thousand_yuan(mif_fen fen);

}  // namespace mif::report_leaf
