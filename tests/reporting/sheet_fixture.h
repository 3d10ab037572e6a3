// SPDX-License-Identifier: Apache-2.0
// Filled tables for the tests of exports: the shipped templates over a ledger that gives nearly every cell an amount, presented
// as the ministries do.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fixture.h"
#include "sheet/grid.h"
#include "sheet/workbook.h"

namespace mif::reporting {

struct FilledReport {
  std::shared_ptr<const Catalog> catalog = shipped_catalog();
  std::vector<StoredCell> cells;
  std::vector<StoredCheck> checks;
  std::vector<FilledTable> tables;
};
// NHSA_M01, MOF_06, FS01_E and FS02_E, or the residents' four.
FilledReport filled_report(bool residents, Period period = {2023, 6});
Occasion occasion_of(const std::string& period = "2023-06");

// A worksheet as the hardened reader gives it: text of each cell by line and column from 0.
using SheetText = std::map<std::pair<int, int>, std::string>;
std::map<std::string, SheetText> read_workbook(std::string_view bytes);
// One part of a zip archive; "" when there is none.
std::string part_of(std::string_view zip, const std::string& name);
// The archive again, each part as `change` makes it ("" = as it is), and more parts besides.
std::string rezipped(std::string_view zip, const std::function<std::string(const std::string& name, const std::string& bytes)>& change, const std::map<std::string, std::string>& more = {});
// Runs a program and gives what it wrote to its standard output; `code` gets its exit code.
std::string output_of(const std::string& command, int* code = nullptr);
bool there_is(const std::string& program);

// A folder that is gone with the test.
struct Folder {
  Folder();
  ~Folder();
  std::string path;
  std::string write(const std::string& name, std::string_view bytes) const;
};

}  // namespace mif::reporting
