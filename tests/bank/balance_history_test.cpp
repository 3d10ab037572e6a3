// SPDX-License-Identifier: Apache-2.0
// The history of balances is only ever added to: verify finds whatever was changed, lost or put in.
#include <gtest/gtest.h>

#include "tests/bank/province.h"

namespace mif::test {
namespace {

class BalanceHistory : public ::testing::Test {
 protected:
  BalanceHistory() {
    p.review(p.owe(2));
    for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
    p.run("statement import", R"({"from":"2023-06-01","to":"2023-06-30"})");
    for (int i = 0; i < 3; ++i) p.run("treasury balance");
  }
  void changed(const std::string& there) {
    p.write_sql("create table keep_balance as select * from x_treasury_balance");
    p.write_sql("create table keep_head as select * from x_treasury_balance_head");
    p.write_sql(there);
    EXPECT_EQ(p.exit_of("treasury verify"), 3) << there;
    p.write_sql("delete from x_treasury_balance");
    p.write_sql("insert into x_treasury_balance select * from keep_balance");
    p.write_sql("delete from x_treasury_balance_head");
    p.write_sql("insert into x_treasury_balance_head select * from keep_head");
    p.write_sql("drop table keep_balance");
    p.write_sql("drop table keep_head");
    EXPECT_EQ(p.exit_of("treasury verify"), 0) << "after undoing " << there;
  }
  Province p;
};

TEST_F(BalanceHistory, that_was_changed_is_a_finding) {
  ASSERT_EQ(p.count("select count(*) from x_treasury_balance where source = 'bank'"), 3);
  ASSERT_EQ(p.count("select count(*) from x_treasury_balance where source = 'statement'"), 1);
  ASSERT_EQ(p.exit_of("treasury verify"), 0);
  const std::string last = " where id = (select max(id) from x_treasury_balance)", first = " where id = (select min(id) from x_treasury_balance where source = 'bank')";
  for (const std::string& one : {last, first}) {
    changed("update x_treasury_balance set fen = fen + 1" + one);
    changed("update x_treasury_balance set state = 'unknown'" + one);
    changed("update x_treasury_balance set asked_ms = asked_ms - 1" + one);
    changed("update x_treasury_balance set chain = ''" + one);
    changed("delete from x_treasury_balance" + one);
  }
  changed("delete from x_treasury_balance");
  changed("insert into x_treasury_balance (id, account, source, state, day, fen, asked_by, asked_ms, error) select max(id) + 1, min(account), 'bank', 'known', 20231231, 5, 'x', 1, '' from x_treasury_balance");
}

TEST_F(BalanceHistory, of_statements_is_held_against_the_statements_also_where_it_is_older_than_the_digests) {
  p.write_sql("update x_treasury_balance_head set after_id = (select max(id) from x_treasury_balance), balances = 0, chain = ''");
  p.write_sql("update x_treasury_balance set chain = ''");
  ASSERT_EQ(p.exit_of("treasury verify"), 0) << "as before there were digests";
  changed("update x_treasury_balance set fen = fen + 1 where source = 'statement'");
  p.run("treasury balance");
  EXPECT_EQ(p.exit_of("treasury verify"), 0) << "and on from there";
  changed("update x_treasury_balance set fen = fen + 1 where id = (select max(id) from x_treasury_balance)");
}

}  // namespace
}  // namespace mif::test
