// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

namespace mif {

std::string random_bytes(std::size_t n);  // from the operating system's generator
std::string random_hex(std::size_t bytes);

}  // namespace mif
