// SPDX-License-Identifier: Apache-2.0
// The neutral export, read by a small reader of xBRL-CSV that knows the Open Information Model and nothing of the writer.
#include <gtest/gtest.h>

#include <Poco/JSON/Parser.h>
#include <Poco/SAX/SAXParser.h>
#include <Poco/URI.h>

#include <set>

#include "report-package/xbrl_csv.h"
#include "samples.h"

namespace mif::report_package::testing {
namespace {

using Json = Poco::JSON::Object::Ptr;
using Fact = std::map<std::string, std::string>;  // dimension -> value; "" -> the fact's own

std::vector<std::vector<std::string>> csv(const std::string& text) {
  std::vector<std::vector<std::string>> lines(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& field = lines.back().back();
    if (text[i] == '"') {
      if (quoted && i + 1 < text.size() && text[i + 1] == '"') field += text[i++];
      else quoted = !quoted;
    } else if (!quoted && text[i] == ',') {
      lines.back().emplace_back();
    } else if (!quoted && text[i] == '\n') {
      lines.emplace_back(1);
    } else {
      field += text[i];
    }
  }
  EXPECT_FALSE(quoted);
  lines.pop_back();
  return lines;
}

std::vector<Fact> facts_of(const std::map<std::string, std::string>& files) {
  std::vector<Fact> facts;
  const Json report = Poco::JSON::Parser().parse(files.at("report.json")).extract<Json>();
  const Json info = report->getObject("documentInfo");
  EXPECT_EQ(info->getValue<std::string>("documentType"), "https://xbrl.org/2021/xbrl-csv");
  EXPECT_EQ(files.count(info->getArray("taxonomy")->getElement<std::string>(0)), 1u);
  std::map<std::string, std::string> parameters;
  const auto rows = csv(files.at(report->getValue<std::string>("parameterURL")));
  EXPECT_EQ(rows.at(0), (std::vector<std::string>{"name", "value"}));
  for (std::size_t i = 1; i < rows.size(); ++i) parameters[rows[i].at(0)] = rows[i].at(1);
  const auto known_prefix = [&](const std::string& name) {
    const auto colon = name.find(':');
    return colon == std::string::npos || info->getObject("namespaces")->has(name.substr(0, colon));
  };
  for (const auto& [id, table_var] : *report->getObject("tables")) {
    const Json table = table_var.extract<Json>(), format = report->getObject("tableTemplates")->getObject(id);
    EXPECT_FALSE(format.isNull()) << id;
    std::string url;
    Poco::URI::decode(table->getValue<std::string>("url"), url);
    const auto lines = csv(files.at(url));
    const Json columns = format->getObject("columns");
    std::set<std::string> told, found(lines.at(0).begin(), lines.at(0).end());
    for (const auto& [name, ignored] : *columns) told.insert(name);
    EXPECT_EQ(told, found) << url;
    for (std::size_t l = 1; l < lines.size(); ++l) {
      EXPECT_EQ(lines[l].size(), lines[0].size()) << url << " line " << l + 1;
      const auto value_of = [&](const std::string& told_value) {
        if (told_value.substr(0, 2) == "$$" || told_value.substr(0, 2) == "##") return told_value.substr(1);
        if (told_value.empty() || told_value[0] != '$') return told_value;
        for (std::size_t c = 0; c < lines[0].size(); ++c)
          if (lines[0][c] == told_value.substr(1)) return lines[l][c][0] == '#' ? lines[l][c].substr(1) : lines[l][c];
        return parameters.at(told_value.substr(1));
      };
      for (std::size_t c = 0; c < lines[0].size(); ++c) {
        const Json column = columns->getObject(lines[0][c]);
        if (!column->has("dimensions") || lines[l][c].empty()) continue;  // no fact column, or no fact
        Fact fact;
        for (const Json& from : {report->getObject("dimensions"), format->getObject("dimensions"), column->getObject("dimensions")})
          for (const auto& [name, told_value] : *from) {
            EXPECT_TRUE(known_prefix(name)) << name;
            fact[name] = value_of(told_value.extract<std::string>());
          }
        EXPECT_TRUE(known_prefix(fact["concept"]) && known_prefix(fact["entity"]));
        const std::string& text = lines[l][c];
        fact[""] = text == "#empty" ? "" : text[0] == '#' ? text.substr(1) : text;
        facts.push_back(std::move(fact));
      }
    }
  }
  return facts;
}

// Every fact is a cell and every cell that is not blank is a fact.
void expect_same(const ReportSet& set) {
  std::map<std::string, std::string> files;
  for (const auto& f : xbrl_csv(set)) files[f.name] = f.bytes;
  std::map<std::vector<std::string>, Fact> facts;
  for (auto& fact : facts_of(files)) {
    const std::vector<std::string> place = {fact["r:table"], fact["r:row"], fact["r:column"]};
    EXPECT_TRUE(facts.emplace(place, std::move(fact)).second) << "two facts in one place";
  }
  std::size_t cells = 0;
  for (const auto& table : set.tables)
    for (const auto& cell : table.cells) {
      const auto found = facts.find({table.code, cell.row, cell.col});
      if (cell.kind == Kind::blank) {
        EXPECT_EQ(found, facts.end());
        continue;
      }
      ++cells;
      ASSERT_NE(found, facts.end()) << table.code << " " << cell.row << " " << cell.col;
      Fact fact = found->second;
      EXPECT_EQ(fact[""], cell.value);
      EXPECT_EQ(fact["entity"], "agency:" + set.manifest.unit);
      EXPECT_EQ(fact["period"], set.manifest.period);
      const bool money = table.unit == "元";
      EXPECT_EQ(fact["concept"], cell.kind == Kind::text ? "r:text" : money ? "r:amount" : "r:number");
      EXPECT_EQ(fact["unit"], cell.kind == Kind::text ? "" : money ? "iso4217:CNY" : "xbrli:pure");
    }
  EXPECT_EQ(cells, facts.size());
}

TEST(XbrlCsv, EveryFactReconstructsItsCell) { expect_same(sample()); }

TEST(XbrlCsv, OfAnySet) {
  std::mt19937_64 random(20230614);
  for (int i = 0; i < 100; ++i) expect_same(random_set(random, "990000"));
}

TEST(XbrlCsv, SpecialSignsAreThemselves) {
  ReportSet set = sample();
  Table& t = set.tables[0];
  t.cols[0].code = "$row";
  t.cols[1].code = "#none";
  t.rows[0].code = "#1";
  t.lineage.clear();
  for (auto& c : t.cells) {
    c.col = c.col == "1" ? "$row" : "#none";
    if (c.row == "1") c.row = "#1";
  }
  t.cells[1].value = "#nil";
  expect_same(set);
  t.cells[1].value = "";  // a text without letters is a fact all the same
  expect_same(set);
}

TEST(XbrlCsv, ThirteenIsTheYear) {
  ReportSet set = sample();
  set.manifest.period = "2023-13";
  for (const auto& f : xbrl_csv(set))
    if (f.name == "parameters.csv") {
      EXPECT_EQ(f.bytes, "name,value\nentity,agency:330100\nperiod,2023\n");
    }
}

TEST(XbrlCsv, TheTaxonomyIsXmlAndTheZipIsTheSameEveryTime) {
  const std::string zip = xbrl_csv_zip(sample());
  EXPECT_EQ(zip, xbrl_csv_zip(sample()));
  std::set<std::string> names;
  for (const auto& e : unzip(zip, {}).entries) {
    names.insert(e.name);
    if (e.name == "report/reports/taxonomy.xsd") {
      EXPECT_NO_THROW(Poco::XML::SAXParser().parseString(e.bytes));
    }
  }
  EXPECT_EQ(names, (std::set<std::string>{"report/META-INF/reportPackage.json", "report/reports/parameters.csv", "report/reports/report.json", "report/reports/table-NHSA_M01.csv", "report/reports/table-社决附01.csv", "report/reports/taxonomy.xsd"}));
}

}  // namespace
}  // namespace mif::report_package::testing
