// SPDX-License-Identifier: Apache-2.0
#include "disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "mif/error.hpp"

namespace mif::ferry {

namespace {

constexpr int kLockTries = 100;            // times
constexpr useconds_t kLockPause = 100000;  // 0.1 s

[[noreturn]] void failed(const char* what, const std::string& path) {
  throw Error(MIF_E_UNAVAILABLE, "ferry.disk", std::string("文件夹出错: ") + what + " " + path + ": " + std::strerror(errno) + ", 排除后重试, 没有丢失 (a folder failed; nothing is lost)");
}

class File {
 public:
  File(const std::string& path, int flags, mode_t mode = 0) : file_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (file_ >= 0) ::close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return file_; }
  bool open() const { return file_ >= 0; }

 private:
  int file_;
};

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

void sync_folder(const std::string& folder) {
  const File file(folder, O_RDONLY | O_DIRECTORY);
  if (!file.open() || fsync(file.get()) != 0) failed("fsync", folder);
}

void make(const std::string& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return;
  std::filesystem::create_directories(folder, error);
  if (!std::filesystem::is_directory(folder)) {
    errno = error.value();
    failed("mkdir", folder);
  }
  const std::string above = folder_of(folder);
  sync_folder(above);
}

}  // namespace

std::vector<FileInfo> RealDisk::list(const std::string& folder) {
  make(folder);
  DIR* dir = opendir(folder.c_str());
  if (!dir) failed("opendir", folder);
  std::vector<FileInfo> all;
  while (const dirent* entry = readdir(dir)) {
    const std::string name = entry->d_name;
    struct stat found {};
    if (name == "." || name == ".." || fstatat(dirfd(dir), entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0) continue;
    all.push_back({name, static_cast<std::uint64_t>(found.st_size), found.st_mtim.tv_sec * std::int64_t{1000} + found.st_mtim.tv_nsec / 1000000, S_ISREG(found.st_mode) != 0});
  }
  closedir(dir);
  std::sort(all.begin(), all.end(), [](const FileInfo& a, const FileInfo& b) { return a.name < b.name; });
  return all;
}

std::string RealDisk::read(const std::string& path, std::size_t most) {
  const File file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  struct stat found {};
  if (!file.open() || fstat(file.get(), &found) != 0) failed("open", path);
  if (!S_ISREG(found.st_mode) || static_cast<std::uint64_t>(found.st_size) > most) {
    errno = EFBIG;
    failed("read", path);
  }
  std::string bytes(static_cast<std::size_t>(found.st_size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) failed("read", path);
    if (n == 0) break;  // it became shorter meanwhile
    done += static_cast<std::size_t>(n);
  }
  bytes.resize(done);
  return bytes;
}

bool RealDisk::exists(const std::string& path) {
  struct stat found {};
  return lstat(path.c_str(), &found) == 0;
}

void RealDisk::write(const std::string& path, std::string_view bytes) {
  const std::string folder = folder_of(path), part = path + ".part";
  make(folder);
  bool good = false;
  int why = 0;
  {
    const File file(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0640);
    if (!file.open()) failed("open", part);
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t n = ::write(file.get(), bytes.data() + done, bytes.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      done += static_cast<std::size_t>(n);
    }
    good = done == bytes.size() && fsync(file.get()) == 0;
    why = errno;
  }
  if (!good || ::rename(part.c_str(), path.c_str()) != 0) {
    if (good) why = errno;
    ::unlink(part.c_str());
    errno = why;
    failed("write", path);
  }
  sync_folder(folder);
}

void RealDisk::remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return;
    failed("unlink", path);
  }
  sync_folder(folder_of(path));
}

std::shared_ptr<void> RealDisk::lock(const std::string& folder) {
  make(folder);
  auto file = std::make_shared<File>(folder + "/.lock", O_RDWR | O_CREAT | O_NOFOLLOW, 0640);
  if (!file->open()) failed("lock", folder);
  for (int i = 0; flock(file->get(), LOCK_EX | LOCK_NB) != 0; ++i) {
    if (errno != EINTR && (errno != EWOULDBLOCK || i == kLockTries)) failed("lock", folder);
    usleep(kLockPause);
  }
  return file;
}

}  // namespace mif::ferry
