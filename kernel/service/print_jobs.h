// SPDX-License-Identifier: Apache-2.0
// PrintJobs: whole years printed in the background, one after the other, into <home>/print/BOOK-YEAR. A job that was cut off
// goes on where it was when it is asked for again.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/service/printing.h"

namespace mif::service {

struct PrintJob {
  std::string state;  // waiting, running, done, failed; "interrupted" when an earlier process left it unfinished
  std::string what, error;
  std::int64_t done = 0, total = 0;
  std::vector<std::string> files;
};

// [any-thread]
class PrintJobs {
 public:
  explicit PrintJobs(Deployment& deployment);
  ~PrintJobs();  // the job under way ends at its next file

  // Starts it unless it is there; `again` throws an earlier result away first. MIF_E_CONFLICT while that one is being made.
  void start(const std::string& book, int year, const std::string& person, bool again);
  PrintJob state(const std::string& book, int year) const;                                // MIF_E_NOT_FOUND
  std::string file(const std::string& book, int year, const std::string& name) const;     // its bytes; MIF_E_NOT_FOUND

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mif::service
