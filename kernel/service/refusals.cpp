// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/refusals.h"

#include <array>

namespace mif::service {
namespace {

// The cells of "| `code` | when | what to do | English |"; a cell holds no bar, which scripts/check_refusals.py sees to.
std::array<std::string, 4> cells_of(std::string_view row) {
  std::array<std::string, 4> cells;
  std::size_t at = 1;
  for (auto& cell : cells) {
    const std::size_t bar = row.find('|', at);
    if (bar == std::string_view::npos) break;
    const std::string_view text = row.substr(at, bar - at);
    const std::size_t first = text.find_first_not_of(' ');
    if (first != std::string_view::npos) cell = text.substr(first, text.find_last_not_of(' ') - first + 1);
    at = bar + 1;
  }
  return cells;
}

}  // namespace

std::optional<Refusal> find_refusal(std::string_view code) {
  const std::string_view text = embedded_files().front().text;
  const std::size_t from = text.find("\n| `" + std::string(code) + "` |");
  if (from == std::string_view::npos) return std::nullopt;
  auto cells = cells_of(text.substr(from + 1, text.find('\n', from + 1) - from - 1));
  return Refusal{std::string(code), std::move(cells[1]), std::move(cells[2]), std::move(cells[3])};
}

}  // namespace mif::service
