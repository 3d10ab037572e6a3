// SPDX-License-Identifier: Apache-2.0
// What a control room sees: flow, speed, payments worth a look, how long the money lasts, whether the bank answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>

#include <chrono>

#include "mif/error.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

using ::testing::HasSubstr;

class TreasuryWatch : public ::testing::Test {
 protected:
  // The items of one kind.
  std::vector<Poco::JSON::Object::Ptr> of(const std::string& kind, const std::string& params = R"({"from":"2023-06-01","to":"2023-06-30"})") {
    seen_ = province_.run("treasury watch", params);
    std::vector<Poco::JSON::Object::Ptr> found;
    const auto items = seen_->getArray("items");
    for (unsigned i = 0; i < items->size(); ++i)
      if (items->getObject(i)->getValue<std::string>("kind") == kind) found.push_back(items->getObject(i));
    return found;
  }
  void pay_all() {
    for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) province_.run(job);
  }
  void import() { province_.run("statement import", R"({"from":"2023-06-01","to":"2023-06-30"})"); }
  static std::string text(const Poco::JSON::Object::Ptr& item, const char* name) { return item->getValue<std::string>(name); }

  Province province_;
  Poco::JSON::Object::Ptr seen_;
};

TEST_F(TreasuryWatch, flow_is_what_proved_statements_say_by_day) {
  EXPECT_TRUE(of("flow").empty());
  province_.receive("BF1", Fen(500000000));
  province_.restart_bank();
  province_.restart();
  province_.review(province_.owe(3));
  pay_all();
  EXPECT_TRUE(of("flow").empty()) << "nothing is known before the statement";
  import();
  const auto flow = of("flow");
  ASSERT_EQ(flow.size(), 1u);
  EXPECT_EQ(text(flow[0], "day"), "2023-06-20");
  EXPECT_EQ(text(flow[0], "in"), "5000000.00");
  EXPECT_EQ(text(flow[0], "in_lines"), "1");
  EXPECT_EQ(text(flow[0], "out"), "300.06");
  EXPECT_EQ(text(flow[0], "out_lines"), "3");
  const std::string page = province_.web("/watch", "from=2023-06-01&to=2023-06-30", "payer1", false);
  EXPECT_THAT(page, HasSubstr("<th class=\"money\">支出笔数</th>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"money\">3</td>")) << "counts stand like money, digit below digit";
  EXPECT_TRUE(of("flow", R"({"from":"2023-06-01","to":"2023-06-19"})").empty());
}

TEST_F(TreasuryWatch, large_odd_hour_and_repeated_payments_are_named) {
  province_.review(province_.owe(2));
  province_.review({province_.owe_in_parts({Fen(200000000)})});
  pay_all();
  // all were sent just now
  const std::int64_t first_sent = province_.count("select min(sent_ms) from x_treasury_payment");
  const std::int64_t day_begins = (first_sent + 8 * 3600000) / 86400000 * 86400000 - 8 * 3600000;
  const auto span = [&](const std::string& more) {
    // the machine's own day, which may end between sending and looking
    province_.write_sql("update x_treasury_payment set sent_ms = " + std::to_string(day_begins + 9 * 3600000));
    const std::int64_t days = (day_begins + 8 * 3600000) / 86400000;
    const std::chrono::year_month_day ymd{std::chrono::sys_days(std::chrono::days(days))};
    const std::string iso = Day(int(ymd.year()), static_cast<int>(unsigned(ymd.month())), static_cast<int>(unsigned(ymd.day()))).iso();
    return R"({"from":")" + iso + R"(","to":")" + iso + R"(")" + more + "}";
  };
  auto large = of("large", span(""));
  ASSERT_EQ(large.size(), 1u);
  EXPECT_EQ(text(large[0], "amount"), "2000000.00");
  EXPECT_EQ(text(large[0], "minute"), "540");
  EXPECT_EQ(seen_->getValue<int>("exit"), 3);
  EXPECT_EQ(province_.total(seen_, "large"), 1);
  EXPECT_TRUE(of("large", span(R"(,"large":"2000000.01")")).empty());
  EXPECT_EQ(of("large", span(R"(,"large":"2000000.00")")).size(), 1u);
  EXPECT_EQ(of("odd-hour", span(R"(,"hours":"09:01-18:00")")).size(), 3u);
  EXPECT_EQ(of("odd-hour", span(R"(,"hours":"00:00-09:00")")).size(), 3u);
  const bool weekend = !of("odd-hour", span(R"(,"hours":"00:00-24:00")")).empty();
  EXPECT_EQ(of("odd-hour", span(R"(,"hours":"09:00-09:01")")).size(), weekend ? 3u : 0u);
  const auto hours = of("hour", span(""));
  ASSERT_EQ(hours.size(), 1u);
  EXPECT_EQ(text(hours[0], "hour"), "9");
  EXPECT_EQ(text(hours[0], "payments"), "3");
  EXPECT_EQ(text(of("speed", span(""))[0], "payments"), "3");

  EXPECT_TRUE(of("repeated").empty());
  province_.write_sql("update x_treasury_payment set fen = 777, payee_account = '62'");
  province_.write_sql("update x_treasury_payment set day = 20230601 where id = (select min(id) from x_treasury_payment)");
  EXPECT_EQ(of("repeated").size(), 1u) << "the other two are three weeks later";
  EXPECT_EQ(of("repeated", R"({"from":"2023-06-01","to":"2023-06-30","repeat-days":"19"})").size(), 3u);
  EXPECT_TRUE(of("repeated", R"({"from":"2023-07-01","to":"2023-07-30"})").empty());
}

