// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "kernel/audit/row_digest.h"
#include "kernel/base/text.h"
#include "kernel/sheet/xlsx_writer.h"
#include "tests/ledger/fixture.h"

namespace mif {
namespace {

using chart::Account;
using ::testing::HasSubstr;
using testing::LedgerFixture;

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text, const char* end = ".csv")
      : path_((std::filesystem::temp_directory_path() / ("mif-chart-" + std::to_string(::getpid()) + end)).string()) {
    write_file_durably(path_, text);
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

constexpr const char* kHead = "code,name,class,side,closes_to,aux_required,aux_allowed,valid_from,valid_to\n";

std::string complaint(const std::string& csv) {
  const TemporaryFile file(csv);
  try {
    chart::read_chart(file.path());
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), MIF_E_INVALID);
    return std::string(error.what()).substr(file.path().size());
  }
  return "accepted";
}

TEST(ChartFile, NamesTheLineOfWhatItDoesNotUnderstand) {
  EXPECT_THAT(complaint("code,title\n"), HasSubstr(":1: "));
  EXPECT_THAT(complaint(std::string(kHead) + "1001,现金,asset,debit,,,,,\n10011,x,asset,debit,,,,,\n"), HasSubstr(":3: 科目编码"));
  EXPECT_THAT(complaint(std::string(kHead) + "1001,现金,cash,debit,,,,,\n"), HasSubstr(":2: 科目类别"));
  EXPECT_THAT(complaint(std::string(kHead) + "1001,现金,asset,left,,,,,\n"), HasSubstr("expected debit or credit"));
  EXPECT_THAT(complaint(std::string(kHead) + "100101,现金,asset,debit,,,,,\n"), HasSubstr("must come first"));
  EXPECT_THAT(complaint(std::string(kHead) + "1001,现金,asset,debit,,,,,\n1001,现金,asset,debit,,,,,\n"), HasSubstr(":3: 科目重复"));
  EXPECT_THAT(complaint(std::string(kHead) + "4001,收入,income,credit,3001,,,,\n"), HasSubstr("closes_to names an unknown account"));
  EXPECT_THAT(complaint(std::string(kHead) + "1001,现金,asset,debit,,,,2023-02-30,\n"), HasSubstr(":2: 不是日期"));
  EXPECT_THAT(complaint(std::string(kHead) + "1001,\"现金,asset\n"), HasSubstr("unterminated quote"));
}

TEST(ChartFile, AWorkbookIsReadAsTheCsvIs) {
  const TemporaryFile file("", ".xlsx");
  sheet::XlsxWriter workbook(file.path(), Day(2023, 12, 31));
  sheet::Head head;
  head.name = "科目";
  for (const char* column : {"code", "name", "class", "side", "closes_to", "aux_required", "aux_allowed", "valid_from", "valid_to"}) head.columns.push_back({column, sheet::Kind::text, 12});
  head.columns[7].kind = sheet::Kind::day;
  workbook.begin(head);
  workbook.row({{std::string("1001"), std::string("库存现金"), std::string("asset"), std::string("debit"), {}, {}, {}, Day(2023, 1, 1), {}}});
  workbook.end();
  workbook.finish();
  const auto accounts = chart::read_chart(file.path());
  ASSERT_EQ(accounts.size(), 1u);
  EXPECT_EQ(accounts[0].code, "1001");
  EXPECT_EQ(accounts[0].name, "库存现金");
  EXPECT_EQ(accounts[0].valid_from, Day(2023, 1, 1));
}

