// SPDX-License-Identifier: Apache-2.0
// 业财对账: three figures, each difference down to its document, explanations that die with their figures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "home.h"
#include "kernel/service/close_checks.h"
#include "on_each_database.h"

namespace mif::exchange {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using exchange::testing::Home;

// The business side with all columns of docs/exchange/ddl.md.
class Business {
 public:
  explicit Business(Home& home) : home_(home) {
    home.sql("drop table ex_document; create table ex_document (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null, doc_type varchar(40) not null,"
             " unit varchar(20) not null, scheme varchar(10) not null, book varchar(40) not null, doc_day bigint not null, period varchar(7) not null, batch_no varchar(40) not null,"
             " amount_fen bigint not null, payload varchar(8000) not null, primary key (feed, seq))");
  }
  void subsidy(const std::string& key, const std::string& amount, int version = 1, const std::string& day = "20230612", const std::string& code = "1", const std::string& book = "990000-310") {
    put(key, "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"" + code + "\",\"province\":\"" + amount + "\"", amount, version, day, book);
  }
  void individual(const std::string& key, const std::string& amount, int version = 1, const std::string& day = "20230612") {
    put(key, "individual-reimbursement", "\"mode\":\"1\",\"insutype\":\"310\",\"bank_account\":\"9900001004001\",\"payee_account\":\"P1\",\"payee_name\":\"n\",\"payee_bank_no\":\"9\",\"inpatient\":\"" + amount + "\"",
        amount, version, day, "990000-310");
  }
  void put(const std::string& key, const std::string& type, const std::string& fields, const std::string& amount, int version, const std::string& day, const std::string& book) {
    home_.sql("insert into ex_document values ('main', " + std::to_string(++seq_) + ", '" + key + "', " + std::to_string(version) + ", '" + type + "', '990000', '310', '" + book + "', " + day + ", '2023-06', 'B1', " +
              std::to_string(Fen::parse(amount).value()) + ", '{\"book\":\"" + book + "\",\"batch\":\"B1\"," + fields + ",\"amount\":\"" + amount + "\"}')");
  }
  void withdraw(const std::string& key, int version = 1) { home_.sql("insert into ex_withdrawal values ('main', " + std::to_string(++seq_) + ", '" + key + "', " + std::to_string(version) + ", 20230612)"); }

