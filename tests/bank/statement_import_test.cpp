// SPDX-License-Identifier: Apache-2.0
// Statement files into the tables and onto the inspection list, through a reader of one event a line (tiny/) and bank-csv.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>
#include <sstream>

#include "mif/error.hpp"
#include "mif/json.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

constexpr const char* kFiscal = "9900001003001";

class StatementImport : public ::testing::Test {
 protected:
  StatementImport() : p("", "account " + std::string(kFiscal) + " { book " + kBook + " ledger-account 1003 kind fiscal }\n") {
    p.deployment().plugins().install(std::string(MIF_TEST_BUNDLES) + "/tiny.plugin");
    p.restart();
  }
  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(p.home() + "/" + name) << text;
    return p.home() + "/" + name;
  }
  // "total exit reason" of an import by maker1; a refusal's sentence.
  std::string import(const std::string& text, const std::string& extra = {}) {
    JsonWriter params;
    params.begin_object().field("file", file("f.tiny", text));
    std::istringstream words(extra);
    for (std::string word; words >> word;) params.field(word.substr(0, word.find('=')), word.substr(word.find('=') + 1));
    params.end_object();
    try {
      last = p.run("statement import-file", params.str(), "maker1");
    } catch (const Error& e) {
      return e.what();
    }
    std::string all = "new " + std::to_string(p.total(last, "new_lines"));
    const auto items = last->getArray("items");
    for (unsigned i = 0; i < items->size(); ++i) {
      const auto item = items->getObject(i);
      all += "|" + item->getValue<std::string>("state") + " " + item->getValue<std::string>("from") + ".." + item->getValue<std::string>("to");
      if (const auto reason = item->optValue<std::string>("reason", ""); !reason.empty()) all += " " + reason;
    }
    return all;
  }
  std::string inspect(const std::string& text, const std::string& extra = {}) {
    last = p.run("statement inspect", "{\"file\":\"" + file("i.tiny", text) + "\"" + extra + "}", "viewer1");
    std::string all;
    const auto items = last->getArray("items");
    for (unsigned i = 0; i < items->size(); ++i) {
      const auto item = items->getObject(i);
      all += (i ? "|" : "") + item->getValue<std::string>("statement") + " " + item->getValue<std::string>("verdict");
      if (const auto reason = item->optValue<std::string>("reason", ""); !reason.empty()) all += " " + reason;
    }
    return all;
  }
  std::int64_t lines() { return p.count("select count(*) from x_treasury_line"); }
  Province p;
  Poco::JSON::Object::Ptr last;
};

std::string statement(const std::string& account, const std::string& from, const std::string& opening, const std::string& to, const std::string& closing, const std::string& entries) {
  return "open " + account + " CNY X\nbalance 1 OPBD " + from + " " + opening + "\n" + entries + "balance 2 CLBD " + to + " " + closing + "\nclose\n";
}
const std::string kFour = std::string("TINY\n") + statement(kFiscal, "20230601", "100.00", "20230603", "104.00",
                                                       "entry booked 20230601 1.00 ref=A\nentry booked 20230602 1.00 text=same\nentry booked 20230602 1.00 text=same\nentry booked 20230603 1.00 ref=B\n");

