// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "report-package/digests.h"
#include "report-package/seal.h"
#include "samples.h"

namespace mif::report_package::testing {
namespace {

TEST(PackageSeal, Sm2AndEd25519Work) {
  for (const bool sm2 : {true, false}) {
    ReportSet set = sample();
    const std::string bytes = write_package(set, signer(sm2));
    EXPECT_EQ(refusal(bytes, trusting(sm2), Limits()), "");
    EXPECT_EQ(refusal(bytes, trusting(!sm2), Limits()), "report-package.signature");
    EXPECT_EQ(refusal(bytes, {}, Limits()), "report-package.signature");
    EXPECT_EQ(read_package(bytes, trusting(sm2)).sets[0].seal.key_id, "unit-key-1");
  }
}

TEST(PackageSeal, WhatNobodySignedIsRefusedUnlessAllowed) {
  ReportSet set = sample();
  const std::string bytes = write_package(set);
  EXPECT_EQ(refusal(bytes, trusting(true), Limits()), "report-package.unsigned");
  EXPECT_EQ(refusal(bytes, trusting(true), unsigned_too()), "");
  auto entries = entries_of(bytes);
  ZipWriter zip;
  for (const auto& e : entries) zip.add(e.name, e.bytes);
  EXPECT_EQ(refusal(zip.finish()), "report-package.unsigned");
}

// A file as an attacker can make it: all of a package changed consistently, and the seal of the good one put on.
TEST(PackageSeal, ASealCannotBeMovedToAnotherPackage) {
  ReportSet set = sample(), other = sample();
  write_package(set, signer(false));
  other.tables[0].cells[2].value = "0.62";
  write_package(other);
  auto entries = entries_of(write_package(other));
  const auto with_seal = [&](const Seal& seal) {
    ZipWriter zip;
    for (const auto& e : entries) zip.add(e.name, e.bytes);
    Seal moved = seal;
    moved.container = sha256(zip.so_far());
    zip.add(kSealName, seal_json(moved), true);
    return zip.finish();
  };
  EXPECT_EQ(refusal(with_seal(set.seal), trusting(false), Limits()), "report-package.signature");
  entries = entries_of(write_package(set));  // the good content: the key's name and the certificate are signed too
  Seal seal = set.seal;
  EXPECT_EQ(refusal(with_seal(seal), trusting(false), Limits()), "");
  seal.certificate = "another";
  EXPECT_EQ(refusal(with_seal(seal), trusting(false), Limits()), "report-package.signature");
  seal = set.seal;
  seal.key_id = "unit-key-2";
  const Trusts careless = [](const Seal& s, std::string_view message) {
    Seal named = s;
    named.key_id = "unit-key-1";
    return trusting(false)(named, message);
  };
  EXPECT_EQ(refusal(with_seal(set.seal), careless, Limits()), "");
  EXPECT_EQ(refusal(with_seal(seal), careless, Limits()), "report-package.signature");
}

TEST(PackageSeal, ThereIsOneWayToWriteIt) {
  ReportSet set = sample();
  write_package(set, signer(false));
  const std::string good = seal_json(set.seal);
  EXPECT_EQ(read_seal("", good), set.seal);
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{{"{\"format\"", "{ \"format\""}, {"seal/1", "seal/2"}, {"\"ed25519\"", "\"none\""}, {"\"ed25519\"", "\"\""}, {"\"ed25519\"", "\"ed\\n25519\""}, {"}\n", ",\"x\":1}\n"}, {"}\n", "}"}, {"}\n", "}\n\n"}})
    EXPECT_THROW(read_seal("", replaced(good, from, to)), Error) << to;
  std::string upper = good;
  const auto at = upper.find("\"signature\":\"") + 13;
  std::transform(upper.begin() + static_cast<std::ptrdiff_t>(at), upper.end(), upper.begin() + static_cast<std::ptrdiff_t>(at), [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
  EXPECT_THROW(read_seal("", upper), Error);
}

// What a unit sealed at home stays sealed inside the province's file.
TEST(PackageSeal, AUnitsOwnSealIsHeldInsideAGatheredFile) {
  std::vector<ReportSet> sets(2, sample());
  sets[1].manifest.unit = "330200";
  write_package(sets[1], signer(true));
  Gathering top;
  top.created = "2023-07-09T00:00:00Z";
  const Trusts both = [](const Seal& seal, std::string_view message) { return trusting(true)(seal, message) || trusting(false)(seal, message); };
  const std::string bytes = write_gathering(sets, top, signer(false));
  const Opened opened = read_package(bytes, both);
  EXPECT_EQ(opened.sets[0].seal, Seal{});
  EXPECT_EQ(opened.sets[1].seal.algorithm, "sm2-sm3");
  EXPECT_EQ(opened.top.seal.algorithm, "ed25519");
  EXPECT_EQ(refusal(bytes, trusting(false), Limits()), "report-package.signature") << "the unit's key is not trusted";
  EXPECT_EQ(refusal(bytes, trusting(true), Limits()), "report-package.signature") << "the province's key is not trusted";
}

}  // namespace
}  // namespace mif::report_package::testing
