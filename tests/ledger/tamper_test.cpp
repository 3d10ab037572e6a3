// SPDX-License-Identifier: Apache-2.0
// Whoever edits a ledger row behind the kernel's back is found: every column of every table, one at a time.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>

#include "kernel/chart/base_data.h"
#include "tests/ledger/fixture.h"

namespace mif {
namespace {

using testing::draft;
using testing::LedgerFixture;
namespace fs = std::filesystem;

// The plain SQLite API, as an intruder would use it: without the triggers.
class Intruder {
 public:
  explicit Intruder(const std::string& file) {
    if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("cannot open " + file);
    std::vector<std::string> triggers;
    for (const auto& row : rows("select name from sqlite_master where type = 'trigger'")) triggers.push_back(row[0]);
    for (const auto& trigger : triggers) run("drop trigger " + trigger);
    run("pragma ignore_check_constraints = on");
  }
  ~Intruder() { sqlite3_close(db_); }
  bool run(const std::string& sql) { return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK; }
  std::vector<std::vector<std::string>> rows(const std::string& sql) {
    std::vector<std::vector<std::string>> all;
    sqlite3_exec(
        db_, sql.c_str(),
        [](void* to, int n, char** values, char**) {
          auto& row = static_cast<decltype(all)*>(to)->emplace_back();
          for (int i = 0; i < n; ++i) row.emplace_back(values[i] ? values[i] : "");
          return 0;
        },
        &all, nullptr);
    return all;
  }
  int changes() { return sqlite3_changes(db_); }

 private:
  sqlite3* db_ = nullptr;
};

class TamperTest : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.apply_charts();
    world_.database().write([&](store::Txn& txn) {
      const auto summaries = chart::read_base_info(std::string(MIF_SOURCE_DIR) + "/config/demo-province/chart/summaries.info");
      world_.charts().apply_base(txn, LedgerFixture::who(), "employee", "summary", "", summaries);
    });
    world_.add_book("A", "employee", {2022, 11}, "990000");
    world_.add_book("B", "resident", {2023, 1}, "990101");
    world_.database().write([&](store::Txn& txn) {
      world_.ledger().set_opening(txn, LedgerFixture::who(), "A", {testing::line("D 1004 bank_account=1 1000.00"), testing::line("C 300101 1000.00")});
    });
    world_.post(draft("A", Day(2022, 11, 5), "n", {"D 50010101 insutype=310;mode=1 10.00", "C 1004 bank_account=1 10.00"}));
    world_.carry_and_close("A", {2022, 11});
    const auto december = draft("A", Day(2022, 12, 5), "d", {"D 1004 bank_account=1 30.00", "C 40010101 mode=2 30.00"});
    world_.post(december);
    world_.carry_and_close("A", {2022, 12});
    for (int i = 0; i < 3; ++i) world_.post(draft("A", Day(2023, 1, 5 + i), "j" + std::to_string(i), {"D 1004 bank_account=1 5.00", "C 4301 5.00"}));
    world_.post(draft("B", Day(2023, 1, 5), "b", {"D 1001 7.00", "C 2101 7.00"}));
    auto first = draft("A", Day(2023, 1, 20), "part1", {"D 1001 2.00", "C 2101 2.00"}), second = draft("A", Day(2023, 1, 20), "part2", {"D 1001 3.00", "C 2101 3.00"});
    first.part = 1;
    second.part = first.parts = second.parts = 2;
    first.files.push_back({std::string(64, 'a'), "a.pdf", "application/pdf", 10});
    first.files.push_back({std::string(64, 'b'), "b.pdf", "application/pdf", 20});
    second.lead = world_.post(first);
    const std::int64_t signed_one = world_.propose(second);
    world_.database().write([&](store::Txn& txn) {
      world_.ledger().approve(txn, LedgerFixture::who("reviewer"), signed_one, "reviewer");
      world_.ledger().sign(txn, LedgerFixture::who("cashier"), signed_one, "cashier");
      world_.ledger().post(txn, LedgerFixture::who("reviewer"), signed_one);
    });
    world_.propose(draft("A", Day(2023, 2, 5), "waiting", {"D 1001 1.00", "C 2101 1.00"}));
    world_.database().write([&](store::Txn& txn) {
      auto& ledger = world_.ledger();
      ledger.hold(txn, LedgerFixture::who(), "A", "1004", "bank_account=1", Fen(100), "h1");
      ledger.hold(txn, LedgerFixture::who(), "A", "1004", "bank_account=1", Fen(100), "h2");
      ledger.release(txn, LedgerFixture::who(), "A", "h2", true);
    });
    ASSERT_EQ(testing::describe(world_.verify_all()), "");
    pristine_ = world_.file() + ".copy";
    Intruder(world_.file()).run("vacuum into '" + pristine_ + "'");
  }
  void TearDown() override {
    fs::remove(pristine_);
    fs::remove(copy_);
  }

