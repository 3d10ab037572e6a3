// SPDX-License-Identifier: Apache-2.0
// Every document type as an accountant would write it down: tests/exchange/cases/*.case, through the exchange database, the
// plugins and the ledger, on SQLite and on PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "case_book.h"
#include "rule_files.h"
#include "standard_pages.h"

namespace mif::exchange {
namespace {

using namespace mif::exchange::testing;

const std::vector<Case>& all_cases() {
  static const std::vector<Case> cases = read_cases(MIF_SOURCE_DIR "/tests/exchange/cases");
  return cases;
}

const RuleSet& rules(const std::string& name) {
  static const std::map<std::string, RuleSet> sets = {{"employee", shipped_rules("employee")}, {"resident", shipped_rules("resident")}, {"maternity", shipped_rules("maternity")}};
  return sets.at(name);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += "  " + line + "\n";
  return text;
}

// "…" at the end of a line: whatever follows, where the words are those of a library.
bool same(const std::vector<std::string>& expected, const std::vector<std::string>& found) {
  const std::string more = "…";
  if (expected.size() != found.size()) return false;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const bool open = expected[i].size() > more.size() && expected[i].compare(expected[i].size() - more.size(), more.size(), more) == 0;
    if (open ? found[i].compare(0, expected[i].size() - more.size(), expected[i], 0, expected[i].size() - more.size()) != 0 : found[i] != expected[i]) return false;
  }
  return true;
}

// What a voucher does to each account, side and item.
std::map<std::string, Fen> effect(const Entry& v) {
  std::map<std::string, Fen> sums;
  for (const auto& l : v.lines) sums[(l.debit ? "D " : "C ") + l.account + " " + l.aux] += l.fen;
  return sums;
}

class Cases : public ::testing::TestWithParam<bool> {
 protected:
  static std::unique_ptr<World> worlds_[2];  // one for each database, for all tests
  World* world_ = nullptr;

  void SetUp() override {
    if (GetParam() && !postgresql_installed()) GTEST_SKIP() << "PostgreSQL's server programs are not installed";
    std::unique_ptr<World>& world = worlds_[GetParam()];
    if (world) {
      world_ = world.get();
      return;
    }
    Plan plan;
    plan.config = "config/demo-province";
    plan.rules = {"employee", "resident", "maternity"};
    plan.postgresql = GetParam();
    plan.ddl = exchange_ddl(GetParam() ? "postgresql" : "sqlite");
    plan.books = case_books();
    world = std::make_unique<World>(plan);
    world_ = world.get();
    send(world_->business(), all_cases());
    world_->job("exchange pull");
  }
  static void TearDownTestSuite() {
    for (auto& world : worlds_) world.reset();
  }
};
std::unique_ptr<World> Cases::worlds_[2];

TEST_P(Cases, EachDocumentBecomesTheEntryThatIsWrittenDown) {
  for (const auto& one : all_cases()) {
    const auto found = answer(*world_, one);
    EXPECT_TRUE(same(one.record.expected, found)) << one.where() << ": " << one.key << " expected\n" << joined(one.record.expected) << "found\n" << joined(found);
  }
}

// A negative document of the same type undoes its original on the same sides, to the last item; another type is one that the
// rules name for it.
TEST_P(Cases, EachReversalReversesWhatItSays) {
  std::map<std::string, const Case*> by_key;
  for (const auto& one : all_cases()) by_key.emplace(one.key, &one);
  for (const auto& one : all_cases()) {
    if (one.record.command != "reverse") continue;
    ASSERT_FALSE(one.of.empty()) << one.where() << ": a reversal says of what";
    const Case& original = *by_key.at(one.of);
    const DocumentType& type = *rules(original.book).find(original.type);
    if (one.type != original.type) {
      EXPECT_THAT(type.reversed_by, ::testing::Contains(one.type)) << one.where();
      continue;
    }
    ASSERT_TRUE(type.negative) << one.where() << ": " << one.type << " may not be negative";
    auto sums = effect(entry_of(*world_, original));
    for (const auto& [what, fen] : effect(entry_of(*world_, one))) sums[what] += fen;
    for (const auto& [what, fen] : sums) EXPECT_EQ(fen, Fen()) << one.where() << ": " << what << " keeps " << fen.plain();
  }
}

TEST_P(Cases, TheBatchAddsUpAndEveryDocumentAgreesWithItsVoucher) {
  EXPECT_THAT(world_->job("exchange status"), ::testing::HasSubstr("\"exit\":0"));
  EXPECT_THAT(world_->job("exchange verify"), ::testing::HasSubstr("\"exit\":0"));
}

// A rule nobody has written a case for is a rule nobody has looked at.
TEST_P(Cases, EveryRuleOfEveryTypeHasACaseAndEveryTypeAReversal) {
  std::set<std::string> used, reversed;
  for (const auto& one : all_cases()) {
    if (one.record.command == "withdraw") continue;
    used.insert(rule_of_document(*world_, one));
    if (one.record.command == "reverse")
      for (const auto& original : all_cases())
        if (original.key == one.of) reversed.insert(original.book + " " + original.type);
  }
  for (const char* name : {"employee", "resident", "maternity"})
    for (const auto& [type, document] : rules(name).types) {
      EXPECT_TRUE(document.negative || !document.reversed_by.empty()) << name << " " << type << " does not say how it is reversed";
      EXPECT_TRUE(reversed.count(std::string(name) + " " + type)) << name << " " << type << " has no case of its reversal";
      EXPECT_TRUE(!document.memo || used.count(std::string(name) + " " + rules(name).version + " " + type + "/memo")) << name << " " << type << " has no case";
      for (const auto& rule : document.rules) EXPECT_TRUE(used.count(rule.name)) << rule.name << " has no case";
    }
}

// docs/exchange/documents.md: the forty types of the regulation, by number.
TEST(Standard, EveryNumberOfTheFortyHasItsTypesAndEveryTypeItsNumber) {
  std::set<std::string> listed;
  int last = 0;
  for (const auto& row : forty()) {
    EXPECT_EQ(row.number, ++last);
    for (const auto& [name, types] : {std::pair("employee", row.employee), std::pair("resident", row.resident), std::pair("maternity", row.maternity)})
      for (const auto& type : types) {
        EXPECT_NE(rules(name).find(type), nullptr) << "number " << row.number << ": no rules for " << type << " in " << name;
        listed.insert(std::string(name) + " " + type);
      }
    EXPECT_FALSE(row.employee.empty() && row.resident.empty() && row.instead.empty()) << "number " << row.number << " has neither a type nor a reason";
  }
  EXPECT_EQ(last, 40);
  for (const char* name : {"employee", "resident", "maternity"})
    for (const auto& [type, document] : rules(name).types) EXPECT_TRUE(listed.count(std::string(name) + " " + type)) << name << " " << type << " stands at no number of the forty";
}

INSTANTIATE_TEST_SUITE_P(Backends, Cases, ::testing::Values(false, true), [](const auto& info) { return info.param ? "postgresql" : "sqlite"; });

}  // namespace
}  // namespace mif::exchange
