// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "mif/money.hpp"

namespace mif {

// 会计基础工作规范 art. 52: "壹万零伍拾元整", "壹佰元零伍分", "叁角整"; a negative amount begins with 负.
std::string amount_in_words(Fen fen);

}  // namespace mif
