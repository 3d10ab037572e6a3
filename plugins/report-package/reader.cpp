// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "digests.h"
#include "gathering.h"
#include "names.h"
#include "render.h"
#include "rules.h"
#include "seal.h"

namespace mif::report_package {
namespace {

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, "数据包" + one_line(sentence)); }

// The files of each unit, by the code in their path.
std::map<std::string, Files> by_unit(const Files& files) {
  std::map<std::string, Files> units;
  for (const auto& [name, bytes] : files) {
    if (name == kManifestName) continue;
    const auto slash = name.substr(0, 6) == "units/" ? name.find('/', 6) : std::string::npos;
    if (slash == std::string::npos) refuse("report-package.file", "里的 " + name + " 不在任何单位的文件夹里 (a file outside every unit's folder)");
    units[name.substr(6, slash - 6)].emplace(name.substr(slash + 1), bytes);
  }
  return units;
}

ReportSet unit_of(const std::string& code, Files& files, const Trusts& trusts) {
  const std::string folder = "units/" + code + "/";
  Seal seal;
  if (const auto found = files.find(kSealName); found != files.end()) {
    const auto manifest = files.find(kManifestName);
    if (manifest == files.end()) refuse("report-package.file", " " + folder + " 里没有 manifest.json (the manifest is missing)");
    seal = read_seal(folder, found->second);
    check_seal(folder, manifest->second, seal, trusts, false);
    files.erase(found);
  }
  ReportSet set = parse(folder, files);
  if (set.manifest.unit != code) refuse("report-package.mixed", "的文件夹 " + folder + " 里是另一单位 " + set.manifest.unit + " 的数据 (another unit's data)");
  set.seal = std::move(seal);
  return set;
}

void read_units(const Files& files, std::string_view json, const Trusts& trusts, const Limits& limits, Opened& opened) {
  const std::string where = "汇总清单";
  Manifest common;
  const Membership told = read_gathering(where, json, opened.top, common);
  check_head(where, opened.top.version, opened.top.tool, opened.top.created, opened.top.unknown);
  std::map<std::string, Files> units = by_unit(files);
  if (units.size() > limits.units) refuse("report-package.limit", "里的单位超过 " + std::to_string(limits.units) + " 个 (too many units)");
  if (units.empty()) refuse("report-package.mixed", "里没有单位 (no unit in it)");
  Membership found;
  Files listed_files;
  std::vector<const ReportSet*> all;
  opened.sets.reserve(units.size());
  for (auto& [code, unit_files] : units) {
    for (const char* name : {kManifestName, kSealName})
      if (const auto file = unit_files.find(name); file != unit_files.end()) listed_files.emplace("units/" + code + "/" + name, file->second);
    opened.sets.push_back(unit_of(code, unit_files, trusts));
    const ReportSet& set = opened.sets.back();
    found.units.push_back({code, set.manifest.unit_name, set.manifest.revision, totals_of({&set}).cells, set.digest});
  }
  for (const auto& set : opened.sets) all.push_back(&set);
  check_common(opened.sets);
  check_listed(where, told.listing.files, listed_files);
  for (std::size_t i = 0; i < std::max(told.units.size(), found.units.size()); ++i)
    if (i >= told.units.size() || i >= found.units.size() || !(told.units[i] == found.units[i]))
      refuse("report-package.mixed", "的汇总清单与单位 " + (i < found.units.size() ? found.units[i].unit : std::string("名单")) + " 的数据不符 (the list of units differs from what is there)");
  check_totals(where, told.listing.totals, totals_of(all));
  if (gathering_json(opened.top, common_of(opened.sets), told) != json)
    refuse("report-package.form", "的汇总清单能读，但不是规定的写法，请按格式重新生成 (readable, but not written the one way)");
}

}  // namespace

Opened read_package(std::string_view bytes, const Trusts& trusts, const Limits& limits) {
  const Unzipped zip = unzip(bytes, limits);
  if (zip.entries.back().name != kSealName) refuse("report-package.unsigned", "没有以 sign/manifest.sig 结尾，不完整 (it does not end with its seal)");
  Files files;
  for (std::size_t i = 0; i + 1 < zip.entries.size(); ++i) {
    const std::string& name = zip.entries[i].name;
    if (i > 0 && name <= zip.entries[i - 1].name) refuse("report-package.zip", "里的 " + name + " 次序不对，请用原来的文件 (the names are not in order)");
    files.emplace(name, zip.entries[i].bytes);
  }
  const auto manifest = files.find(kManifestName);
  if (manifest == files.end()) refuse("report-package.file", "里没有 manifest.json (the manifest is missing)");
  Seal seal = read_seal("", zip.entries.back().bytes);
  if (seal.container != sha256(bytes.substr(0, zip.last))) refuse("report-package.digest", "的内容与封签所记的摘要不符，文件被改 (changed after it was sealed)");
  check_seal("", manifest->second, seal, trusts, limits.unsigned_too);

  Opened opened;
  if (kind_of("", manifest->second) == "unit") {
    opened.sets.push_back(parse("", files));
    opened.sets[0].seal = std::move(seal);
    return opened;
  }
  opened.gathered = true;
  opened.top.digest = sha256(manifest->second);
  read_units(files, manifest->second, trusts, limits, opened);
  opened.top.seal = std::move(seal);
  return opened;
}

}  // namespace mif::report_package
