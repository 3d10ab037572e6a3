// SPDX-License-Identifier: Apache-2.0
#include "kernel/app/mifctl/books.h"

#include <algorithm>
#include <sstream>

#include "kernel/base/info.h"
#include "kernel/base/text.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

[[noreturn]] void complain(const std::string& file, int line, const std::string& what) {
  throw Error(MIF_E_INVALID, file + ":" + std::to_string(line) + ": " + what);
}

}  // namespace

BooksFile read_books_info(const std::string& path) {
  const InfoNode root = read_info_file(path);
  refuse_unknown_keys(root, path, {"book"});
  BooksFile file;
  for (const InfoNode* node : root.all("book")) {
    refuse_unknown_keys(*node, path, {"unit", "scheme", "chart", "name", "start", "opening"});
    ledger::Book book;
    book.code = node->value;
    if (book.code.empty()) complain(path, node->line, "book 后面要有账套代码 (expected a book code)");
    for (auto [key, target] : {std::pair{"unit", &book.unit}, {"scheme", &book.scheme}, {"chart", &book.chart}, {"name", &book.name}}) {
      *target = node->get(key);
      if (target->empty()) complain(path, node->line, "账套 " + book.code + " 缺 (lacks) " + key);
    }
    try {
      book.start = Period::parse(node->get("start"));
    } catch (const Error& e) {
      complain(path, node->line, e.what());
    }
    if (std::find(file.charts.begin(), file.charts.end(), book.chart) == file.charts.end()) file.charts.push_back(book.chart);
    file.books.emplace_back(std::move(book), node->get("opening"));
  }
  if (file.books.empty()) complain(path, 1, "没有账套 (no book)");
  return file;
}

OpeningFile read_opening(const std::string& path) {
  std::istringstream in(read_file(path));
  OpeningFile file;
  std::string text;
  for (int number = 1; std::getline(in, text); ++number) {
    if (!text.empty() && text.back() == '\r') text.pop_back();
    const auto wrong = [&](const char* column, const std::string& what) { file.problems.push_back({number, column, what}); };
    if (number == 1) {
      if (text.substr(0, 3) == "\xEF\xBB\xBF") text.erase(0, 3);
      if (text == "account,aux,side,amount") continue;
      wrong("", "首行应为 account,aux,side,amount, 实为 \"" + text + "\" (unexpected head)");
      return file;
    }
    if (text.empty()) continue;
    std::vector<std::string> cells(1);
    for (const char c : text) {
      if (c == ',') cells.emplace_back();
      else cells.back() += c;
    }
    if (cells.size() != 4) {
      wrong("", "应有 4 栏, 实有 " + std::to_string(cells.size()) + " (expected 4 cells)");
      continue;
    }
    ledger::Line line;
    line.account = cells[0];
    line.aux = cells[1];
    line.summary = "期初余额";
    line.side = cells[2] == "debit" ? MIF_DEBIT : MIF_CREDIT;
    bool good = cells[2] == "debit" || cells[2] == "credit";
    if (!good) wrong("side", "方向应为 debit 或 credit (expected debit or credit), 实为 \"" + cells[2] + "\"");
    try {
      line.fen = Fen::parse(cells[3]);
    } catch (const Error& e) {
      wrong("amount", e.what());
      good = false;
    }
    if (!good) continue;
    file.lines.push_back(std::move(line));
    file.numbers.push_back(number);
  }
  return file;
}

std::vector<ledger::Line> read_opening_csv(const std::string& path) {
  OpeningFile file = read_opening(path);
  if (!file.problems.empty()) complain(path, file.problems.front().line, file.problems.front().what);
  return std::move(file.lines);
}

}  // namespace mif::app
