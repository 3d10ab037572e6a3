// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "digests.h"
#include "gathering.h"
#include "render.h"
#include "rules.h"
#include "seal.h"
#include "spool.h"

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

}  // namespace

std::string write_package(ReportSet& set, const Signer& signer) {
  Rendered r = rendered(set);
  const std::string digest = sha256(r.manifest);
  std::sort(r.files.begin(), r.files.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  ZipWriter zip;
  for (const auto& f : r.files) zip.add(f.name, f.bytes);
  Seal seal = make_seal(r.manifest, zip.digest(), signer, set.seal, digest == set.digest);
  zip.add(kSealName, seal_json(seal), true);
  set.seal = std::move(seal);
  set.digest = digest;
  return zip.finish();
}

struct GatheringWriter::Parts {
  Spool bodies;               // packed files, as they came
  std::vector<Packed> files;  // where they are in it
  Common common;
  TotalsSum sum;
  Membership members;
};

GatheringWriter::GatheringWriter() : parts_(std::make_unique<Parts>()) {}
GatheringWriter::~GatheringWriter() = default;

void GatheringWriter::add(ReportSet& set) {
  parts_->common.add(set.manifest);
  const std::string folder = "units/" + set.manifest.unit + "/";
  Rendered r = rendered(set);
  const std::string digest = sha256(r.manifest);
  if (digest != set.digest || set.seal.algorithm == "none") set.seal = {};  // a seal is of one manifest
  set.digest = digest;
  auto& listing = parts_->members.listing.files;
  listing.push_back(listed(folder + kManifestName, r.manifest));
  if (set.seal.algorithm != "none") {
    r.files.push_back({kSealName, seal_json(set.seal)});
    listing.push_back(listed(folder + kSealName, r.files.back().bytes));
  }
  std::string body;
  for (const auto& f : r.files) {
    Packed packed = pack(folder + f.name, f.bytes, false, body);
    packed.at = parts_->bodies.append(body);
    parts_->files.push_back(std::move(packed));
  }
  parts_->members.units.push_back({set.manifest.unit, set.manifest.unit_name, set.manifest.revision, totals_of(set).cells, digest});
  parts_->sum.add(set);
}

void GatheringWriter::finish(Gathering& top, const Signer& signer, const Sink& out) {
  auto& [bodies, files, common, sum, members] = *parts_;
  if (members.units.empty()) throw Error(MIF_E_INVALID, "report-package.mixed", "数据包里没有单位，请至少选一个单位 (no unit to pack)");
  check_head("汇总包", top.version, top.tool, top.created, top.unknown);
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(members.units.begin(), members.units.end(), [](const Member& a, const Member& b) { return a.unit < b.unit; });
  std::sort(members.listing.files.begin(), members.listing.files.end(), by_name);
  std::sort(files.begin(), files.end(), by_name);
  members.listing.totals = sum.totals();
  const std::string manifest = gathering_json(top, common.manifest(), members), digest = sha256(manifest);
  ZipStream zip(out);
  std::string body;
  const Packed first = pack(kManifestName, manifest, false, body);  // "manifest.json" stands before "units/"
  zip.add(first, body);
  for (const auto& f : files) zip.add(f, bodies.at(f.at));
  Seal seal = make_seal(manifest, zip.digest(), signer, top.seal, digest == top.digest);
  const Packed last = pack(kSealName, seal_json(seal), true, body);
  zip.add(last, body);
  zip.finish();
  top.seal = std::move(seal);
  top.digest = digest;
}

std::string write_gathering(std::vector<ReportSet>& sets, Gathering& top, const Signer& signer) {
  std::sort(sets.begin(), sets.end(), [](const ReportSet& a, const ReportSet& b) { return a.manifest.unit < b.manifest.unit; });
  GatheringWriter writer;
  for (auto& set : sets) writer.add(set);
  std::string bytes;
  writer.finish(top, signer, [&](std::string_view piece) { bytes.append(piece); });
  return bytes;
}

}  // namespace mif::report_package
