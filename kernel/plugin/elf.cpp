// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/elf.h"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstring>

#include "mif/error.hpp"

namespace mif::plugin {
namespace {

#if defined(__x86_64__)
constexpr unsigned kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kMachine = EM_AARCH64;
#elif defined(__loongarch64)
constexpr unsigned kMachine = 258;
#else
constexpr unsigned kMachine = 0;
#endif

// Every read is bounds-checked: the bytes come from outside.
class Image {
 public:
  explicit Image(std::string_view bytes) : bytes_(bytes) {}
  template <class T>
  T at(std::size_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) throw Error(MIF_E_INVALID, "plugin.library", "库文件被截断 (the library is cut short)");
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }
  std::string name(const ElfW(Shdr)& strings, std::size_t index) const {
    const std::size_t from = strings.sh_offset + index;
    if (index >= strings.sh_size || from >= bytes_.size()) throw Error(MIF_E_INVALID, "plugin.library", "库文件的名字表损坏 (broken string table)");
    const auto end = bytes_.find('\0', from);
    return std::string(bytes_.substr(from, (end == std::string_view::npos ? bytes_.size() : end) - from));
  }

 private:
  std::string_view bytes_;
};

}  // namespace

ElfFacts read_elf(std::string_view bytes) {
  const Image image(bytes);
  const auto header = image.at<ElfW(Ehdr)>(0);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) throw Error(MIF_E_INVALID, "plugin.library", "不是 ELF 共享库 (not an ELF file)");
  if (header.e_type != ET_DYN) throw Error(MIF_E_INVALID, "plugin.library", "不是共享库 (not a shared library)");
  if (kMachine && header.e_machine != kMachine)
    throw Error(MIF_E_INVALID, "plugin.library", "库是为别的处理器编译的 (built for machine " + std::to_string(header.e_machine) + ", this host is " + std::to_string(kMachine) + ")");
  const auto section = [&](std::size_t i) { return image.at<ElfW(Shdr)>(header.e_shoff + i * sizeof(ElfW(Shdr))); };
  ElfFacts facts;
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    const auto table = section(i);
    if (table.sh_type == SHT_DYNSYM) {
      const auto strings = section(table.sh_link);
      for (std::size_t at = 0; at + sizeof(ElfW(Sym)) <= table.sh_size; at += sizeof(ElfW(Sym))) {
        const auto symbol = image.at<ElfW(Sym)>(table.sh_offset + at);
        const unsigned binding = symbol.st_info >> 4, visibility = symbol.st_other & 3;
        if (symbol.st_shndx == SHN_UNDEF || binding == STB_LOCAL || visibility == STV_HIDDEN) continue;
        (binding == STB_GNU_UNIQUE ? facts.unique : facts.exports).push_back(image.name(strings, symbol.st_name));
      }
    } else if (table.sh_type == SHT_DYNAMIC) {
      const auto strings = section(table.sh_link);
      for (std::size_t at = 0; at + sizeof(ElfW(Dyn)) <= table.sh_size; at += sizeof(ElfW(Dyn))) {
        const auto entry = image.at<ElfW(Dyn)>(table.sh_offset + at);
        if (entry.d_tag == DT_NEEDED) facts.needed.push_back(image.name(strings, entry.d_un.d_val));
        if (entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH) facts.run_path = image.name(strings, entry.d_un.d_val);
      }
    }
  }
  std::sort(facts.exports.begin(), facts.exports.end());
  return facts;
}

}  // namespace mif::plugin
