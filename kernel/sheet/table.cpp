// SPDX-License-Identifier: Apache-2.0
#include "kernel/sheet/table.h"

namespace mif::sheet {

std::string shown(const Cell& cell) {
  struct {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(Fen fen) const { return fen.grouped(); }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(Day day) const { return day.iso(); }
  } as_text;
  return std::visit(as_text, cell);
}

Cell if_any(Fen fen) {
  Cell cell;
  if (fen != Fen()) cell = fen;
  return cell;
}

}  // namespace mif::sheet
