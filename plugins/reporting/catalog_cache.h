// SPDX-License-Identifier: Apache-2.0
// CatalogCache: parsed templates, parsed again only when a file they were made from reads differently. A file is read again only
// where the file system cannot say that it was left alone since.
#pragma once

#include <mutex>

#include "catalog.h"
#include "file_stamp.h"

namespace mif::reporting {

// [any-thread]
class CatalogCache {
 public:
  explicit CatalogCache(std::int64_t settle_ms = kSettleMs) : settle_ms_(settle_ms) {}
  // fresh = look at the files now; otherwise what was seen within the last seconds will do.
  std::shared_ptr<const Catalog> get(const TemplateFiles& files, const std::string& root, const std::function<std::vector<TemplateFolder>()>& folders, std::int64_t now_ms, bool fresh);

 private:
  struct Seen {
    std::string path, place;  // place "" = on no disk
    bool folder = false;
    std::string text;                // of a file
    std::vector<std::string> names;  // of a folder
  };
  using Stamps = std::vector<std::optional<FileStamp>>;  // of everything seen, in its order; taken before it was read
  struct Known {
    std::shared_ptr<const Catalog> catalog;
    std::string root;
    std::vector<TemplateFolder> folders;
    std::vector<Seen> seen;
  };
  std::shared_ptr<const Known> load(const TemplateFiles& files, const std::string& root, const std::vector<TemplateFolder>& folders, Stamps& stamps) const;
  // Whether everything reads as it did; `stamps` are then those of now.
  bool same(const Known& known, const TemplateFiles& files, const std::string& root, const std::vector<TemplateFolder>& folders, Stamps& stamps) const;
  const std::int64_t settle_ms_;
  std::mutex mutex_;
  std::shared_ptr<const Known> known_;
  Stamps stamps_;
  std::int64_t checked_ms_ = 0;
};

}  // namespace mif::reporting
