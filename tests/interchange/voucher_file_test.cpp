// SPDX-License-Identifier: Apache-2.0
// Vouchers out of files: what is understood, and how each mistake is told.
#include <gtest/gtest.h>

#include <random>

#include "kernel/interchange/voucher_table.h"
#include "kernel/sheet/csv_writer.h"
#include "mif/error.hpp"

namespace mif::interchange {
namespace {

const std::string kHead = "日期,凭证字,凭证号,摘要,科目,辅助核算,借方,贷方,附件数\n";

std::string problems(const std::string& rows) {
  std::string all;
  for (const auto& v : read_vouchers(kHead + rows, "s", "A"))
    for (const auto& problem : v.problems) all += problem + "\n";
  return all;
}
std::string refusal(const std::string& file, const std::string& book = "A") {
  try {
    read_vouchers(file, "s", book);
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), MIF_E_INVALID);
    return e.what();
  }
  return "not refused";
}

TEST(VoucherFileTest, ConsecutiveRowsAreOneVoucher) {
  const auto all = read_vouchers("book,date,word,key,summary,account,aux:mode,aux,debit,credit\n"
                                 "A,2023-06-30,记,1,甲,50010101,1,region=370000,\"1,234.50\",\n"
                                 "A,2023/6/30,记,1,,1003,,,,1234.5\n"
                                 "A,20230630,记,2,红,50010101,,mode=1,-5,\n"
                                 "A,20230630,记,2,红,1003,,,,-5.00\n", "hospital", "");
  ASSERT_EQ(all.size(), 3u);  // another spelling of the day is another voucher; its key stands twice
  EXPECT_EQ(all[0].draft.lines[0].aux, "mode=1;region=370000");
  EXPECT_EQ(all[0].draft.lines[0].fen, Fen(123450));
  EXPECT_EQ(all[0].draft.summary, "甲");
  EXPECT_EQ(all[0].draft.source_key, "hospital/A/1");
  EXPECT_NE(all[1].problems.at(0).find("两次"), std::string::npos);
  EXPECT_EQ(all[2].draft.lines[0].fen, Fen(-500));
  EXPECT_EQ(all[2].draft.lines[1].side, MIF_CREDIT);
  EXPECT_EQ(all[2].draft.day, Day(2023, 6, 30));
  EXPECT_EQ(all[2].place, "第 4 行 A 列");
}

TEST(VoucherFileTest, PartsOfAFractionNumberAreVouchersOfTheirOwn) {
  const std::string digest(64, 'a');
  const auto all = read_vouchers("book,date,word,key,part,parts,summary,account,debit,credit,files,cashier\n"
                                 "A,2023-06-30,记,K,2,2,乙,1001,1,," + digest + "|text/plain|a|b.txt,\n"
                                 "A,2023-06-30,记,K,2,2,乙,2101,,1," + digest + "|text/plain|a|b.txt,\n"
                                 "A,2023-06-30,记,K,1,2,甲,1001,2,,,出纳甲\n"
                                 "A,2023-06-30,记,K,1,2,甲,2101,,2,,出纳甲\n", "s", "");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name(), "K 2/2");
  EXPECT_EQ(all[0].lead(), all[1].name());
  EXPECT_EQ(all[1].lead(), "");
  EXPECT_NE(all[0].draft.source_key, all[1].draft.source_key);
  ASSERT_EQ(all[0].draft.files.size(), 1u);
  EXPECT_EQ(all[0].draft.files[0].name, "a|b.txt");
  EXPECT_EQ(all[0].draft.files[0].media_type, "text/plain");
  EXPECT_EQ(all[1].cashier, "出纳甲");
  const std::string head = "日期,凭证字,凭证号,摘要,科目,借方,贷方,电子附件\n", line = "2023-06-30,记,1,甲,1001,1,,";
  EXPECT_NE(read_vouchers(head + line + "abc|text/plain|a\n", "s", "A")[0].problems.at(0).find("[import.file-entry]"), std::string::npos);
  EXPECT_NE(read_vouchers(head + line + digest + "|text/plain|\n", "s", "A")[0].problems.at(0).find("[import.file-entry]"), std::string::npos);
}

