// SPDX-License-Identifier: Apache-2.0
#include "catalog_cache.h"

#include <algorithm>

namespace mif::reporting {

namespace {
constexpr std::int64_t kFreshMs = 5000;
}

bool CatalogCache::same(const Known& known, const TemplateFiles& files, const std::string& root, const std::vector<TemplateFolder>& folders, Stamps& stamps) const {
  const auto equal = [](const TemplateFolder& a, const TemplateFolder& b) { return a.ministry == b.ministry && a.provider == b.provider && a.folder == b.folder; };
  if (known.root != root || !std::equal(folders.begin(), folders.end(), known.folders.begin(), known.folders.end(), equal)) return false;
  try {
    for (std::size_t i = 0; i < known.seen.size(); ++i) {
      const Seen& seen = known.seen[i];
      auto stamp = settled_stamp(seen.place, settle_ms_);
      if (stamp && stamp == stamps[i]) continue;
      if (seen.folder ? files.list(seen.path) != seen.names : files.bytes(seen.path) != seen.text) return false;
      stamps[i] = stamp;
    }
  } catch (const Error&) {
    return false;  // a file is gone: loading says so in its own words
  }
  return true;
}

std::shared_ptr<const CatalogCache::Known> CatalogCache::load(const TemplateFiles& files, const std::string& root, const std::vector<TemplateFolder>& folders, Stamps& stamps) const {
  auto made = std::make_shared<Known>();
  made->root = root;
  made->folders = folders;
  stamps.clear();
  const auto look = [&](const std::string& path, bool folder) {
    Seen seen{path, files.place ? files.place(path) : std::string(), folder, {}, {}};
    auto stamp = settled_stamp(seen.place, settle_ms_);
    if (folder) seen.names = files.list(path);
    else seen.text = files.bytes(path);
    made->seen.push_back(std::move(seen));
    stamps.push_back(stamp);
  };
  const auto find = [&](const std::string& path, bool folder) {
    const auto at = [&] { return std::find_if(made->seen.begin(), made->seen.end(), [&](const Seen& s) { return s.folder == folder && s.path == path; }); };
    if (at() == made->seen.end()) look(path, folder);
    return at();
  };
  // The texts are read before they are parsed: a file that changes in between differs next time.
  TemplateFiles seen;
  seen.bytes = [&](const std::string& path) { return find(path, false)->text; };
  seen.info = [&](const std::string& path) {
    find(path, false);
    return files.info(path);
  };
  seen.list = [&](const std::string& folder) { return find(folder, true)->names; };
  made->catalog = Catalog::load(seen, root, folders);
  return made;
}

std::shared_ptr<const Catalog> CatalogCache::get(const TemplateFiles& files, const std::string& root, const std::function<std::vector<TemplateFolder>()>& folders, std::int64_t now_ms, bool fresh) {
  std::shared_ptr<const Known> known;
  Stamps stamps;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    known = known_;
    if (!fresh && known && now_ms - checked_ms_ < kFreshMs) return known->catalog;
    stamps = stamps_;
  }
  const auto wanted = folders();
  if (!known || !same(*known, files, root, wanted, stamps)) known = load(files, root, wanted, stamps);
  const std::lock_guard<std::mutex> lock(mutex_);
  known_ = known;
  stamps_ = std::move(stamps);
  checked_ms_ = now_ms;
  return known->catalog;
}

}  // namespace mif::reporting
