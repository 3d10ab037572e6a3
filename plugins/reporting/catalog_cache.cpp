// SPDX-License-Identifier: Apache-2.0
#include "catalog_cache.h"

#include <algorithm>

namespace mif::reporting {

namespace {
constexpr std::int64_t kFreshMs = 5000;
}

bool CatalogCache::same(const Known& known, const TemplateFiles& files, const std::string& root, const std::vector<TemplateFolder>& folders) {
  const auto equal = [](const TemplateFolder& a, const TemplateFolder& b) { return a.ministry == b.ministry && a.provider == b.provider && a.folder == b.folder; };
  if (known.root != root || !std::equal(folders.begin(), folders.end(), known.folders.begin(), known.folders.end(), equal)) return false;
  try {
    for (const auto& [folder, listed] : known.lists)
      if (files.list(folder) != listed) return false;
    for (const auto& [path, text] : known.texts)
      if (files.bytes(path) != text) return false;
  } catch (const Error&) {
    return false;  // a file is gone: loading says so in its own words
  }
  return true;
}

std::shared_ptr<const Catalog> CatalogCache::get(const TemplateFiles& files, const std::string& root, const std::function<std::vector<TemplateFolder>()>& folders, std::int64_t now_ms, bool fresh) {
  std::shared_ptr<const Known> known;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    known = known_;
    if (!fresh && known && now_ms - checked_ms_ < kFreshMs) return known->catalog;
  }
  const auto wanted = folders();
  if (!known || !same(*known, files, root, wanted)) {
    auto made = std::make_shared<Known>();
    made->root = root;
    made->folders = wanted;
    // The texts are read before they are parsed: a file that changes in between differs next time.
    TemplateFiles seen;
    seen.bytes = [&](const std::string& path) {
      const auto read = made->texts.find(path);
      return read != made->texts.end() ? read->second : made->texts[path] = files.bytes(path);
    };
    seen.info = [&](const std::string& path) {
      seen.bytes(path);
      return files.info(path);
    };
    seen.list = [&](const std::string& folder) { return made->lists[folder] = files.list(folder); };
    made->catalog = Catalog::load(seen, root, wanted);
    known = std::move(made);
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  known_ = known;
  checked_ms_ = now_ms;
  return known->catalog;
}

}  // namespace mif::reporting
