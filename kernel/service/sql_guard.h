// SPDX-License-Identifier: Apache-2.0
// Keeps a plugin's SQL on the plugin's own tables. It reads tokens, not the grammar: whatever it cannot place is refused.
#pragma once

#include <string_view>

namespace mif::service {

enum class SqlUse { query, execute };
// One statement, no comments, no quoted identifiers; every table is x_<schema>_* or a name from its own WITH clause; only
// known functions. Throws MIF_E_DENIED / MIF_E_INVALID with what was found.
void check_sql(std::string_view sql, std::string_view schema, SqlUse use);
// A step of a plugin's schema: create, alter or drop of its own tables and indexes, and insert, update, delete in them.
void check_migration_sql(std::string_view sql, std::string_view schema);

}  // namespace mif::service
