// SPDX-License-Identifier: Apache-2.0
// What the reporting tests share: templates read from the source tree or from memory, and a ledger made of balance rows.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "checks.h"

namespace mif::reporting {

// The templates of the source tree.
TemplateFiles source_files();
// Files held in memory, by path.
TemplateFiles memory_files(std::map<std::string, std::string> files);
std::vector<TemplateFolder> shipped_folders();
std::shared_ptr<const Catalog> shipped_catalog();
// One package "p" in folder "t/p" with the given tables (code -> text).
std::shared_ptr<const Catalog> small_catalog(const std::map<std::string, std::string>& tables);

// A ledger of balance rows, without a host.
struct Books {
  std::vector<BookInfo> books;
  std::map<std::pair<std::string, int>, std::vector<BalanceRow>> rows;
  void add(const std::string& book, int year, int month, const std::string& account, const std::string& aux, const std::string& debit,
           const std::string& credit, bool closing = false);
  Facts facts() const;
  static BookInfo book(const std::string& code, const std::string& unit, const std::string& scheme, Period start);
};
std::string text(const Value& value);
// The sentence of the mif::Error that `body` throws, or "".
template <class F>
std::string complaint(F&& body) {
  try {
    body();
  } catch (const Error& e) {
    return e.what();
  }
  return {};
}

}  // namespace mif::reporting
