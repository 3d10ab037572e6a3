// SPDX-License-Identifier: Apache-2.0
// The host's two memories on disk: what is installed, and who is in quarantine. Small INFO files, replaced whole.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mif::plugin {

struct Installed {
  std::string id, version, digest, previous;  // previous: digest of the version before, for going back
  std::int64_t at_ms = 0;
};
std::vector<Installed> read_installed(const std::string& state_folder);
void write_installed(const std::string& state_folder, const std::vector<Installed>& all);

struct QuarantineEntry {
  std::string reason;
  std::int64_t since_ms = 0;
};
using QuarantineList = std::map<std::string, QuarantineEntry, std::less<>>;
QuarantineList read_quarantine(const std::string& state_folder);
void write_quarantine(const std::string& state_folder, const QuarantineList& all);

// Serializes changes of these files between processes: holds a lock on <state>/lock. [any-thread]
class StateLock {
 public:
  explicit StateLock(const std::string& state_folder);
  ~StateLock();
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace mif::plugin