TEST_F(TreasuryWatch, cover_is_the_days_of_recent_outflow_the_balance_bears) {
  EXPECT_TRUE(of("cover").empty());
  province_.review({province_.owe_in_parts({Fen(3'000'000'000)})});
  pay_all();
  import();
  auto cover = of("cover");
  ASSERT_EQ(cover.size(), 1u);
  EXPECT_EQ(text(cover[0], "balance"), "15000000.00");
  EXPECT_EQ(text(cover[0], "out_30_days"), "30000000.00");
  EXPECT_EQ(text(cover[0], "days"), "15");
  EXPECT_EQ(text(cover[0], "state"), "enough");
  // what is approved is promised already
  province_.review({province_.owe_in_parts({Fen(100)})});
  province_.run("pay prepare");
  EXPECT_EQ(text(of("cover")[0], "state"), "enough") << "prepared is not promised";
  province_.run("pay approve");
  cover = of("cover");
  EXPECT_EQ(text(cover[0], "promised"), "1.00");
  EXPECT_EQ(text(cover[0], "days"), "14");
  EXPECT_EQ(text(cover[0], "state"), "short");
  EXPECT_EQ(seen_->getValue<int>("exit"), 3);
  EXPECT_EQ(text(of("cover", R"({"to":"2023-06-30","cover-days":"14"})")[0], "state"), "enough");
}

TEST_F(TreasuryWatch, a_bank_that_does_not_answer_is_seen) {
  EXPECT_EQ(text(of("link")[0], "state"), "idle");
  province_.review(province_.owe(2));
  province_.run("pay prepare");
  province_.run("pay approve");
  province_.stop_bank();
  province_.run("pay send");
  auto link = of("link");
  EXPECT_EQ(text(link[0], "state"), "silent");
  EXPECT_EQ(text(link[0], "answers_24h"), text(link[0], "without_an_answer_24h"));
  province_.restart_bank();
  province_.restart();
  province_.run("pay send");
  province_.run("pay query");
  EXPECT_EQ(text(of("link")[0], "state"), "healthy");
}

TEST_F(TreasuryWatch, doubts_are_alarms_and_the_rest_only_waits) {
  province_.review(province_.owe(2));
  province_.run("pay prepare");
  auto waiting = of("waiting");
  ASSERT_EQ(waiting.size(), 1u);
  EXPECT_EQ(text(waiting[0], "state"), "prepared");
  EXPECT_EQ(text(waiting[0], "payments"), "2");
  EXPECT_EQ(text(waiting[0], "amount"), "200.03");
  EXPECT_EQ(seen_->getValue<int>("exit"), 0);
  province_.write_sql("update x_treasury_payment set state = 'unknown' where id = (select max(id) from x_treasury_payment)");
  EXPECT_EQ(of("doubt").size(), 1u);
  EXPECT_EQ(seen_->getValue<int>("exit"), 3);
}

TEST_F(TreasuryWatch, wrong_input_is_refused_with_one_sentence_and_the_api_says_the_same) {
  for (const char* bad : {R"({"hours":"8-18"})", R"({"hours":"18:00-08:00"})", R"({"hours":"08:00-18:60"})", R"({"large":"x"})", R"({"from":"2023-07-01","to":"2023-06-01"})", R"({"cover-days":"-1"})"})
    EXPECT_THROW(province_.run("treasury watch", bad), Error) << bad;
  EXPECT_THAT(province_.web("/watch", "from=2023-06-01&to=2023-06-30"), HasSubstr("\"kind\":\"link\""));
}

}  // namespace
}  // namespace mif::test
