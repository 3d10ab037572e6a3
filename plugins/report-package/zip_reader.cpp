// SPDX-License-Identifier: Apache-2.0
// Reads from the first byte on and never searches: each local header must be one our writer could have written, and the rest of the
// file must be the directory that follows from them. What a header says of sizes is checked before memory is taken for it.
#include <zlib.h>

#include <algorithm>
#include <set>

#include "mif/error.hpp"
#include "names.h"
#include "source.h"
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

std::string megabytes(std::size_t bytes) { return std::to_string(bytes >> 20) + " MB"; }

class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, -15) != Z_OK) throw Error(MIF_E_INTERNAL, "inflate is not available");
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  z_stream* operator->() { return &stream_; }
  int go() { return inflate(&stream_, Z_NO_FLUSH); }

 private:
  z_stream stream_ = {};
};

// The bytes of one file of the archive, unpacked into `out` piece by piece; `raw` sees them as they stand there.
void unpack(const Source& archive, const Packed& file, const Sink& raw, const Sink& out) {
  const std::size_t header = file.at - zip::kLocalBytes - file.name.size();
  std::size_t size = 0;
  uLong crc = 0;
  const auto give = [&](std::string_view bytes) {
    size += bytes.size();
    if (size > file.size) refuse("report-package.bomb", "里的 " + shown(file.name) + " 展开后比所写的大，已损坏或是压缩炸弹，不予读取 (unpacks to more than it says)");
    crc = crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
    out(bytes);
  };
  if (file.method == 0) {
    archive.pieces(file.at, file.packed, [&](std::string_view piece) {
      if (raw) raw(piece);
      give(piece);
    });
  } else {
    Inflater stream;
    std::string room(std::min<std::size_t>(file.size + 1, 256u << 10), '\0');  // one more than announced, to see whether there is more
    int state = Z_OK;
    archive.pieces(file.at, file.packed, [&](std::string_view piece) {
      if (raw) raw(piece);
      stream->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
      stream->avail_in = static_cast<uInt>(piece.size());
      do {
        stream->next_out = reinterpret_cast<Bytef*>(room.data());
        stream->avail_out = static_cast<uInt>(room.size());
        // Whatever follows the end of the deflated data, and whatever cannot be inflated, is broken below.
        if (state == Z_OK) state = stream.go();
        if (state == Z_BUF_ERROR) state = Z_OK;  // it only wants more
        give(std::string_view(room).substr(0, room.size() - stream->avail_out));
      } while (state == Z_OK && (stream->avail_in > 0 || stream->avail_out == 0));
      if (state != Z_OK && stream->avail_in > 0) state = Z_DATA_ERROR;
    });
    if (state != Z_STREAM_END || size != file.size) broken(header, shown(file.name) + " 的压缩内容损坏 (broken deflate)");
  }
  if (crc != file.crc) refuse("report-package.checksum", "里的 " + shown(file.name) + " 校验和不符，文件已损坏，请重新传送 (checksum mismatch)");
}

// "units/330100/" of a path below it; "" of one that is in no unit's folder.
std::string_view folder_of(std::string_view path) {
  const auto slash = path.substr(0, 6) == "units/" ? path.find('/', 6) : std::string_view::npos;
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash + 1);
}

class Walk {
 public:
  Walk(const Source& archive, const Limits& limits, const std::function<void(std::size_t)>& seen)
      : archive_(archive), limits_(limits), seen_(seen), size_(archive.size()), room_(std::min(limits.unpacked_bytes, std::max<std::size_t>(16u << 20, size_ * limits.ratio))) {}

  ZipIndex all() {
    if (size_ > limits_.file_bytes) refuse("report-package.limit", "超过 " + megabytes(limits_.file_bytes) + "，请分批上报 (the file is too large)");
    while (size_ - at_ >= 4 && archive_.text(at_, 4) == zip::kLocal) {
      file();
      if (seen_) seen_(at_);
    }
    if (result_.files.empty()) broken(at_, "不是数据包 (no package begins here)");
    directory();
    result_.all = digest_.hex();
    return std::move(result_);
  }

