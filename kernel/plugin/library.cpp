// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/library.h"

#include <boost/dll/shared_library.hpp>
#include <cstdio>
#include <cstring>
#include <memory>
#include <set>
#include <vector>

#include "kernel/plugin/known_extensions.h"
#include "mif/error.hpp"
#include "mif/sdk.hpp"

namespace mif::plugin {
namespace {

namespace dll = boost::dll;

// Never unloaded: static destructors, threads and thread-local data of a library may outlive every handle we could hold.
std::vector<std::unique_ptr<dll::shared_library>>& keep_forever() {
  static auto* libraries = new std::vector<std::unique_ptr<dll::shared_library>>;
  return *libraries;
}

std::set<std::string> ids_of(const char* const* list) {
  std::set<std::string> ids;
  for (int i = 0; list && list[i] && i < 256; ++i) ids.insert(list[i]);
  return ids;
}

std::string joined(const std::set<std::string>& ids) {
  std::string all;
  for (const auto& id : ids) all += (all.empty() ? "" : ", ") + id;
  return "[" + all + "]";
}

void same(const std::string& what, const std::string& expected, const std::string& found) {
  if (expected != found)
    throw Error(MIF_E_INVALID, "plugin.differs-from-json", "库里的 " + what + " 与 plugin.json 不符 (the library's " + what + " differs from plugin.json): 应为 (expected) " + expected +
                                   "，实为 (found) " + found);
}

unsigned number_of(const std::string& version) {
  unsigned major = 0, minor = 0, patch = 0;
  std::sscanf(version.c_str(), "%u.%u.%u", &major, &minor, &patch);
  return major << 16 | minor << 8 | patch;
}

// Compiler, standard library and its string ABI; the language standard does not touch a C contract.
std::string toolchain(const std::string& fingerprint) { return fingerprint.substr(0, fingerprint.rfind('|')); }

}  // namespace

std::string version_text(unsigned version) {
  return std::to_string(version >> 16) + "." + std::to_string(version >> 8 & 255) + "." + std::to_string(version & 255);
}

const mif_entry* open_library(const std::string& path) {
  auto library = std::make_unique<dll::shared_library>();
  try {
    // NOW: a missing symbol must fail here, not in the middle of a payment. The throwing overload keeps the loader's words.
    library->load(path, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
  } catch (const std::exception& e) {
    throw Error(MIF_E_INVALID, "plugin.library", std::string("库装载失败 (the library cannot be loaded): ") + e.what());
  }
  if (!library->has(MIF_ENTRY_SYMBOL)) throw Error(MIF_E_INVALID, "plugin.symbols", "库没有导出 (the library does not export) " MIF_ENTRY_SYMBOL);
  const auto entry = library->get<const mif_entry*()>(MIF_ENTRY_SYMBOL);
  keep_forever().push_back(std::move(library));
  return entry();
}

void check_manifest(const Manifest& m, bool allow_draft) {
  if (m.trust != "in-process")
    throw Error(MIF_E_UNSUPPORTED, "plugin.host-version", "插件要求在独立进程里运行，本版本只在进程内运行插件 (asks for trust \"out-of-process\", this host offers \"in-process\")");
  if (number_of(m.sdk_min) > MIF_SDK_VERSION)
    throw Error(MIF_E_UNSUPPORTED, "plugin.host-version", "插件至少需要 SDK " + m.sdk_min + "，本机为 (needs at least SDK " + m.sdk_min + ", this host is) " MIF_SDK_VERSION_STRING);
  if (m.maturity == "draft" && !allow_draft) throw Error(MIF_E_UNSUPPORTED, "plugin.draft", "插件标为草稿，本部署不允许 (maturity \"draft\" is not allowed here)");
}

void check_handshake(const Manifest& m, const mif_entry& e) {
  constexpr std::uint32_t least = offsetof(mif_entry, create) + sizeof(mif_entry::create);
  if (e.size < least)
    throw Error(MIF_E_INVALID, "plugin.entry", "入口结构过小 (mif_entry is too small): 应不小于 (expected at least) " + std::to_string(least) + "，实为 (found) " + std::to_string(e.size));
  if (e.abi_major != MIF_ABI_MAJOR)
    throw Error(MIF_E_UNSUPPORTED, "plugin.host-version", "ABI 主版本不符 (ABI major differs): 应为 (expected) " + std::to_string(MIF_ABI_MAJOR) + "，实为 (found) " + std::to_string(e.abi_major));
  if (e.sdk_min > MIF_SDK_VERSION)
    throw Error(MIF_E_UNSUPPORTED, "plugin.host-version", "插件至少需要 SDK (the plugin needs at least SDK) " + version_text(e.sdk_min) + "，本机为 (this host is) " MIF_SDK_VERSION_STRING);
  same("id", m.id, e.id ? e.id : "(none)");
  same("version", m.version, e.version ? e.version : "(none)");
  same("provides", joined({m.provides.begin(), m.provides.end()}), joined(ids_of(e.provides)));
  same("needs", joined({m.needs.begin(), m.needs.end()}), joined(ids_of(e.needs)));
  if (!e.create) throw Error(MIF_E_INVALID, "plugin.entry", "入口缺少 create 函数 (mif_entry.create is null)");
}

void check_drafts(const Manifest& m, const mif_entry& e, bool allow_draft) {
  for (const auto& id : m.provides) {
    const KnownExtension* known = known_extension(id);
    if (!known || !known->draft) continue;
    if (!allow_draft) throw Error(MIF_E_UNSUPPORTED, "plugin.draft", id + " 是草稿扩展，本部署不允许 (a draft extension; not allowed here)");
    if (e.sdk_built != MIF_SDK_VERSION)
      throw Error(MIF_E_UNSUPPORTED, "plugin.draft", id + " 是草稿扩展，SDK 版本必须相同 (a draft needs the same SDK): 应为 (expected) " MIF_SDK_VERSION_STRING "，实为 (found) " + version_text(e.sdk_built));
    const std::string found = e.fingerprint ? e.fingerprint : "";
    if (toolchain(found) != toolchain(MIF_FINGERPRINT))
      throw Error(MIF_E_UNSUPPORTED, "plugin.draft", id + " 是草稿扩展，编译环境必须相同 (a draft needs the same toolchain): 应为 (expected) " + toolchain(MIF_FINGERPRINT) + "，实为 (found) " + toolchain(found));
  }
}

}  // namespace mif::plugin
