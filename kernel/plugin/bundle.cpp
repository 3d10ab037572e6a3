// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/bundle.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "kernel/base/hash.h"
#include "kernel/base/random.h"
#include "kernel/base/text.h"
#include "kernel/plugin/elf.h"
#include "mif/abi.h"
#include "mif/error.hpp"

namespace mif::plugin {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostBytes = 256u << 20;
constexpr std::size_t kMostFiles = 4096;

std::string digest_of(const Bundle& bundle) {
  Canonical canonical;
  canonical.add(bundle.manifest_bytes);
  for (const auto& [name, bytes] : bundle.files) canonical.add(name).add(to_hex(hash(HashAlg::sm3, bytes)));
  return to_hex(hash(HashAlg::sm3, canonical.bytes()));
}

void check_digests(const Bundle& bundle) {
  for (const auto& [name, expected] : bundle.manifest.files) {
    const auto file = bundle.files.find(name);
    if (file == bundle.files.end())
      throw Error(MIF_E_INVALID, "plugin.bundle-incomplete", "包里缺少文件 (plugin.json lists a file that is not in the bundle): " + name);
    const auto colon = expected.find(':');
    const std::string found = to_hex(hash(hash_alg_of(expected.substr(0, colon)), file->second));
    if (found != expected.substr(colon + 1))
      throw Error(MIF_E_DENIED, "plugin.digest", "文件 " + name + " 的摘要不符 (digest differs): 应为 (expected) " + expected.substr(colon + 1, 16) + "…，实为 (found) " +
                                    found.substr(0, 16) + "…");
  }
  for (const auto& [name, unused] : bundle.files)
    if (!bundle.manifest.files.count(name))
      throw Error(MIF_E_DENIED, "plugin.unlisted-file", "文件 " + name + " 不在 plugin.json 的 \"files\" 里 (not listed in plugin.json): 请重新封装");
}

void check_library(const Bundle& bundle) {
  const ElfFacts facts = read_elf(bundle.files.at(bundle.manifest.library));
  bool entry = false;
  for (const auto& symbol : facts.exports) {
    if (symbol == MIF_ENTRY_SYMBOL) entry = true;
    else
      throw Error(MIF_E_INVALID, "plugin.symbols", bundle.manifest.library + " 多导出了符号 (exports more than " MIF_ENTRY_SYMBOL "): " + symbol + "；请用 mif_add_plugin 构建");
  }
  if (!facts.unique.empty())
    throw Error(MIF_E_INVALID, "plugin.symbols", bundle.manifest.library + " 含 GNU_UNIQUE 符号 (has unique symbols): " + facts.unique.front() + "；请加 -fno-gnu-unique");
  if (!entry) throw Error(MIF_E_INVALID, "plugin.symbols", bundle.manifest.library + " 没有导出 (does not export) " MIF_ENTRY_SYMBOL);
  if (!facts.run_path.empty() && facts.run_path.rfind("$ORIGIN", 0) != 0)
    throw Error(MIF_E_INVALID, "plugin.symbols", bundle.manifest.library + " 带有库搜索路径 (has a run path): " + facts.run_path);
}

void write_synced(const fs::path& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool ok = file >= 0;
  for (std::size_t done = 0; ok && done < bytes.size();) {
    const ssize_t n = ::write(file, bytes.data() + done, bytes.size() - done);
    ok = n > 0;
    if (ok) done += static_cast<std::size_t>(n);
  }
  ok = ok && ::fsync(file) == 0 && ::fchmod(file, 0555) == 0;
  if (file >= 0) ::close(file);
  if (!ok) throw Error(MIF_E_UNAVAILABLE, "plugin.store-write", "写不进插件仓库 (cannot write to the plugin store): " + path.string());
}

}  // namespace

