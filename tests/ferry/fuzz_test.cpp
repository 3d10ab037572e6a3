// SPDX-License-Identifier: Apache-2.0
// Rubbish for the readers that stand at the door, compiled with sanitizers in every build, for a bounded time: MIF_FUZZ_SECONDS each (1.5).
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <random>

#include "keys.h"
#include "manual.h"

namespace mif::ferry::testing {
namespace {

// Changes a few bytes, repeats and removes pieces, joins others in.
std::string mutated(std::mt19937_64& random, const std::vector<std::string>& seeds) {
  std::string text = seeds[random() % seeds.size()];
  for (auto n = 1 + random() % 4; n > 0 && !text.empty(); --n) {
    const std::size_t at = random() % text.size();
    switch (random() % 6) {
      case 0: text[at] = static_cast<char>(random()); break;
      case 1: text[at] ^= static_cast<char>(1u << (random() % 8)); break;
      case 2: text.erase(at, 1 + random() % 16); break;
      case 3: text.insert(at, text.substr(random() % text.size(), 1 + random() % 32)); break;
      case 4: text.insert(at, std::string("\"\\{}[]:,u0-\n\0", 13).substr(random() % 13, 1)); break;
      default: text = text.substr(0, at) + seeds[random() % seeds.size()].substr(0, random() % 64);
    }
  }
  return text;
}

std::chrono::milliseconds fuzz_time() {
  const char* text = std::getenv("MIF_FUZZ_SECONDS");
  return std::chrono::milliseconds(text && *text ? std::strtol(text, nullptr, 10) * 1000 : 1500);
}

// What is accepted must mean one thing: written and read again it is the same.
TEST(FerryFuzz, TheJsonFormNeverDoesAnythingButReadOrRefuse) {
  std::vector<std::string> seeds = examples("accepted");
  for (const auto& line : examples("refused")) seeds.push_back(line);
  for (const auto& line : examples("answers")) seeds.push_back(line);
  std::mt19937_64 random(20230612);
  long read = 0, refused = 0;
  for (const auto end = std::chrono::steady_clock::now() + fuzz_time(); std::chrono::steady_clock::now() < end;) {
    const std::string text = mutated(random, seeds);
    try {
      for (const auto& e : read_entries(text)) {
        const Entry again = read_entry(write_entry(e), 1);
        ASSERT_EQ(again.doc_no, e.doc_no) << text;
        ASSERT_EQ(again.payload, e.payload) << text;
        ASSERT_EQ(control_amount(again), control_amount(e)) << text;
        ++read;
      }
    } catch (const Error& e) {
      ASSERT_EQ(e.code(), MIF_E_INVALID) << e.what();
      ++refused;
    }
    try {
      read_answers(text);
    } catch (const Error& e) {
      ASSERT_EQ(e.code(), MIF_E_INVALID) << e.what();
    }
  }
  EXPECT_GT(read, 100);
  EXPECT_GT(refused, 100);
}

// The bundle reader before, behind and without its signature: an attacker who has no key, and a sender who has one and is broken.
TEST(FerryFuzz, TheBundleReaderNeverDoesAnythingButReadOrRefuse) {
  std::mt19937_64 random(20230613);
  std::map<std::string, long> refusals;
  long behind = 0;
  for (const Suite suite : {Suite::gm, Suite::intl}) {
    const Keys& k = keys(suite);
    const KeyRing ring = documents_in(k, "").keys;
    Bundle b;
    b.header = {k.suite, "f", "business", "fund", "b1", "k1", "", "", 1, 1700000000000, 0, 0};
    b.contents = {{kDocuments, write_entry(document(1, "1.00")) + "\n"}};
    const std::vector<std::string> seeds = {seal(b, k.sender, k.shared, {})};
    for (const auto end = std::chrono::steady_clock::now() + fuzz_time(); std::chrono::steady_clock::now() < end;) {
      const std::string file = mutated(random, seeds);
      if (file == seeds[0]) continue;
      try {
        const Header h = peek(file, {});
        if (random() % 2 == 0) {  // as if the signature had fitted
          ++behind;
          const Bundle opened = open(file, h, ring);
          // Only the signature can have been changed, and it no longer fits.
          ASSERT_EQ(opened.contents.size(), b.contents.size());
          for (std::size_t i = 0; i < b.contents.size(); ++i) ASSERT_EQ(opened.contents[i].bytes, b.contents[i].bytes) << "other bytes were opened";
          ASSERT_THROW(check_signature(file, h, ring), Error);
        } else {
          check_signature(file, h, ring);
          FAIL() << "a changed bundle has a good signature";
        }
      } catch (const Error& e) {
        ASSERT_EQ(e.code(), MIF_E_INVALID) << e.what();
        ++refusals[std::string(e.rule())];
      }
    }
  }
  EXPECT_GT(behind, 10);
  for (const char* rule : {"ferry.truncated", "ferry.format", "ferry.json", "ferry.signature", "ferry.decrypt"}) EXPECT_GT(refusals[rule], 0) << rule;
}

}  // namespace
}  // namespace mif::ferry::testing
