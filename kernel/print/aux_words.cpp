// SPDX-License-Identifier: Apache-2.0
#include "kernel/print/aux_words.h"

#include "mif/pattern.hpp"

namespace mif::print {

std::string aux_words(const chart::Chart& chart, std::string_view aux) {
  std::string words;
  if (aux.empty()) return words;
  for (const auto& [dimension, item] : parse_aux(aux)) {
    std::string type_name = dimension, item_name = item;
    for (const auto& type : chart.aux_types()) {
      if (type.code != dimension) continue;
      type_name = type.name;
      if (const chart::AuxItem* known = type.find(item)) item_name = known->name;
    }
    words += (words.empty() ? "" : "  ") + type_name + "：" + item_name;
  }
  return words;
}

}  // namespace mif::print
