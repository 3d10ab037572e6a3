// SPDX-License-Identifier: Apache-2.0
// Whatever the business side sends: held or rejected with one sentence, the neighbours untouched, the sums in balance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>

#include "home.h"
#include "on_each_database.h"

namespace mif::exchange {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using exchange::testing::Home;

constexpr const char* kGood = R"({"book":"990000-310","bank_account":"9900001003001","subsidy_kind":"1","province":"4.00","amount":"4.00"})";

std::string with(const std::string& from, const std::string& to) {
  std::string text = kGood;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

struct Hostile {
  std::string name, payload;
  long long day = 20230612, version = 1;
  std::string type = "subsidy";
};

std::vector<Hostile> hostile() {
  const std::string money = "\"province\":\"4.00\",\"amount\":\"4.00\"";
  const auto amounts = [&](const std::string& v) { return with(money, "\"province\":\"" + v + "\",\"amount\":\"" + v + "\""); };
  return {
      {"missing-field", with("\"bank_account\":\"9900001003001\",", "")},
      {"missing-amount", with(",\"amount\":\"4.00\"", "")},
      {"missing-book", with("\"book\":\"990000-310\",", "")},
      {"unknown-field", with("\"amount\"", "\"amuont\":\"1.00\",\"amount\"")},
      {"megabyte", with("9900001003001", std::string(1 << 20, 'x'))},
      {"long-field", with("9900001003001", std::string(500, 'x'))},
      {"negative-payable", R"({"book":"990000-310","mode":"1","insutype":"310","bank_account":"9900001004001","payee_account":"P","payee_name":"n","payee_bank_no":"9","inpatient":"-5.00","amount":"-5.00"})", 20230612, 1, "individual-reimbursement"},
      {"zero", amounts("0.00")},
      {"nineteen-digits", amounts("9999999999999999999.00")},
      {"just-too-large", amounts("92233720368547758.08")},
      {"three-decimals", amounts("1.001")},
      {"exponent", amounts("1e5")},
      {"plus-sign", amounts("+4.00")},
      {"blank-in-amount", amounts(" 4.00")},
      {"hexadecimal", amounts("0x4")},
      {"infinity", amounts("Infinity")},
      {"full-width-digits", amounts("４.００")},
      {"full-width-point", amounts("4．00")},
      {"arabic-digits", amounts("٤.٠٠")},
      {"nul-escape", with("9900001003001", "99\\u000000")},
      {"control-character", with("9900001003001", "99\\u0007")},
      {"raw-newline", with("9900001003001", "99\n00")},
      {"not-utf8", with("9900001003001", "\xff\xfe")},
      {"gb18030", with("9900001003001", "\xd2\xbd\xc1\xc6")},
      {"overlong-utf8", with("9900001003001", "\xc0\xaf")},
      {"utf8-surrogate", with("9900001003001", "\xed\xa0\x80")},
      {"lone-high-surrogate", with("9900001003001", "\\ud800")},
      {"lone-low-surrogate", with("9900001003001", "\\udc00")},
      {"truncated-utf8", "{\"a\":\"\xe5\x8c"},
      {"bom", std::string("\xef\xbb\xbf") + "x" + kGood},
      {"duplicate-keys", with("\"amount\":\"4.00\"", "\"amount\":\"400.00\",\"amount\":\"4.00\",\"amount\":\"400.00\"")},
      {"nested-object", with("\"9900001003001\"", "{\"account\":\"9900001003001\"}")},
      {"nested-array", with("\"9900001003001\"", "[\"9900001003001\"]")},
      {"number", with("\"amount\":\"4.00\"", "\"amount\":4.00")},
      {"boolean", with("\"9900001003001\"", "true")},
      {"null", with("\"9900001003001\"", "null")},
      {"deep-arrays", std::string(3500, '[') + std::string(3500, ']')},
      {"deep-objects", [] {
         std::string text;
         for (int i = 0; i < 1000; ++i) text += "{\"a\":";
         return text;
       }()},
      {"empty", ""},
      {"blank", "   "},
      {"empty-object", "{}"},
      {"array", "[]"},
      {"text", "\"x\""},
      {"half", std::string(kGood).substr(0, 60)},
      {"followed", std::string(kGood) + "x"},
      {"sql", with("\"subsidy_kind\":\"1\"", "\"subsidy_kind\":\"1 or 1=1\"")},
      {"aux-injection", R"({"book":"990000-310","institution":"H1;mode=9","institution_name":"n","mode":"1","insutype":"310","region":"a=b;c=d","bank_account":"9900001004001","payee_account":"P","payee_name":"n","payee_bank_no":"9","inpatient":"5.00","amount":"5.00"})", 20230612, 1, "institution-settlement"},
      {"parts-overflow", with(money, "\"province\":\"92233720368547758.07\",\"city\":\"92233720368547758.07\",\"amount\":\"4.00\"")},
      {"parts-differ", with("\"amount\":\"4.00\"", "\"amount\":\"4.01\"")},
      {"day-zero", kGood, 0},
      {"day-30-february", kGood, 20230230},
      {"day-month-13", kGood, 20231301},
      {"day-negative", kGood, -20230612},
      {"day-huge", kGood, 9'223'372'036'854'775'807},
      {"day-before-the-book", kGood, 20230531},
      {"day-year-1", kGood, 10101},
      {"version-zero", kGood, 20230612, 0},
      {"version-negative", kGood, 20230612, -7},
      {"version-huge", kGood, 20230612, 9'223'372'036'854'775'807},
      {"type-unknown", kGood, 20230612, 1, "no-such-type"},
      {"type-empty", kGood, 20230612, 1, ""},
      {"type-long", kGood, 20230612, 1, std::string(2000, 't')},
      {"type-not-utf8", kGood, 20230612, 1, "\xff\xff"},
  };
}

class Sender {
 public:
  explicit Sender(Home& home) { EXPECT_EQ(sqlite3_open(home.path("exchange/exchange.db").c_str(), &db_), SQLITE_OK); }
  ~Sender() { sqlite3_close(db_); }
  void put(const std::string& key, const Hostile& h) {
    sqlite3_stmt* st = nullptr;
    sqlite3_prepare_v2(db_, "insert into ex_document (feed, seq, doc_no, version, doc_type, doc_day, payload) values ('main', ?, ?, ?, ?, ?, ?)", -1, &st, nullptr);
    sqlite3_bind_int64(st, 1, ++seq_);
    sqlite3_bind_text(st, 2, key.data(), static_cast<int>(key.size()), SQLITE_TRANSIENT);
    sqlite3_bind_int64(st, 3, h.version);
    sqlite3_bind_text(st, 4, h.type.data(), static_cast<int>(h.type.size()), SQLITE_TRANSIENT);
    sqlite3_bind_int64(st, 5, h.day);
    sqlite3_bind_text(st, 6, h.payload.data(), static_cast<int>(h.payload.size()), SQLITE_TRANSIENT);
    EXPECT_EQ(sqlite3_step(st), SQLITE_DONE) << sqlite3_errmsg(db_);
    sqlite3_finalize(st);
  }
  void good(const std::string& key, long long version = 1) { put(key, {"", kGood, 20230612, version}); }

 private:
  sqlite3* db_ = nullptr;
  long long seq_ = 0;
};

class HostileOn : public exchange::testing::OnDatabase {};

bool one_sentence(const std::string& text) { return !text.empty() && text.size() <= 700 && text.find('\n') == std::string::npos && text.find('\0') == std::string::npos; }

void every_payload_ends(Home& home) {  // 200 in a transaction: they share theirs
  std::size_t good = 0;
  const auto all = hostile();
  {
    Sender sender(home);
    for (const auto& h : all) {
      sender.good("before-" + h.name);
      sender.put(h.name, h);
      ++good;
    }
  }
  const auto answer = home.job("exchange pull");
  EXPECT_TRUE(answer.has("\"drafted\":" + std::to_string(good) + ",")) << answer.text;
  home.deployment().database().read([&](store::Txn& txn) {
    for (const auto& h : all) {
      // a version that cannot be is kept under a name of ours
      const std::string where = h.version >= 1 && h.version <= 1'000'000 ? "doc_key = '" + h.name + "'" : "doc_key like '" + h.name.substr(0, 12) + "~%'";
      const std::string state = txn.text("select state from x_exchange_document where " + where).value_or("");
      EXPECT_THAT(state, AnyOf("held", "rejected")) << h.name;
      const std::string reason = txn.text("select reason from x_exchange_document where " + where).value_or("");
      EXPECT_TRUE(one_sentence(reason)) << h.name << ": " << reason;
      EXPECT_EQ(txn.text("select state from x_exchange_document where doc_key = 'before-" + h.name + "'").value_or(""), "drafted") << h.name;
    }
  });
  EXPECT_TRUE(home.job("exchange status").has("\"exit\":0"));
  EXPECT_TRUE(home.job("exchange verify").has("\"exit\":0")) << home.job("exchange verify").text;
  home.job("exchange ack");  // each is answered
  EXPECT_EQ(home.value("select count(*) from ex_document d where not exists (select 1 from ex_status s where s.feed = d.feed and s.seq = d.seq)"), "0");
  home.job("exchange retry");  // and stays what it was
  EXPECT_EQ(home.document("number"), "held");
  EXPECT_TRUE(home.job("exchange held", "{\"limit\":\"1000\"}").has("\"exit\":3"));
}

TEST_P(HostileOn, EveryPayloadEndsHeldOrRejectedWithOneSentenceAndItsNeighboursAreDrafted) {
  Home home;
  every_payload_ends(home);
}

TEST_P(HostileOn, SoItIsWhenTheirQualityIsMeasured) {
  Home home;
  std::filesystem::create_directories(home.path("templates/quality"));
  std::filesystem::copy(MIF_SOURCE_DIR "/templates/quality/exchange.info", home.path("templates/quality/exchange.info"));
  home.replace_in("mif.info", "maker maker1", "maker maker1  quality \"templates/quality/exchange.info\"");
  every_payload_ends(home);
  const auto measured = home.job("exchange quality");
  EXPECT_TRUE(measured.has("\"documents\":" + std::to_string(2 * hostile().size()) + ",")) << measured.text;
  EXPECT_TRUE(home.job("exchange feedback", "{\"source\":\"demo\",\"day\":\"2023-12-31\",\"out\":\"" + home.path("back.csv") + "\"}").has("\"exit\":0"));
}

TEST_P(HostileOn, VersionsThatRunBackwardsOrInCirclesLeaveOneAlive) {
  Home home;
  {
    Sender sender(home);
    for (const long long version : {3, 1, 2, 3, 1, 4, 2, 4}) sender.good("K", version);
  }
  home.job("exchange pull");
  EXPECT_EQ(home.document("K", 4), "drafted");
  EXPECT_EQ(home.document("K", 3), "cancelled");
  EXPECT_EQ(home.document("K", 1), "rejected");
  EXPECT_EQ(home.document("K", 2), "rejected");
  home.deployment().database().read([&](store::Txn& txn) { EXPECT_EQ(txn.integer("select count(*) from x_exchange_document where state = 'drafted'").value_or(0), 1); });
  EXPECT_TRUE(home.job("exchange verify").has("\"exit\":0"));
}

TEST_P(HostileOn, AKeyThatCannotBeStoredStopsNothing) {
  Home home;
  {
    Sender sender(home);
    for (const std::string& key : {std::string(), std::string(100, 'k'), std::string("a\nb"), std::string("\xff"), std::string("a\0b", 3), std::string("' or '1'='1")}) sender.good(key);
    sender.good("last");
  }
  home.job("exchange pull");
  EXPECT_EQ(home.document("last"), "drafted");
  home.deployment().database().read([&](store::Txn& txn) {
    EXPECT_EQ(txn.integer("select count(*) from x_exchange_document where state = 'held'").value_or(0), 5);
    EXPECT_EQ(txn.integer("select count(*) from x_exchange_document where state = 'drafted'").value_or(0), 2);  // a quote is a character like any other
  });
}

// The year 9999 is a day of the calendar; whether a book takes it is the ledger's say, the document ends all the same.
TEST_P(HostileOn, ADayFarAheadEndsInOneState) {
  Home home;
  {
    Sender sender(home);
    sender.put("far", {"", kGood, 99991231});
    sender.good("near");
  }
  home.job("exchange pull");
  EXPECT_EQ(home.document("near"), "drafted");
  EXPECT_THAT(home.document("far"), AnyOf("held", "rejected")) << home.reason("far");
}

INSTANTIATE_TEST_SUITE_P(Databases, HostileOn, ::testing::Values("sqlite", "postgresql"), exchange::testing::database_name);

}  // namespace
}  // namespace mif::exchange
