// SPDX-License-Identifier: Apache-2.0
// Parcels: reports as signed data packages, out and in. A submitted revision is packed once: whoever asks again gets the same file,
// and the next revision names its digest.
#pragma once

#include "package_set.h"
#include "report-package/chain.h"

namespace mif::reporting {

struct Parcel {
  Task task;
  std::int64_t revision = 0;  // 0 = a draft
  std::string name, bytes, digest;  // digest: of the manifest, what names the package
  std::string object, signature;  // signature: of a ministry's file that wants one beside it, as JSON
  std::vector<std::string> missing;  // of a file of many units: who has not submitted
  std::int64_t units = 1;
};

// What came in for one unit.
struct Arrival {
  std::string unit, package, period, layer, digest, state, complaint;  // state: taken, same, preview, task, refused
  std::int64_t revision = 0;
  std::vector<CellChange> cells;
  std::string submission;  // digest of the revision it became
};
struct Receipt {
  std::vector<Arrival> arrivals;
  std::string digest, text, object;  // text: JSON, signed when this side signs
};

// [worker, concurrent] Holds nothing of its own.
class Parcels {
 public:
  explicit Parcels(const Reports& reports) : r_(reports), flow_(reports) {}
  // revision "" = the latest submitted one, or the working report as a draft when there is none; "draft" = the working report.
  Parcel one(Call call, const Package& package, const std::string& unit, Period period, const std::string& revision, const std::string& layer = {}) const;
  // One file: the latest revisions of the unit and of all below it.
  Parcel gathered(Call call, const Package& package, const std::string& unit, Period period) const;
  // What a unit without a network fills in: the task, and the report as it is.
  Parcel kit(Call call, const Package& package, const std::string& unit, Period period) const;
  // The same report as xBRL-CSV.
  Parcel as_xbrl_csv(Call call, const Parcel& parcel) const;
  // The ministry's own file, with its signature where it wants one, and kept in mind with the submitted revision; empty when the data package is what it takes.
  Parcel as_ministry(Call call, const Package& package, const Parcel& parcel) const;
  Receipt receive(Call call, std::string_view bytes, bool apply) const;
  // Imported revisions against the data packages they came in: object, what.
  std::vector<std::pair<std::string, std::string>> altered(Call call, Txn& txn) const;

 private:
  struct Packed {
    std::string digest, object;
  };
  std::optional<Packed> packed(Txn& txn, std::int64_t task) const;
  Told told(Call call, Txn& txn, const Task& task, const std::optional<Submission>& submission) const;
  Packed pack(Call call, const Package& package, const Submission& submission) const;
  std::string name_of(Call call, const std::string& unit, const std::string& code, Period period, const std::string& version, const char* extension) const;
  report_package::ReportSet unit_in(Call call, const std::string& object, const std::string& unit, std::map<std::string, std::vector<report_package::ReportSet>>& opened) const;
  Arrival arrive(Call call, const Catalog& catalog, const report_package::ReportSet& set, const std::string& object) const;
  void begin_task(Call call, const report_package::ReportSet& set, Arrival& arrival, const Package& package, Period period, bool apply) const;
  std::string receipt_text(Call call, const Receipt& receipt, std::string_view bytes) const;

  const Reports& r_;
  const Flow flow_;
};

}  // namespace mif::reporting
