// SPDX-License-Identifier: Apache-2.0
// The whole way: an exchange database, mif-ferry, a gap, the plugin on a real deployment, drafts, answers, ex_status.
// The configurations are those of docs/exchange/ferry.md, read out of the page.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "../exchange/home.h"
#include "commands.h"
#include "mif/ext/job.h"
#include "mif/sdk.hpp"

namespace mif::ferry_tool {
namespace {

namespace fs = std::filesystem;
using exchange::testing::Answer;

std::string slurp(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::string block(const std::string& kind) {
  const std::string text = slurp(std::string(MIF_SOURCE_DIR) + "/docs/exchange/ferry.md"), open = "```info " + kind + "\n";
  const auto from = text.find(open);
  EXPECT_NE(from, std::string::npos);
  const auto start = from + open.size();
  return text.substr(start, text.find("```", start) - start);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

class FerryExchange : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    suite_ = GetParam();
    business_ = home_.path("business");  // the other network; only its exchange database is the one the home writes
    fs::create_directories(business_ + "/keys");
    fs::create_directories(home_.path("secrets"));
    keygen(suite_, business_ + "/keys/city", out_);
    keygen(suite_, business_ + "/keys/mif", out_);
    const auto hand_over = [&](const std::string& from, const std::string& secret) { fs::copy_file(business_ + "/keys/" + from, home_.path("secrets/" + secret)); };
    hand_over("city.pem", "ferry-city-2026.pem");
    hand_over("city.shared", "ferry-city-k1");
    hand_over("mif.key.pem", "ferry-mif-2026.key.pem");
    fs::rename(business_ + "/keys/city.shared", business_ + "/keys/k1.shared");
    std::string tool = replaced(block("tool"), "sqlite://exchange.db", "sqlite://" + home_.path("exchange/exchange.db"));
    std::string plugin = block("plugin");
    if (suite_ != "gm") {
      tool = replaced(tool, "suite gm", "suite " + suite_);
      plugin = replaced(replaced(plugin, "suites \"gm\"", "suites \"" + suite_ + "\""), "suite gm", "suite " + suite_);
    }
    std::ofstream(config_file()) << tool;
    // the page's plugin block into the home's own
    const auto from = plugin.find("  source-file-drop"), to = plugin.rfind("  exchange {");
    ASSERT_NE(to, std::string::npos);
    home_.replace_in("mif.info", "plugin {\n", "plugin {\n" + plugin.substr(from, to - from));
    home_.replace_in("mif.info", "exchange { source demo  maker", "exchange { source city  maker");
    const auto d = service::Deployment::open(home_.path(""), false);
    d->plugins().install(std::string(MIF_TEST_BUNDLES) + "/source-file-drop.plugin");
  }

  std::string config_file() const { return business_ + "/ferry.info"; }
  std::string inbox() { return home_.path("ferry/city/in"); }
  // The gap: whole files, both directions.
  void carry() {
    move_all(business_ + "/out", inbox());
    move_all(home_.path("ferry/city/out"), business_ + "/in");
  }
  static void move_all(const std::string& from, const std::string& to) {
    fs::create_directories(from);
    fs::create_directories(to);
    for (const auto& f : fs::directory_iterator(from)) fs::rename(f.path(), to + "/" + f.path().filename().string());
  }
  int packed(bool control = false) { return pack(read_config(config_file()), "", control, out_); }
  int answered() { return answer(read_config(config_file()), out_); }
  Answer ferry(const std::string& job) {
    service::Deployment& d = home_.deployment();
    identity::Caller who;
    d.database().read([&](store::Txn& txn) { who = d.identity().caller(txn, "maker1"); });
    for (const auto& p : d.plugins().providers(MIF_JOB_ID)) {
      if (p.plugin != "source-file-drop") continue;
      const auto* extension = static_cast<const mif_job*>(p.extension);
      TextSink result;
      d.plugins().call(p.plugin, job, {"maker1", "test", "t"}, &who, 0, [&](mif_call* call) { return extension->run(extension->self, call, s(job), s("{}"), nullptr, result.get()); });
      return {result.text()};
    }
    for (const auto& p : d.plugins().list()) ADD_FAILURE() << p.manifest.id << ": " << p.reason;
    return {};
  }
  std::string state(int seq) { return home_.value("select state from ex_status where seq = " + std::to_string(seq)); }

  exchange::testing::Home home_;
  std::string suite_, business_;
  std::ostringstream out_;
};

TEST_P(FerryExchange, DocumentsBecomeDraftsAndTheirStatesComeBack) {
  home_.subsidy("S1", "1000.00");
  home_.individual("P1", "200.50");
  home_.put("BAD", "no-such-type", "\"x\":\"y\"", "5.00");
  home_.withdraw("P1");
  ASSERT_EQ(packed(), 0);
  carry();
  const Answer pulled = home_.job("exchange pull");
  EXPECT_TRUE(pulled.has("\"drafted\":2")) << pulled.text;
  EXPECT_EQ(home_.document("S1"), "drafted");
  EXPECT_EQ(home_.document("P1"), "cancelled");
  EXPECT_EQ(home_.document("BAD"), "held");
  EXPECT_TRUE(ferry("ferry status").has("\"documents\":4,\"amount\":\"1205.50\"")) << ferry("ferry status").text;
  EXPECT_TRUE(ferry("ferry status").has("\"exit\":0"));
  home_.job("exchange ack");
  carry();
  EXPECT_EQ(answered(), 0);
  EXPECT_EQ(state(1), "drafted");
  EXPECT_EQ(state(2), "cancelled");
  EXPECT_EQ(state(3), "held");
  EXPECT_EQ(state(4), "cancelled");

  home_.review_all();
  home_.job("exchange ack");
  carry();
  EXPECT_EQ(answered(), 0);
  EXPECT_EQ(state(1), "posted");
  EXPECT_EQ(home_.value("select voucher from ex_status where seq = 1"), "2023-06 收-1");
  EXPECT_EQ(home_.value("select count(*) from ex_status"), "4");
}

TEST_P(FerryExchange, APulledBundleThatComesAgainHasNoSecondEffect) {
  home_.subsidy("S1", "1000.00");
  packed();
  carry();
  home_.job("exchange pull");
  const std::string before = home_.state_hash();
  repeat(read_config(config_file()), 1, 1, out_);
  carry();
  EXPECT_TRUE(home_.job("exchange pull").has("\"received\":0"));
  EXPECT_EQ(home_.state_hash(), before);
  EXPECT_TRUE(fs::is_empty(inbox()));
}

TEST_P(FerryExchange, WhatIsMissingOrBrokenIsReportedAskedForAndSentAgain) {
  for (int i = 1; i <= 3; ++i) {
    home_.subsidy("S" + std::to_string(i), "10.00");
    packed();
  }
  fs::remove(business_ + "/out/city-documents-0000000001.ferry");
  std::fstream flip(business_ + "/out/city-documents-0000000002.ferry", std::ios::in | std::ios::out | std::ios::binary);
  flip.seekp(-20, std::ios::end);
  flip.put('\x55');
  flip.close();
  carry();
  EXPECT_TRUE(home_.job("exchange pull").has("\"received\":0"));
  const Answer status = ferry("ferry status");
  EXPECT_TRUE(status.has("\"missing\":\"1 2\"")) << status.text;
  EXPECT_TRUE(status.has("\"waiting\":\"3\"")) << status.text;
  EXPECT_TRUE(status.has("[ferry.signature]")) << status.text;
  EXPECT_TRUE(status.has("\"exit\":3")) << status.text;
  ferry("ferry answer");
  carry();
  answered();  // sends 1 and 2 again
  carry();
  EXPECT_TRUE(home_.job("exchange pull").has("\"drafted\":3"));
  EXPECT_TRUE(ferry("ferry status").has("\"exit\":0"));
  ferry("ferry answer");
  carry();
  EXPECT_EQ(answered(), 0);
}

// The later of two answers about one document overtakes the earlier one in the gap.
TEST_P(FerryExchange, AnOlderAnswerThatArrivesLaterDoesNotWin) {
  home_.subsidy("S1", "10.00");
  packed();
  carry();
  home_.job("exchange pull");
  home_.job("exchange ack");  // answers 1: drafted
  const std::string first = "city-answers-0000000001.ferry", held_back = home_.path("held-back");
  fs::create_directories(held_back);
  ASSERT_TRUE(fs::exists(home_.path("ferry/city/out/" + first)));
  fs::rename(home_.path("ferry/city/out/" + first), held_back + "/" + first);
  home_.review_all();
  home_.job("exchange ack");  // answers 2: posted
  fs::remove(home_.path("ferry/city/out/" + first));  // where answers are repeated, the first came along
  carry();
  EXPECT_EQ(answered(), 3) << "one is missing, and that is said";
  EXPECT_EQ(home_.value("select count(*) from ex_status"), "0") << "the newer one waits for it";
  fs::copy_file(held_back + "/" + first, business_ + "/in/" + first);
  EXPECT_EQ(answered(), 0);
  EXPECT_EQ(state(1), "posted");
  fs::copy_file(held_back + "/" + first, business_ + "/in/" + first);
  EXPECT_EQ(answered(), 0) << "and once more";
  EXPECT_EQ(state(1), "posted");
  EXPECT_EQ(home_.value("select voucher from ex_status where seq = 1"), "2023-06 收-1");
}

TEST_P(FerryExchange, NoSecretAndNoDocumentIsInTheClearOutside) {
  home_.subsidy("CANARY-1", "1234567.89");
  packed();
  carry();
  home_.job("exchange pull");
  home_.job("exchange ack");
  const std::string shared = slurp(business_ + "/keys/k1.shared").substr(0, 32), private_part = slurp(business_ + "/keys/city.key.pem").substr(40, 40);
  int looked = 0;
  for (const auto& f : fs::recursive_directory_iterator(home_.path(""))) {
    if (!f.is_regular_file() || f.path().string().find("/keys/") != std::string::npos || f.path().string().find("/secrets/") != std::string::npos) continue;
    const std::string content = slurp(f.path().string());
    EXPECT_EQ(content.find(shared), std::string::npos) << f.path();
    EXPECT_EQ(content.find(private_part), std::string::npos) << f.path();
    if (f.path().extension() == ".ferry") {
      ++looked;
      EXPECT_EQ(content.find("CANARY"), std::string::npos) << f.path();
    }
  }
  EXPECT_GE(looked, 4);  // sent, accepted, answered, out
  EXPECT_EQ(out_.str().find(shared), std::string::npos);
}

TEST_P(FerryExchange, TheProgramPacksShowsAndRefuses) {
  home_.subsidy("S1", "10.00");
  const auto run = [&](const std::string& arguments) {
    const int status = std::system((std::string(MIF_BUILD_DIR) + "/bin/mif-ferry " + arguments + " --config " + config_file() + " > " + business_ + "/said 2>&1").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  EXPECT_EQ(run("pack"), 0) << slurp(business_ + "/said");
  EXPECT_EQ(run("inspect --bundle " + business_ + "/out/city-documents-0000000001.ferry"), 0) << slurp(business_ + "/said");
  EXPECT_NE(slurp(business_ + "/said").find("count 1  amount 10.00"), std::string::npos) << slurp(business_ + "/said");
  EXPECT_EQ(run("inspect --content --bundle " + business_ + "/out/city-documents-0000000001.ferry"), 0);
  EXPECT_NE(slurp(business_ + "/said").find("\"doc_no\":\"S1\""), std::string::npos);
  EXPECT_EQ(run("nonsense"), 2);
  std::ofstream(business_ + "/lines") << R"({"feed":"main","seq":2,"doc_no":"L","version":1,"doc_type":"t","doc_day":20230612,"payload":{}})" << "\n{}\n";
  EXPECT_EQ(run("pack --lines " + business_ + "/lines"), 1);
  EXPECT_NE(slurp(business_ + "/said").find("第 2 行"), std::string::npos);
  fs::permissions(business_ + "/keys/k1.shared", fs::perms::others_read, fs::perm_options::add);
  EXPECT_EQ(run("status"), 1);
  EXPECT_NE(slurp(business_ + "/said").find("chmod 600"), std::string::npos);
}

TEST_P(FerryExchange, ASecondReaderMadeFromTheManualReadsOurBundles) {
  if (suite_ != "gm") GTEST_SKIP() << "the openssl program has no AES-256-GCM";
  home_.subsidy("S1", "10.25");
  home_.withdraw("S0");
  packed();
  const std::string bundle = business_ + "/out/city-documents-0000000001.ferry";
  const auto second = [&](const std::string& key) {
    const int status = std::system(("python3 " MIF_SOURCE_DIR "/tests/ferry/read_by_manual.py " + bundle + " " + business_ + "/keys/" + key + " " + business_ + "/keys/k1.shared > " + business_ + "/read 2> " + business_ + "/said").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  EXPECT_EQ(second("city.pem"), 0) << slurp(business_ + "/said");
  std::ostringstream ours;
  inspect(read_config(config_file()), bundle, true, ours);
  EXPECT_EQ(slurp(business_ + "/read"), ours.str());
  EXPECT_NE(ours.str(), "");
  EXPECT_EQ(second("mif.pem"), 1);
}

TEST_P(FerryExchange, OneWayNothingGoesBackAndALostTailShowsByTheControlBundle) {
  std::string tool = slurp(config_file());
  tool = replaced(tool.substr(0, tool.find("answers {")), "repeat 0", "repeat 1");
  std::ofstream(config_file()) << tool;
  const std::string plugin = slurp(home_.path("mif.info"));
  const auto from = plugin.find("answers {"), to = plugin.find("silence-hours");
  ASSERT_LT(from, plugin.find("exchange { source city"));
  ASSERT_NE(to, std::string::npos);
  const auto end = plugin.find("repeat 3");
  std::ofstream(home_.path("mif.info")) << plugin.substr(0, from) + plugin.substr(plugin.find("}", end) + 1);

  home_.subsidy("S1", "10.00");
  packed();
  home_.subsidy("S2", "20.00");
  packed();
  fs::remove(business_ + "/out/city-documents-0000000001.ferry");  // repeated by the second, so dropping it once does no harm
  repeat(read_config(config_file()), 1, 1, out_);
  carry();
  EXPECT_TRUE(home_.job("exchange pull").has("\"drafted\":2"));
  for (int i = 3; i <= 5; ++i) {
    home_.subsidy("S" + std::to_string(i), "1.00");
    packed();
  }
  fs::remove_all(business_ + "/out");  // a night's work is lost, and nothing comes after it
  carry();
  EXPECT_TRUE(home_.job("exchange pull").has("\"received\":0"));
  EXPECT_EQ(packed(true), 0);
  carry();
  const Answer status = ferry("ferry status");
  EXPECT_TRUE(status.has("\"missing\":\"3 4\"")) << status.text;  // 5 came again with the control bundle
  EXPECT_TRUE(status.has("\"exit\":3"));
  repeat(read_config(config_file()), 3, 4, out_);
  carry();
  EXPECT_TRUE(home_.job("exchange pull").has("\"drafted\":3"));
  EXPECT_TRUE(home_.job("exchange ack").has("\"exit\":0"));
  EXPECT_FALSE(fs::exists(home_.path("ferry/city/out")) && !fs::is_empty(home_.path("ferry/city/out")));
  EXPECT_TRUE(ferry("ferry status").has("\"exit\":0")) << ferry("ferry status").text;
}

TEST_P(FerryExchange, SumsThatDifferAreSaidAndAFullFolderLosesNoAnswer) {
  home_.subsidy("S1", "10.00");
  packed();
  carry();
  home_.job("exchange pull");
  // the folder answers go to is not writable: a file stands in its place
  fs::remove_all(home_.path("ferry/city/out"));
  std::ofstream(home_.path("ferry/city/out")) << "x";
  EXPECT_THROW(home_.job("exchange ack"), Error);
  fs::remove(home_.path("ferry/city/out"));
  home_.job("exchange ack");
  carry();
  EXPECT_EQ(answered(), 0);
  EXPECT_EQ(state(1), "drafted");

  // an answer that counts another amount
  const Config config = read_config(config_file());
  ferry::RealDisk disk;
  ferry::OutgoingSettings s = config.outgoing;
  std::swap(s.sender, s.recipient);
  s.flow = "city-answers";
  s.sign_key_id = "mif-2026";
  s.sign_key = ferry::private_key(ferry::Secret(slurp(business_ + "/keys/mif.key.pem")), "mif");
  s.sent = home_.path("ferry/city/kept/answers");
  s.outbox = business_ + "/in";
  ferry::Outgoing wrong(disk, s);
  ferry::Head head{"city-documents", 1, 1, Fen(999), {}};
  wrong.send(wrong.last(), {{ferry::kAnswers, ferry::write_answers(head, {})}}, 0, Fen(), {}, now_ms());
  EXPECT_EQ(answered(), 3);
}

// What a hostile or broken business system writes ends across the gap exactly as without one: held or rejected, one answer each, nothing blocked.
TEST_P(FerryExchange, HostileRowsEndAsTheyDoWithoutAGap) {
  const std::string good = "'{\"book\":\"990000-310\",\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"1\",\"province\":\"AMOUNT\",\"amount\":\"AMOUNT\"}'";
  const auto with = [&](const std::string& amount) { return replaced(replaced(good, "AMOUNT", amount), "AMOUNT", amount); };
  struct Row {
    std::string doc_no = "", payload, day = "20230612", type = "'subsidy'";
    int version = 1;
  };
  std::vector<Row> rows;
  const auto payload = [&](const std::string& sql) { rows.push_back({"", sql}); };
  payload(with("10.00"));
  payload("'not JSON'");
  payload("''");
  payload("'[]'");
  payload("'{\"amount\":10.00}'");
  payload("'{\"a\":{\"b\":[1,2]}}'");
  payload("'{\"book\":\"990000-310\"}'");
  payload("'{\"a\":\"' || replace(hex(zeroblob(500000)), '0', 'x') || '\"}'");  // a text of 1 MB
  payload(with("-5.00"));
  payload(with("9223372036854775807"));
  payload(with("92233720368547758.07"));  // the largest number of fen there is
  payload(with("１２．００"));
  payload(with("1.234"));
  payload("cast(x'7b2261223a2262227d00' as text)");  // NUL
  payload("cast(x'7b2261223a22ff227d' as text)");    // not UTF-8
  payload("'{\"a\":\"1\",\"a\":\"2\"}'");
  payload("replace('{\"a\":\"b#c\"}', '#', char(10))");
  for (const char* day : {"0", "-1", "99999999", "20991231", "19000101", "20230230"}) rows.push_back({"", with("10.00"), day});
  rows.push_back({"'V'", with("1.00"), "20230612", "'subsidy'", 3});  // versions back in time
  rows.push_back({"'V'", with("2.00"), "20230612", "'subsidy'", 2});
  rows.push_back({"'V'", with("3.00"), "20230612", "'subsidy'", 3});
  rows.push_back({"'V'", with("3.00"), "20230612", "'subsidy'", 0});
  rows.push_back({"'V'", with("3.00"), "20230612", "'subsidy'", -7});
  rows.push_back({"cast(x'44ff' as text)", with("1.00")});
  rows.push_back({"'X' || char(7)", with("1.00")});
  rows.push_back({"hex(zeroblob(300))", with("1.00")});
  rows.push_back({"''", with("1.00")});
  for (const char* type : {"''", "'no such'", "cast(x'ff' as text)", "hex(zeroblob(400))"}) rows.push_back({"", with("1.00"), "20230612", type});
  payload(with("20.00"));

  exchange::testing::Home direct;
  int seq = 0;
  for (const auto& r : rows) {
    ++seq;
    const std::string sql = "insert into ex_document values ('main', " + std::to_string(seq) + ", " + (r.doc_no.empty() ? "'D" + std::to_string(seq) + "'" : r.doc_no) + ", " + std::to_string(r.version) + ", " + r.type +
                            ", " + r.day + ", " + r.payload + ")";
    home_.sql(sql);
    direct.sql(sql);
  }
  direct.job("exchange pull");
  direct.job("exchange ack");
  packed();
  carry();
  home_.job("exchange pull");
  EXPECT_TRUE(ferry("ferry status").has("\"exit\":0")) << ferry("ferry status").text;
  home_.job("exchange ack");
  carry();
  EXPECT_EQ(answered(), 0);
  int held = 0;
  for (int i = 1; i <= seq; ++i) {
    const std::string query = "select state from ex_status where seq = " + std::to_string(i), expected = direct.value(query);
    EXPECT_NE(expected, "") << i;
    EXPECT_EQ(home_.value(query), expected) << "row " << i << ": " << home_.value("select reason from ex_status where seq = " + std::to_string(i));
    held += expected == "held" || expected == "rejected";
  }
  EXPECT_GT(held, 25);
  EXPECT_EQ(state(1), "drafted");
  EXPECT_EQ(state(seq), "drafted");
}

INSTANTIATE_TEST_SUITE_P(Suites, FerryExchange, ::testing::Values("gm", "intl"), [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace mif::ferry_tool
