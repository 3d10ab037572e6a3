// SPDX-License-Identifier: Apache-2.0
// What a ReportSet must be to travel: the same for who writes and who reads.
#pragma once

#include <string>
#include <string_view>

#include "report_set.h"

namespace mif::report_package {

// "330100 nhsa-2023-month 2023-06": whose package, for messages.
std::string name_of(const Manifest& manifest);
// What unit manifests and the manifest of a gathered file have in common.
void check_head(const std::string& where, const std::string& version, const std::string& tool, const std::string& created, const std::map<std::string, std::string>& unknown);
// Throws MIF_E_INVALID report-package.manifest, .table, .cell, .text, .attachment. The set must be arranged.
void check_set(const ReportSet& set);

}  // namespace mif::report_package
