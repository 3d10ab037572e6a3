// SPDX-License-Identifier: Apache-2.0
#include "kernel/sheet/archive.h"

#include <Poco/Exception.h>
#include <Poco/MemoryStream.h>
#include <Poco/Zip/ZipArchive.h>
#include <Poco/Zip/ZipStream.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>

#include "kernel/base/text.h"
#include "kernel/sheet/unpacking.h"
#include "mif/error.hpp"

namespace mif::sheet {
namespace {

constexpr std::size_t kMostFiles = 2000;

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, sentence); }

std::string in_utf8(const std::string& name) {
  if (valid_utf8(name)) return name;
  try {
    return gb18030_to_utf8(name);
  } catch (const Error&) {
    refuse("archive.broken", "压缩包里有读不出名字的文件, 请改名后重新压缩 (a file name is in no known encoding)");
  }
}

bool left_behind(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.empty() || path.rfind("__MACOSX/", 0) == 0 || name.front() == '.' || name.rfind("~$", 0) == 0 || name == "Thumbs.db" || name == "desktop.ini";
}

}  // namespace

void read_files(std::string_view bytes, const FileSink& sink, const ReadLimits& limits) {
  if (bytes.substr(0, 2) != "PK") return sink("", bytes);
  if (bytes.size() > limits.file_bytes) refuse("sheet.too-large", "文件超过 " + std::to_string(limits.file_bytes >> 20) + " MB, 请拆成几个文件 (file too large)");
  Poco::MemoryInputStream stream(bytes.data(), bytes.size());
  std::unique_ptr<Poco::Zip::ZipArchive> archive;
  try {
    archive = std::make_unique<Poco::Zip::ZipArchive>(stream);
  } catch (const std::exception&) {
    refuse("archive.broken", "压缩包损坏或不完整, 请重新压缩 (broken or truncated archive)");
  }
  if (archive->findHeader("[Content_Types].xml") != archive->headerEnd() || archive->findHeader("xl/workbook.xml") != archive->headerEnd()) return sink("", bytes);
  // What the directory does not list, or lists and is not there, would be a report lost without a word.
  if (std::distance(archive->headerBegin(), archive->headerEnd()) != std::distance(archive->fileInfoBegin(), archive->fileInfoEnd()))
    refuse("archive.broken", "压缩包损坏, 目录与内容不符, 请重新压缩 (directory and files differ)");
  std::map<std::string, const Poco::Zip::ZipLocalFileHeader*> files;
  for (auto file = archive->headerBegin(); file != archive->headerEnd(); ++file) {
    const std::string name = in_utf8(file->first);
    if (leaves(name)) refuse("archive.broken", "压缩包里有越界的路径 (a path leaves the archive): " + name.substr(0, 80));
    if (left_behind(name)) continue;
    if (file->second.isEncrypted()) refuse("archive.protected", "压缩包加了密码, 请去掉密码后再导入 (encrypted archive)");
    if (!file->second.hasSupportedCompressionMethod()) refuse("archive.broken", "压缩包的压缩方法不认识, 请用普通 zip 重新压缩 (unknown compression): " + name);
    if (!files.emplace(name, &file->second).second) refuse("archive.broken", "压缩包里有两个同名的文件 (a file is there twice): " + name);
    if (files.size() > kMostFiles) refuse("sheet.too-large", "压缩包里超过 " + std::to_string(kMostFiles) + " 个文件, 请分几次导入 (too many files)");
  }
  if (files.empty()) refuse("archive.broken", "压缩包里没有文件 (the archive is empty)");
  const std::size_t limit = std::min(limits.unpacked_bytes, std::max<std::size_t>(16u << 20, bytes.size() * limits.ratio));
  std::size_t unpacked = 0;
  for (const auto& [name, header] : files) {
    std::string content;
    try {
      stream.clear();
      Poco::Zip::ZipInputStream unzipped(stream, *header);
      Metered metered(unzipped, unpacked, limit);
      std::istream in(&metered);
      char buffer[16384];
      while (in.read(buffer, sizeof buffer) || in.gcount() > 0) content.append(buffer, static_cast<std::size_t>(in.gcount()));
      if (metered.over()) refuse("sheet.too-large", "压缩包展开后过大, 像是压缩炸弹, 不予读取 (unpacks to more than " + std::to_string(limit >> 20) + " MB)");
      if (!unzipped.crcValid()) refuse("archive.broken", "压缩包损坏, 校验和不符 (checksum mismatch): " + name);
    } catch (const Poco::Exception& e) {
      refuse("archive.broken", "压缩包里的 " + name + " 损坏 (broken file): " + e.displayText());
    }
    sink(name, content);
  }
}

}  // namespace mif::sheet
