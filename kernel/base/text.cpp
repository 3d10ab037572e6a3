// SPDX-License-Identifier: Apache-2.0
#include "kernel/base/text.h"

#include <fcntl.h>
#include <iconv.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "mif/error.hpp"

namespace mif {
namespace {

std::string convert(const char* to, const char* from, std::string_view bytes) {
  iconv_t handle = iconv_open(to, from);
  if (handle == reinterpret_cast<iconv_t>(-1)) throw Error(MIF_E_INTERNAL, std::string("iconv lacks ") + from + " to " + to);
  std::string out(bytes.size() * 4 + 16, '\0');
  char* in_at = const_cast<char*>(bytes.data());
  char* out_at = out.data();
  std::size_t in_left = bytes.size(), out_left = out.size();
  const std::size_t result = iconv(handle, &in_at, &in_left, &out_at, &out_left);
  iconv_close(handle);
  if (result == static_cast<std::size_t>(-1))
    throw Error(MIF_E_INVALID, "text.encoding", std::string("第 ") + std::to_string(bytes.size() - in_left) + " 字节不是 " + from + " 文字 (invalid byte)");
  out.resize(out.size() - out_left);
  return out;
}

}  // namespace

bool valid_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead == 0) return false;
    if (lead < 0x80) {
      ++i;
      // Eight at a time, as long as all of them are ASCII and none is zero.
      for (std::uint64_t eight = 0; i + sizeof eight <= text.size(); i += sizeof eight) {
        std::memcpy(&eight, text.data() + i, sizeof eight);
        if (((eight | (eight - 0x0101010101010101U)) & 0x8080808080808080U) != 0) break;
      }
      continue;
    }
    const int extra = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
    if (extra == 0 || lead > 0xF4) return false;
    std::uint32_t code = lead & (0x3F >> extra);
    for (int k = 1; k <= extra; ++k) {
      if (i + static_cast<std::size_t>(k) >= text.size()) return false;
      const auto next = static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]);
      if ((next & 0xC0) != 0x80) return false;
      code = code << 6 | (next & 0x3F);
    }
    if ((extra == 2 && code < 0x800) || (extra == 3 && code < 0x10000) || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    i += static_cast<std::size_t>(extra) + 1;
  }
  return true;
}

std::string gb18030_to_utf8(std::string_view bytes) { return convert("UTF-8", "GB18030", bytes); }
std::string utf8_to_gb18030(std::string_view text) { return convert("GB18030", "UTF-8", text); }

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path)) throw Error(MIF_E_NOT_FOUND, "file.unreadable", "读不到文件 (cannot read file) " + path);
  std::ostringstream all;
  all << in.rdbuf();
  return std::move(all).str();
}

void write_file_durably(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".tmp" + std::to_string(getpid());
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const auto give_up = [&](const char* what) {
    const std::string reason = std::strerror(errno);
    if (file >= 0) close(file);
    unlink(temporary.c_str());
    throw Error(MIF_E_INTERNAL, std::string(what) + " " + path + ": " + reason);
  };
  if (file < 0) give_up("写不了文件 (cannot write)");
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0) give_up("写不了文件 (cannot write)");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (fsync(file) != 0) give_up("落不了盘 (cannot sync)");
  close(file);
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    const std::string reason = std::strerror(errno);
    unlink(temporary.c_str());
    throw Error(MIF_E_INTERNAL, "改不了名 (cannot rename to) " + path + ": " + reason);
  }
  // The rename itself is durable only once the folder is.
  const auto folder = std::filesystem::path(path).parent_path().string();
  const int directory = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY);
  if (directory >= 0) {
    fsync(directory);
    close(directory);
  }
}

}  // namespace mif
