// SPDX-License-Identifier: Apache-2.0
// The national-crypto JSON adapter against a bank of its own code, over a real TLS line.
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "crypto/keys.h"
#include "kernel/base/text.h"
#include "sm_codec.h"
#include "tests/bank/support.h"

namespace mif::test {
namespace {

using namespace bank_xmlfront;
using namespace bank_json_sm;

constexpr const char* kAccount = "9900001004001";

class SmBank {
 public:
  explicit SmBank(const std::string& faults = {}) {
    folder_.write("bank.info", "account { number 9900001004001 name \"支出户\" opening 200000000000.00 }\n");
    std::vector<std::string> options = {"--script", folder_.path("bank.info"), "--dialect", "json-sm", "--tls"};
    if (!faults.empty()) options.insert(options.end(), {"--fault", faults});
    sim_ = std::make_unique<SimProcess>(folder_.path("state"), options);
    std::ifstream(folder_.path("state/tls.pin")) >> pin;
    connect();
  }
  std::string file(const std::string& name) { return read_file(folder_.path("state/keys/" + name)); }
  Keys keys() {
    Keys k;
    k.signer = crypto::software_signer(std::make_unique<crypto::Vault>(sign_pem.empty() ? file("client.key.pem") : sign_pem), nullptr, crypto::Algorithm::sm2_sm3, "sign");
    k.bank = std::make_unique<Verifier>(bank_pem.empty() ? file("bank.pem") : bank_pem, "bank");
    k.session = session_key(session.empty() ? file("session.key") : session, "session");
    return k;
  }
  void connect() {
    Link link = link_to("json-sm-like", sim_->port(), 700);
    link.login = "U001";
    link.pin = pin;
    front_ = std::make_unique<Front>(std::move(link), now_ms, std::make_unique<SmCodec>(keys(), "U001", 300'000));
    late_ = std::make_unique<Front>(front_->link(), [] { return now_ms() - 3'600'000; }, std::make_unique<SmCodec>(keys(), "U001", 300'000));
  }
  std::vector<Answer> submit(const std::vector<Payment>& p) { return front_->submit(p, 0, serial); }
  Answer submit(const Payment& p) { return submit(std::vector<Payment>{p}).front(); }
  Answer submit_with_slow_clock(const Payment& p) { return late_->submit({p}, 0, serial).front(); }
  Answer query(const std::string& ref) { return front_->query(kAccount, {ref}, 0, serial).front(); }
  Front& front() { return *front_; }
  SimTotals ledger() { return sim_ledger(folder_.path("state")); }

  std::int64_t next = 0;
  NextSerial serial = [this] { return ++next; };
  std::string pin, sign_pem, bank_pem, session;

 private:
  Folder folder_;
  std::unique_ptr<SimProcess> sim_;
  std::unique_ptr<Front> front_, late_;
};

TEST(JsonSm, receipts_come_signed_page_by_page_with_their_files) {
  SmBank bank;
  std::vector<Payment> all;
  for (int i = 0; i < 9; ++i) all.push_back(payment("YB" + std::to_string(1000 + i), 1000 + i));
  bank.submit(all);
  for (const auto& p : all) bank.query(p.client_ref);
  std::vector<Receipt> got;
  bank.front().receipts(kAccount, Day(2023, 6, 1), Day(2023, 6, 30), 0, bank.serial, [&](Receipt&& r) { return got.push_back(std::move(r)), true; });
  const Statement s = bank.front().statement(kAccount, Day(2023, 6, 1), Day(2023, 6, 30), 0, bank.serial);
  ASSERT_EQ(got.size(), 9u);
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].fen, s.lines[i].fen);
    EXPECT_EQ(got[i].bank_ref, s.lines[i].bank_ref);
    EXPECT_EQ(got[i].client_ref, s.lines[i].client_ref);
    EXPECT_EQ(got[i].bytes.rfind("%PDF-", 0), 0u);
  }
}

TEST(JsonSm, pay_ask_statement_and_balance) {
  SmBank bank;
  std::vector<Payment> all;
  for (int i = 0; i < 35; ++i) all.push_back(payment("YB" + std::to_string(1000 + i), 100000000001 + i, "示例市\"医院\\" + std::to_string(i)));
  const auto said = bank.submit(all);
  for (const auto& a : said) EXPECT_EQ(a.outcome, MIF_PAY_ACCEPTED) << a.text;
  for (const auto& p : all) {
    const Answer a = bank.query(p.client_ref);
    EXPECT_EQ(a.outcome, MIF_PAY_DONE) << a.text;
    EXPECT_EQ(a.fen, p.fen);
  }
  const Statement s = bank.front().statement(kAccount, Day(2023, 6, 1), Day(2023, 6, 30), 0, bank.serial);
  ASSERT_EQ(s.lines.size(), all.size());
  Fen running = s.opening;
  for (std::size_t i = 0; i < all.size(); ++i) {
    running += s.lines[i].fen;
    EXPECT_EQ(s.lines[i].balance, running);
    EXPECT_EQ(s.lines[i].client_ref, all[i].client_ref);
    EXPECT_EQ(s.lines[i].counter_name, all[i].payee_name);
  }
  EXPECT_EQ(s.closing, running);
  EXPECT_EQ(bank.front().balance(kAccount, 0, bank.serial), running);
}

TEST(JsonSm, a_paid_code_is_a_duplicate_and_an_unknown_one_not_found) {
  SmBank bank;
  bank.submit(payment("A1", 100));
  EXPECT_EQ(bank.submit(payment("A1", 100)).outcome, MIF_PAY_DUPLICATE);
  EXPECT_EQ(bank.query("NEVER").outcome, MIF_PAY_NOT_FOUND);
  EXPECT_EQ(bank.ledger().debits, "1.00");
}

struct Bad {
  const char* fault;
  const char* rule;
  int after;
};
void PrintTo(const Bad& b, std::ostream* out) { *out << b.fault; }
class JsonSmWeather : public ::testing::TestWithParam<Bad> {};
INSTANTIATE_TEST_SUITE_P(All, JsonSmWeather,
                         ::testing::Values(Bad{"wrong-signature", "bank.reply-signature", MIF_PAY_DONE}, Bad{"old-signature", "bank.reply-expired", MIF_PAY_DONE}, Bad{"half-reply", "", MIF_PAY_DONE},
                                           Bad{"cut-after-send", "", MIF_PAY_DONE}, Bad{"cut-before-execute", "", MIF_PAY_NOT_FOUND}, Bad{"wrong-length", "", MIF_PAY_DONE}, Bad{"garbage", "", MIF_PAY_DONE},
                                           Bad{"delay:1=1500", "", MIF_PAY_DONE}));
TEST_P(JsonSmWeather, is_unknown_first_then_the_truth) {
  SmBank bank(GetParam().fault);
  const Answer a = bank.submit(payment("A1", 100));
  EXPECT_EQ(a.outcome, MIF_PAY_UNKNOWN);
  EXPECT_NE(a.text.find(GetParam().rule), std::string::npos) << a.text;
  EXPECT_EQ(bank.query("A1").outcome, GetParam().after);
  bank.submit(payment("A1", 100));
  EXPECT_EQ(bank.ledger().debits, "1.00");
}
TEST(JsonSm, a_true_reply_to_an_earlier_request_decides_nothing) {
  SmBank bank("replayed-reply:2");
  EXPECT_EQ(bank.submit(payment("A1", 100)).outcome, MIF_PAY_ACCEPTED);
  const Answer a = bank.submit(payment("A2", 100));
  EXPECT_EQ(a.outcome, MIF_PAY_UNKNOWN);
  EXPECT_NE(a.text.find("bank.reply-other-serial"), std::string::npos) << a.text;
}
TEST(JsonSm, only_the_pinned_bank_hears_anything) {
  SmBank bank;
  bank.pin[0] = bank.pin[0] == 'a' ? 'b' : 'a';
  bank.connect();
  const Answer a = bank.submit(payment("A1", 100));
  EXPECT_EQ(a.outcome, MIF_PAY_UNSENT);
  EXPECT_NE(a.text.find("pinned"), std::string::npos) << a.text;
  EXPECT_EQ(bank.ledger().refs, 0);
}
TEST(JsonSm, what_the_bank_refuses_whole_is_in_doubt_and_moves_nothing) {
  SmBank bank;
  bank.submit_with_slow_clock(payment("OLD", 100));  // the signature expired
  bank.sign_pem = std::string(crypto::make_pair(true).private_pem.view());
  bank.connect();
  EXPECT_EQ(bank.submit(payment("FORGED", 100)).outcome, MIF_PAY_UNKNOWN);
  bank.sign_pem.clear();
  bank.connect();
  const std::int64_t used = bank.next;
  EXPECT_EQ(bank.submit(payment("A1", 100)).outcome, MIF_PAY_ACCEPTED);
  bank.next = used;  // the same request number once more: what a replay looks like to the bank
  EXPECT_EQ(bank.submit(payment("A2", 100)).outcome, MIF_PAY_UNKNOWN);
  for (const char* ref : {"OLD", "FORGED", "A2"}) EXPECT_EQ(bank.query(ref).outcome, MIF_PAY_NOT_FOUND) << ref;
  EXPECT_EQ(bank.ledger().debits, "1.00");
}
TEST(JsonSm, another_banks_signature_or_another_session_is_not_believed) {
  SmBank bank;
  bank.bank_pem = crypto::make_pair(true).public_pem;
  bank.connect();
  EXPECT_EQ(bank.submit(payment("A1", 100)).outcome, MIF_PAY_UNKNOWN);
  EXPECT_THROW(bank.query("A1"), Error);
  bank.bank_pem.clear();
  bank.session = "00112233445566778899aabbccddeeff";
  bank.connect();
  EXPECT_EQ(bank.submit(payment("A2", 100)).outcome, MIF_PAY_UNKNOWN);
}

TEST(JsonSmKeys, of_another_form_are_named_and_never_shown) {
  const std::string ed25519(crypto::make_pair(false).private_pem.view());
  for (const std::string& pem : {ed25519, std::string("-----BEGIN PRIVATE KEY-----\nsecretstuff\n"), std::string()}) {
    try {
      crypto::software_signer(std::make_unique<crypto::Vault>(pem), nullptr, crypto::Algorithm::sm2_sm3, "sign.pem");
      FAIL();
    } catch (const Error& e) {
      EXPECT_NE(std::string(e.what()).find("sign.pem"), std::string::npos);
      EXPECT_EQ(std::string(e.what()).find("secretstuff"), std::string::npos);
      EXPECT_EQ(e.rule(), "bank.key");
    }
  }
  for (const char* hex : {"", "00", "0011223344556677889900112233445x", "001122334455667788990011223344556677"}) EXPECT_THROW(session_key(hex, "s"), Error) << hex;
  EXPECT_THROW(Verifier(ed25519, "bank.pem"), Error);
}
TEST(JsonSmKeys, rest_in_pages_no_core_dump_holds) {
  const crypto::Vault vault("0123456789abcdef");
  const auto at = reinterpret_cast<std::uintptr_t>(vault.view().data());
  std::ifstream maps("/proc/self/smaps");
  if (!maps) GTEST_SKIP() << "no /proc/self/smaps here";
  bool inside = false, found = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t from = 0, to = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &from, &to) == 2) inside = from <= at && at < to;
    if (inside && line.rfind("VmFlags:", 0) == 0) {
      found = true;
      EXPECT_NE((line + " ").find(" dd "), std::string::npos) << line;
    }
  }
  EXPECT_TRUE(found);
}

