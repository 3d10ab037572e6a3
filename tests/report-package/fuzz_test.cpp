// SPDX-License-Identifier: Apache-2.0
// Rubbish for the import gate, compiled with sanitizers in every build, for a bounded time: MIF_FUZZ_SECONDS each (3); MIF_FUZZ_SEED says where from.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>

#include "report-package/seal.h"
#include "samples.h"

namespace mif::report_package::testing {
namespace {

std::uint64_t seed() {
  const char* text = std::getenv("MIF_FUZZ_SEED");
  return text && *text ? std::strtoull(text, nullptr, 10) : std::random_device()();
}
std::chrono::milliseconds fuzz_time() {
  const char* text = std::getenv("MIF_FUZZ_SECONDS");
  return std::chrono::milliseconds(text && *text ? std::strtol(text, nullptr, 10) * 1000 : 3000);
}

std::string mutated(std::mt19937_64& random, std::string text) {
  for (auto n = 1 + random() % 4; n > 0 && !text.empty(); --n) {
    const std::size_t at = random() % text.size();
    switch (random() % 6) {
      case 0: text[at] = static_cast<char>(random()); break;
      case 1: text[at] = static_cast<char>(text[at] ^ (1 << (random() % 8))); break;
      case 2: text.erase(at, 1 + random() % 16); break;
      case 3: text.insert(at, text.substr(random() % text.size(), 1 + random() % 32)); break;
      case 4: text.insert(at, std::string(",\n\"'\\{}[]:0-PK\x03\x04\xFF\0", 18).substr(random() % 18, 1 + random() % 2)); break;
      default: text.replace(at, std::min<std::size_t>(text.size() - at, 4), random() % 2 ? std::string(4, '\xFF') : std::string(4, '\0'));
    }
  }
  return text;
}

std::vector<std::string> seeds() {
  std::vector<std::string> all;
  ReportSet set = sample();
  all.push_back(write_package(set));
  std::vector<ReportSet> sets(2, sample());
  sets[1].manifest.unit = "330200";
  Gathering top;
  top.created = "2023-07-09T00:00:00Z";
  all.push_back(write_gathering(sets, top));
  return all;
}

// Takes nothing but what it can write again as it stood, and refuses with a code and one line.
void feed(const std::string& bytes, std::map<std::string, long>& rules) {
  try {
    Opened opened = read_package(bytes, {}, unsigned_too());
    ASSERT_EQ(opened.gathered ? write_gathering(opened.sets, opened.top) : write_package(opened.sets[0]), bytes);
    ++rules["taken"];
  } catch (const Error& e) {
    ASSERT_EQ(e.code(), MIF_E_INVALID) << e.what();
    ASSERT_EQ(e.rule().substr(0, 15), "report-package.") << e.what();
    ASSERT_EQ(std::string_view(e.what()).find('\n'), std::string_view::npos) << e.what();
    ++rules[std::string(e.rule())];
  }
}

TEST(PackageFuzz, TheFileAsAWhole) {
  const std::uint64_t start = seed();
  SCOPED_TRACE("seed " + std::to_string(start));
  std::printf("seed %llu\n", static_cast<unsigned long long>(start));
  std::mt19937_64 random(start);
  const auto good = seeds();
  std::map<std::string, long> rules;
  for (const auto end = std::chrono::steady_clock::now() + fuzz_time(); std::chrono::steady_clock::now() < end && !HasFatalFailure();) {
    const std::string& one = good[random() % good.size()];
    const std::string bad = mutated(random, one);
    if (bad != one) feed(bad, rules);
  }
  for (const auto& [rule, n] : rules) std::printf("%s %ld\n", rule.c_str(), n);
  EXPECT_EQ(rules["taken"], 0) << "a changed file was taken";
  for (const char* rule : {"report-package.zip", "report-package.checksum", "report-package.name"}) EXPECT_GT(rules[rule], 0) << rule;
}

// Behind the archive: one entry changed, everything that names its digest made to agree, so that the readers of JSON and CSV see it.
TEST(PackageFuzz, TheFilesInIt) {
  const std::uint64_t start = seed();
  SCOPED_TRACE("seed " + std::to_string(start));
  std::printf("seed %llu\n", static_cast<unsigned long long>(start));
  std::mt19937_64 random(start);
  const std::string good = seeds()[0];
  std::vector<std::string> names;
  for (const auto& e : entries_of(good)) names.push_back(e.name);
  std::map<std::string, long> rules;
  for (const auto end = std::chrono::steady_clock::now() + fuzz_time(); std::chrono::steady_clock::now() < end && !HasFatalFailure();) {
    const std::string& name = names[random() % names.size()];
    feed(with_changed(good, name, [&](std::string& text) { text = mutated(random, text); }), rules);
  }
  for (const auto& [rule, n] : rules) std::printf("%s %ld\n", rule.c_str(), n);
  for (const char* rule : {"taken", "report-package.csv", "report-package.json"}) EXPECT_GT(rules[rule], 0) << rule;
}

}  // namespace
}  // namespace mif::report_package::testing
