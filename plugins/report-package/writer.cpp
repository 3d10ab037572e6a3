// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "digests.h"
#include "gathering.h"
#include "render.h"
#include "rules.h"
#include "seal.h"

namespace mif::report_package {
namespace {

struct Rendered {
  std::vector<Entry> files;  // with the manifest, by name
  std::string manifest;
};

Rendered rendered(ReportSet& set) {
  arrange(set);
  check_set(set);
  Rendered r;
  r.files = render(set);
  r.manifest = manifest_json(set, listing_of(set, r.files));
  r.files.push_back({kManifestName, r.manifest});
  return r;
}

// All files by name, and the seal over them at the end.
std::string packed(std::vector<Entry> files, std::string_view manifest, const Signer& signer, Seal& seal, bool same_manifest) {
  std::sort(files.begin(), files.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  ZipWriter zip;
  for (const auto& f : files) zip.add(f.name, f.bytes);
  seal = make_seal(manifest, sha256(zip.so_far()), signer, seal, same_manifest);
  zip.add(kSealName, seal_json(seal), true);
  return zip.finish();
}

}  // namespace

std::string write_package(ReportSet& set, const Signer& signer) {
  Rendered r = rendered(set);
  const std::string digest = sha256(r.manifest);
  const bool same = digest == set.digest;
  Seal seal = set.seal;
  std::string out = packed(std::move(r.files), r.manifest, signer, seal, same);
  set.seal = std::move(seal);
  set.digest = digest;
  return out;
}

std::string write_gathering(std::vector<ReportSet>& sets, Gathering& top, const Signer& signer) {
  if (sets.empty()) throw Error(MIF_E_INVALID, "report-package.mixed", "数据包里没有单位，请至少选一个单位 (no unit to pack)");
  std::sort(sets.begin(), sets.end(), [](const ReportSet& a, const ReportSet& b) { return a.manifest.unit < b.manifest.unit; });
  check_common(sets);
  check_head("汇总包", top.version, top.tool, top.created, top.unknown);
  std::vector<Entry> files;
  Membership members;
  std::vector<const ReportSet*> all;
  for (auto& set : sets) {
    const std::string folder = "units/" + set.manifest.unit + "/";
    Rendered r = rendered(set);
    const std::string digest = sha256(r.manifest);
    if (digest != set.digest || set.seal.algorithm == "none") set.seal = {};  // a seal is of one manifest
    set.digest = digest;
    members.listing.files.push_back(listed(folder + kManifestName, r.manifest));
    if (set.seal.algorithm != "none") {
      r.files.push_back({kSealName, seal_json(set.seal)});
      members.listing.files.push_back(listed(folder + kSealName, r.files.back().bytes));
    }
    for (auto& f : r.files) files.push_back({folder + f.name, std::move(f.bytes)});
    members.units.push_back({set.manifest.unit, set.manifest.unit_name, set.manifest.revision, totals_of({&set}).cells, digest});
    all.push_back(&set);
  }
  std::sort(members.listing.files.begin(), members.listing.files.end(), [](const FileEntry& a, const FileEntry& b) { return a.name < b.name; });
  members.listing.totals = totals_of(all);
  const std::string manifest = gathering_json(top, sets.front().manifest, members);
  files.push_back({kManifestName, manifest});
  const std::string digest = sha256(manifest);
  const bool same = digest == top.digest;
  Seal seal = top.seal;
  std::string out = packed(std::move(files), manifest, signer, seal, same);
  top.seal = std::move(seal);
  top.digest = digest;
  return out;
}

}  // namespace mif::report_package