TEST_F(StatementImport, inspects_every_verdict_and_says_why) {
  EXPECT_EQ(inspect(kFour), "1 proved");
  const auto item = last->getArray("items")->getObject(0);
  EXPECT_EQ(item->getValue<std::string>("account"), kFiscal);
  EXPECT_EQ(item->getValue<std::string>("currency"), "CNY");
  EXPECT_EQ(item->getValue<std::string>("opening"), "100.00");
  EXPECT_EQ(item->getValue<std::string>("closing"), "104.00");
  EXPECT_EQ(item->getValue<int>("entries"), 4);
  EXPECT_EQ(item->getValue<std::string>("credit_sum"), "4.00");
  EXPECT_EQ(item->getValue<std::string>("debit_sum"), "0");
  EXPECT_EQ(last->getValue<int>("exit"), 0);
  EXPECT_EQ(lines(), 0) << "looking stores nothing";

  EXPECT_NE(inspect("TINY\nopen N EUR\nbalance 1 60F - 1.000\nentry booked - 0.005\nentry pending - -0.5 reversal\nbalance 2 62F - 1.01\nclose\n").find("1 warned 期初 1.000 加各笔得 1.005，期末却是 1.01，差 0.005"), std::string::npos);
  EXPECT_EQ(last->getValue<int>("exit"), 3);
  EXPECT_EQ(last->getArray("items")->getObject(0)->getValue<int>("pending"), 1);
  EXPECT_EQ(last->getArray("items")->getObject(0)->getValue<int>("reversals"), 1);
  EXPECT_NE(inspect("TINY\nopen N EUR\nentry booked - 0.005\nclose\n").find("没有期初余额"), std::string::npos);
  EXPECT_NE(inspect("TINY\nopen N EUR\nbalance 1 60F - 1\nbroken cut-off\n").find("1 quarantined 第 34 字节（第 4 行）: cut-off [tiny.trouble]"), std::string::npos) << inspect("TINY\nopen N EUR\nbalance 1 60F - 1\nbroken cut-off\n");
  EXPECT_NE(inspect("TINY\nbroken nothing\n").find("file quarantined 第 5 字节"), std::string::npos);
  EXPECT_NE(inspect("TINY\n").find("file warned"), std::string::npos);
  EXPECT_NE(inspect("what is this\n").find("file quarantined 没有插件认得"), std::string::npos);
  EXPECT_NE(inspect("open N EUR\nbalance 1 a - 1\nbalance 2 b - 1\nclose\n", ",\"format\":\"tiny\"").find("1 proved"), std::string::npos);
  EXPECT_THROW(inspect("TINY\n", ",\"format\":\"mt999\""), Error);
  EXPECT_THROW(inspect("TINY\nthrow\n"), Error);
}
TEST_F(StatementImport, inspects_statements_of_one_file_as_a_chain) {
  const auto two = [](const char* opening) { return "TINY\nopen N EUR\nbalance 1 a - 1\nbalance 2 b - 2\nentry booked - 1\nclose\nopen M EUR\nbalance 1 a - 7\nbalance 2 b - 7\nclose\nopen N EUR\nbalance 1 a - " + std::string(opening) + "\nbalance 2 b - 3\nentry booked - 1\nclose\n"; };
  EXPECT_EQ(inspect(two("2")), "1 proved|2 proved|3 proved");
  EXPECT_NE(inspect(two("4")).find("上一张的期末 2 不符"), std::string::npos);
}
TEST_F(StatementImport, inspects_a_csv_by_its_head) {
  EXPECT_EQ(inspect("日期,金额,余额,流水号,凭据号,对方账号,对方户名,摘要\n2023-06-20,100.00,45000100.00,R1,BF1,,,a\n"), "1 proved");
  EXPECT_EQ(last->getArray("items")->getObject(0)->getValue<std::string>("format"), "csv/statement-signed");
  EXPECT_NE(inspect("日期,金额,余额,流水号,凭据号,对方账号,对方户名,摘要\n2023-06-20,100.00,1.00,R1,BF1,,,a\nx\n").find("1 quarantined 第 "), std::string::npos);
}

