// SPDX-License-Identifier: Apache-2.0
// Reading SQL just enough: where literals and comments are, where statements end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/store/database.h"

namespace mif::store {

// `?` becomes ":p1", ":p2", .. - the one form every SOCI back end understands - outside literals; comments are dropped,
// because SOCI's own scanner would look for parameters in them. `mark` = "$" writes them as PostgreSQL itself wants them.
std::string with_named_parameters(std::string_view sql, std::size_t* count = nullptr, std::string_view mark = ":p");

// The statements of a migration for one dialect, see Migration. Triggers and $$-quoted bodies stay whole.
std::vector<std::string> statements_for(Dialect dialect, std::string_view sql);

// "insert into t (a, b) values (?, ?), (?, ?)"
std::string insert_statement(std::string_view table, const std::vector<std::string>& columns, std::size_t rows);

// A short form of a statement for messages: one line, no more than 120 characters, never a value.
std::string shown(std::string_view sql);

}  // namespace mif::store