TEST(VoucherFileTest, TheSourceIsTheFileUnlessNamed) {
  const std::string file = kHead + "2023-06-30,记,1,甲,1001,,1,\n";
  const auto key = [](const std::string& bytes) { return read_vouchers(bytes, "", "A")[0].draft.source_key; };
  EXPECT_EQ(key(file), key(file));
  EXPECT_NE(key(file), key(file + "\n"));
}

TEST(VoucherFileTest, EveryMistakeNamesItsCell) {
  EXPECT_EQ(problems("2023-06-30,记,1,甲,1001,,1.00,\n2023-06-30,记,1,甲,2101,,,1.00\n"), "");
  EXPECT_NE(problems("2023-06-31,记,1,甲,1001,,1.00,\n").find("第 2 行 A 列：日期"), std::string::npos);
  EXPECT_NE(problems("2023-06-30,记,1,甲,1001,,1.005,\n").find("第 2 行 G 列：金额"), std::string::npos);
  EXPECT_NE(problems("2023-06-30,记,1,甲,1001,,\"1,23\",\n").find("第 2 行 G 列：金额"), std::string::npos);
  EXPECT_NE(problems("2023-06-30,记,1,甲,1001,,1E3,\n").find("金额"), std::string::npos);
  EXPECT_NE(problems("2023-06-30,记,1,甲,1001,,1,1\n").find("借方和贷方应填一个"), std::string::npos);
  EXPECT_NE(problems("2023-06-30,记,1,甲,1001,,0,\n").find("借方和贷方应填一个"), std::string::npos);
  EXPECT_NE(problems("2023-06-30,记,1,甲,,,1,\n").find("第 2 行 E 列：缺科目"), std::string::npos);
  EXPECT_NE(problems("2023-06-30,记,,甲,1001,,1,\n").find("第 2 行 C 列：缺凭证号"), std::string::npos);
  EXPECT_NE(problems("2023-06-30,记,1,甲,1001,mode,1,\n").find("第 2 行 F 列"), std::string::npos);
  EXPECT_NE(problems("2023-06-30,记,1,甲,1001,,1,,x\n").find("第 2 行 I 列：附件数"), std::string::npos);
  EXPECT_NE(problems("2023-06-30,记,1,甲,1001,,1,,1\n2023-06-30,记,1,甲,2101,,,1,2\n").find("第 3 行 I 列：同一张凭证各行的附件数应相同"), std::string::npos);
  EXPECT_NE(problems("2023-06-30,记,1,甲,1001,,1,\n2023-06-30,记,2,甲,1001,,1,\n2023-06-30,记,1,甲,2101,,,1\n").find("两次"), std::string::npos);
}

TEST(VoucherFileTest, WhatIsWrongWithTheFileIsOneSentence) {
  EXPECT_NE(refusal("").find("没有凭证"), std::string::npos);
  EXPECT_NE(refusal(kHead).find("没有凭证"), std::string::npos);
  EXPECT_NE(refusal("日期,凭证字\n").find("表头缺列"), std::string::npos);
  EXPECT_NE(refusal("日期,颜色\n").find("第 1 行 B 列：不认识的列"), std::string::npos);
  EXPECT_NE(refusal("日期,date\n").find("两次"), std::string::npos);
  EXPECT_NE(refusal(kHead + "2023-06-30,记,1,甲,1001,,1,\n", "").find("没有账套列"), std::string::npos);
}

// Whatever a summary holds, what is written is read again.
TEST(VoucherFileTest, AnySummaryComesBack) {
  const std::vector<std::string> pieces{"'", "=", "+", "-", "@", "\t", "\n", "\r\n", ",", "\"", "医", "𠮷", "a", " "};
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    std::string summary;
    for (auto n = random() % 6; n > 0; --n) summary += pieces[random() % pieces.size()];
    const std::string file = kHead + "2023-06-30,记,1," + sheet::csv_text(summary) + ",1001,,1,\n";
    const auto all = read_vouchers(file, "s", "A");
    ASSERT_EQ(all.size(), 1u);
    ASSERT_EQ(all[0].draft.lines[0].summary, summary);
  }
}

}  // namespace
}  // namespace mif::interchange
