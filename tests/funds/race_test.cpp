// SPDX-License-Identifier: Apache-2.0
// Several approvers at the same moment, in two programs and in the threads of one: a budget is never taken twice.
#include <gtest/gtest.h>

#include <atomic>

#include "tests/funds/home.h"

namespace mif::test {
namespace {

void expect_whole(FundsHome& h, std::int64_t held_fen) {
  EXPECT_EQ(h.count("select held_fen from x_funds_line"), held_fen);
  EXPECT_EQ(h.count("select cast(coalesce(sum(fen), 0) as bigint) from x_funds_application where taken = 'held'"), held_fen);
  EXPECT_EQ(h.count("select count(*) from x_funds_payable"), h.count("select count(*) from x_funds_application where state = 'approved'"));
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
}

TEST(FundRace, two_programs_approve_against_one_budget) {
  FundsHome h;
  h.budget("1000.00");
  Beside beside(h);
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(h.apply("300.00"));
  std::atomic<int> approved{0};
  together({[&] { for (std::size_t i = 0; i < ids.size(); ++i) approved += done([&] { h.run("fund approve", {{"id", std::to_string(ids[i])}}, "chief1"); }); },
            [&] { for (std::size_t i = ids.size(); i-- > 0;) approved += done([&] { beside.run("fund approve", {{"id", std::to_string(ids[i])}}, "chief2"); }); }});
  EXPECT_EQ(approved, 3) << "3 x 300.00 of 1000.00";
  expect_whole(h, 90000);
}

TEST(FundRace, two_people_approve_the_same_one) {
  FundsHome h;
  h.budget("100000.00");
  Beside beside(h);
  int total = 0;
  for (int round = 0; round < 10; ++round) {
    const Params id = {{"id", std::to_string(h.apply("100.00"))}};
    std::atomic<int> approved{0};
    together({[&] { approved += done([&] { h.run("fund approve", id, "chief1"); }); }, [&] { approved += done([&] { beside.run("fund approve", id, "chief2"); }); }});
    EXPECT_EQ(approved, 1) << round;
    total += approved;
  }
  expect_whole(h, 10000 * total);
}

TEST(FundRace, an_edit_and_an_approval_are_one_after_the_other) {
  FundsHome h;
  h.budget("100000.00");
  Beside beside(h);
  for (int round = 0; round < 10; ++round) {
    const auto id = h.apply("100.00");
    together({[&] { done([&] { h.run("fund edit", {{"id", std::to_string(id)}, {"amount", "250.00"}}, "maker1"); }); },
              [&] { done([&] { beside.run("fund approve", {{"id", std::to_string(id)}, {"version", "1"}}, "chief1"); }); }});
    EXPECT_EQ(h.count("select count(*) from x_funds_application where taken = 'held' and version = 1 and id = " + std::to_string(id)),
              h.count("select count(*) from x_funds_application where version = 1 and id = " + std::to_string(id))) << "approved as the first version, or edited and not approved";
  }
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
}

TEST(FundRace, threads_of_one_program_by_http) {
  FundsHome h;
  h.budget("1000.00");
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 8; ++i) ids.push_back(h.apply("400.00"));
  std::atomic<int> approved{0};
  std::vector<std::function<void()>> all;
  for (int t = 0; t < 4; ++t)
    all.push_back([&, t] {
      for (std::size_t i = 0; i < ids.size(); ++i)
        approved += done([&] { h.web("POST", "/applications/" + std::to_string(ids[(i + static_cast<std::size_t>(2 * t)) % ids.size()]) + "/approve", "", {}, t % 2 ? "chief1" : "chief2"); });
    });
  together(all);
  EXPECT_EQ(approved, 2);
  expect_whole(h, 80000);
}

TEST(FundRace, two_people_approve_one_plan) {
  FundsHome h("none", "over refuse");
  Beside beside(h);
  for (int round = 0; round < 5; ++round) {
    const std::string csv = "item,amount\n2090301.01," + std::to_string(100 + round) + ".00\n2090301.0151," + std::to_string(200 + round) + ".00\n";
    const std::string plan = text_of(h.first("budget compile", {{"book", kBook}, {"year", "2023"}, {"reason", "编制"}, {"document", "预〔2023〕" + std::to_string(round)}, {"csv", csv}}), "plan");
    h.run("budget submit", {{"plan", plan}});
    std::atomic<int> approved{0};
    together({[&] { approved += done([&] { h.run("budget approve", {{"plan", plan}}, "chief1"); }); }, [&] { approved += done([&] { beside.run("budget approve", {{"plan", plan}}, "chief2"); }); }});
    EXPECT_EQ(approved, 1) << round;
    EXPECT_EQ(h.count("select count(*) from x_funds_budget where plan_id = " + plan), 2);
  }
  EXPECT_EQ(h.count("select count(*) from x_funds_line where version = 5 and fen in (10400, 20400)"), 2);
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
}

}  // namespace
}  // namespace mif::test
