// SPDX-License-Identifier: Apache-2.0
// Reads from the first byte on and never searches: each local header must be one our writer could have written, and the rest of the
// file must be the directory that follows from them. What a header says of sizes is checked before memory is taken for it.
#include <zlib.h>

#include <algorithm>
#include <set>

#include "mif/error.hpp"
#include "names.h"
#include "zip.h"

namespace mif::report_package {
namespace {

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, "数据包" + one_line(sentence)); }
[[noreturn]] void broken(std::size_t at, const std::string& what) {
  refuse("report-package.zip", "在第 " + std::to_string(at + 1) + " 字节处不合格式，请用原来的文件，不要重新压缩 (not as it was written): " + what);
}

std::size_t number(std::string_view bytes, std::size_t at, std::size_t n) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < n; ++i) value |= static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return value;
}

// A name that is safe to print.
std::string shown(std::string_view name) { return is_plain_path(name) ? std::string(name) : "(文件名含不可用的字符)"; }

std::string inflated(const zip::Header& h, std::string_view packed, std::size_t at) {
  z_stream stream = {};
  if (inflateInit2(&stream, -15) != Z_OK) throw Error(MIF_E_INTERNAL, "inflate is not available");
  std::string out(h.size + 1, '\0');  // one more than announced, to see whether there is more
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int state = inflate(&stream, Z_FINISH);
  const std::size_t got = stream.total_out, taken = stream.total_in;
  inflateEnd(&stream);
  if (got > h.size) refuse("report-package.bomb", "里的 " + shown(h.name) + " 展开后比所写的大，已损坏或是压缩炸弹，不予读取 (unpacks to more than it says)");
  if (state != Z_STREAM_END || got != h.size || taken != packed.size()) broken(at, shown(h.name) + " 的压缩内容损坏 (broken deflate)");
  out.resize(h.size);
  return out;
}

class Reader {
 public:
  Reader(std::string_view bytes, const Limits& limits) : bytes_(bytes), limits_(limits), room_(std::min(limits.unpacked_bytes, std::max<std::size_t>(16u << 20, bytes.size() * limits.ratio))) {}

  Unzipped read() {
    if (bytes_.size() > limits_.file_bytes) refuse("report-package.limit", "超过 " + std::to_string(limits_.file_bytes >> 20) + " MB，请分批上报 (the file is too large)");
    while (bytes_.substr(at_, 4) == zip::kLocal) entry();
    if (result_.entries.empty()) broken(at_, "不是数据包 (no package begins here)");
    directory();
    return std::move(result_);
  }

 private:
  void entry() {
    if (result_.entries.size() == limits_.entries) refuse("report-package.limit", "里的文件超过 " + std::to_string(limits_.entries) + " 个 (too many files)");
    if (bytes_.size() - at_ < zip::kLocalBytes) broken(at_, "文件被截断 (cut)");
    const std::size_t flags = number(bytes_, at_ + 6, 2), name_bytes = number(bytes_, at_ + 26, 2);
    if (name_bytes == 0 || name_bytes > limits_.name_bytes) refuse("report-package.name", "里有文件名超过 " + std::to_string(limits_.name_bytes) + " 字节或为空 (the name of a file is empty or too long)");
    if (bytes_.size() - at_ - zip::kLocalBytes < name_bytes) broken(at_, "文件被截断 (cut)");
    const zip::Header h{bytes_.substr(at_ + zip::kLocalBytes, name_bytes), static_cast<unsigned>(number(bytes_, at_ + 8, 2)), number(bytes_, at_ + 14, 4), number(bytes_, at_ + 18, 4), number(bytes_, at_ + 22, 4)};
    if (flags & 1) refuse("report-package.encrypted", "里的 " + shown(h.name) + " 加了密码，请去掉密码 (an encrypted file)");
    if (flags & 8) broken(at_, shown(h.name) + " 的长度写在后面 (a data descriptor)");
    if (h.packed == 0xFFFFFFFF || h.size == 0xFFFFFFFF) broken(at_, shown(h.name) + " 用了 zip64 (zip64)");
    if (h.method != 0 && h.method != 8) broken(at_, shown(h.name) + " 的压缩方法不认识 (an unknown compression)");
    name(h);
    const std::string header = zip::local(h);
    if (bytes_.substr(at_, header.size()) != header) broken(at_, shown(h.name) + " 的文件头与标准写法不同 (an unexpected local header)");
    if (h.size > limits_.entry_bytes || h.size > room_) {
      if (h.size > h.packed * limits_.ratio) refuse("report-package.bomb", "里的 " + shown(h.name) + " 展开后过大，像是压缩炸弹，不予读取 (unpacks to too much)");
      refuse("report-package.limit", "里的 " + shown(h.name) + " 太大，请分批上报 (a file is too large)");
    }
    room_ -= h.size;
    const std::size_t body = at_ + header.size();
    if (bytes_.size() - body < h.packed) broken(at_, shown(h.name) + " 被截断 (cut)");
    const std::string_view packed = bytes_.substr(body, h.packed);
    if (h.method == 0 && h.packed != h.size) broken(at_, shown(h.name) + " 的两个长度不同 (sizes differ)");
    Entry entry{std::string(h.name), h.method == 0 ? std::string(packed) : inflated(h, packed, at_)};
    if (crc32_z(0, reinterpret_cast<const Bytef*>(entry.bytes.data()), entry.bytes.size()) != h.crc)
      refuse("report-package.checksum", "里的 " + shown(h.name) + " 校验和不符，文件已损坏，请重新传送 (checksum mismatch)");
    directory_ += zip::central(h, at_);
    result_.last = at_;
    at_ = body + h.packed;
    result_.entries.push_back(std::move(entry));
  }

  void name(const zip::Header& h) {
    if (!is_plain_path(h.name)) refuse("report-package.name", "里第 " + std::to_string(result_.entries.size() + 1) + " 个文件的路径越界或含不可用的字符 (a path that leaves the package, or a name no file may have)");
    if (!seen_.insert(folded(h.name)).second) refuse("report-package.name", "里的 " + std::string(h.name) + " 出现两次，或只有大小写不同 (a name comes twice)");
  }

  void directory() {
    const std::string_view rest = bytes_.substr(at_);
    const std::string expected = directory_ + zip::end(result_.entries.size(), directory_.size(), at_);
    if (rest == expected) return;
    const auto differs = static_cast<std::size_t>(std::mismatch(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(std::min(rest.size(), expected.size())), expected.begin()).first - rest.begin());
    if (rest.size() <= differs) broken(at_ + differs, "文件被截断 (cut)");
    if (differs < directory_.size()) broken(at_ + differs, "中央目录与文件头不一致 (the directory is not that of the files)");
    broken(at_ + differs, differs < expected.size() ? "结尾不对 (the end record is not that of the files)" : "结尾之后还有内容 (bytes after the end)");
  }

  std::string_view bytes_;
  const Limits& limits_;
  std::size_t room_, at_ = 0;
  std::set<std::string> seen_;
  std::string directory_;
  Unzipped result_;
};

}  // namespace

Unzipped unzip(std::string_view bytes, const Limits& limits) { return Reader(bytes, limits).read(); }

}  // namespace mif::report_package
