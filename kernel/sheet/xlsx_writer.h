// SPDX-License-Identifier: Apache-2.0
// Workbooks by libxlsxwriter in its constant-memory mode: each row is written away as it comes.
#pragma once

#include <memory>
#include <string>

#include "kernel/sheet/table.h"

namespace mif::sheet {

// One worksheet per table, a further one where a table passes Excel's 1,048,576 rows. Amounts are numbers; one with more than
// 15 digits, which Excel would round, is written as text, so that the file never says less than the book. The same rows and
// the same `created` give the same bytes. finish() must be called; a writer destroyed before it leaves no file.
class XlsxWriter final : public Receiver {
 public:
  XlsxWriter(const std::string& path, Day created);
  ~XlsxWriter() override;
  void begin(const Head& head) override;
  void row(const Row& row) override;
  void end() override;
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mif::sheet
