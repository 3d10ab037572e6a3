// SPDX-License-Identifier: Apache-2.0
// Parcels: reports as signed data packages, out and in. A submitted revision is packed once: whoever asks again gets the same file,
// and the next revision names its digest. A file of many units goes out and comes in unit by unit.
#pragma once

#include "package_set.h"
#include "parcel_bytes.h"
#include "report-package/chain.h"
#include "report-package/package.h"

namespace mif::reporting {

// How far long work is, in whatever it counts.
using Steps = std::function<void(const char* what, std::int64_t done, std::int64_t of)>;

struct Parcel {
  Task task;
  std::int64_t revision = 0;  // 0 = a draft
  std::string name, bytes, digest;  // digest: of the manifest, what names the package
  std::shared_ptr<ParcelBytes> gathered;  // of a file of many units, in place of bytes
  std::int64_t size() const { return gathered ? gathered->size() : static_cast<std::int64_t>(bytes.size()); }
  void each(const report_package::Sink& piece) const { gathered ? gathered->each(piece) : piece(bytes); }
  std::string text() const;  // all of it
  std::string object, signature;  // signature: of a ministry's file that wants one beside it, as JSON
  std::vector<std::string> missing;  // of a file of many units: who has not submitted
  std::int64_t units = 1;
};

// What came in for one unit.
struct Arrival {
  std::string unit, package, period, layer, digest, state, complaint;  // state: taken, same, preview, task, refused
  std::int64_t revision = 0;
  std::vector<CellChange> cells;  // told unit by unit, not kept in the receipt
  std::string submission;  // digest of the revision it became
};
struct Receipt {
  std::vector<Arrival> arrivals;
  std::string digest, file, text, object;  // file: SHA-256 of it; text: JSON, signed when this side signs
};

// [worker, concurrent] Holds nothing of its own.
class Parcels {
 public:
  explicit Parcels(const Reports& reports) : r_(reports), flow_(reports) {}
  // revision "" = the latest submitted one, or the working report as a draft when there is none; "draft" = the working report.
  Parcel one(Call call, const Package& package, const std::string& unit, Period period, const std::string& revision, const std::string& layer = {}) const;
  // One file: the latest revisions of the unit and of all below it.
  Parcel gathered(Call call, const Package& package, const std::string& unit, Period period, const Steps& steps = {}) const;
  // What a unit without a network fills in: the task, and the report as it is.
  Parcel kit(Call call, const Package& package, const std::string& unit, Period period) const;
  // The same report as xBRL-CSV.
  Parcel as_xbrl_csv(Call call, const Parcel& parcel) const;
  // The ministry's own file, with its signature where it wants one, and kept in mind with the submitted revision; empty when the data package is what it takes.
  Parcel as_ministry(Call call, const Package& package, const Parcel& parcel) const;
  // All of the file is proved before anything of it is taken; then its units are taken one after the other, each whole or not at all,
  // and told to `each` with the cells that differ.
  Receipt receive(Call call, const report_package::Source& file, bool apply, const std::function<void(const Arrival&)>& each, const Steps& steps = {}) const;
  std::string keep(Call call, const Parcel& parcel) const;  // in the store of objects: its name there
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
  // Files of many units that are kept here, open. Those of one unit are read once and not held.
  struct Kept;
  using Opened = std::map<std::string, std::shared_ptr<Kept>>;
  report_package::ReportSet unit_in(Call call, const std::string& object, const std::string& unit, Opened& opened) const;
  std::string kept(Call call, const report_package::Source& file, const std::string& digest) const;
  Arrival arrive(Call call, const Catalog& catalog, const report_package::ReportSet& set, const std::string& object) const;
  void begin_task(Call call, const report_package::ReportSet& set, Arrival& arrival, const Package& package, Period period, bool apply) const;
  std::string receipt_text(Call call, const Receipt& receipt) const;

  const Reports& r_;
  const Flow flow_;
};

}  // namespace mif::reporting
