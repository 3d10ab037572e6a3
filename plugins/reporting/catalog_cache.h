// SPDX-License-Identifier: Apache-2.0
// CatalogCache: parsed templates, parsed again only when a file they were made from reads differently.
#pragma once

#include <map>
#include <mutex>

#include "catalog.h"

namespace mif::reporting {

// [any-thread]
class CatalogCache {
 public:
  // fresh = read the files now; otherwise what was read within the last seconds will do.
  std::shared_ptr<const Catalog> get(const TemplateFiles& files, const std::string& root, const std::function<std::vector<TemplateFolder>()>& folders, std::int64_t now_ms, bool fresh);

 private:
  struct Known {
    std::shared_ptr<const Catalog> catalog;
    std::string root;
    std::vector<TemplateFolder> folders;
    std::map<std::string, std::string> texts;                // file -> its bytes
    std::map<std::string, std::vector<std::string>> lists;   // folder -> its files
  };
  static bool same(const Known& known, const TemplateFiles& files, const std::string& root, const std::vector<TemplateFolder>& folders);
  std::mutex mutex_;
  std::shared_ptr<const Known> known_;
  std::int64_t checked_ms_ = 0;
};

}  // namespace mif::reporting
