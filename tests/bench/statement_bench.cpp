// SPDX-License-Identifier: Apache-2.0
// statement_bench mt940|bai2|ofx LINES: writes a file of so many lines in a temporary directory, reads it once, prints lines/s.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "bai2.h"
#include "mt940.h"
#include "ofx.h"

namespace {

namespace fs = std::filesystem;

// Writes at least `lines` lines; how many entries they hold.
long write(std::FILE* out, const std::string& format, long lines) {
  long entries = 0, n = 0;
  if (format == "mt940") {
    std::fputs(":20:BENCH\n:25:DE00000000000000000001\n:28C:1/1\n:60F:C240101CNY0,\n", out);
    for (n = 5; n < lines; n += 4, ++entries)
      std::fprintf(out, ":61:2401020102%c%ld,%02ldNTRFYB%010ld//BANK%010ld\n:86:166?00TRANSFER?109075?20EREF+YB%010ld?21SVWZ+settlement %ld of\n January?30BANKCNBJ?31622202000000%06ld?32Example hospital nu\nmber %ld\n",
                   entries % 3 ? 'D' : 'C', 100 + entries % 9000, entries % 100, entries, entries, entries, entries, entries % 1000000, entries % 1000);
    std::fputs(":62F:C240102CNY0,\n", out);
  } else if (format == "bai2") {
    std::fputs("01,BANK,FUND,240102,0000,1,,,2/\n02,FUND,BANK,1,240102,,CNY,2/\n03,622202000000000001,CNY,010,0,,,015,0,,/\n", out);
    for (n = 6; n < lines; n += 2, ++entries) std::fprintf(out, "16,%d,%ld,,BANK%010ld,YB%010ld,TRANSFER/\n88,settlement %ld of January, Example hospital\n", entries % 3 ? 475 : 195, 10000 + entries % 900000, entries, entries, entries);
    std::fputs("49,,/\n98,,1/\n99,,1/\n", out);
  } else {
    std::fputs("OFXHEADER:100\nDATA:OFXSGML\nENCODING:UTF-8\n\n<OFX>\n<BANKMSGSRSV1>\n<STMTTRNRS>\n<STMTRS>\n<CURDEF>CNY\n<BANKACCTFROM>\n<ACCTID>622202000000000001\n</BANKACCTFROM>\n<BANKTRANLIST>\n", out);
    for (n = 19; n < lines; n += 8, ++entries)
      std::fprintf(out, "<STMTTRN>\n<TRNTYPE>DEBIT\n<DTPOSTED>20240102\n<TRNAMT>-%ld.%02ld\n<FITID>BANK%010ld\n<NAME>Example hospital\n<MEMO>settlement %ld of January\n</STMTTRN>\n", 100 + entries % 9000, entries % 100, entries, entries);
    std::fputs("</BANKTRANLIST>\n</STMTRS>\n</STMTTRNRS>\n</BANKMSGSRSV1>\n</OFX>\n", out);
  }
  return entries;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string format = argc > 1 ? argv[1] : "";
  const long lines = argc > 2 ? std::atol(argv[2]) : 0;
  if ((format != "mt940" && format != "bai2" && format != "ofx") || lines < 1) {
    std::fprintf(stderr, "statement_bench mt940|bai2|ofx LINES\n");
    return 2;
  }
  std::string folder = (fs::temp_directory_path() / "statement-bench-XXXXXX").string();
  if (!mkdtemp(folder.data())) return 1;
  const std::string path = folder + "/statement";
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) return 1;
  const long expected = write(file, format, lines);
  std::fclose(file);

  file = std::fopen(path.c_str(), "rb");
  if (!file) return 1;
  long found = 0;
  mif_byte_source source{sizeof(mif_byte_source), 0, file, [](void* f, std::uint8_t* room, std::uint64_t most) -> std::int64_t { return static_cast<std::int64_t>(std::fread(room, 1, most, static_cast<std::FILE*>(f))); }};
  mif_statement_events events{sizeof(mif_statement_events), 0, &found, [](void*, const mif_statement_open*) { return 0; }, [](void*, const mif_statement_balance*) { return 0; },
                              [](void* p, const mif_statement_entry*) {
                                ++*static_cast<long*>(p);
                                return 0;
                              },
                              [](void*, const mif_statement_close*) { return 0; }, [](void*, const mif_statement_trouble*) { return 0; }};
  const auto begin = std::chrono::steady_clock::now();
  if (format == "mt940") mif::bank_mt940::read_mt940(source, "", events, {});
  else if (format == "bai2") mif::bank_bai2::read_bai2(source, "", events, {});
  else mif::bank_ofx::read_ofx(source, "", events, {});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::fclose(file);
  const double mib = static_cast<double>(fs::file_size(path)) / 1048576;
  fs::remove_all(folder);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%s: %ld lines, %ld entries, %.1f MiB in %.3f s: %.0f lines/s, %.0f entries/s, %.0f MiB/s, peak RSS %.1f MB\n", format.c_str(), lines, found, mib, seconds, static_cast<double>(lines) / seconds, static_cast<double>(found) / seconds, mib / seconds,
              static_cast<double>(usage.ru_maxrss) / 1024);
  return found == expected ? 0 : 1;
}
