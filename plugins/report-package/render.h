// SPDX-License-Identifier: Apache-2.0
// A ReportSet as files, and back. There is one way to write a set: what the reader cannot write again byte by byte, it refuses.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "manifest.h"
#include "zip.h"

namespace mif::report_package {

inline constexpr std::string_view kDataHead = "unit,row,col,state,kind,value,printed,formula";
inline constexpr std::string_view kLineageHead = "row,col,times,book,year,month_from,month_to,opening,accounts,aux,measure,side,closing,fen";
inline constexpr std::string_view kChecksHead = "id,table,place,level,state,left,right,difference,tolerance,message";
inline constexpr std::string_view kExplanationsHead = "check,place,values,text,who,when";

// All files but the manifest and the seal, by name. The set must be arranged.
std::vector<Entry> render(const ReportSet& set);
Listing listing_of(const ReportSet& set, const std::vector<Entry>& files);

using Files = std::map<std::string, std::string_view>;
// One unit's files (names without units/CODE/, no seal): all there, none besides, digests, control sums, rules. `folder` begins messages.
ReportSet parse(const std::string& folder, const Files& files);
// Throws report-package.digest, .file unless `files` but the manifest are what is listed.
void check_listed(const std::string& where, const std::vector<FileEntry>& listed, const Files& files);

}  // namespace mif::report_package
