// SPDX-License-Identifier: Apache-2.0
// Between what is stored of a report and the ReportSet it travels as.
#pragma once

#include "flow.h"
#include "report-package/report_set.h"

namespace mif::reporting {

// A stored report, working or submitted.
struct Told {
  Task task;
  std::optional<Submission> submission;  // none: the working report
  std::string unit_name, ledger_state;
  Result rows;
  std::vector<Explanation> explanations;
};
// A field of the manifest that no reader knows yet: true for drafts and for kits.
inline constexpr const char* kDraft = "draft";
inline constexpr const char* kKit = "kit";
inline constexpr const char* kSignature = "signature";
inline constexpr const char* kAssignmentFile = "assignment.json";

// Without revision, parent and seal. The view is in it as long as the template is still the one it was computed with.
report_package::ReportSet set_of(const Package& package, const Told& told);
// What take() takes; the expressions of the checks come from the package, which is the very one the set was made with.
Reports::Foreign foreign_of(const Package& package, const report_package::ReportSet& set, Period period);

bool is_marked(const report_package::ReportSet& set, const char* mark);
std::string instant_text(std::int64_t unix_ms);  // 2023-07-05T08:30:00Z
std::int64_t instant_of(const std::string& text);  // 0 when it is none

}  // namespace mif::reporting
