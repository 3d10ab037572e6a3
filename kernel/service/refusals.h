// SPDX-License-Identifier: Apache-2.0
// The catalogue of refusals, docs/refusals.md, compiled in: what a rule code means and what to do about it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mif::service {

struct EmbeddedFile {
  std::string_view name, text;
};
std::span<const EmbeddedFile> embedded_files();  // docs/refusals.md

struct Refusal {
  std::string code, when, remedy, english;
};
std::optional<Refusal> find_refusal(std::string_view code);

}  // namespace mif::service