 private:
  void file() {
    if (result_.files.size() == limits_.entries) refuse("report-package.limit", "里的文件超过 " + std::to_string(limits_.entries) + " 个 (too many files)");
    if (size_ - at_ < zip::kLocalBytes) broken(at_, "文件被截断 (cut)");
    std::string bytes = archive_.text(at_, zip::kLocalBytes);
    const std::size_t flags = number(bytes, 6, 2), name_bytes = number(bytes, 26, 2);
    if (name_bytes == 0 || name_bytes > limits_.name_bytes) refuse("report-package.name", "里有文件名超过 " + std::to_string(limits_.name_bytes) + " 字节或为空 (the name of a file is empty or too long)");
    if (size_ - at_ - zip::kLocalBytes < name_bytes) broken(at_, "文件被截断 (cut)");
    Packed f{archive_.text(at_ + zip::kLocalBytes, name_bytes), static_cast<unsigned>(number(bytes, 8, 2)), number(bytes, 14, 4), number(bytes, 18, 4), number(bytes, 22, 4), at_ + zip::kLocalBytes + name_bytes};
    if (flags & 1) refuse("report-package.encrypted", "里的 " + shown(f.name) + " 加了密码，请去掉密码 (an encrypted file)");
    if (flags & 8) broken(at_, shown(f.name) + " 的长度写在后面 (a data descriptor)");
    if (f.packed == 0xFFFFFFFF || f.size == 0xFFFFFFFF) broken(at_, shown(f.name) + " 用了 zip64 (zip64)");
    if (f.method != 0 && f.method != 8) broken(at_, shown(f.name) + " 的压缩方法不认识 (an unknown compression)");
    name(f.name);
    // Its extra field, if it has one, is not looked for: no header of ours has any.
    bytes += f.name;
    if (bytes != zip::local(f.header())) broken(at_, shown(f.name) + " 的文件头与标准写法不同 (an unexpected local header)");
    room_for(f);
    if (size_ - f.at < f.packed) broken(at_, shown(f.name) + " 被截断 (cut)");
    if (f.method == 0 && f.packed != f.size) broken(at_, shown(f.name) + " 的两个长度不同 (sizes differ)");
    result_.before_last = digest_.hex();
    digest_.add(bytes);
    unpack(archive_, f, [&](std::string_view piece) { digest_.add(piece); }, [](std::string_view) {});
    directory_ += zip::central(f.header(), at_);
    result_.last = at_;
    at_ = f.at + f.packed;
    result_.files.push_back(std::move(f));
  }

  void room_for(const Packed& f) {
    if (const auto folder = folder_of(f.name); folder != unit_) {
      unit_ = folder;
      unit_room_ = limits_.unit_bytes;
    }
    const bool fits = f.size <= limits_.entry_bytes && f.size <= unit_room_ && f.size <= room_;
    if (!fits && f.size > f.packed * limits_.ratio) refuse("report-package.bomb", "里的 " + shown(f.name) + " 展开后过大，像是压缩炸弹，不予读取 (unpacks to too much)");
    if (f.size > limits_.entry_bytes) refuse("report-package.limit", "里的 " + shown(f.name) + " 超过 " + megabytes(limits_.entry_bytes) + "，请分批上报 (a file is too large)");
    if (f.size > unit_room_) refuse("report-package.limit", "里的 " + shown(f.name) + " 使这个单位展开后超过 " + megabytes(limits_.unit_bytes) + "，请减少附件 (one unit unpacks to too much)");
    if (f.size > room_) refuse("report-package.limit", "里的 " + shown(f.name) + " 使整个包展开后超过 " + megabytes(limits_.unpacked_bytes) + " 或压缩比 " + std::to_string(limits_.ratio) + "，请分批上报 (the package unpacks to too much)");
    unit_room_ -= f.size;
    room_ -= f.size;
  }

  void name(const std::string& name) {
    if (!is_plain_path(name)) refuse("report-package.name", "里第 " + std::to_string(result_.files.size() + 1) + " 个文件的路径越界或含不可用的字符 (a path that leaves the package, or a name no file may have)");
    if (!names_.insert(folded(name)).second) refuse("report-package.name", "里的 " + name + " 出现两次，或只有大小写不同 (a name comes twice)");
  }

  void directory() {
    const std::string expected = directory_ + zip::end(result_.files.size(), directory_.size(), at_);
    std::size_t differs = 0;  // where the first difference is, from at_
    bool same = true;
    archive_.pieces(at_, size_ - at_, [&](std::string_view piece) {
      digest_.add(piece);
      if (!same) return;
      const std::string_view here = std::string_view(expected).substr(std::min(differs, expected.size()), piece.size());
      const auto n = static_cast<std::size_t>(std::mismatch(here.begin(), here.end(), piece.begin()).first - here.begin());
      same = n == piece.size();
      differs += n;
    });
    if (same && differs == expected.size()) return;
    if (same) broken(at_ + differs, "文件被截断 (cut)");
    if (differs < directory_.size()) broken(at_ + differs, "中央目录与文件头不一致 (the directory is not that of the files)");
    broken(at_ + differs, differs < expected.size() ? "结尾不对 (the end record is not that of the files)" : "结尾之后还有内容 (bytes after the end)");
  }

  const Source& archive_;
  const Limits& limits_;
  const std::function<void(std::size_t)>& seen_;
  const std::size_t size_;
  std::size_t room_, unit_room_ = 0, at_ = 0;
  std::string unit_ = "/";  // no folder yet
  std::set<std::string> names_;
  std::string directory_;
  Sha256 digest_;
  ZipIndex result_;
};

}  // namespace

ZipIndex index_of(const Source& archive, const Limits& limits, const std::function<void(std::size_t)>& seen) { return Walk(archive, limits, seen).all(); }

std::string content(const Source& archive, const Packed& file) {
  std::string bytes;
  bytes.reserve(file.size);
  unpack(archive, file, {}, [&](std::string_view piece) { bytes.append(piece); });
  return bytes;
}

}  // namespace mif::report_package
