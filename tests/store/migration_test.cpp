// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "tests/store/fixture.h"

namespace mif::store {
namespace {

using Migrations = StoreTest;

constexpr std::string_view kFirst =
    "-- things; with a semicolon in a comment\n"
    "create table part (id bigint not null primary key, name varchar(40) not null);\n"
    "insert into part (id, name) values (1, 'a;b');\n"
    "--@sqlite\n"
    "create trigger part_stays before update on part begin\n"
    "  select raise(abort, 'a part never changes; ever');\n"
    "end;\n"
    "--@postgresql\n"
    "create function part_stays() returns trigger language plpgsql as $$\n"
    "begin\n"
    "  raise exception 'a part never changes; ever';\n"
    "end;\n"
    "$$;\n"
    "create trigger part_stays before update on part for each row execute function part_stays();\n"
    "--@generic\n"
    "insert into part (id, name) values (2, 'generic');\n"
    "--@all\n"
    "create index part_name on part (name);\n";

TEST_F(Migrations, RunOnceInOrderWithThePartsOfTheDialect) {
  const Migration one[] = {{1, "first", kFirst}};
  const Migration two[] = {{1, "first", kFirst}, {2, "second", "alter table part add column fen bigint;\nupdate schema_version set name = name;\n"}};
  migrate(*database_, "part", one);
  migrate(*database_, "part", one);
  migrate(*database_, "part", two);
  migrate(*database_, "part", two);
  database_->read([&](Txn& txn) {
    EXPECT_EQ(txn.text("select name from part where id = 1"), "a;b");
    EXPECT_EQ(txn.integer("select count(*) from part where fen is null"), generic() ? 2 : 1);
    EXPECT_EQ(txn.integer("select count(*) from schema_version where room = 'part'"), 2);
  });
  if (generic()) return;
  EXPECT_NE(code_of([&] { database_->write([&](Txn& txn) { txn.execute("update part set name = 'x'"); }); }), MIF_OK);
}

TEST_F(Migrations, AStepThatFailsLeavesNothingBehind) {
  const Migration broken[] = {{1, "broken", "create table half (id bigint);\ncreate table half (id bigint);\n"}};
  std::string message;
  EXPECT_EQ(code_of([&] { migrate(*database_, "broken", broken); }, &message), MIF_E_INTERNAL);
  EXPECT_NE(message.find("broken"), std::string::npos);
  const Migration mended[] = {{1, "mended", "create table half (id bigint);\n"}};
  migrate(*database_, "broken", mended);
  EXPECT_EQ(count("half"), 0);
}

TEST_F(Migrations, ADatabaseOfANewerProgramIsRefused) {
  const Migration newer[] = {{1, "a", "create table a1 (id bigint);\n"}, {5, "b", "create table a5 (id bigint);\n"}};
  migrate(*database_, "room", newer);
  EXPECT_EQ(code_of([&] { migrate(*database_, "room", std::span(newer, 1)); }), MIF_E_CONFLICT);
}

TEST_F(Migrations, TwoProcessesStartingAtOnceBothSucceed) {
  const auto other = Database::open(test_->options());
  const Migration step[] = {{1, "a", "create table once (id bigint);\ninsert into once (id) values (1);\n"}};
  std::string failure;
  std::thread second([&] {
    try {
      migrate(*other, "once", step);
    } catch (const Error& error) {
      failure = error.what();
    }
  });
  if (!generic()) migrate(*database_, "once", step);
  second.join();
  EXPECT_EQ(failure, "");
  EXPECT_EQ(count("once"), 1);
}

}  // namespace
}  // namespace mif::store
