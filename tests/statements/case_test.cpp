// SPDX-License-Identifier: Apache-2.0
// Every case of tests/statements/*.cases, told the same in one piece, in pieces of any size, and not after "enough".
// UPDATE_CASES=1 writes what is told into the files, to be read before it is committed.
#include <gtest/gtest.h>

#include <cstdlib>

#include "bai2.h"
#include "collect.h"
#include "fixtures.h"
#include "mif/error.hpp"
#include "mt940.h"
#include "ofx.h"

namespace mif::testing {
namespace {

struct Format {
  const char* name;
  CoreReader read;
  int (*sniff)(std::string_view, std::string&);
};

class StatementCases : public ::testing::TestWithParam<Format> {};

TEST_P(StatementCases, AreToldAsWritten) {
  const Format& format = GetParam();
  const std::string path = std::string(MIF_SOURCE_DIR) + "/tests/statements/" + format.name + ".cases";
  auto cases = read_cases(path);
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Seen seen = collect(format.read, c.text);
    EXPECT_EQ(seen.disorder, "");
    if (std::getenv("UPDATE_CASES")) {
      c.told = seen.told;
      continue;
    }
    EXPECT_EQ(seen.told, c.told);
    for (const std::size_t chunk : {1, 2, 3, 64}) EXPECT_EQ(collect(format.read, c.text, {}, chunk).told, c.told) << "in pieces of " << chunk;
    for (const auto& t : seen.troubles) {
      EXPECT_FALSE(t.what.empty()) << t.code;
      EXPECT_NE(t.what.find(" ("), std::string::npos) << "Chinese first, then a short English: " << t.what;
    }
  }
  if (std::getenv("UPDATE_CASES")) write_cases(path, cases);
}

TEST_P(StatementCases, AreRecognisedByTheirBeginningAndByNoOther) {
  for (const auto& c : read_cases(std::string(MIF_SOURCE_DIR) + "/tests/statements/" + GetParam().name + ".cases")) {
    if (c.told.find("broken") != std::string::npos) continue;
    SCOPED_TRACE(c.name);
    std::string best;
    int sure = 0;
    for (const Format& f : {Format{"mt940", {}, bank_mt940::sniff}, Format{"bai2", {}, bank_bai2::sniff}, Format{"ofx", {}, bank_ofx::sniff}}) {
      std::string id;
      const int here = f.sniff(c.text, id);
      EXPECT_TRUE(here >= 0 && here <= 100);
      if (here > sure) sure = here, best = f.name;
    }
    EXPECT_EQ(best, GetParam().name);
  }
}

TEST_P(StatementCases, StopWhenTheReceiverHasEnough) {
  for (const auto& c : read_cases(std::string(MIF_SOURCE_DIR) + "/tests/statements/" + GetParam().name + ".cases")) {
    const Seen seen = collect(GetParam().read, c.text, {}, 64 * 1024, 1);
    std::size_t entries = 0;
    for (const auto& s : seen.statements) entries += s.entries.size();
    EXPECT_LE(entries, 1u) << c.name;
    if (entries == 0) continue;
    const std::string last = seen.told.substr(seen.told.rfind('\n', seen.told.size() - 2) + 1);
    EXPECT_EQ(last.substr(0, 5), "entry") << c.name << ": something was told after enough: " << last;
  }
}

TEST_P(StatementCases, UnreadableBytesCancellationAndOptionsAreRefusals) {
  const auto code_of = [](auto&& f) -> std::string {
    try {
      f();
    } catch (const Error& e) {
      return std::to_string(e.code());
    }
    return "none";
  };
  mif_byte_source source{sizeof(mif_byte_source), 0, nullptr, [](void*, std::uint8_t*, std::uint64_t) -> std::int64_t { return -1; }};
  mif_statement_events events{};
  EXPECT_EQ(code_of([&] { GetParam().read(source, "", events, {}); }), std::to_string(MIF_E_UNAVAILABLE));
  EXPECT_EQ(code_of([&] { GetParam().read(source, "", events, [] { return true; }); }), std::to_string(MIF_E_DEADLINE));
  EXPECT_EQ(code_of([&] { GetParam().read(source, "charset=EBCDIC", events, {}); }), std::to_string(MIF_E_INVALID));
  EXPECT_EQ(code_of([&] { GetParam().read(source, "colour=red", events, {}); }), std::to_string(MIF_E_INVALID));
}

INSTANTIATE_TEST_SUITE_P(All, StatementCases,
                         ::testing::Values(Format{"mt940", bank_mt940::read_mt940, bank_mt940::sniff}, Format{"bai2", bank_bai2::read_bai2, bank_bai2::sniff}, Format{"ofx", bank_ofx::read_ofx, bank_ofx::sniff}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace mif::testing
