// SPDX-License-Identifier: Apache-2.0
// Pages written so that nothing of the data can become markup: every text goes through text() or an attribute.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mif::treasury {

class Html {
 public:
  using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;
  Html& open(std::string_view tag, const Attributes& attributes = {});
  Html& close();                       // what was opened last
  Html& close_to(std::size_t depth);
  std::size_t depth() const { return open_.size(); }
  Html& text(std::string_view text);
  Html& leaf(std::string_view tag, std::string_view text, const Attributes& attributes = {}) { return open(tag, attributes).text(text).close(); }
  Html& empty(std::string_view tag, const Attributes& attributes = {});  // <input>, <link>
  std::string take();                  // closes what is open

 private:
  void start(std::string_view tag, const Attributes& attributes);
  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace mif::treasury
