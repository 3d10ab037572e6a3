// SPDX-License-Identifier: Apache-2.0
// The simulator's books outlive its process, and its command line says what is wrong.
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include "tests/sim/sim_process.h"

namespace mif::test {
namespace {

void pay_without_listening(std::uint16_t port, const std::string& ref) {
  Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", port));
  const std::string body = "<CMBSDKPGK><INFO><FUNNAM>DCPAYMNT</FUNNAM></INFO><DCOPDPAYX><YURREF>" + ref +
                           "</YURREF><DBTACC>A1</DBTACC><TRSAMT>1.00</TRSAMT><CRTACC>C</CRTACC><CRTNAM>N</CRTNAM><NUSAGE>" + ref +
                           "</NUSAGE></DCOPDPAYX></CMBSDKPGK>";
  std::string head = std::to_string(body.size());
  head.resize(8, ' ');
  const std::string frame = head + body;
  socket.sendBytes(frame.data(), static_cast<int>(frame.size()));
  char buffer[64];
  socket.receiveBytes(buffer, sizeof buffer);
}

TEST(SimLedger, survives_a_kill_and_loads_its_script_once) {
  const Folder folder;
  folder.write("bank.info", "account { number A1 opening 50.00 }\ncredit { account A1 day 2023-06-01 amount 7.00 ref K1 }\n");
  for (int round = 0; round < 3; ++round) {
    SimProcess sim(folder.path("state"), {"--port", "0", "--script", folder.path("bank.info")});
    for (int i = 0; i < 5; ++i) pay_without_listening(sim.port(), "R" + std::to_string(round) + "-" + std::to_string(i));
    sim.kill_hard();
  }
  const SimTotals t = sim_ledger(folder.path("state"));
  EXPECT_EQ(t.executed_once, 15);
  EXPECT_EQ(t.executed_more, 0);
  EXPECT_EQ(t.credits, "7.00");
  EXPECT_EQ(t.balance, "42.00");
}

TEST(SimLedger, a_script_that_contradicts_the_books_loads_nothing) {
  const Folder folder;
  folder.write("one.info", "account { number A1 opening 50.00 }\n");
  { const SimProcess sim(folder.path("state"), {"--script", folder.path("one.info")}); }
  folder.write("two.info", "account { number A2 opening 1.00 }\naccount { number A1 opening 51.00 }\n");
  const RunResult result = run_sim({"--state", folder.path("state"), "--script", folder.path("two.info")});
  EXPECT_NE(result.exit, 0);
  EXPECT_NE(result.out.find("two.info, entry 2"), std::string::npos) << result.out;
  EXPECT_EQ(run_sim({"ledger", "--state", folder.path("state")}).out.find("A2"), std::string::npos);
}

TEST(SimLedger, the_command_line_names_what_it_does_not_understand) {
  EXPECT_EQ(run_sim({"--port", "1"}).exit, 2);
  EXPECT_NE(run_sim({"--state", "/tmp/x", "--fault", "earthquake"}).out.find("unknown fault \"earthquake\""), std::string::npos);
  EXPECT_NE(run_sim({"--state", "/tmp/x", "--port", "99999"}).out.find("--port"), std::string::npos);
  EXPECT_EQ(run_sim({"--help"}).exit, 0);
}

}  // namespace
}  // namespace mif::test
