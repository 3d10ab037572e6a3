// SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/object_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "kernel/base/random.h"
#include "kernel/base/text.h"
#include "mif/error.hpp"

namespace mif::objects {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
  throw Error(MIF_E_INTERNAL, what + " " + path.string() + ": " + std::strerror(errno));
}

void sync_folder(const fs::path& folder) {
  const int directory = open(folder.c_str(), O_RDONLY | O_DIRECTORY);
  if (directory < 0) fail("打不开文件夹 (cannot open folder)", folder);
  const int result = fsync(directory);
  close(directory);
  if (result != 0) fail("落不了盘 (cannot sync folder)", folder);
}

void make_folder(const fs::path& folder) {
  if (fs::is_directory(folder)) return;
  if (folder.has_parent_path() && folder.parent_path() != folder) make_folder(folder.parent_path());
  if (mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) fail("建不了文件夹 (cannot make folder)", folder);
  sync_folder(folder.has_parent_path() ? folder.parent_path() : fs::path("."));
}

// A file that becomes an object or nothing. Writers of the same object must not meet in one temporary file: its name is random.
class Draft {
 public:
  explicit Draft(const fs::path& beside) : path_(beside.string() + ".tmp-" + random_hex(8)), file_(open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0444)) {
    if (file_ < 0) fail("写不了对象 (cannot write object)", path_);
  }
  ~Draft() {
    if (file_ >= 0) close(file_);
    if (!kept_) unlink(path_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  void add(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = write(file_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) fail("写不了对象 (cannot write object)", path_);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  void keep(const fs::path& path) {
    if (fsync(file_) != 0 || rename(path_.c_str(), path.c_str()) != 0) fail("写不了对象 (cannot write object)", path);
    kept_ = true;
    sync_folder(path.parent_path());
  }

 private:
  fs::path path_;
  int file_;
  bool kept_ = false;
};

Digest hash_of_file(HashAlg alg, const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  Hasher hasher(alg);
  std::string room(1u << 20, '\0');
  while (file.read(room.data(), static_cast<std::streamsize>(room.size())) || file.gcount() > 0) hasher.update(std::string_view(room).substr(0, static_cast<std::size_t>(file.gcount())));
  return hasher.finish();
}

fs::path path_of(const std::string& folder, std::string_view digest_hex) {
  digest_from_hex(digest_hex);  // nothing but hex digits ever becomes a path
  return fs::path(folder) / digest_hex.substr(0, 2) / digest_hex.substr(2);
}

}  // namespace

ObjectStore::ObjectStore(std::string folder, HashAlg alg) : folder_(std::move(folder)), alg_(alg) {}

std::string ObjectStore::put(std::string_view bytes) {
  const std::string digest = to_hex(hash(alg_, bytes));
  const fs::path path = path_of(folder_, digest);
  // A damaged file is replaced: who puts the bytes again holds the right ones.
  if (fs::exists(path) && hash(alg_, read_file(path.string())) == digest_from_hex(digest)) return digest;
  make_folder(path.parent_path());
  Draft draft(path);
  draft.add(bytes);
  draft.keep(path);
  return digest;
}

std::string ObjectStore::put_from(const std::function<std::size_t(char* room, std::size_t most)>& read) {
  make_folder(folder_);
  Draft draft(fs::path(folder_) / "incoming");
  Hasher hasher(alg_);
  std::string room(1u << 20, '\0');
  while (const std::size_t n = read(room.data(), room.size())) {
    const auto piece = std::string_view(room).substr(0, n);
    hasher.update(piece);
    draft.add(piece);
  }
  const Digest wanted = hasher.finish();
  const std::string digest = to_hex(wanted);
  const fs::path path = path_of(folder_, digest);
  if (fs::exists(path) && hash_of_file(alg_, path) == wanted) return digest;
  make_folder(path.parent_path());
  draft.keep(path);
  return digest;
}

std::string ObjectStore::get(std::string_view digest_hex) const {
  const fs::path path = path_of(folder_, digest_hex);
  if (!fs::exists(path)) throw Error(MIF_E_NOT_FOUND, "object.not-found", "没有这个对象 (no such object) " + std::string(digest_hex));
  std::string bytes = read_file(path.string());
  if (to_hex(hash(alg_, bytes)) != digest_hex)
    throw Error(MIF_E_INTERNAL, "对象内容与摘要不符, 请从备份恢复 (the stored bytes do not match the digest, restore from backup): " + std::string(digest_hex));
  return bytes;
}

bool ObjectStore::has(std::string_view digest_hex) const { return fs::exists(path_of(folder_, digest_hex)); }

}  // namespace mif::objects
