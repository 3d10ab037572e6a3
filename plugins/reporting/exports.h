// SPDX-License-Identifier: Apache-2.0
// 导出: what is stored of a report, as a file that people take along; and packages of templates as workbooks and back.
#pragma once

#include <string>
#include <vector>

#include "whose.h"

namespace mif::reporting {

struct ExportedFile {
  std::string name, type, bytes;        // type: of HTTP
  std::vector<std::string> notes;       // what could not be shown as it is
  std::int64_t tables = 0;
};
// One table (`table`) or every table of a package (`package`) of unit, period, layer, revision. format: xlsx, xlsx-formulas, docx,
// pdf, csv. [worker]
ExportedFile export_report(const Reports& reports, Call call, const Params& params);

std::string report_export(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string template_export(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string template_import(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string template_clone(const Reports& reports, Call call, const Params& params, const Progress& progress);
std::string template_map(const Reports& reports, Call call, const Params& params, const Progress& progress);

}  // namespace mif::reporting
