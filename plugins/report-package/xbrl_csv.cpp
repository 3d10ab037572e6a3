// SPDX-License-Identifier: Apache-2.0
#include "xbrl_csv.h"

#include "csv.h"
#include "mif/json.hpp"
#include "rules.h"

namespace mif::report_package {
namespace {

constexpr const char* kTaxonomy = R"(<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldt="http://xbrl.org/2005/xbrldt"
           xmlns:r="urn:mif:report:1" targetNamespace="urn:mif:report:1" elementFormDefault="qualified">
  <xs:import namespace="http://www.xbrl.org/2003/instance" schemaLocation="http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"/>
  <xs:import namespace="http://xbrl.org/2005/xbrldt" schemaLocation="http://www.xbrl.org/2005/xbrldt-2005.xsd"/>
  <xs:element name="amount" id="r_amount" type="xbrli:monetaryItemType" substitutionGroup="xbrli:item" xbrli:periodType="duration" nillable="true"/>
  <xs:element name="number" id="r_number" type="xbrli:decimalItemType" substitutionGroup="xbrli:item" xbrli:periodType="duration" nillable="true"/>
  <xs:element name="text" id="r_text" type="xbrli:stringItemType" substitutionGroup="xbrli:item" xbrli:periodType="duration" nillable="true"/>
  <xs:element name="code" id="r_code" type="xs:string"/>
  <xs:element name="table" id="r_table" type="xbrli:stringItemType" substitutionGroup="xbrldt:dimensionItem" abstract="true" xbrli:periodType="duration" xbrldt:typedDomainRef="#r_code"/>
  <xs:element name="row" id="r_row" type="xbrli:stringItemType" substitutionGroup="xbrldt:dimensionItem" abstract="true" xbrli:periodType="duration" xbrldt:typedDomainRef="#r_code"/>
  <xs:element name="column" id="r_column" type="xbrli:stringItemType" substitutionGroup="xbrldt:dimensionItem" abstract="true" xbrli:periodType="duration" xbrldt:typedDomainRef="#r_code"/>
</xs:schema>
)";

// In a value of the metadata '$' begins a reference and '#' a special value; doubled they are themselves.
std::string literal(const std::string& text) { return !text.empty() && (text[0] == '$' || text[0] == '#') ? text[0] + text : text; }
// In a CSV file only '#' is special.
std::string fact(const std::string& text) { return text.empty() ? "#empty" : text[0] == '#' ? "#" + text : text; }

std::string url(const std::string& name) {
  static const char* const digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : name) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.') {
      out += c;
    } else {
      out += '%';
      out += digits[static_cast<unsigned char>(c) >> 4];
      out += digits[c & 15];
    }
  }
  return out;
}

bool counts_money(const Table& table) { return table.unit.empty() || table.unit.find("元") != std::string::npos; }

// A column of the form becomes one of numbers, one of texts, or both.
struct Layout {
  std::vector<bool> numbers, texts;
  std::vector<std::vector<const Cell*>> grid;  // [row][col]
};

Layout laid_out(const Table& table) {
  Layout l{std::vector<bool>(table.cols.size()), std::vector<bool>(table.cols.size()), std::vector<std::vector<const Cell*>>(table.rows.size(), std::vector<const Cell*>(table.cols.size()))};
  std::map<std::string, std::size_t> rows, cols;
  for (const auto& r : table.rows) rows.emplace(r.code, rows.size());
  for (const auto& c : table.cols) cols.emplace(c.code, cols.size());
  for (const auto& cell : table.cells) {
    const std::size_t col = cols.at(cell.col);
    l.grid[rows.at(cell.row)][col] = &cell;
    if (cell.kind == Kind::number) l.numbers[col] = true;
    if (cell.kind == Kind::text) l.texts[col] = true;
  }
  return l;
}

void write_column(JsonWriter& w, const std::string& id, const Axis& col, const char* concept_name, const char* unit) {
  w.key(id).begin_object().key("dimensions").begin_object().field("concept", concept_name);
  if (unit) w.field("unit", unit);
  w.field("r:row", "$row").field("r:column", literal(col.code)).end_object().end_object();
}

