// SPDX-License-Identifier: Apache-2.0
// Filings: what became of a submitted revision at its ministry. A file in the ministry's own form was made of it, and the ministry's receipt
// says that it was accepted or refused, and why.
#pragma once

#include "parcels.h"

namespace mif::reporting {

struct Filing {
  std::int64_t task = 0;
  std::string state;        // made, accepted, refused
  std::string file_digest;  // SHA-256 of the file handed in
  std::string number, reason, receipt, changed_by;  // number and object of the receipt
  std::int64_t changed_ms = 0;
};
std::string filing_name(const std::string& state);  // 已生成、部门已接收、部门退回

// What a receipt says of one unit.
struct Answered {
  std::string unit, period, state, reason, outcome, complaint;  // outcome: preview, taken, same, unmatched
  std::int64_t revision = 0;
};

// [worker, concurrent] Holds nothing of its own.
class Filings {
 public:
  explicit Filings(const Reports& reports) : r_(reports) {}
  // Of a submitted revision; nothing for a draft.
  void made(Call call, const Parcel& report, std::string_view file) const;
  // The units that match are written, each in one transaction with its record; the others are listed. Throws what the packager refuses
  // with, and report.receipt-form. `object` is the receipt as it is kept.
  std::vector<Answered> receive(Call call, const Package& package, std::string_view bytes, bool apply, std::string& object) const;
  std::optional<Filing> of(Call call, const std::string& package, const std::string& unit, Period period, std::int64_t revision) const;

 private:
  void write(Call call, Txn& txn, const Submission& submission, const Filing& filing, bool there) const;
  const Reports& r_;
};

}  // namespace mif::reporting
