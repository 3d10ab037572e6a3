// SPDX-License-Identifier: Apache-2.0
// All or nothing, and never a commit over an error.
#include <algorithm>

#include "tests/store/fixture.h"

namespace mif::store {
namespace {

using Transaction = StoreTest;

TEST_F(Transaction, IsThereAfterCommitAndGoneWithout) {
  {
    Txn txn = database_->begin(Mode::write);
    insert(txn, 1);
    txn.commit();
  }
  {
    Txn txn = database_->begin(Mode::write);
    insert(txn, 2);
    EXPECT_EQ(txn.integer("select count(*) from thing"), 2);
  }
  EXPECT_EQ(count(), 1);
}

TEST_F(Transaction, LeavesNothingOpenToTheNextUserOfItsConnection) {
  Options one = test_->options();
  one.pool_size = 1;
  const auto database = Database::open(one);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(code_of([&] {
                Txn txn = database->begin(Mode::write);
                insert(txn, 5);
                txn.execute("select nonsense from nowhere");
              }),
              MIF_E_INTERNAL);
    Txn next = database->begin(Mode::write);
    EXPECT_EQ(next.integer("select count(*) from thing"), 0);
    next.commit();
  }
}

TEST_F(Transaction, ABrokenUniqueKeyIsAConflict) {
  const auto twice = [&](Txn& txn) {
    txn.execute("insert into thing (id, name) values (?, ?)", {1, "张三"});
    txn.execute("insert into thing (id, name) values (?, ?)", {2, "张三"});
  };
  std::string message;
  EXPECT_EQ(code_of([&] { database_->write(twice); }, &message), MIF_E_CONFLICT);
  EXPECT_EQ(message.find("张三"), std::string::npos) << "a message may end in a log; it must not carry a person's data: " << message;
  EXPECT_EQ(count(), 0);
  database_->write([&](Txn& txn) { insert(txn, 1); });
  EXPECT_EQ(code_of([&] { database_->write([&](Txn& txn) { insert(txn, 1); }); }), MIF_E_CONFLICT);
}

TEST_F(Transaction, RefusesToCommitAfterASwallowedError) {
  Txn txn = database_->begin(Mode::write);
  insert(txn, 1);
  EXPECT_EQ(code_of([&] { insert(txn, 1); }), MIF_E_CONFLICT);
  EXPECT_EQ(code_of([&] { txn.commit(); }), MIF_E_INTERNAL);
  EXPECT_EQ(code_of([&] {
              database_->write([&](Txn& inner) {
                insert(inner, 7);
                static_cast<void>(code_of([&] { inner.execute("no such statement"); }));
              });
            }),
            MIF_E_INTERNAL);
}

TEST_F(Transaction, RolledBackAfterARefusedCommit) {
  {
    Txn txn = database_->begin(Mode::write);
    insert(txn, 1);
    static_cast<void>(code_of([&] { insert(txn, 1); }));
    static_cast<void>(code_of([&] { txn.commit(); }));
  }
  EXPECT_EQ(count(), 0);
}

TEST_F(Transaction, AnExceptionOfTheRowCallbackSpoilsItToo) {
  database_->write([&](Txn& txn) { insert(txn, 1); });
  Txn txn = database_->begin(Mode::write);
  insert(txn, 2);
  EXPECT_THROW(txn.query("select id from thing", {}, [](const Row&) { throw std::runtime_error("mine"); }), std::runtime_error);
  EXPECT_EQ(code_of([&] { txn.commit(); }), MIF_E_INTERNAL);
}

TEST_F(Transaction, IsOverAfterItsCommit) {
  Txn txn = database_->begin(Mode::write);
  insert(txn, 1);
  txn.commit();
  EXPECT_EQ(code_of([&] { insert(txn, 2); }), MIF_E_INTERNAL);
  EXPECT_EQ(code_of([&] { txn.commit(); }), MIF_E_INTERNAL);
}

TEST_F(Transaction, AReadMayNotWrite) {
  Txn txn = database_->begin(Mode::read);
  EXPECT_EQ(code_of([&] { insert(txn, 1); }), MIF_E_INTERNAL);
}

TEST_F(Transaction, AReadSeesOneMomentThroughout) {
  database_->write([&](Txn& txn) { insert(txn, 1, 100); });
  Txn reader = database_->begin(Mode::read);
  EXPECT_EQ(reader.integer("select cast(sum(fen) as bigint) from thing"), 100);
  database_->write([&](Txn& txn) { insert(txn, 2, 50); });
  EXPECT_EQ(reader.integer("select cast(sum(fen) as bigint) from thing"), 100);
  reader.commit();
  EXPECT_EQ(count(), 2);
}

TEST_F(Transaction, WriteRunsItsAfterCommitActionsOnlyWhenCommitted) {
  std::vector<int> seen;
  database_->write([&](Txn& txn) {
    insert(txn, 1);
    txn.after_commit([&] { seen.push_back(1); });
    txn.after_commit([&] { seen.push_back(2); });
    EXPECT_TRUE(seen.empty());
  });
  static_cast<void>(code_of([&] {
    database_->write([&](Txn& txn) {
      txn.after_commit([&] { seen.push_back(3); });
      throw Error(MIF_E_INVALID, "no");
    });
  }));
  {
    Txn txn = database_->begin(Mode::write);
    txn.after_commit([&] { seen.push_back(4); });
  }
  EXPECT_EQ(seen, (std::vector<int>{1, 2}));
}

TEST_F(Transaction, AWriteInsideAWriteIsRefusedInsteadOfWaitingForItself) {
  EXPECT_EQ(code_of([&] { database_->write([&](Txn&) { database_->write([&](Txn& inner) { insert(inner, 1); }); }); }), MIF_E_INTERNAL);
  mif_status inside = MIF_OK;
  database_->write([&](Txn& txn) { txn.after_commit([&] { inside = code_of([&] { database_->write([&](Txn& inner) { insert(inner, 1); }); }); }); });
  EXPECT_EQ(inside, MIF_E_INTERNAL);
  EXPECT_EQ(code_of([&] { database_->write([&](Txn& txn) { txn.commit(); }); }), MIF_E_INTERNAL);
  database_->write([&](Txn& txn) { insert(txn, 1); });
  EXPECT_EQ(count(), 1);
}

TEST_F(Transaction, AnErrorOfALaterStatementComesOutAtCommitAtTheLatest) {
  EXPECT_EQ(code_of([&] {
              Txn txn = database_->begin(Mode::write);
              for (int i = 0; i < 300; ++i) txn.execute_later("insert into thing (id) values (?)", {i});
              txn.execute_later("insert into thing (id) values (?)", {0});
              txn.execute_later("insert into thing (id) values (?)", {1000});
              txn.commit();
            }),
            MIF_E_CONFLICT);
  EXPECT_EQ(count(), 0);
  database_->write([&](Txn& txn) {
    for (int i = 0; i < 300; ++i) txn.execute_later("insert into thing (id, fen) values (?, ?)", {i, 2});
    EXPECT_EQ(txn.integer("select cast(sum(fen) as bigint) from thing"), 600);
  });
  EXPECT_EQ(count(), 300);
}

TEST_F(Transaction, AfterAFailedLaterStatementTheNextCallFails) {
  Txn txn = database_->begin(Mode::write);
  insert(txn, 1);
  const mif_status at_once = code_of([&] { txn.execute_later("insert into thing (id) values (1)"); });
  const mif_status next = code_of([&] { txn.integer("select count(*) from thing"); });
  EXPECT_TRUE(at_once == MIF_E_CONFLICT || next == MIF_E_CONFLICT);
  EXPECT_NE(code_of([&] { txn.commit(); }), MIF_OK);
}

TEST_F(Transaction, QueriesAskedTogetherAnswerInOrderAndSeeTheWritesBefore) {
  Txn txn = database_->begin(Mode::write);
  insert(txn, 1);
  insert(txn, 2);
  std::vector<std::int64_t> seen;
  const EachRow each = [&](const Row& row) { seen.push_back(row.integer(0)); };
  txn.query_together({});
  txn.query_together(std::vector<Query>{{"select id from thing order by id", {}, each},
                                        {"select id from thing where id = ?", {7}, each},
                                        {"select id + 10 from thing where id >= ? order by id", {1}, [&](const Row& row) {
                                           each(row);
                                           seen.push_back(txn.integer("select count(*) from thing").value());
                                         }}});
  EXPECT_EQ(seen, (std::vector<std::int64_t>{1, 2, 11, 2, 12, 2}));
  txn.commit();
}

TEST_F(Transaction, AnErrorAmongQueriesAskedTogetherComesOutAndSpoilsIt) {
  for (const char* bad : {"select nonsense from nowhere", "select cast(name as bigint) from nowhere"}) {
    Txn txn = database_->begin(Mode::write);
    insert(txn, 1);
    const EachRow each = [](const Row&) {};
    EXPECT_EQ(code_of([&] { txn.query_together(std::vector<Query>{{"select id from thing", {}, each}, {bad, {}, each}, {"select id from thing", {}, each}}); }), MIF_E_INTERNAL);
    EXPECT_EQ(code_of([&] { txn.commit(); }), MIF_E_INTERNAL);
  }
  EXPECT_EQ(count(), 0);
}

TEST_F(Transaction, IdsOfARolledBackTransactionAreNeverGivenAgain) {
  std::vector<std::int64_t> ids;
  for (int round = 0; round < 60; ++round) {
    Txn txn = database_->begin(Mode::write);
    const std::int64_t id = txn.next_id("voucher");
    EXPECT_GT(id, 0);
    ids.push_back(id);
    if (round % 3 == 2) {
      insert(txn, id);
      txn.commit();
    }
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

TEST_F(Transaction, IdsStayUniqueAcrossProcessesAndRestarts) {
  // Two Database objects know nothing of each other, like two processes.
  for (int restart = 0; restart < 3; ++restart) {
    const auto first = Database::open(test_->options()), second = Database::open(test_->options());
    for (int i = 0; i < 50; ++i)
      for (const auto& database : {first.get(), second.get()}) {
        database->write([&](Txn& txn) { insert(txn, txn.next_id("voucher")); });
        static_cast<void>(code_of([&] {
          database->write([&](Txn& txn) {
            insert(txn, txn.next_id("voucher"));
            if (i % 7 == 0) throw Error(MIF_E_INVALID, "rolled back");
          });
        }));
      }
  }
  EXPECT_EQ(count(), 3 * 2 * (50 + 42));
}

}  // namespace
}  // namespace mif::store
