// SPDX-License-Identifier: Apache-2.0
#include "spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "mif/error.hpp"

namespace mif {

namespace {

constexpr std::size_t kTail = 2u << 20, kWindow = 512u << 10;

[[noreturn]] void fail() { throw Error(MIF_E_UNAVAILABLE, "spool.unwritable", std::string("临时文件读写不了，请核对磁盘空间 (cannot use a temporary file): ") + std::strerror(errno)); }

int nameless_file() {
  const char* folder = std::getenv("TMPDIR");
  const std::string place = folder && *folder ? folder : "/var/tmp";  // on a disk, where /tmp may be memory
  int file = open(place.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  std::string name = place + "/mif-spool-XXXXXX";
  file = mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) fail();
  unlink(name.c_str());
  return file;
}

}  // namespace

Spool::~Spool() {
  if (file_ >= 0) close(file_);
}

std::uint64_t Spool::append(std::string_view record) {
  const std::uint64_t place = size_, n = record.size();
  tail_.append(reinterpret_cast<const char*>(&n), sizeof n);
  tail_.append(record);
  size_ += sizeof n + n;
  if (tail_.size() >= kTail) flush();
  return place;
}

void Spool::flush() {
  if (file_ < 0) file_ = nameless_file();
  for (std::size_t done = 0; done < tail_.size();) {
    const ssize_t n = pwrite(file_, tail_.data() + done, tail_.size() - done, static_cast<off_t>(written_ + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail();
    done += static_cast<std::size_t>(n);
  }
  written_ += tail_.size();
  tail_.clear();
}

std::string_view Spool::bytes(std::uint64_t from, std::uint64_t n) {
  if (from >= written_) return std::string_view(tail_).substr(from - written_, n);
  if (from < window_at_ || from + n > window_at_ + window_.size()) {
    // Most go on from the last one, forwards or backwards; half a window on either side serves both.
    const bool back = from < window_at_;
    window_at_ = back ? (from > kWindow / 2 ? from - kWindow / 2 : 0) : from;
    window_.resize(std::min<std::uint64_t>(std::max<std::uint64_t>(kWindow, from - window_at_ + n), written_ - window_at_));
    for (std::size_t done = 0; done < window_.size();) {
      const ssize_t got = pread(file_, window_.data() + done, window_.size() - done, static_cast<off_t>(window_at_ + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) fail();
      done += static_cast<std::size_t>(got);
    }
  }
  return std::string_view(window_).substr(from - window_at_, n);
}

std::string_view Spool::at(std::uint64_t place) {
  std::uint64_t n = 0;
  bytes(place, sizeof n).copy(reinterpret_cast<char*>(&n), sizeof n);
  return bytes(place + sizeof n, n);
}

}  // namespace mif
