// SPDX-License-Identifier: Apache-2.0
// Bounded fuzzing by mutation, the same on every machine: a seed gives its inputs. MIF_FUZZ_SECONDS=600 runs longer,
// MIF_FUZZ_SEED from elsewhere. Worth most in the asan preset.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <random>

#include "camt_text.h"
#include "collect.h"

namespace mif::bank_iso20022 {
namespace {

using namespace testing;

std::int64_t setting(const char* name, std::int64_t otherwise) {
  const char* text = std::getenv(name);
  return text && *text ? std::atoll(text) : otherwise;
}

bool is_utf8(const std::string& text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t more = c < 0x80 ? 0 : c < 0xC2 ? 9 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : c < 0xF5 ? 3 : 9;
    if (more == 9 || i + more >= text.size()) return false;
    for (std::size_t k = 1; k <= more; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    i += more + 1;
  }
  return true;
}

TEST(CamtFuzz, AnyBytesAreToldInOrderAndTheSameInAnyChunks) {
  const std::string seed = message(
      statement(balance("OPBD", "100.00") + balance("CLBD", "70.50") + "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry>" +
                entry("10.50", "CRDT", "<Sts>BOOK</Sts><BookgDt><Dt>2024-01-02</Dt></BookgDt>" + details(transaction("<Refs><EndToEndId>E</EndToEndId></Refs><Amt Ccy=\"CNY\">10.50</Amt><RmtInf><Ustrd>医保</Ustrd></RmtInf>"))) +
                entry("40.00", "DBIT")) +
      statement(balance("PRCD", "1"), "<IBAN>DE00</IBAN>"));
  const std::vector<std::string> pieces = {"<Ntry>", "</Ntry>", "<Stmt>", "</Stmt>", "<TxDtls>", "</TxDtls>", "<Bal>", "</Bal>", "<Acct>", "<Amt Ccy=\"\">", "<BkToCstmrStmt>", "</Document>", "<!--", "-->", "<![CDATA[", "]]>", "<?x ?>", "&lt;", "&#x10FFFF;", "&#0;",
                                           "&e;", "<!DOCTYPE a>", "<Sts><Cd>", "-", "99999999999999999999", ".0000000000000000001", "\xff\xfe", "\xed\xa0\x80", std::string(1, '\0'), std::string(5000, 'x'), "<a:b xmlns:a='c'>", "encoding=\"GBK\"", "\xD2\xBD"};
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(setting("MIF_FUZZ_SECONDS", 3));
  std::int64_t rounds = 0, read = 0;
  for (auto n = static_cast<std::uint64_t>(setting("MIF_FUZZ_SEED", 1)); std::chrono::steady_clock::now() < until && !HasFailure(); ++n, ++rounds) {
    SCOPED_TRACE("MIF_FUZZ_SEED=" + std::to_string(n));
    std::mt19937_64 random(n);
    const auto below = [&](std::size_t most) { return most ? random() % most : 0; };
    std::string text = seed;
    for (std::size_t i = 0, changes = 1 + below(3); i < changes; ++i) {
      const std::size_t at = below(text.size() + 1);
      switch (below(6)) {
        case 0: text.erase(at, 1 + below(8)); break;
        case 1: text.insert(at, 1, static_cast<char>(below(256))); break;
        case 2: text.insert(at, pieces[below(pieces.size())]); break;
        case 3: text.insert(at, text.substr(below(text.size() + 1), below(80))); break;
        case 4: text.resize(at); break;
        default:
          if (at < text.size()) text[at] = "<>/&\"0-.;\n"[below(10)];
      }
    }
    const Told whole = collect(text);
    const Told parts = collect(text, {"", "", 1 + below(50)});
    EXPECT_FALSE(whole.out_of_order);
    ASSERT_EQ(whole.statements.size(), parts.statements.size());
    for (std::size_t i = 0; i < whole.statements.size(); ++i) {
      ASSERT_EQ(whole.statements[i].entries.size(), parts.statements[i].entries.size());
      for (std::size_t k = 0; k < whole.statements[i].entries.size(); ++k) {
        const Entry &a = whole.statements[i].entries[k], &b = parts.statements[i].entries[k];
        EXPECT_EQ(a.amount + a.text + a.client_ref, b.amount + b.text + b.client_ref);
        EXPECT_TRUE(is_utf8(a.text)) << a.text;
        EXPECT_TRUE(a.day == 0 || (a.day > 19000000 && a.day < 100000000));
        ++read;
      }
    }
    ASSERT_EQ(whole.troubles.size(), parts.troubles.size());
    for (std::size_t i = 0; i < whole.troubles.size(); ++i) {
      const Trouble& t = whole.troubles[i];
      EXPECT_EQ(t.code, parts.troubles[i].code);
      EXPECT_TRUE(is_utf8(t.what)) << t.what;
      EXPECT_LE(t.byte, static_cast<std::int64_t>(text.size()));
      EXPECT_GE(t.byte, 0);
      EXPECT_EQ(t.level == MIF_TROUBLE_BROKEN, i + 1 == whole.troubles.size() && whole.broken()) << "broken is the last that is told";
    }
  }
  EXPECT_GT(rounds, 100);
  EXPECT_GT(read, rounds / 20) << "the mutations are too wild to reach the entries";
}

}  // namespace
}  // namespace mif::bank_iso20022
