// SPDX-License-Identifier: Apache-2.0
#include "file_drop.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <sstream>

#include "mif/sdk.hpp"

namespace mif::bank_iso20022 {
namespace {

namespace fs = std::filesystem;

class Drop : public ::testing::Test {
 protected:
  void SetUp() override {
    static std::atomic<int> number{0};
    root_ = fs::temp_directory_path() / ("file_drop." + std::to_string(::getpid()) + "." + std::to_string(++number));
    for (const char* folder : {"orders", "sent", "answers"}) fs::create_directories(root_ / folder);
  }
  void TearDown() override { fs::remove_all(root_); }
  FileDrop open() { return FileDrop({root_ / "orders", root_ / "sent", root_ / "answers"}, {9, "", "示例省医保中心", "示例省医保基金", "", ""}, [] { return std::int64_t{1709251200000}; }); }
  static Order order(const std::string& ref) { return {Day(2024, 3, 1), Fen(100), ref, "6222000011", "990001", "示例医院", "", "结算"}; }
  std::vector<fs::path> files(const std::string& folder) const {
    std::vector<fs::path> all;
    for (const auto& f : fs::directory_iterator(root_ / folder))
      if (f.is_regular_file()) all.push_back(f.path());
    return all;
  }
  std::string message() const { return files("sent").at(0).stem().string(); }
  void put(const std::string& name, const std::string& text, bool old = true) {
    const fs::path path = root_ / "answers" / name;
    std::ofstream(path) << text;
    if (old) fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
  }
  std::string rows(const std::string& inside) const {
    return "<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>" + message() + "</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>" + message() + "-1</OrgnlPmtInfId>" + inside + "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>";
  }
  static std::string row(const std::string& ref, const std::string& word) { return "<TxInfAndSts><OrgnlEndToEndId>" + ref + "</OrgnlEndToEndId><TxSts>" + word + "</TxSts></TxInfAndSts>"; }
  static int outcome(FileDrop& drop, const std::string& ref) { return drop.query({ref}).at(0).outcome; }
  fs::path root_;
};

TEST_F(Drop, AnOrderIsPutDownWholeAndKept) {
  FileDrop drop = open();
  const auto answers = drop.submit({order("R1"), order("R2")});
  ASSERT_EQ(answers.size(), 2u);
  for (const auto& a : answers) EXPECT_EQ(a.outcome, MIF_PAY_UNKNOWN) << "the bank has said nothing";
  ASSERT_EQ(files("orders").size(), 1u) << "no .part is left";
  ASSERT_EQ(files("sent").size(), 1u);
  std::ostringstream a, b;
  a << std::ifstream(files("orders")[0]).rdbuf();
  b << std::ifstream(files("sent")[0]).rdbuf();
  EXPECT_EQ(a.str(), b.str());
  EXPECT_NE(a.str().find("<CreDtTm>2024-03-01T08:00:00</CreDtTm>"), std::string::npos);
  EXPECT_EQ(outcome(drop, "R1"), MIF_PAY_UNKNOWN);
}

TEST_F(Drop, NothingIsSentTwiceEvenAfterARestart) {
  open().submit({order("R1")});
  fs::remove(files("orders")[0]);  // the bank has fetched it
  FileDrop again = open();
  const auto answers = again.submit({order("R1"), order("R2")});
  EXPECT_EQ(answers.at(0).outcome, MIF_PAY_DUPLICATE);
  EXPECT_EQ(answers.at(1).outcome, MIF_PAY_UNKNOWN);
  ASSERT_EQ(files("orders").size(), 1u);
  std::ostringstream text;
  text << std::ifstream(files("orders")[0]).rdbuf();
  EXPECT_EQ(text.str().find("R1"), std::string::npos);
}

TEST_F(Drop, OnlyWhatNeverLeftIsUnsent) {
  FileDrop drop = open();
  Order bad = order("R2");
  bad.payee_name.clear();
  const auto answers = drop.submit({order("R1"), bad, order("R1")});
  EXPECT_EQ(answers.at(0).outcome, MIF_PAY_UNKNOWN);
  EXPECT_EQ(answers.at(1).outcome, MIF_PAY_UNSENT);
  EXPECT_EQ(answers.at(2).outcome, MIF_PAY_UNSENT);
  fs::remove_all(root_ / "sent");
  EXPECT_ANY_THROW(drop.submit({order("R5")}));
  fs::create_directories(root_ / "sent");
  fs::remove_all(root_ / "orders");
  EXPECT_EQ(drop.submit({order("R6")}).at(0).outcome, MIF_PAY_UNSENT);
  EXPECT_TRUE(files("sent").empty()) << "what never left is not kept as sent";
}

TEST_F(Drop, ARenameThatFailsLeavesADoubt) {
  FileDrop drop = open();
  drop.submit({order("R1")});
  const std::string name = files("orders")[0].filename().string();
  fs::remove(root_ / "orders" / name);
  fs::remove(root_ / "sent" / name);
  fs::create_directories(root_ / "orders" / name / "x");  // in the way of the rename
  FileDrop again = open();
  EXPECT_EQ(again.submit({order("R1")}).at(0).outcome, MIF_PAY_UNKNOWN);
}

TEST_F(Drop, AnswersAreTakenInOnceAndOutliveARestart) {
  FileDrop drop = open();
  drop.submit({order("R1"), order("R2"), order("R3")});
  put("a.xml", rows(row("R1", "ACSC") + row("R2", "RJCT")));
  put("b.xml", rows(row("R1", "ACSC") + row("R2", "RJCT")));
  put("c.part", rows(row("R3", "RJCT")));
  EXPECT_EQ(outcome(drop, "R1"), MIF_PAY_DONE);
  EXPECT_EQ(outcome(drop, "R2"), MIF_PAY_REFUSED);
  EXPECT_EQ(outcome(drop, "R3"), MIF_PAY_UNKNOWN);
  EXPECT_EQ(outcome(drop, "R9"), MIF_PAY_UNKNOWN) << "never NOT_FOUND: the bank did not say so";
  EXPECT_EQ(files("answers/processed").size(), 1u) << "the same bytes are one answer";
  EXPECT_EQ(files("answers").size(), 1u);
  FileDrop again = open();
  EXPECT_EQ(outcome(again, "R1"), MIF_PAY_DONE);
}

TEST_F(Drop, AnEndStandsAndTwoEndsAreADoubt) {
  FileDrop drop = open();
  drop.submit({order("R1")});
  put("1.xml", rows(row("R1", "ACTC")));
  EXPECT_EQ(outcome(drop, "R1"), MIF_PAY_ACCEPTED);
  put("2.xml", rows(row("R1", "ACSC")));
  EXPECT_EQ(outcome(drop, "R1"), MIF_PAY_DONE);
  put("3.xml", rows(row("R1", "ACSP")));
  EXPECT_EQ(outcome(drop, "R1"), MIF_PAY_DONE) << "a late word does not take the end back";
  put("4.xml", rows(row("R1", "RJCT")));
  EXPECT_EQ(outcome(drop, "R1"), MIF_PAY_UNKNOWN);
}

TEST_F(Drop, AnAnswerThatIsNotWholeWaitsAndThenIsSetAside) {
  FileDrop drop = open();
  drop.submit({order("R1")});
  const std::string whole = rows(row("R1", "RJCT"));
  put("a.xml", whole.substr(0, whole.size() - 9), false);
  EXPECT_EQ(outcome(drop, "R1"), MIF_PAY_UNKNOWN);
  EXPECT_EQ(files("answers").size(), 1u) << "the bank may still be writing it";
  put("a.xml", whole.substr(0, whole.size() - 9));
  EXPECT_EQ(outcome(drop, "R1"), MIF_PAY_UNKNOWN);
  EXPECT_EQ(files("answers").size(), 0u);
  EXPECT_EQ(files("answers/failed").size(), 2u) << "the file and why";
  put("a.xml", whole);
  EXPECT_EQ(outcome(drop, "R1"), MIF_PAY_REFUSED);
}

TEST_F(Drop, AStatementBesideTheAnswersIsLeftAlone) {
  FileDrop drop = open();
  put("s.xml", "<Document><BkToCstmrStmt/></Document>");
  drop.query({});
  EXPECT_EQ(files("answers").size(), 1u);
}

TEST_F(Drop, TheAmountTheBankHoldsIsTold) {
  FileDrop drop = open();
  drop.submit({order("R1")});
  put("a.xml", rows("<TxInfAndSts><OrgnlEndToEndId>R1</OrgnlEndToEndId><TxSts>ACSC</TxSts><OrgnlTxRef><Amt><InstdAmt Ccy=\"CNY\">1.5</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>"));
  EXPECT_EQ(drop.query({"R1"}).at(0).fen, Fen(150));
}

TEST_F(Drop, FoldersMustBeThere) {
  fs::remove_all(root_ / "answers");
  EXPECT_THROW(open(), Error);
}

TEST_F(Drop, EveryFileIsToldMaskedAndAnOrderThatCannotBeKeptStays) {
  FileDrop drop = open();
  std::vector<PacketNote> told;
  bool kept = false;
  const TellPacket tell = [&](const PacketNote& note) {
    told.push_back(note);
    return kept;
  };
  EXPECT_EQ(drop.submit({order("R1")}, 0, tell).at(0).outcome, MIF_PAY_UNSENT);
  EXPECT_TRUE(files("orders").empty());
  EXPECT_TRUE(files("sent").empty());
  kept = true;
  EXPECT_EQ(drop.submit({order("R1")}, 0, tell).at(0).outcome, MIF_PAY_UNKNOWN);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[1].direction, MIF_PACKET_OUT);
  EXPECT_EQ(told[1].client_refs, std::vector<std::string>{"R1"});
  put("a.xml", rows(row("R1", "ACSC")));
  put("b.xml", "<Document><Nm>示例医院</Nm><Othr><Id>6222000011</Id>");
  EXPECT_EQ(drop.query({"R1"}, 0, tell).at(0).outcome, MIF_PAY_DONE);
  ASSERT_EQ(told.size(), 4u);
  EXPECT_EQ(told[2].end, MIF_WIRE_WHOLE);
  EXPECT_EQ(told[2].client_refs, std::vector<std::string>{"R1"});
  EXPECT_EQ(told[3].end, MIF_WIRE_PART);
  EXPECT_FALSE(told[3].reason.empty());
  for (std::size_t i = 1; i < told.size(); ++i) {
    for (const char* secret : {"6222000011", "示例医院", "990001<"}) EXPECT_EQ(told[i].text.find(secret), std::string::npos) << told[i].text;
    EXPECT_EQ(told[i].sha256.size(), 64u);
  }
  EXPECT_NE(told[1].text.find("<Nm>示**</Nm>"), std::string::npos) << told[1].text;
  drop.query({"R1"}, 0, tell);
  EXPECT_EQ(told.size(), 4u) << "a file is told once";
}

}  // namespace
}  // namespace mif::bank_iso20022
