// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace mif::exchange {

// SHA-256 over length-prefixed fields: no two different records give the same bytes.
class Digest {
 public:
  Digest& add(std::string_view text);
  Digest& add(std::int64_t number) { return add(std::string_view(std::to_string(number))); }
  std::string hex() const;

 private:
  std::string bytes_;
};

// SHA-256 of a file's bytes, as `sha256sum` prints it.
std::string sha256_of(std::string_view bytes);

}  // namespace mif::exchange
