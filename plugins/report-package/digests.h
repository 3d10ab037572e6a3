// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace mif::report_package {

// Lower-case hexadecimal.
std::string sha256(std::string_view bytes);
std::string sm3(std::string_view bytes);
// SHA-256 of what comes in pieces; a copy goes on from where it was made.
class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256& other);
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  std::string hex() const;  // of what came so far

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
};
std::string hex(std::string_view bytes);
// Empty when it is not an even number of lower-case hexadecimal digits.
std::string unhex(std::string_view text);
bool is_digest(std::string_view text);  // 64 of them

}  // namespace mif::report_package
