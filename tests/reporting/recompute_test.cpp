// SPDX-License-Identifier: Apache-2.0
// Saving a cell computes what hangs on it and nothing else: whatever was saved before, the stored result is the one a whole
// computation of the same ledger and cells gives - cells, terms, checks, digest.
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "flow_world.h"

namespace mif::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPeriod = "2023-06";

struct Cell {
  std::string package, table, row, col, state;
};

class Recompute : public ::testing::Test {
 protected:
  // The shipped templates over a county with a residents' and an employees' book.
  Recompute() : world_(1, 1) {
    fs::remove_all(world_.home() / "templates/report");
    fs::copy(fs::path(MIF_SOURCE_DIR) / "templates/report", world_.home() / "templates/report", fs::copy_options::recursive);
    auto& d = world_.deployment();
    const Who who{"system", "test", ""};
    const std::string charts = MIF_SOURCE_DIR "/config/demo-province/chart/";
    d.database().write([&](store::Txn& txn) {
      d.charts().apply(txn, who, "employee", chart::read_chart(charts + "employee.csv"), chart::read_aux_info(charts + "aux.info"));
      ledger::Book book;
      book.code = unit_ + "-310";
      book.unit = unit_;
      book.scheme = "310";
      book.chart = "employee";
      book.name = "职工基金";
      book.start = {2023, 1};
      d.ledger().create_book(txn, who, book);
    });
    for (int month = 1; month <= 6; ++month) {
      world_.post_voucher(unit_, Day(2023, month, 11), "4501", std::to_string(1000 + month) + ".37");
      world_.post_voucher(unit_, Day(2023, month, 12), "5101", std::to_string(300 + month) + ".05");
    }
    world_.job("report compute", {{"unit", unit_}, {"period", kPeriod}}, chief_);
  }
  std::vector<Cell> cells(const std::string& where) {
    std::vector<Cell> all;
    world_.deployment().database().read([&](store::Txn& txn) {
      txn.query("select t.package_code, c.table_code, c.row_code, c.col_code, c.cell_state from x_reporting_task t join x_reporting_cell c on c.task = t.id where t.layer = 'own' and t.fiscal_month = 6 and " +
                    where + " order by t.package_code, c.ord",
                {}, [&](const store::Row& row) {
                  all.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4))});
                });
    });
    return all;
  }
  std::int64_t size_of(const std::string& package) {
    return std::stoll(world_.rows("select cast(count(*) as varchar(20)) from x_reporting_task t join x_reporting_cell c on c.task = t.id where t.package_code = '" + package + "' and t.layer = 'own'").at(0));
  }
  // How many cells were computed for it.
  std::int64_t save(const Cell& cell, const std::string& value, const std::string& reason = {}) {
    const auto answer = world_.job("report save", {{"unit", unit_}, {"period", kPeriod}, {"cells", cell.table + "[" + cell.row + "," + cell.col + "]=" + value}, {"reason", reason}}, chief_);
    return std::stoll(answer.json->getObject("evidence")->getValue<std::string>("computed"));
  }
  // What a whole computation makes of it now: "unchanged", or "computed" when it found something else.
  std::string whole(const std::string& package) { return world_.job("report compute", {{"unit", unit_}, {"period", kPeriod}, {"package", package}}, chief_).item(0, "state"); }

  FlowWorld world_;
  const std::string unit_ = FlowWorld::county(1, 1), chief_ = "c" + unit_;
};

TEST_F(Recompute, AnyRunOfSavesGivesWhatAWholeComputationGives) {
  const auto inputs = cells("c.cell_state = 'input'"), formulas = cells("c.cell_state = 'formula' and c.kind = 1");
  ASSERT_FALSE(inputs.empty());
  ASSERT_FALSE(formulas.empty());
  int part = 0, all = 0, adjusted = 0;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    std::mt19937 random(seed);
    for (int step = 0; step < 15; ++step) {
      const bool moved = random() % 5 == 0;
      if (moved) world_.post_voucher(unit_, Day(2023, 6, 1 + static_cast<int>(random() % 28)), random() % 2 ? "4501" : "5101", std::to_string(1 + random() % 5000));
      const bool over = random() % 3 == 0;
      const Cell& cell = over ? formulas[random() % formulas.size()] : inputs[random() % inputs.size()];
      const std::string value = random() % 4 == 0 ? "" : std::to_string(random() % 100000);
      std::int64_t computed = 0;
      try {
        computed = save(cell, value, over ? "按对账单" : "");
      } catch (const Error& e) {
        ASSERT_NE(std::string_view(e.what()).find("不是填报格"), std::string_view::npos) << e.what();  // computed from other cells only: not for typing over
        continue;
      }
      ASSERT_EQ(whole(cell.package), "unchanged") << "seed " << seed << " step " << step << ": " << cell.package << " " << cell.table << "[" << cell.row << "," << cell.col << "] = " << value << ", " << computed << " cells";
      adjusted += over;
      ++all;
      if (computed < size_of(cell.package)) ++part;
      else continue;
      ASSERT_FALSE(moved) << "a ledger that moved was not noticed";
    }
  }
  std::printf("%d of %d saves computed a part, %d of them over a fetched cell\n", part, all, adjusted);
  EXPECT_GT(part, all / 4);
  EXPECT_GT(adjusted, 0);
}

TEST_F(Recompute, OnlyWhatHangsOnTheCellIsComputed) {
  const auto inputs = cells("c.cell_state = 'input'");
  const std::int64_t whole_size = size_of(inputs.front().package);
  const std::int64_t first = save(inputs.front(), "17"), second = save(inputs.front(), "18");
  EXPECT_LT(first, whole_size);
  EXPECT_EQ(first, second) << "a save leaves a base for the next";
  EXPECT_EQ(whole(inputs.front().package), "unchanged");
}

TEST_F(Recompute, ALedgerThatMovedIsNoticed) {
  const auto inputs = cells("c.cell_state = 'input'");
  const auto total = [&] { return size_of(inputs.front().package); };
  EXPECT_LT(save(inputs.front(), "17"), total());
  world_.post_voucher(unit_, Day(2023, 6, 20), "4501", "77.70");
  EXPECT_EQ(save(inputs.front(), "18"), total());
  EXPECT_EQ(whole(inputs.front().package), "unchanged");
  EXPECT_LT(save(inputs.front(), "19"), total()) << "and is a base again";
}

TEST_F(Recompute, RowsChangedBehindOurBackAreNoBase) {
  const auto inputs = cells("c.cell_state = 'input'");
  const std::string package = inputs.front().package;
  world_.deployment().database().write([&](store::Txn& txn) {
    txn.execute("update x_reporting_cell set amount_text = '1.00', fen = 100 where kind = 1 and task in (select id from x_reporting_task where package_code = ?)", {package});
  });
  EXPECT_EQ(save(inputs.front(), "18"), size_of(package));
  EXPECT_EQ(whole(package), "unchanged");
}

TEST_F(Recompute, TemplatesThatReadDifferentlyAreNoBase) {
  const auto inputs = cells("c.cell_state = 'input'");
  EXPECT_LT(save(inputs.front(), "17"), size_of(inputs.front().package));
  fs::path any;
  for (const auto& file : fs::recursive_directory_iterator(world_.home() / "templates/report/mof"))
    if (file.path().filename() == "package.info") any = file.path();
  std::ofstream(any, std::ios::app) << "\n; read again\n";
  (void)whole(inputs.front().package);  // reads the files
  EXPECT_EQ(save(inputs.front(), "18"), size_of(inputs.front().package)) << "a formula of another package may be reached from here";
}

}  // namespace
}  // namespace mif::testing
