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

// The columns of each file. What a later version adds stands at the end of a row, so that a file of an older one is the same with fewer columns.
struct Heads {
  std::string_view data, lineage, checks;
};
inline constexpr Heads kHeads10 = {"unit,row,col,state,kind,value,printed,formula", "row,col,times,book,year,month_from,month_to,opening,accounts,aux,measure,side,closing,fen",
                                   "id,table,place,level,state,left,right,difference,tolerance,message"};
inline constexpr Heads kHeads11 = {"unit,row,col,state,kind,value,printed,formula,source,linear",
                                   "row,col,times,book,year,month_from,month_to,opening,accounts,aux,measure,side,closing,fen,opposite,opening_fen",
                                   "id,table,place,level,state,left,right,difference,tolerance,message,kind,expression,rule,reason"};
inline bool is_first_form(const Manifest& manifest) { return manifest.version == "1.0"; }
inline const Heads& heads_of(const Manifest& manifest) { return is_first_form(manifest) ? kHeads10 : kHeads11; }
inline constexpr std::string_view kExplanationsHead = "check,place,values,text,who,when";

// All files but the manifest and the seal, by name. The set must be arranged.
std::vector<Entry> render(const ReportSet& set);
Listing listing_of(const ReportSet& set, const std::vector<Entry>& files);

using Files = std::map<std::string, std::string_view>;
// One unit's files (names without units/CODE/, no seal): all there, none besides, digests, control sums, rules. `folder` begins messages.
ReportSet parse(const std::string& folder, const Files& files);
// Throws report-package.digest, .file unless what is there is what is listed; both by name.
void check_listed(const std::string& where, const std::vector<FileEntry>& listed, const std::vector<FileEntry>& found);

}  // namespace mif::report_package