TEST(ChartFile, TheShippedChartsHoldTheStatutoryAccountsOfTheirScheme) {
  const std::string folder = MIF_SOURCE_DIR "/config/demo-province/chart/";
  for (const std::string name : {"employee", "resident"}) {
    const auto accounts = chart::read_chart(folder + name + ".csv");
    std::size_t level1 = 0;
    for (const auto& a : accounts) {
      level1 += a.code.size() == 4;
      // Law fixes the first digit of a class: 1 assets, 2 liabilities, 3 net, 4 income, 5 expense.
      EXPECT_EQ(a.code[0] - '1', static_cast<int>(a.account_class)) << name << ' ' << a.code;
    }
    EXPECT_EQ(level1, name == "employee" ? 25u : 21u);
  }
  EXPECT_GE(chart::read_aux_info(folder + "aux.info").size(), 8u);
}

class ChartTest : public ::testing::Test {
 protected:
  void apply(const std::vector<Account>& accounts) {
    world_.database().write([&](store::Txn& txn) { world_.charts().apply(txn, LedgerFixture::who(), "employee", accounts, aux_); });
  }
  std::shared_ptr<const chart::Chart> load(Day day, const std::string& unit = "990000") {
    std::shared_ptr<const chart::Chart> chart;
    world_.database().read([&](store::Txn& txn) { chart = world_.charts().load(txn, "employee", unit, day); });
    return chart;
  }
  LedgerFixture world_;
  const std::string folder_ = MIF_SOURCE_DIR "/config/demo-province/chart/";
  std::vector<Account> accounts_ = chart::read_chart(folder_ + "employee.csv");
  std::vector<chart::AuxType> aux_ = chart::read_aux_info(folder_ + "aux.info");
};

TEST_F(ChartTest, AnAccountInheritsFromTheAccountsAboveIt) {
  apply(accounts_);
  const auto chart = load(Day(2023, 6, 1));
  const Account* inpatient = chart->find("50010101");
  ASSERT_NE(inpatient, nullptr);
  EXPECT_EQ(inpatient->full_name, "社会保险待遇支出/统筹基金/住院费用支出");
  EXPECT_EQ(inpatient->closes_to, "300101");
  EXPECT_EQ(inpatient->level, 3);
  EXPECT_TRUE(inpatient->leaf);
  EXPECT_EQ(chart->check_aux(*inpatient, "mode=1;counterparty=H37"), "counterparty=H37;mode=1");
  EXPECT_FALSE(chart->find("5001")->leaf);
  EXPECT_EQ(chart->find("9999"), nullptr);
}

TEST_F(ChartTest, AnAgencyAddsDetailsBelowTheProvincesAccountsForItselfOnly) {
  apply(accounts_);
  Account own = accounts_.front();
  own.code = "45010101";
  own.name = "滞纳金";
  own.account_class = chart::Class::income;
  own.side = MIF_CREDIT;
  own.unit = "990100";
  accounts_.push_back(own);
  apply(accounts_);
  EXPECT_NE(load(Day(2023, 6, 1), "990100")->find("45010101"), nullptr);
  EXPECT_FALSE(load(Day(2023, 6, 1), "990100")->find("450101")->leaf);
  EXPECT_EQ(load(Day(2023, 6, 1))->find("45010101"), nullptr);
  EXPECT_TRUE(load(Day(2023, 6, 1))->find("450101")->leaf);
}

TEST_F(ChartTest, AnEndedAccountIsGoneFromTheDayAfter) {
  for (auto& a : accounts_)
    if (a.code == "110199") a.valid_to = Day(2023, 6, 30);
  apply(accounts_);
  EXPECT_NE(load(Day(2023, 6, 30))->find("110199"), nullptr);
  EXPECT_EQ(load(Day(2023, 7, 1))->find("110199"), nullptr);
}

TEST_F(ChartTest, ThePlanSaysWhatApplyingWouldChange) {
  apply(accounts_);
  accounts_.back().name = "其他";
  accounts_.erase(accounts_.begin());
  std::vector<chart::ChartChange> plan;
  world_.database().read([&](store::Txn& txn) { plan = world_.charts().plan(txn, "employee", accounts_); });
  ASSERT_EQ(plan.size(), 2u);
  EXPECT_THAT(plan[0].what, HasSubstr("rename"));
  EXPECT_EQ(plan[1].code, "1001");
  EXPECT_THAT(plan[1].what, HasSubstr("remove"));
}