  // Makes the copy of the ledger after one statement; whether that changed anything.
  bool tamper(const std::string& sql) {
    copy_ = world_.file() + ".tampered";
    for (const char* end : {"", "-wal", "-shm"}) fs::remove(copy_ + end);
    fs::copy_file(pristine_, copy_);
    Intruder intruder(copy_);
    return intruder.run(sql) && intruder.changes() != 0;
  }
  // What verification says about it; "" = nothing.
  std::string after(const std::string& sql, bool must_change = true) {
    if (!tamper(sql)) return must_change ? "the statement changed nothing: " + sql : "unchanged";
    LedgerFixture reopened("sqlite:" + copy_);
    return testing::describe(reopened.verify_all());
  }
  LedgerFixture world_;
  std::string pristine_, copy_;
};

TEST_F(TamperTest, EveryColumnOfEveryTable) {
  Intruder reader(pristine_);
  int columns = 0;
  for (const auto& table : reader.rows("select name from sqlite_master where type = 'table' and (name like 'ledger_%' or name like 'chart%')")) {
    for (const auto& column : reader.rows("pragma table_info(" + table[0] + ")")) {
      const std::string& name = column[1];
      const bool number = column[2].find("int") != std::string::npos;
      const std::string key = table[0] + '.' + name;
      ++columns;
      // The first row, then the last one.
      for (const char* order : {"asc", "desc"}) {
        std::string where;
        for (const auto& k : reader.rows("select name from pragma_table_info('" + table[0] + "') where pk > 0 order by pk"))
          where += (where.empty() ? "" : ", ") + k[0];
        const std::string set = number ? name + " = coalesce(" + name + ", 0) + 4096" : name + " = coalesce(" + name + ", '') || 'x'";
        const std::string picked = "(" + where + ") = (select " + where + " from " + table[0] + " order by " + where.substr(0, where.find(',')) + ' ' + order + " limit 1)";
        const std::string found = after("update " + table[0] + " set " + set + " where " + picked);
        EXPECT_NE(found, "") << key << " (" << order << ") was changed and nobody noticed";
        EXPECT_EQ(found.find("changed nothing"), std::string::npos) << found;
        EXPECT_NE(found.find(':'), std::string::npos) << key << " has no named object: " << found;
      }
    }
  }
  EXPECT_GT(columns, 70);
}

TEST_F(TamperTest, AWrongTypeIsAFindingNotACrash) {
  for (const char* sql : {"update ledger_voucher set total = 'much' where total > 0", "update ledger_line set fen = 1.5", "update ledger_voucher set year = 'x'", "update ledger_balance set debit = 'x'",
                          "update ledger_period set state = x'00'", "update ledger_line set account = null", "update ledger_hold set fen = 0.5", "update ledger_book set start_year = 'x'",
                          "update ledger_counter set last = 'x'"}) {
    const auto found = after(sql, false);
    EXPECT_NE(found, "") << sql;
  }
}

