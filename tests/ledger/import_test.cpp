// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/ledger/fixture.h"

namespace mif {
namespace {

using testing::draft;
using testing::LedgerFixture;

class ImportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (auto* world : {&one_, &other_}) {
      world->apply_charts();
      world->add_book("A");
      world->add_book("B");
    }
  }
  static std::vector<ledger::Draft> drafts(int count) {
    std::vector<ledger::Draft> all;
    for (int i = 0; i < count; ++i) {
      auto d = draft(i % 3 ? "A" : "B", Day(2023, 1 + i % 4, 1 + i % 28), "doc/" + std::to_string(i),
                     {"D 50010101 mode=" + std::to_string(1 + i % 3) + " " + Fen(100 + i).plain(), "C 1004 bank_account=1 " + Fen(100 + i).plain()});
      d.word = i % 2 ? "付" : "转";
      d.maker = "maker";
      all.push_back(std::move(d));
    }
    return all;
  }
  static std::vector<std::int64_t> import(LedgerFixture& world, const std::vector<ledger::Draft>& all) {
    std::vector<std::int64_t> ids;
    world.database().write([&](store::Txn& txn) { ids = world.ledger().import_posted(txn, LedgerFixture::who("reviewer"), all, "reviewer"); });
    return ids;
  }
  LedgerFixture one_, other_;
};

TEST_F(ImportTest, GivesTheSameLedgerAsPostingOneByOne) {
  const auto all = drafts(4321);
  const auto ids = import(one_, all);
  for (int i = 0; i < 400; ++i) other_.post(all[static_cast<std::size_t>(i)]);
  LedgerFixture third;
  third.apply_charts();
  third.add_book("A");
  third.add_book("B");
  import(third, {all.begin(), all.begin() + 400});
  EXPECT_EQ(third.state_hash(), other_.state_hash());
  for (const std::size_t i : {0, 1, 399}) EXPECT_EQ(third.voucher(static_cast<std::int64_t>(i) + 1).number, other_.voucher(static_cast<std::int64_t>(i) + 1).number);
  EXPECT_EQ(ids.size(), all.size());
  EXPECT_EQ(testing::describe(one_.verify_all()), "");
  EXPECT_EQ(testing::describe(third.verify_all()), "");
}

TEST_F(ImportTest, RunAgainAfterAnInterruptionChangesNothing) {
  const auto all = drafts(300);
  import(one_, {all.begin(), all.begin() + 120});
  const auto ids = import(one_, all);
  const auto hash = one_.state_hash();
  EXPECT_EQ(import(one_, all), ids);
  EXPECT_EQ(one_.state_hash(), hash);
  EXPECT_EQ(testing::describe(one_.verify_all()), "");
}

TEST_F(ImportTest, OneBadDraftStopsTheWholeImport) {
  auto all = drafts(50);
  const auto before = one_.state_hash();
  all[30].lines[0].fen += Fen(1);
  EXPECT_THROW(import(one_, all), Error);
  all = drafts(50);
  all[31].maker = "reviewer";
  EXPECT_THROW(import(one_, all), Error);
  all = drafts(50);
  all[32].source_key = all[5].source_key;
  EXPECT_THROW(import(one_, all), Error);
  EXPECT_EQ(one_.state_hash(), before);
}

}  // namespace
}  // namespace mif
