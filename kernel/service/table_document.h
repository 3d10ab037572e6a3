// SPDX-License-Identifier: Apache-2.0
// A table document as JSON (see mif/svc/print.h for its members), read strictly.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/print/table_pages.h"
#include "kernel/sheet/table.h"

namespace mif::service {

struct TableDocument {
  struct Part {
    sheet::Head head;
    std::vector<sheet::Row> rows;
  };
  std::string title, form = "table-a4-upright";
  std::vector<Part> tables;
  print::Source source() const;  // lives no longer than the document
};
// MIF_E_INVALID naming the member, e.g. "rows[3].cells[2]".
TableDocument read_table_document(std::string_view json);

}  // namespace mif::service