TEST_F(ChartTest, AUsedAccountStaysWhereItIs) {
  apply(accounts_);
  world_.add_book("A");
  world_.post(testing::draft("A", Day(2023, 1, 5), "k", {"D 1001 1.00", "C 2101 1.00"}));
  auto without = accounts_;
  without.erase(without.begin());
  EXPECT_THROW(apply(without), Error);
  auto split = accounts_;
  Account detail = split.front();
  detail.code = "100101";
  split.push_back(detail);
  EXPECT_THROW(apply(split), Error);
  auto turned = accounts_;
  turned.front().side = MIF_CREDIT;
  EXPECT_THROW(apply(turned), Error);
  apply(accounts_);  // nothing to do
  EXPECT_EQ(testing::describe(world_.verify_all()), "");
}

// Columns of later migrations must not change the digests of rows that were written before them.
TEST_F(ChartTest, WhatWasWrittenBeforeKeepsItsDigest) {
  apply(accounts_);
  std::map<std::string, std::string> found;
  world_.database().read([&](store::Txn& txn) {
    for (const auto& source : chart::digest_sources(HashAlg::sha256)) source.each(txn, [&](const std::string& object, const std::string& digest) { found[object] = digest; });
  });
  Canonical account;
  audit::add_values(account, {"employee", "", "1001", 0, 0, "库存现金", "asset", 1, "", "", ""});
  EXPECT_EQ(found["account:employee//1001/0"], audit::digest_hex(HashAlg::sha256, account));
  Canonical mode;
  audit::add_values(mode, {"employee", "mode", "参保方式"});
  for (const auto& [code, name] : {std::pair{"1", "统账结合"}, {"2", "单建统筹"}, {"3", "住院统筹"}}) audit::add_values(mode, {"employee", "mode", code, name});
  EXPECT_EQ(found["aux:employee/mode"], audit::digest_hex(HashAlg::sha256, mode));
}

TEST_F(ChartTest, EveryColumnOfItemsAndEntriesIsUnderItsDigest) {
  world_.database().write([&](store::Txn& txn) { world_.charts().apply_folder(txn, LedgerFixture::who(), "employee", folder_); });
  ASSERT_EQ(testing::describe(world_.verify_all()), "");
  for (const char* damage : {"update chart_aux_item set accounts = '1002' where code = '9900001004001'", "update chart_aux_item set valid_to = 0 where type = 'subsidy_kind' and code = '2'",
                             "update chart_aux_type set format = '' where code = 'region'", "update chart_account set detail = 'open' where code = '1004'",
                             "update chart_entry set body = replace(body, 'refuse', 'warn') where code = 'expense-account-in'", "delete from chart_entry where code = 'treasury-in'"}) {
    world_.database().write([&](store::Txn& txn) { txn.execute(damage); });
    EXPECT_NE(testing::describe(world_.verify_all()), "") << damage;
    // Mended by applying the folder again: it makes the tables equal to the files.
    world_.database().write([&](store::Txn& txn) { world_.charts().apply_folder(txn, LedgerFixture::who(), "employee", folder_); });
    EXPECT_EQ(testing::describe(world_.verify_all()), "") << damage;
  }
}

TEST_F(ChartTest, AnotherProcessSeesAChangedChart) {
  apply(accounts_);
  load(Day(2023, 6, 1));
  audit::Log& log = world_.log();
  chart::Charts other(world_.database(), log);  // a second process has a cache of its own
  accounts_.front().name = "现金";
  world_.database().write([&](store::Txn& txn) { other.apply(txn, LedgerFixture::who(), "employee", accounts_, aux_); });
  EXPECT_EQ(load(Day(2023, 6, 1))->find("1001")->name, "现金");
}

}  // namespace
}  // namespace mif
