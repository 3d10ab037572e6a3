// SPDX-License-Identifier: Apache-2.0
// What the profile language holds together when it is loaded, for the dialects beside the first.
#include <gtest/gtest.h>

#include "packet.h"
#include "tests/bank/support.h"

namespace mif::test {
namespace {

using namespace bank_xmlfront;

std::string rule(const std::string& name, const std::string& from, const std::string& to) {
  std::string text = repository_file("templates/bank/" + name + ".info");
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  try {
    read_profile(node_of_info(text, "p.info"), "p.info");
  } catch (const Error& e) {
    EXPECT_EQ(std::string(e.what()).rfind("p.info:", 0), 0u) << e.what();
    return std::string(e.rule());
  }
  return "accepted";
}

TEST(ProfileLanguage, every_shipped_profile_loads_and_says_that_it_is_only_like) {
  for (const char* name : {"cmb-like", "icbc-like", "abc-like", "ccb-like", "boc-like", "json-sm-like"}) {
    const Profile p = shipped_profile(name);
    EXPECT_EQ(p.name, name);
    EXPECT_NE(p.title.find("like, not certified"), std::string::npos) << name;
    EXPECT_TRUE(p.idempotent_resend);
  }
}
TEST(ProfileLanguage, a_bank_can_never_say_unsent) { EXPECT_EQ(rule("boc-like", "B060 refused", "B060 unsent"), "bank.profile-outcome"); }
TEST(ProfileLanguage, a_row_nobody_named_has_no_final_outcome) {
  for (const char* final : {"done", "refused", "returned"}) EXPECT_EQ(rule("boc-like", "unnamed { B054 processing", std::string("unnamed { B054 ") + final), "bank.profile-outcome") << final;
}
TEST(ProfileLanguage, a_row_must_find_its_payment) {
  EXPECT_EQ(rule("icbc-like", "echoed yes", "echoed no"), "bank.profile-answer");
  EXPECT_EQ(rule("icbc-like", "row-number iSeqno", "row-number iSeqno ref x"), "bank.profile-answer");
  EXPECT_EQ(rule("ccb-like", "rows-per-packet 1\n    min-interval-ms 0\n    unnamed", "rows-per-packet 5\n    min-interval-ms 0\n    unnamed"), "accepted") << "its rows carry the payment's number";
  EXPECT_EQ(rule("abc-like", "serial client-ref\n    rows-per-packet 1", "serial client-ref\n    rows-per-packet 2"), "bank.profile-serial");
  EXPECT_EQ(rule("abc-like", "serial client-ref\n    rows-per-packet 1", "rows-per-packet 2"), "bank.profile-answer");
}
TEST(ProfileLanguage, a_result_that_means_not_found_is_about_one_payment) {
  EXPECT_EQ(rule("ccb-like", "rows-per-packet 1\n    min-interval-ms 0\n    result { not-found", "rows-per-packet 2\n    min-interval-ms 0\n    result { not-found"), "bank.profile-rows");
}
TEST(ProfileLanguage, every_claimed_word_of_every_profile_is_mapped) {
  EXPECT_EQ(rule("icbc-like", "9 processing", ""), "bank.profile-not-mapped");
  EXPECT_EQ(rule("abc-like", "CICS unknown\n", "\n"), "bank.profile-not-mapped");
  EXPECT_EQ(rule("ccb-like", "claims \"2 3 4 5 6\"", "claims \"2 3 4 5\""), "bank.profile-not-claimed");
  EXPECT_EQ(rule("json-sm-like", "U suspended", ""), "bank.profile-not-mapped");
}
TEST(ProfileLanguage, wrong_framings_paths_and_pages_are_refused) {
  EXPECT_EQ(rule("boc-like", "kind http-post", "kind http-put"), "bank.profile-framing");
  EXPECT_EQ(rule("boc-like", "path \"/B2EC", "path \"B2EC"), "bank.profile-framing");
  EXPECT_EQ(rule("boc-like", "path \"/B2EC", "path \"/B2 EC"), "bank.profile-framing");
  EXPECT_EQ(rule("ccb-like", "path \"/\"  field requestXml", "path \"/\""), "bank.profile-lacks");
  EXPECT_EQ(rule("abc-like", "digits 6", "digits 6 path /x"), "bank.profile-key");
  EXPECT_EQ(rule("icbc-like", "block eb/out/rd  row-number", "block eb//rd  row-number"), "bank.profile-tag");
  EXPECT_EQ(rule("icbc-like", "amounts fen", "amounts cents"), "bank.profile-amounts");
  EXPECT_EQ(rule("boc-like", "result { block trans/trn-b2e0035-rs  more B002 }", "result { block trans/trn-b2e0035-rs }"), "bank.profile-lacks");
}
TEST(ProfileLanguage, an_absent_word_counts_only_where_it_is_claimed) {
  const Profile p = shipped_profile("abc-like");
  EXPECT_EQ(p.status_of(p.submit, {}), MIF_PAY_ACCEPTED);
  EXPECT_EQ(p.status_of(p.submit, {{"Cmp/WaitFlag", "7"}}), MIF_PAY_UNKNOWN);
  EXPECT_EQ(p.status_of(p.query, {}), MIF_PAY_UNKNOWN);
  EXPECT_EQ(p.status_of(p.query, {{"RespCode", "0388"}}), MIF_PAY_PROCESSING);
  EXPECT_EQ(p.status_of(p.query, {{"RespCode", "0389"}}), MIF_PAY_REFUSED);
  EXPECT_EQ(p.status_of(p.query, {{"RespCode", "9999"}}), MIF_PAY_UNKNOWN);
}

TEST(Paths, are_written_with_what_neighbours_share_left_open) {
  Profile p = shipped_profile("boc-like");
  EXPECT_EQ(write_request(p, {{"head", {{"a", "1"}}}, {"t/x/r", {{"f/p", "1"}, {"f/q", "2"}, {"g", "<3>"}}}, {"t/x/r", {{"f/p", "4"}}}}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><bocb2e version=\"120\" security=\"true\" locale=\"zh_CN\"><head><a>1</a></head><t><x><r><f><p>1</p><q>2</q></f><g>&lt;3&gt;</g></r><r><f><p>4</p></f></r></x></t></bocb2e>");
}
TEST(Paths, are_read_inner_blocks_first_with_their_parents_words) {
  const Profile p = shipped_profile("icbc-like");
  std::vector<std::string> seen;
  read_reply(p, p.query, "<CMS><eb><pub><TransCode>QPAYENT</TransCode><fSeqno>1</fSeqno></pub><out><QryfSeqno>A1</QryfSeqno><rd><Result>7</Result></rd></out></eb></CMS>",
             [&](const std::string& path, Tags&& tags) { seen.push_back(path + " " + std::string(find_tag(tags, "../QryfSeqno")) + std::string(find_tag(tags, "Result"))); });
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[1], "eb/out/rd A17");
  EXPECT_THROW(read_reply(p, p.query, "<CMS><eb><out><rd><a><b>1</b></a></rd></out></eb></CMS>", [](const std::string&, Tags&&) {}), Error);
}
TEST(Amounts, in_fen_are_whole_numbers) {
  EXPECT_EQ(read_amount("123", true), Fen(123));
  EXPECT_EQ(read_amount("-5", true), Fen(-5));
  for (const char* bad : {"", "1.5", "1,000", "x", "9999999999999999999", "-"}) EXPECT_THROW(read_amount(bad, true), Error) << bad;
  EXPECT_EQ(write_amount(Fen(100001), true), "100001");
  EXPECT_EQ(write_amount(Fen(100001), false), "1000.01");
}

TEST(ProfileLanguage, a_receipt_has_its_file_in_one_place) {
  EXPECT_EQ(rule("cmb-like", "      content FILTXT\n", ""), "bank.profile-lacks");
  EXPECT_EQ(rule("icbc-like", "      bank-ref VouhNo\n      client-ref Ref\n      media", "      content X\n      media"), "bank.profile-lacks");
}

}  // namespace
}  // namespace mif::test
