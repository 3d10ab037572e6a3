// SPDX-License-Identifier: Apache-2.0
// The names accountants use for auxiliary dimensions and their items (参保方式=单建统筹), read from dimensions.info, and the
// codes the ledger keeps (mode=2).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mif/services.hpp"

namespace mif::reporting {

// [any-thread] Immutable after construction.
class Dimensions {
 public:
  Dimensions() = default;
  Dimensions(const Node& root, std::string_view file);
  // The dimension's code for its code or one of its names; throws MIF_E_INVALID listing what exists.
  const std::string& code(std::string_view name) const;
  // The item's code; a name that a closed dimension does not list is refused, an open one takes anything.
  std::string item(std::string_view dimension_code, std::string_view name) const;
  // "参保方式=单建统筹" for "mode=2": for people.
  std::string describe(std::string_view aux_filter) const;
  // scheme code of 账套=居民; the text itself when it is no such name.
  std::string scheme(std::string_view name) const;
  // Whether the code is one of a scheme that has a name here.
  bool is_scheme(std::string_view code) const;

 private:
  struct Dimension {
    std::string code, title;
    bool open = false;
    std::map<std::string, std::string, std::less<>> items;  // name or code -> code
    std::map<std::string, std::string, std::less<>> titles; // code -> first name
  };
  std::map<std::string, Dimension, std::less<>> dimensions_;
  std::map<std::string, std::string, std::less<>> names_, schemes_;
};

}  // namespace mif::reporting
