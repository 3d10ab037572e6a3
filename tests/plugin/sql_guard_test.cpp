// SPDX-License-Identifier: Apache-2.0
#include "folders.h"
#include "kernel/service/sql_guard.h"

namespace mif::test {
namespace {

using service::SqlUse;

bool query_ok(const std::string& sql) {
  return refusal_of([&] { service::check_sql(sql, "t", SqlUse::query); }).code == MIF_OK;
}
bool execute_ok(const std::string& sql) {
  return refusal_of([&] { service::check_sql(sql, "t", SqlUse::execute); }).code == MIF_OK;
}
bool migration_ok(const std::string& sql) {
  return refusal_of([&] { service::check_migration_sql(sql, "t"); }).code == MIF_OK;
}

TEST(SqlGuard, LetsOrdinaryQueriesThrough) {
  for (const char* sql : {
           "select a, b from x_t_one where a = ? order by b limit 10",
           "select cast(sum(fen) as bigint) from x_t_one group by a having count(*) > 1",
           "select o.a, (select max(b) from x_t_two where x_t_two.a = o.a) from x_t_one as o left join x_t_two t on t.a = o.a and (t.b = 1 or t.c in (1, 2))",
           "select 1 from x_t_one a, x_t_two b where a.id = b.id and a.note = 'from voucher; -- it''s fine'",
           "with w as (select a from x_t_one), v (x, y) as (select a, a from w) select * from v join w on w.a = v.x",
           "select a from x_t_one where exists (select 1 from x_t_two) union all select a from x_t_two",
           "select case when (a = 1) then 'x' else 'y' end from x_t_one",
           "select voucher.account from x_t_one voucher where a in (select b from (select b from x_t_two) inside)",
           "select row_number() over (partition by a order by b, c) from X_T_One",
       })
    EXPECT_TRUE(query_ok(sql)) << sql;
  for (const char* sql : {"insert into x_t_one (a, b) values (?, ?)", "insert into x_t_one (a) select a from x_t_two where b = 1",
                          "insert into x_t_one (a, b) values (?, ?) on conflict (a) do update set b = excluded.b", "insert into x_t_one (a) values (?) on conflict (a) do nothing",
                          "update x_t_one set a = a + 1, b = coalesce(?, b) where c = 'x'", "delete from x_t_one where a in (select a from x_t_two)"})
    EXPECT_TRUE(execute_ok(sql)) << sql;
}

TEST(SqlGuard, RefusesEveryWayToAnotherTable) {
  for (const char* sql : {
           "select * from voucher", "select * from x_t_one, voucher", "select * from x_t_one join voucher on 1 = 1", "select * from (voucher)", "select * from ((x_t_one), voucher)",
           "select * from x_t_one where a in voucher", "select * from x_t_one where a in (select a from voucher)", "select (select a from posting) from x_t_one",
           "select * from x_other_one", "select * from x_ti", "select * from main.x_t_one", "select * from x_t_one.voucher", "select * from \"voucher\"", "select * from [voucher]", "select * from `voucher`",
           "select * from 'voucher'", "select a from x_t_one union select a from voucher", "with voucher as (select * from voucher) select * from voucher",
           "with a as (select * from b), b as (select 1 from x_t_one) select * from a", "with recursive r as (select 1 from x_t_one) select * from r",
           "with d as (delete from voucher) select 1 from x_t_one", "with d as (delete from x_t_one) select 1 from x_t_one", "select * from x_t_one natural join voucher",
           "select * from lateral voucher", "select * from only voucher", "select 1 from x_t_one where exists (table voucher)", "select a into voucher from x_t_one",
           "select * from generate_series(1, 2)", "select * from pragma_table_info(1)", "select * from x_t_one()", "select * from x_t_one order by (select 1 from voucher)",
       })
    EXPECT_FALSE(query_ok(sql)) << sql;
  for (const char* sql : {"insert into voucher (a) values (1)", "update voucher set a = 1", "delete from voucher", "update x_t_one set a = b from voucher", "delete from x_t_one using voucher",
                          "insert into x_t_one (a) select a from voucher", "insert or replace into voucher values (1)", "replace into x_t_one values (1)", "merge into x_t_one"})
    EXPECT_FALSE(execute_ok(sql)) << sql;
}

TEST(SqlGuard, RefusesFunctionsCommentsAndSecondStatements) {
  for (const char* sql : {"select 1 from x_t_one; select 1 from x_t_one", "select 1 from x_t_one -- x", "select 1 /* x */ from x_t_one", "select query_to_xml('select 1', true, true, '') from x_t_one",
                          "select load_extension('x') from x_t_one", "select pg_sleep(10) from x_t_one", "select a::text from x_t_one", "select $$x$$ from x_t_one", "select E'\\'' from x_t_one",
                          "select 'a\\' from x_t_one", "select 1.5 from x_t_one", "select :name from x_t_one", "select a from x_t_one where (a = 1", "pragma user_version", "", "select a from",
                          "update x_t_one set a = 1", "vacuum", "begin"})
    EXPECT_FALSE(query_ok(sql)) << sql;
  EXPECT_FALSE(execute_ok("select a from x_t_one"));
  EXPECT_FALSE(execute_ok("create table x_t_three (a bigint)"));
  EXPECT_EQ(refusal_of([&] { service::check_sql("select 1 from x_t_one", "", SqlUse::query); }).code, MIF_E_DENIED);
}

TEST(SqlGuard, LetsMigrationsShapeOnlyTheirOwnTables) {
  for (const char* sql : {"create table x_t_one (a bigint not null primary key, b varchar(20) default 'x', foreign key (a) references x_t_two (a))", "create table if not exists x_t_one (a bigint)",
                          "create unique index x_t_one_a on x_t_one (a, b)", "alter table x_t_one add column c bigint", "drop table if exists x_t_one", "drop index x_t_one_a",
                          "insert into x_t_one (a) values (1)"})
    EXPECT_TRUE(migration_ok(sql)) << sql;
  for (const char* sql : {"create table voucher (a bigint)", "create index x_t_i on voucher (a)", "create index voucher_i on x_t_one (a)", "create table x_t_one as select * from voucher",
                          "create table x_t_one (a bigint references voucher (id))", "alter table x_t_one rename to voucher", "drop table voucher", "create view x_t_v as select 1",
                          "create trigger x_t_r after insert on x_t_one begin delete from voucher", "drop trigger x", "create temp table x_t_one (a bigint)", "insert into voucher (a) values (1)"})
    EXPECT_FALSE(migration_ok(sql)) << sql;
}

}  // namespace
}  // namespace mif::test
