// SPDX-License-Identifier: Apache-2.0
// The bank simulator as its clients see it, byte by byte on the wire.
#include <gtest/gtest.h>

#include "tests/sim/wire.h"

namespace mif::test {
namespace {

constexpr const char* kScript =
    "account { number 9900001004001 name \"支出户\" opening 1000.00 }\n"
    "credit { account 9900001004001 day 2023-06-01 amount 500.00 ref BF1 counter 9900001003001 text \"用款拨入\" }\n";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

class SimProtocol : public ::testing::Test {
 protected:
  SimProtocol() { folder_.write("bank.info", kScript); }
  std::vector<std::string> options(const std::string& faults = {}) {
    std::vector<std::string> o = {"--port", "0", "--script", folder_.path("bank.info"), "--seed", "7"};
    if (!faults.empty()) o.insert(o.end(), {"--fault", faults});
    return o;
  }
  Folder folder_;
};

TEST_F(SimProtocol, a_payment_is_taken_then_reported_executed_and_shown_in_the_statement) {
  SimProcess sim(folder_.path("state"), options());
  Wire wire(sim.port());
  const std::string taken = wire.ask(pay("R1", "120.50"));
  EXPECT_TRUE(has(taken, "<ERRCOD>SUC0000</ERRCOD>") && has(taken, "<REQSTS>NTE</REQSTS>")) << taken;
  EXPECT_TRUE(has(wire.ask(query("R1")), "<REQSTS>FIN</REQSTS><RTNFLG>S</RTNFLG>"));
  const std::string lines = wire.ask(
      "<CMBSDKPGK><INFO><FUNNAM>GetTransInfo</FUNNAM></INFO><SDKTSINFX><ACCNBR>9900001004001</ACCNBR><BGNDAT>20230601</BGNDAT><ENDDAT>20230630</ENDDAT></SDKTSINFX></CMBSDKPGK>");
  EXPECT_TRUE(has(lines, "<OPNBLV>1000.00</OPNBLV><CLSBLV>1379.50</CLSBLV>")) << lines;
  EXPECT_TRUE(has(lines, "<TRSAMT>-120.50</TRSAMT>") && has(lines, "<C_TRSBLV>1,379.50</C_TRSBLV>") && has(lines, "<YURREF>BF1</YURREF>")) << lines;
  EXPECT_TRUE(has(lines, "\xD3\xC3\xBF\xEE\xB2\xA6\xC8\xEB")) << "用款拨入 must come back in GBK";
  const std::string balance = wire.ask("<CMBSDKPGK><INFO><FUNNAM>NTQADINF</FUNNAM></INFO><SDKACINFX><ACCNBR>9900001004001</ACCNBR></SDKACINFX></CMBSDKPGK>");
  EXPECT_TRUE(has(balance, "<ACCBLV>1379.50</ACCBLV>")) << balance;
}

TEST_F(SimProtocol, a_repeated_reference_looks_like_a_failure_but_moves_no_money) {
  SimProcess sim(folder_.path("state"), options());
  Wire wire(sim.port());
  wire.ask(pay("R1", "100.00"));
  const std::string again = wire.ask(pay("R1", "100.00"));
  EXPECT_TRUE(has(again, "<ERRCOD>NCB4241</ERRCOD>") && has(again, "<REQSTS>FIN</REQSTS><RTNFLG>F</RTNFLG>")) << again;
  EXPECT_TRUE(has(wire.ask(query("R1")), "<RTNFLG>S</RTNFLG>"));
  const SimTotals t = sim_ledger(folder_.path("state"));
  EXPECT_EQ(t.debits, "100.00");
  EXPECT_EQ(t.executed_once, 1);
  EXPECT_EQ(t.executed_more, 0);
}

TEST_F(SimProtocol, a_malformed_row_sends_the_whole_packet_back) {
  SimProcess sim(folder_.path("state"), options());
  Wire wire(sim.port());
  const std::string reply = wire.ask(pay("R1", "100.00", ""));
  EXPECT_TRUE(has(reply, "<RETCOD>-1</RETCOD>") && has(reply, "DBDC003")) << reply;
  EXPECT_FALSE(has(wire.ask(query("R1")), "NTSTLLSTZ"));
}

TEST_F(SimProtocol, money_that_is_not_there_is_refused_for_good) {
  SimProcess sim(folder_.path("state"), options());
  Wire wire(sim.port());
  EXPECT_TRUE(has(wire.ask(pay("R1", "1500.01")), "<REQSTS>OPR</REQSTS>"));
  EXPECT_TRUE(has(wire.ask(query("R1")), "<REQSTS>FIN</REQSTS><RTNFLG>F</RTNFLG>"));
  EXPECT_EQ(sim_ledger(folder_.path("state")).debits, "0.00");
}

TEST_F(SimProtocol, more_than_thirty_rows_are_taken_without_a_word_per_row) {
  SimProcess sim(folder_.path("state"), options());
  Wire wire(sim.port());
  std::string rows;
  for (int i = 0; i < 31; ++i) {
    const std::string one = pay("R" + std::to_string(i), "1.00");
    const auto from = one.find("<DCOPDPAYX>");
    rows += one.substr(from, one.find("</CMBSDKPGK>") - from);
  }
  const std::string reply = wire.ask("<CMBSDKPGK><INFO><FUNNAM>DCPAYMNT</FUNNAM></INFO>" + rows + "</CMBSDKPGK>");
  EXPECT_TRUE(has(reply, "<RETCOD>0</RETCOD>"));
  EXPECT_FALSE(has(reply, "NTQPAYRQZ"));
  EXPECT_TRUE(has(wire.ask(query("R30")), "<RTNFLG>S</RTNFLG>"));
}

TEST_F(SimProtocol, a_cut_after_sending_has_executed_and_a_cut_before_has_not) {
  {
    SimProcess sim(folder_.path("after"), options("cut-after-send:1"));
    EXPECT_EQ(Wire(sim.port()).ask(pay("R1", "10.00")), "<cut>");
    EXPECT_TRUE(has(Wire(sim.port()).ask(query("R1")), "<RTNFLG>S</RTNFLG>"));
  }
  SimProcess sim(folder_.path("before"), options("cut-before-execute:1"));
  EXPECT_EQ(Wire(sim.port()).ask(pay("R1", "10.00")), "<cut>");
  EXPECT_FALSE(has(Wire(sim.port()).ask(query("R1")), "NTSTLLSTZ"));
  EXPECT_TRUE(has(Wire(sim.port()).ask(pay("R1", "10.00")), "SUC0000")) << "only the first packet is struck";
}

TEST_F(SimProtocol, a_late_order_is_processing_first_and_a_returned_one_succeeds_first) {
  SimProcess sim(folder_.path("state"), options("late:1,returning:1"));
  Wire wire(sim.port());
  wire.ask(pay("L", "10.00"));
  wire.ask(pay("B", "20.00"));
  EXPECT_TRUE(has(wire.ask(query("L")), "<REQSTS>BNK</REQSTS>"));
  EXPECT_TRUE(has(wire.ask(query("L")), "<RTNFLG>S</RTNFLG>"));
  EXPECT_TRUE(has(wire.ask(query("B")), "<RTNFLG>S</RTNFLG>"));
  EXPECT_TRUE(has(wire.ask(query("B")), "<RTNFLG>B</RTNFLG>"));
  const SimTotals t = sim_ledger(folder_.path("state"));
  EXPECT_EQ(t.balance, "1490.00");
  EXPECT_EQ(t.returned, 1);
}

TEST_F(SimProtocol, an_unreadable_request_is_answered_or_cut_never_executed) {
  SimProcess sim(folder_.path("state"), options());
  EXPECT_EQ(Wire(sim.port()).ask("<CMBSDKPGK><INFO>"), "<cut>");
  EXPECT_TRUE(has(Wire(sim.port()).ask("<CMBSDKPGK><INFO><FUNNAM>NOSUCH</FUNNAM></INFO></CMBSDKPGK>"), "<RETCOD>-1</RETCOD>"));
  EXPECT_TRUE(has(Wire(sim.port()).ask(pay("R1", "1.005")), "<RETCOD>-1</RETCOD>"));
  EXPECT_EQ(sim_ledger(folder_.path("state")).debits, "0.00");
}

}  // namespace
}  // namespace mif::test
