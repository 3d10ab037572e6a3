// SPDX-License-Identifier: Apache-2.0
// Workbooks of a net bank: the same column maps, the same proof, the same store as CSV.
#include <gtest/gtest.h>
#include <xlsxwriter.h>

#include <fstream>
#include <functional>

#include "mif/error.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

constexpr const char* kFiscal = "9900001003001";

class StatementWorkbook : public ::testing::Test {
 protected:
  StatementWorkbook() : p("", "account " + std::string(kFiscal) + " { book " + kBook + " ledger-account 1003 kind fiscal }\n") {}

  std::string path(const std::string& name) const { return p.home() + "/" + name; }
  // A title above the head, days as days, amounts as numbers with the noise spreadsheets keep.
  std::string workbook(const std::function<void(lxw_workbook*, lxw_worksheet*)>& further = [](lxw_workbook*, lxw_worksheet*) {}) {
    lxw_workbook* book = workbook_new(path("bank.xlsx").c_str());
    lxw_worksheet* sheet = workbook_add_worksheet(book, "流水");
    lxw_format* day = workbook_add_format(book);
    format_set_num_format(day, "yyyy-mm-dd");
    worksheet_write_string(sheet, 0, 0, "账户明细 9900001003001", nullptr);
    const char* head[] = {"日期", "金额", "余额", "流水号", "凭据号", "对方账号", "对方户名", "摘要"};
    for (lxw_col_t c = 0; c < 8; ++c) worksheet_write_string(sheet, 2, c, head[c], nullptr);
    const struct {
      int day;
      double amount, balance;
      const char *ref, *name;
    } rows[] = {{1, 100.10, 100.10, "R1", "甲医院"}, {2, 0.20, 100.30, "R2", ""}, {2, -0.3, 100.10 + 0.20 - 0.3, "R3", "乙药店"}};
    for (lxw_row_t r = 0; r < 3; ++r) {
      lxw_datetime when = {2023, 6, rows[r].day, 0, 0, 0};
      worksheet_write_datetime(sheet, 3 + r, 0, &when, day);
      worksheet_write_number(sheet, 3 + r, 1, rows[r].amount, nullptr);
      worksheet_write_number(sheet, 3 + r, 2, rows[r].balance, nullptr);
      worksheet_write_string(sheet, 3 + r, 3, rows[r].ref, nullptr);
      if (*rows[r].name) worksheet_write_string(sheet, 3 + r, 6, rows[r].name, nullptr);
    }
    further(book, sheet);
    workbook_close(book);
    return path("bank.xlsx");
  }
  std::string inspect(const std::string& file, const std::string& extra = {}) {
    last = p.run("statement inspect", "{\"file\":\"" + file + "\"" + extra + "}", "viewer1");
    const auto item = last->getArray("items")->getObject(0);
    return item->getValue<std::string>("verdict") + " " + item->optValue<std::string>("opening", "") + " " + item->optValue<std::string>("closing", "") + " " + item->optValue<std::string>("entries", "") + " " +
           item->optValue<std::string>("reason", "");
  }
  Province p;
  Poco::JSON::Object::Ptr last;
};

TEST_F(StatementWorkbook, is_recognised_read_by_the_map_its_head_fits_and_imported) {
  const std::string file = workbook();
  EXPECT_EQ(inspect(file), "proved 0.00 100.00 3 ");
  EXPECT_EQ(inspect(file, ",\"map\":\"statement-signed\""), "proved 0.00 100.00 3 ");
  const auto done = p.run("statement import-file", "{\"file\":\"" + file + "\",\"account\":\"" + kFiscal + "\"}", "maker1");
  EXPECT_EQ(p.total(done, "new_lines"), 3);
  EXPECT_EQ(p.count("select fen from x_treasury_line where bank_ref = 'R3'"), -30);
  EXPECT_EQ(p.count("select count(*) from x_treasury_line where bank_ref = 'R1' and counter_name = '甲医院' and day = 20230601"), 1);
  EXPECT_EQ(p.total(p.run("statement import-file", "{\"file\":\"" + file + "\",\"account\":\"" + kFiscal + "\"}", "maker1"), "new_lines"), 0) << "a second time changes nothing";
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}
TEST_F(StatementWorkbook, what_does_not_fit_is_named_by_row_and_column) {
  EXPECT_NE(inspect(workbook([](lxw_workbook*, lxw_worksheet* sheet) { worksheet_write_string(sheet, 4, 1, "千元", nullptr); })).find("第 2 列「金额」的 \"千元\" 不是金额"), std::string::npos);
  EXPECT_EQ(last->getArray("items")->getObject(0)->getValue<std::string>("verdict"), "quarantined");
  EXPECT_NE(inspect(workbook([](lxw_workbook*, lxw_worksheet* sheet) { worksheet_write_number(sheet, 4, 1, 0.205, nullptr); })).find("不是金额"), std::string::npos) << "half a fen is no amount";
  EXPECT_NE(inspect(workbook([](lxw_workbook*, lxw_worksheet* sheet) { worksheet_write_string(sheet, 2, 0, "哪天", nullptr); })).find("没有哪个列映射的表头"), std::string::npos);
  EXPECT_EQ(inspect(workbook([](lxw_workbook*, lxw_worksheet* sheet) { worksheet_write_number(sheet, 4, 2, 7, nullptr); })).substr(0, 6), "warned") << "a balance that does not follow";
}
TEST_F(StatementWorkbook, of_several_sheets_the_first_visible_one_counts) {
  const std::string file = workbook([](lxw_workbook* book, lxw_worksheet*) {
    lxw_worksheet* more = workbook_add_worksheet(book, "说明");
    worksheet_write_string(more, 0, 0, "日期", nullptr);
  });
  EXPECT_EQ(inspect(file).substr(0, 22), "proved 0.00 100.00 3 ");
}
TEST_F(StatementWorkbook, a_damaged_one_is_quarantined_and_an_old_xls_is_told) {
  std::string bytes;
  {
    std::ifstream in(workbook(), std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  std::ofstream(path("cut.xlsx"), std::ios::binary) << bytes.substr(0, bytes.size() / 2);
  EXPECT_EQ(inspect(path("cut.xlsx"), ",\"format\":\"xlsx\"").substr(0, 11), "quarantined");
  std::ofstream(path("old.xls"), std::ios::binary) << "\xD0\xCF\x11\xE0 old";
  EXPECT_NE(inspect(path("old.xls"), ",\"format\":\"xlsx\"").find("请另存为 .xlsx"), std::string::npos);
}

}  // namespace
}  // namespace mif::test