std::string column_id(char kind, std::size_t i) { return kind + std::to_string(i + 1); }

std::string report_json(const ReportSet& set, const std::vector<Layout>& layouts) {
  JsonWriter w;
  w.begin_object().key("documentInfo").begin_object().field("documentType", "https://xbrl.org/2021/xbrl-csv");
  w.key("namespaces").begin_object().field("r", "urn:mif:report:1").field("agency", "urn:mif:agency:1").field("iso4217", "http://www.xbrl.org/2003/iso4217").field("xbrli", "http://www.xbrl.org/2003/instance").end_object();
  w.key("taxonomy").begin_array().value("taxonomy.xsd").end_array().end_object();
  w.field("parameterURL", "parameters.csv");
  w.key("dimensions").begin_object().field("entity", "$entity").field("period", "$period").end_object();
  w.key("tableTemplates").begin_object();
  for (std::size_t t = 0; t < set.tables.size(); ++t) {
    const Table& table = set.tables[t];
    w.key(column_id('t', t)).begin_object().key("dimensions").begin_object().field("r:table", literal(table.code)).end_object().key("columns").begin_object().key("row").begin_object().end_object();
    for (std::size_t c = 0; c < table.cols.size(); ++c) {
      if (layouts[t].numbers[c]) write_column(w, column_id('n', c), table.cols[c], counts_money(table) ? "r:amount" : "r:number", counts_money(table) ? "iso4217:CNY" : "xbrli:pure");
      if (layouts[t].texts[c]) write_column(w, column_id('s', c), table.cols[c], "r:text", nullptr);
    }
    w.end_object().end_object();
  }
  w.end_object().key("tables").begin_object();
  for (std::size_t t = 0; t < set.tables.size(); ++t) w.key(column_id('t', t)).begin_object().field("url", url("table-" + set.tables[t].code + ".csv")).end_object();
  return w.end_object().end_object().take() + "\n";
}

std::string table_csv(const Table& table, const Layout& layout) {
  std::string text = "row";
  for (std::size_t c = 0; c < table.cols.size(); ++c) {
    if (layout.numbers[c]) text += "," + column_id('n', c);
    if (layout.texts[c]) text += "," + column_id('s', c);
  }
  text += '\n';
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    text += csv_field(fact(table.rows[r].code));
    for (std::size_t c = 0; c < table.cols.size(); ++c) {
      const Cell* cell = layout.grid[r][c];
      if (layout.numbers[c]) text += "," + (cell && cell->kind == Kind::number ? cell->value : std::string());
      if (layout.texts[c]) text += "," + (cell && cell->kind == Kind::text ? csv_field(fact(cell->value)) : std::string());
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::vector<Entry> xbrl_csv(const ReportSet& given) {
  ReportSet set = given;
  arrange(set);
  check_set(set);
  std::vector<Layout> layouts;
  for (const auto& table : set.tables) layouts.push_back(laid_out(table));
  const std::string& period = set.manifest.period;
  std::vector<Entry> files = {{"report.json", report_json(set, layouts)},
                              {"parameters.csv", "name,value\nentity," + csv_field("agency:" + set.manifest.unit) + "\nperiod," + (period.size() == 7 && period.substr(5) == "13" ? period.substr(0, 4) : period) + "\n"},
                              {"taxonomy.xsd", kTaxonomy}};
  for (std::size_t t = 0; t < set.tables.size(); ++t) files.push_back({"table-" + set.tables[t].code + ".csv", table_csv(set.tables[t], layouts[t])});
  return files;
}

std::string xbrl_csv_zip(const ReportSet& set) {
  ZipWriter zip;
  zip.add("report/META-INF/reportPackage.json", "{\"documentInfo\":{\"documentType\":\"https://xbrl.org/report-package/2023\"}}\n");
  for (const auto& file : xbrl_csv(set)) zip.add("report/reports/" + file.name, file.bytes);
  return zip.finish();
}

}  // namespace mif::report_package
