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
  std::vector<Fen> openings;  // per term: the part that is the opening balance; empty: none is known
  std::vector<Explanation> explanations;
};
// A field of the manifest that no reader knows yet: true for drafts and for kits.
inline constexpr const char* kDraft = "draft";
inline constexpr const char* kKit = "kit";
inline constexpr const char* kSignature = "signature";
inline constexpr const char* kPrepared = "编报";  // on the cover: who prepared it
inline constexpr const char* kAssignmentFile = "assignment.json";

// Without revision, parent and seal. The view is in it as long as the template is still the one it was computed with.
report_package::ReportSet set_of(const Package& package, const Told& told);
// What take() takes, in the order of the package's tables. A set of form 1.0 says of its checks only what they came to: their rules come from
// the package, which is the very one the set was made with.
Reports::Foreign foreign_of(const Package& package, const report_package::ReportSet& set, Period period);

// The first place where what is stored is not what the set says; "" = nowhere. Openings as rows.terms.
std::string difference(const report_package::ReportSet& set, const Result& rows, const std::vector<Fen>& openings, const std::vector<Explanation>& explanations);

bool is_marked(const report_package::ReportSet& set, const char* mark);
std::string instant_text(std::int64_t unix_ms);  // 2023-07-05T08:30:00Z
std::int64_t instant_of(const std::string& text);  // 0 when it is none

}  // namespace mif::reporting
