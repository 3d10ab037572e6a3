// SPDX-License-Identifier: Apache-2.0
// The one form of ZIP that packages have: names in order, dates fixed, no extra field, no comment, no descriptor; stored or deflated
// at one level. The reader takes this form and no other, so every byte of a file has one meaning.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "package.h"

namespace mif::report_package {

struct Entry {
  std::string name, bytes;
};

class ZipWriter {
 public:
  // Stored when that is not longer, or when asked for.
  void add(const std::string& name, std::string_view bytes, bool stored = false);
  const std::string& so_far() const { return out_; }
  std::string finish();

 private:
  std::string out_, directory_;
  std::size_t count_ = 0;
};

struct Unzipped {
  std::vector<Entry> entries;  // in the order of the file
  std::size_t last = 0;        // where the last entry begins
};
// Throws MIF_E_INVALID report-package.zip, .limit, .bomb, .name, .encrypted, .checksum.
Unzipped unzip(std::string_view bytes, const Limits& limits);

// The parts both sides write. Numbers are little-endian.
namespace zip {
inline constexpr std::string_view kLocal = "PK\x03\x04", kCentral = "PK\x01\x02", kEnd = "PK\x05\x06";
inline constexpr std::size_t kLocalBytes = 30, kMostBytes = 0xFFFFFFFE, kMostEntries = 65534;
struct Header {
  std::string_view name;
  unsigned method = 0;  // 0 stored, 8 deflated
  std::size_t crc = 0, packed = 0, size = 0;
};
std::string local(const Header& header);
std::string central(const Header& header, std::size_t at);
std::string end(std::size_t entries, std::size_t directory_bytes, std::size_t at);
std::string deflated(std::string_view bytes);
}  // namespace zip

}  // namespace mif::report_package
