// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace mif::treasury {

// SHA-256 over length-prefixed fields: no two different records give the same bytes.
class Digest {
 public:
  Digest& add(std::string_view text);
  Digest& add(std::int64_t number) { return add(std::string_view(std::to_string(number))); }
  std::string hex() const;

 private:
  std::string bytes_;
};

}  // namespace mif::treasury
