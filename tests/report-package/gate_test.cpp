// SPDX-License-Identifier: Apache-2.0
// The import gate as a file: flipped bytes, cut files, and archives no writer of ours would make. What is inside them is content_test's.
#include <gtest/gtest.h>

#include "report-package/digests.h"
#include "report-package/seal.h"
#include "samples.h"

namespace mif::report_package::testing {
namespace {

std::string small() {
  ReportSet set = sample();
  set.tables.pop_back();
  return write_package(set, signer(false));
}

TEST(PackageGate, EveryFlippedByteIsFound) {
  const std::string good = small();
  const Trusts trusts = trusting(false);
  ASSERT_EQ(refusal(good, trusts, Limits()), "");
  for (std::size_t i = 0; i < good.size(); ++i)
    for (const int mask : {0x01, 0x20, 0x80, 0xFF}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ mask);
      ASSERT_NE(refusal(bad, trusts, Limits()), "") << "byte " << i << " xor " << mask;
    }
}

// The same without a key that would betray it: the format alone finds what happens to a file by accident.
TEST(PackageGate, EveryFlippedByteOfAnUnsignedPackageIsFound) {
  ReportSet set = sample();
  const std::string good = write_package(set);
  ASSERT_EQ(refusal(good), "");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ (1 << (i % 8)));
    ASSERT_NE(refusal(bad), "") << "byte " << i;
  }
}

TEST(PackageGate, EveryFlippedByteOfManyUnitsIsFound) {
  std::vector<ReportSet> sets(2, sample());
  sets[1].manifest.unit = "330200";
  write_package(sets[1], signer(false));
  Gathering top;
  top.created = "2023-07-09T00:00:00Z";
  const std::string good = write_gathering(sets, top, signer(false));
  const Trusts trusts = trusting(false);
  ASSERT_EQ(refusal(good, trusts, Limits()), "");
  for (std::size_t i = 0; i < good.size(); i += 3) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ (1 << (i % 8)));
    ASSERT_NE(refusal(bad, trusts, Limits()), "") << "byte " << i;
  }
}

TEST(PackageGate, ACutFileIsRefusedWhereverItIsCut) {
  const std::string good = small();
  for (std::size_t i = 0; i < 200; ++i) EXPECT_NE(refusal(std::string_view(good).substr(0, good.size() * i / 200), trusting(false)), "") << i;
  EXPECT_NE(refusal(std::string_view(good).substr(0, good.size() - 1), trusting(false)), "");
}

TEST(PackageGate, BytesAroundThePackageAreRefused) {
  const std::string good = small();
  EXPECT_EQ(refusal(good + "x", trusting(false)), "report-package.zip");
  EXPECT_EQ(refusal(good + std::string(1, '\0'), trusting(false)), "report-package.zip");
  EXPECT_EQ(refusal("x" + good, trusting(false)), "report-package.zip");
  EXPECT_EQ(refusal("%PDF-1.7\n" + good, trusting(false)), "report-package.zip");
  EXPECT_EQ(refusal(good + good, trusting(false)), "report-package.zip");
  EXPECT_EQ(refusal("", trusting(false)), "report-package.zip");
  EXPECT_EQ(refusal("一,二\n", trusting(false)), "report-package.zip");
}

std::string number(std::size_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}
std::size_t number_at(const std::string& text, std::size_t at, int bytes) {
  std::size_t value = 0;
  for (int i = 0; i < bytes; ++i) value |= static_cast<std::size_t>(static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)])) << (8 * i);
  return value;
}

