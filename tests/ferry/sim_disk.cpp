// SPDX-License-Identifier: Apache-2.0
#include "sim_disk.h"

#include "mif/error.hpp"

namespace mif::ferry::testing {

namespace {

[[noreturn]] void failed(const std::string& what) { throw Error(MIF_E_UNAVAILABLE, "ferry.disk", what); }

}  // namespace

// A directory entry that was not synced yet may be there after the crash, or not.
void SimDisk::step(const std::function<void()>& undo) {
  if (steps_ == 0 || --steps_ > 0) return;
  if (undo && random_() % 2) undo();
  throw Crash{};
}

std::vector<FileInfo> SimDisk::list(const std::string& folder) {
  step();
  std::vector<FileInfo> all;
  const std::string prefix = folder + "/";
  for (auto at = files_.lower_bound(prefix); at != files_.end() && at->first.compare(0, prefix.size(), prefix) == 0; ++at)
    if (at->first.find('/', prefix.size()) == std::string::npos) all.push_back({at->first.substr(prefix.size()), at->second.bytes.size(), at->second.changed_ms, true});
  return all;
}

std::string SimDisk::read(const std::string& path, std::size_t most) {
  step();
  const auto found = files_.find(path);
  if (found == files_.end() || found->second.bytes.size() > most) failed(path);
  return found->second.bytes;
}

void SimDisk::write(const std::string& path, std::string_view bytes) {
  step();
  const std::string part = path + ".part";
  files_[part] = {std::string(bytes.substr(0, bytes.size() / 2)), now_ms_};
  step();
  if (full || (full_at_ > 0 && --full_at_ == 0)) {
    files_.erase(part);
    failed("disk full: " + path);
  }
  files_[part] = {std::string(bytes), now_ms_};
  step();
  const auto before = files_.find(path);
  const bool had = before != files_.end();
  const File old = had ? before->second : File();
  files_[path] = {std::string(bytes), now_ms_};
  files_.erase(part);
  ++written;
  step([&] {
    if (had) files_[path] = old;
    else files_.erase(path);
  });
}

void SimDisk::remove(const std::string& path) {
  step();
  const auto found = files_.find(path);
  if (found == files_.end()) return;
  const File old = found->second;
  files_.erase(found);
  step([&] { files_[path] = old; });
}

}  // namespace mif::ferry::testing
