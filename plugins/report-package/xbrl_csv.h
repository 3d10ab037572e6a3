// SPDX-License-Identifier: Apache-2.0
// The neutral export: xBRL-CSV 1.0 of the Open Information Model. report.json says what the columns mean, one CSV per table holds the
// facts, parameters.csv whose and when. A fact is a cell that is not blank; what was printed, formulas and lineage stay in the package.
#pragma once

#include <vector>

#include "zip.h"

namespace mif::report_package {

std::vector<Entry> xbrl_csv(const ReportSet& set);
// The same as a report package (ZIP with META-INF/reportPackage.json and reports/); same cells, same bytes.
std::string xbrl_csv_zip(const ReportSet& set);

}  // namespace mif::report_package
