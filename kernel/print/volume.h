// SPDX-License-Identifier: Apache-2.0
// A bound volume of a printed ledger: 账簿启用表, 目录, and the accounts on continuously numbered pages (规范 art. 58-63).
#pragma once

#include "kernel/print/table_pages.h"

namespace mif::print {

struct VolumeHead {
  std::string unit, book, title;   // title: "明细分类账"
  std::string number;              // "2023-明细账-1"
  int year = 0, volume = 1, volumes = 1;
  Day opened;                      // the day the ledger was begun
  std::string chief, bookkeeper;
  std::string trace;               // small print
};
struct VolumeSize {
  int pages = 0, tables = 0;       // pages numbered; without the opening form and the table of contents
};
VolumeSize print_volume(Canvas& canvas, const TableForm& form, const VolumeHead& head, const Source& source);

}  // namespace mif::print
