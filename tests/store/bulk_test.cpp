// SPDX-License-Identifier: Apache-2.0
// Many rows by each back end's fastest path hold the same values as one by one, and belong to the transaction.
#include "tests/store/fixture.h"

#include <atomic>
#include <thread>

namespace mif::store {
namespace {

using Bulk = StoreTest;

struct Rows {
  std::vector<std::string> texts;
  std::vector<Param> values;
};

// Row i: id, an amount or NULL, a name with everything an escape could get wrong, a note or NULL.
Rows make_rows(int from, int count) {
  Rows rows;
  rows.texts.reserve(static_cast<std::size_t>(count) * 2);
  for (int i = from; i < from + count; ++i) {
    rows.values.emplace_back(i);
    if (i % 5 == 0)
      rows.values.emplace_back(nullptr);
    else
      rows.values.emplace_back(std::int64_t{5963000000000} + i);
    rows.texts.push_back("名'\"\\{},NULL?:p1 " + std::to_string(i));
    rows.values.emplace_back(rows.texts.back());
    if (i % 3 == 0) {
      rows.values.emplace_back(nullptr);
    } else {
      rows.texts.push_back(i % 2 ? "" : times("注", i % 50));
      rows.values.emplace_back(rows.texts.back());
    }
  }
  return rows;
}

void expect_rows(Txn& txn, int from, int count) {
  const Rows wanted = make_rows(from, count);
  std::size_t at = 0;
  const std::vector<Param> range = {from, from + count};
  txn.query("select id, fen, name, note from thing where id >= ? and id < ? order by id", range, [&](const Row& row) {
    ASSERT_LT(at, wanted.values.size());
    for (std::size_t i = 0; i < 4; ++i, ++at) {
      const Param& value = wanted.values[at];
      ASSERT_EQ(row.null(i), value.null()) << at;
      if (value.integer()) {
        ASSERT_EQ(row.integer(i), *value.integer());
      }
      if (value.text()) {
        ASSERT_EQ(row.text(i), *value.text());
      }
    }
  });
  EXPECT_EQ(at, wanted.values.size());
}

const std::vector<std::string> kColumns = {"id", "fen", "name", "note"};

TEST_F(Bulk, EveryBatchSizeHoldsEveryValue) {
  int from = 0;
  for (const int size : {1, 3, 49, 50, 51, 120, 499, 500, 501, 2500}) {
    database_->write([&](Txn& txn) { txn.bulk_insert("thing", kColumns, make_rows(from, size).values); });
    database_->read([&](Txn& txn) { expect_rows(txn, from, size); });
    from += size;
  }
  EXPECT_EQ(count(), from);
}

TEST_F(Bulk, CanBeUsedTwiceInOneTransactionBetweenOtherStatements) {
  database_->write([&](Txn& txn) {
    txn.bulk_insert("thing", kColumns, make_rows(0, 700).values);
    EXPECT_EQ(txn.integer("select count(*) from thing"), 700);
    txn.bulk_insert("thing", kColumns, make_rows(700, 800).values);
    txn.bulk_insert("thing", kColumns, make_rows(1500, 2).values);
    txn.execute("delete from thing where id = ?", {0});
    EXPECT_EQ(txn.integer("select count(*) from thing"), 1501);
  });
  EXPECT_EQ(count(), 1501);
}

TEST_F(Bulk, RollsBackWithItsTransaction) {
  for (const int size : {3, 900}) {
    Txn txn = database_->begin(Mode::write);
    txn.bulk_insert("thing", kColumns, make_rows(0, size).values);
  }
  EXPECT_EQ(count(), 0);
}

TEST_F(Bulk, ABrokenKeyInTheMiddleIsAConflictAndLeavesNothing) {
  database_->write([&](Txn& txn) { insert(txn, 40); });
  for (const int size : {45, 100, 900}) {
    EXPECT_EQ(code_of([&] { database_->write([&](Txn& txn) { txn.bulk_insert("thing", kColumns, make_rows(0, size).values); }); }), MIF_E_CONFLICT) << size;
    EXPECT_EQ(count(), 1);
  }
  database_->write([&](Txn& txn) { txn.bulk_insert("thing", kColumns, make_rows(41, 900).values); });
  EXPECT_EQ(count(), 901);
}

TEST_F(Bulk, WrittenBesideTheCallerTheyAreThereForTheNextStatement) {
  database_->write([&](Txn& txn) {
    for (int part = 0; part < 4; ++part) txn.bulk_insert_later("thing", kColumns, make_rows(part * 700, 700).values);  // the texts are gone when it returns
    EXPECT_EQ(txn.integer("select count(*) from thing"), 2800);
    txn.bulk_insert_later("thing", kColumns, make_rows(2800, 3).values);
    txn.bulk_insert_later("thing", kColumns, make_rows(2803, 900).values);
  });
  database_->read([&](Txn& txn) { expect_rows(txn, 0, 3703); });
}

TEST_F(Bulk, WrittenBesideTheCallerTheyRollBackAsWell) {
  {
    Txn txn = database_->begin(Mode::write);
    txn.bulk_insert_later("thing", kColumns, make_rows(0, 5000).values);
  }
  EXPECT_EQ(count(), 0);
  EXPECT_THROW(database_->write([&](Txn& txn) {
    txn.bulk_insert_later("thing", kColumns, make_rows(0, 5000).values);
    throw std::runtime_error("changed my mind");
  }),
               std::runtime_error);
  EXPECT_EQ(count(), 0);
}

TEST_F(Bulk, WrittenBesideTheCallerABrokenKeyIsAConflictOfTheNextCallOrTheCommit) {
  database_->write([&](Txn& txn) { insert(txn, 40); });
  Txn txn = database_->begin(Mode::write);
  txn.bulk_insert_later("thing", kColumns, make_rows(0, 900).values);
  EXPECT_EQ(code_of([&] { txn.integer("select count(*) from thing"); }), MIF_E_CONFLICT);
  EXPECT_EQ(code_of([&] { txn.commit(); }), MIF_E_INTERNAL);  // spoilt
  EXPECT_EQ(code_of([&] { database_->write([&](Txn& other) { other.bulk_insert_later("thing", kColumns, make_rows(0, 900).values); }); }), MIF_E_CONFLICT);
  EXPECT_EQ(count(), 1);
}

TEST_F(Bulk, OneWhoseRowsAreRefusedTakesNobodyElseAlong) {
  std::vector<std::thread> threads;
  std::atomic<int> refused{0}, worked{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int round = 0; round < 5; ++round) {
        const int from = t % 2 ? 1'000'000 : (t * 5 + round) * 600;  // every second one wants the same numbers
        const mif_status code = code_of([&] { database_->write([&](Txn& txn) { txn.bulk_insert_later("thing", kColumns, make_rows(from, 600).values); }); });
        if (code == MIF_E_CONFLICT) ++refused;
        else if (code == MIF_OK) ++worked;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(worked, 4 * 5 + 1);
  EXPECT_EQ(refused, 4 * 5 - 1);
  EXPECT_EQ(count(), 21 * 600);
}

TEST_F(Bulk, AColumnOfNothingButNullsAndNumbersForATextColumnWork) {
  std::vector<Param> rows;
  for (int i = 0; i < 600; ++i) rows.insert(rows.end(), {Param(i), Param(nullptr), Param(1000 + i)});
  for (const std::size_t many : {3u, 600u}) {
    database_->write([&](Txn& txn) {
      txn.execute("delete from thing");
      txn.bulk_insert("thing", {"id", "note", "name"}, Params(rows.data(), many * 3));
    });
    database_->read([&](Txn& txn) {
      EXPECT_EQ(txn.integer("select count(*) from thing where note is null"), static_cast<std::int64_t>(many));
      EXPECT_EQ(txn.text("select name from thing where id = 2"), "1002");
    });
  }
}

TEST_F(Bulk, ALongResultIsReadToItsEndWhateverHappensInBetween) {
  database_->write([&](Txn& txn) { txn.bulk_insert("thing", kColumns, make_rows(0, 20000).values); });
  database_->write([&](Txn& txn) {
    std::int64_t expected = 0;
    txn.query("select id from thing where id < 20000 order by id", {}, [&](const Row& row) {
      ASSERT_EQ(row.integer(0), expected++);
      if (expected == 3) txn.execute("insert into thing (id, fen) values (?, ?)", {100000, 1});
      if (expected == 500) {
        EXPECT_EQ(txn.integer("select fen from thing where id >= 100000 order by id"), 1);  // of which only the first row is taken
        txn.execute_later("update thing set fen = 2 where id = 100000");
        txn.query("select id from thing where id between 7 and 9 order by id", {}, [n = 7](const Row& inner) mutable { ASSERT_EQ(inner.integer(0), n++); });
      }
    });
    EXPECT_EQ(expected, 20000);
    EXPECT_EQ(txn.integer("select id from thing order by id"), 0);  // 20,000 rows nobody takes
    EXPECT_EQ(txn.integer("select fen from thing where id = 100000"), 2);
  });
  Txn txn = database_->begin(Mode::read);
  std::int64_t seen = 0;
  EXPECT_THROW(txn.query("select id from thing order by id", {}, [&](const Row&) { if (++seen == 5) throw std::runtime_error("enough"); }), std::runtime_error);
  EXPECT_EQ(count(), 20001);
}

TEST_F(Bulk, AListOfManyValuesFindsItsRows) {
  database_->write([&](Txn& txn) { txn.bulk_insert("thing", kColumns, make_rows(0, 1000).values); });
  std::string sql = "select id from thing where fen > ? and id in (?";
  std::vector<Param> params = {std::int64_t{0}, 1};
  for (int i = 1; i < 120; ++i) {
    sql += ", ?";
    params.emplace_back(i * 7 + 1);
  }
  sql += ") order by id";
  for (int again = 0; again < 3; ++again)
    database_->read([&](Txn& txn) {
      std::vector<std::int64_t> found;
      txn.query(sql, params, [&](const Row& row) { found.push_back(row.integer(0)); });
      EXPECT_EQ(found.size(), 96u);  // every fifth has no amount
      EXPECT_EQ(found.front(), 1);
      EXPECT_EQ(found.back(), 834);
    });
}

TEST_F(Bulk, ValuesThatDoNotFillRowsAreRefused) {
  const std::vector<Param> rows = {1, 2, 3};
  EXPECT_EQ(code_of([&] { database_->write([&](Txn& txn) { txn.bulk_insert("thing", {"id", "fen"}, rows); }); }), MIF_E_INTERNAL);
  database_->write([&](Txn& txn) { txn.bulk_insert("thing", {"id", "fen"}, {}); });
  EXPECT_EQ(count(), 0);
}

}  // namespace
}  // namespace mif::store
