// SPDX-License-Identifier: Apache-2.0
// What goes in comes out: every one of these was seen to fail somewhere between a program and a database.
#include <limits>

#include "tests/store/fixture.h"

namespace mif::store {
namespace {

using Values = StoreTest;

TEST_F(Values, AmountsOfEverySizeComeBackExactly) {
  const std::vector<std::int64_t> amounts = {0, -1, 5963000000000, 705032704, 5000000000, 2147483647, 2147483648, -2147483649, 9007199254740993,
                                             123456789012345678, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
  database_->write([&](Txn& txn) {
    for (std::size_t i = 0; i < amounts.size(); ++i) txn.execute("insert into thing (id, fen) values (?, ?)", {static_cast<int>(i), Fen(amounts[i])});
  });
  std::vector<std::int64_t> found;
  database_->read([&](Txn& txn) {
    txn.query("select fen from thing order by id", {}, [&](const Row& row) {
      EXPECT_FALSE(row.is_text(0));
      found.push_back(row.fen(0).value());
    });
  });
  EXPECT_EQ(found, amounts);
}

TEST_F(Values, SumsBeyondWhatADoubleHoldsAreExact) {
  database_->write([&](Txn& txn) {
    insert(txn, 1, 9007199254740993);
    insert(txn, 2, 2);
    insert(txn, 3, 4611686018427387904);
  });
  database_->read([&](Txn& txn) {
    EXPECT_EQ(txn.integer("select cast(sum(fen) as bigint) from thing"), 4620693217682128899);
    EXPECT_EQ(txn.integer("select sum(fen) from thing where id < 3"), 9007199254740995);
    EXPECT_EQ(txn.integer("select count(*) from thing"), 3);
    EXPECT_EQ(txn.integer("select max(fen) from thing"), 4611686018427387904);
    EXPECT_EQ(txn.integer("select cast(sum(fen) as bigint) from thing where id > 99"), std::nullopt);
  });
}

TEST_F(Values, TextsComeBackByteForByte) {
  const std::vector<std::string> texts = {
      "",
      "a",
      times("医", 200),
      times("疗", 400),
      "quote ' double \" back \\ percent % question ? colon :p1 ::x brace {} semicolon ; comma , NULL",
      " leading and trailing ",
      "line\nbreak\ttab",
      "😀𠀀é",
      times("x", 399),
  };
  database_->write([&](Txn& txn) {
    for (std::size_t i = 0; i < texts.size(); ++i) txn.execute("insert into thing (id, name) values (?, ?)", {static_cast<int>(i), texts[i]});
  });
  std::vector<std::string> found;
  database_->read([&](Txn& txn) {
    txn.query("select name from thing order by id", {}, [&](const Row& row) {
      EXPECT_FALSE(row.null(0));
      EXPECT_TRUE(row.is_text(0));
      found.emplace_back(row.text(0));
    });
    for (const std::string& text : texts) EXPECT_EQ(txn.integer("select count(*) from thing where name = ?", {text}), 1) << text;
  });
  EXPECT_EQ(found, texts);
}

TEST_F(Values, LongTextsAreNeverCut) {
  for (const int length : {1000, 4000, 4001, 8001, 10000, 19999}) {
    const std::string note = times("0123456789", length / 10) + std::string(static_cast<std::size_t>(length % 10), 'z');
    const std::string hanzi = times("金", length);
    database_->write([&](Txn& txn) {
      txn.execute("delete from thing");
      txn.execute("insert into thing (id, note) values (1, ?)", {note});
      txn.execute("insert into thing (id, note) values (2, ?)", {hanzi});
    });
    database_->read([&](Txn& txn) {
      EXPECT_EQ(txn.text("select note from thing where id = ?", {1}), note);
      EXPECT_EQ(txn.text("select note from thing where id = ?", {2}), hanzi);
    });
  }
}

TEST_F(Values, NullIsNotTheEmptyTextAndNotZero) {
  database_->write([&](Txn& txn) {
    txn.execute("insert into thing (id, fen, name) values (?, ?, ?)", {1, nullptr, nullptr});
    txn.execute("insert into thing (id, fen, name) values (?, ?, ?)", {2, 0, ""});
  });
  database_->read([&](Txn& txn) {
    txn.query("select fen, name from thing order by id", {}, [n = 0](const Row& row) mutable {
      EXPECT_EQ(row.null(0), n == 0);
      EXPECT_EQ(row.null(1), n == 0);
      EXPECT_EQ(row.text(1), "");
      if (n == 0)
        EXPECT_THROW(row.integer(0), Error);
      else
        EXPECT_EQ(row.integer(0), 0);
      ++n;
    });
    EXPECT_EQ(txn.integer("select fen from thing where id = 1"), std::nullopt);
    EXPECT_EQ(txn.text("select name from thing where id = 1"), std::nullopt);
    EXPECT_EQ(txn.text("select name from thing where id = 2"), "");
    EXPECT_EQ(txn.text("select name from thing where id = 3"), std::nullopt);
    EXPECT_EQ(txn.integer("select count(*) from thing where name is null"), 1);
  });
}

TEST_F(Values, AnEmptyTextWithoutStorageIsStillATextAndNotNull) {
  const std::vector<Param> row = {2, std::string_view()};
  database_->write([&](Txn& txn) {
    txn.execute("insert into thing (id, name) values (?, ?)", {1, std::string_view()});
    txn.execute("update thing set note = ? where id = 1", {std::string_view()});
    txn.execute("delete from thing where name is null");
    EXPECT_EQ(txn.text("select note from thing where id = 1"), "");
    txn.execute("delete from thing");
    txn.bulk_insert("thing", {"id", "name"}, row);
  });
  database_->read([&](Txn& txn) { EXPECT_EQ(txn.text("select name from thing where id = 2"), ""); });
}

TEST_F(Values, ANulCharacterInATextIsRefusedInsteadOfCuttingIt) {
  const std::string text("a\0b", 3);
  EXPECT_EQ(code_of([&] { database_->write([&](Txn& txn) { txn.execute("insert into thing (id, name) values (1, ?)", {text}); }); }), MIF_E_INVALID);
  EXPECT_EQ(code_of([&] {
              database_->write([&](Txn& txn) {
                const std::vector<Param> row = {1, text};
                txn.bulk_insert("thing", {"id", "name"}, row);
              });
            }),
            MIF_E_INVALID);
  EXPECT_EQ(count(), 0);
}

TEST_F(Values, AQuestionMarkInALiteralOrACommentIsNoParameter) {
  database_->write([&](Txn& txn) {
    txn.execute("insert into thing (id, name) -- what? :x\n values (?, 'why? :p9 it''s') /* ? */", {7});
  });
  database_->read([&](Txn& txn) { EXPECT_EQ(txn.text("select name from thing where id = ? and name like '%?%'", {7}), "why? :p9 it's"); });
}

TEST_F(Values, AsManyParametersAsMarksOrAnError) {
  database_->write([&](Txn& txn) { insert(txn, 1, 10); });
  Txn txn = database_->begin(Mode::read);
  EXPECT_EQ(code_of([&] { txn.integer("select fen from thing where id = ?", {}); }), MIF_E_INTERNAL);
  EXPECT_EQ(code_of([&] { txn.integer("select fen from thing where id = ?", {1, 2}); }), MIF_E_INTERNAL);
}

TEST_F(Values, ATextIsNotTakenForAnInteger) {
  database_->write([&](Txn& txn) { txn.execute("insert into thing (id, name) values (1, '12a')"); });
  Txn txn = database_->begin(Mode::read);
  EXPECT_EQ(code_of([&] { txn.integer("select name from thing"); }), MIF_E_INTERNAL);
}

TEST_F(Values, StatementsTellHowManyRowsTheyChanged) {
  database_->write([&](Txn& txn) {
    for (int i = 1; i <= 5; ++i) insert(txn, i, i);
    EXPECT_EQ(txn.execute("update thing set fen = fen + ? where id > ?", {10, 3}), 2);
    EXPECT_EQ(txn.execute("update thing set fen = 0 where id = ?", {99}), 0);
    EXPECT_EQ(txn.execute("delete from thing where id in (?, ?)", {1, 2}), 2);
    EXPECT_EQ(txn.execute("insert into thing (id) select id + 100 from thing"), 3);
  });
  EXPECT_EQ(count(), 6);
}

TEST_F(Values, OnConflictUpdatesTheRowThatIsThere) {
  if (generic()) GTEST_SKIP() << "an unknown database may not have `on conflict`";
  database_->write([&](Txn& txn) {
    for (int round = 0; round < 3; ++round)
      txn.execute("insert into thing (id, fen) values (?, ?) on conflict (id) do update set fen = thing.fen + excluded.fen", {1, 5963000000000});
    EXPECT_EQ(txn.integer("select fen from thing where id = 1"), 17889000000000);
    EXPECT_EQ(txn.execute("insert into thing (id, fen) values (1, 2) on conflict (id) do nothing"), 0);
  });
}

TEST_F(Values, ARowIsReadWhileTheSameStatementRunsAgain) {
  database_->write([&](Txn& txn) {
    for (int i = 1; i <= 3; ++i) insert(txn, i, 10 * i);
  });
  std::int64_t pairs = 0, sum = 0;
  database_->read([&](Txn& txn) {
    constexpr std::string_view kAll = "select id, fen from thing where id > ? order by id";
    const std::vector<Param> from = {0};
    txn.query(kAll, from, [&](const Row& outer) {
      const std::int64_t id = outer.integer(0);
      txn.query(kAll, from, [&](const Row& inner) {
        ++pairs;
        sum += inner.integer(1);
      });
      EXPECT_EQ(outer.integer(0), id);
    });
  });
  EXPECT_EQ(pairs, 9);
  EXPECT_EQ(sum, 180);
}

TEST_F(Values, ManyDifferentStatementsDoNotExhaustAConnection) {
  database_->read([&](Txn& txn) {
    for (int i = 0; i < 1500; ++i) ASSERT_EQ(txn.integer("select count(*) + " + std::to_string(i) + " from thing"), i);
  });
}

}  // namespace
}  // namespace mif::store
