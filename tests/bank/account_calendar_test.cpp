// SPDX-License-Identifier: Apache-2.0
// When an account's bank works: weekends, holidays, moved workdays, hours, and how far apart two days are in working days.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "account_calendar.h"
#include "mif/error.hpp"

namespace mif::treasury {
namespace {

using ::testing::HasSubstr;

Node node(const std::string& key, const std::string& value, std::vector<Node> children = {}) { return {key, value, 7, std::move(children)}; }
Node block(std::vector<Node> children) { return node("calendar", "", std::move(children)); }
Node no_file(const std::string& name) { throw Error(MIF_E_NOT_FOUND, "test.none", name); }

Calendar spring() {
  Calendar c;
  c.read(block({node("from", "2024-01-01"), node("to", "2024-12-31"), node("weekend", "closed"), node("holiday", "2024-02-10..2024-02-17", {node("name", "春节")}), node("workday", "2024-02-04"),
                node("workday", "2024-02-18"), node("hours", "08:30-17:00")}),
         no_file);
  return c;
}
std::string refusal(const Node& n, const std::function<Node(const std::string&)>& file = no_file) {
  Calendar c;
  try {
    c.read(n, file);
  } catch (const Error& e) {
    return e.what();
  }
  return "accepted";
}

TEST(AccountCalendar, weekends_holidays_and_moved_workdays) {
  const Calendar c = spring();
  struct {
    Day day;
    bool open;
    const char* why;
  } const days[] = {{Day(2024, 2, 2), true, ""},         {Day(2024, 2, 3), false, "周末"}, {Day(2024, 2, 4), true, "调休工作日"}, {Day(2024, 2, 9), true, ""},
                    {Day(2024, 2, 10), false, "春节"},   {Day(2024, 2, 14), false, "春节"}, {Day(2024, 2, 17), false, "春节"},     {Day(2024, 2, 18), true, "调休工作日"},
                    {Day(2024, 2, 19), true, ""},        {Day(2024, 2, 24), false, "周末"}};
  for (const auto& d : days) {
    const DayState state = c.on(d.day);
    EXPECT_TRUE(state.known);
    EXPECT_EQ(state.open, d.open) << d.day.iso();
    EXPECT_EQ(state.why, d.why) << d.day.iso();
    EXPECT_EQ(state.opens, 8 * 60 + 30);
    EXPECT_EQ(state.closes, 17 * 60);
  }
  EXPECT_EQ(c.next_open(Day(2024, 2, 9)), Day(2024, 2, 18));
  EXPECT_EQ(c.next_open(Day(2024, 2, 2)), Day(2024, 2, 4));
}

TEST(AccountCalendar, is_dated_and_what_it_does_not_cover_is_not_known) {
  Calendar c = spring();
  EXPECT_FALSE(c.on(Day(2023, 12, 31)).known) << "before its first day";
  EXPECT_TRUE(c.on(Day(2023, 12, 31)).open) << "nothing is closed by a calendar that is not in force";
  EXPECT_FALSE(c.on(Day(2025, 1, 4)).known) << "after its last day";
  c.read(block({node("from", "2024-07-01"), node("weekend", "open"), node("hours", "09:00-16:00")}), no_file);
  EXPECT_EQ(c.on(Day(2024, 6, 30)).open, false);
  EXPECT_EQ(c.on(Day(2024, 7, 6)).open, true) << "a later block takes the place of the earlier";
  EXPECT_EQ(c.on(Day(2024, 7, 6)).opens, 9 * 60);
  EXPECT_TRUE(c.on(Day(2030, 1, 1)).known) << "it has no last day";
  EXPECT_FALSE(Calendar().on(Day(2024, 2, 10)).known);
  EXPECT_TRUE(Calendar().on(Day(2024, 2, 10)).open);
}

TEST(AccountCalendar, days_apart_are_working_days) {
  const DayCount count = spring().count(Day(2024, 2, 1), Day(2024, 2, 29));
  const auto apart = [&](Day a, Day b) { return count.at(b) - count.at(a); };
  EXPECT_EQ(apart(Day(2024, 2, 9), Day(2024, 2, 18)), 1) << "the day after the holiday is the next one";
  EXPECT_EQ(apart(Day(2024, 2, 9), Day(2024, 2, 17)), 0);
  EXPECT_EQ(apart(Day(2024, 2, 2), Day(2024, 2, 5)), 2) << "a Sunday is worked";
  EXPECT_EQ(apart(Day(2024, 2, 19), Day(2024, 2, 23)), 4);
  EXPECT_EQ(apart(Day(2024, 1, 25), Day(2024, 2, 1)), 7) << "outside of what was counted every day counts";
  EXPECT_EQ(apart(Day(2024, 2, 29), Day(2024, 3, 5)), 5);
  EXPECT_EQ(Calendar().count(Day(2024, 2, 1), Day(2024, 2, 29)).at(Day(2024, 2, 10)) - Calendar().count(Day(2024, 2, 1), Day(2024, 2, 29)).at(Day(2024, 2, 9)), 1);
}

TEST(AccountCalendar, decides_how_far_apart_two_sides_may_be) {
  const auto line = [](std::int64_t id, Day day) {
    SideItem i{id, day, Fen(-500)};
    i.party = key_of("医院");
    return i;
  };
  Limits limits;
  limits.days = 1;
  const std::vector<SideItem> bank = {line(1, Day(2024, 2, 18))}, book = {line(1, Day(2024, 2, 9))};
  EXPECT_TRUE(reconcile_sides(bank, book, limits).groups.empty());
  limits.count = spring().count(Day(2024, 2, 1), Day(2024, 2, 29));
  ASSERT_EQ(reconcile_sides(bank, book, limits).groups.size(), 1u);
  EXPECT_TRUE(reconcile_sides({line(1, Day(2024, 2, 19))}, book, limits).groups.empty()) << "two working days";
  // Two days of one weekend are one working day apart from nothing, yet a reversal still comes after what it reverses.
  SideItem original = line(1, Day(2024, 2, 25)), reversal = line(2, Day(2024, 2, 24));
  reversal.fen = Fen(500);
  reversal.undoes = 1;
  EXPECT_TRUE(reconcile_sides({original, reversal}, {}, limits).groups.empty());
  std::swap(original.day, reversal.day);
  EXPECT_EQ(reconcile_sides({original, reversal}, {}, limits).groups.size(), 1u);
}

TEST(AccountCalendar, a_file_holds_blocks_for_many_accounts) {
  const auto file = [](const std::string& name) {
    EXPECT_EQ(name, "config/days.info");
    return node("", "", {block({node("from", "2025-01-01"), node("weekend", "closed")}), block({node("from", "2024-01-01"), node("weekend", "open")})});
  };
  Calendar c;
  c.read(node("calendar", "config/days.info"), file);
  EXPECT_TRUE(c.on(Day(2024, 1, 6)).open);
  EXPECT_FALSE(c.on(Day(2025, 1, 4)).open);
  EXPECT_THAT(refusal(node("calendar", "f.info"), [](const std::string&) { return node("", "", {node("holiday", "2024-01-01")}); }), HasSubstr("f.info:7"));
  EXPECT_THAT(refusal(node("calendar", "f.info"), [](const std::string&) { return node("", ""); }), HasSubstr("empty"));
  EXPECT_THAT(refusal(node("calendar", "f.info", {node("from", "2024-01-01")})), HasSubstr("not both"));
}

TEST(AccountCalendar, what_it_does_not_understand_is_refused_with_its_line) {
  const Node from = node("from", "2024-01-01");
  for (const auto& [wrong, says] : std::vector<std::pair<Node, const char*>>{
           {block({node("weekend", "closed")}), "first day"},
           {block({from, node("weekend", "half")}), "weekend half"},
           {block({from, node("festival", "2024-01-01")}), "festival"},
           {block({from, node("hours", "17:00-08:30")}), "hours"},
           {block({from, node("hours", "08:30")}), "hours"},
           {block({from, node("hours", "08:30-25:00")}), "hours"},
           {block({from, node("holiday", "2024-02-30")}), "a day is expected"},
           {block({from, node("holiday", "2024-02-17..2024-02-10")}), "from is after to"},
           {block({from, node("holiday", "2023-12-31")}), "outside of its time"},
           {block({from, node("to", "2024-06-30"), node("workday", "2024-07-01")}), "outside of its time"},
           {block({from, node("to", "2023-12-31")}), "from is after to"},
           {block({from, node("holiday", "2024-02-10..2024-02-17"), node("workday", "2024-02-17..2024-02-18")}), "both a holiday and a workday"},
           {block({from, node("holiday", "2024-02-10", {node("title", "x")})}), "unknown"}}) {
    EXPECT_THAT(refusal(wrong), HasSubstr(says));
    EXPECT_THAT(refusal(wrong), HasSubstr("mif.info:7")) << says;
    EXPECT_THAT(refusal(wrong), HasSubstr("payment.setting-calendar")) << says;
  }
  Calendar twice = spring();
  EXPECT_THROW(twice.read(block({from}), no_file), Error) << "the same first day again";
}

}  // namespace
}  // namespace mif::treasury