 private:
  Home& home_;
  int seq_ = 0;
};

class CompareOn : public exchange::testing::OnDatabase {};

std::string compared(Home& home, const std::string& more = "") { return home.job("exchange compare", "{\"period\":\"2023-06\"" + more + "}").text; }
std::string detail(Home& home, const std::string& more = "") { return home.job("exchange compare-detail", "{\"period\":\"2023-06\"" + more + "}").text; }

// "kind key" of the differences listed.
std::string kinds(std::string json) {
  json.erase(json.find("\"titles\""));
  std::string all;
  for (std::size_t at = json.find("\"kind\":\"", 30); at != std::string::npos; at = json.find("\"kind\":\"", at + 1)) {
    const auto end = json.find('"', at + 8), key = json.find("\"key\":\"", at);
    if (key == std::string::npos || json.compare(end, 3, "\",\"") != 0) break;
    all += json.substr(at + 8, end - at - 8) + " " + json.substr(key + 7, json.find('"', key + 7) - key - 7) + "; ";
  }
  return all;
}

std::string check(Home& home) {
  for (const auto& item : service::plugin_checks(home.deployment(), {"chief1", "test", ""}, nullptr, "990000-310", {2023, 6}))
    if (item.id == "exchange/compared") return std::string(service::name_of(item.result)) + " " + item.detail;
  return "not looked at";
}

TEST_P(CompareOn, ThreeFiguresAgreeWhenEverythingIsPosted) {
  Home home;
  Business business(home);
  business.subsidy("A", "100.00");
  business.subsidy("A", "90.00", 2);  // the first is replaced before it was booked
  business.subsidy("B", "-30.00");
  business.subsidy("C", "5.00");
  business.withdraw("C");
  business.subsidy("D", "7.00");
  business.subsidy("D", "7.00");  // delivered twice
  business.subsidy("N", "1.00", 1, "20230701");
  home.job("exchange pull");
  EXPECT_THAT(compared(home), AllOf(HasSubstr("\"business\":3,\"business_amount\":\"67.00\",\"taken\":3,\"taken_amount\":\"67.00\",\"posted\":0,\"posted_amount\":\"0.00\""), HasSubstr("\"open\":3"), HasSubstr("\"exit\":3")));
  EXPECT_EQ(kinds(detail(home)), "unposted A; unposted B; unposted D; ");
  EXPECT_THAT(check(home), HasSubstr("warn 3 处差异未说明"));
  home.review_all();
  const std::string after = compared(home);
  EXPECT_THAT(after, AllOf(HasSubstr("\"business\":3,\"business_amount\":\"67.00\",\"taken\":3,\"taken_amount\":\"67.00\",\"posted\":3,\"posted_amount\":\"67.00\""), HasSubstr("\"unit\":\"990000\",\"scheme\":\"310\""),
                           HasSubstr("\"exit\":0"), HasSubstr("三方一致")));
  EXPECT_EQ(kinds(detail(home, ",\"deep\":\"yes\"")), "");
  EXPECT_EQ(check(home), "pass ");
  EXPECT_THAT(home.job("exchange compare", "{\"period\":\"2023-07\"}").text, HasSubstr("\"business\":1,\"business_amount\":\"1.00\""));
}

TEST_P(CompareOn, EveryKindOfDifferenceIsDrilledToItsDocument) {
  Home home;
  Business business(home);
  for (const char* key : {"extra", "fine", "reversed", "withdrawn"}) business.subsidy(key, "10.00");
  business.individual("superseded", "6.00");  // approved and not paid yet: too late for another version
  business.subsidy("amount", "20.00");
  business.subsidy("elsewhere", "30.00");
  business.subsidy("ledger", "40.00");
  business.subsidy("novoucher", "50.00");
  business.subsidy("gone", "60.00");
  business.subsidy("held", "5.00", 1, "20230612", "9");
  home.job("exchange pull");
  home.review_all();
  home.job("exchange ack");
  business.subsidy("reversed", "11.00", 2);
  business.individual("superseded", "6.50", 2);
  business.withdraw("withdrawn");
  business.individual("unposted", "3.00");
  business.individual("voided", "4.00");
  home.job("exchange pull");
  auto& d = home.deployment();
  d.database().write([&](store::Txn& txn) {
    for (const auto& v : d.ledger().vouchers(txn, {}))
      if (v.source_key == "demo/voided#1") d.withdraw(txn, {"maker1", "test", ""}, v.id, "制单人撤回");
  });
  business.subsidy("missing", "70.00");
  home.sql("delete from ex_document where doc_no = 'extra'; update ex_document set amount_fen = 2001 where doc_no = 'amount'; update ex_document set doc_type = 'interest' where doc_no = 'elsewhere';"
           "update ex_document set amount_fen = 4100 where doc_no = 'ledger'");
  d.database().write([&](store::Txn& txn) {
    txn.execute("update x_exchange_document set amount_fen = 4100 where doc_key = 'ledger'");
    txn.execute("update x_exchange_document set voucher_id = 999999 where doc_key = 'novoucher'");
    txn.execute("delete from x_exchange_document where doc_key = 'gone'");
  });
  const std::string all = compared(home);
  EXPECT_THAT(all, HasSubstr("\"exit\":3"));
  EXPECT_EQ(kinds(detail(home, ",\"type\":\"individual-reimbursement\"")), "cancelled voided; superseded superseded; rejected superseded; unposted unposted; ");
  EXPECT_EQ(kinds(detail(home, ",\"type\":\"interest\"")), "elsewhere elsewhere; ");
  const std::string subsidy = kinds(detail(home, ",\"type\":\"subsidy\""));
  for (const char* each : {"missing missing; ", "missing gone; ", "amount amount; ", "extra extra; ", "withdrawn withdrawn; ", "reversal reversed; ", "unposted reversed; ", "extra elsewhere; ", "no-voucher novoucher; ", "held held; "})
    EXPECT_THAT(subsidy, HasSubstr(each));
  EXPECT_THAT(subsidy, ::testing::ContainsRegex("; ledger 2023-06 收-[0-9]+; "));
  EXPECT_THAT(subsidy, ::testing::ContainsRegex("voucher-extra 2023-06 收-[0-9]+; "));
  EXPECT_THAT(subsidy, AllOf(Not(HasSubstr("fine")), Not(HasSubstr("unresolved"))));
}

TEST_P(CompareOn, AnExplanationHoldsAsLongAsBothSidesAreWhatTheyWere) {
  Home home;
  Business business(home);
  business.subsidy("A", "10.00", 1, "20230612", "9");
  business.subsidy("B", "20.00", 1, "20230612", "9");
  home.job("exchange pull");
  EXPECT_THAT(compared(home), HasSubstr("\"open\":2"));
  const std::string a = ",\"book\":\"990000-310\",\"type\":\"subsidy\"";
  home.job("exchange explain", "{\"period\":\"2023-06\"" + a + ",\"key\":\"A\",\"reason\":\"业务方下月重送\"}");
  EXPECT_THAT(compared(home), AllOf(HasSubstr("\"differences\":2,\"open\":1"), HasSubstr("\"exit\":3")));
  EXPECT_THAT(detail(home), AllOf(HasSubstr("\"state\":\"explained\",\"reason\":\"业务方下月重送\",\"author\":\"maker1\""), HasSubstr("\"state\":\"open\"")));
  home.job("exchange explain", "{\"period\":\"2023-06\"" + a + ",\"kind\":\"held\",\"reason\":\"代码表未定\"}");
  EXPECT_THAT(compared(home), AllOf(HasSubstr("\"differences\":2,\"open\":0"), HasSubstr("已说明"), HasSubstr("\"exit\":0")));
  EXPECT_EQ(check(home), "pass ");

  business.subsidy("A", "11.00", 2, "20230612", "9");  // another amount, still held
  home.job("exchange pull");
  EXPECT_THAT(check(home), HasSubstr("warn 对账之后单据又有变化"));
  EXPECT_THAT(compared(home), AllOf(HasSubstr("\"open\":1"), HasSubstr("\"exit\":3")));
  EXPECT_EQ(kinds(detail(home, ",\"state\":\"open\"")), "held A; ");
}

// Each of the values an explanation is bound to, changed alone.
TEST_P(CompareOn, AnExplanationDiesWithEitherSidesAmountOrState) {
  Home home;
  Business business(home);
  business.subsidy("A", "20.00");
  home.job("exchange pull");
  home.review_all();
  home.sql("update ex_document set amount_fen = 2001");
  const auto explain = [&] { home.job("exchange explain", "{\"period\":\"2023-06\",\"book\":\"990000-310\",\"type\":\"subsidy\",\"key\":\"A\",\"reason\":\"差一分, 业务方已知\"}"); };
  const auto tamper = [&](const std::string& sql) { home.deployment().database().write([&](store::Txn& txn) { txn.execute(sql); }); };
  EXPECT_THAT(compared(home), HasSubstr("\"differences\":1,\"open\":1"));
  explain();
  EXPECT_THAT(compared(home), HasSubstr("\"differences\":1,\"open\":0"));
  home.sql("update ex_document set amount_fen = 2002");
  EXPECT_THAT(compared(home), HasSubstr("\"differences\":1,\"open\":1"));
  explain();
  EXPECT_THAT(compared(home), HasSubstr("\"differences\":1,\"open\":0"));
  tamper("update x_exchange_document set amount_fen = 1999");  // the amount here, and what the ledger says of it
  EXPECT_EQ(kinds(detail(home, ",\"state\":\"open\"")).substr(0, 10), "amount A; ");
  tamper("update x_exchange_document set amount_fen = 2000");
  EXPECT_THAT(compared(home), HasSubstr("\"differences\":1,\"open\":0"));  // as it was explained
  home.sql("update ex_document set amount_fen = 2001");
  EXPECT_THAT(compared(home), HasSubstr("\"differences\":1,\"open\":1"));  // the later explanation is of other figures
}

INSTANTIATE_TEST_SUITE_P(Databases, CompareOn, ::testing::Values("sqlite", "postgresql"), exchange::testing::database_name);

TEST(Compare, TwoErrorsThatCancelAreFoundWhenEveryDocumentIsLookedAt) {
  Home home;
  Business business(home);
  business.subsidy("A", "10.00");
  business.subsidy("B", "10.00");
  home.job("exchange pull");
  home.review_all();
  home.sql("update ex_document set doc_no = 'X' where doc_no = 'B'");
  EXPECT_THAT(compared(home), HasSubstr("\"exit\":0"));  // the figures agree
  EXPECT_EQ(kinds(detail(home, ",\"deep\":\"yes\"")), "missing X; extra B; ");
  EXPECT_THAT(compared(home, ",\"deep\":\"yes\""), HasSubstr("\"exit\":3"));
}

TEST(Compare, AVoucherTakenBackByHandIsADifferenceOfTheLedger) {
  Home home;
  Business business(home);
  business.subsidy("A", "10.00");
  business.subsidy("B", "1.00");
  home.job("exchange pull");
  home.review_all();
  auto& d = home.deployment();
  d.database().write([&](store::Txn& txn) {
    for (const auto& v : d.ledger().vouchers(txn, {}))
      if (v.source_key == "demo/A#1") {
        auto red = d.ledger().correction_of(txn, v.id, Day(2023, 6, 30));
        red.maker = "maker1";
        d.propose(txn, {"maker1", "test", ""}, red);
      }
  });
  EXPECT_THAT(compared(home), HasSubstr("\"exit\":0"));  // a draft is no fact yet
  home.review_all();
  EXPECT_THAT(compared(home), AllOf(HasSubstr("\"taken_amount\":\"11.00\",\"posted\":2,\"posted_amount\":\"1.00\""), HasSubstr("\"exit\":3")));
  EXPECT_THAT(detail(home), AllOf(HasSubstr("\"kind\":\"voucher-extra\",\"key\":\"2023-06 收-"), HasSubstr("\"ledger\":\"-10.00\""), HasSubstr("冲销凭证")));
}

// Subsidies of a batch share a voucher.
void gather(Home& home) {
  home.replace_in("templates/vouchers/employee.info", "summary \"财政补助 {period} {payer}\"", "gather batch\n    summary \"财政补助 {period} {payer}\"");
}

TEST_P(CompareOn, DocumentsThatShareAVoucherAgreeOneByOneAndWhenOneIsTakenBack) {
  Home home;
  gather(home);
  Business business(home);
  business.subsidy("A", "10.00");
  business.subsidy("B", "20.00");
  business.subsidy("C", "30.00");
  home.job("exchange pull");
  EXPECT_EQ(kinds(detail(home)), "unposted A; unposted B; unposted C; ");
  EXPECT_THAT(compared(home), HasSubstr("\"differences\":3,\"open\":3"));
  home.review_all();
  EXPECT_THAT(compared(home), AllOf(HasSubstr("\"posted\":3,\"posted_amount\":\"60.00\""), HasSubstr("\"exit\":0")));
  EXPECT_EQ(check(home), "pass ");

  business.subsidy("B", "25.00", 2);  // its share is taken back in red, and booked anew
  home.job("exchange pull");
  EXPECT_THAT(check(home), HasSubstr("warn 对账之后单据又有变化"));
  EXPECT_EQ(kinds(detail(home)), "unposted B; reversal B; ");
  EXPECT_THAT(compared(home), AllOf(HasSubstr("\"business\":3,\"business_amount\":\"65.00\",\"taken\":3,\"taken_amount\":\"65.00\",\"posted\":3,\"posted_amount\":\"60.00\""), HasSubstr("\"differences\":2,\"open\":2")));
  home.review_all();
  EXPECT_THAT(compared(home), AllOf(HasSubstr("\"posted\":3,\"posted_amount\":\"65.00\""), HasSubstr("\"exit\":0")));
  EXPECT_EQ(kinds(detail(home, ",\"deep\":\"yes\"")), "");
}

TEST_P(CompareOn, ADocumentTakenBackInALaterMonthCountsInItsOwn) {
  for (const bool shared : {false, true}) {
    Home home;
    if (shared) gather(home);
    Business business(home);
    business.subsidy("A", "10.00");
    business.subsidy("B", "20.00");
    home.job("exchange pull");
    home.review_all();
    EXPECT_THAT(compared(home), HasSubstr("\"exit\":0"));
    business.subsidy("B", "25.00", 2, "20230703");
    home.job("exchange pull");
    EXPECT_EQ(kinds(detail(home)), "reversal B; ") << shared;
    home.review_all();
    EXPECT_THAT(compared(home), AllOf(HasSubstr("\"business\":1,\"business_amount\":\"10.00\",\"taken\":1,\"taken_amount\":\"10.00\",\"posted\":1,\"posted_amount\":\"10.00\""), HasSubstr("\"exit\":0"))) << shared;
    EXPECT_THAT(home.job("exchange compare", "{\"period\":\"2023-07\"}").text, AllOf(HasSubstr("\"business\":1,\"business_amount\":\"25.00\",\"taken\":1,\"taken_amount\":\"25.00\",\"posted\":1,\"posted_amount\":\"25.00\""), HasSubstr("\"exit\":0"))) << shared;
    if (mif::testing::TestDatabase::wanted() != "sqlite" || std::getenv("MIF_DATABASE_DSN")) break;  // one home per database
  }
}

// Rules whose debit side is minus the amount, or nothing at all.
TEST(Compare, RedEntriesAreReadAsTheirRulesWriteThem) {
  Home home;
  Business business(home);
  business.put("R", "bank-return-red", "\"mode\":\"1\",\"insutype\":\"310\",\"fund_pay_type\":\"310100\",\"bank_account\":\"9900001004001\",\"original_document\":\"Z\",\"original_day\":\"20230605\",\"inpatient\":\"40.00\"", "40.00", 1,
               "20230612", "990000-310");
  business.put("I", "account-interest", "\"interest\":\"7.00\"", "7.00", 1, "20230612", "990000-310");
  home.job("exchange pull");
  EXPECT_EQ(home.document("R"), "drafted") << home.reason("R");
  EXPECT_EQ(home.document("I"), "drafted") << home.reason("I");
  home.review_all();
  const std::string all = compared(home);
  EXPECT_THAT(all, AllOf(HasSubstr("\"posted\":1,\"posted_amount\":\"40.00\""), HasSubstr("\"posted\":1,\"posted_amount\":\"7.00\""), HasSubstr("\"exit\":0")));
  EXPECT_EQ(kinds(detail(home, ",\"deep\":\"yes\"")), "");
}

TEST(Compare, TheCloseCheckAsksForAComparisonAndStopsTheCloseWhereItIsConfigured) {
  Home home;
  Business business(home);
  EXPECT_EQ(check(home), "pass ");  // no documents
  business.subsidy("A", "10.00");
  home.job("exchange pull");
  EXPECT_THAT(check(home), HasSubstr("warn 还没有对账"));
  home.replace_in("mif.info", "maker maker1", "maker maker1  compare-at-close fail");
  home.close();
  EXPECT_THAT(check(home), HasSubstr("fail 还没有对账"));
}

TEST(Compare, WhatItNeedsItSays) {
  Home home;
  Business business(home);
  business.subsidy("A", "10.00");
  home.job("exchange pull");
  const auto says = [&](const std::string& job, const std::string& params) -> std::string {
    try {
      return home.job(job, params).text;
    } catch (const Error& e) {
      return e.what();
    }
  };
  EXPECT_THAT(says("exchange compare", "{}"), HasSubstr("[compare.period-missing]"));
  EXPECT_THAT(says("exchange compare", "{\"period\":\"2023-13\"}"), HasSubstr("[compare.period]"));
  EXPECT_THAT(says("exchange compare", "{\"period\":\"2023-06\",\"book\":\"nobody\"}"), HasSubstr("[compare.book-unknown]"));
  const std::string where = "{\"period\":\"2023-06\",\"book\":\"990000-310\",\"type\":\"subsidy\"";
  EXPECT_THAT(says("exchange explain", where + ",\"reason\":\"x\"}"), HasSubstr("[compare.explain-needs]"));
  EXPECT_THAT(says("exchange explain", where + ",\"key\":\"A\"}"), HasSubstr("[compare.reason]"));
  EXPECT_THAT(says("exchange explain", where + ",\"key\":\"Z\",\"reason\":\"x\"}"), HasSubstr("[compare.no-difference]"));
  home.sql("alter table ex_document rename column amount_fen to fen");
  EXPECT_THAT(says("exchange compare", "{\"period\":\"2023-06\"}"), HasSubstr("amount_fen"));
}

TEST(Compare, OverTheWebEachSeesItsOwnBooks) {
  Home home;
  Business business(home);
  business.subsidy("A", "10.00");
  business.subsidy("Z", "10.00", 1, "20230612", "1", "nobook");
  home.job("exchange pull");
  EXPECT_THAT(home.get("/compare", "period=2023-06"), AllOf(HasSubstr("\"book\":\"990000-310\""), HasSubstr("\"book\":\"nobook\"")));
  EXPECT_THAT(home.get("/compare/differences", "period=2023-06&book=990000-310"), AllOf(HasSubstr("\"key\":\"A\""), HasSubstr("\"kind\":\"unposted\"")));
  EXPECT_THAT(home.get("/compare", "period=2023-06", "county1"), HasSubstr("\"items\":[]"));
  EXPECT_THAT(home.get("/compare/differences", "period=2023-06", "county1"), HasSubstr("\"items\":[]"));
  EXPECT_THAT(home.get("/compare"), HasSubstr("compare.period-missing"));
  EXPECT_THAT(home.get("/quality"), HasSubstr("\"documents\":0"));
}

}  // namespace
}  // namespace mif::exchange
