// SPDX-License-Identifier: Apache-2.0
#include "vault.h"

#include <openssl/crypto.h>
#include <sys/mman.h>

#include <algorithm>

#include "mif/error.hpp"

namespace mif::crypto {

Vault::Vault(std::string_view secret) : size_(secret.size()), mapped_((std::max<std::size_t>(secret.size(), 1) + 4095) / 4096 * 4096) {
  void* pages = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw Error(MIF_E_INTERNAL, "密钥没有内存可放 (no memory for a key)");
  pages_ = static_cast<char*>(pages);
  madvise(pages, mapped_, MADV_DONTDUMP);
  madvise(pages, mapped_, MADV_DONTFORK);
  mlock(pages, mapped_);  // may be refused by a limit; the rest still holds
  std::copy(secret.begin(), secret.end(), pages_);
}

Vault::~Vault() {
  OPENSSL_cleanse(pages_, mapped_);
  munmap(pages_, mapped_);
}

std::unique_ptr<Vault> read_secret(const Config& config, Call call, std::string_view name) {
  std::unique_ptr<Vault> vault;
  config.secret(call, name, [&](std::string_view text) { vault = std::make_unique<Vault>(text); });
  if (!vault) throw Error(MIF_E_INTERNAL, "no secret was given");
  return vault;
}

void wipe(char* bytes, std::size_t n) { OPENSSL_cleanse(bytes, n); }

}  // namespace mif::crypto
