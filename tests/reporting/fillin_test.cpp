// SPDX-License-Identifier: Apache-2.0
// 填报: words in cells, rows a unit chooses the number of, who has a report open, drafts, and values that hold until they are typed anew.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "flow_world.h"

namespace mif::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNotes = R"info(table { code NT title "附注说明" scheme 390 unit 元 }
rows { 1 "政策变化" 2 "经办人" 3 "合计" 40 "合同额" }
cols { 1 "内容" 2 "金额" 3 "开户行" }
variable { v { from 5 to 9 name "明细" open 1 } }
blocked { x "[1:3,3]" x "[1:2,2]" x "[3,1]" x "[40,1]" x "[40,3]" }
formulas { f { at "[3,2]" expr "合计([5:9,2])" } }
inputs { i { at "[1,1]" kind text most 500 } i { at "[2,1]" kind text carry yes } i { at "[5:9,1]" kind text } i { at "[5:9,2]" } i { at "[5:9,3]" kind text } i { at "[40,2]" carry yes } }
checks {
  c { id "N01" level error expr "非 空([1,1])" msg "政策变化要写，没有的写“无”" }
  c { id "N02" level warn expr "[2,1] <> \"某人\"" msg "经办人要写真名" }
  c { id "N03" level error expr "[*,2] >= 0" when "非 空([*,1])" msg "明细金额不为负" }
}
)info";
constexpr const char* kByBank = R"info(table { code BK title "财政专户银行存款明细" scheme 390 unit 元 }
rows { 1 "合计" }
cols { 1 "开户行" 2 "余额" }
variable { v { from 2 to 6 name "账户" key 1 } }
blocked { x "[1,1]" }
formulas { f { at "[1,2]" expr "合计([2:6,2])" } }
inputs { i { at "[2:6,1]" kind text most 60 } i { at "[2:6,2]" } }
)info";

class FillIn : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
    w_ = std::make_unique<FlowWorld>(1, 2);
    const fs::path folder = w_->home() / "templates/report/local/notes";
    fs::create_directories(folder);
    std::ofstream(folder / "package.info") << "package { code \"notes\" title \"附注\" ministry \"local\" valid { from 2023-01 } }\ntables { NT \"附注\" BK \"账户\" }\n";
    std::ofstream(folder / "NT.info") << kNotes;
    std::ofstream(folder / "BK.info") << kByBank;
  }
  std::string where(const std::string& unit, const std::string& period = "2023-06") const { return "unit=" + unit + "&period=" + period; }
  FlowWorld::Answer table(const std::string& code, const std::string& unit, const std::string& period = "2023-06", const std::string& more = {}) { return w_->get("/tables/" + code, where(unit, period) + more, "c" + unit); }
  Poco::JSON::Object::Ptr cell(const std::string& code, const std::string& row, const std::string& col, const std::string& unit, const std::string& period = "2023-06", const std::string& more = {}) {
    const auto cells = table(code, unit, period, more).json->getArray("cells");
    for (unsigned i = 0; i < cells->size(); ++i)
      if (const auto c = cells->getObject(i); c->getValue<std::string>("row") == row && c->getValue<std::string>("col") == col) return c;
    return nullptr;
  }
  std::string value(const std::string& code, const std::string& row, const std::string& col, const std::string& unit, const std::string& period = "2023-06", const std::string& more = {}) {
    const auto c = cell(code, row, col, unit, period, more);
    return c ? c->getValue<std::string>("value") : "no such cell";
  }
  void compute(const std::string& unit, const std::string& period = "2023-06") { w_->post("/compute", R"({"unit":")" + unit + R"(","package":"notes","period":")" + period + R"("})", "c" + unit); }
  // [[table, row, col, JSON value], …]
  std::string save(const std::string& unit, const std::vector<std::array<std::string, 4>>& cells, const std::string& period = "2023-06") {
    std::string body;
    for (const auto& [code, row, col, json] : cells) body += (body.empty() ? "" : ",") + std::string(R"({"table":")") + code + R"(","row":")" + row + R"(","col":")" + col + R"(","value":)" + json + "}";
    return FlowWorld::refused([&] { w_->patch(where(unit, period), "*", R"({"cells":[)" + body + "]}", "c" + unit); });
  }
  std::string check(const std::string& unit, const std::string& id, const std::string& place = {}) {
    const auto items = w_->get("/checks", where(unit) + "&package=notes", "c" + unit);
    for (std::size_t i = 0; i < items.size(); ++i)
      if (items.item(i, "id") == id && (place.empty() || items.item(i, "place") == place)) return items.item(i, "state");
    return "none";
  }
  std::string row_word(const char* name, const std::string& unit, const std::string& row) {
    return FlowWorld::refused([&] { w_->post(std::string("/actions/") + name, R"({"unit":")" + unit + R"(","period":"2023-06","table":"NT","row":")" + row + R"("})", "c" + unit); });
  }
  std::unique_ptr<FlowWorld> w_;
};

