// SPDX-License-Identifier: Apache-2.0
// One payment on one page: the whole way with times and people, for command, API and page; nothing of the data is markup.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

#include "mif/error.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kMarkup = "<script>alert(1)</script>\"'&医院";

class PaymentTrail : public ::testing::Test {
 protected:
  static void pay(Province& p) {
    for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  }
  static void statement(Province& p) {
    p.run("statement import", R"({"from":"2023-06-01","to":"2023-06-30"})");
    p.run("statement match");
  }
  static std::string code(Province& p) { return p.text("select min(code) from x_treasury_payment"); }
  static std::vector<std::string> steps(const Poco::JSON::Array::Ptr& items) {
    std::vector<std::string> all;
    for (unsigned i = 0; i < items->size(); ++i) all.push_back(items->getObject(i)->getValue<std::string>("step"));
    return all;
  }
  static std::string page(Province& p, const std::string& path, const std::string& query = {}, const std::string& login = "payer1") { return p.web(path, query, login, false); }
};

TEST_F(PaymentTrail, the_whole_way_is_there_in_order) {
  Province p;
  p.review(p.owe(2));
  pay(p);
  statement(p);
  const auto shown = p.run("pay show", R"({"code":")" + code(p) + R"("})");
  EXPECT_EQ(steps(shown->getArray("items")), (std::vector<std::string>{"document", "voucher", "payable", "batch", "approval", "packet", "packet", "answer", "packet", "packet", "answer", "statement", "posting", "told"}));
  EXPECT_EQ(shown->getValue<int>("exit"), 0);
  const auto items = shown->getArray("items");
  const auto of = [&](unsigned i, const char* name) { return items->getObject(i)->getValue<std::string>(name); };
  EXPECT_EQ(of(1, "who"), "maker1");
  EXPECT_EQ(of(3, "who"), "maker1");
  EXPECT_EQ(of(4, "who"), "payer1");
  EXPECT_THAT(of(4, "time"), ::testing::MatchesRegex("....-..-.. ..:..:.."));
  EXPECT_THAT(of(5, "text"), HasSubstr(code(p)));
  EXPECT_THAT(of(5, "text"), Not(HasSubstr("人民医院")));
  EXPECT_THAT(of(11, "what"), HasSubstr("2023-06-20"));
  EXPECT_THAT(of(12, "title"), HasSubstr("已入账"));
  for (unsigned i = 4; i < 11; ++i) EXPECT_LE(of(i, "time"), of(i + 1 < 11 ? i + 1 : i, "time")) << i;
  const auto api = Poco::JSON::Parser().parse(p.web("/payments/" + code(p))).extract<Poco::JSON::Object::Ptr>();
  EXPECT_EQ(steps(api->getArray("trail")), steps(items));
  EXPECT_EQ(api->getArray("packets")->size(), 4u);
  EXPECT_EQ(api->getArray("answers")->size(), 2u);
}

TEST_F(PaymentTrail, what_came_back_is_on_it) {
  Province p("returning:1", "returns { as red }");
  p.review(p.owe(1));
  pay(p);
  p.run("pay query", R"({"returns":"30"})");
  statement(p);
  const auto all = steps(p.run("pay show", R"({"code":")" + code(p) + R"("})")->getArray("items"));
  EXPECT_EQ(std::count(all.begin(), all.end(), "statement"), 2);
  EXPECT_EQ(std::count(all.begin(), all.end(), "return"), 1);
  EXPECT_THAT(page(p, "/payments/" + code(p)), HasSubstr("退汇的对账单流水"));
  EXPECT_THAT(page(p, "/returns"), HasSubstr(code(p)));
}

