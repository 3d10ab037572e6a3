// SPDX-License-Identifier: Apache-2.0
// The arithmetic of budgets, the files that name the items, the CSV.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <limits>
#include <random>
#include <regex>
#include <set>
#include <sstream>

#include "budget_map.h"
#include "budget_math.h"
#include "kernel/base/info.h"
#include "plan_csv.h"

namespace mif::funds {
namespace {

Node convert(const InfoNode& from) {
  Node node{from.key, from.value, from.line, {}};
  for (const auto& child : from.children) node.children.push_back(convert(child));
  return node;
}
BudgetMap map_of(const std::string& text) {
  BudgetMap map;
  map.read(convert(parse_info(text, "b.info")), "b.info");
  return map;
}
std::string read(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(std::string(MIF_SOURCE_DIR) + "/" + file).rdbuf();
  return text.str();
}
std::string why(const std::function<void()>& f) {
  try {
    f();
    return "done";
  } catch (const Error& e) {
    return std::string(e.rule()) + " " + e.what();
  }
}

TEST(BudgetMath, one_rounding_half_away_from_zero) {
  EXPECT_EQ(grown(Fen(10000001), 350).value(), 10350001) << "10 350 001.035";
  EXPECT_EQ(grown(Fen(1), 5000).value(), 2) << "1.5 is 2";
  EXPECT_EQ(grown(Fen(-5), 100).value(), 0) << "a budget is not negative";
  EXPECT_EQ(grown(Fen(500), -10000).value(), 0);
  EXPECT_EQ(scaled(-1, 1, 2), -1);
  EXPECT_EQ(scaled(-3, 1, 7), 0);
  EXPECT_EQ(change_permille(Fen(100001), Fen(103501)), 35);
  EXPECT_EQ(change_permille(Fen(200), Fen(100)), -500);
  EXPECT_FALSE(change_permille(Fen(0), Fen(1)).has_value());
  EXPECT_EQ(share_bp(Fen(1), Fen(3)), 3333);
  EXPECT_EQ(share_bp(Fen(2), Fen(3)), 6667);
  EXPECT_FALSE(share_bp(Fen(1), Fen(0)).has_value());
  EXPECT_EQ(grown(Fen(std::numeric_limits<std::int64_t>::max() / 2), 0).value(), std::numeric_limits<std::int64_t>::max() / 2) << "through 128 bits";
  EXPECT_EQ(why([] { grown(Fen(std::numeric_limits<std::int64_t>::max()), 1); }).substr(0, 15), "amount.overflow");
}

TEST(BudgetMath, is_within_half_a_fen_of_the_exact_figure) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const std::int64_t base = static_cast<std::int64_t>(random() % 4'000'000'000'000), bp = static_cast<std::int64_t>(random() % 20000) - 9999;
    const std::int64_t exact = base * (10000 + bp);  // in ten-thousandths of a fen: fits
    const std::int64_t off = grown(Fen(base), bp).value() * 10000 - exact;
    ASSERT_LE(off < 0 ? -off : off, 5000) << base << " " << bp;
  }
}

TEST(BudgetMath, days_and_expectations) {
  EXPECT_EQ(day_of_year(Day(2023, 1, 1)), 1);
  EXPECT_EQ(day_of_year(Day(2024, 12, 31)), 366);
  EXPECT_EQ(day_of_year(Day(2023, 7, 31)), 212);
  EXPECT_EQ(days_of_year(2000), 366);
  EXPECT_EQ(days_of_year(2100), 365);
  EXPECT_EQ(linear_year(Fen(120000), 212, 365).value(), 206604);
  EXPECT_EQ(profile_year(Fen(120000), Fen(100000), Fen(150000))->value(), 180000);
  EXPECT_FALSE(profile_year(Fen(1), Fen(0), Fen(5)).has_value());
}

TEST(BudgetMath, percentages) {
  EXPECT_EQ(parse_percent("3.5%"), 350);
  EXPECT_EQ(parse_percent("-2%"), -200);
  EXPECT_EQ(percent_text(-5), "-0.05");
  for (const char* wrong : {"3.5", "", "%", "3.555%", "1001%", "-100.01%", "x%", "3 %"}) EXPECT_EQ(why([&] { parse_percent(wrong); }).substr(0, 12), "fund.percent") << wrong;
}

