// SPDX-License-Identifier: Apache-2.0
// XML written as it comes, so that a book of any size needs no more memory than one voucher.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/interchange/book_reader.h"

namespace mif::interchange {

class XmlWriter {
 public:
  explicit XmlWriter(const Sink& sink) : sink_(sink) {}
  void begin(std::string_view encoding) { text_ += "<?xml version=\"1.0\" encoding=\"" + std::string(encoding) + "\"?>\n"; }
  void open(std::string_view name, std::string_view attributes = {});  // attributes are ours and written as they are
  void close();
  void element(std::string_view name, std::string_view text);  // MIF_E_INVALID for a character that XML cannot hold
  void finish();

 private:
  void indent() { text_.append(stack_.size() * 2, ' '); }
  const Sink& sink_;
  std::string text_;
  std::vector<std::string> stack_;
};

}  // namespace mif::interchange