// An archive written by hand, each header as its maker likes it.
struct Raw {
  std::string name, body;
  std::size_t flags = 0x0800, method = 0, date = 0x0021, crc = 0, packed = 0, size = 0, outside = 0, zip64 = 0;
  std::string extra, behind, directory_name;
  Raw(std::string n, std::string b) : name(std::move(n)), body(std::move(b)) {
    ZipWriter once;  // only to learn the check sum
    once.add(name, body, true);
    crc = number_at(once.so_far(), 14, 4);
    packed = size = body.size();
  }
};
std::string archive(const std::vector<Raw>& all, const std::string& comment = "") {
  std::string out, directory;
  for (const auto& r : all) {
    const auto common = [&](const std::string& name) {
      return number(20, 2) + number(r.flags, 2) + number(r.method, 2) + number(0, 2) + number(r.date, 2) + number(r.crc, 4) + number(r.packed, 4) + number(r.size, 4) + number(name.size(), 2) + number(r.extra.size(), 2);
    };
    const std::string& second = r.directory_name.empty() ? r.name : r.directory_name;
    directory += "PK\x01\x02" + number(20, 2) + common(second) + number(0, 2) + number(0, 2) + number(0, 2) + number(r.outside, 4) + number(out.size(), 4) + second + r.extra;
    out += "PK\x03\x04" + common(r.name) + r.name + r.extra + r.body + r.behind;
  }
  const std::size_t at = out.size();
  return out + directory + "PK\x05\x06" + number(0, 4) + number(all.size(), 2) + number(all.size(), 2) + number(directory.size(), 4) + number(at, 4) + number(comment.size(), 2) + comment;
}
std::string because(const std::string& bytes, std::string* sentence = nullptr) { return refusal(bytes, {}, unsigned_too(), sentence); }

// That the archives below are refused for what is wrong with them and not for how this test makes them.
TEST(PackageGate, AnArchiveMadeByHandIsTaken) {
  ReportSet set = sample();
  std::vector<Raw> all;
  ZipWriter same;
  for (const auto& e : entries_of(write_package(set))) {
    all.emplace_back(e.name, e.bytes);
    same.add(e.name, e.bytes, true);
  }
  Seal seal;
  seal.container = sha256(same.so_far());
  all.emplace_back(kSealName, seal_json(seal));
  std::string sentence;
  EXPECT_EQ(because(archive(all), &sentence), "") << sentence;
}

TEST(PackageGate, HostileArchivesAreRefusedByWhatIsWrongWithThem) {
  std::string sentence;
  const auto one = [&](const std::function<void(Raw&)>& change, const std::string& name = "manifest.json") {
    Raw r(name, "{}");
    change(r);
    return because(archive({r}), &sentence);
  };
  for (const char* name : {"../etc/passwd", "/etc/passwd", "data/../../x", "data/../data/x.csv", "..\\x", "C:/x", "data//x", "data/", "./x", "data/./x", "a\nb", "units/1/../2/manifest.json", "aux.csv", "x\xE2\x80\xAEvsc.exe"})
    EXPECT_EQ(one([](Raw&) {}, name), "report-package.name") << name;
  EXPECT_EQ(one([](Raw&) {}, "x\xFF"), "report-package.name");
  EXPECT_EQ(one([](Raw&) {}, std::string(300, 'a')), "report-package.name");
  EXPECT_EQ(one([](Raw&) {}, ""), "report-package.name");
  EXPECT_EQ(one([](Raw& r) { r.flags |= 1; }), "report-package.encrypted");
  EXPECT_EQ(one([](Raw& r) { r.flags |= 8; r.behind = "PK\x07\x08" + number(r.crc, 4) + number(r.packed, 4) + number(r.size, 4); }), "report-package.zip");
  EXPECT_NE(sentence.find("data descriptor"), std::string::npos) << sentence;
  EXPECT_EQ(one([](Raw& r) { r.flags = 0x0808; r.crc = r.packed = r.size = 0; r.behind = "PK\x07\x08" + number(1, 4) + number(2, 4) + number(3, 4); }), "report-package.zip");
  EXPECT_EQ(one([](Raw& r) { r.packed = r.size = 0xFFFFFFFF; r.extra = number(1, 2) + number(16, 2) + number(2, 8) + number(2, 8); }), "report-package.zip");
  EXPECT_NE(sentence.find("zip64"), std::string::npos) << sentence;
  EXPECT_EQ(one([](Raw& r) { r.outside = 0120777u << 16; }), "report-package.zip");  // a symbolic link
  EXPECT_NE(sentence.find("中央目录"), std::string::npos) << sentence;
  EXPECT_EQ(one([](Raw& r) { r.directory_name = "manifest.jsoN"; }), "report-package.zip");
  EXPECT_EQ(one([](Raw& r) { r.extra = "UT\x01\x00x"; }), "report-package.zip");
  EXPECT_EQ(one([](Raw& r) { r.behind = "hidden"; }), "report-package.zip");
  EXPECT_EQ(one([](Raw& r) { r.date = 0x5A21; }), "report-package.zip");
  EXPECT_EQ(one([](Raw& r) { r.method = 14; }), "report-package.zip");
  EXPECT_EQ(one([](Raw& r) { r.crc ^= 1; }), "report-package.checksum");
  EXPECT_EQ(one([](Raw& r) { r.size += 1; }), "report-package.zip");
  EXPECT_EQ(one([](Raw& r) { r.packed = r.size = 1000; }), "report-package.zip");
  EXPECT_EQ(because(archive({{"manifest.json", "{}"}}, "comment")), "report-package.zip");
  EXPECT_EQ(because(archive({{"manifest.json", "{}"}, {"manifest.json", "{}"}})), "report-package.name");
  EXPECT_EQ(because(archive({{"MANIFEST.json", "{}"}, {"manifest.json", "{}"}})), "report-package.name");
  EXPECT_EQ(because(archive({})), "report-package.zip");
}

