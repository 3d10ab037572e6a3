// SPDX-License-Identifier: Apache-2.0
// Public sample files of banks and of other programs' tests, kept outside the project, against what is known of each.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>

#include "bai2.h"
#include "camt_reader.h"
#include "manifest_facts.h"
#include "mt940.h"
#include "ofx.h"

namespace mif::testing {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(MIF_SOURCE_DIR) / "../shared/data/bank";

// A kind of the manifest (or how it begins) and who reads it.
struct KindReader {
  std::string_view kind;
  CoreReader read;
};
const KindReader kReaders[] = {
    {"mt940", bank_mt940::read_mt940},  // mt940frag too, which holds the MT942 files
    {"bai2", bank_bai2::read_bai2},
    {"ofx", bank_ofx::read_ofx},
    {"camt", [](mif_byte_source& bytes, std::string_view options, mif_statement_events& events, const std::function<bool()>& cancelled) { bank_iso20022::read_camt("", options, bytes, events, cancelled); }},
};

// Reviewed: the file by the first digits of its SHA-256, and why our reading stands although it differs.
const std::map<std::string, std::string> kReviewed = {
    {"62751ca4b0a8ada4", "a list of accounts without any statement: we report no statement and a note, the manifest lists every account number it finds"},
    {"d1f2b6a9644a537c", "comments stand between the tags: the ledger balance is there, the manifest's reading passed over it"},
};

const KindReader* reader_of(const FileFacts& f) {
  for (const auto& r : kReaders)
    if (f.kind.rfind(r.kind, 0) == 0) return &r;
  return nullptr;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

TEST(StatementManifest, EveryFileIsReadAsTheManifestSays) {
  if (!fs::exists(kFolder / "MANIFEST.tsv")) GTEST_SKIP() << "no sample files at " << kFolder;
  int agreed = 0, differing = 0;
  std::set<std::string> used;
  for (const auto& facts : read_manifest((kFolder / "MANIFEST.tsv").string())) {
    const KindReader* reader = reader_of(facts);
    if (!reader) continue;
    SCOPED_TRACE(facts.file);
    const std::string bytes = bytes_of(kFolder / facts.file);
    const Seen seen = collect(reader->read, bytes);
    EXPECT_EQ(seen.disorder, "");
    EXPECT_EQ(collect(reader->read, bytes, {}, 7).told, seen.told) << "the reading depends on how the bytes arrive";
    const auto found = differences(facts, seen);
    if (found.empty()) {
      ++agreed;
      EXPECT_EQ(kReviewed.count(facts.sha256_16), 0u) << "listed as differing, but agrees";
      continue;
    }
    ++differing;
    const auto reviewed = kReviewed.find(facts.sha256_16);
    std::cout << facts.file << " " << facts.sha256_16 << "\n";
    for (const auto& d : found) std::cout << "  " << d << "\n";
    std::cout << "  reason: " << (reviewed == kReviewed.end() ? "none" : reviewed->second) << "\n";
    EXPECT_NE(reviewed, kReviewed.end()) << "a difference nobody reviewed";
  }
  std::cout << agreed << " files agreed, " << differing << " differing\n";
  EXPECT_GT(agreed, 0);
  EXPECT_LE(differing * 100, (agreed + differing) * 2);
}

}  // namespace
}  // namespace mif::testing