Bundle read_bundle(const std::string& folder) {
  if (!fs::is_directory(folder)) throw Error(MIF_E_NOT_FOUND, "plugin.no-folder", "没有这个插件包文件夹 (no such bundle folder): " + folder);
  Bundle bundle;
  std::uintmax_t total = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_symlink()) throw Error(MIF_E_INVALID, "plugin.bundle-incomplete", "插件包里不能有链接 (links are not allowed in a bundle): " + entry.path().string());
    if (entry.is_directory()) continue;
    if (!entry.is_regular_file()) throw Error(MIF_E_INVALID, "plugin.bundle-incomplete", "插件包里只能有普通文件 (only regular files in a bundle): " + entry.path().string());
    total += entry.file_size();
    if (total > kMostBytes || bundle.files.size() >= kMostFiles)
      throw Error(MIF_E_INVALID, "plugin.bundle-incomplete", "插件包过大 (the bundle is larger than 256 MiB or has more than 4096 files): " + folder);
    const std::string name = fs::relative(entry.path(), folder).generic_string();
    std::string bytes = read_file(entry.path().string());
    if (name == "plugin.json") bundle.manifest_bytes = std::move(bytes);
    else if (name == "plugin.sig") bundle.signature_bytes = std::move(bytes);
    else bundle.files.emplace(name, std::move(bytes));
  }
  if (bundle.manifest_bytes.empty()) throw Error(MIF_E_INVALID, "plugin.bundle-incomplete", "插件包里没有 plugin.json (no plugin.json in the bundle): " + folder);
  bundle.manifest = parse_manifest(bundle.manifest_bytes);
  if (!bundle.files.count(bundle.manifest.library))
    throw Error(MIF_E_INVALID, "plugin.bundle-incomplete", "包里没有 plugin.json 所说的库 (the library named in plugin.json is not in the bundle): " + bundle.manifest.library);
  bundle.digest = digest_of(bundle);
  return bundle;
}

SignatureVerdict verify_bundle(const Bundle& bundle, const Trust& trust, const BundlePolicy& policy) {
  if (!bundle.manifest.files.empty()) check_digests(bundle);
  else if (!policy.allow_unsigned || !bundle.signature_bytes.empty())
    throw Error(MIF_E_DENIED, "plugin.unsealed", "plugin.json 没有 \"files\" 摘要 (no digests in plugin.json): 请先 mifctl plugin seal");
  SignatureVerdict verdict = trust.check(bundle.manifest_bytes, bundle.signature_bytes);
  if (!verdict.trusted() && !policy.allow_unsigned)
    throw Error(MIF_E_DENIED, "plugin.signature", verdict.unknown.empty()
                                  ? "插件没有签名 (the bundle is not signed): 请先 mifctl plugin seal"
                                  : "签名密钥不在信任名单里 (the signing key is not in the trust folder): " + verdict.unknown.front());
  // A province that has put its key here wants to see every bundle before it runs.
  if ((policy.require_province || (trust.has_province() && !policy.allow_unsigned)) && verdict.province.empty())
    throw Error(MIF_E_DENIED, "plugin.counter-signature", "缺少省级会签 (the province's counter-signature is missing)");
  trust.refuse_revoked(bundle.digest);
  check_library(bundle);
  return verdict;
}

std::string store_bundle(const Bundle& bundle, const std::string& store_folder) {
  const fs::path place = fs::path(store_folder) / bundle.digest;
  if (fs::exists(place)) {
    Bundle there = read_bundle(place.string());
    if (there.digest == bundle.digest && there.signature_bytes == bundle.signature_bytes) return place.string();
    // Damaged, or signed anew: written again below. A running process keeps the pages it has mapped.
    fs::remove_all(place);
  }
  const fs::path draft = fs::path(store_folder) / (".new-" + random_hex(8));
  fs::create_directories(draft);
  const auto put = [&](const std::string& name, std::string_view bytes) {
    fs::create_directories((draft / name).parent_path());
    write_synced(draft / name, bytes);
  };
  for (const auto& [name, bytes] : bundle.files) put(name, bytes);
  if (!bundle.signature_bytes.empty()) put("plugin.sig", bundle.signature_bytes);
  put("plugin.json", bundle.manifest_bytes);
  std::error_code error;
  fs::rename(draft, place, error);
  if (error) {
    fs::remove_all(draft);
    if (!fs::exists(place)) throw Error(MIF_E_UNAVAILABLE, "plugin.store-write", "写不进插件仓库 (cannot write to the plugin store): " + error.message());
  }
  return place.string();
}

}  // namespace mif::plugin
