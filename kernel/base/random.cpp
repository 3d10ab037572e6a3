// SPDX-License-Identifier: Apache-2.0
#include "kernel/base/random.h"

#include <openssl/rand.h>

#include "kernel/base/hash.h"
#include "mif/error.hpp"

namespace mif {

std::string random_bytes(std::size_t n) {
  std::string bytes(n, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(n)) != 1)
    throw Error(MIF_E_INTERNAL, "系统随机数不可用 (the operating system gives no random numbers)");
  return bytes;
}

std::string random_hex(std::size_t bytes) { return to_hex(random_bytes(bytes)); }

}  // namespace mif
