// SPDX-License-Identifier: Apache-2.0
// Interest against a table worked out by hand; each row says its sum.
#include <gtest/gtest.h>

#include "rates.h"

namespace mif::funds {
namespace {

Day day(const char* text) { return Day::parse(text); }
Fen yuan(const char* text) { return Fen::parse(text); }

struct WholeTerm {
  const char *principal, *rate;
  int months;
  const char* interest;
};
TEST(FundsInterest, whole_terms_by_30_360) {
  const WholeTerm table[] = {
      {"10000000.00", "1.25%", 3, "31250.00"},     // 10,000,000 x 0.0125 x 90/360
      {"10000000.00", "1.45%", 6, "72500.00"},     // x 0.0145 x 180/360
      {"1234567.89", "1.65%", 12, "20370.37"},     // 20,370.370185
      {"1234567.89", "2.60%", 36, "96296.30"},     // 96,296.29542: up
      {"100.00", "2.65%", 60, "13.25"},            // 100 x 0.0265 x 5
      {"333.33", "1.15%", 3, "0.96"},              // 0.95832375
      {"50000.00", "2.1234%", 24, "2123.40"},      // four decimals of a rate
      {"2.00", "1.00%", 3, "0.01"},                // 0.5 fen exactly: up
      {"1.99", "1.00%", 3, "0.00"},                // 0.4975 fen: down
      {"10000.00", "0.00%", 12, "0.00"},
      {"92233720368547758.07", "2.65%", 60, "12220967948832577.94"},  // the largest amount there is: 1,222,096,794,883,257,794.43 fen
  };
  for (const auto& row : table) EXPECT_EQ(whole_term(yuan(row.principal), parse_rate(row.rate), row.months).plain(), row.interest) << row.principal << " " << row.rate << " " << row.months;
  EXPECT_THROW(whole_term(yuan("92233720368547758.07"), parse_rate("100%"), 60), Error) << "more than an amount can be";
}

TEST(FundsInterest, real_days_at_the_demand_rate) {
  EXPECT_EQ(interest(yuan("1000000.00"), {{parse_rate("0.25%"), 100}}).plain(), "694.44");  // 1,000,000 x 0.0025 x 100/360
  EXPECT_EQ(interest(yuan("1000000.00"), {{parse_rate("0.20%"), 365}}).plain(), "2027.78");
  EXPECT_EQ(interest(yuan("100.00"), {{parse_rate("0.25%"), 10}, {parse_rate("0.20%"), 10}}).plain(), "0.01") << "1.25 fen, rounded once: not 0.69 and 0.56 each";
  EXPECT_EQ(interest(yuan("100.00"), {}).plain(), "0.00");
}

TEST(FundsInterest, days_and_maturities) {
  EXPECT_EQ(add_months(day("2023-08-31"), 6).iso(), "2024-02-29");
  EXPECT_EQ(add_months(day("2022-11-30"), 3).iso(), "2023-02-28");
  EXPECT_EQ(add_months(day("2023-06-20"), 60).iso(), "2028-06-20");
  EXPECT_EQ(add_months(day("2023-10-15"), 3).iso(), "2024-01-15");
  EXPECT_EQ(days_between(day("2024-02-28"), day("2024-03-01")), 2);
  EXPECT_EQ(days_between(day("2023-02-28"), day("2023-03-01")), 1);
  EXPECT_EQ(days_between(day("2023-01-01"), day("2024-01-01")), 365);
  EXPECT_EQ(days_between(day("2023-06-20"), day("2023-06-20")), 0);
  EXPECT_EQ(days_between_30_360(day("2024-02-28"), day("2024-03-01")), 3);
  EXPECT_EQ(days_between_30_360(day("2023-10-31"), day("2023-11-30")), 30);
  EXPECT_EQ(add_days(day("2023-12-31"), 1).iso(), "2024-01-01");
  for (const char* d : {"2000-02-29", "1999-12-31", "2024-03-01", "2100-02-28"}) EXPECT_EQ(add_days(add_days(day(d), 400), -400), day(d));
}

TEST(FundsInterest, rates_and_terms_are_read_exactly) {
  EXPECT_EQ(parse_rate("2.35%").micro, 23500);
  EXPECT_EQ(parse_rate("0.0001%").micro, 1);
  EXPECT_EQ(parse_rate("100%").micro, 1'000'000);
  EXPECT_EQ(parse_rate("2.35%").text(), "2.35%");
  EXPECT_EQ(parse_rate("0.0001%").text(), "0.0001%");
  EXPECT_EQ(parse_rate("3%").text(), "3.00%");
  for (const char* bad : {"2.35", "%", ".5%", "2.%", "2.35555%", "100.0001%", "-1%", "2,35%", "2.3.5%", ""}) EXPECT_THROW(parse_rate(bad), Error) << bad;
  for (const char* term : {"demand", "3m", "6m", "1y", "2y", "3y", "5y"}) EXPECT_EQ(term_text(parse_term(term)), term);
  for (const char* bad : {"", "4m", "12m", "1Y", "10y"}) EXPECT_THROW(parse_term(bad), Error) << bad;
}

RateTable table() {
  Node file;
  const auto dated = [&](const char* from, const char* demand, const char* year) { file.children.push_back({"rates", "", 1, {{"from", from, 1, {}}, {"demand", demand, 1, {}}, {"1y", year, 1, {}}}}); };
  dated("2023-09-01", "0.20%", "1.45%");
  dated("2022-09-15", "0.25%", "1.65%");
  return RateTable::read(file, "rates.info");
}
Terms year_of(const char* open) { return {yuan("1000000.00"), parse_rate("1.65%"), 12, day(open), add_months(day(open), 12)}; }

TEST(FundsInterest, taken_out_before_at_and_after_maturity) {
  const RateTable rates = table();
  EXPECT_EQ(interest_when_taken(year_of("2023-03-10"), day("2023-12-10"), rates).plain(), "1527.78") << "275 days at the demand rate of that day, 0.20%";
  EXPECT_EQ(interest_when_taken(year_of("2023-03-10"), day("2023-08-10"), rates).plain(), "1062.50") << "153 days at 0.25%";
  EXPECT_EQ(interest_when_taken(year_of("2022-09-20"), day("2023-09-20"), rates).plain(), "16500.00");
  EXPECT_EQ(interest_when_taken(year_of("2022-09-20"), day("2023-10-20"), rates).plain(), "16666.67") << "and 30 days at 0.20%";
  EXPECT_EQ(interest_when_taken(year_of("2023-03-10"), day("2023-03-10"), rates).plain(), "0.00");
  const Terms demand{yuan("1000000.00"), {}, 0, day("2023-08-22"), day("2023-08-22")};
  EXPECT_EQ(interest_when_taken(demand, day("2023-09-11"), rates).plain(), "125.00") << "10 days at 0.25% and 10 at 0.20%";
}

TEST(FundsInterest, what_has_grown_so_far) {
  const RateTable rates = table();
  const Terms t{yuan("1000000.00"), parse_rate("1.15%"), 3, day("2023-10-31"), day("2024-01-31")};
  EXPECT_EQ(accrued(t, day("2023-11-30"), rates).plain(), "958.33") << "30 of 90 days";
  EXPECT_EQ(accrued(t, day("2024-01-31"), rates).plain(), "2875.00") << "the whole term at maturity";
  EXPECT_EQ(accrued(t, day("2023-10-31"), rates).plain(), "0.00");
  Fen before(-1);
  for (int i = 0; i <= 120; ++i) {
    const Fen now = accrued(t, add_days(t.open, i), rates);
    EXPECT_LE(before, now) << i << " days: it never shrinks";
    before = now;
  }
}

TEST(FundsInterest, a_rate_that_is_not_in_the_table_is_said) {
  const RateTable rates = table();
  EXPECT_EQ(rates.on(day("2023-08-31"), 12).text(), "1.65%");
  EXPECT_EQ(rates.on(day("2023-09-01"), 12).text(), "1.45%");
  EXPECT_THROW(rates.on(day("2022-09-14"), 12), Error);
  EXPECT_THROW(rates.on(day("2023-09-01"), 3), Error);
  EXPECT_THROW(RateTable().on(day("2023-09-01"), 3), Error);
  const auto read = [](const Node& rate) { return RateTable::read({"", "", 0, {rate}}, "r.info"); };
  EXPECT_THROW(read({"rates", "", 3, {{"from", "2023-01-01", 3, {}}}}), Error) << "no demand rate";
  EXPECT_THROW(read({"rates", "", 3, {{"demand", "0.2%", 3, {}}}}), Error) << "no day";
  EXPECT_THROW(read({"other", "", 3, {}}), Error);
  EXPECT_THROW(read({"rates", "", 3, {{"from", "2023-01-01", 3, {}}, {"demand", "0.2%", 3, {}}, {"4m", "1%", 3, {}}}}), Error);
}

}  // namespace
}  // namespace mif::funds
