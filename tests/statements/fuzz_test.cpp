// SPDX-License-Identifier: Apache-2.0
// Bounded fuzzing by mutation, the same on every machine. A few seconds by default; MIF_FUZZ_SECONDS=600 runs longer, MIF_FUZZ_SEED
// starts elsewhere. Worth most in the asan preset.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <random>

#include "bai2.h"
#include "collect.h"
#include "fixtures.h"
#include "mt940.h"
#include "ofx.h"

namespace mif::testing {
namespace {

using statement_text::Charset;

std::int64_t setting(const char* name, std::int64_t otherwise) {
  const char* text = std::getenv(name);
  return text && *text ? std::atoll(text) : otherwise;
}

std::string mutated(std::mt19937_64& random, std::string text, const std::vector<std::string>& pieces) {
  const auto below = [&](std::size_t n) { return n ? random() % n : 0; };
  for (std::size_t i = 0, n = 1 + below(6); i < n; ++i) {
    const std::size_t at = below(text.size() + 1);
    switch (below(9)) {
      case 0: text.erase(at, 1 + below(8)); break;
      case 1: text.insert(at, 1, static_cast<char>(below(256))); break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 3:
      case 4: text.insert(at, pieces[below(pieces.size())]); break;
      case 5: text.insert(at, text.substr(below(text.size() + 1), below(120))); break;
      case 6: text.resize(at); break;
      case 7: text.erase(below(text.size() + 1), below(60)); break;
      default:
        if (at < text.size()) text[at] = ":/,-<>&{}\r\n\x1a\x00?0\xff"[below(16)];
    }
  }
  return text;
}

bool clean(const std::string& text) { return Charset("charset=UTF-8").read(text) == text; }

void well_told(const Seen& seen, std::size_t size) {
  EXPECT_EQ(seen.disorder, "");
  int broken = 0;
  for (const auto& t : seen.troubles) {
    EXPECT_GE(t.byte, 0) << t.code;
    EXPECT_LE(t.byte, static_cast<std::int64_t>(size)) << t.code;
    EXPECT_GE(t.line, 0) << t.code;
    EXPECT_TRUE(clean(t.what)) << t.code;
    EXPECT_FALSE(t.what.empty());
    broken += t.level == MIF_TROUBLE_BROKEN ? 1 : 0;
  }
  EXPECT_LE(broken, 2);
  for (const auto& s : seen.statements) {
    EXPECT_TRUE(clean(s.account) && clean(s.currency) && clean(s.id) && clean(s.number));
    for (const auto& e : s.entries) {
      EXPECT_TRUE(clean(e.bank_ref) && clean(e.client_ref) && clean(e.counter_account) && clean(e.counter_name) && clean(e.text) && clean(e.code)) << e.text;
      EXPECT_GE(e.amount.scale, 0);
      EXPECT_LE(e.amount.scale, 18);
    }
  }
}

void fuzz(const CoreReader& reader, const std::vector<std::string>& seeds, const std::vector<std::string>& pieces) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(setting("MIF_FUZZ_SECONDS", 3));
  std::int64_t rounds = 0, with_entries = 0;
  for (auto seed = static_cast<std::uint64_t>(setting("MIF_FUZZ_SEED", 1)); std::chrono::steady_clock::now() < until && !::testing::Test::HasFailure(); ++seed, ++rounds) {
    SCOPED_TRACE("MIF_FUZZ_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    const std::string text = mutated(random, seeds[random() % seeds.size()], pieces);
    const auto begin = std::chrono::steady_clock::now();
    const Seen seen = collect(reader, text);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
    well_told(seen, text.size());
    EXPECT_EQ(collect(reader, text, {}, 1 + random() % 40).told, seen.told);
    for (const auto& s : seen.statements) with_entries += s.entries.empty() ? 0 : 1;
  }
  EXPECT_GT(rounds, 100);
  EXPECT_GT(with_entries, rounds / 10) << "the mutations are too wild to reach the entries";
}

TEST(StatementFuzz, Mt940) {
  fuzz(bank_mt940::read_mt940, case_texts("mt940"),
       {":20:X\r\n", ":25:1\n", ":28C:", ":60F:C240101EUR1,", ":61:2401010101D", ":62F:D", ":86:", "\n:86:", "-}", "\n-\n", "{1:F01}{2:I940}{4:", "{4:", "?20", "?32", "/EREF/", "/NAME/", "EREF+", "\n:\n", ":65:nullnull", "RC", "//",
        std::string(70000, 'x'), std::string(1, '\0'), "\xff\xfe", "\xb9\xfa\xc1\xa6", "999999999999999999999,99", ",,,,", "\r", ":90D:9EUR"});
}

TEST(StatementFuzz, Bai2) {
  fuzz(bank_bai2::read_bai2, case_texts("bai2"),
       {"01,A,B,240101,0000,1,,,2/", "02,A,B,1,240101,,,/\n", "03,1,USD,010,1,,/", "16,475,1,,/", "16,100,", "88,", "\n88,x/", "49,1,2/", "98,1,1,1/", "99,1,1,1/", "/16,495,5,,,,/", ",D,9,", "V,240101,", "S,1,2", ",/",
        std::string(70000, '/'), std::string(300000, ','), std::string(1, '\0'), "\xff", "-99999999999999999999"});
}

TEST(StatementFuzz, Ofx) {
  fuzz(bank_ofx::read_ofx, case_texts("ofx"),
       {"<OFX>", "</OFX>", "<STMTRS>", "</STMTRS>", "<STMTTRN>", "</STMTTRN>", "<ACCTID>", "<TRNAMT>", "<TRNAMT>1,2", "<LEDGERBAL>", "<!--", "-->", "<![CDATA[", "]]>", "&#0;", "&#x110000;", "&lt;", "<?x", "<", ">", "<A B='c'/>",
        std::string(70000, 'x'), "<" + std::string(5000, 'T'), std::string(1, '\0'), "\xff\xfe<\0", "\xc3\x28", "999999999999999999999.99"});
}

}  // namespace
}  // namespace mif::testing
