// SPDX-License-Identifier: Apache-2.0
#include "kernel/app/mifctl/books.h"

#include <algorithm>

#include "kernel/base/info.h"
#include "kernel/base/within.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

[[noreturn]] void complain(const std::string& file, int line, const std::string& what) {
  throw Error(MIF_E_INVALID, "book.file", file + ":" + std::to_string(line) + ": " + what);
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
      throw within(path + ":" + std::to_string(node->line), e);
    }
    if (std::find(file.charts.begin(), file.charts.end(), book.chart) == file.charts.end()) file.charts.push_back(book.chart);
    file.books.emplace_back(std::move(book), node->get("opening"));
  }
  if (file.books.empty()) complain(path, 1, "没有账套 (no book)");
  return file;
}

}  // namespace mif::app
