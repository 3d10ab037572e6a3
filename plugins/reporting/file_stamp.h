// SPDX-License-Identifier: Apache-2.0
// FileStamp: what the file system notes of a file or folder. While the note is the same, nobody has written there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace mif::reporting {

struct FileStamp {
  std::uint64_t device = 0, inode = 0;
  std::int64_t bytes = 0, written_ns = 0;
  std::int64_t changed_ns = 0;  // the system's own note: nobody can set it back, as a copied file's time of writing is
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

// How long a file must have been left alone: clocks of file systems go by steps, of up to two seconds, and two writes within one
// step leave the same note.
constexpr std::int64_t kSettleMs = 3000;

// Of what `place` leads to, links followed. Nothing when there is none, or it was changed less than `settle_ms` ago. [any-thread]
std::optional<FileStamp> settled_stamp(const std::string& place, std::int64_t settle_ms = kSettleMs);

}  // namespace mif::reporting