TEST_F(PaymentTrail, a_name_that_is_markup_stays_text_on_every_page) {
  Province p("returning:1");
  p.review(p.owe(1, kMarkup));
  pay(p);
  p.run("pay query", R"({"returns":"30"})");
  for (const std::string& shown : {page(p, "/payments"), page(p, "/payments/" + code(p)), page(p, "/returns"), page(p, "/watch", "large=0.01"), page(p, "/payments", "payee=%3Cscript%3Ex%22"),
                                   page(p, "/payments", "code=%22%3E%3Cscript%3E")}) {
    EXPECT_THAT(shown, Not(HasSubstr("<script")));
    EXPECT_THAT(shown, HasSubstr("<!doctype html>"));
    EXPECT_THAT(shown, Not(HasSubstr("style=")));
  }
  EXPECT_THAT(page(p, "/payments/" + code(p)), HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;医院"));
}

TEST_F(PaymentTrail, a_search_finds_what_was_asked_and_nothing_else) {
  Province p;
  p.review(p.owe(2));
  p.review(p.owe(1, "另一家医院"));
  pay(p);
  const auto found = [&](const std::string& query) {
    const std::string shown = page(p, "/payments", query), api = p.web("/payments", query);
    int n = 0;
    for (std::size_t at = shown.find("class=\"mono\""); at != std::string::npos; at = shown.find("class=\"mono\"", at + 1)) ++n;
    EXPECT_EQ(Poco::JSON::Parser().parse(api).extract<Poco::JSON::Object::Ptr>()->getArray("items")->size(), static_cast<std::size_t>(n)) << query;
    return n;
  };
  EXPECT_EQ(found(""), 3);
  EXPECT_EQ(found("payee=%E5%8F%A6%E4%B8%80"), 1);
  EXPECT_EQ(found("payee=6225881001"), 1);
  EXPECT_EQ(found("amount=100.02"), 1);
  EXPECT_EQ(found("amount=100.09"), 0);
  EXPECT_EQ(found("from=2023-06-20&to=2023-06-20"), 3);
  EXPECT_EQ(found("from=2023-06-21"), 0);
  EXPECT_EQ(found("state=done"), 3);
  EXPECT_EQ(found("state=failed"), 0);
  EXPECT_EQ(found("code=" + code(p)), 1);
  EXPECT_EQ(found("code=" + code(p).substr(0, 4)), 3);
  EXPECT_EQ(found("code=%25"), 0) << "no wildcard";
}

TEST_F(PaymentTrail, who_does_not_see_the_book_sees_no_payment) {
  Province p;
  p.review(p.owe(1));
  pay(p);
  try {
    page(p, "/payments/" + code(p), "", "county1");
    ADD_FAILURE();
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("没有这笔付款")) << "not even that it exists";
  }
  EXPECT_THAT(page(p, "/payments", "", "county1"), Not(HasSubstr(code(p))));
  EXPECT_THROW(p.run("pay show", R"({"code":")" + code(p) + R"("})", "county1"), Error);
  EXPECT_THROW(page(p, "/payments/YB999"), Error);
}

// Money without an instruction and payments off the statement come first.
TEST_F(PaymentTrail, the_watch_page_shows_every_alarm_the_job_has) {
  Province p;
  p.review(p.owe(1));
  for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  p.write_sql("update x_treasury_payment set sent_ms = 0");
  p.write_file("6.csv", "日期,金额,余额,流水号,凭据号,对方账号,对方户名,摘要\n2023-06-20,-1.50,44999998.50,R1,,,,网银手续费\n");
  p.run("statement import-file", R"({"account":"9900001004001","map":"statement-signed","from":"2023-06-01","to":"2023-06-30","file":")" + p.home() + "/6.csv\"}", "maker1");
  const std::string shown = page(p, "/watch", "from=2023-06-01&to=2023-06-30");
  EXPECT_THAT(shown, HasSubstr("没有付款指令的支出"));
  EXPECT_THAT(shown, HasSubstr("网银手续费"));
  EXPECT_THAT(shown, HasSubstr("付成而不在对账单上"));
  EXPECT_THAT(shown, HasSubstr(code(p)));
  EXPECT_THAT(shown, ::testing::Not(HasSubstr("其他"))) << "every kind has its name";
}

}  // namespace
}  // namespace mif::test
