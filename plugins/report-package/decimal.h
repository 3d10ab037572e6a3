// SPDX-License-Identifier: Apache-2.0
// Exact decimals as text: at most 18 digits before the point and 6 after it, no exponent, no leading zero, no minus zero.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mif::report_package {

bool is_decimal(std::string_view text);

// A sum that never rounds, written with as many decimals as its longest addend.
class Total {
 public:
  void add(std::string_view decimal);
  std::int64_t count() const { return count_; }
  std::string text() const;

 private:
  __int128 units_ = 0;  // of 10^-6
  std::size_t scale_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace mif::report_package
