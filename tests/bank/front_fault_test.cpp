// SPDX-License-Identifier: Apache-2.0
// The adapter in bad weather: after the first byte every doubt is UNKNOWN, before it UNSENT, and a query tells the truth.
#include <gtest/gtest.h>

#include "tests/bank/support.h"

namespace mif::test {
namespace {

using namespace bank_xmlfront;

struct Weather {
  const char* fault;
  int said;    // what submit says
  int after;   // what a query says then
};
void PrintTo(const Weather& w, std::ostream* out) { *out << w.fault; }

class FrontFault : public ::testing::TestWithParam<Weather> {
 protected:
  Folder folder_;
};

TEST_P(FrontFault, is_doubt_first_and_truth_after_a_query) {
  folder_.write("bank.info", "account { number 9900001004001 opening 1000.00 }\n");
  const SimProcess sim(folder_.path("state"), {"--script", folder_.path("bank.info"), "--fault", GetParam().fault});
  const auto front = front_to(sim.port(), 700);
  const auto said = front->submit({payment("A1", 10000), payment("A2", 20000)}, 0);
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0].outcome, GetParam().said) << said[0].text;
  EXPECT_EQ(front->query("9900001004001", {"A1", "A2"}, 0)[0].outcome, GetParam().after);
  // Whatever was said, offering the same codes again cannot pay twice.
  front->submit({payment("A1", 10000), payment("A2", 20000)}, 0);
  const SimTotals t = sim_ledger(folder_.path("state"));
  EXPECT_EQ(t.executed_more, 0);
  EXPECT_EQ(t.look_alikes, 0);
}

INSTANTIATE_TEST_SUITE_P(Weather, FrontFault,
                         ::testing::Values(Weather{"cut-after-send:1", MIF_PAY_UNKNOWN, MIF_PAY_DONE},
                                           Weather{"cut-before-execute:1", MIF_PAY_UNKNOWN, MIF_PAY_NOT_FOUND},
                                           Weather{"half-reply:1", MIF_PAY_UNKNOWN, MIF_PAY_DONE}, Weather{"wrong-length:1", MIF_PAY_UNKNOWN, MIF_PAY_DONE},
                                           Weather{"garbage:1", MIF_PAY_UNKNOWN, MIF_PAY_DONE}, Weather{"delay:1=1500", MIF_PAY_UNKNOWN, MIF_PAY_DONE},
                                           Weather{"duplicate-answer:1", MIF_PAY_DUPLICATE, MIF_PAY_DONE}, Weather{"refuse:1", MIF_PAY_PROCESSING, MIF_PAY_REFUSED},
                                           Weather{"late:1", MIF_PAY_ACCEPTED, MIF_PAY_PROCESSING}, Weather{"returning:1", MIF_PAY_ACCEPTED, MIF_PAY_DONE}));

TEST(FrontFaults, no_connection_is_provably_unsent) {
  std::uint16_t dead = 0;
  const Folder folder;
  {
    const SimProcess sim(folder.path("state"), {});
    dead = sim.port();
  }
  const auto front = front_to(dead, 500);
  const auto said = front->submit({payment("A1", 100)}, 0);
  EXPECT_EQ(said[0].outcome, MIF_PAY_UNSENT);
  EXPECT_EQ(said[0].code, "NO-CONNECTION");
  EXPECT_THROW(front->query("9900001004001", {"A1"}, 0), Error);
}

TEST(FrontFaults, a_deadline_in_the_past_sends_nothing) {
  const Folder folder;
  folder.write("bank.info", "account { number 9900001004001 opening 1000.00 }\n");
  const SimProcess sim(folder.path("state"), {"--script", folder.path("bank.info")});
  const auto front = front_to(sim.port());
  EXPECT_EQ(front->submit({payment("A1", 100)}, now_ms() - 1)[0].outcome, MIF_PAY_UNSENT);
  EXPECT_EQ(sim_ledger(folder.path("state")).refs, 0);
}

TEST(FrontFaults, a_deadline_that_passes_while_waiting_is_unknown_in_time) {
  const Folder folder;
  folder.write("bank.info", "account { number 9900001004001 opening 1000.00 }\n");
  const SimProcess sim(folder.path("state"), {"--script", folder.path("bank.info"), "--fault", "delay:1=4000"});
  const auto front = front_to(sim.port(), 60000);
  const auto from = now_ms();
  EXPECT_EQ(front->submit({payment("A1", 100)}, from + 400)[0].outcome, MIF_PAY_UNKNOWN);
  EXPECT_LT(now_ms() - from, 3900);
}

TEST(FrontFaults, a_statement_that_lost_or_gained_a_line_is_no_statement) {
  for (const char* fault : {"statement-missing", "statement-repeated"}) {
    const Folder folder;
    folder.write("bank.info", "account { number 9900001004001 opening 1000.00 }\n");
    const SimProcess sim(folder.path("state"), {"--script", folder.path("bank.info"), "--fault", fault});
    const auto front = front_to(sim.port());
    front->submit({payment("A1", 100), payment("A2", 200), payment("A3", 300)}, 0);
    const auto fetch = [&] { return front->statement("9900001004001", Day(2023, 6, 1), Day(2023, 6, 30), 0); };
    const Statement bad = fetch();
    Fen sum = bad.opening;
    for (const auto& l : bad.lines) sum += l.fen;
    EXPECT_NE(sum, bad.closing) << fault;
    const Statement good = fetch();
    EXPECT_EQ(good.lines.size(), 3u);
  }
}

}  // namespace
}  // namespace mif::test
