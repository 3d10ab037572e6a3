// SPDX-License-Identifier: Apache-2.0
#include "kernel/app/mifctl/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "mif/json.hpp"

namespace mif::app {
namespace {

bool numeric(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == ',' || c == '-'; });
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

void print_table(const Table& table) {
  const std::size_t n = table.titles.size();
  std::vector<int> widths(n);
  std::vector<bool> right(n, !table.rows.empty());
  for (std::size_t c = 0; c < n; ++c) {
    widths[c] = display_width(table.titles[c]);
    for (const auto& row : table.rows) {
      widths[c] = std::max(widths[c], display_width(row[c]));
      if (!row[c].empty() && !numeric(row[c])) right[c] = false;
    }
  }
  std::string out;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t c = 0; c < n; ++c) text += (c ? "  " : "") + pad(cells[c], widths[c], right[c]);
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  };
  if (n != 0) line(table.titles);
  for (const auto& row : table.rows) line(row);
  if (!table.summary.empty()) out += table.summary + '\n';
  std::fwrite(out.data(), 1, out.size(), stdout);
}

}  // namespace

int display_width(std::string_view utf8) {
  int width = 0;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t bytes = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    // Everything from U+1100 on that the terminal shows here is Han, kana, or full-width punctuation.
    width += bytes >= 3 ? 2 : 1;
    i += bytes;
  }
  return width;
}

std::string pad(std::string_view utf8, int width, bool right) {
  const std::string blanks(static_cast<std::size_t>(std::max(0, width - display_width(utf8))), ' ');
  return right ? blanks + std::string(utf8) : std::string(utf8) + blanks;
}

void print(const Table& table, Format format) {
  if (format == Format::table) return print_table(table);
  if (format == Format::csv) {
    const auto line = [](const std::vector<std::string>& cells) {
      std::string text;
      for (std::size_t c = 0; c < cells.size(); ++c) text += (c ? "," : "") + csv_cell(cells[c]);
      fmt::print("{}\r\n", text);
    };
    line(table.keys);
    for (const auto& row : table.rows) line(row);
    return;
  }
  JsonWriter w;
  w.begin_object().field("apiVersion", "mif/v1").field("kind", table.kind).key("items").begin_array();
  for (const auto& row : table.rows) {
    w.begin_object();
    for (std::size_t c = 0; c < row.size(); ++c) w.field(table.keys[c], row[c]);
    w.end_object();
  }
  w.end_array();
  if (!table.summary.empty()) w.field("summary", table.summary);
  w.key("next").null().end_object();
  fmt::print("{}\n", w.str());
}

}  // namespace mif::app
