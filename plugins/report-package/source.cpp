// SPDX-License-Identifier: Apache-2.0
#include "source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "mif/error.hpp"

namespace mif::report_package {
namespace {

constexpr std::size_t kPiece = 256u << 10;

}  // namespace

std::string Source::text(std::size_t at, std::size_t n) const {
  std::string bytes(n, '\0');
  read(at, bytes.data(), n);
  return bytes;
}

void Source::pieces(std::size_t at, std::size_t n, const std::function<void(std::string_view)>& each) const {
  std::string room(std::min(n, kPiece), '\0');
  while (n > 0) {
    const std::size_t take = std::min(n, room.size());
    read(at, room.data(), take);
    each(std::string_view(room).substr(0, take));
    at += take;
    n -= take;
  }
}

FileSource::FileSource(const std::string& path) : file_(open(path.c_str(), O_RDONLY | O_CLOEXEC)), path_(path) {
  struct stat told = {};
  if (file_ >= 0 && fstat(file_, &told) == 0 && S_ISREG(told.st_mode)) {
    size_ = static_cast<std::size_t>(told.st_size);
    return;
  }
  if (file_ >= 0) close(file_);
  throw Error(MIF_E_INVALID, "report-package.unreadable", "读不了数据包文件，请检查路径和权限 (cannot read the file, look at the path and the permissions): " + path);
}

FileSource::~FileSource() { close(file_); }

void FileSource::read(std::size_t at, char* room, std::size_t n) const {
  while (n > 0) {
    const ssize_t got = pread(file_, room, n, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw Error(MIF_E_INVALID, "report-package.unreadable", "数据包文件读到一半读不下去了，请重试 (the file ended or failed while it was read): " + path_);
    room += got;
    at += static_cast<std::size_t>(got);
    n -= static_cast<std::size_t>(got);
  }
}

}  // namespace mif::report_package
