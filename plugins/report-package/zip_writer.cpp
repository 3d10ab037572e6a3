// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include "mif/error.hpp"
#include "zip.h"

namespace mif::report_package {
namespace zip {
namespace {

std::string number(std::size_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

// From the version needed to the extra field's length: the same in both headers. Names are UTF-8 (bit 11), the day is 1980-01-01.
std::string common(const Header& h) {
  return number(20, 2) + number(0x0800, 2) + number(h.method, 2) + number(0, 2) + number(0x0021, 2) + number(h.crc, 4) + number(h.packed, 4) + number(h.size, 4) +
         number(h.name.size(), 2) + number(0, 2);
}

}  // namespace

std::string local(const Header& h) { return std::string(kLocal) + common(h) + std::string(h.name); }
std::string central(const Header& h, std::size_t at) {
  return std::string(kCentral) + number(20, 2) + common(h) + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 4) + number(at, 4) + std::string(h.name);
}
std::string end(std::size_t entries, std::size_t directory_bytes, std::size_t at) {
  return std::string(kEnd) + number(0, 2) + number(0, 2) + number(entries, 2) + number(entries, 2) + number(directory_bytes, 4) + number(at, 4) + number(0, 2);
}

std::string deflated(std::string_view bytes) {
  z_stream stream = {};
  if (deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw Error(MIF_E_INTERNAL, "deflate is not available");
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int state = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (state != Z_STREAM_END) throw Error(MIF_E_INTERNAL, "deflate failed");
  return out;
}

}  // namespace zip

Packed pack(const std::string& name, std::string_view bytes, bool stored, std::string& body) {
  if (bytes.size() > zip::kMostBytes) throw Error(MIF_E_INVALID, "report-package.limit", "数据包里的文件超过 4 GB，请分成几个 (a file is too large for a package): " + name);
  body = stored ? std::string() : zip::deflated(bytes);
  const bool shorter = !stored && body.size() < bytes.size();
  if (!shorter) body = bytes;
  return {name, shorter ? 8u : 0u, crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()), body.size(), bytes.size(), 0};
}

void ZipStream::put(std::string_view bytes) {
  digest_.add(bytes);
  at_ += bytes.size();
  out_(bytes);
}

void ZipStream::add(const Packed& file, std::string_view body) {
  if (at_ + file.packed + 1024 > zip::kMostBytes || count_ == zip::kMostEntries)
    throw Error(MIF_E_INVALID, "report-package.limit", "数据包超过 4 GB 或 65534 个文件，请分成几个包 (too large for one package): " + file.name);
  directory_ += zip::central(file.header(), at_);
  put(zip::local(file.header()));
  put(body);
  ++count_;
}

void ZipStream::finish() {
  const std::size_t at = at_;
  put(directory_);
  put(zip::end(count_, directory_.size(), at));
}

void ZipWriter::add(const std::string& name, std::string_view bytes, bool stored) {
  std::string body;
  const Packed file = pack(name, bytes, stored, body);
  stream_.add(file, body);
}

std::string ZipWriter::finish() {
  stream_.finish();
  return std::move(out_);
}

}  // namespace mif::report_package
