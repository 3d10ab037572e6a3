// SPDX-License-Identifier: Apache-2.0
// A file of many units: beyond what one unit may be, written and read unit by unit, in the memory of one.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>

#include "report-package/digests.h"
#include "samples.h"
#include "wide_set.h"

namespace {

// What operator new gave and was not given back, and the most there ever was.
std::atomic<std::int64_t> live{0}, most{0};

void* taken(std::size_t n) {
  void* p = std::malloc(n ? n : 1);
  if (!p) throw std::bad_alloc();
  const std::int64_t now = live += static_cast<std::int64_t>(malloc_usable_size(p));
  std::int64_t seen = most;
  while (now > seen && !most.compare_exchange_weak(seen, now)) continue;
  return p;
}
void given(void* p) {
  if (p) live -= static_cast<std::int64_t>(malloc_usable_size(p));
  std::free(p);
}

}  // namespace

void* operator new(std::size_t n) { return taken(n); }
void* operator new[](std::size_t n) { return taken(n); }
void operator delete(void* p) noexcept { given(p); }
void operator delete[](void* p) noexcept { given(p); }
void operator delete(void* p, std::size_t) noexcept { given(p); }
void operator delete[](void* p, std::size_t) noexcept { given(p); }

namespace mif::report_package::testing {
namespace {

constexpr int kUnits = 32, kTables = 3;

std::string code(int unit) { return std::to_string(330100 + unit); }

std::string gathered(int units = kUnits, int tables = kTables) {
  GatheringWriter writer;
  for (int u = 0; u < units; ++u) {
    ReportSet set = wide_set(code(u), tables);
    writer.add(set);
  }
  Gathering top;
  top.created = "2024-01-09T00:00:00Z";
  std::string bytes;
  writer.finish(top, signer(false), [&](std::string_view piece) { bytes.append(piece); });
  return bytes;
}

std::size_t unpacked_of(const std::string& bytes, const std::string& unit = {}) {
  std::size_t sum = 0;
  const TextSource source(bytes);
  for (const auto& f : index_of(source, {}).files)
    if (unit.empty() || f.name.rfind("units/" + unit + "/", 0) == 0) sum += f.size;
  return sum;
}

struct Memory {
  std::int64_t before = live;
  Memory() { most = live.load(); }
  std::int64_t more() const { return most - before; }
};

// Limits as small as the file is, so that the test is fast.
TEST(Gathered, AFileBeyondTheLimitOfAUnitIsReadInTheMemoryOfOne) {
  const std::string bytes = gathered();
  Limits limits;
  limits.unit_bytes = unpacked_of(bytes, code(0)) + 4096;
  ASSERT_GT(unpacked_of(bytes), 28 * limits.unit_bytes);
  const TextSource source(bytes);

  std::int64_t least = 0;
  {
    const std::string alone = gathered(1);
    const TextSource single(alone);
    const Memory of_one;
    { const PackageReader reader(single, trusting(false), limits); }
    least = of_one.more();
  }
  const Memory all;
  std::size_t units = 0;
  {
    const PackageReader reader(source, trusting(false), limits, [&](ReportSet&& set) {
      EXPECT_EQ(set, [&] {
        ReportSet same = wide_set(code(static_cast<int>(units)), kTables);
        same.digest = set.digest;
        return same;
      }());
      ++units;
    });
    EXPECT_EQ(units, static_cast<std::size_t>(kUnits));
    for (const auto& unit : reader.units()) EXPECT_EQ(reader.unit(unit).manifest.unit, unit);
  }
  std::printf("%zu bytes unpacked, %zu packed: %lld bytes of memory, %lld for a file of one unit\n", unpacked_of(bytes), bytes.size(), static_cast<long long>(all.more()), static_cast<long long>(least));
  // The set it is compared with counts as well. All of the units together would be thirty times one.
  EXPECT_LT(all.more(), 4 * least);
  EXPECT_LT(all.more(), static_cast<std::int64_t>(unpacked_of(bytes)) / 2);
}

TEST(Gathered, IsWrittenInTheMemoryOfOneUnit) {
  Gathering top;
  top.created = "2024-01-09T00:00:00Z";
  const auto write = [&](int units, std::size_t& size) {
    const Memory memory;
    GatheringWriter writer;
    for (int u = 0; u < units; ++u) {
      ReportSet set = wide_set(code(u), kTables);
      writer.add(set);
    }
    writer.finish(top, {}, [&](std::string_view piece) { size += piece.size(); });
    return memory.more();
  };
  std::size_t small = 0, large = 0;
  const std::int64_t one = write(1, small), many = write(kUnits, large);
  std::printf("%zu bytes packed: %lld bytes of memory, %lld for one unit\n", large, static_cast<long long>(many), static_cast<long long>(one));
  EXPECT_GT(large, 28 * small);
  EXPECT_LT(many, one + (6 << 20));  // what the temporary file keeps in memory before it is one
}

// All of its files in the order of their names, each as a package of one unit has it, and the seal.
TEST(Gathered, TheFileIsTheOneOfAWriterThatHoldsItAll) {
  const std::string bytes = gathered(5, 2);
  const Unzipped zip = unzip(bytes, {});
  ZipWriter whole;
  for (std::size_t i = 0; i + 1 < zip.entries.size(); ++i) whole.add(zip.entries[i].name, zip.entries[i].bytes);
  EXPECT_EQ(sha256(whole.so_far()), sha256(std::string_view(bytes).substr(0, zip.last)));
  EXPECT_EQ(whole.digest(), sha256(whole.so_far()));
  whole.add(zip.entries.back().name, zip.entries.back().bytes, true);
  EXPECT_TRUE(whole.finish() == bytes);
}

TEST(Gathered, TheOrderInWhichUnitsComeIsNothingToTheFile) {
  // By codes "33" is before "33-1", by paths behind it.
  std::vector<std::string> codes = {"33", "33-1", "33a", "330100"};
  std::string first;
  do {
    GatheringWriter writer;
    for (const auto& unit : codes) {
      ReportSet set = sample();
      set.manifest.unit = unit;
      writer.add(set);
    }
    Gathering top;
    top.created = "2024-01-09T00:00:00Z";
    std::string bytes;
    writer.finish(top, {}, [&](std::string_view piece) { bytes.append(piece); });
    if (first.empty()) first = bytes;
    ASSERT_EQ(bytes, first);
  } while (std::next_permutation(codes.begin(), codes.end()));
  Opened opened = read_package(first, {}, unsigned_too());
  ASSERT_EQ(opened.sets.size(), 4u);
  EXPECT_EQ(opened.sets[1].manifest.unit, "33-1");
  EXPECT_EQ(write_gathering(opened.sets, opened.top), first);
}

TEST(Gathered, TheLimitsOfAUnitAndOfTheWholeAreHeld) {
  const std::string bytes = gathered(3, 2);
  const std::size_t one = unpacked_of(bytes, code(1)), all = unpacked_of(bytes);
  const auto said = [&](std::size_t unit, std::size_t whole, std::string* sentence = nullptr) {
    Limits limits;
    limits.unit_bytes = unit;
    limits.unpacked_bytes = whole;
    return refusal(bytes, trusting(false), limits, sentence);
  };
  std::string sentence;
  EXPECT_EQ(said(one + 100, all), "");
  EXPECT_EQ(said(one - 2000, all, &sentence), "report-package.limit");
  EXPECT_NE(sentence.find("one unit"), std::string::npos) << sentence;
  EXPECT_EQ(said(one + 100, all - 1, &sentence), "report-package.limit");
  EXPECT_NE(sentence.find("the package unpacks"), std::string::npos) << sentence;
  Limits limits;
  limits.units = 2;
  EXPECT_EQ(refusal(bytes, trusting(false), limits), "report-package.limit");
}

TEST(Gathered, AFlippedByteInAnyUnitIsFound) {
  const std::string good = gathered(3, 1);
  ASSERT_EQ(refusal(good, trusting(false), Limits()), "");
  const TextSource source(good);
  for (const auto& f : index_of(source, {}).files) {
    if (f.packed == 0) continue;
    for (const std::size_t at : {f.at, f.at + f.packed / 2, f.at + f.packed - 1}) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 4);
      EXPECT_NE(refusal(bad, trusting(false), Limits()), "") << f.name << " byte " << at;
    }
  }
}

