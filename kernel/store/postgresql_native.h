// SPDX-License-Identifier: Apache-2.0
// What the PostgreSQL back end does with libpq on SOCI's own connection: errors, COPY, arrays.
#pragma once

#include <libpq-fe.h>

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/store/session.h"

namespace mif::store {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

// ConnectionLost, SerializationFailure or the fitting mif::Error. Never with values of the row.
std::exception_ptr postgresql_error(std::string_view sqlstate, std::string_view message, std::string_view sql);
std::exception_ptr postgresql_error(PGconn* connection, const PGresult* result, std::string_view sql);

// COPY BINARY inside the connection's transaction; `types` are the columns' type oids. False when a type has no binary form
// here, then nothing was sent.
bool copy_rows(PGconn* connection, std::string_view table, const std::vector<std::string>& columns, const std::vector<Oid>& types, Params rows);

// "insert into t (a, b) select * from unnest(cast(? as bigint[]), cast(? as text[]))" and its two array literals: any number
// of rows in one prepared statement. The PostgreSQL family over ODBC uses it too.
struct ArrayInsert {
  std::string sql;
  std::vector<std::string> arrays;
};
ArrayInsert array_insert(std::string_view table, const std::vector<std::string>& columns, Params rows);

}  // namespace mif::store
