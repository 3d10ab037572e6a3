// SPDX-License-Identifier: Apache-2.0
// A gathered data package of a whole province, written and read, each in a process of its own so that its memory is its own; beside
// it plain zlib and OpenSSL over the same bytes. Seconds are those of the processor: what a busy machine does not change.
//   package_bench write FILE UNITS TABLES   "written S peak MB packed BYTES unpacked BYTES"
//   package_bench read FILE                 "read S peak MB units N": the import gate, every unit understood
//   package_bench plain FILE                "deflate S inflate S": every file of it packed, or unpacked, and digested by SHA-256 and SM3
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/resource.h>
#include <time.h>
#include <zlib.h>

#include <fstream>

#include "mif/error.hpp"
#include "report-package/zip.h"
#include "tests/report-package/wide_set.h"

namespace mif::bench {
namespace {

namespace rp = report_package;

class Processor {
 public:
  double seconds() const { return now() - start_; }

 private:
  static double now() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
  }
  double start_ = now();
};

long peak() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss / 1024;
}

int write(const std::string& path, int units, int tables) {
  double taken = 0;
  rp::GatheringWriter writer;
  for (int u = 0; u < units; ++u) {
    rp::ReportSet set = rp::testing::wide_set(std::to_string(370000 + u), tables);
    const Processor watch;
    writer.add(set);
    taken += watch.seconds();
  }
  rp::Gathering top;
  top.tool = "bench";
  top.created = "2024-01-09T00:00:00Z";
  std::ofstream out(path, std::ios::binary);
  std::size_t packed = 0;
  const Processor watch;
  writer.finish(top, {}, [&](std::string_view piece) {
    out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    packed += piece.size();
  });
  out.close();
  taken += watch.seconds();
  const long most = peak();  // before the index is made for the count
  std::size_t unpacked = 0;
  const rp::FileSource file(path);
  for (const auto& f : rp::index_of(file, {}).files) unpacked += f.size;
  fmt::print("written {:.6f} peak {} packed {} unpacked {}\n", taken, most, packed, unpacked);
  return out ? 0 : 1;
}

int read(const std::string& path) {
  rp::Limits limits;
  limits.unsigned_too = true;
  const rp::FileSource file(path);
  const Processor watch;
  const rp::PackageReader reader(file, {}, limits);
  fmt::print("read {:.6f} peak {} units {}\n", watch.seconds(), peak(), reader.units().size());
  return 0;
}

void digested(const std::string& bytes) {
  unsigned char raw[EVP_MAX_MD_SIZE];
  for (const EVP_MD* method : {EVP_sha256(), EVP_sm3()})
    if (EVP_Digest(bytes.data(), bytes.size(), raw, nullptr, method, nullptr) != 1) throw Error(MIF_E_INTERNAL, "a digest failed");
}

int plain(const std::string& path) {
  const rp::FileSource file(path);
  double out = 0, in = 0;
  for (const auto& f : rp::index_of(file, {}).files) {
    const std::string bytes = rp::content(file, f), packed = file.text(f.at, f.packed);
    std::string room(std::max<std::size_t>(bytes.size(), 1), '\0');
    {
      const Processor watch;
      if (f.method == 8) {
        z_stream z = {};
        inflateInit2(&z, -15);
        z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
        z.avail_in = static_cast<uInt>(packed.size());
        z.next_out = reinterpret_cast<Bytef*>(room.data());
        z.avail_out = static_cast<uInt>(room.size());
        if (inflate(&z, Z_FINISH) != Z_STREAM_END) throw Error(MIF_E_INTERNAL, "inflate failed");
        inflateEnd(&z);
      }
      digested(bytes);
      in += watch.seconds();
    }
    const Processor watch;
    uLongf n = compressBound(bytes.size());
    room.resize(n);
    if (compress2(reinterpret_cast<Bytef*>(room.data()), &n, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), 6) != Z_OK) throw Error(MIF_E_INTERNAL, "deflate failed");
    digested(bytes);
    out += watch.seconds();
  }
  fmt::print("deflate {:.6f} inflate {:.6f}\n", out, in);
  return 0;
}

}  // namespace
}  // namespace mif::bench

int main(int argc, char** argv) {
  using namespace mif::bench;
  const std::vector<std::string> a(argv + 1, argv + argc);
  try {
    if (a.size() == 4 && a[0] == "write") return write(a[1], std::stoi(a[2]), std::stoi(a[3]));
    if (a.size() == 2 && a[0] == "read") return read(a[1]);
    if (a.size() == 2 && a[0] == "plain") return plain(a[1]);
  } catch (const std::exception& e) {
    fmt::print(stderr, "package_bench: {}\n", e.what());
    return 1;
  }
  fmt::print(stderr, "usage: see the head of package_bench.cpp\n");
  return 2;
}