TEST(Gathered, AUnitIsReadAgainFromAFileUnlessSomebodyChangedIt) {
  const std::string bytes = gathered(3, 1), path = ::testing::TempDir() + "gathered-" + std::to_string(std::random_device()()) + ".zip";
  std::ofstream(path, std::ios::binary) << bytes;
  const FileSource file(path);
  std::size_t last = 0, total = 0;
  const PackageReader reader(file, trusting(false), {}, {}, [&](std::size_t done, std::size_t of) {
    EXPECT_GE(done, last);
    last = done;
    total = of;
  });
  EXPECT_EQ(total, 2 * bytes.size());
  EXPECT_LE(last, total);
  EXPECT_GT(last, bytes.size());
  EXPECT_EQ(reader.file_digest(), sha256(bytes));
  EXPECT_EQ(reader.units(), (std::vector<std::string>{code(0), code(1), code(2)}));
  EXPECT_EQ(reader.unit(code(1)), read_package(bytes, trusting(false)).sets[1]);
  EXPECT_THROW(reader.unit("nobody"), Error);
  // A good file as well, with another amount in it.
  GatheringWriter writer;
  for (int u = 0; u < 3; ++u) {
    ReportSet set = wide_set(code(u), 1);
    if (u == 1) std::swap(set.tables[0].cells[0].value, set.tables[0].cells[1].value);
    writer.add(set);
  }
  Gathering top;
  top.created = "2024-01-09T00:00:00Z";
  std::string other;
  writer.finish(top, signer(false), [&](std::string_view piece) { other.append(piece); });
  std::ofstream(path, std::ios::binary) << other;
  try {
    reader.unit(code(1));
    ADD_FAILURE() << "a changed unit was taken";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), MIF_E_INVALID) << e.what();
  }
  std::filesystem::remove(path);
  EXPECT_THROW(FileSource{path}, Error);
  EXPECT_THROW(FileSource{::testing::TempDir()}, Error);
}

TEST(Gathered, WhatDoesNotBelongTogetherIsNotPacked) {
  const auto rule = [](const std::function<void(ReportSet&)>& change) {
    GatheringWriter writer;
    ReportSet one = sample(), two = sample();
    two.manifest.unit = "330200";
    change(two);
    writer.add(one);
    try {
      writer.add(two);
      return std::string();
    } catch (const Error& e) {
      return std::string(e.rule());
    }
  };
  EXPECT_EQ(rule([](ReportSet&) {}), "");
  EXPECT_EQ(rule([](ReportSet& s) { s.manifest.period = "2023-07"; }), "report-package.mixed");
  EXPECT_EQ(rule([](ReportSet& s) { s.manifest.unit = "330100"; }), "report-package.mixed");
  GatheringWriter nothing;
  Gathering top;
  top.created = "2024-01-09T00:00:00Z";
  EXPECT_THROW(nothing.finish(top, {}, [](std::string_view) {}), Error);
}

}  // namespace
}  // namespace mif::report_package::testing
