// SPDX-License-Identifier: Apache-2.0
#include "kernel/base/text.h"
#include "tests/workflow/fixture.h"

namespace mif::workflow {
namespace {

class FlowFiles : public ::testing::Test {
 protected:
  std::vector<FlowDef> read(std::string_view text) {
    write_file_durably(folder / "flows.info", text);
    return read_flows_info(folder / "flows.info");
  }
  // The line the complaint names; 0 when there is none.
  int line(std::string_view text) {
    said = testing::message_of([&] { read(text); });
    const std::string prefix = folder / "flows.info:";
    return said.starts_with(prefix) ? std::stoi(said.substr(prefix.size())) : 0;
  }
  testing::TempFolder folder;
  std::string said;
};

TEST_F(FlowFiles, of_the_demonstration_province_are_read) {
  const auto flows = read_flows_info(std::string(MIF_SOURCE_DIR) + "/config/demo-province/workflow.info");
  std::map<std::string, FlowDef> by_name;
  for (const auto& flow : flows) by_name[flow.name] = flow;
  ASSERT_EQ(by_name.size(), 7u);
  ASSERT_EQ(by_name.at("voucher-receipt").nodes.size(), 1u);
  EXPECT_TRUE(by_name.at("voucher-receipt").nodes[0].rules);
  const auto& cash = by_name.at("voucher-cash").nodes;
  ASSERT_EQ(cash.size(), 2u);
  EXPECT_FALSE(cash[0].rules);
  EXPECT_EQ(cash[1].role, "cashier");
  const auto& payment = by_name.at("voucher-payment").nodes;
  ASSERT_EQ(payment.size(), 3u);
  EXPECT_EQ(payment[1].name, "pay");
  EXPECT_EQ(payment[1].role, "payer");
  EXPECT_EQ(payment[2].plugin, "treasury");
  ASSERT_EQ(by_name.at("fund-budget").nodes.size(), 1u);
  EXPECT_EQ(by_name.at("fund-budget").nodes[0].role, "chief");
  EXPECT_TRUE(by_name.count("voucher-closing") && by_name.count("bank-reconciliation"));
}

TEST_F(FlowFiles, give_titles_versions_nodes_and_tiers) {
  const auto flow = read(R"(
flow pay {
  title "付款凭证"
  version 3
  node review {
    role reviewer
  }
  node pay {
    role payer
    need 1
    tier {
      from 1000000.00
      need 2
    }
    tier {
      from 5,000,000
      need 3
    }
  }
}
)").at(0);
  EXPECT_EQ(flow.title, "付款凭证");
  EXPECT_EQ(flow.version, 3);
  ASSERT_EQ(flow.nodes[1].tiers.size(), 3u);
  EXPECT_EQ(flow.nodes[1].tiers[0].from, Fen(0));
  EXPECT_EQ(flow.nodes[1].tiers[1].from, Fen(100000000));
  EXPECT_EQ(flow.nodes[1].tiers[2].need, 3);
}

TEST_F(FlowFiles, complain_with_file_and_line_about_everything_malformed) {
  const std::string head = "flow f {\n title t\n", good = " node a {\n  role r\n }\n";
  EXPECT_EQ(line(""), 1);
  EXPECT_EQ(line("flows f {\n}\n"), 1);
  EXPECT_EQ(line("flow {\n title t\n" + good + "}\n"), 1) << "no name";
  EXPECT_EQ(line("flow F {\n title t\n" + good + "}\n"), 1) << "capitals";
  EXPECT_EQ(line("flow f {\n" + good + "}\n"), 1) << "no title";
  EXPECT_EQ(line(head + " titel t\n" + good + "}\n"), 3) << "unknown key";
  EXPECT_EQ(line(head + " title u\n" + good + "}\n"), 3) << "twice";
  EXPECT_EQ(line(head + " version 0\n" + good + "}\n"), 3);
  EXPECT_EQ(line(head + " version 1.5\n" + good + "}\n"), 3);
  EXPECT_EQ(line(head + "}\n"), 1) << "no node";
  EXPECT_EQ(line(head + " node {\n  role r\n }\n}\n"), 3);
  EXPECT_EQ(line(head + " node a {\n }\n}\n"), 3) << "neither role nor plugin";
  EXPECT_EQ(line(head + " node a {\n  role r\n  plugin p\n }\n}\n"), 3) << "both";
  EXPECT_EQ(line(head + " node a {\n  plugin p\n }\n}\n"), 1) << "no person in the whole flow";
  EXPECT_EQ(line(head + good + good + "}\n"), 6) << "two nodes of one name";
  EXPECT_EQ(line(head + " node a {\n  role r\n  roll r\n }\n}\n"), 5);
  EXPECT_EQ(line(head + " node a {\n  role \"\"\n }\n}\n"), 4);
  EXPECT_EQ(line(head + " node a {\n  role r\n  need none\n }\n}\n"), 5);
  EXPECT_EQ(line(head + " node a {\n  role r\n  need 21\n }\n}\n"), 5);
  EXPECT_EQ(line(head + good + " node b {\n  plugin p\n  need 2\n }\n}\n"), 8) << "evidence has no head count";
  const auto tiers = [&](const std::string& text) { return line(head + " node a {\n  role r\n" + text + " }\n}\n"); };
  EXPECT_EQ(tiers("  tier {\n   from 10.00\n  }\n"), 5) << "no need";
  EXPECT_EQ(tiers("  tier {\n   need 2\n  }\n"), 5) << "no from";
  EXPECT_EQ(tiers("  tier {\n   from 10.001\n   need 2\n  }\n"), 6) << "three decimals";
  EXPECT_EQ(tiers("  tier {\n   from ten\n   need 2\n  }\n"), 6);
  EXPECT_EQ(tiers("  tier {\n   from 0\n   need 2\n  }\n"), 5) << "the first tier is the node's own need";
  EXPECT_EQ(tiers("  tier {\n   from 10\n   need 2\n  }\n  tier {\n   from 10\n   need 3\n  }\n"), 9) << "not ascending";
  EXPECT_EQ(tiers("  tier {\n   from 10\n   need 2\n  }\n  tier {\n   from 20\n   need 2\n  }\n"), 9) << "no more people";
  EXPECT_EQ(tiers("  tier {\n   from 10\n   need 2\n   nead 3\n  }\n"), 8);
  EXPECT_EQ(line(head + good + " instead other {\n }\n}\n"), 6) << "no condition";
  EXPECT_EQ(line(head + good + " instead other {\n  accounts 10x1\n }\n}\n"), 7) << "no account code";
  EXPECT_EQ(tiers("  tier big {\n   from 10\n   need 2\n  }\n"), 5);
  EXPECT_EQ(line(head + good + "}\n" + head + good + "}\n"), 7) << "the same flow twice";
  EXPECT_EQ(line(head + good), 1) << "not closed";
  EXPECT_EQ(testing::status_of([&] { read_flows_info(folder / "absent.info"); }), MIF_E_NOT_FOUND);
}

TEST_F(FlowFiles, may_hold_several_versions_of_a_flow) {
  const std::string flow = "flow f {\n title t\n version V\n node a {\n  role r\n }\n}\n";
  std::string second = flow;
  second.replace(second.find('V'), 1, "2");
  std::string first = flow;
  first.replace(first.find('V'), 1, "1");
  EXPECT_EQ(read(first + second).size(), 2u);
}

}  // namespace
}  // namespace mif::workflow
