// SPDX-License-Identifier: Apache-2.0
// Bank accounts and what is known of their money: kinds and days, calendars, balances asked of a real bank in its own process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>

#include "kernel/base/text.h"
#include "mif/error.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Item = Poco::JSON::Object::Ptr;

std::vector<Item> items(const Item& result, const std::string& kind = {}) {
  std::vector<Item> all;
  const auto list = result->getArray("items");
  for (unsigned i = 0; i < list->size(); ++i)
    if (const auto item = list->getObject(i); kind.empty() || item->optValue<std::string>("kind", "") == kind) all.push_back(item);
  return all;
}
std::string text(const Item& item, const char* name) { return item->getValue<std::string>(name); }

std::string refused(const std::function<void()>& what) {
  try {
    what();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "accepted";
}

constexpr const char* kFiscal = "9900001003001";
constexpr const char* kJune = R"({"from":"2023-06-01","to":"2023-06-30"})";

class BankAccounts : public ::testing::Test {
 protected:
  Item account(const std::string& number = kAccount, const std::string& params = "{}") {
    seen_ = p.run("treasury accounts", params);
    for (const auto& i : items(seen_, "account"))
      if (text(i, "account") == number) return i;
    return nullptr;
  }
  Province p;
  Item seen_;
};

TEST_F(BankAccounts, of_every_kind_are_listed_with_what_is_configured) {
  p.configure(std::string("account ") + kFiscal + " { book " + kBook + " ledger-account 1003 name 省级专户 bank 示例银行 opened 2020-01-02 }\n" +
                  "account 9900001005001 { book " + kBook + " ledger-account 1005 }\naccount 9900001004009 { book " + kBook + " kind paying-agent bank 合作银行 }\n" + "account 9900001002001 { book " + kBook +
                  " ledger-account 1002 closed 2024-06-01 }",
              R"(limits { from 2023-01-01 single "1000.00" day "5000.00" hours "09:00-16:00" } limits { from 2024-01-01 single "9.00" } calendar { from 2023-01-01 weekend closed hours "08:30-17:00" })");
  const std::vector<std::array<const char*, 3>> wanted = {{kAccount, "expenditure", "支出户"}, {kFiscal, "fiscal", "财政专户"}, {"9900001005001", "treasury", "国库"}, {"9900001004009", "paying-agent", "代理支付"}, {"9900001002001", "income", "收入户"}};
  for (const auto& [number, kind, title] : wanted) {
    const auto a = account(number);
    ASSERT_TRUE(a) << number;
    EXPECT_EQ(text(a, "account_kind"), kind);
    EXPECT_EQ(text(a, "title"), title);
    EXPECT_EQ(text(a, "book"), kBook);
    EXPECT_EQ(text(a, "unit"), "990000");
    EXPECT_EQ(text(a, "unit_name"), "示例省");
  }
  EXPECT_EQ(items(seen_, "account").size(), wanted.size());
  auto a = account(kFiscal);
  EXPECT_EQ(text(a, "name"), "省级专户");
  EXPECT_EQ(text(a, "bank"), "示例银行");
  EXPECT_EQ(text(a, "opened"), "2020-01-02");
  EXPECT_EQ(text(a, "bank_state"), "none") << "no adapter: nobody can be asked";
  EXPECT_EQ(text(a, "calendar"), "none");
  a = account();
  EXPECT_EQ(text(a, "adapter"), "bank-xmlfront");
  EXPECT_EQ(text(a, "link"), "demo-bank");
  EXPECT_EQ(text(a, "ledger"), "45000000.00");
  EXPECT_EQ(text(a, "limits_from"), "2023-01-01") << "the limits of today, not those of next year";
  EXPECT_EQ(text(a, "limit_single"), "1000.00");
  EXPECT_EQ(text(a, "limit_day"), "5000.00");
  EXPECT_EQ(text(a, "calendar"), "closed") << "the last day of 2023 is a Sunday";
  EXPECT_EQ(text(a, "calendar_why"), "周末");
  EXPECT_EQ(text(a, "next_open_day"), "2024-01-01");
  EXPECT_EQ(text(a, "opens"), "09:00");
  EXPECT_EQ(text(a, "cut_off"), "16:00") << "the narrower of calendar and limits";
  EXPECT_THROW(p.run("treasury accounts", R"({"by":"bank"})"), Error);
  // The form of a kind the regulation does not name has a name of its own.
  EXPECT_THAT(refused([&] { p.run("reconcile table", R"({"account":"9900001005001","month":"2023-06"})"); }), HasSubstr("reconcile.no-statement"));
}

TEST_F(BankAccounts, wrong_settings_are_refused_with_their_line) {
  const auto set = [&](const std::string& extra, const std::string& own = {}) { return refused([&] { p.configure(extra, own); }); };
  EXPECT_THAT(set("", "kind savings"), HasSubstr("payment.setting-kind"));
  EXPECT_THAT(set("", "opened yesterday"), HasSubstr("payment.setting-account-days"));
  EXPECT_THAT(set("", "opened 2023-02-01 closed 2023-02-01"), HasSubstr("payment.setting-account-days"));
  EXPECT_THAT(set("", "calendar { from 2023-01-01 weekend half }"), HasSubstr("payment.setting-calendar"));
  EXPECT_THAT(set("", "calendar \"config/none.info\""), HasSubstr("none.info"));
  EXPECT_THAT(set("", "sweep { to 1 keep \"1.00\" }"), HasSubstr("payment.setting-sweep"));
  EXPECT_THAT(set("", std::string("sweep { to ") + kAccount + " keep \"1.00\" }"), HasSubstr("payment.setting-sweep"));
  const std::string other = std::string("account ") + kFiscal + " { book " + kBook + " ledger-account 1003 sweep { to " + kAccount + " keep \"1.00\" } }";
  EXPECT_THAT(set(other, std::string("sweep { to ") + kFiscal + " keep \"1.00\" }"), HasSubstr("payment.setting-sweep")) << "round in a circle";
  EXPECT_THAT(set(other, std::string("sweep { to ") + kFiscal + " }"), HasSubstr("payment.setting-sweep"));
  EXPECT_EQ(set(other), "accepted");
}

TEST_F(BankAccounts, one_that_is_not_open_pays_nothing) {
  p.review(p.owe(2));
  p.configure("", "closed 2023-12-31");
  auto result = p.run("pay prepare");
  EXPECT_EQ(p.total(result, "prepared"), 0);
  EXPECT_THAT(text(items(result)[0], "reason"), HasSubstr("payment.account-not-open"));
  EXPECT_FALSE(account()->getValue<bool>("open"));
  ASSERT_EQ(items(seen_, "closed-with-money").size(), 1u);
  EXPECT_EQ(seen_->getValue<int>("exit"), 3);
  p.configure("", "closed 2024-01-01");
  EXPECT_EQ(p.total(p.run("pay prepare"), "prepared"), 2) << "the last day is a day";
  p.configure("", "opened 2024-01-01");
  EXPECT_EQ(p.total(p.run("pay approve"), "approved"), 0);
  p.configure("");
  EXPECT_EQ(p.total(p.run("pay approve"), "approved"), 2);
  p.configure("", "closed 2023-12-31");
  result = p.run("pay send");
  EXPECT_EQ(p.total(result, "offered"), 0);
  EXPECT_THAT(text(items(result)[0], "reason"), HasSubstr("not open"));
  EXPECT_EQ(p.bank().refs, 0);
  p.configure("");
  EXPECT_EQ(p.total(p.run("pay send"), "offered"), 2);
}

TEST_F(BankAccounts, nothing_leaves_on_a_day_its_calendar_closes) {
  p.write_file("config/days.info", "calendar { from 2023-01-01 to 2023-12-31 weekend closed }\ncalendar { from 2024-01-01 weekend closed }\n");
  p.review(p.owe(1));
  p.run("pay prepare");
  p.run("pay approve");
  for (const auto& [calendar, why] : std::vector<std::pair<std::string, std::string>>{{"calendar \"config/days.info\"", "周末"},
                                                                                        {"calendar { from 2023-01-01 holiday 2023-12-30..2024-01-01 { name 元旦 } }", "元旦"},
                                                                                        {"calendar { from 2023-01-01 holiday 2023-12-31 }", "假日"}}) {
    p.configure("", calendar);
    const auto result = p.run("pay send");
    EXPECT_EQ(p.total(result, "offered"), 0) << calendar;
    EXPECT_EQ(result->getValue<int>("exit"), 3);
    EXPECT_THAT(text(items(result)[0], "reason"), HasSubstr(why));
    EXPECT_THAT(text(items(result)[0], "reason"), HasSubstr("2024-01-0"));
    EXPECT_EQ(p.bank().refs, 0);
  }
  p.configure("", "calendar { from 2023-01-01 weekend closed workday 2023-12-31 }");
  EXPECT_EQ(p.total(p.run("pay send"), "offered"), 1) << "a Sunday that is worked";
}

TEST_F(BankAccounts, a_calendar_that_has_run_out_is_said) {
  p.configure("", "calendar { from 2023-01-01 to 2023-12-30 weekend closed }");
  EXPECT_EQ(text(account(), "calendar"), "unknown");
  EXPECT_EQ(items(seen_, "calendar-ended").size(), 1u);
  EXPECT_EQ(seen_->getValue<int>("exit"), 3);
  p.configure("", "calendar { from 2023-01-01 to 2023-12-31 weekend closed }");
  EXPECT_EQ(text(account(), "calendar"), "closed");
  EXPECT_TRUE(items(seen_, "calendar-ended").empty());
}

TEST_F(BankAccounts, the_calendar_that_is_shipped_can_be_read) {
  p.write_file("config/cn.info", read_file(std::string(MIF_SOURCE_DIR) + "/templates/calendar/cn.info"));
  p.configure("", "calendar \"config/cn.info\"");
  const auto a = account();
  EXPECT_EQ(text(a, "calendar"), "closed");
  EXPECT_EQ(text(a, "next_open_day"), "2024-01-02") << "the Monday is New Year's Day";
}

TEST_F(BankAccounts, matching_days_are_working_days) {
  p.write_file("bank.info", std::string("account { number ") + kAccount + " name 支出户 opening 45000000.00 }\ncredit { account " + kAccount + " day 2023-06-19 amount 7.00 ref L1 counter " + kFiscal + " text 拨款 }\n");
  p.restart_bank();
  p.configure("match-days 1");
  p.post("D1", Day(2023, 6, 16), Fen(700), kAccount, kFiscal, "用款");
  p.run("statement import", kJune);
  EXPECT_EQ(p.total(p.run("reconcile run"), "groups"), 0) << "from Friday to Monday are three days";
  p.configure("match-days 1", "calendar { from 2023-01-01 weekend closed }");
  EXPECT_EQ(p.total(p.run("reconcile run"), "groups"), 1) << "and one working day";
}

TEST_F(BankAccounts, a_payment_off_the_statement_is_late_by_the_accounts_working_days) {
  p.review(p.owe(1));
  for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  p.write_sql("update x_treasury_payment set sent_ms = 0");  // as of 2023-06-20, a Tuesday
  const auto off = [&] { return p.total(p.run("treasury watch", R"({"from":"2023-06-01","to":"2023-06-25"})"), "off_statement"); };
  EXPECT_EQ(off(), 1) << "three working days to Sunday";
  p.configure("", "calendar { from 2023-01-01 weekend closed holiday 2023-06-22..2023-06-23 }");
  EXPECT_EQ(off(), 0) << "the bank had one";
}

TEST_F(BankAccounts, odd_hours_are_the_calendars_where_there_is_one) {
  p.review(p.owe(1));
  for (const char* job : {"pay prepare", "pay approve", "pay send"}) p.run(job);
  p.write_sql("update x_treasury_payment set sent_ms = 1686877200000");  // Friday 2023-06-16, 09:00 in China
  const auto odd = [&](const std::string& more = {}) { return items(p.run("treasury watch", R"({"from":"2023-06-01","to":"2023-06-30")" + more + "}"), "odd-hour").size(); };
  EXPECT_EQ(odd(), 0u);
  p.configure("", R"(calendar { from 2023-01-01 weekend closed hours "09:30-17:00" })");
  EXPECT_EQ(odd(), 1u) << "before it opens";
  EXPECT_EQ(odd(R"(,"hours":"08:00-18:00")"), 0u) << "whoever asks may say";
  p.configure("", "calendar { from 2023-01-01 holiday 2023-06-16 }");
  EXPECT_EQ(odd(), 1u);
  p.write_sql("update x_treasury_payment set sent_ms = 1686963600000");  // the Saturday
  EXPECT_EQ(odd(), 0u) << "a calendar that does not close weekends";
  p.configure("");
  EXPECT_EQ(odd(), 1u);
}

// A bank that can be had late stops nobody whose bank is there.
TEST_F(BankAccounts, one_banks_absence_holds_up_no_other) {
  p.configure(std::string("account ") + kFiscal + " { book " + kBook + " ledger-account 1003 }\naccount 9900001002001 { book " + kBook + " ledger-account 1002 adapter bank-none link x }");
  p.review(p.owe(1));
  p.run("pay prepare");
  p.run("pay approve");
  const auto result = p.run("pay send");
  EXPECT_EQ(p.total(result, "offered"), 1);
  ASSERT_EQ(result->getValue<int>("exit"), 3);
  std::string reasons;
  for (const auto& item : items(result)) reasons += item->optValue<std::string>("reason", "");
  EXPECT_THAT(reasons, HasSubstr("bank-none"));
  EXPECT_THAT(reasons, Not(HasSubstr(kFiscal))) << "without an adapter there is nothing to be late";
  EXPECT_THROW(p.run("pay send", std::string(R"({"account":")") + kFiscal + "\"}"), Error);
}

class BankBalance : public BankAccounts {
 protected:
  Item ask() {
    asked_ = p.run("treasury balance");
    return items(asked_).at(0);
  }
  std::vector<Item> history(const std::string& params = R"({"from":"2023-01-01"})") { return items(p.run("treasury balances", params)); }
  void tell_bank(const std::string& more) {
    p.write_file("bank.info", std::string("account { number ") + kAccount + " name 支出户 opening 45000000.00 }\n" + more);
    p.restart_bank();
    p.restart();
  }
  Item asked_;
};

TEST_F(BankBalance, is_asked_kept_and_checked_three_ways) {
  auto a = ask();
  EXPECT_EQ(text(a, "bank_state"), "known");
  EXPECT_EQ(text(a, "bank"), "45000000.00");
  EXPECT_EQ(text(a, "state"), "no-statement");
  EXPECT_EQ(asked_->getValue<int>("exit"), 3);
  p.review(p.owe(2));
  for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  EXPECT_EQ(text(ask(), "bank"), "44999799.97");
  p.run("statement import", kJune);
  a = ask();
  EXPECT_EQ(text(a, "day"), "2023-06-30");
  EXPECT_EQ(text(a, "statement"), "44999799.97");
  EXPECT_EQ(text(a, "ledger"), "44999799.97");
  EXPECT_EQ(text(a, "open_items"), "4") << "two lines and two postings, not paired yet";
  EXPECT_EQ(text(a, "state"), "adjusted-equal");
  EXPECT_EQ(asked_->getValue<int>("exit"), 0);
  p.run("statement match");
  p.run("reconcile run");
  EXPECT_EQ(text(ask(), "state"), "equal");
  EXPECT_EQ(p.total(asked_, "agreed"), 1);
  const auto listed = account();
  EXPECT_EQ(text(listed, "state"), "equal");
  EXPECT_EQ(text(listed, "bank_balance"), "44999799.97");
  EXPECT_EQ(text(listed, "statement_day"), "2023-06-30");
  EXPECT_EQ(text(listed, "difference"), "0.00");
  EXPECT_EQ(text(listed, "age_minutes"), "0");
  EXPECT_EQ(seen_->getValue<int>("exit"), 0);
  EXPECT_TRUE(p.verified());
}

TEST_F(BankBalance, money_the_statement_or_the_book_does_not_know_is_named) {
  p.run("statement import", kJune);
  EXPECT_EQ(text(ask(), "state"), "equal") << "nothing moved";
  tell_bank(std::string("credit { account ") + kAccount + " day 2023-07-05 amount 7.00 ref L1 text 利息 }\n");
  auto a = ask();
  EXPECT_EQ(text(a, "state"), "statement-behind");
  EXPECT_THAT(text(a, "reason"), HasSubstr("7.00"));
  p.run("statement import", R"({"from":"2023-07-01","to":"2023-07-31"})");
  a = ask();
  EXPECT_EQ(text(a, "state"), "adjusted-equal");
  EXPECT_EQ(text(a, "open_items"), "1");
  EXPECT_EQ(text(a, "bank"), "45000007.00");
  EXPECT_EQ(text(a, "ledger"), "45000000.00");
  EXPECT_EQ(text(a, "difference"), "0.00");
  EXPECT_EQ(text(account(), "difference"), "7.00");
  EXPECT_EQ(text(account(), "unexplained"), "0.00");
  p.run("statement import", R"({"from":"2023-08-01","to":"2023-12-31"})");
  EXPECT_EQ(text(ask(), "state"), "adjusted-equal");
  p.write_sql("update x_treasury_statement set closing_fen = closing_fen + 1 where day_to = 20231231");
  a = ask();
  EXPECT_EQ(text(a, "state"), "different");
  EXPECT_THAT(text(a, "reason"), HasSubstr("contradicts"));
  EXPECT_EQ(asked_->getValue<int>("exit"), 3);
  p.write_sql("update x_treasury_statement set closing_fen = closing_fen - 1 where day_to = 20231231");
  p.write_sql("update x_treasury_statement set opening_fen = opening_fen - 1 where day_to = 20230630");
  EXPECT_EQ(text(ask(), "state"), "different") << "what no item explains";
}

TEST_F(BankBalance, no_answer_is_unknown_since_when_and_never_the_old_figure) {
  p.run("statement import", kJune);
  ask();
  p.stop_bank();
  auto a = ask();
  EXPECT_EQ(text(a, "bank_state"), "unknown");
  EXPECT_EQ(text(a, "bank"), "");
  EXPECT_EQ(text(a, "state"), "unknown");
  EXPECT_NE(text(a, "reason"), "");
  EXPECT_EQ(text(a, "statement"), "45000000.00") << "what is proved stays proved";
  EXPECT_EQ(asked_->getValue<int>("exit"), 3);
  EXPECT_EQ(p.total(asked_, "unknown"), 1);
  const std::string since = text(a, "unknown_since_unix_ms");
  EXPECT_NE(since, "0");
  a = ask();
  EXPECT_EQ(text(a, "unknown_since_unix_ms"), since) << "since the first question without an answer";
  a = account();
  EXPECT_EQ(text(a, "bank_state"), "unknown");
  EXPECT_EQ(text(a, "bank_balance"), "") << "an old figure never stands where the balance stands";
  EXPECT_EQ(text(a, "last_told"), "45000000.00");
  EXPECT_EQ(text(a, "state"), "unknown");
  p.write_sql("update x_treasury_balance set asked_ms = asked_ms - 3600000 where state = 'known' and source = 'bank'");
  EXPECT_EQ(text(account(), "age_minutes"), "60");
  p.restart();
  EXPECT_EQ(text(account(), "unknown_since_unix_ms"), since) << "also after a restart";
  p.restart_bank();
  p.restart();
  a = ask();
  EXPECT_EQ(text(a, "bank_state"), "known");
  EXPECT_EQ(text(a, "unknown_since_unix_ms"), "0");
  EXPECT_EQ(text(a, "state"), "equal");
  std::string seen;
  for (const auto& row : history())
    if (text(row, "source") == "bank") seen += text(row, "state") + ":" + text(row, "amount") + " ";
  EXPECT_EQ(seen, "known:45000000.00 unknown: unknown: known:45000000.00 ");
}

TEST_F(BankBalance, a_broken_line_and_an_account_the_bank_has_not_are_unknown) {
  p.restart_bank("balance-cut:1");
  p.restart();
  auto a = ask();
  EXPECT_EQ(text(a, "bank_state"), "unknown");
  EXPECT_EQ(text(a, "bank"), "");
  EXPECT_NE(text(history().back(), "error"), "");
  EXPECT_EQ(text(ask(), "bank_state"), "known");
  p.configure(std::string("account ") + kFiscal + " { book " + kBook + " ledger-account 1003 adapter bank-xmlfront link demo-bank }\naccount 9900001002001 { book " + kBook +
              " ledger-account 1002 adapter bank-none link x }");
  a = ask();
  EXPECT_EQ(text(a, "account"), kFiscal);
  EXPECT_EQ(text(a, "bank_state"), "unknown");
  EXPECT_NE(text(a, "reason"), "");
  EXPECT_EQ(p.total(asked_, "unknown"), 2) << "a plugin that is not there answers nothing either";
  EXPECT_EQ(text(items(asked_).at(2), "bank_state"), "known") << "the others are asked all the same";
}

TEST_F(BankBalance, history_keeps_every_row_and_statements_once) {
  EXPECT_EQ(text(account(), "bank_state"), "never");
  EXPECT_TRUE(history().empty()) << "looking at accounts asks nobody";
  p.run("statement import", kJune);
  ask();
  ask();
  p.run("statement import", R"({"from":"2023-07-01","to":"2023-07-31"})");
  ask();
  const auto count = [&](const std::string& source, const std::string& params) {
    std::size_t n = 0;
    for (const auto& row : history(params)) n += text(row, "source") == source;
    return n;
  };
  EXPECT_EQ(count("bank", R"({"from":"2023-01-01"})"), 3u);
  EXPECT_EQ(count("statement", R"({"from":"2023-01-01"})"), 2u);
  EXPECT_EQ(count("statement", R"({"from":"2023-06-01","to":"2023-06-30"})"), 1u);
  EXPECT_EQ(count("bank", R"({"from":"2023-06-01","to":"2023-06-30"})"), 0u);
  EXPECT_EQ(history(R"({"from":"2023-01-01","limit":"2"})").size(), 2u);
  EXPECT_THROW(history(R"({"from":"2023-07-01","to":"2023-06-01"})"), Error);
  EXPECT_EQ(p.count("select count(*) from audit_entry where action = 'treasury.balance'"), 3);
  EXPECT_THAT(p.web("/balances", "from=2023-01-01"), HasSubstr("\"source\":\"statement\""));
  EXPECT_THAT(p.http("POST", "/balances", {}, "{}", "payer1"), HasSubstr("\"bank_state\":\"known\""));
  EXPECT_EQ(count("bank", R"({"from":"2023-01-01"})"), 4u);
}

TEST_F(BankBalance, an_account_without_an_adapter_is_told_by_its_statements) {
  p.configure(std::string("account ") + kFiscal + " { book " + kBook + " ledger-account 1003 }");
  const auto fiscal = items(p.run("treasury balance", std::string(R"({"account":")") + kFiscal + "\"}")).at(0);
  EXPECT_EQ(text(fiscal, "bank_state"), "none");
  EXPECT_EQ(text(fiscal, "state"), "no-statement");
  EXPECT_TRUE(history().empty());
}

TEST_F(BankBalance, a_sweep_is_planned_from_what_the_bank_told) {
  const std::string fiscal = std::string("account ") + kFiscal + " { book " + kBook + " ledger-account 1003 }";
  p.configure(fiscal, std::string("sweep { from 2023-01-01 to ") + kFiscal + " keep \"100000.00\" } sweep { from 2024-01-01 to " + kFiscal + " keep \"1.00\" }");
  const auto plan = [&] { return items(p.run("treasury sweep", R"({"action":"plan"})")).at(0); };
  EXPECT_EQ(text(plan(), "direction"), "unknown") << "nobody asked yet";
  ask();
  auto line = plan();
  EXPECT_EQ(text(line, "direction"), "up");
  EXPECT_EQ(text(line, "keep"), "100000.00") << "the target in force today";
  EXPECT_EQ(text(line, "amount"), "44900000.00");
  EXPECT_EQ(text(line, "parent_account"), kFiscal);
  p.review({p.owe_in_parts({Fen(4'490'000'000), Fen(5'000'000)})});
  p.run("pay prepare");
  EXPECT_EQ(text(plan(), "direction"), "up") << "prepared is not promised";
  p.run("pay approve");
  line = plan();
  EXPECT_EQ(text(line, "promised"), "44950000.00");
  EXPECT_EQ(text(line, "direction"), "down") << "what stays after what is promised is below what should stay";
  EXPECT_EQ(text(line, "amount"), "50000.00");
  p.stop_bank();
  ask();
  line = plan();
  EXPECT_EQ(text(line, "direction"), "unknown");
  EXPECT_EQ(text(line, "amount"), "");
  EXPECT_THROW(p.run("treasury sweep", R"({"action":"do"})"), Error);
  EXPECT_EQ(p.count("select count(*) from x_treasury_payment"), 2) << "a plan moves nothing";
}

}  // namespace
}  // namespace mif::test
