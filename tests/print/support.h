// SPDX-License-Identifier: Apache-2.0
// Printing in tests: PDFs judged by poppler's programs, pictures compared with the ones in golden/.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/print/canvas.h"
#include "kernel/print/table_pages.h"
#include "kernel/print/voucher_form.h"

namespace mif::testing {

print::CanvasOptions canvas_options();
using Draw = std::function<void(print::Canvas&)>;
std::string pdf_of(const Draw& draw);
std::vector<std::string> pngs_of(const Draw& draw, int dpi = 48);
std::string pdf_text(const std::string& pdf);   // pdftotext -layout
std::string pdf_fonts(const std::string& pdf);  // pdffonts
int pdf_pages(const std::string& pdf);
// Empty when the pages look like golden/NAME-N.png; otherwise what differs. UPDATE_GOLDEN=1 writes them,
// LOOK_AT=FOLDER writes large ones for a person to look at.
std::string golden(const std::string& name, const Draw& draw);
std::string output_of(const std::string& command);

print::VoucherForm form(const std::string& name);  // templates/print/NAME.info
// Lines that balance: many small debits and one credit.
print::VoucherSheet sheet(int lines);

// Keeps what a source says.
struct Kept : sheet::Receiver {
  struct Table {
    sheet::Head head;
    std::vector<sheet::Row> rows;
  };
  void begin(const sheet::Head& head) override { tables.push_back({head, {}}); }
  void row(const sheet::Row& row) override { tables.back().rows.push_back(row); }
  void end() override {}
  std::vector<Table> tables;
};
Kept kept(const print::Source& source);
// The amount of a cell; zero where it is blank or words.
Fen fen(const sheet::Cell& cell);

}  // namespace mif::testing
