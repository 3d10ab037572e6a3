// SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/object_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

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

// Writers of the same object must not meet in one temporary file: its name is random.
void write_durably(const fs::path& path, std::string_view bytes) {
  const fs::path temporary = path.string() + ".tmp-" + random_hex(8);
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0444);
  if (file < 0) fail("写不了对象 (cannot write object)", temporary);
  bool ok = true;
  while (ok && !bytes.empty()) {
    const ssize_t n = write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    ok = n > 0;
    if (ok) bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  ok = ok && fsync(file) == 0;
  int reason = errno;
  close(file);
  if (ok && rename(temporary.c_str(), path.c_str()) != 0) {
    ok = false;
    reason = errno;
  }
  if (!ok) {
    unlink(temporary.c_str());
    errno = reason;
    fail("写不了对象 (cannot write object)", path);
  }
  sync_folder(path.parent_path());
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
  write_durably(path, bytes);
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
