// SPDX-License-Identifier: Apache-2.0
// A profile that is wrong is refused when it is loaded, with its line; never while money moves.
#include <gtest/gtest.h>

#include <random>

#include "charset.h"
#include "packet.h"
#include "tests/bank/support.h"

namespace mif::test {
namespace {

using namespace bank_xmlfront;

std::string complaint(const std::string& from, const std::string& to) {
  std::string text = repository_file("templates/bank/cmb-like.info");
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  try {
    read_profile(node_of_info(text, "p.info"), "p.info");
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), MIF_E_INVALID);
    EXPECT_EQ(std::string(e.what()).rfind("p.info:", 0), 0u) << e.what();
    return e.what();
  }
  return "accepted";
}

TEST(BankProfile, the_shipped_profile_loads) {
  const Profile p = cmb_like();
  EXPECT_EQ(p.submit.rows_per_packet, 30u);
  EXPECT_TRUE(p.idempotent_resend);
  EXPECT_EQ(p.status_of({{"REQSTS", "FIN"}, {"RTNFLG", "S"}}), MIF_PAY_DONE);
  EXPECT_EQ(p.status_of({{"REQSTS", "FIN"}, {"RTNFLG", "B"}}), MIF_PAY_RETURNED);
  EXPECT_EQ(p.status_of({{"REQSTS", "BNK"}}), MIF_PAY_PROCESSING);
}
TEST(BankProfile, a_status_nobody_listed_is_unknown_never_refused) {
  const Profile p = cmb_like();
  EXPECT_EQ(p.status_of({{"REQSTS", "XYZ"}}), MIF_PAY_UNKNOWN);
  EXPECT_EQ(p.status_of({{"REQSTS", "FIN"}}), MIF_PAY_UNKNOWN);
  EXPECT_EQ(p.status_of({{"REQSTS", "FIN"}, {"RTNFLG", "Q"}}), MIF_PAY_UNKNOWN);
  EXPECT_EQ(p.status_of({}), MIF_PAY_UNKNOWN);
}
TEST(BankProfile, a_claimed_status_without_a_mapping_is_refused) {
  EXPECT_NE(complaint("BNK processing", "").find("REQSTS=BNK"), std::string::npos);
  EXPECT_NE(complaint("U suspended", "").find("RTNFLG=U"), std::string::npos);
  EXPECT_NE(complaint("U suspended", "U suspended Z done").find("RTNFLG=Z"), std::string::npos);
  EXPECT_NE(complaint("U suspended", "U swallowed").find("swallowed"), std::string::npos);
}
TEST(BankProfile, wrong_words_numbers_and_sets_are_named_with_their_line) {
  EXPECT_NE(complaint("charset GBK", "charset BIG5").find("BIG5"), std::string::npos);
  EXPECT_NE(complaint("rows-per-packet 30", "rows-per-packet 0").find("rows-per-packet"), std::string::npos);
  EXPECT_NE(complaint("from client-ref", "from client").find("\"client\""), std::string::npos);
  EXPECT_NE(complaint("root CMBSDKPGK", "root \"CMB PGK\"").find("CMB PGK"), std::string::npos);
  EXPECT_NE(complaint("idempotent-resend yes", "idempotent-resend maybe").find("maybe"), std::string::npos);
  EXPECT_NE(complaint("statement-echoes-ref", "statement-echos-ref").find("statement-echos-ref"), std::string::npos);
}

TEST(BankText, goes_to_the_bank_and_back_without_loss) {
  const std::string text = "示例县医疗保障基金 ①②￥ 龘";
  EXPECT_EQ(charset::from_bank("GBK", charset::to_bank("GBK", text)), text);
  EXPECT_EQ(charset::to_bank("GBK", "刘").size(), 2u);
}
TEST(BankText, a_character_the_bank_cannot_hold_is_named_not_replaced) {
  try {
    charset::to_bank("GBK", "王𬭎");
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("𬭎"), std::string::npos);
  }
  EXPECT_EQ(charset::from_bank("GB18030", charset::to_bank("GB18030", "王𬭎")), "王𬭎");
  EXPECT_THROW(charset::from_bank("GBK", "\xff\xff"), Error);
}
TEST(BankAmounts, are_exact_or_refused) {
  EXPECT_EQ(read_amount("4,910.68"), Fen(491068));
  EXPECT_EQ(read_amount("+1.5"), Fen(150));
  EXPECT_EQ(read_amount("12.3400000"), Fen(1234));
  EXPECT_EQ(read_amount("-0.08"), Fen(-8));
  EXPECT_EQ(read_amount("99999999999.99"), Fen(9999999999999));
  for (const char* bad : {"", "1.005", "1e3", "NaN", "１２", "92233720368547758.08", "1.", ".5", "0x10"}) EXPECT_THROW(read_amount(bad), Error) << bad;
}

TEST(BankReplies, that_are_not_the_agreed_xml_are_refused) {
  const Profile p = cmb_like();
  const auto read = [&](const std::string& bytes) { read_reply(p, p.submit, bytes, [](const std::string&, Tags&&) {}); };
  EXPECT_NO_THROW(read("<?xml version=\"1.0\" encoding=\"GBK\"?><CMBSDKPGK><INFO><RETCOD>0</RETCOD></INFO></CMBSDKPGK>"));
  EXPECT_THROW(read("<OTHER/>"), Error);
  EXPECT_THROW(read("<CMBSDKPGK><INFO>"), Error);
  EXPECT_THROW(read("<!DOCTYPE a [<!ENTITY b \"c\">]><CMBSDKPGK>&b;</CMBSDKPGK>"), Error);
  EXPECT_THROW(read("<CMBSDKPGK><A><B><C><D/></C></B></A></CMBSDKPGK>"), Error);
  EXPECT_THROW(read(""), Error);
  EXPECT_THROW(read("<CMBSDKPGK><A>\xff</A></CMBSDKPGK>"), Error);
}

TEST(BankReplies, damaged_in_any_way_are_read_or_refused_never_worse) {
  const Profile p = cmb_like();
  std::string reply = "<?xml version=\"1.0\" encoding=\"GBK\"?><CMBSDKPGK><INFO><FUNNAM>DCPAYMNT</FUNNAM><RETCOD>0</RETCOD></INFO>";
  for (int i = 0; i < 5; ++i) reply += "<NTQPAYRQZ><ERRCOD>SUC0000</ERRCOD><REQSTS>NTE</REQSTS><RTNNAR>" + charset::to_bank("GBK", "示例") + "</RTNNAR><YURREF>A" + std::to_string(i) + "</YURREF></NTQPAYRQZ>";
  reply += "</CMBSDKPGK>";
  std::mt19937 random(20230630);
  int refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string damaged = reply;
    const int hits = 1 + static_cast<int>(random() % 4);
    for (int i = 0; i < hits && !damaged.empty(); ++i) {
      const std::size_t at = random() % damaged.size();
      switch (random() % 4) {
        case 0: damaged[at] = static_cast<char>(random()); break;
        case 1: damaged.erase(at, random() % 9); break;
        case 2: damaged.insert(at, damaged.substr(random() % damaged.size(), random() % 40)); break;
        default: damaged.resize(at);
      }
    }
    try {
      read_reply(p, p.submit, damaged, [&](const std::string&, Tags&& tags) { (void)p.status_of(tags); });
    } catch (const Error& e) {
      ASSERT_EQ(e.code(), MIF_E_INVALID);
      ++refused;
    }
  }
  EXPECT_GT(refused, 5000);
}

}  // namespace
}  // namespace mif::test