TEST(Canonical, is_sorted_tight_and_stable) {
  EXPECT_EQ(canonical(read_json(R"( { "b" : [ 1, true, null, -5 ], "a":{"z":"x\u0001\n\"\\/医","A":{}}, "B":[] } )")), "{\"B\":[],\"a\":{\"A\":{},\"z\":\"x\\u0001\\n\\\"\\\\/医\"},\"b\":[1,true,null,-5]}");
  for (const char* bad : {"", "{", "{\"a\":1,\"a\":2}", "{\"a\":1.5}", "[1,]", "{\"a\":99999999999999999999}", "{\"a\":\"\xff\"}", "{} x", "nul"}) EXPECT_THROW(read_json(bad), Error) << bad;
  EXPECT_THROW(read_json(std::string(40, '[') + std::string(40, ']')), Error);
}
TEST(Canonical, takes_any_bytes_and_reads_or_refuses) {
  std::mt19937 random(20261128);
  const std::string seed = R"({"response":{"head":{"funcode":"BB1PAYBH","resultcode":"SUC0000"},"body":{"z":[{"yurRef":"A1","n":12},{"x":"医\u4e00"}]}},"signature":{"sigdat":"AA==","sigtim":"20230101000000"}})";
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  int read = 0, refused = 0;
  for (int round = 0; round < 100000 && std::chrono::steady_clock::now() < until; ++round) {
    std::string bytes = seed;
    for (unsigned hits = random() % 3; hits > 0 && !bytes.empty(); --hits) {
      const std::size_t at = random() % bytes.size();
      if (random() % 2) bytes[at] = static_cast<char>(random());
      else bytes.erase(at, random() % 4);
    }
    try {
      const std::string once = canonical(read_json(bytes));
      ASSERT_EQ(canonical(read_json(once)), once);
      ++read;
    } catch (const Error& e) {
      ASSERT_EQ(e.code(), MIF_E_INVALID);
      ++refused;
    }
  }
  EXPECT_GT(read, 100);
  EXPECT_GT(refused, 100);
}

