// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mif::plugin {

// What the dynamic symbol table of a shared library says, read from its bytes without loading it.
struct ElfFacts {
  std::vector<std::string> exports;  // defined, global or weak, sorted
  std::vector<std::string> unique;   // STB_GNU_UNIQUE: would pin the library and merge with another plugin's
  std::vector<std::string> needed;   // DT_NEEDED
  std::string run_path;              // DT_RPATH / DT_RUNPATH
};
// Throws MIF_E_INVALID when it is not a shared library for this machine, or is cut short.
ElfFacts read_elf(std::string_view bytes);

}  // namespace mif::plugin
