// SPDX-License-Identifier: Apache-2.0
// Bounded fuzzing by mutation, the same on every machine: a seed gives its inputs. CI runs a few seconds; MIF_FUZZ_SECONDS=600 runs
// longer, MIF_FUZZ_SEED from elsewhere. Worth most in the asan preset.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <random>

#include "quality.h"
#include "rule_files.h"

namespace mif::exchange {
namespace {

using namespace mif::exchange::testing;

std::int64_t setting(const char* name, std::int64_t otherwise) {
  const char* text = std::getenv(name);
  return text && *text ? std::atoll(text) : otherwise;
}

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}
  std::size_t below(std::size_t n) { return n ? random_() % n : 0; }

  std::string mutate(std::string text, const std::vector<std::string>& pieces) {
    for (std::size_t i = 0, n = 1 + below(4); i < n; ++i) {
      const std::size_t at = below(text.size() + 1);
      switch (below(8)) {
        case 0: text.erase(at, 1 + below(8)); break;
        case 1: text.insert(at, 1, static_cast<char>(below(256))); break;
        case 2:
          if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
          break;
        case 3: text.insert(at, pieces[below(pieces.size())]); break;
        case 4: text.insert(at, text.substr(below(text.size() + 1), below(40))); break;
        case 5: text.resize(at); break;
        case 6: {
          const std::size_t from = below(text.size() + 1), n2 = below(60);
          text.erase(from, n2);
          break;
        }
        default:
          if (at < text.size()) text[at] = "\"\\{}[]:,;.-0\n\t\x7f"[below(15)];
      }
    }
    return text;
  }

 private:
  std::mt19937_64 random_;
};

// Runs `one` on fresh seeds until the time is over; names the seed of a failure.
template <class F>
std::int64_t run(F&& one) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(setting("MIF_FUZZ_SECONDS", 3));
  const auto first = static_cast<std::uint64_t>(setting("MIF_FUZZ_SEED", 1));
  std::int64_t rounds = 0;
  for (std::uint64_t seed = first; std::chrono::steady_clock::now() < until && !::testing::Test::HasFailure(); ++seed, ++rounds) {
    SCOPED_TRACE("MIF_FUZZ_SEED=" + std::to_string(seed));
    Mutator mutator(seed);
    one(mutator);
  }
  return rounds;
}

bool is_utf8_without_controls(std::string_view text) { return clean(text, text.size()) == text; }

TEST(Fuzz, APayloadIsReadIntoTextsOrRefusedWithASentence) {
  const std::vector<std::string> seeds = {
      R"({"book":"990000-310","bank_account":"9900001003001","subsidy_kind":"1","province":"4.00","amount":"4.00"})",
      "{\"payee_name\":\"示例省定点医院第001院\",\"remark\":\"\\u533b\\ud83d\\ude00 \\\"x\\\" \\\\ \\/\",\"amount\":\"-1,234.50\"}", "{}", "{ \"a\" : \"\" , \"b\" : \"\\n\" }"};
  const std::vector<std::string> pieces = {"\\u0000", "\\ud800", "\\udfff", "\xed\xa0\x80", "\xff", "\xc0\xaf", "\xef\xbb\xbf", "\"\"", "null", "true", "1e999", "-0", "{\"a\":", "[[[[", "\\", "\\u12", "\"amount\":\"1.00\",",
                                           std::string(300, '['), std::string(5000, 'x'), "９", std::string(1, '\0'), "/*x*/", "//", "NaN", "\xf4\x90\x80\x80"};
  const RuleSet rules = shipped_rules("employee");
  std::int64_t read = 0;
  const auto rounds = run([&](Mutator& m) {
    const Document d = document(m.below(2) ? "subsidy" : "institution-settlement", m.mutate(seeds[m.below(seeds.size())], pieces), Day(2023, 6, static_cast<int>(m.below(40))));
    ASSERT_EQ(digest_of(d).size(), 64u);
    if (!d.trouble.empty()) {
      EXPECT_TRUE(is_utf8_without_controls(d.trouble)) << d.trouble;
      EXPECT_LE(d.trouble.size(), 700u);
      return;
    }
    ++read;
    for (const auto& [name, value] : d.fields) {
      EXPECT_TRUE(is_utf8_without_controls(name));
      EXPECT_TRUE(is_utf8_without_controls(value));
    }
    try {
      const Mapped mapped = map_document(rules, d);
      Fen balance;
      for (const auto& l : mapped.draft.lines) balance += l.fen * l.side;
      EXPECT_EQ(balance, Fen());
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), MIF_E_INVALID) << e.what();
    }
  });
  EXPECT_GT(rounds, 100);
  EXPECT_GT(read, rounds / 20) << "the mutations are too wild to reach the rules";
}