TEST(JsonSm, packets_are_told_before_encryption_and_masked_with_the_digest_of_the_wire) {
  SmBank bank;
  std::vector<PacketNote> told;
  const TellPacket tell = [&](const PacketNote& note) {
    told.push_back(note);
    return true;
  };
  bank.front().submit({payment("YB1", 100)}, 0, bank.serial, tell);
  bank.front().query(kAccount, {"YB1"}, 0, bank.serial, tell);
  ASSERT_EQ(told.size(), 4u);
  for (const auto& note : told) {
    EXPECT_NE(note.text.find("YB1"), std::string::npos) << note.text;
    EXPECT_EQ(note.text.find(kAccount), std::string::npos) << note.text;
    EXPECT_EQ(note.text.find("人民医院"), std::string::npos) << note.text;
    EXPECT_EQ(note.text.find("signature"), std::string::npos) << note.text;
    EXPECT_EQ(note.sha256.size(), 64u);
    EXPECT_GT(note.bytes, static_cast<std::int64_t>(300)) << "sealed, with its HTTP head";
  }
  EXPECT_NE(told[0].text.find("示**"), std::string::npos) << told[0].text;
}

TEST(JsonSm, a_reply_that_cannot_be_opened_shows_nothing_and_is_told) {
  SmBank bank("wrong-signature:1");
  std::vector<PacketNote> told;
  bank.front().submit({payment("YB1", 100)}, 0, bank.serial, [&](const PacketNote& note) {
    told.push_back(note);
    return true;
  });
  ASSERT_EQ(told.size(), 2u);
  EXPECT_TRUE(told[1].text.empty());
  EXPECT_EQ(told[1].sha256.size(), 64u);
}

}  // namespace
}  // namespace mif::test
