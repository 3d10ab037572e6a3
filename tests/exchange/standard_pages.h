// SPDX-License-Identifier: Apache-2.0
// The published standard (docs/exchange) as data: what the pages say, and what they have to say for given rules.
#pragma once

#include <string>
#include <vector>

#include "rules.h"

namespace mif::exchange::testing {

std::string content(const std::string& path);  // of a file of the source tree
std::string page(const std::string& name);     // docs/exchange/NAME
// The fenced block ```LANGUAGE after `heading`. Throws when there is none.
std::string fenced(const std::string& page, const std::string& heading, const std::string& language);
// The SQL of ddl.md for "sqlite", "postgresql" or "sqlserver".
std::string exchange_ddl(const std::string& database);

struct Column {
  std::string name, type;
  bool required = true;
  bool operator==(const Column& other) const { return name == other.name && type == other.type && required == other.required; }
};
struct Table {
  std::string name;
  std::vector<Column> columns;
};
std::vector<Table> tables_of_ddl(const std::string& ddl);       // "create table NAME ( ... )" in the order of the text
std::vector<Table> tables_of_page(const std::string& page);     // "### `NAME`" and the rows "| `column` | `type` | ..." below it

// A row of a Markdown table: its cells without blanks around them.
std::vector<std::vector<std::string>> rows_below(const std::string& page, const std::string& heading);
std::vector<std::string> ticked(const std::string& cell);  // what stands in `...`

// Section 3 of documents.md.
struct Numbered {
  int number = 0;
  std::string name;
  std::vector<std::string> employee, resident, maternity;
  std::string instead;  // where there is no type: what takes its place
};
std::vector<Numbered> forty();

// What the page says between "<!-- NAME -->" and "<!-- end -->", and what it has to say.
std::string generated(const std::string& page, const std::string& name);
std::string list_table(const RuleSet& rules);
std::string type_table(const RuleSet& rules);

}  // namespace mif::exchange::testing
