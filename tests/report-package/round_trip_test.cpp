// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "report-package/decimal.h"
#include "report-package/digests.h"
#include "samples.h"
#include "wide_set.h"

namespace mif::report_package::testing {
namespace {

std::uint64_t seed() {
  const char* text = std::getenv("MIF_TEST_SEED");
  return text && *text ? std::strtoull(text, nullptr, 10) : 20230612;
}

TEST(ReportPackage, ReadsBackWhatWasWritten) {
  ReportSet set = sample();
  const std::string bytes = write_package(set, signer(true));
  const Opened opened = read_package(bytes, trusting(true));
  ASSERT_EQ(opened.sets.size(), 1u);
  EXPECT_FALSE(opened.gathered);
  EXPECT_EQ(opened.sets[0], set);
  EXPECT_EQ(opened.sets[0].tables[0].cells[1].value, "=HYPERLINK(\"http://x\")");
  EXPECT_EQ(opened.sets[0].digest.size(), 64u);
}

TEST(ReportPackage, TheFilesAreWhatTheManualSays) {
  ReportSet set = sample();
  std::map<std::string, std::string> files;
  for (const auto& e : entries_of(write_package(set))) files[e.name] = e.bytes;
  std::set<std::string> names;
  for (const auto& [name, bytes] : files) names.insert(name);
  EXPECT_EQ(names, (std::set<std::string>{"attach/说明.txt", "check/explanations.csv", "check/result.csv", "cover.json", "data/NHSA_M01.csv", "data/社决附01.csv", "lineage/NHSA_M01.csv", "lineage/社决附01.csv", "manifest.json"}));
  EXPECT_EQ(files["data/NHSA_M01.csv"],
            "unit,row,col,state,kind,value,printed,formula,source,linear\n330100,1,1,formula,number,-1290212.39,\"-1,290,212.39\",\"[,2]+[,7]\",,yes\n"
            "330100,1,2,input,text,\"'=HYPERLINK(\"\"http://x\"\")\",\"'=HYPERLINK(\"\"http://x\"\")\",,,yes\n330100,2,1,formula,number,0.61,0.61,'-净额('5001*'),\"'=某局, 2023 年报\",no\n330100,2,2,blocked,blank,,×,,,yes\n");
  EXPECT_EQ(files["lineage/NHSA_M01.csv"],
            "row,col,times,book,year,month_from,month_to,opening,accounts,aux,measure,side,closing,fen,opposite,opening_fen\n1,1,1,310,2023,1,6,no,5001*,参保方式<>单建统筹,net,credit,no,-129021239,1004*,0\n2,1,-1,310,2023,6,6,yes,-500199,,net,debit,yes,-61,,-50\n");
  EXPECT_EQ(files["check/result.csv"].substr(0, 95), "id,table,place,level,state,left,right,difference,tolerance,message,kind,expression,rule,reason\n");
  EXPECT_NE(files["check/result.csv"].find(",'@横向,logic,\"[2,1] = 1.99\"," + sha256("H02") + ",\n"), std::string::npos) << files["check/result.csv"];
  EXPECT_EQ(files["cover.json"], "{\"制表人\":\"甲\",\"负责人\":\"乙\"}\n");
  EXPECT_NE(files["manifest.json"].find(R"("totals":{"cells":5,"columns":[{"table":"NHSA_M01","col":"1","numbers":2,"sum":"-1290211.78"},{"table":"社决附01","col":"1","numbers":1,"sum":"12345"}]})"), std::string::npos) << files["manifest.json"];
  EXPECT_NE(files["manifest.json"].find("\"sha256\":\"" + sha256(files["cover.json"]) + "\",\"sm3\":\"" + sm3(files["cover.json"]) + "\""), std::string::npos);
}

TEST(ReportPackage, IsTheSameBytesEveryTimeAndFromAnyOrder) {
  ReportSet one = sample(), two = sample();
  std::swap(two.tables[0], two.tables[1]);
  std::swap(two.tables[1].cells[0], two.tables[1].cells[3]);
  EXPECT_EQ(write_package(one, signer(false)), write_package(two, signer(false)));
  EXPECT_EQ(one.digest, two.digest);
}

// SM2 signs with a random number: only the seal may differ, and the digest of the package does not.
TEST(ReportPackage, WithSm2OnlyTheSealDiffers) {
  ReportSet one = sample(), two = sample();
  const std::string a = write_package(one, signer(true)), b = write_package(two, signer(true));
  EXPECT_NE(a, b);
  const auto x = unzip(a, {}), y = unzip(b, {});
  EXPECT_EQ(x.last, y.last);
  EXPECT_EQ(a.substr(0, x.last), b.substr(0, y.last));
  EXPECT_EQ(one.digest, two.digest);
}

// What the first form had no column for is not there; everything else is read and written as it was.
TEST(ReportPackage, ThePackageOfTheFirstFormIsReadAndWrittenAsThatForm) {
  ReportSet set = sample();
  set.manifest.version = "1.0";
  const std::string bytes = write_package(set, signer(true));
  for (const auto& e : entries_of(bytes))
    if (e.name == "data/NHSA_M01.csv") {
      EXPECT_EQ(e.bytes.substr(0, e.bytes.find('\n')), "unit,row,col,state,kind,value,printed,formula");
    }
  ReportSet again = read_package(bytes, trusting(true)).sets.at(0);
  EXPECT_EQ(again.tables[0].cells[2].source, "");
  EXPECT_TRUE(again.tables[0].cells[2].linear);
  EXPECT_EQ(again.tables[0].cells[2].value, "0.61");
  EXPECT_EQ(again.checks[0].rule, "");
  EXPECT_EQ(again.digest, set.digest);
  EXPECT_EQ(write_package(again), bytes);
}

TEST(ReportPackage, WrittenAgainItIsTheSameFileWithTheSameSeal) {
  ReportSet set = sample();
  const std::string bytes = write_package(set, signer(true));
  ReportSet again = read_package(bytes, trusting(true)).sets[0];
  EXPECT_EQ(write_package(again), bytes);
}

TEST(ReportPackage, AChangedSetDoesNotKeepTheSeal) {
  ReportSet set = sample();
  const std::string bytes = write_package(set, signer(true));
  ReportSet changed = read_package(bytes, trusting(true)).sets[0];
  changed.tables[0].cells[2].value = "0.62";
  EXPECT_EQ(refusal(write_package(changed), trusting(true), Limits()), "report-package.unsigned");
}

TEST(ReportPackage, AnySetComesBackEqualAndWrittenAgainIsTheSameBytes) {
  std::mt19937_64 random(seed());
  for (int i = 0; i < 300; ++i) {
    ReportSet set = random_set(random, "99" + std::to_string(i));
    const std::string bytes = write_package(set);
    Opened opened;
    try {
      opened = read_package(bytes, {}, unsigned_too());
    } catch (const Error& e) {
      FAIL() << "seed " << seed() << ", set " << i << ": " << e.what();
    }
    ASSERT_EQ(opened.sets[0], set) << "seed " << seed() << ", set " << i;
    ASSERT_EQ(write_package(opened.sets[0]), bytes) << "seed " << seed() << ", set " << i;
  }
}

TEST(ReportPackage, HoldsUnknownFieldsOfLaterVersions) {
  ReportSet set = sample();
  set.manifest.version = "1.7";
  set.manifest.unknown = {{"approvals", "[{\"who\":\"甲\",\"n\":1.50}]"}, {"zeal", "null"}};
  const std::string bytes = write_package(set);
  ReportSet again = read_package(bytes, {}, unsigned_too()).sets[0];
  EXPECT_EQ(again.manifest.unknown, set.manifest.unknown);
  EXPECT_EQ(write_package(again), bytes);
}

TEST(ReportPackage, OneFileHolds187UnitsAndSumsThem) {
  std::mt19937_64 random(seed());
  std::vector<ReportSet> sets;
  Total expected;
  for (int i = 0; i < 187; ++i) {
    ReportSet set = sample();
    set.manifest.unit = std::to_string(330000 + (i * 7919) % 1000);
    set.tables[0].cells[0].value = std::to_string(static_cast<std::int64_t>(random() % 1000000)) + "." + std::to_string(10 + random() % 90);
    expected.add(set.tables[0].cells[0].value);
    expected.add(set.tables[0].cells[2].value);
    if (i % 2 == 0) write_package(set, signer(false));  // some were sealed at home
    sets.push_back(std::move(set));
  }
  const auto start = std::chrono::steady_clock::now();
  Gathering top;
  top.tool = "mif 0.9";
  top.created = "2023-07-09T00:00:00Z";
  top.unknown = {{"later", "true"}};
  const std::string bytes = write_gathering(sets, top, signer(false));
  const auto written = std::chrono::steady_clock::now();
  Opened opened = read_package(bytes, trusting(false));
  const auto ms = [](auto a, auto b) { return std::chrono::duration_cast<std::chrono::milliseconds>(b - a).count(); };
  std::printf("187 units: %zu bytes, written in %lld ms, read in %lld ms\n", bytes.size(), static_cast<long long>(ms(start, written)), static_cast<long long>(ms(written, std::chrono::steady_clock::now())));
  EXPECT_TRUE(opened.gathered);
  ASSERT_EQ(opened.sets.size(), 187u);
  EXPECT_EQ(opened.sets, sets);
  EXPECT_EQ(opened.top, top);
  const std::string manifest = entries_of(bytes)[0].bytes;
  EXPECT_NE(manifest.find("\"col\":\"1\",\"numbers\":374,\"sum\":\"" + expected.text() + "\""), std::string::npos) << manifest.substr(manifest.find("\"totals\""));
  EXPECT_EQ(write_gathering(opened.sets, opened.top), bytes);
  // One unit taken out of it is the package the unit sealed.
  ReportSet own = sample();
  own.manifest.unit = "330000";
  own.tables[0].cells[0].value = sets[0].tables[0].cells[0].value;
  ASSERT_EQ(opened.sets[0].manifest.unit, "330000");
  EXPECT_EQ(write_package(opened.sets[0]), write_package(own, signer(false)));
}

TEST(ReportPackage, ASetOf30TablesIsWrittenAndReadInAMoment) {
  ReportSet set = wide_set("330100", 30);
  const auto start = std::chrono::steady_clock::now();
  const std::string bytes = write_package(set, signer(true));
  const auto written = std::chrono::steady_clock::now();
  const Opened opened = read_package(bytes, trusting(true));
  const auto read = std::chrono::steady_clock::now();
  std::size_t unpacked = 0;
  for (const auto& e : entries_of(bytes)) unpacked += e.bytes.size();
  const auto ms = [](auto a, auto b) { return static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(b - a).count()); };
  std::printf("30 tables, 14400 cells, 28800 terms: %zu bytes, %zu unpacked, written in %lld ms, read in %lld ms\n", bytes.size(), unpacked, ms(start, written), ms(written, read));
  EXPECT_EQ(opened.sets[0], set);
  EXPECT_LT(ms(start, read), 10000);
}

// A reader that shares no code with ours: Python and the openssl program, from the manual alone.
TEST(ReportPackage, AnotherProgramReadsItByTheManual) {
  const std::string folder = ::testing::TempDir() + "report-package-" + std::to_string(std::random_device()());
  std::filesystem::create_directory(folder);
  const auto read = [&](const std::string& bytes, bool sm2) {
    std::ofstream(folder + "/p.zip", std::ios::binary) << bytes;
    std::ofstream(folder + "/key.pem") << public_pem(sm2);
    const int status = std::system(("python3 " MIF_SOURCE_DIR "/tests/report-package/read_by_manual.py " + folder + "/p.zip " + folder + "/key.pem > " + folder + "/out 2>&1").c_str());
    std::ostringstream said;
    said << std::ifstream(folder + "/out").rdbuf();
    return std::to_string(status != 0) + "\n" + said.str();
  };
  for (const bool sm2 : {true, false}) {
    ReportSet set = sample();
    const std::string bytes = write_package(set, signer(sm2));
    EXPECT_EQ(read(bytes, sm2), "0\n330100|NHSA_M01|1|1|-1290212.39\n330100|NHSA_M01|1|2|=HYPERLINK(\"http://x\")\n330100|NHSA_M01|2|1|0.61\n330100|社决附01|1|1|12345\n");
    EXPECT_EQ(read(bytes, !sm2).substr(0, 1), "1");
    const auto zip = unzip(bytes, {});
    ZipWriter other;
    for (std::size_t i = 0; i + 1 < zip.entries.size(); ++i) other.add(zip.entries[i].name, zip.entries[i].bytes, true);
    other.add(zip.entries.back().name, zip.entries.back().bytes, true);
    EXPECT_EQ(read(other.finish(), sm2), "1\ndigest of the file does not fit\n");
  }
  std::mt19937_64 random(seed() + 2);
  for (int i = 0; i < 5; ++i) {
    ReportSet set = random_set(random, "990000");
    EXPECT_EQ(read(write_package(set, signer(false)), false).substr(0, 1), "0") << "seed " << seed();
  }
  std::filesystem::remove_all(folder);
}

TEST(ReportPackage, RandomUnitsGatheredComeBackEqual) {
  std::mt19937_64 random(seed() + 1);
  for (int i = 0; i < 20; ++i) {
    std::vector<ReportSet> sets;
    for (int u = 0; u < 5; ++u) sets.push_back(random_set(random, "U" + std::to_string(u)));
    Gathering top;
    top.created = "2023-07-09T00:00:00Z";
    const std::string bytes = write_gathering(sets, top, signer(true));
    Opened opened = read_package(bytes, trusting(true));
    ASSERT_EQ(opened.sets, sets) << "seed " << seed();
    ASSERT_EQ(write_gathering(opened.sets, opened.top), bytes) << "seed " << seed();
  }
}

}  // namespace
}  // namespace mif::report_package::testing
