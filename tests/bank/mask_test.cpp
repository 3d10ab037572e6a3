// SPDX-License-Identifier: Apache-2.0
// What of a packet may be kept, and that every packet is told: what left, what came, what broke off.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mask.h"
#include "tests/bank/support.h"

namespace mif::test {
namespace {

using namespace bank_xmlfront;
using bank_wire::Mask;
using bank_wire::Seen;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char *kPayee = "示例市第一人民医院", *kPayer = "9900001004001";

Mask mask() {
  Mask m;
  m.tag("row/ACC", Seen::account);
  m.tag("NAM", Seen::name);
  m.tag("REF", Seen::open);
  m.tag("TXT", Seen::text);
  m.tag("PWD", Seen::hidden);
  return m;
}

TEST(Mask, declared_tags_show_what_may_be_shown) {
  EXPECT_EQ(mask().xml("<a><ACC>6225881001</ACC><NAM>张三丰</NAM><REF>YB1234567890123456</REF><PWD>x</PWD><TXT>付 6225881001 医疗费 12</TXT></a>"),
            "<a><ACC>****1001</ACC><NAM>张**</NAM><REF>YB1234567890123456</REF><PWD>***</PWD><TXT>付 ****1001 医疗费 12</TXT></a>");
}

TEST(Mask, what_nobody_declared_goes_by_its_shape) {
  EXPECT_EQ(mask().xml("<r><A>6225881001</A><B>李四</B><C>20230620</C><D>4,910.68</D><E>OK</E><F>Zhang San</F></r>"), "<r><A>****1001</A><B>李**</B><C>20230620</C><D>4,910.68</D><E>OK</E><F>**** San</F></r>");
  EXPECT_EQ(mask().xml("<r x=\"6225881001\" xmlns=\"urn:long:name\"/>"), "<r x=\"****1001\" xmlns=\"urn:long:name\"/>");
  EXPECT_EQ(mask().xml("<r><!-- 6225881001 --><![CDATA[6225881001]]></r>"), "<r><!***><!***></r>");
  EXPECT_EQ(mask().xml("6225881001 garbage"), "***");
  EXPECT_EQ(mask().xml(std::string_view("<r><REF>a\0b</REF></r>", 21)), "<r><REF>a?b</REF></r>");
}

TEST(Mask, the_packets_own_accounts_and_names_are_masked_wherever_they_stand) {
  Mask m = mask();
  m.account("6225881001");
  m.name("张三丰");
  m.name("A&B 公司");
  m.hide("geheim99");
  EXPECT_EQ(m.xml("<r><TXT>户名张三丰与账号 6225881001 不符 geheim99</TXT><REF>x张三丰</REF><Z>A&amp;B 公司</Z></r>"), "<r><TXT>户名张**与账号 ****1001 不符 ***</TXT><REF>x张**</REF><Z>A**</Z></r>");
}

TEST(Mask, of_a_packet_cut_anywhere_nothing_more_is_shown) {
  const std::string whole = "<?xml version=\"1.0\"?><a b='6225881001'><ACC>6225881001</ACC><NAM>张三丰</NAM><X>6225881001</X></a>";
  for (std::size_t n = 0; n <= whole.size(); ++n) {
    const std::string shown = mask().xml(std::string_view(whole).substr(0, n));
    EXPECT_THAT(shown, Not(HasSubstr("622588"))) << n;
    EXPECT_THAT(shown, Not(HasSubstr("三"))) << n;
  }
}

class ToldPackets : public ::testing::Test {
 protected:
  void start(const std::string& faults = {}) {
    folder_.write("bank.info", "account { number 9900001004001 name \"支出户\" opening 200000000000.00 }\n");
    std::vector<std::string> options = {"--script", folder_.path("bank.info")};
    if (!faults.empty()) options.insert(options.end(), {"--fault", faults});
    sim_ = std::make_unique<SimProcess>(folder_.path("state"), options);
    front_ = front_to(sim_->port(), 700);
  }
  std::vector<Answer> submit(const std::vector<Payment>& all) { return front_->submit(all, 0, {}, tell_); }
  Folder folder_;
  std::unique_ptr<SimProcess> sim_;
  std::unique_ptr<Front> front_;
  std::vector<PacketNote> told_;
  bool kept_ = true;
  TellPacket tell_ = [this](const PacketNote& note) {
    told_.push_back(note);
    return kept_;
  };
};

TEST_F(ToldPackets, a_submit_and_a_query_tell_what_left_and_what_came) {
  start();
  std::vector<Payment> all;
  for (int i = 0; i < 40; ++i) all.push_back(payment("YB" + std::to_string(10 + i), 100 + i));
  submit(all);
  ASSERT_EQ(told_.size(), 4u) << "two packets, each out and in";
  EXPECT_EQ(told_[0].direction, MIF_PACKET_OUT);
  EXPECT_EQ(told_[0].end, MIF_WIRE_LEAVING);
  EXPECT_EQ(told_[0].client_refs.size(), 30u);
  EXPECT_EQ(told_[2].client_refs.size(), 10u);
  EXPECT_EQ(told_[1].direction, MIF_PACKET_IN);
  EXPECT_EQ(told_[1].end, MIF_WIRE_WHOLE);
  EXPECT_THAT(told_[0].text, HasSubstr("YB10"));
  EXPECT_THAT(told_[1].text, HasSubstr("YB10"));
  EXPECT_EQ(told_[0].operation, "submit");
  told_.clear();
  front_->query(kPayer, {"YB10", "YB11"}, 0, {}, tell_);
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[1].operation, "query");
  EXPECT_EQ(told_[1].client_refs, (std::vector<std::string>{"YB10", "YB11"}));
  for (const auto& note : told_) {
    EXPECT_EQ(note.sha256.size(), 64u);
    EXPECT_GT(note.bytes, 100);
    EXPECT_THAT(note.text, Not(HasSubstr(kPayer)));
    EXPECT_THAT(note.text, Not(HasSubstr(kPayee)));
    EXPECT_THAT(note.text, Not(HasSubstr("人民医院")));
    EXPECT_THAT(note.text, Not(HasSubstr(all[0].payee_account)));
  }
}

TEST_F(ToldPackets, half_a_reply_and_silence_and_no_connection_are_told_as_what_they_are) {
  start("half-reply:1");
  submit({payment("YB1", 100)});
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[1].end, MIF_WIRE_PART);
  EXPECT_GT(told_[1].bytes, 8);
  EXPECT_FALSE(told_[1].reason.empty());
  EXPECT_THAT(told_[1].text, HasSubstr("<CMBSDKPGK>"));
  told_.clear();
  start("cut-after-send:1");
  submit({payment("YB2", 100)});
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[1].end, MIF_WIRE_SILENT);
  EXPECT_TRUE(told_[1].sha256.empty());
  told_.clear();
  sim_->kill_hard();
  EXPECT_EQ(submit({payment("YB3", 100)}).front().outcome, MIF_PAY_UNSENT);
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[1].end, MIF_WIRE_UNSENT);
}

TEST_F(ToldPackets, what_cannot_be_kept_does_not_leave) {
  start();
  kept_ = false;
  EXPECT_EQ(submit({payment("YB1", 100)}).front().outcome, MIF_PAY_UNSENT);
  EXPECT_EQ(sim_ledger(folder_.path("state")).refs, 0);
  EXPECT_EQ(told_.size(), 1u);
}

TEST_F(ToldPackets, what_our_own_checks_keep_home_is_no_packet) {
  start();
  EXPECT_EQ(submit({payment("YB1", 0)}).front().outcome, MIF_PAY_UNSENT);
  EXPECT_TRUE(told_.empty());
}

}  // namespace
}  // namespace mif::test