TEST_F(TamperTest, RowsThatVanishOrAppear) {
  for (const char* table : {"ledger_voucher", "ledger_line", "ledger_balance", "ledger_period", "ledger_counter", "ledger_hold", "ledger_held", "ledger_book", "chart_account", "chart_aux_item", "chart_aux_type", "chart"})
    EXPECT_NE(after(std::string("delete from ") + table + " where 1 = (select 1)"), "") << table;
  EXPECT_NE(after("insert into ledger_balance select book, year, month, account, 'mode=1', 0, 0, 0, 0 from ledger_balance limit 1"), "");
  EXPECT_NE(after("insert into ledger_line select book, year, month, voucher, 99, 1, 0, account, aux, summary from ledger_line limit 1"), "");
  EXPECT_NE(after("insert into ledger_line select book, year, month, 4711, line, side, fen, account, aux, summary from ledger_line limit 1"), "");
  EXPECT_NE(after("insert into ledger_hold values (1, 'h3', '1004', '', 1, 1)"), "");
  EXPECT_NE(after("insert into ledger_held values (1, '1001', '', 1, 1)"), "");
  EXPECT_NE(after("insert into ledger_held values (4711, '1001', '', 1, 1)"), "");
  EXPECT_NE(after("insert into ledger_balance values (4711, 2023, 1, '1001', '', 1, 1, 0, 0)"), "");
}

TEST_F(TamperTest, TheFindingNamesTheVoucher) {
  const auto found = after("update ledger_line set fen = fen + 1 where voucher = (select id from ledger_voucher where source_key = 'd') and line = 1");
  const auto id = std::to_string([&] {
    std::int64_t id = 0;
    world_.database().read([&](store::Txn& txn) { id = txn.integer("select id from ledger_voucher where source_key = 'd'").value(); });
    return id;
  }());
  EXPECT_NE(found.find("P1 voucher:" + id), std::string::npos) << found;
  EXPECT_NE(found.find("P10 book:A"), std::string::npos) << found;
}

TEST_F(TamperTest, LinesThatAreNotWhatWasReviewedAreNotPosted) {
  ASSERT_TRUE(tamper("update ledger_line set fen = fen + 100 where voucher = (select id from ledger_voucher where source_key = 'waiting')"));
  LedgerFixture reopened("sqlite:" + copy_);
  std::int64_t id = 0;
  reopened.database().read([&](store::Txn& txn) { id = txn.integer("select id from ledger_voucher where source_key = 'waiting'").value(); });
  try {
    reopened.database().write([&](store::Txn& txn) {
      reopened.ledger().approve(txn, LedgerFixture::who("reviewer"), id, "reviewer");
      reopened.ledger().post(txn, LedgerFixture::who("reviewer"), id);
    });
    FAIL() << "it was posted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), MIF_E_CONFLICT);
    EXPECT_NE(std::string(error.what()).find("the lines are not what was approved"), std::string::npos) << error.what();
  }
}

// The first and the last number are there: only counting finds it.
TEST_F(TamperTest, AVoucherTakenOutOfTheMiddleIsAGapInTheNumbers) {
  ASSERT_TRUE(tamper("delete from ledger_voucher where source_key = 'j1'"));
  LedgerFixture reopened("sqlite:" + copy_);
  for (const auto& item : reopened.checklist("A", {2023, 1})) {
    if (item.id != "numbers") continue;
    EXPECT_EQ(item.result, ledger::CheckItem::Result::fail);
    EXPECT_NE(item.detail.find("应有 1..4, 实有 3 张"), std::string::npos) << item.detail;
    return;
  }
  FAIL() << "the checklist does not look at the numbers";
}

// A ledger of before the sums gets them from its holds.
TEST_F(TamperTest, AnOlderLedgerIsBroughtUpToWhatIsOnHold) {
  EXPECT_EQ(after("drop table ledger_held; delete from schema_version where room = 'ledger' and version = 4"), "");
  LedgerFixture reopened("sqlite:" + copy_);
  reopened.database().read([&](store::Txn& txn) { EXPECT_EQ(txn.integer("select fen from ledger_held where holds = 1").value_or(0), 100); });
}

}  // namespace
}  // namespace mif
