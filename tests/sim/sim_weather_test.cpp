// SPDX-License-Identifier: Apache-2.0
// What the simulated bank does to its clients beyond cut lines: it holds them back, closes, gives money back days later, and tells
// statements wrong.
#include <Poco/Net/NetException.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/sim/wire.h"

namespace mif::test {
namespace {

constexpr const char* kScript =
    "account { number 9900001004001 name \"支出户\" opening 1000.00 }\n"
    "credit { account 9900001004001 day 2023-06-01 amount 500.00 ref BF1 counter 9900001003001 text \"x\" }\n";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
std::string lines() {
  return "<CMBSDKPGK><INFO><FUNNAM>GetTransInfo</FUNNAM></INFO><SDKTSINFX><ACCNBR>9900001004001</ACCNBR><BGNDAT>20230601</BGNDAT><ENDDAT>20230731</ENDDAT></SDKTSINFX></CMBSDKPGK>";
}
std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++n;
  return n;
}
std::int64_t took_ms(const std::function<void()>& what) {
  const auto from = std::chrono::steady_clock::now();
  what();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - from).count();
}

class SimWeather : public ::testing::Test {
 protected:
  SimWeather() { folder_.write("bank.info", kScript); }
  std::vector<std::string> options(const std::string& faults, const std::string& day = "2023-06-02", const std::string& dialect = {}) {
    std::vector<std::string> o = {"--port", "0", "--script", folder_.path("bank.info"), "--seed", "7", "--day", day};
    if (!faults.empty()) o.insert(o.end(), {"--fault", faults});
    if (!dialect.empty()) o.insert(o.end(), {"--dialect", dialect});
    return o;
  }
  Folder folder_;
};

TEST_F(SimWeather, calls_that_come_too_fast_are_held_and_answered) {
  SimProcess sim(folder_.path("state"), options("rate-hold:2=400"));
  Wire wire(sim.port());
  std::string reply;
  EXPECT_LT(took_ms([&] { wire.ask(pay("R1", "1.00")); }), 300) << "the first call is not too fast";
  EXPECT_GT(took_ms([&] { reply = wire.ask(pay("R2", "1.00")); }), 250);
  EXPECT_TRUE(has(reply, "SUC0000")) << "held, not refused: " << reply;
  EXPECT_GT(took_ms([&] { wire.ask(query("R1")); }), 250);
  EXPECT_LT(took_ms([&] { wire.ask(query("R1")); }), 300) << "only the first two";
  EXPECT_EQ(sim_ledger(folder_.path("state")).executed_once, 2);
}

