// SPDX-License-Identifier: Apache-2.0
// What the database itself refuses to whoever comes past the kernel.
#include <gtest/gtest.h>

#include "mif/error.hpp"
#include "tests/ledger/fixture.h"
#include "tests/support/postgres_server.h"

namespace mif {
namespace {

using testing::draft;
using testing::LedgerFixture;

class Triggers : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    std::string dsn;
    if (GetParam() == std::string("postgresql")) {
      if (!testing::PostgresServer::installed()) GTEST_SKIP() << "PostgreSQL's server programs are not installed";
      server_ = std::make_unique<testing::PostgresServer>();
      dsn = server_->dsn(server_->fresh_database());
    }
    world_ = std::make_unique<LedgerFixture>(dsn);
    world_->apply_charts();
    world_->add_book("A");
    posted_ = world_->post(draft("A", Day(2023, 1, 5), "posted", {"D 1001 1.00", "C 2101 1.00"}));
    drafted_ = world_->propose(draft("A", Day(2023, 2, 5), "drafted", {"D 1001 1.00", "C 2101 1.00"}));
    world_->carry_and_close("A", {2023, 1});
  }
  void TearDown() override { world_.reset(); }
  bool refused(const std::string& sql) {
    try {
      world_->database().write([&](store::Txn& txn) { EXPECT_GT(txn.execute(sql), 0) << sql; });
    } catch (const Error&) {
      return true;
    }
    return false;
  }
  std::string one_more_line(std::int64_t voucher, int line) const {
    return "insert into ledger_line select book, year, month, voucher, " + std::to_string(line) + ", side, fen, account, aux, summary from ledger_line where line = 1 and voucher = " + std::to_string(voucher);
  }
  std::string one_more_voucher(int month) const {
    return "insert into ledger_voucher select book, year, " + std::to_string(month) + ", id + 4711, day, word, number + 4711, 1, closing, reverses, attachments, total, flow, source_plugin, "
           "'other', summary, maker, reviewer, poster, content_hash, workflow_instance, created_ms, posted_ms, cashier, part, parts, lead from ledger_voucher where id = " + std::to_string(posted_);
  }
  std::unique_ptr<testing::PostgresServer> server_;
  std::unique_ptr<LedgerFixture> world_;
  std::int64_t posted_ = 0, drafted_ = 0;
};

TEST_P(Triggers, NoLineIsAddedToAPostedVoucher) {
  EXPECT_TRUE(refused(one_more_line(posted_, 3)));
  EXPECT_TRUE(refused(one_more_line(posted_, 0)));
  EXPECT_FALSE(refused(one_more_line(drafted_, 3)));
}

TEST_P(Triggers, APostedVoucherHidesInNoLongerStatement) {
  const std::string both = "insert into ledger_line select book, year, month, voucher, line + 10, side, fen, account, aux, summary from ledger_line where voucher in (";
  EXPECT_TRUE(refused(both + std::to_string(drafted_) + ", " + std::to_string(posted_) + ")"));
  EXPECT_FALSE(refused(both + std::to_string(drafted_) + ")"));
}

TEST_P(Triggers, NoVoucherEntersAClosedMonth) {
  EXPECT_TRUE(refused(one_more_voucher(1)));
  EXPECT_FALSE(refused(one_more_voucher(2)));
}

TEST_P(Triggers, APostedVoucherNeitherChangesNorVanishes) {
  EXPECT_TRUE(refused("update ledger_voucher set summary = 'x' where id = " + std::to_string(posted_)));
  for (const char* table : {"ledger_voucher", "ledger_line", "ledger_period", "ledger_book"}) EXPECT_TRUE(refused(std::string("delete from ") + table)) << table;
  EXPECT_TRUE(refused("update ledger_line set fen = fen + 1"));
  EXPECT_TRUE(refused("update ledger_period set state = 1 where state = 2"));
}

TEST_P(Triggers, LinesVanishWithADraftOnly) {
  const auto remove = [](std::int64_t voucher) { return "delete from ledger_line where voucher = " + std::to_string(voucher); };
  EXPECT_TRUE(refused(remove(posted_)));
  world_->database().write([&](store::Txn& txn) { world_->ledger().submit(txn, LedgerFixture::who("maker"), drafted_); });
  EXPECT_TRUE(refused(remove(drafted_)));
  world_->database().write([&](store::Txn& txn) { world_->ledger().reject(txn, LedgerFixture::who("reviewer"), drafted_, "wrong"); });
  EXPECT_FALSE(refused(remove(drafted_)));
}

TEST_P(Triggers, ADraftMovesIntoNoClosedMonth) {
  const auto move = [&](int month) { return "update ledger_voucher set month = " + std::to_string(month) + " where id = " + std::to_string(drafted_); };
  EXPECT_TRUE(refused(move(1)));
  EXPECT_FALSE(refused(move(3)));
}

TEST_P(Triggers, NothingIsAttachedToAPostedVoucher) {
  const auto attach = [](std::int64_t voucher) {
    return "insert into ledger_attachment select book, year, month, id, 1, content_hash, 'a.pdf', 'application/pdf', 1 from ledger_voucher where id = " + std::to_string(voucher);
  };
  EXPECT_TRUE(refused(attach(posted_)));
  EXPECT_FALSE(refused(attach(drafted_)));
  EXPECT_TRUE(refused("update ledger_attachment set name = 'b.pdf'"));
}

INSTANTIATE_TEST_SUITE_P(On, Triggers, ::testing::Values("sqlite", "postgresql"), [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace mif