TEST_F(FillIn, WordsAreStoredShownCheckedAndExported) {
  const std::string unit = FlowWorld::county(1, 1);
  compute(unit);
  EXPECT_EQ(check(unit, "N01"), "fail");
  EXPECT_EQ(cell("NT", "1", "1", unit)->getValue<std::string>("kind"), "blank");
  const std::string blank = table("NT", unit).etag;
  // Words that are empty are not the same as none.
  EXPECT_EQ(save(unit, {{"NT", "1", "1", "\"\""}}), "");
  EXPECT_EQ(cell("NT", "1", "1", unit)->getValue<std::string>("kind"), "text");
  EXPECT_EQ(check(unit, "N01"), "pass");
  EXPECT_NE(table("NT", unit).etag, blank);
  EXPECT_EQ(save(unit, {{"NT", "1", "1", "null"}}), "");
  EXPECT_EQ(cell("NT", "1", "1", unit)->getValue<std::string>("kind"), "blank");
  EXPECT_EQ(table("NT", unit).etag, blank);
  // Where no check tells them apart, the digest does.
  EXPECT_EQ(save(unit, {{"NT", "5", "3", "\"\""}}), "");
  EXPECT_NE(table("NT", unit).etag, blank);
  EXPECT_EQ(cell("NT", "5", "3", unit)->getValue<std::string>("kind"), "text");
  EXPECT_EQ(save(unit, {{"NT", "5", "3", "null"}}), "");
  EXPECT_EQ(table("NT", unit).etag, blank);
  // A number that is words, a formula that is none, and two lines.
  EXPECT_EQ(save(unit, {{"NT", "1", "1", R"("=HYPERLINK(\"x\")\n第二行")"}, {"NT", "2", "1", R"("2023")"}}), "");
  EXPECT_EQ(value("NT", "1", "1", unit), "=HYPERLINK(\"x\")\n第二行");
  EXPECT_EQ(cell("NT", "2", "1", unit)->getValue<std::string>("text"), "2023");
  EXPECT_EQ(check(unit, "N02"), "pass");
  EXPECT_NE(table("NT", unit).etag, blank);
  const std::string csv = w_->file("/export", where(unit) + "&table=NT&format=csv", "c" + unit);
  EXPECT_NE(csv.find("\"'=HYPERLINK(\"\"x\"\")\n第二行\""), std::string::npos) << csv;
  EXPECT_GT(w_->file("/export", where(unit) + "&table=NT&format=docx", "c" + unit).size(), 1000u);
  // On a command line, words with a semicolon stand in quotes.
  const auto typed = [&](const std::string& cells) { return FlowWorld::refused([&] { w_->job("report save", {{"unit", unit}, {"period", "2023-06"}, {"cells", cells}}, "c" + unit); }); };
  EXPECT_EQ(typed(R"(NT[5,1]="甲;""乙""]=丙";NT[5,2]=3.00;)"), "");
  EXPECT_EQ(value("NT", "5", "1", unit), "甲;\"乙\"]=丙");
  EXPECT_EQ(value("NT", "5", "2", unit), "3.00");
  for (const char* wrong : {R"(NT[5,1]="甲)", R"(NT[5,1]="甲"乙)", "NT[5,1]", "NT[5]=1;NT[5,2]=2", "=1"}) EXPECT_EQ(typed(wrong), "report.cell-written") << wrong;
  EXPECT_EQ(typed("NT[5,1]=;NT[5,2]="), "");
  EXPECT_EQ(cell("NT", "5", "1", unit)->getValue<std::string>("kind"), "blank");
  // What cannot be kept.
  EXPECT_EQ(save(unit, {{"NT", "1", "1", R"("a\u0007b")"}}), "report.cells-refused");
  EXPECT_EQ(save(unit, {{"NT", "1", "1", R"("a\u202eb")"}}), "report.cells-refused");
  std::string long_text;
  for (int i = 0; i < 501; ++i) long_text += "字";
  EXPECT_EQ(save(unit, {{"NT", "1", "1", "\"" + long_text + "\""}}), "report.cells-refused");
  EXPECT_EQ(save(unit, {{"NT", "1", "1", "\"" + long_text.substr(3) + "\""}}), "");
  EXPECT_EQ(value("NT", "1", "1", unit), long_text.substr(3));
  // What was there before is told whole.
  const auto history = w_->get("/history", where(unit) + "&table=NT&row=1&col=1", "c" + unit);
  EXPECT_EQ(history.item(history.size() - 1, "was"), "=HYPERLINK(\"x\")\n第二行");
  EXPECT_EQ(history.item(history.size() - 1, "now"), long_text.substr(3));
  EXPECT_TRUE(w_->rows("select words from x_reporting_cell where words <> '' and kind <> 2 and cell_state not in ('text', 'carried')").empty());
}

TEST_F(FillIn, RowsAreInsertedDeletedAndCounted) {
  const std::string unit = FlowWorld::county(1, 1);
  compute(unit);
  EXPECT_EQ(table("NT", unit).json->getArray("rows")->size(), 5u);
  EXPECT_EQ(save(unit, {{"NT", "5", "1", R"("甲")"}, {"NT", "5", "2", R"("10.00")"}, {"NT", "6", "1", R"("乙")"}, {"NT", "6", "2", R"("20.00")"}}), "");
  EXPECT_EQ(table("NT", unit).json->getArray("rows")->size(), 6u) << "typing into the next row uses it";
  EXPECT_EQ(value("NT", "3", "2", unit), "30.00");
  EXPECT_EQ(row_word("insert-row", unit, "6"), "");
  EXPECT_EQ(value("NT", "6", "1", unit), "");
  EXPECT_EQ(value("NT", "7", "1", unit), "乙");
  EXPECT_EQ(value("NT", "3", "2", unit), "30.00");
  EXPECT_EQ(row_word("insert-row", unit, "9"), "report.row-unused");
  EXPECT_EQ(row_word("insert-row", unit, "3"), "report.row-fixed");
  EXPECT_EQ(row_word("delete-row", unit, "5"), "");
  EXPECT_EQ(value("NT", "5", "1", unit), "");
  EXPECT_EQ(value("NT", "6", "1", unit), "乙");
  EXPECT_EQ(value("NT", "3", "2", unit), "20.00");
  EXPECT_EQ(save(unit, {{"NT", "6", "2", R"("-1.00")"}}), "");
  EXPECT_EQ(check(unit, "N03", "[6,2]"), "fail");
  EXPECT_EQ(check(unit, "N03", "[8,2]"), "none") << "a row that is not used is not checked";
  for (const char* row : {"7", "8", "9"}) EXPECT_EQ(row_word("insert-row", unit, row), "");
  EXPECT_EQ(row_word("insert-row", unit, "9"), "report.rows-many");
  const std::string csv = w_->file("/export", where(unit) + "&table=NT&format=csv", "c" + unit);
  EXPECT_NE(csv.find("乙"), std::string::npos);
  EXPECT_EQ(w_->rows("select new_value from x_reporting_change where kind = 'row-deleted'").size(), 2u);
  EXPECT_EQ(w_->job("report insert-row", {{"unit", unit}, {"period", "2023-05"}, {"table", "NT"}, {"row", "6"}}, "c" + unit).exit(), 0);
}

TEST_F(FillIn, ASumSetsRowsBelowEachOtherOrAddsThemByTheirKey) {
  const std::string a = FlowWorld::county(1, 1), b = FlowWorld::county(1, 2), city = FlowWorld::city(1);
  const auto id = w_->post("/actions/assign", R"({"package":"notes","unit":")" + city + R"(","period":"2023-06","deadline":"2023-12-31","units":")" + a + "," + b + R"("})", "c" + city).item(0, "assignment");
  for (const auto& unit : {a, b}) {
    compute(unit);
    EXPECT_EQ(save(unit, {{"NT", "1", "1", R"("无")"}, {"NT", "2", "1", R"("张三")"}, {"NT", "5", "1", R"("应收)" + unit + R"(")"}, {"NT", "5", "2", R"("10.00")"}, {"BK", "2", "1", R"("工行")"}, {"BK", "2", "2", R"("5.00")"}}), "");
  }
  EXPECT_EQ(save(b, {{"BK", "3", "1", R"("农行")"}, {"BK", "3", "2", R"("7.00")"}}), "");
  for (const auto& unit : {a, b}) w_->submit(id, unit, "c" + unit);
  w_->post("/actions/sum", R"({"package":"notes","unit":")" + city + R"(","period":"2023-06"})", "c" + city);
  const std::string sum = "&layer=sum";
  EXPECT_EQ(value("NT", "5", "1", city, "2023-06", sum), "县1-1：应收" + a);
  EXPECT_EQ(value("NT", "6", "1", city, "2023-06", sum), "县1-2：应收" + b);
  EXPECT_EQ(value("NT", "6", "2", city, "2023-06", sum), "10.00");
  EXPECT_EQ(value("NT", "7", "1", city, "2023-06", sum), "no such cell");
  EXPECT_EQ(value("NT", "3", "2", city, "2023-06", sum), "20.00");
  EXPECT_EQ(value("NT", "1", "1", city, "2023-06", sum), "") << "words do not add";
  EXPECT_EQ(value("BK", "2", "1", city, "2023-06", sum), "工行");
  EXPECT_EQ(value("BK", "2", "2", city, "2023-06", sum), "10.00");
  EXPECT_EQ(value("BK", "3", "2", city, "2023-06", sum), "7.00");
  EXPECT_EQ(value("BK", "1", "2", city, "2023-06", sum), "17.00");
  // The data package of a county carries words and rows, and another home takes them.
  FlowWorld other(1, 2);
  fs::copy(w_->home() / "templates/report/local", other.home() / "templates/report/local", fs::copy_options::recursive);
  const std::string bytes = w_->file("/files/notes", where(b), "c" + b);
  EXPECT_EQ(other.receive(bytes, true, "c" + b).of("unit", b, "state"), "taken");
  EXPECT_EQ(other.rows("select words from x_reporting_cell where table_code = 'BK' and row_code = '3' and col_code = '1'"), std::vector<std::string>{"农行"});
}

TEST_F(FillIn, WhatCarriesHoldsUntilItIsTypedAnew) {
  const std::string unit = FlowWorld::county(1, 1);
  compute(unit, "2023-03");
  EXPECT_EQ(save(unit, {{"NT", "2", "1", R"("张三")"}, {"NT", "40", "2", R"("800.00")"}}, "2023-03"), "");
  EXPECT_EQ(cell("NT", "40", "2", unit, "2023-03")->getValue<std::string>("state"), "input");
  compute(unit);
  EXPECT_EQ(value("NT", "2", "1", unit), "张三");
  const auto held = cell("NT", "40", "2", unit);
  EXPECT_EQ(held->getValue<std::string>("value"), "800.00");
  EXPECT_EQ(held->getValue<std::string>("state"), "carried");
  EXPECT_EQ(held->getValue<std::string>("source"), "沿用 2023-03");
  EXPECT_EQ(save(unit, {{"NT", "40", "2", R"("900.00")"}}), "");
  EXPECT_EQ(cell("NT", "40", "2", unit)->getValue<std::string>("state"), "input");
  EXPECT_EQ(value("NT", "40", "2", unit, "2023-03"), "800.00");
  compute(unit, "2024-01");
  EXPECT_EQ(value("NT", "40", "2", unit, "2024-01"), "900.00");
  // Taken out of the month it was typed for, the earlier one holds again.
  EXPECT_EQ(save(unit, {{"NT", "40", "2", "null"}}), "");
  EXPECT_EQ(value("NT", "40", "2", unit), "800.00");
}

TEST_F(FillIn, SavingPartOfItGivesWhatAWholeComputationGives) {
  const std::string unit = FlowWorld::county(1, 1), who = "c" + unit;
  compute(unit, "2023-03");
  compute(unit);
  const auto save_in = [&](const std::string& period, const std::string& cell, const std::string& written) {
    const auto answer = w_->job("report save", {{"unit", unit}, {"period", period}, {"cells", cell + "=" + written}}, who);
    return std::stoll(answer.json->getObject("evidence")->optValue<std::string>("computed", "0"));
  };
  const char* const words[] = {"NT[1,1]", "NT[2,1]", "NT[5,1]", "NT[6,3]", "BK[2,1]"};
  const char* const amounts[] = {"NT[5,2]", "NT[6,2]", "NT[7,2]", "NT[40,2]", "BK[3,2]"};
  int part = 0;
  std::mt19937 random(7);
  for (int step = 0; step < 60; ++step) {
    std::string what;
    const auto number = std::to_string(random() % 1000);
    switch (random() % 5) {
      case 0: what = row_word("insert-row", unit, std::to_string(5 + random() % 2)); break;
      case 1: what = row_word("delete-row", unit, std::to_string(5 + random() % 2)); break;
      case 2:  // what carries from there moves here
        save_in("2023-03", random() % 2 ? "NT[2,1]" : "NT[40,2]", number);
        save_in("2023-06", "NT[1,1]", "第" + number + "号");  // notices by itself
        break;
      default: {
        const bool text = random() % 2;
        const std::string cell = text ? words[random() % 5] : amounts[random() % 5];
        const std::int64_t all = std::stoll(w_->rows("select cast(count(*) as varchar(20)) from x_reporting_task t join x_reporting_cell c on c.task = t.id where t.fiscal_month = 6").at(0));
        part += save_in("2023-06", cell, random() % 4 == 0 ? "" : text ? "第" + number + "号" : number) < all;
      }
    }
    ASSERT_EQ(w_->job("report compute", {{"unit", unit}, {"period", "2023-06"}, {"package", "notes"}}, who).item(0, "state"), "unchanged") << "step " << step << " " << what;
  }
  EXPECT_GT(part, 5);
}

TEST_F(FillIn, WhatWasExportedIsWhatAnImportBringsBack) {
  const std::string unit = FlowWorld::county(1, 1), who = "c" + unit;
  const auto export_as = [&](const char* format) { return w_->file("/export", where(unit) + "&package=notes&format=" + format, who); };
  const auto import = [&](const std::string& bytes) { return w_->post("/imports", bytes, who, "period=2023-06&unit=" + unit + "&apply=yes"); };
  compute(unit);
  for (const char* format : {"xlsx", "xlsx-formulas", "csv"}) {
    ASSERT_EQ(save(unit, {{"NT", "1", "1", R"("=A1，“甲,乙”\n第二行")"}, {"NT", "2", "1", R"("007")"}, {"NT", "5", "1", R"("甲")"}, {"NT", "5", "2", R"("1234.50")"}, {"NT", "6", "2", R"("20.00")"}, {"BK", "2", "1", R"("工行")"}}), "");
    const std::string bytes = export_as(format), etag = table("NT", unit).etag;
    const auto same = import(bytes);
    EXPECT_EQ(same.size(), 0u) << format << " " << same.summary() << " " << (same.size() ? same.item(0, "row") + "," + same.item(0, "col") + " " + same.item(0, "was") + " -> " + same.item(0, "now") : "");
    EXPECT_EQ(row_word("delete-row", unit, "6"), "");
    EXPECT_EQ(save(unit, {{"NT", "1", "1", "null"}, {"NT", "5", "1", R"("丙")"}, {"NT", "5", "2", "null"}}), "");
    EXPECT_EQ(import(bytes).exit(), 0);
    EXPECT_EQ(value("NT", "1", "1", unit), "=A1，“甲,乙”\n第二行") << format;
    EXPECT_EQ(value("NT", "5", "1", unit), "甲");
    EXPECT_EQ(value("NT", "3", "2", unit), "1254.50");
    EXPECT_EQ(table("NT", unit).etag, etag) << format;
  }
  // A list: the comma of an amount is none of its own, that of words is.
  EXPECT_EQ(import("表号,行号,栏号,金额\nNT,1,1,\"甲,乙\"\nNT,5,2,\"1,234.00\"\n").exit(), 0);
  EXPECT_EQ(value("NT", "1", "1", unit), "甲,乙");
  EXPECT_EQ(value("NT", "5", "2", unit), "1234.00");
}

TEST_F(FillIn, TwoPeopleSeeEachOther) {
  const std::string unit = FlowWorld::county(1, 1), body = R"("unit":")" + unit + R"(","package":"notes","period":"2023-06")";
  compute(unit);
  const auto mine = w_->post("/actions/open", "{" + body + "}", "m" + unit);
  EXPECT_EQ(mine.item(0, "state"), "mine");
  const auto seen = w_->post("/actions/open", "{" + body + "}", "c" + unit);
  EXPECT_EQ(seen.item(0, "state"), "other");
  EXPECT_EQ(seen.item(0, "holder"), "m" + unit);
  EXPECT_EQ(FlowWorld::refused([&] { w_->post("/actions/open", "{" + body + R"(,"take":"yes"})", "c" + unit); }), "report.lease-reason");
  EXPECT_EQ(save(unit, {{"NT", "1", "1", R"("无")"}}), "") << "a lease stops nobody";
  const auto taken = w_->post("/actions/open", "{" + body + R"(,"take":"yes","reason":"制单人休假"})", "c" + unit);
  EXPECT_EQ(taken.item(0, "state"), "mine");
  const auto told = w_->get("/lease", where(unit) + "&package=notes", "m" + unit);
  EXPECT_EQ(told.item(0, "holder"), "c" + unit);
  EXPECT_EQ(told.item(0, "takenFrom"), "m" + unit);
  EXPECT_EQ(told.item(0, "reason"), "制单人休假");
  // It expires by itself, and is given up.
  w_->deployment().database().write([&](store::Txn& txn) { txn.execute("update x_reporting_lease set until_ms = 1", {}); });
  EXPECT_EQ(w_->get("/lease", where(unit) + "&package=notes", "m" + unit).size(), 0u);
  EXPECT_EQ(w_->post("/actions/open", "{" + body + "}", "m" + unit).item(0, "state"), "mine");
  w_->post("/actions/leave", "{" + body + "}", "m" + unit);
  EXPECT_EQ(w_->post("/actions/open", "{" + body + "}", "c" + unit).item(0, "state"), "mine");
}

TEST_F(FillIn, ADraftIsItsWritersOwnUntilItIsSaved) {
  const std::string unit = FlowWorld::county(1, 1);
  compute(unit);
  const std::string head = R"({"unit":")" + unit + R"(","period":"2023-06","table":"NT","etag":")" + "abc" + R"(","cells":)";
  w_->post("/drafts", head + R"([{"table":"NT","row":"1","col":"1","value":"半句"},{"table":"NT","row":"5","col":"2","value":"12"}]})", "c" + unit);
  const auto mine = w_->get("/drafts", where(unit) + "&table=NT", "c" + unit);
  ASSERT_EQ(mine.size(), 2u);
  EXPECT_EQ(mine.of("row", "1", "value"), "半句");
  EXPECT_EQ(w_->get("/drafts", where(unit), "m" + unit).size(), 0u);
  EXPECT_EQ(value("NT", "1", "1", unit), "") << "no report is computed from it";
  EXPECT_EQ(save(unit, {{"NT", "1", "1", R"("整句")"}}), "");
  EXPECT_EQ(w_->get("/drafts", where(unit), "c" + unit).size(), 1u) << "what was saved is no draft";
  EXPECT_EQ(FlowWorld::refused([&] { w_->post("/drafts", head + R"([{"table":"BK","row":"2","col":"1","value":"x"}]})", "c" + unit); }), "report.draft-cell");
  w_->post("/drafts", head + "[]}", "c" + unit);
  EXPECT_EQ(w_->get("/drafts", where(unit), "c" + unit).size(), 0u);
}

}  // namespace
}  // namespace mif::testing
