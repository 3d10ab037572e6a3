// SPDX-License-Identifier: Apache-2.0
// The forms read back: what was exported says the same everywhere, and whatever was moved, renamed or measured otherwise is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "kernel/sheet/read.h"
#include "sheet/form_read.h"
#include "sheet/text_files.h"
#include "sheet_fixture.h"

namespace mif::reporting {
namespace {

using ::testing::HasSubstr;

const Day kDay(2023, 7, 1);

FormInput::Kind kind_of(sheet::InputKind kind) {
  switch (kind) {
    case sheet::InputKind::blank: return FormInput::Kind::blank;
    case sheet::InputKind::text: return FormInput::Kind::text;
    case sheet::InputKind::number: return FormInput::Kind::number;
    default: return FormInput::Kind::other;
  }
}

// As the plugin gets them from the host.
std::vector<FormSheet> sheets_of(std::string_view bytes, const std::string& file = "甲.xlsx") {
  std::vector<FormSheet> sheets;
  int last = -1;
  sheet::read_rows(bytes, [&](const sheet::InputRow& row) {
    if (row.sheet != last) sheets.push_back({file, row.sheet_name, row.hidden, {}});
    last = row.sheet;
    FormLine line{row.number, {}};
    for (const auto& c : row.cells) line.cells.push_back({kind_of(c.kind), c.text});
    sheets.back().lines.push_back(std::move(line));
  });
  return sheets;
}

Period period_of(const Package& package) { return {std::max(package.from.year, 2000), 12}; }

// Every cell of a table with something in it: amounts large, negative, zero and with odd fen, blanks, ratios, words beyond a
// spreadsheet's digits.
FilledTable filled(const Table& t, std::uint32_t seed, bool huge = false) {
  std::mt19937 random(seed);
  FilledTable table{&t, {}, {}};
  for (std::size_t r = 0; r < t.rows.size(); ++r)
    for (std::size_t c = 0; c < t.cols.size(); ++c) {
      const auto& rule = t.rule(static_cast<int>(r), static_cast<int>(c));
      StoredCell cell;
      cell.table = t.code;
      cell.row = t.rows[r].code;
      cell.col = t.cols[c].code;
      cell.state = rule.kind == CellRule::Kind::formula ? "formula" : rule.kind == CellRule::Kind::input ? "input" : rule.kind == CellRule::Kind::blocked ? "blocked" : "empty";
      const auto dice = random() % 10;
      if (rule.kind == CellRule::Kind::formula && dice == 0) {
        cell.kind = MIF_CELL_TEXT;
        cell.value = "0.4523";
        cell.printed = t.shown(static_cast<int>(r), static_cast<int>(c), Value::parse_number(cell.value));
      } else if ((rule.kind == CellRule::Kind::formula || rule.kind == CellRule::Kind::input) && dice > 2) {
        const std::int64_t fen = dice == 3 ? 0 : huge && dice == 4 ? 900000000000000123 : static_cast<std::int64_t>(random()) * 104729 % 987654321098;
        cell.kind = MIF_CELL_MONEY;
        cell.fen = Fen(dice == 5 ? -fen : fen);
        cell.value = cell.fen.plain();
        Value value = Value::money(cell.fen);
        if (t.unit(static_cast<int>(r), static_cast<int>(c)) == "%" || t.counts(static_cast<int>(r), static_cast<int>(c))) {
          cell.kind = MIF_CELL_TEXT;
          value = Value::number(static_cast<Wide>(cell.fen.value() % 100000000) * Value::kOne);
          cell.value = value.plain();
        }
        cell.printed = t.shown(static_cast<int>(r), static_cast<int>(c), value);
      }
      if (cell.state == "blocked") cell.printed = "×";
      table.cells.push_back(std::move(cell));
    }
  return table;
}

// Cells of the forms that say something else than what is stored.
std::vector<std::string> differing(const std::vector<Form>& forms, const std::vector<FilledTable>& tables) {
  std::vector<std::string> all;
  for (const auto& form : forms)
    for (const auto& v : form.values)
      for (const auto& table : tables)
        if (table.table == form.table)
          for (const auto& cell : table.cells)
            if (cell.row == form.table->rows[static_cast<std::size_t>(v.row)].code && cell.col == form.table->cols[static_cast<std::size_t>(v.col)].code && !says_the_same(v, cell, *form.table))
              all.push_back(v.place + " says " + v.input.text + ", stored is " + cell.value + " printed " + cell.printed);
  return all;
}

Occasion occasion(Period period) {
  Occasion o = occasion_of(period.iso());
  return o;
}

TEST(FormRead, EveryShippedTableComesBackWithoutADifference) {
  const auto catalog = shipped_catalog();
  std::size_t tables = 0, cells = 0;
  for (const auto& package : catalog->packages()) {
    const Period period = period_of(package);
    ASSERT_TRUE(package.valid_in(period)) << package.code;
    std::vector<FilledTable> all;
    for (const bool formulas : {true, false}) {
      all.clear();
      // Amounts beyond a spreadsheet's digits stand as text; formulas over them would not fit.
      for (const auto& t : package.tables) all.push_back(filled(*t, static_cast<std::uint32_t>(all.size()), !formulas));
      const auto forms = read_forms(sheets_of(write_workbook(all, {{"Z01", "T", "[1,1]", "error", "logic", "fail", "1", "2", "-1", "0", "a = b", "说明"}}, occasion(period), {formulas, kDay})), *catalog, period);
      ASSERT_EQ(forms.size(), all.size()) << package.code;
      EXPECT_THAT(differing(forms, all), ::testing::IsEmpty()) << package.code;
      for (const auto& form : forms) {
        EXPECT_EQ(form.unit, "甲市医疗保险服务中心");
        EXPECT_EQ(form.values.size(), form.table->rows.size() * form.table->cols.size());
        cells += form.values.size();
      }
      tables += forms.size();
    }
    const auto forms = read_forms(sheets_of(write_csv(all, occasion(period)), "甲.csv"), *catalog, period);
    EXPECT_EQ(forms.size(), all.size()) << package.code;
    EXPECT_THAT(differing(forms, all), ::testing::IsEmpty()) << package.code;
  }
  EXPECT_GE(tables, 100u);
  EXPECT_GT(cells, 8000u);
}

// One table of the catalog as a sheet that can be spoiled.
struct Spoiled {
  std::shared_ptr<const Catalog> catalog = shipped_catalog();
  FilledTable table;
  std::vector<FormSheet> sheets;
  explicit Spoiled(const char* code = "MOF_E07", Period period = {2023, 6}) : table(filled(catalog->table(code, period), 7)) {
    sheets = sheets_of(write_workbook({table}, {}, occasion(period), {false, kDay}));
  }
  // The cell as the spreadsheet names it.
  FormInput& cell(const std::string& name) {
    std::size_t column = 0, i = 0;
    for (; name[i] >= 'A' && name[i] <= 'Z'; ++i) column = column * 26 + static_cast<std::size_t>(name[i] - 'A') + 1;
    for (auto& line : sheets[0].lines)
      if (line.number == std::stoi(name.substr(i))) {
        if (line.cells.size() < column) line.cells.resize(column);
        return line.cells[column - 1];
      }
    throw std::runtime_error("no line for " + name);
  }
  std::string find(const std::string& text) {
    for (auto& line : sheets[0].lines)
      for (std::size_t c = 0; c < line.cells.size(); ++c)
        if (line.cells[c].text.find(text) != std::string::npos) return std::string(1, static_cast<char>('A' + c)) + std::to_string(line.number);
    return "nowhere: " + text;
  }
  std::string refusal(Period period = {2023, 6}) const {
    return complaint([&] { (void)read_forms(sheets, *catalog, period); });
  }
};

TEST(FormRead, WhatIsNotTheTableIsNamedWithFileSheetAndCell) {
  EXPECT_EQ(Spoiled().refusal(), "");
  {
    Spoiled s;
    EXPECT_THAT(s.refusal({2023, 7}), ::testing::AllOf(HasSubstr("文件 甲.xlsx 的工作表 MOF_E07 的 "), HasSubstr("写的是 2023-06，要导入的是 2023-07"), HasSubstr("report.form-period")));
  }
  {
    Spoiled s;
    s.cell(s.find("单位：万元")).text = "单位：元";
    EXPECT_THAT(s.refusal(), ::testing::AllOf(HasSubstr("金额单位写的是 元，MOF_E07 的是 万元"), HasSubstr("report.form-money")));
    s.cell(s.find("单位：元")).text = "";
    EXPECT_THAT(s.refusal(), HasSubstr("没有写金额单位"));
  }
  {
    Spoiled s;  // a line put in between
    for (auto& line : s.sheets[0].lines) line.number += line.number > 8;
    EXPECT_THAT(s.refusal(), ::testing::AllOf(HasSubstr("的工作表 MOF_E07 的 A9"), HasSubstr("应为行次 "), HasSubstr("report.form-row")));
  }
  {
    Spoiled s;  // two lines that have changed places
    std::swap(s.sheets[0].lines[6].cells, s.sheets[0].lines[7].cells);
    EXPECT_THAT(s.refusal(), HasSubstr("report.form-row"));
  }
  {
    Spoiled s;
    s.cell("B8").text += "（修订）";
    EXPECT_THAT(s.refusal(), ::testing::AllOf(HasSubstr("的 B8：行次 "), HasSubstr("（修订）"), HasSubstr("report.form-name")));
  }
  {
    Spoiled s;  // a column moved: its number, then its name
    for (auto& line : s.sheets[0].lines)
      if (line.cells.size() > 3) std::swap(line.cells[2], line.cells[3]);
    EXPECT_THAT(s.refusal(), HasSubstr("report.form-column"));
  }
  {
    Spoiled s;
    s.cell(s.find(s.table.table->cols[1].name)).text = "别的栏";
    EXPECT_THAT(s.refusal(), ::testing::AllOf(HasSubstr("第 2 栏应为"), HasSubstr("别的栏"), HasSubstr("report.form-column")));
  }
  {
    Spoiled s;  // a total somebody added below, and one beside
    FormLine& last = s.sheets[0].lines.back();
    last.cells.resize(4);
    last.cells[3] = {FormInput::Kind::number, "5"};
    EXPECT_THAT(s.refusal(), HasSubstr("report.form-outside"));
    last.cells[3] = {};
    s.cell("L9") = {FormInput::Kind::text, "1,234.50"};
    EXPECT_THAT(s.refusal(), ::testing::AllOf(HasSubstr("的 L9"), HasSubstr("report.form-outside")));
  }
  {
    Spoiled s;
    s.sheets[0].name = "MOF_E06";
    EXPECT_THAT(s.refusal(), ::testing::AllOf(HasSubstr("按名字是 MOF_E06，标题却是 MOF_E07 的"), HasSubstr("report.form-table")));
    s.sheets[0].name = "Sheet1";
    EXPECT_EQ(s.refusal(), "") << "the title is enough";
    for (auto& c : s.sheets[0].lines[0].cells) c = {};
    s.cell("A1") = {FormInput::Kind::text, "别的表"};
    EXPECT_THAT(s.refusal(), HasSubstr("认不出是哪张表"));
    s.sheets[0].name = "甲县 MOF_E07 (2)";
    EXPECT_EQ(s.refusal(), "") << "the code in the sheet's name is enough";
  }
}

TEST(FormRead, PeopleFillFormsInTheirWay) {
  Spoiled s;
  const Table& t = *s.table.table;
  s.cell(s.find("编制单位：")).text = "编制单位: 甲市医疗保险服务中心";
  s.cell(s.find("单位：万元")).text = "金额单位：人民币万元";
  s.cell(s.find("2023 年 6 月")).text = "２０２３年６月";
  for (auto& line : s.sheets[0].lines)
    if (line.cells.size() > 1) line.cells[1].text = " " + line.cells[1].text + "　";
  EXPECT_EQ(s.refusal(), "");
  const auto value = [&](FormInput input) { return FormValue{0, 0, std::move(input), "C7"}; };
  using Kind = FormInput::Kind;
  EXPECT_EQ(yuan_of(value({Kind::text, "１，２３４．５６"}), t), "12345600.00");
  EXPECT_EQ(yuan_of(value({Kind::number, "-0.000001"}), t), "-0.01");
  EXPECT_EQ(yuan_of(value({Kind::text, "—"}), t), "");
  EXPECT_EQ(yuan_of(value({Kind::blank, ""}), t), "");
  EXPECT_THAT(complaint([&] { (void)yuan_of(value({Kind::text, "330万元"}), t); }), ::testing::AllOf(HasSubstr("C7：“330万元” 不是数"), HasSubstr("report.form-number")));
  EXPECT_THAT(complaint([&] { (void)yuan_of(value({Kind::other, "#REF!"}), t); }), HasSubstr("不是数"));
  EXPECT_THAT(complaint([&] { (void)yuan_of(value({Kind::number, "0.0000001"}), t); }), ::testing::Not(""));
  EXPECT_THAT(complaint([&] { (void)yuan_of(value({Kind::number, "99999999999999999"}), t); }), HasSubstr("太大"));
  EXPECT_THAT(complaint([&] { (void)yuan_of(value({Kind::text, "=1+1"}), t); }), HasSubstr("不是数"));
}

TEST(FormRead, DamagedWorkbooksAreReadRightOrRefused) {
  const Spoiled good("MOF_E07");
  const std::string bytes = write_workbook({good.table}, {}, occasion({2023, 6}), {false, kDay});
  std::mt19937 random(6);
  int refused = 0, same = 0, other = 0;
  const auto judge = [&](const std::string& file) {
    try {
      const auto forms = read_forms(sheets_of(file), *good.catalog, {2023, 6});
      if (differing(forms, {good.table}).empty()) ++same;
      else ++other;
    } catch (const Error& e) {
      ASSERT_EQ(e.code(), MIF_E_INVALID) << e.what();
      ASSERT_LT(std::strlen(e.what()), 1500u);
      ++refused;
    }
  };
  for (int round = 0; round < 400; ++round) {
    std::string file = bytes;
    file[random() % file.size()] ^= static_cast<char>(1 << random() % 8);
    judge(file);
  }
  EXPECT_EQ(other, 0) << "a flipped bit of the archive never is another amount";
  // Letters of the parts themselves, the archive around them sound.
  for (int round = 0; round < 400; ++round)
    judge(rezipped(bytes, [&](const std::string& name, const std::string& text) {
      if (name != "xl/worksheets/sheet1.xml" && name != "xl/sharedStrings.xml") return std::string();
      std::string changed = text;
      const auto at = random() % changed.size();
      switch (random() % 3) {
        case 0: changed[at] = static_cast<char>(32 + random() % 95); break;
        case 1: changed.erase(at, 1 + random() % 40); break;
        default: changed.insert(at, changed.substr(random() % changed.size(), 1 + random() % 200));
      }
      return changed;
    }));
  EXPECT_GT(refused, 100);
  EXPECT_GT(same, 10);
}

}  // namespace
}  // namespace mif::reporting
