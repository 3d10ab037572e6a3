// SPDX-License-Identifier: Apache-2.0
// What each job does; jobs.cpp has the list of them.
#pragma once

#include <string>

#include "mif/extensions.hpp"
#include "whose.h"
#include "reports.h"

namespace mif::reporting {

// The reports that the parameters name; without a period, every one there is, computed or submitted.
struct Named {
  const Package* package = nullptr;
  std::string unit;
  Period period;
};
std::vector<Named> reports_named(const Reports& reports, Call call, const Catalog& catalog, const Params& params);

// Of whole packages.
std::string report_compute(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string report_check(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string report_compare(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string report_bridge(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string report_bridge_lines(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string report_package(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string report_kit(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string report_verify(const Reports& reports, Call call, const Params& params, const Progress& progress);

// Of the templates, one table or one cell.
std::string report_list(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string report_show(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string report_drill(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string report_fill(const Reports& reports, Call call, const Params& params, const Progress& progress);

}  // namespace mif::reporting
