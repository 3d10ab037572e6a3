// SPDX-License-Identifier: Apache-2.0
// Electronic receipts from the real simulator: stored once, linked where it is sure, open and listed where it is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>

#include "mif/error.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* kJune = R"({"from":"2023-06-01","to":"2023-06-30"})";

class Receipts : public ::testing::Test {
 protected:
  static void pay(Province& p, int n = 3) {
    p.review(p.owe(n));
    for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
    p.run("statement import", kJune);
    p.run("statement match");
  }
  static std::vector<std::string> reasons(const Poco::JSON::Object::Ptr& result) {
    std::vector<std::string> all;
    const auto items = result->getArray("items");
    for (unsigned i = 0; i < items->size(); ++i) all.push_back(items->getObject(i)->getValue<std::string>("state") + ": " + items->getObject(i)->getValue<std::string>("reason"));
    return all;
  }
  static std::string number(Province& p) { return p.text("select min(number) from x_treasury_receipt"); }
};

TEST_F(Receipts, each_is_stored_once_and_belongs_to_one_line_and_one_voucher) {
  Province p;
  pay(p);
  const auto fetched = p.run("receipt fetch", kJune);
  EXPECT_EQ(fetched->getValue<int>("exit"), 0);
  EXPECT_EQ(p.total(fetched, "new"), 3);
  EXPECT_EQ(p.total(fetched, "linked"), 3);
  EXPECT_EQ(p.count("select count(distinct line_id) from x_treasury_receipt"), 3);
  EXPECT_EQ(p.count("select count(distinct voucher_id) from x_treasury_receipt where voucher_id <> 0"), 3);
  EXPECT_EQ(p.count("select count(*) from x_treasury_receipt r join x_treasury_line l on l.id = r.line_id where l.fen = r.fen and r.rule = 'code'"), 3);
  const auto again = p.run("receipt fetch", kJune);
  EXPECT_EQ(p.total(again, "new"), 0);
  EXPECT_EQ(again->getValue<int>("exit"), 0);
  EXPECT_EQ(p.count("select count(*) from x_treasury_receipt"), 3);
  EXPECT_EQ(p.exit_of("receipt missing", kJune), 0);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
  EXPECT_THROW(p.write_sql("update x_treasury_receipt set line_id = (select min(line_id) from x_treasury_receipt)"), std::exception) << "one receipt per line, in the database";
}

TEST_F(Receipts, its_file_is_a_pdf_and_comes_back_by_command_and_page) {
  Province p;
  pay(p, 1);
  p.run("receipt fetch", kJune);
  const std::string out = p.home() + "/receipt.pdf";
  const auto shown = p.run("receipt show", R"({"number":")" + number(p) + R"(","out":")" + out + R"("})");
  EXPECT_EQ(shown->getArray("items")->getObject(0)->getValue<std::string>("media_type"), "application/pdf");
  const std::string page = p.web("/receipts/" + std::string(kAccount) + "/" + number(p), "", "payer1", false);
  EXPECT_EQ(page.rfind("%PDF-1.4", 0), 0u);
  EXPECT_THAT(page, HasSubstr("amount -100.01 CNY"));
  EXPECT_EQ(static_cast<std::int64_t>(page.size()), p.count("select bytes from x_treasury_receipt"));
  EXPECT_THROW(p.web("/receipts/" + std::string(kAccount) + "/" + number(p), "", "county1", false), Error);
  EXPECT_THROW(p.run("receipt show", R"({"number":"none"})"), Error);
  const std::string code = p.text("select code from x_treasury_payment");
  EXPECT_THAT(p.web("/payments/" + code, "", "payer1", false), HasSubstr("/x/treasury/receipts/"));
}

TEST_F(Receipts, a_line_without_one_is_named) {
  Province p("receipt-missing:1");
  pay(p);
  EXPECT_EQ(p.total(p.run("receipt fetch", kJune), "new"), 2);
  const auto missing = p.run("receipt missing", kJune);
  EXPECT_EQ(missing->getValue<int>("exit"), 3);
  EXPECT_EQ(p.total(missing, "lines"), 1);
  EXPECT_EQ(p.total(p.run("receipt fetch", kJune), "new"), 1) << "the bank gives it later";
  EXPECT_EQ(p.exit_of("receipt missing", kJune), 0);
}

