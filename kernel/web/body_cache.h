// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>

namespace mif::web {

// Ready answers by name, each valid for one version of what it shows. A reader with another version builds it anew.
// [any-thread]
class BodyCache {
 public:
  explicit BodyCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  std::shared_ptr<const std::string> find(const std::string& name, const std::string& version) const {
    std::shared_lock lock(mutex_);
    const auto found = kept_.find(name);
    return found != kept_.end() && found->second.version == version ? found->second.body : nullptr;
  }
  void keep(const std::string& name, const std::string& version, std::shared_ptr<const std::string> body) {
    std::unique_lock lock(mutex_);
    auto& entry = kept_[name];
    if (entry.body) bytes_ -= entry.body->size();
    bytes_ += body->size();
    entry = {version, std::move(body)};
    if (bytes_ <= most_bytes_) return;
    kept_.clear();  // rare, and rebuilding is cheap
    bytes_ = 0;
  }

 private:
  struct Kept {
    std::string version;
    std::shared_ptr<const std::string> body;
  };
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, Kept> kept_;
  std::size_t most_bytes_, bytes_ = 0;
};

}  // namespace mif::web
