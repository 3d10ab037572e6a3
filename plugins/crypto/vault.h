// SPDX-License-Identifier: Apache-2.0
// A secret that stays for long: in pages of its own that no core dump and no swap holds, wiped when it goes.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "mif/services.hpp"

namespace mif::crypto {

// [any-thread]
class Vault {
 public:
  explicit Vault(std::string_view secret);
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;
  std::string_view view() const { return {pages_, size_}; }

 private:
  char* pages_ = nullptr;
  std::size_t size_ = 0, mapped_ = 0;
};

// The file `name` below secrets/, straight into a vault.
std::unique_ptr<Vault> read_secret(const Config& config, Call call, std::string_view name);

void wipe(char* bytes, std::size_t n);

}  // namespace mif::crypto