TEST_F(Receipts, the_wrong_amount_is_a_finding_and_links_to_nothing) {
  Province p("receipt-wrong-amount:1");
  pay(p);
  const auto fetched = p.run("receipt fetch", kJune);
  EXPECT_EQ(fetched->getValue<int>("exit"), 3);
  EXPECT_THAT(reasons(fetched), ::testing::ElementsAre(HasSubstr("金额不符")));
  EXPECT_EQ(p.total(p.run("receipt missing", kJune), "lines"), 1);
  EXPECT_THAT(reasons(p.run("receipt fetch", kJune)), ::testing::Contains(HasSubstr("changed"))) << "now the bank says the right amount under the same number";
  EXPECT_EQ(p.count("select count(*) from x_treasury_receipt"), 3);
}

TEST_F(Receipts, two_for_one_line_are_both_left_open) {
  Province p("receipt-twice:1");
  pay(p, 2);
  const auto fetched = p.run("receipt fetch", kJune);
  EXPECT_EQ(p.total(fetched, "new"), 3);
  EXPECT_EQ(p.total(fetched, "linked"), 1);
  EXPECT_EQ(p.total(fetched, "open"), 2);
  EXPECT_THAT(reasons(fetched), ::testing::Each(HasSubstr("同一行流水")));
  EXPECT_EQ(p.total(p.run("receipt list", R"({"from":"2023-06-01","to":"2023-06-30","state":"open"})"), "open"), 2);
}

TEST_F(Receipts, a_voucher_paid_in_parts_has_one_for_each_part_over_several_pages) {
  Province p;
  p.review({p.owe_in_parts({Fen(100), Fen(200), Fen(300), Fen(400), Fen(500), Fen(600), Fen(700), Fen(800), Fen(900)})});
  for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  p.run("statement import", kJune);
  p.run("statement match");
  const auto fetched = p.run("receipt fetch", kJune);
  EXPECT_EQ(fetched->getValue<int>("exit"), 0);
  EXPECT_EQ(p.total(fetched, "linked"), 9);
  EXPECT_EQ(p.count("select count(distinct voucher_id) from x_treasury_receipt where voucher_id <> 0"), 1);
  EXPECT_EQ(p.count("select count(distinct line_id) from x_treasury_receipt where voucher_id <> 0"), 9);
  EXPECT_EQ(p.exit_of("receipt missing", kJune), 0);
  EXPECT_EQ(p.total(p.run("receipt fetch", kJune), "new"), 0);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}

TEST_F(Receipts, without_references_amount_and_day_decide_only_when_there_is_no_choice) {
  Province p("receipt-bare:4");
  p.review(p.owe(1));
  p.review({p.owe_in_parts({Fen(777700), Fen(888800), Fen(888800)})});
  for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  p.run("statement import", kJune);
  const auto fetched = p.run("receipt fetch", kJune);
  EXPECT_EQ(p.total(fetched, "linked"), 2);
  EXPECT_EQ(p.total(fetched, "open"), 2);
  EXPECT_THAT(reasons(fetched), ::testing::Each(HasSubstr("无法断定")));
  EXPECT_EQ(p.count("select count(*) from x_treasury_receipt where rule = 'amount-day'"), 2);
}

TEST_F(Receipts, what_comes_before_its_statement_is_linked_later) {
  Province p;
  p.review(p.owe(2));
  for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  const auto early = p.run("receipt fetch", kJune);
  EXPECT_EQ(p.total(early, "open"), 2);
  EXPECT_THAT(reasons(early), ::testing::Each(HasSubstr("没有对应的流水")));
  p.run("statement import", kJune);
  p.run("statement match");
  EXPECT_EQ(p.total(p.run("receipt fetch", kJune), "linked"), 2);
}

TEST_F(Receipts, a_bank_that_is_down_is_a_finding_and_a_changed_link_too) {
  Province p;
  pay(p, 1);
  p.run("receipt fetch", kJune);
  p.write_sql("update x_treasury_receipt set fen = fen - 1");
  EXPECT_EQ(p.exit_of("treasury verify"), 3);
  p.write_sql("update x_treasury_receipt set fen = fen + 1");
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
  p.stop_bank();
  EXPECT_THAT(reasons(p.run("receipt fetch", kJune)), ::testing::ElementsAre(HasSubstr("unreachable")));
}

}  // namespace
}  // namespace mif::test
