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

// What one unit's folder holds, unpacked.
struct Unpacked {
  std::vector<Entry> entries;
  Files files;
};
Unpacked unpacked(const Source& source, const ZipIndex& index, std::pair<std::size_t, std::size_t> of, std::size_t folder) {
  Unpacked u;
  u.entries.reserve(of.second - of.first);
  for (std::size_t i = of.first; i < of.second; ++i) {
    u.entries.push_back({index.files[i].name.substr(folder), content(source, index.files[i])});
    u.files.emplace(u.entries.back().name, u.entries.back().bytes);
  }
  return u;
}

}  // namespace

PackageReader::PackageReader(const Source& source, const Trusts& trusts, const Limits& limits, const std::function<void(ReportSet&&)>& each, const std::function<void(std::size_t, std::size_t)>& progress)
    : source_(source), trusts_(trusts), limits_(limits) {
  // As much again when the units are read.
  const std::size_t size = source.size();
  const auto seen = [&](std::size_t bytes) {
    if (progress) progress(bytes, 2 * size);
  };
  index_ = std::make_unique<ZipIndex>(index_of(source, limits, seen));
  const auto& files = index_->files;
  if (files.back().name != kSealName) refuse("report-package.unsigned", "没有以 sign/manifest.sig 结尾，不完整 (it does not end with its seal)");
  for (std::size_t i = 1; i + 1 < files.size(); ++i)
    if (files[i].name <= files[i - 1].name) refuse("report-package.zip", "里的 " + files[i].name + " 次序不对，请用原来的文件 (the names are not in order)");
  const auto found = std::find_if(files.begin(), files.end(), [](const Packed& f) { return f.name == kManifestName; });
  if (found == files.end()) refuse("report-package.file", "里没有 manifest.json (the manifest is missing)");
  const std::string manifest = content(source, *found);
  seal_ = read_seal("", content(source, files.back()));
  if (seal_.container != index_->before_last) refuse("report-package.digest", "的内容与封签所记的摘要不符，文件被改 (changed after it was sealed)");
  check_seal("", manifest, seal_, trusts, limits.unsigned_too);
  digest_ = sha256(manifest);

  if (kind_of("", manifest) == "unit") {
    ReportSet set = read_unit({});
    units_ = {set.manifest.unit};
    digests_[set.manifest.unit] = set.digest;
    if (set.digest != digest_) refuse("report-package.digest", "在读的时候被改，请重新读取 (changed while it was read)");
    if (each) each(std::move(set));
    return;
  }
  gathered_ = true;
  read_units(manifest, each, progress);
  top_.digest = digest_;
  top_.seal = seal_;
}

PackageReader::~PackageReader() = default;

const std::string& PackageReader::file_digest() const { return index_->all; }

ReportSet PackageReader::read_unit(const std::string& code) const {
  if (!gathered_) {
    const Unpacked u = unpacked(source_, *index_, {0, index_->files.size() - 1}, 0);
    ReportSet set = parse("", u.files);
    set.seal = seal_;
    return set;
  }
  const std::string folder = "units/" + code + "/";
  Unpacked u = unpacked(source_, *index_, where_.at(code), folder.size());
  Seal seal;
  if (const auto found = u.files.find(kSealName); found != u.files.end()) {
    const auto manifest = u.files.find(kManifestName);
    if (manifest == u.files.end()) refuse("report-package.file", " " + folder + " 里没有 manifest.json (the manifest is missing)");
    seal = read_seal(folder, found->second);
    check_seal(folder, manifest->second, seal, trusts_, false);
    u.files.erase(found);
  }
  ReportSet set = parse(folder, u.files);
  if (set.manifest.unit != code) refuse("report-package.mixed", "的文件夹 " + folder + " 里是另一单位 " + set.manifest.unit + " 的数据 (another unit's data)");
  set.seal = std::move(seal);
  return set;
}

ReportSet PackageReader::unit(const std::string& code) const {
  const auto known = digests_.find(code);
  if (known == digests_.end()) throw Error(MIF_E_INVALID, "report-package.file", "数据包里没有单位 (no such unit in the package): " + one_line(code));
  ReportSet set = read_unit(code);
  if (set.digest != known->second) refuse("report-package.digest", "里单位 " + code + " 的数据在读的时候被改，请重新读取 (changed while it was read)");
  return set;
}

void PackageReader::read_units(const std::string& json, const std::function<void(ReportSet&&)>& each, const std::function<void(std::size_t, std::size_t)>& progress) {
  const std::string where = "汇总清单";
  Manifest ignored;
  const Membership told = read_gathering(where, json, top_, ignored);
  check_head(where, top_.version, top_.tool, top_.created, top_.unknown);
  const auto& files = index_->files;
  std::vector<std::size_t> own;  // manifests and seals, which the file's own manifest lists
  for (std::size_t i = 0; i + 1 < files.size(); ++i) {
    const std::string& name = files[i].name;
    if (name == kManifestName) continue;
    const auto slash = name.substr(0, 6) == "units/" ? name.find('/', 6) : std::string::npos;
    if (slash == std::string::npos) refuse("report-package.file", "里的 " + name + " 不在任何单位的文件夹里 (a file outside every unit's folder)");
    auto& range = where_.try_emplace(name.substr(6, slash - 6), i, i).first->second;
    range.second = i + 1;  // they stand together: names are in order
    if (const std::string within = name.substr(slash + 1); within == kManifestName || within == kSealName) own.push_back(i);
  }
  if (where_.size() > limits_.units) refuse("report-package.limit", "里的单位超过 " + std::to_string(limits_.units) + " 个 (too many units)");
  if (where_.empty()) refuse("report-package.mixed", "里没有单位 (no unit in it)");
  std::vector<FileEntry> there;
  for (const auto i : own) there.push_back(listed(files[i].name, content(source_, files[i])));
  Membership found;
  Common common;
  TotalsSum sum;
  std::size_t done = 0;
  for (const auto& [code, range] : where_) {
    ReportSet set = read_unit(code);
    common.add(set.manifest);
    sum.add(set);
    units_.push_back(code);
    digests_[code] = set.digest;
    found.units.push_back({code, set.manifest.unit_name, set.manifest.revision, totals_of(set).cells, set.digest});
    if (each) each(std::move(set));
    for (std::size_t i = range.first; i < range.second; ++i) done += files[i].packed;
    if (progress) progress(source_.size() + done, 2 * source_.size());
  }
  check_listed(where, told.listing.files, there);
  for (std::size_t i = 0; i < std::max(told.units.size(), found.units.size()); ++i)
    if (i >= told.units.size() || i >= found.units.size() || !(told.units[i] == found.units[i]))
      refuse("report-package.mixed", "的汇总清单与单位 " + (i < found.units.size() ? found.units[i].unit : std::string("名单")) + " 的数据不符 (the list of units differs from what is there)");
  check_totals(where, told.listing.totals, sum.totals());
  if (gathering_json(top_, common.manifest(), told) != json)
    refuse("report-package.form", "的汇总清单能读，但不是规定的写法，请按格式重新生成 (readable, but not written the one way)");
}

Opened read_package(std::string_view bytes, const Trusts& trusts, const Limits& limits) {
  Opened opened;
  const TextSource source(bytes);
  const PackageReader reader(source, trusts, limits, [&](ReportSet&& set) { opened.sets.push_back(std::move(set)); });
  opened.gathered = reader.gathered();
  opened.top = reader.top();
  return opened;
}

}  // namespace mif::report_package