TEST(BudgetMap, every_typed_cell_of_the_budget_tables_has_its_item) {
  for (const auto& [table, file, scheme] : {std::tuple{"MOF_B06", "employee", "310"}, {"MOF_B07", "resident", "390"}}) {
    const std::string form = read(std::string("templates/report/mof/2024-budget/") + table + ".info"), items = read(std::string("templates/budget/") + file + ".info");
    std::set<std::string> wanted, given;
    const std::string inputs = form.substr(form.find("\ninputs"), form.find("\nchecks") - form.find("\ninputs"));
    const std::regex at("at \"(\\[[0-9]+,[0-9]+\\])\""), cell(std::string("; ") + table + "(\\[[0-9]+,[0-9]+\\])");
    for (std::sregex_iterator i(inputs.begin(), inputs.end(), at), end; i != end; ++i) wanted.insert((*i)[1]);
    std::size_t n = 0;
    for (std::sregex_iterator i(items.begin(), items.end(), cell), end; i != end; ++i, ++n) given.insert((*i)[1]);
    if (!wanted.empty()) {  // until they are fetched by 预算(…)
      EXPECT_EQ(wanted, given) << table;
    }
    EXPECT_EQ(given.size(), n) << "no cell twice";
    BudgetMap map;
    map.read(convert(parse_info(items, file)), file);
    EXPECT_EQ(map.items(scheme, 2024).size(), n);
  }
}

TEST(BudgetMap, takes_what_its_accounts_and_items_say_without_closing) {
  const BudgetMap map = map_of("budget { scheme 390\n item A { name x side income accounts 4001 aux \"contribution_source=2|3\" }\n item B { name y side expense accounts \"5001,-500102\" to 2023 }\n}");
  const BudgetItem& a = *map.find("390", "A", 2024);
  EXPECT_EQ(a.of_row({6, "400101", "contribution_source=3", Fen(10), Fen(110), Fen(10), Fen(0)}).value(), 110) << "credit less debit, less what closing did";
  EXPECT_EQ(a.of_row({6, "400101", "contribution_source=1", Fen(0), Fen(110), Fen(0), Fen(0)}).value(), 0);
  const BudgetItem& b = *map.find("390", "B", 2023);
  EXPECT_EQ(b.of_row({6, "500101", "", Fen(7), Fen(2), Fen(0), Fen(0)}).value(), 5);
  EXPECT_EQ(b.of_row({6, "500102", "", Fen(7), Fen(2), Fen(0), Fen(0)}).value(), 0);
  EXPECT_EQ(map.find("390", "B", 2024), nullptr);
  EXPECT_EQ(map.find("310", "A", 2024), nullptr);
}

TEST(BudgetMap, what_makes_no_sense_is_refused_with_its_line) {
  for (const char* wrong : {"item A { }", "budget { item A { name x side income accounts 4 } }", "budget { scheme 1\n colour red }", "budget { scheme 1\n item A { name x side both accounts 4 } }",
                            "budget { scheme 1\n item A { name x side income accounts 4x } }", "budget { scheme 1\n item A { name x side income accounts \"\" } }",
                            "budget { scheme 1\n item A { name x side income accounts 4 }\n item A { name x side income accounts 4 } }", "budget { scheme 1\n item A { name x of B side income accounts 4 } }",
                            "budget { scheme 1\n item A { name x side income accounts 4 growth 3 } }", "budget { scheme 1\n item A { name x side income accounts 4 from 24 } }"})
    EXPECT_NE(why([&] { map_of(wrong); }), "done") << wrong;
  EXPECT_NE(why([] { map_of("budget { scheme 1\n item A { name x side both accounts 4 } }"); }).find("b.info:2"), std::string::npos);
}

TEST(PlanCsv, reads_what_a_spreadsheet_writes) {
  const auto rows = read_plan_csv("\xEF\xBB\xBFitem,amount\r\nA,\"1,234.50\"\r\n\r\nB , 7\n", "f");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].fen.value(), 123450);
  EXPECT_EQ(rows[1].item, "B");
  EXPECT_EQ(rows[1].line, 4);
}

TEST(PlanCsv, what_is_wrong_is_said_with_its_line) {
  for (const auto& [text, line] : {std::pair{"", "f:0"}, {"item;amount\n", "f:1"}, {"item,amount\n", "f:1"}, {"item,amount\nA,1\nA,2", "f:3"}, {"item,amount\nA,-1", "f:2"}, {"item,amount\nA,=1+1", "f:2"}, {"item,amount\nA", "f:2"},
                                   {"item,amount\n\"A,1", "f:2"}, {"item,amount\nA,1,2", "f:2"}, {"item,amount\n,1", "f:2"}, {"item,amount\nA\tB,1", "f:2"}, {"item,amount\nA,99999999999999999999", "f:2"}}) {
    const std::string said = why([&, text = text] { read_plan_csv(text, "f"); });
    EXPECT_EQ(said.substr(0, 13), "fund.plan-csv") << text;
    EXPECT_NE(said.find(line), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace mif::funds
