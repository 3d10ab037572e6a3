// SPDX-License-Identifier: Apache-2.0
// Killed while pulling, run again: the same state as if nothing had happened.
#include <gtest/gtest.h>

#include "home.h"

namespace mif::exchange {
namespace {

using exchange::testing::Home;

constexpr int kDocuments = 240;

void fill(Home& home) {
  for (int i = 0; i < kDocuments; ++i) {
    const std::string key = "K" + std::to_string(i), amount = std::to_string(i + 1) + ".01";
    if (i % 3 == 0) home.individual(key, amount);
    else if (i % 40 == 1) home.individual(key, amount, "20230531");
    else home.subsidy(key, amount);
    if (i % 50 == 6) home.withdraw(key);
  }
}

TEST(Interrupted, APullThatIsKilledAnywhereContinuesToTheSameState) {
  Home reference(7);
  fill(reference);
  reference.job("exchange pull");
  const std::string expected = reference.state_hash();
  const auto owed = reference.payables();

  Home home(7);
  fill(home);
  const int killed = home.killed_often("exchange pull", 40000, 25000);
  home.job("exchange pull");
  EXPECT_EQ(home.state_hash(), expected);
  EXPECT_EQ(home.payables(), owed);
  home.job("exchange ack");
  EXPECT_EQ(home.value("select count(*) from ex_status"), reference.value("select count(*) + (select count(*) from ex_withdrawal) from ex_document"));
  EXPECT_GT(killed, 0);
}

TEST(Interrupted, TakenInPiecesOrAtOnceIsTheSame) {
  Home pieces(7), whole(1000);
  fill(pieces);
  fill(whole);
  while (!pieces.job("exchange pull", "{\"limit\":\"10\"}").has("\"received\":0,\"amount\":\"0.00\",\"drafted\":0")) continue;
  whole.job("exchange pull");
  EXPECT_EQ(pieces.state_hash(), whole.state_hash());
  EXPECT_EQ(pieces.payables(), whole.payables());
}

TEST(Interrupted, AnAcknowledgementThatWasSentButNotMarkedIsSentAgainWithoutHarm) {
  Home home;
  home.subsidy("A", "1.00");
  home.job("exchange pull");
  home.job("exchange ack");
  home.deployment().database().write([&](store::Txn& txn) { txn.execute("update x_exchange_outbox set sent_ms = 0"); });
  EXPECT_TRUE(home.job("exchange ack").has("\"sent\":1"));
  EXPECT_EQ(home.value("select count(*) from ex_status"), "1");
}

}  // namespace
}  // namespace mif::exchange
