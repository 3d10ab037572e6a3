// SPDX-License-Identifier: Apache-2.0
#include "file_stamp.h"

#include <sys/stat.h>

#include <chrono>

namespace mif::reporting {
namespace {

std::int64_t nanoseconds(const timespec& t) { return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec; }

}  // namespace

std::optional<FileStamp> settled_stamp(const std::string& place, std::int64_t settle_ms) {
  // The clock of the machine, which the file system goes by too; the host's may be another in a rehearsal.
  const std::int64_t now = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  struct stat about {};
  if (place.empty() || ::stat(place.c_str(), &about) != 0) return std::nullopt;
  const FileStamp stamp{about.st_dev, about.st_ino, about.st_size, nanoseconds(about.st_mtim), nanoseconds(about.st_ctim)};
  if (now - stamp.changed_ns < settle_ms * 1'000'000) return std::nullopt;
  return stamp;
}

}  // namespace mif::reporting