TEST_F(StatementImport, finds_the_account_and_a_second_time_changes_nothing) {
  EXPECT_EQ(import(kFour), "new 4|proved 2023-06-01..2023-06-03");
  EXPECT_EQ(import(kFour), "new 0|proved 2023-06-01..2023-06-03");
  EXPECT_EQ(p.count("select count(*) from x_treasury_statement"), 1);
  EXPECT_EQ(p.count("select count(*) from x_treasury_line where account = '9900001003001' and line_key in ('r:A', 'r:B')"), 2);
  EXPECT_EQ(p.count("select count(distinct line_key) from x_treasury_line"), 4) << "identical lines of a day are two";
  EXPECT_EQ(p.count("select balance_fen from x_treasury_line where line_key = 'r:B'"), 10400);
  EXPECT_TRUE(p.verified());
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}
TEST_F(StatementImport, an_overlap_adds_what_is_new_and_only_that) {
  import(kFour);
  EXPECT_EQ(import("TINY\n" + statement(kFiscal, "20230602", "101.00", "20230605", "105.00",
                                         "entry booked 20230602 1.00 text=same\nentry booked 20230602 1.00 text=same\nentry booked 20230603 1.00 ref=B\nentry booked 20230605 1.00 ref=C\n")),
            "new 1|proved 2023-06-02..2023-06-05");
  EXPECT_EQ(lines(), 5);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
  EXPECT_NE(import("TINY\n" + statement(kFiscal, "20230602", "101.50", "20230602", "103.50", "entry booked 20230602 1.00 text=same\nentry booked 20230602 1.00 text=same\n")).find("quarantined"), std::string::npos)
      << "another opening than what was known";
  EXPECT_NE(import("TINY\n" + statement(kFiscal, "20230602", "101.00", "20230602", "103.00", "entry booked 20230602 2.00 text=same\n")).find("这次没有"), std::string::npos);
  EXPECT_NE(import("TINY\n" + statement(kFiscal, "20230603", "103.00", "20230603", "104.00", "entry booked 20230603 1.00 ref=B client=other\n")).find("内容不同"), std::string::npos);
  EXPECT_EQ(lines(), 5);
}
TEST_F(StatementImport, a_third_equal_line_of_a_day_is_a_new_one) {
  import(kFour);
  EXPECT_EQ(import("TINY\n" + statement(kFiscal, "20230602", "101.00", "20230602", "104.00", "entry booked 20230602 1.00 text=same\nentry booked 20230602 1.00 text=same\nentry booked 20230602 1.00 text=same\n")),
            "new 0|quarantined 2023-06-02..2023-06-02 期末 104.00 与下一张对账单期初 103.00 不符 (closing is not the next opening)")
      << "the days after it are known to begin with another balance";
}
TEST_F(StatementImport, a_reference_used_on_another_day_does_not_stand_in_the_way) {
  EXPECT_EQ(import("TINY\n" + statement(kFiscal, "20230601", "0.00", "20230601", "1.00", "entry booked 20230601 1.00 ref=SAME\n")), "new 1|proved 2023-06-01..2023-06-01");
  const std::string next = "TINY\n" + statement(kFiscal, "20230602", "1.00", "20230602", "3.00", "entry booked 20230602 2.00 ref=SAME\n");
  EXPECT_EQ(import(next), "new 1|proved 2023-06-02..2023-06-02");
  EXPECT_EQ(import(next), "new 0|proved 2023-06-02..2023-06-02");
  EXPECT_EQ(import("TINY\n" + statement(kFiscal, "20230601", "0.00", "20230602", "3.00", "entry booked 20230601 1.00 ref=SAME\nentry booked 20230602 2.00 ref=SAME\n")), "new 0|proved 2023-06-01..2023-06-02")
      << "a longer file in which the reference is there twice";
  EXPECT_EQ(lines(), 2);
}
TEST_F(StatementImport, keys_of_earlier_versions_are_known) {
  import(kFour);
  p.write_sql("update x_treasury_line set line_key = 'h:' || substr(line_key, 12, 32) || 'ffffffffffffffffffffffffffffffff' || substr(line_key, 44) where line_key like 'h:%'");
  EXPECT_EQ(p.count("select count(*) from x_treasury_line where length(line_key) = 68"), 2);
  EXPECT_EQ(import(kFour), "new 0|proved 2023-06-01..2023-06-03");
}
TEST_F(StatementImport, days_and_pages_that_follow_each_other_are_one_statement) {
  const std::string pages = "TINY\nopen 9900001003001 CNY 1\nbalance 1 60F 20230531 10.00\nentry booked 20230601 1.00 ref=A\nbalance 4 62M 20230601 11.00\nclose\n"
                            "open 9900001003001 CNY 1\nbalance 3 60M 20230601 11.00\nentry booked 20230601 1.00 ref=B\nbalance 2 62F 20230601 12.00\nclose\n" +
                            statement(kFiscal, "20230601", "12.00", "20230602", "13.00", "entry booked 20230602 1.00 ref=C\n");
  EXPECT_EQ(import(pages), "new 3|proved 2023-06-01..2023-06-02");
  EXPECT_EQ(import(pages), "new 0|proved 2023-06-01..2023-06-02");
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}
TEST_F(StatementImport, days_out_of_order_are_stored_in_order) {
  EXPECT_EQ(import("TINY\n" + statement(kFiscal, "20230601", "0.00", "20230602", "6.00", "entry booked 20230602 1.00 ref=A\nentry booked 20230601 2.00 ref=B\nentry booked 20230602 3.00 ref=C\n")), "new 3|proved 2023-06-01..2023-06-02");
  EXPECT_EQ(p.count("select balance_fen from x_treasury_line where line_key = 'r:B'"), 200);
  EXPECT_EQ(p.count("select balance_fen from x_treasury_line where line_key = 'r:A'"), 300);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}