std::string one_document(const std::string& file) {  // the head, the lists and a few types: small enough to be mutated often
  std::string text = read_text(std::string(MIF_SOURCE_DIR) + "/templates/vouchers/" + file);
  std::size_t end = 0;
  for (int i = 0; i < 4; ++i) end = text.find("\ndocument ", end + 1);
  return text.substr(0, end);
}

// Loads, or says where: FILE:LINE of a line that is there.
template <class F>
void loads_or_says_where(const std::string& text, F&& load, std::int64_t& loaded) {
  try {
    load(text);
    ++loaded;
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), MIF_E_INVALID) << e.what();
    const std::string what = e.what();
    ASSERT_EQ(what.rfind("fuzz.info:", 0), 0u) << what;
    const long line = std::strtol(what.c_str() + 10, nullptr, 10);
    EXPECT_GE(line, 1) << what;
    EXPECT_LE(line, std::count(text.begin(), text.end(), '\n') + 2) << what;
  }
}

const std::vector<std::string>& rule_pieces() {
  static const std::vector<std::string> pieces = {"{", "}", "{amount}", "{{", "\"", "@standard", "@bank", "-", "!", "|", "valid-to 1999-01-01\n", "valid-from 9999-99-99\n", "amount -amount", "parts \"a b\"\n", "rule\n{\n}\n",
                                                  "match { mode \"1|1|!2\" }\n", "list x { }\n", "#include \"/etc/passwd\"\n", "\\\n", ";", "aux \"=;=;\"\n", std::string(1000, '{'), "999999999999999999999", "\xff\xfe", std::string(1, '\0'), "kind sum\n", "days 7\n", "fields \"*\"\n"};
  return pieces;
}

TEST(Fuzz, ARuleFileLoadsOrIsRefusedWithFileAndLine) {
  const std::vector<std::string> seeds = {one_document("employee.info"), one_document("resident.info")};
  std::int64_t loaded = 0;
  const auto rounds = run([&](Mutator& m) {
    loads_or_says_where(m.mutate(seeds[m.below(seeds.size())], rule_pieces()), [](const std::string& text) { load_rules(parse_node(text, "fuzz.info"), "fuzz.info"); }, loaded);
  });
  EXPECT_GT(rounds, 20);
  EXPECT_GT(loaded, 0);
}

TEST(Fuzz, AQualityFileLoadsOrIsRefusedWithFileAndLine) {
  const std::string seed = read_text(std::string(MIF_SOURCE_DIR) + "/templates/quality/exchange.info");
  std::int64_t loaded = 0;
  const auto rounds = run([&](Mutator& m) {
    loads_or_says_where(m.mutate(seed, rule_pieces()), [](const std::string& text) { load_quality(parse_node(text, "fuzz.info"), "fuzz.info", [](const std::string&) { return std::string("a\nb\n"); }); }, loaded);
  });
  EXPECT_GT(rounds, 20);
  EXPECT_GT(loaded, 0);
}

}  // namespace
}  // namespace mif::exchange
