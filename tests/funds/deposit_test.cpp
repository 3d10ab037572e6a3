// SPDX-License-Identifier: Apache-2.0
// The register of deposits: opened, borne interest, taken out or rolled over, each with the voucher a reviewer decides on.
#include <gtest/gtest.h>

#include "tests/funds/home.h"

namespace mif::test {
namespace {

Params opening(Params more = {}) {
  Params params = {{"account", kFiscal}, {"certificate", "DQ001"}, {"amount", "1000000.00"}, {"term", "3m"}, {"day", "2023-06-10"}};
  for (const auto& [name, value] : more) {
    bool known = false;
    for (auto& p : params)
      if (p.first == name) p.second = value, known = true;
    if (!known) params.push_back({name, value});
  }
  return params;
}
std::int64_t number(const Object& o, const char* name) { return o->getValue<Poco::Int64>(name); }
// Opened and posted.
std::int64_t put_away(FundsHome& h, Params more = {}) {
  const auto d = h.first("deposit open", opening(std::move(more)));
  h.decide(number(d, "open_voucher"));
  return number(d, "id");
}
Params of(std::int64_t id, Params more = {}) {
  more.push_back({"id", std::to_string(id)});
  return more;
}

TEST(Deposit, opened_at_the_posted_rate_and_taken_out_at_maturity) {
  FundsHome h;
  const auto d = h.first("deposit open", opening());
  EXPECT_EQ(text_of(d, "rate"), "1.25%");
  EXPECT_EQ(text_of(d, "maturity"), "2023-09-10");
  EXPECT_EQ(h.lines(number(d, "open_voucher")), "D 1003 bank_account=DQ001;deposit_kind=2 1000000.00 / C 1003 bank_account=9900001003001 1000000.00");
  EXPECT_EQ(h.refusal("deposit close", of(number(d, "id"), {{"day", "2023-09-10"}})), "deposit.opening-waits");
  h.decide(number(d, "open_voucher"));
  const auto closed = h.first("deposit close", of(number(d, "id"), {{"day", "2023-09-10"}}));
  EXPECT_EQ(text_of(closed, "interest"), "3125.00");
  EXPECT_EQ(text_of(closed, "closing"), "mature");
  EXPECT_EQ(h.lines(number(closed, "close_voucher")), "D 1003 bank_account=9900001003001 1003125.00 / C 1003 bank_account=DQ001;deposit_kind=2 1000000.00 / C 42010101 3125.00");
  h.decide(number(closed, "close_voucher"));
  EXPECT_EQ(h.refusal("deposit close", of(number(d, "id"))), "deposit.closed-already");
  EXPECT_EQ(h.count("select count(*) from audit_entry where action = 'funds.deposit-open' or action = 'funds.deposit-close'"), 2);
  EXPECT_TRUE(h.verified());
}

TEST(Deposit, an_early_withdrawal_is_said_and_bears_the_demand_rate) {
  FundsHome h;
  const auto id = put_away(h, {{"rate", "2.35%"}, {"term", "1y"}});
  EXPECT_EQ(h.refusal("deposit close", of(id, {{"day", "2023-09-10"}})), "deposit.not-mature");
  EXPECT_EQ(h.refusal("deposit close", of(id, {{"day", "2023-06-09"}, {"early", "yes"}})), "deposit.day-before");
  const auto closed = h.first("deposit close", of(id, {{"day", "2023-09-10"}, {"early", "yes"}}));
  EXPECT_EQ(text_of(closed, "interest"), "511.11") << "92 days at 0.20%";
  EXPECT_EQ(text_of(closed, "closing"), "early");
}

TEST(Deposit, the_bank_figure_is_booked_when_it_is_near) {
  FundsHome h;
  const auto id = put_away(h);
  EXPECT_EQ(h.refusal("deposit close", of(id, {{"day", "2023-09-10"}, {"interest", "3126.01"}})), "deposit.interest-differs");
  EXPECT_EQ(text_of(h.first("deposit close", of(id, {{"day", "2023-09-10"}, {"interest", "3124.99"}})), "interest"), "3124.99");
}

TEST(Deposit, rolled_over_with_its_interest_or_without) {
  FundsHome h;
  const auto id = put_away(h);
  EXPECT_EQ(h.refusal("deposit roll", of(id, {{"day", "2023-09-09"}})), "deposit.roll-early");
  const auto next = h.first("deposit roll", of(id, {{"day", "2023-09-10"}, {"term", "6m"}, {"interest-to", "deposit"}}));
  EXPECT_EQ(text_of(next, "principal"), "1003125.00");
  EXPECT_EQ(text_of(next, "rate"), "1.35%");
  EXPECT_EQ(text_of(next, "maturity"), "2024-03-10");
  EXPECT_EQ(number(next, "rolled_from"), id);
  EXPECT_EQ(h.lines(number(next, "open_voucher")), "D 1003 bank_account=DQ001;deposit_kind=2 3125.00 / C 42010101 3125.00");
  EXPECT_EQ(h.refusal("deposit roll", of(id, {{"day", "2023-09-10"}})), "deposit.closed-already");
  EXPECT_EQ(h.run("deposit list", {{"as-of", "2023-12-31"}})->getArray("items")->size(), 1u);
  const auto other = put_away(h, {{"certificate", "DQ002"}});
  const auto rolled = h.first("deposit roll", of(other, {{"day", "2023-09-10"}}));
  EXPECT_EQ(text_of(rolled, "principal"), "1000000.00");
  EXPECT_EQ(h.lines(number(rolled, "open_voucher")), "D 1003 bank_account=9900001003001 3125.00 / C 42010101 3125.00");
}

TEST(Deposit, what_was_voided_did_not_happen) {
  FundsHome h;
  const auto d = h.first("deposit open", opening());
  EXPECT_EQ(h.refusal("deposit open", opening()), "deposit.certificate-used");
  h.void_voucher(number(d, "open_voucher"));
  EXPECT_EQ(h.run("deposit list", {{"as-of", "2023-07-01"}})->getArray("items")->size(), 0u);
  EXPECT_EQ(h.refusal("deposit close", of(number(d, "id"))), "deposit.never-opened");
  const auto id = put_away(h);
  const auto closed = h.first("deposit close", of(id, {{"day", "2023-09-10"}}));
  EXPECT_EQ(h.run("deposit list", {{"as-of", "2023-09-10"}})->getArray("items")->size(), 0u);
  h.void_voucher(number(closed, "close_voucher"));
  EXPECT_EQ(h.run("deposit list", {{"as-of", "2023-09-10"}})->getArray("items")->size(), 1u);
  const auto rolled = h.first("deposit roll", of(id, {{"day", "2023-09-10"}}));
  h.void_voucher(number(rolled, "open_voucher"));
  EXPECT_EQ(h.run("deposit list", {{"as-of", "2023-09-11"}})->getArray("items")->size(), 1u) << "the first again, the second never was";
  EXPECT_EQ(text_of(h.first("deposit close", of(id, {{"day", "2023-09-11"}})), "interest"), "3130.56") << "and one day at 0.20%";
}

TEST(Deposit, what_is_not_reviewed_is_taken_back_by_its_maker) {
  FundsHome h;
  const auto d = h.first("deposit open", opening());
  EXPECT_EQ(h.refusal("deposit cancel", of(number(d, "id"), {{"reason", "x"}}), "chief3"), "deposit.not-maker");
  h.decide(number(d, "open_voucher"), false);
  EXPECT_EQ(h.refusal("deposit open", opening()), "deposit.certificate-used") << "sent back, it may come again";
  h.run("deposit cancel", of(number(d, "id"), {{"reason", "金额有误"}}));
  EXPECT_EQ(static_cast<int>(h.voucher(number(d, "open_voucher")).state), MIF_VOUCHER_VOID);
  const auto id = put_away(h);
  EXPECT_EQ(h.refusal("deposit cancel", of(id, {{"reason", "x"}})), "voucher.approved");
  h.run("deposit close", of(id, {{"day", "2023-09-10"}}));
  h.run("deposit cancel", of(id, {{"reason", "日期有误"}}));
  const auto rolled = h.first("deposit roll", of(id, {{"day", "2023-09-11"}}));
  EXPECT_EQ(h.refusal("deposit cancel", of(number(rolled, "id"), {{"reason", "x"}})), "deposit.nothing-to-cancel");
  h.run("deposit cancel", of(id, {{"reason", "改为支取"}}));
  EXPECT_EQ(text_of(h.first("deposit close", of(id, {{"day", "2023-09-10"}})), "interest"), "3125.00");
  EXPECT_TRUE(h.verified());
}

TEST(Deposit, listed_with_days_to_go_and_what_has_grown) {
  FundsHome h;
  put_away(h);
  put_away(h, {{"certificate", "HQ001"}, {"term", "demand"}, {"amount", "720000.00"}});
  auto list = h.run("deposit list", {{"as-of", "2023-07-10"}});
  ASSERT_EQ(list->getArray("items")->size(), 2u);
  const auto demand = list->getArray("items")->getObject(0), fixed = list->getArray("items")->getObject(1);
  EXPECT_EQ(text_of(demand, "accrued"), "150.00") << "30 days at 0.25%";
  EXPECT_EQ(text_of(fixed, "accrued"), "1041.67") << "30 of 90 days";
  EXPECT_EQ(number(fixed, "days_to_go"), 62);
  EXPECT_EQ(list->getObject("totals")->getValue<std::string>("principal"), "1720000.00");
  EXPECT_EQ(list->getValue<int>("exit"), 0);
  list = h.run("deposit list", {{"as-of", "2023-09-20"}});
  EXPECT_EQ(list->getValue<int>("exit"), 3) << "mature and not taken out";
  EXPECT_EQ(text_of(list->getArray("items")->getObject(1), "accrued"), "3180.56") << "and 10 days at 0.20%";
  EXPECT_EQ(h.run("deposit list", {{"as-of", "2023-06-09"}})->getArray("items")->size(), 0u);
}

TEST(Deposit, forecast_by_month) {
  FundsHome h;
  put_away(h);
  put_away(h, {{"certificate", "DQ002"}, {"day", "2023-06-20"}, {"amount", "2000000.00"}});
  put_away(h, {{"certificate", "DQ003"}, {"term", "1y"}});
  const auto f = h.run("deposit forecast", {{"from", "2023-07-01"}, {"to", "2023-12-31"}});
  const auto items = f->getArray("items");
  ASSERT_EQ(items->size(), 3u) << "two deposits and one month";
  EXPECT_EQ(text_of(items->getObject(2), "month") + " " + text_of(items->getObject(2), "sum"), "2023-09 3009375.00");
  EXPECT_EQ(f->getObject("totals")->getValue<std::string>("interest"), "9375.00");
  EXPECT_EQ(h.refusal("deposit forecast", {{"from", "2023-07-01"}, {"to", "2023-06-30"}}), "deposit.forecast-days");
}

TEST(Deposit, a_key_makes_one_deposit_and_a_district_has_only_its_own) {
  FundsHome h;
  const auto first = h.first("deposit open", opening({{"key", "K1"}}));
  EXPECT_EQ(number(h.first("deposit open", opening({{"key", "K1"}})), "id"), number(first, "id"));
  EXPECT_EQ(h.refusal("deposit open", opening({{"key", "K1"}, {"amount", "1.00"}, {"certificate", "DQ009"}})), "deposit.key-reused");
  EXPECT_EQ(h.refusal("deposit open", opening(), "county1"), "fund.book-unknown");
  EXPECT_EQ(h.refusal("deposit close", of(number(first, "id")), "county1"), "deposit.not-found");
  EXPECT_EQ(h.run("deposit list", {{"as-of", "2023-07-01"}}, "county1")->getArray("items")->size(), 0u);
  EXPECT_EQ(h.refusal("deposit open", opening({{"certificate", "DQ010"}}), "viewer1"), "identity.no-permission");
  EXPECT_NE(h.web("GET", "/deposits", "as-of=2023-07-01", {}, "viewer1").find("DQ001"), std::string::npos);
  EXPECT_EQ(h.web("GET", "/deposits", "as-of=2023-07-01", {}, "county1").find("DQ001"), std::string::npos);
}

TEST(Deposit, odd_input_is_refused) {
  FundsHome h;
  for (const auto& [name, value, rule] : std::vector<std::tuple<std::string, std::string, std::string>>{{"account", "77", "deposit.account-unknown"}, {"certificate", kFiscal, "deposit.certificate"}, {"term", "4m", "deposit.term"},
                                                                                                       {"rate", "2,35%", "deposit.rate-format"}, {"amount", "-1.00", "fund.amount"}, {"term", "2y", "deposit.no-rate"},
                                                                                                       {"day", "2022-01-01", "deposit.no-rate"}})
    EXPECT_EQ(h.refusal("deposit open", opening({{name, value}})), rule) << name << " " << value;
  EXPECT_EQ(h.refusal("deposit close", {{"id", "99"}}), "deposit.not-found");
  EXPECT_EQ(h.refusal("deposit roll", {{"id", "99"}, {"interest-to", "me"}}), "deposit.interest-to");
}

}  // namespace
}  // namespace mif::test
