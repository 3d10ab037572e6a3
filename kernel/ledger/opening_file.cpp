// SPDX-License-Identifier: Apache-2.0
#include "kernel/ledger/opening_file.h"

#include <array>

#include "kernel/base/text.h"
#include "kernel/sheet/read.h"

namespace mif::ledger {

OpeningFile read_opening(const std::string& path) {
  constexpr std::array<std::string_view, 4> columns = {"account", "aux", "side", "amount"};
  OpeningFile file;
  bool head = false, good_head = true;
  sheet::read_rows(read_file(path), [&](const sheet::InputRow& row) {
    if (row.sheet != 0 || !good_head) return;
    const auto wrong = [&](const char* rule, std::string_view column, const std::string& what) { file.problems.push_back({row.number, std::string(column), what + " [" + rule + "]"}); };
    const auto cell = [&](std::size_t i) { return i < row.cells.size() ? row.cells[i].text : std::string(); };
    if (!head) {
      head = true;
      for (std::size_t i = 0; i < columns.size(); ++i)
        if (cell(i) != columns[i]) good_head = false;
      good_head = good_head && row.cells.size() == columns.size();
      if (!good_head) wrong("opening.head", "head", "首行应为 account,aux,side,amount (the head must be account,aux,side,amount)");
      return;
    }
    if (row.cells.size() > columns.size()) return wrong("opening.cells", "cells", "应有 4 栏, 实有 " + std::to_string(row.cells.size()) + " (expected 4 cells)");
    Line line;
    line.account = cell(0);
    line.aux = cell(1);
    line.summary = "期初余额";
    line.side = cell(2) == "debit" ? MIF_DEBIT : MIF_CREDIT;
    bool good = cell(2) == "debit" || cell(2) == "credit";
    if (!good) wrong("opening.side", "side", "方向应为 debit 或 credit (expected debit or credit), 实为 \"" + cell(2) + "\"");
    try {
      line.fen = Fen::parse(cell(3));
    } catch (const Error& e) {
      file.problems.push_back({row.number, "amount", e.what()});
      good = false;
    }
    if (!good) return;
    file.lines.push_back(std::move(line));
    file.numbers.push_back(row.number);
  });
  return file;
}

std::vector<Line> read_opening_lines(const std::string& path) {
  OpeningFile file = read_opening(path);
  if (!file.problems.empty()) throw Error(MIF_E_INVALID, path + ':' + std::to_string(file.problems.front().line) + ": " + file.problems.front().what);
  return std::move(file.lines);
}

}  // namespace mif::ledger