std::string bomb(const std::string& text, std::size_t told) {
  Raw r("data/T.csv", text);
  r.body = zip::deflated(text);
  r.method = 8;
  r.packed = r.body.size();
  r.size = told;
  return archive({r});
}

TEST(PackageGate, BombsAreRefusedBeforeTheyGoOff) {
  const std::string zeros(48u << 20, '0');
  Limits limits = unsigned_too();
  limits.entry_bytes = 16u << 20;
  EXPECT_EQ(refusal(bomb(zeros, zeros.size()), {}, limits), "report-package.bomb");
  EXPECT_EQ(refusal(bomb(zeros, zeros.size()), {}, unsigned_too()), "report-package.bomb");  // 48 MiB out of 48 KiB
  EXPECT_EQ(refusal(bomb(zeros, 100), {}, unsigned_too()), "report-package.bomb");           // and lies about it
  EXPECT_EQ(refusal(bomb(std::string(1000, '0'), 0xFFFFFFF0), {}, unsigned_too()), "report-package.bomb");
  EXPECT_EQ(refusal(bomb(std::string(1000, '0'), 1001), {}, unsigned_too()), "report-package.zip");
}

TEST(PackageGate, LimitsAreHeld) {
  ReportSet set = sample();
  const std::string good = write_package(set);
  const auto limited = [&](const std::function<void(Limits&)>& change) {
    Limits limits = unsigned_too();
    change(limits);
    return refusal(good, {}, limits);
  };
  EXPECT_EQ(limited([](Limits&) {}), "");
  EXPECT_EQ(limited([&](Limits& l) { l.file_bytes = good.size() - 1; }), "report-package.limit");
  EXPECT_EQ(limited([](Limits& l) { l.entries = 9; }), "report-package.limit");
  EXPECT_EQ(limited([](Limits& l) { l.unpacked_bytes = 1000; }), "report-package.limit");
  EXPECT_EQ(limited([](Limits& l) { l.entry_bytes = 100; }), "report-package.limit");
  EXPECT_EQ(limited([](Limits& l) { l.name_bytes = 10; }), "report-package.name");
}

// The unused bits behind the end of deflated data carry nothing; still they may not differ.
TEST(PackageGate, BitsBehindTheEndOfCompressedDataMayNotDiffer) {
  ReportSet set = sample();
  const std::string good = write_package(set);
  const auto zip = unzip(good, {});
  std::size_t found = 0, at = 0;
  for (const auto& e : zip.entries) {
    const std::size_t packed = number_at(good, at + 18, 4), end = at + 30 + e.name.size() + packed;
    if (number_at(good, at + 8, 2) == 8) {
      std::string bad = good;
      bad[end - 1] = static_cast<char>(bad[end - 1] ^ 0x80);
      EXPECT_NE(refusal(bad), "") << e.name;
      found += refusal(bad) == "report-package.digest" ? 1 : 0;
    }
    at = end;
  }
  EXPECT_GT(found, 0u) << "no entry had unused bits";
}

}  // namespace
}  // namespace mif::report_package::testing
