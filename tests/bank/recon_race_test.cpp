// SPDX-License-Identifier: Apache-2.0
// A 余额调节表 is approved while somebody matches, unmatches or imports: one outcome, and what was frozen is what was signed.
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>

#include <fstream>

#include "mif/json.hpp"
#include "tests/bank/race.h"

namespace mif::test {
namespace {

using Params = std::vector<std::pair<const char*, std::string>>;

std::string json_of(const Params& params) {
  JsonWriter json;
  json.begin_object().field("account", std::string(kAccount)).field("month", "2023-06");
  for (const auto& [name, value] : params) json.field(name, value);
  return json.end_object().take();
}

template <class Program>
Tried tried(Program& p, const std::string& job, const Params& params, const std::string& login) {
  return attempt(p, job, json_of(params), login);
}

void import_file(Province& p, const std::string& name, const std::string& lines) {
  std::ofstream(p.home() + "/" + name) << "日期,金额,余额,流水号,凭据号,对方账号,对方户名,摘要\n" + lines;
}
const std::string kLines = "2023-06-20,100.00,45000100.00,R1,,,,甲\n2023-06-21,200.00,45000300.00,R2,,,,乙\n";
Params file_of(const Province& p, const std::string& name) { return {{"map", "statement-signed"}, {"file", p.home() + "/" + name}, {"from", "2023-06-01"}, {"to", "2023-06-30"}}; }

// The lines of one amount, "bank/1,book/7/1".
std::string lines_of(Province& p, const std::string& amount) {
  std::string all;
  const auto items = p.run("reconcile list", json_of({}), "viewer1")->getArray("items");
  for (unsigned i = 0; i < items->size(); ++i)
    if (items->getObject(i)->getValue<std::string>("amount") == amount) all += (all.empty() ? "" : ",") + items->getObject(i)->getValue<std::string>("line");
  return all;
}

TEST(ReconcileRace, a_match_and_the_approval_of_its_month_are_one_after_the_other) {
  Province p;
  import_file(p, "6.csv", kLines);
  p.run("statement import-file", json_of(file_of(p, "6.csv")), "maker1");
  p.post("BF1", Day(2023, 6, 20), Fen(10000), kAccount, "9900001003001", "一");
  p.post("BF2", Day(2023, 6, 21), Fen(20000), kAccount, "9900001003001", "二");
  const std::string lines = lines_of(p, "100.00");
  Beside beside(p);
  int approved = 0, matched = 0;
  for (int round = 0; round < 24; ++round) {
    SCOPED_TRACE(round);
    p.run("reconcile submit", json_of({}), "maker1");
    const auto [approval, match] = together([&] { return tried(p, "reconcile approve", {}, "reviewer1"); },
                                            [&] { return tried(beside, "reconcile match", {{"lines", lines}, {"reason", "同时"}}, "maker1"); });
    ASSERT_NE(approval.done, match.done) << approval.says << " / " << match.says;
    if (approval.done) {
      ++approved;
      EXPECT_NE(match.says.find("已批准冻结"), std::string::npos) << match.says;
      EXPECT_EQ(p.run("treasury verify", "{}", "viewer1")->getValue<int>("exit"), 0);
      p.run("reconcile reopen", json_of({{"reason", "下一轮"}}), "reviewer1");
    } else {
      ++matched;
      EXPECT_NE(approval.says.find("送审之后"), std::string::npos) << approval.says;
      EXPECT_EQ(approval.code, MIF_E_CONFLICT);
      p.run("reconcile approve", json_of({{"reject", "yes"}}), "reviewer1");
      p.run("reconcile unmatch", json_of({{"group", std::to_string(p.count("select max(group_id) from x_treasury_member where undone = 0"))}, {"reason", "下一轮"}}), "maker1");
    }
  }
  EXPECT_EQ(approved + matched, 24);
  EXPECT_TRUE(p.verified());
}

TEST(ReconcileRace, a_line_is_matched_once_whoever_comes_first) {
  Province p;
  import_file(p, "6.csv", kLines);
  p.run("statement import-file", json_of(file_of(p, "6.csv")), "maker1");
  p.post("BF1", Day(2023, 6, 20), Fen(10000), kAccount, "9900001003001", "甲");
  const std::string lines = lines_of(p, "100.00");
  Beside beside(p);
  for (int round = 0; round < 12; ++round) {
    SCOPED_TRACE(round);
    const auto [hand, pass] = together([&] { return tried(p, "reconcile match", {{"lines", lines}, {"reason", "同时"}}, "maker1"); }, [&] { return tried(beside, "reconcile run", {}, "payer1"); });
    EXPECT_TRUE(hand.done || pass.done) << hand.says << " / " << pass.says;
    if (!hand.done) {
      EXPECT_NE(hand.says.find("已在勾对"), std::string::npos) << hand.says;
    }
    if (!pass.done) {
      EXPECT_NE(pass.says.find("[reconcile.changed-meanwhile]"), std::string::npos) << pass.says;
    }
    EXPECT_EQ(p.count("select count(*) from x_treasury_member where undone = 0"), 2);
    p.run("reconcile unmatch", json_of({{"group", std::to_string(p.count("select max(group_id) from x_treasury_member where undone = 0"))}, {"reason", "下一轮"}}), "maker1");
  }
}

TEST(ReconcileRace, a_new_line_and_the_approval_of_its_month_are_one_after_the_other) {
  Province p;
  import_file(p, "0.csv", kLines);
  p.run("statement import-file", json_of(file_of(p, "0.csv")), "maker1");
  Beside beside(p);
  std::string grown = kLines;
  for (int round = 1; round <= 12; ++round) {
    SCOPED_TRACE(round);
    p.run("reconcile submit", json_of({}), "maker1");
    const std::string name = std::to_string(round) + ".csv", more = grown + "2023-06-30,1.00,450003" + (round < 10 ? "0" : "") + std::to_string(round) + ".00,N" + std::to_string(round) + ",,,,新\n";
    import_file(p, name, more);
    const std::int64_t before = p.count("select count(*) from x_treasury_line");
    const auto [approval, import] = together([&] { return tried(p, "reconcile approve", {}, "reviewer1"); }, [&] { return tried(beside, "statement import-file", file_of(p, name), "payer1"); });
    const bool grew = p.count("select count(*) from x_treasury_line") > before;
    ASSERT_TRUE(import.done) << import.says << " (a quarantine is an answer too)";
    ASSERT_NE(approval.done, grew) << approval.says;
    if (approval.done) {
      EXPECT_EQ(p.run("treasury verify", "{}", "viewer1")->getValue<int>("exit"), 0);
    }
    if (grew) grown = more;
    if (approval.done) p.run("reconcile reopen", json_of({{"reason", "下一轮"}}), "reviewer1");
    else p.run("reconcile approve", json_of({{"reject", "yes"}}), "reviewer1");
    if (!grew) {  // what was set aside is imported now, so that it stands in nobody's way
      p.run("statement import-file", json_of(file_of(p, name)), "maker1");
      grown = more;
    }
  }
  EXPECT_TRUE(p.verified());
}

// Two programs take their ids in blocks, so that the later statement may have the lower one.
TEST(ReconcileRace, of_two_statements_the_later_one_counts_whoever_took_it_in) {
  Province p;
  Beside beside(p);
  std::string lines = kLines;
  for (int day = 22; day <= 27; ++day) {
    SCOPED_TRACE(day);
    const std::string name = std::to_string(day) + ".csv";
    import_file(p, name, lines);
    const auto taken = day % 2 ? tried(beside, "statement import-file", file_of(p, name), "payer1") : tried(p, "statement import-file", file_of(p, name), "payer1");
    ASSERT_TRUE(taken.done) << taken.says;
    EXPECT_EQ(p.run("treasury verify", "{}", "viewer1")->getValue<int>("exit"), 0);
    lines += "2023-06-" + std::to_string(day) + ",1.00,4500030" + std::to_string(day - 21) + ".00,N" + std::to_string(day) + ",,,,新\n";
  }
  EXPECT_EQ(p.count("select count(*) from x_treasury_statement where state = 'proved'"), 6);
  EXPECT_TRUE(p.verified());
}

}  // namespace
}  // namespace mif::test