TEST_F(StatementImport, days_between_statements_are_listed) {
  import(kFour);
  EXPECT_EQ(import("TINY\n" + statement(kFiscal, "20230610", "9.00", "20230610", "10.00", "entry booked 20230610 1.00 ref=Z\n")),
            "new 1|proved 2023-06-10..2023-06-10|missing-days 2023-06-04..2023-06-09 这些天没有对账单 (days without a statement)");
  EXPECT_EQ(last->getValue<int>("exit"), 3);
}
TEST_F(StatementImport, what_does_not_add_up_or_breaks_off_is_kept_and_gives_no_lines) {
  EXPECT_NE(import("TINY\n" + statement(kFiscal, "20230601", "0.00", "20230601", "2.00", "entry booked 20230601 1.00 ref=A\n")).find("new 0|warned 2023-06-01..2023-06-01 期初 0.00 加各笔得 1.00"), std::string::npos);
  EXPECT_NE(import("TINY\nopen 9900001003001 CNY\nbalance 1 a 20230601 0.00\nentry booked 20230601 1.00 ref=A\nbroken half-a-line\n").find("new 0|quarantined 2023-06-01..2023-06-01 第 "), std::string::npos);
  EXPECT_NE(import("TINY\nbroken nothing\n", "account=9900001003001").find("new 0|quarantined"), std::string::npos);
  EXPECT_NE(import("TINY\n" + statement(kFiscal, "20230601", "0.00", "20230602", "1.00", "entry booked 20230601 1.00 ref=A\n") + "broken tail\n").find("new 1|proved 2023-06-01..2023-06-02|quarantined"), std::string::npos)
      << "what was whole before the damage is whole";
  EXPECT_EQ(lines(), 1);
  EXPECT_EQ(p.count("select count(*) from x_treasury_statement where state = 'warned'"), 1);
  EXPECT_EQ(p.count("select count(*) from x_treasury_statement where state = 'quarantined'"), 3);
  EXPECT_EQ(p.count("select count(*) from x_treasury_statement where length(evidence) <> 64"), 0);
}
TEST_F(StatementImport, only_our_accounts_in_cny_and_whole_fen) {
  EXPECT_NE(import("TINY\n" + statement("12345", "20230601", "0.00", "20230601", "0.00", "")).find("statement.account-not-ours"), std::string::npos);
  EXPECT_NE(import("TINY\n" + statement(kFiscal, "20230601", "0.00", "20230601", "0.00", ""), "account=" + std::string(kAccount)).find("statement.account-not-ours"), std::string::npos);
  EXPECT_NE(import("TINY\n" + statement("-", "20230601", "0.00", "20230601", "0.00", "")).find("statement.account-missing"), std::string::npos);
  EXPECT_NE(import("TINY\nopen 9900001003001 USD\nbalance 1 a 20230601 0\nbalance 2 b 20230601 0\nclose\n").find("statement.not-cny"), std::string::npos);
  EXPECT_NE(import("TINY\n" + statement(kFiscal, "20230601", "0.00", "20230601", "0.005", "entry booked 20230601 0.005\n")).find("第 1 笔的金额 0.005 不是整分"), std::string::npos);
  EXPECT_NE(import("TINY\n" + statement(kFiscal, "20230601", "0.001", "20230601", "0.001", "")).find("statement.not-fen"), std::string::npos);
  EXPECT_NE(import("no such format\n", "account=9900001003001").find("statement.format-unknown"), std::string::npos);
  EXPECT_EQ(p.count("select count(*) from x_treasury_statement"), 0);
  EXPECT_EQ(import("TINY\n" + statement("104100/990000.1003.001", "20230601", "0.00", "20230601", "0.00", "")), "new 0|proved 2023-06-01..2023-06-01") << "written with the bank's code and separators";
}

TEST_F(StatementImport, two_hundred_thousand_lines_in_bounded_memory) {
  {
    std::ofstream out(p.home() + "/big.tiny");
    out << "TINY\nopen 9900001003001 CNY\nbalance 1 a 20230601 0.00\n";
    for (int i = 0; i < 200'000; ++i) out << "entry booked " << 20230601 + i / 8000 << " 1.00 ref=R" << i << " client=YB" << i << " other=62258812345678 text=some-words-that-fill-the-line-as-banks-do\n";
    out << "balance 2 b 20230625 200000.00\nclose\n";
  }
  const auto peak = [] {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss / 1024;
  };
  const long before = peak();
  const std::string params = "{\"file\":\"" + p.home() + "/big.tiny\"}";
  EXPECT_EQ(p.total(p.run("statement inspect", params, "viewer1"), "proved"), 1);
  EXPECT_LT(peak() - before, 16) << "looking needs no memory";
  EXPECT_EQ(p.total(p.run("statement import-file", params, "maker1"), "new_lines"), 200'000);
  EXPECT_LT(peak() - before, 100) << "MiB more than before the import";
  EXPECT_EQ(p.total(p.run("statement import-file", params, "maker1"), "new_lines"), 0);
  EXPECT_EQ(lines(), 200'000);
}

}  // namespace
}  // namespace mif::test
