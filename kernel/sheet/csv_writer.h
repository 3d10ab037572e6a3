// SPDX-License-Identifier: Apache-2.0
// CSV by RFC 4180: comma, CRLF, quotes where needed.
#pragma once

#include <functional>

#include "kernel/sheet/table.h"

namespace mif::sheet {

struct CsvOptions {
  bool bom = false;  // UTF-8 mark for Excel, which takes a bare file for the system's code page
};

// Text that a spreadsheet would take for a formula (= + - @ or a tab first) gets an apostrophe before it (and so does text that
// already has one there, so that every text comes back); money, numbers and days are ours and stay as they are. Money is plain:
// "-1234.50". Titles and signatures are no data and are left out.
class CsvWriter final : public Receiver {
 public:
  using Sink = std::function<void(std::string_view)>;
  explicit CsvWriter(Sink sink, CsvOptions options = {});
  void begin(const Head& head) override;
  void row(const Row& row) override;
  void end() override;

 private:
  void line();
  Sink sink_;
  CsvOptions options_;
  std::size_t columns_ = 0;
  bool first_ = true;
  std::string titles_, buffer_;
};

std::string csv_text(std::string_view text);  // one cell of text, made safe and quoted
std::string free_of_guard(std::string_view text);  // what stood in the cell before it was made safe

}  // namespace mif::sheet
