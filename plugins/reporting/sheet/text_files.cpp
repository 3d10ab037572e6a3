// SPDX-License-Identifier: Apache-2.0
#include "sheet/text_files.h"

#include <algorithm>

#include "mif/json.hpp"

namespace mif::reporting {
namespace {

std::string field(std::string_view text, bool amount) {
  const auto first = text.find_first_not_of('\'');
  const bool guarded = !amount && first != std::string_view::npos && std::string_view("=+-@\t\r").find(text[first]) != std::string_view::npos;
  std::string out = guarded ? "'" : "";
  out += text;
  if (out.find_first_of("\",\r\n") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

bool an_amount(std::string_view text) { return text.find_first_not_of("-0123456789,.%") == std::string_view::npos && text.find_last_of('-') + 1 <= 1; }

void line(std::string& out, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) out += (i ? "," : "") + field(cells[i], an_amount(cells[i]));
  out += "\r\n";
}

}  // namespace

std::string write_csv(const std::vector<FilledTable>& tables, const Occasion& occasion) {
  std::string out = "\xEF\xBB\xBF";
  bool first = true;
  for (const auto& filled : tables) {
    const Grid grid = grid_of(filled, occasion);
    if (!first) out += "\r\n";
    first = false;
    line(out, {grid.title});
    line(out, {grid.left, grid.centre, grid.right});
    std::vector<std::string> groups, titles, codes;
    for (const auto& c : grid.columns) {
      groups.push_back(c.group);
      titles.push_back(c.title);
      codes.push_back(c.kind == GridColumn::Kind::number ? "栏次" : c.code);
    }
    if (grid.grouped()) line(out, groups);
    line(out, titles);
    line(out, codes);
    for (const auto& row : grid.rows) {
      std::vector<std::string> cells;
      for (const auto& c : row) cells.push_back(c.shown);
      line(out, cells);
    }
    for (const auto& note : grid.notes) line(out, {note});
  }
  return out;
}

std::string print_document(const std::vector<FilledTable>& tables, const Occasion& occasion, std::string_view form) {
  if (tables.empty()) throw Error(MIF_E_INVALID, "report.export-empty", "没有可导出的报表，请先计算 (no table to export; compute the report first)");
  JsonWriter json;
  json.begin_object().field("title", tables.front().table->title).field("form", form).key("tables").begin_array();
  for (const auto& filled : tables) {
    const Grid grid = grid_of(filled, occasion);
    json.begin_object().field("title", grid.title).field("left", grid.left).field("centre", grid.centre).field("right", grid.right);
    json.key("columns").begin_array();
    for (std::size_t i = 0; i < grid.columns.size(); ++i) {
      const auto& c = grid.columns[i];
      const bool amount = c.kind == GridColumn::Kind::amount;
      json.begin_object().field("title", amount ? c.title + "\n" + c.code : c.title);
      const bool words = std::any_of(grid.rows.begin(), grid.rows.end(), [&](const auto& row) { return row[i].words; });
      json.field("kind", words ? "text" : amount ? "figure" : c.kind == GridColumn::Kind::number ? "centred" : "text");
      if (!c.group.empty()) json.field("group", c.group);
      json.field("width", breadth_of(grid, i)).field("repeated", !amount && !c.right).end_object();
    }
    json.end_array().key("rows").begin_array();
    for (const auto& row : grid.rows) {
      // A line of print has one height: words that are longer go on in the lines below.
      std::vector<std::vector<std::string>> cells;
      std::size_t lines = 1;
      for (std::size_t i = 0; i < row.size(); ++i) {
        cells.push_back(row[i].words ? wrapped(row[i].shown, breadth_of(grid, i) - 2) : std::vector<std::string>{row[i].shown});
        lines = std::max(lines, cells.back().size());
      }
      for (std::size_t line = 0; line < lines; ++line) {
        json.begin_object().key("cells").begin_array();
        for (const auto& c : cells) json.value(line < c.size() ? c[line] : std::string());
        json.end_array().end_object();
      }
    }
    json.end_array();
    std::string remark;
    for (const auto& note : grid.notes) remark += (remark.empty() ? "" : "　") + note;
    if (!remark.empty()) json.field("remark", remark);
    json.key("signatures").begin_array();
    for (const auto& one : grid.signatures) json.value(one);
    json.end_array().end_object();
  }
  return json.end_array().end_object().take();
}

}  // namespace mif::reporting
