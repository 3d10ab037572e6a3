// SPDX-License-Identifier: Apache-2.0
// The one form of ZIP that packages have: names in order, dates fixed, no extra field, no comment, no descriptor; stored or deflated
// at one level. The reader takes this form and no other, so every byte of a file has one meaning. Neither side holds more than one
// file of it in memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "digests.h"
#include "package.h"

namespace mif::report_package {

struct Entry {
  std::string name, bytes;
};

namespace zip {
inline constexpr std::string_view kLocal = "PK\x03\x04", kCentral = "PK\x01\x02", kEnd = "PK\x05\x06";
inline constexpr std::size_t kLocalBytes = 30, kMostBytes = 0xFFFFFFFE, kMostEntries = 65534;
struct Header {
  std::string_view name;
  unsigned method = 0;  // 0 stored, 8 deflated
  std::size_t crc = 0, packed = 0, size = 0;
};
// The parts both sides write. Numbers are little-endian.
std::string local(const Header& header);
std::string central(const Header& header, std::size_t at);
std::string end(std::size_t entries, std::size_t directory_bytes, std::size_t at);
std::string deflated(std::string_view bytes);
}  // namespace zip

// A file of an archive.
struct Packed {
  std::string name;
  unsigned method = 0;
  std::size_t crc = 0, packed = 0, size = 0, at = 0;  // at: where its packed bytes are
  zip::Header header() const { return {name, method, crc, packed, size}; }
};
// Deflated into `body`, or stored when that is not longer or when asked for.
Packed pack(const std::string& name, std::string_view bytes, bool stored, std::string& body);

// Writes an archive to wherever its bytes go.
class ZipStream {
 public:
  explicit ZipStream(Sink out) : out_(std::move(out)) {}
  void add(const Packed& file, std::string_view body);
  std::string digest() const { return digest_.hex(); }  // SHA-256 of all that is written
  void finish();

 private:
  void put(std::string_view bytes);

  Sink out_;
  Sha256 digest_;
  std::string directory_;
  std::size_t at_ = 0, count_ = 0;
};

// The same into one text.
class ZipWriter {
 public:
  ZipWriter() = default;
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;
  void add(const std::string& name, std::string_view bytes, bool stored = false);
  const std::string& so_far() const { return out_; }
  std::string digest() const { return stream_.digest(); }
  std::string finish();

 private:
  std::string out_;
  ZipStream stream_{[this](std::string_view bytes) { out_.append(bytes); }};
};

// What an archive holds, once every byte of it was looked at.
struct ZipIndex {
  std::vector<Packed> files;    // in the order of the archive, which is that of their names but for the last
  std::size_t last = 0;          // where the last one's header begins
  std::string before_last, all;  // SHA-256 of the bytes before it, and of the archive
};
// Goes over the archive from the first byte to the last and keeps none of its content. `seen` is told how far it is, in bytes.
// Throws MIF_E_INVALID report-package.zip, .limit, .bomb, .name, .encrypted, .checksum.
ZipIndex index_of(const Source& archive, const Limits& limits, const std::function<void(std::size_t)>& seen = {});
// One file of it, unpacked; as long as its index says or refused.
std::string content(const Source& archive, const Packed& file);

}  // namespace mif::report_package
