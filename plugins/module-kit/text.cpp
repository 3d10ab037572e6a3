// SPDX-License-Identifier: Apache-2.0
#include "module-kit/text.h"

namespace mif::kit {

std::string cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return std::string(text.substr(0, most));
}

}  // namespace mif::kit