TEST_F(SimWeather, during_maintenance_nothing_is_answered_and_nothing_executed) {
  SimProcess sim(folder_.path("state"), options("maintenance:1=600"));
  Wire wire(sim.port());
  EXPECT_TRUE(has(wire.ask(pay("R1", "1.00")), "<RETCOD>-1</RETCOD>"));
  EXPECT_TRUE(has(wire.ask(query("R1")), "WIN0001"));
  EXPECT_EQ(sim_ledger(folder_.path("state")).refs, 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  EXPECT_FALSE(has(wire.ask(query("R1")), "NTSTLLSTZ"));
  EXPECT_TRUE(has(wire.ask(pay("R1", "1.00")), "SUC0000")) << "one window only";
  EXPECT_EQ(sim_ledger(folder_.path("state")).executed_once, 1);
}

TEST_F(SimWeather, money_comes_back_days_later_whether_asked_or_not) {
  const std::string state = folder_.path("state");
  {
    SimProcess sim(state, options("returning:1=5"));
    Wire wire(sim.port());
    wire.ask(pay("B", "20.00"));
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(has(wire.ask(query("B")), "<RTNFLG>S</RTNFLG>")) << "asking does not bring it back";
  }
  {
    SimProcess sim(state, options("", "2023-06-06"));
    EXPECT_TRUE(has(Wire(sim.port()).ask(query("B")), "<RTNFLG>S</RTNFLG>")) << "not yet";
  }
  for (const char* day : {"2023-06-09", "2023-06-10"}) {
    SimProcess sim(state, options("", day));
    Wire wire(sim.port());
    const std::string told = wire.ask(lines());
    EXPECT_TRUE(has(told, "<CLSBLV>1500.00</CLSBLV>")) << told;
    EXPECT_TRUE(has(told, "<ETYDAT>20230607</ETYDAT>")) << "the credit is of the day it came, however late the bank is looked at";
    EXPECT_TRUE(has(wire.ask(query("B")), "<RTNFLG>B</RTNFLG>"));
  }
  EXPECT_EQ(sim_ledger(state).returned, 1) << "once";
}

TEST_F(SimWeather, a_statement_is_told_wrong_once_each) {
  SimProcess sim(folder_.path("state"), options("statement-missing,statement-repeated,statement-wrong-opening,statement-wrong-closing,statement-reordered"));
  Wire wire(sim.port());
  for (const char* ref : {"R1", "R2", "R3"}) wire.ask(pay(ref, "1.00"));
  const std::string wrong = wire.ask(lines()), right = wire.ask(lines());
  EXPECT_TRUE(has(wrong, "<OPNBLV>1000.01</OPNBLV><CLSBLV>1497.01</CLSBLV>")) << wrong;
  EXPECT_EQ(count(wrong, "<NTQTSINFZ>"), 4u) << "one less and one more";
  EXPECT_EQ(count(wrong, "<YURREF>R3</YURREF>"), 2u);
  EXPECT_EQ(count(wrong, "<YURREF>R2</YURREF>"), 0u);
  EXPECT_GT(wrong.find("<YURREF>BF1</YURREF>"), wrong.find("<YURREF>R1</YURREF>")) << "the first is last";
  EXPECT_TRUE(has(right, "<OPNBLV>1000.00</OPNBLV><CLSBLV>1497.00</CLSBLV>"));
  EXPECT_EQ(count(right, "<NTQTSINFZ>"), 4u);
  EXPECT_LT(right.find("<YURREF>BF1</YURREF>"), right.find("<YURREF>R1</YURREF>"));
}

// ISO 20022 as bytes, by HTTP.
std::string http(std::uint16_t port, const std::string& method, const std::string& path, const std::string& body = {}) {
  Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", port));
  const std::string request = method + " " + path + " HTTP/1.1\r\nHost: b\r\n" + (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") + "\r\n" + body;
  socket.sendBytes(request.data(), static_cast<int>(request.size()));
  socket.shutdownSend();
  std::string reply;
  char buffer[4096];
  for (int n; (n = socket.receiveBytes(buffer, sizeof buffer)) > 0;) reply.append(buffer, static_cast<std::size_t>(n));
  return reply;
}
std::string pain(const std::string& id, int rows, const std::string& version = "09", const std::string& count = {}, const std::string& sum = {}) {
  std::string tx;
  for (int i = 1; i <= rows; ++i)
    tx += "<CdtTrfTxInf><PmtId><EndToEndId>" + id + "-" + std::to_string(i) + "</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"CNY\">1.00</InstdAmt></Amt><Cdtr><Nm>N</Nm></Cdtr><CdtrAcct><Id><Othr><Id>C</Id></Othr></Id></CdtrAcct></CdtTrfTxInf>";
  const std::string n = count.empty() ? std::to_string(rows) : count, s = sum.empty() ? std::to_string(rows) + ".00" : sum;
  return "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001." + version + "\"><CstmrCdtTrfInitn><GrpHdr><MsgId>" + id + "</MsgId><NbOfTxs>" + n + "</NbOfTxs><CtrlSum>" + s +
         "</CtrlSum></GrpHdr><PmtInf><PmtInfId>" + id + "-P</PmtInfId><NbOfTxs>" + std::to_string(rows) + "</NbOfTxs><ReqdExctnDt>" + (version == "03" ? "2023-06-02" : "<Dt>2023-06-02</Dt>") +
         "</ReqdExctnDt><DbtrAcct><Id><Othr><Id>9900001004001</Id></Othr></Id></DbtrAcct>" + tx + "</PmtInf></CstmrCdtTrfInitn></Document>";
}

TEST_F(SimWeather, pages_of_a_statement_end_unless_the_cursor_repeats) {
  std::string script = "account { number A1 opening 0.00 }\n";
  for (int i = 10; i < 40; ++i) script += "credit { account A1 day 2023-06-01 amount 1.00 ref K" + std::to_string(i) + " }\n";
  folder_.write("bank.info", script);
  SimProcess sim(folder_.path("state"), options("page-repeats:1", "2023-06-02", "ccb-like"));
  int serial = 1000;
  const auto page = [&](const std::string& number) {
    return http(sim.port(), "POST", "/",
                "requestXml=<TX><REQUEST_SN>000000000000" + std::to_string(++serial) + "</REQUEST_SN><TX_CODE>6WY101</TX_CODE><TX_INFO><ACCNO1>A1</ACCNO1><STARTDATE>20230601</STARTDATE><ENDDATE>20230630</ENDDATE><PAGE>" +
                    number + "</PAGE></TX_INFO></TX>");
  };
  EXPECT_TRUE(has(page("1"), "<NEXT_PAGE>1</NEXT_PAGE>")) << "the same page again";
  std::size_t lines = 0;
  std::string number = "1";
  for (int pages = 0; !number.empty() && pages < 40; ++pages) {
    const std::string reply = page(number);
    lines += count(reply, "<TRANDATE>");
    const auto at = reply.find("<NEXT_PAGE>");
    number = at == std::string::npos ? "" : reply.substr(at + 11, reply.find('<', at + 11) - at - 11);
  }
  EXPECT_EQ(lines, 30u);
}

TEST_F(SimWeather, iso_refuses_a_message_whose_sums_lie_as_a_whole) {
  SimProcess sim(folder_.path("state"), options("", "2023-06-02", "iso20022"));
  for (const auto& bad : {pain("A", 2, "09", "3"), pain("A", 2, "09", "", "2.01"), pain("A", 2, "07")}) {
    const std::string reply = http(sim.port(), "POST", "/", bad);
    EXPECT_TRUE(has(reply, "<GrpSts>RJCT</GrpSts>")) << reply;
    EXPECT_FALSE(has(reply, "TxInfAndSts"));
  }
  EXPECT_EQ(sim_ledger(folder_.path("state")).refs, 0);
  for (const char* version : {"03", "09", "12"}) EXPECT_TRUE(has(http(sim.port(), "POST", "/", pain(std::string("V") + version, 2, version)), "<TxSts>ACSC</TxSts>")) << version;
  EXPECT_EQ(sim_ledger(folder_.path("state")).executed_once, 6);
}

TEST_F(SimWeather, iso_tells_repeats_later_answers_and_unknown_messages_apart) {
  SimProcess sim(folder_.path("state"), options("answer-later", "2023-06-02", "iso20022"));
  EXPECT_TRUE(has(http(sim.port(), "POST", "/", pain("A", 1)), "HTTP/1.1 202"));
  EXPECT_TRUE(has(http(sim.port(), "GET", "/iso/A"), "<TxSts>ACSC</TxSts>"));
  EXPECT_TRUE(has(http(sim.port(), "GET", "/iso/B"), "HTTP/1.1 404"));
  EXPECT_TRUE(has(http(sim.port(), "GET", "/iso/../bank"), "HTTP/1.1 404"));
  const std::string again = http(sim.port(), "POST", "/", pain("A", 1));
  EXPECT_TRUE(has(again, "<TxSts>RJCT</TxSts>") && has(again, "<Cd>AM05</Cd>")) << again;
  EXPECT_TRUE(has(http(sim.port(), "GET", "/A"), "<TxSts>ACSC</TxSts>")) << "the first one stands";
  EXPECT_EQ(sim_ledger(folder_.path("state")).executed_more, 0);
}

TEST_F(SimWeather, iso_takes_more_than_thirty_rows_without_a_word_per_row) {
  SimProcess sim(folder_.path("state"), options("", "2023-06-02", "iso20022"));
  const std::string reply = http(sim.port(), "POST", "/", pain("A", 31));
  EXPECT_TRUE(has(reply, "<GrpSts>ACTC</GrpSts>") && !has(reply, "TxInfAndSts")) << reply;
  EXPECT_EQ(count(http(sim.port(), "GET", "/A"), "<TxSts>ACSC</TxSts>"), 31u);
}

TEST_F(SimWeather, iso_is_closed_by_http_503) {
  SimProcess sim(folder_.path("state"), options("maintenance:1=400", "2023-06-02", "iso20022"));
  EXPECT_TRUE(has(http(sim.port(), "POST", "/", pain("A", 1)), "HTTP/1.1 503"));
  EXPECT_TRUE(has(http(sim.port(), "GET", "/A"), "HTTP/1.1 503"));
  EXPECT_EQ(sim_ledger(folder_.path("state")).refs, 0);
}

}  // namespace
}  // namespace mif::test
