// SPDX-License-Identifier: Apache-2.0
// Matches made before they had one tree each are the same matches afterwards; and the database itself lets no line into two.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "mif/error.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

using ::testing::HasSubstr;

std::string said(Province& p, const std::string& job, const std::string& params = "{}", const std::string& login = "maker1") {
  std::ostringstream text;
  p.run(job, params, login)->stringify(text);
  return text.str();
}

// Three lines of the bank and of the book matched by number, one of the matches taken back, one opening item matched by hand.
void make_matches(Province& p) {
  std::ofstream(p.at("6.csv")) << "日期,金额,余额,流水号,凭据号,对方账号,对方户名,摘要\n2023-06-20,100.00,1100.00,R1,BF1,9900001003001,,拨入\n2023-06-21,200.00,1300.00,R2,BF2,9900001003001,,拨入\n"
                                  "2023-06-22,300.00,1600.00,R3,BF3,9900001003001,,拨入\n";
  p.run("statement import-file", R"({"account":"9900001004001","map":"statement-signed","file":")" + p.at("6.csv") + R"(","from":"2023-06-01","to":"2023-06-30"})", "maker1");
  int day = 20;
  for (const char* document : {"BF1", "BF2", "BF3"}) {
    p.post(document, Day(2023, 6, day), Fen(10'000 * (day - 19)), kAccount, "9900001003001", "用款");
    ++day;
  }
  const auto result = p.run("reconcile run", "{}", "maker1");
  ASSERT_EQ(p.total(result, "groups"), 3);
  p.run("reconcile unmatch", R"({"account":"9900001004001","group":")" + std::to_string(p.count("select min(id) from x_treasury_group")) + R"(","reason":"认错了"})", "maker1");
}

// The tables as migrations 002 to 014 left them, with the same matches.
void put_back_in_time(Province& p) {
  for (const char* sql :
       {"create table old_group (id BIGINT not null primary key, account VARCHAR(60) not null, rule VARCHAR(20) not null, rule_version BIGINT not null, why VARCHAR(2000) not null, made_by VARCHAR(120) not null,"
        " made_ms BIGINT not null, undone_by VARCHAR(120) not null, undone_ms BIGINT not null, undone_why VARCHAR(2000) not null)",
        "insert into old_group select id, account, rule, rule_version, 'as it was said', made_by, made_ms, undone_by, undone_ms, undone_why from x_treasury_group",
        "drop table x_treasury_group", "alter table old_group rename to x_treasury_group", "create index x_treasury_group_account on x_treasury_group (account, id)",
        "create table old_member (group_id BIGINT not null, item VARCHAR(60) not null, live_item VARCHAR(60) unique, account VARCHAR(60) not null, bank BIGINT not null, day BIGINT not null, fen BIGINT not null, primary key (group_id, item))",
        "insert into old_member select group_id, case when kind = 0 then 'book/' || cast(id as varchar(20)) || '/' || cast(n as varchar(20)) else 'bank/' || cast(id as varchar(20)) end,"
        " case when undone > 0 then null when kind = 0 then 'book/' || cast(id as varchar(20)) || '/' || cast(n as varchar(20)) else 'bank/' || cast(id as varchar(20)) end, account, kind, day, fen from x_treasury_member",
        "drop table x_treasury_member", "alter table old_member rename to x_treasury_member", "create index x_treasury_member_day on x_treasury_member (account, day)",
        "insert into x_treasury_group values (900, '9900001004001', 'manual', 1, 'by hand', 'maker1', 1, 'maker1', 2, 'no')", "insert into x_treasury_member values (900, 'book/1234567/123', null, '9900001004001', 0, 20230601, 5)",
        "insert into x_treasury_member values (900, 'book/7/45678', null, '9900001004001', 0, 20230601, -5)", "insert into x_treasury_member values (900, 'open/77', null, '9900001004001', 1, 20230601, 7)",
        "insert into x_treasury_member values (900, 'open/76', null, '9900001004001', 0, 20230601, 7)", "drop table x_treasury_drop", "drop table x_treasury_look", "drop table x_treasury_look_head", "drop table x_treasury_balance_head",  // what later migrations made
        "alter table x_treasury_return drop column dropped_ms", "alter table x_treasury_balance drop column chain", "alter table x_treasury_payable drop column budget_flagged",
        "delete from schema_version where room = 'plugin:treasury' and version >= 18"})
    p.write_sql(sql);
}

TEST(MatchKeys, an_upgrade_keeps_every_match_and_what_was_taken_back) {
  Province p;
  make_matches(p);
  put_back_in_time(p);
  ASSERT_NO_THROW(p.restart());
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
  EXPECT_EQ(p.count("select count(*) from x_treasury_member where undone = 0"), 4);
  const std::string matched = said(p, "reconcile list", R"({"state":"matched"})"), undone = said(p, "reconcile list", R"({"state":"undone"})");
  EXPECT_THAT(matched, HasSubstr("\"line\":\"bank/2\""));
  EXPECT_THAT(matched, HasSubstr("as it was said"));
  for (const char* line : {"book/1234567/123", "book/7/45678", "open/76", "open/77", "bank/1", "by hand"}) EXPECT_THAT(undone, HasSubstr(line));
  EXPECT_EQ(p.count("select kind * 1000 + id from x_treasury_member where kind > 1 and id = 77"), 3077);
  EXPECT_EQ(p.count("select id * 1000 + n from x_treasury_member where n = 123"), 1'234'567'123);

  // What was upgraded is taken back and matched again like what is new.
  const std::int64_t group = p.count("select max(id) from x_treasury_group where undone_ms = 0");
  p.run("reconcile unmatch", R"({"account":"9900001004001","group":")" + std::to_string(group) + R"(","reason":"重做"})", "maker1");
  EXPECT_EQ(p.count("select count(*) from x_treasury_member where undone = 0"), 2);
  EXPECT_EQ(p.total(p.run("reconcile run", "{}", "maker1"), "groups"), 2);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}

TEST(MatchKeys, the_database_lets_no_line_into_two_live_matches) {
  Province p;
  make_matches(p);
  EXPECT_THROW(p.write_sql("insert into x_treasury_member (account, kind, id, n, group_id, day, fen) select account, kind, id, n, 999, day, fen from x_treasury_member where undone = 0 and kind = 1 and id = 2"), Error);
  EXPECT_EQ(p.total(p.run("reconcile run", "{}", "maker1"), "groups"), 1);  // the lines that were taken back, anew
  EXPECT_THROW(p.write_sql("update x_treasury_member set undone = 0 where kind = 1 and id = 1 and undone > 0"), Error);
}

TEST(MatchKeys, what_somebody_does_to_a_match_is_found) {
  Province p;
  make_matches(p);
  const auto finds = [&](const char* change, const char* back, const char* says) {
    p.write_sql(change);
    EXPECT_THAT(said(p, "treasury verify", "{}", "viewer1"), HasSubstr(says)) << change;
    p.write_sql(back);
    EXPECT_EQ(p.exit_of("treasury verify"), 0) << back;
  };
  finds("update x_treasury_group set bank_to = bank_to - 1 where undone_ms = 0", "update x_treasury_group set bank_to = bank_to + 1 where undone_ms = 0", "不在组所记的范围内");
  finds("update x_treasury_member set undone = group_id where kind = 1 and id = 2", "update x_treasury_member set undone = 0 where kind = 1 and id = 2", "的状态与组不符");
  finds("update x_treasury_member set id = id + 500 where kind = 1 and undone = 0", "update x_treasury_member set id = id - 500 where kind = 1 and undone = 0", "这一行");
  p.write_sql("delete from x_treasury_member where undone = 0");
  EXPECT_THAT(said(p, "treasury verify", "{}", "viewer1"), HasSubstr("组没有成员"));
}

}  // namespace
}  // namespace mif::test
