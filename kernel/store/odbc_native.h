// SPDX-License-Identifier: Apache-2.0
// ODBC calls on SOCI's own connection handle: errors, parameters, reading, array binding.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <string>
#include <string_view>
#include <vector>

#include "kernel/store/session.h"

namespace mif::store {

// Throws the mif::Error that the handle's diagnostic record means; ConnectionLost when the connection is dead.
[[noreturn]] void throw_odbc(SQLHDBC connection, SQLSMALLINT handle_type, SQLHANDLE handle, std::string_view sql);
[[noreturn]] void throw_odbc(SQLHDBC connection, std::string_view sqlstate, SQLINTEGER native, std::string message, std::string_view sql);
bool odbc_connection_dead(SQLHDBC connection) noexcept;
std::string odbc_info(SQLHDBC connection, SQLUSMALLINT what);

// One row's parameters bound by address: texts are borrowed, the rest lives here until the statement has run.
class OdbcParameters {
 public:
  void bind(SQLHDBC connection, SQLHSTMT statement, Params params, std::string_view sql);

 private:
  std::vector<SQLBIGINT> integers_;
  std::vector<SQLLEN> lengths_;
};

// The current row of a fetched statement. SOCI is not used for this: it believes a driver's length beyond its own buffer and
// cuts 200 Chinese characters to 200 bytes. SQLGetData in pieces is exact for any length.
class OdbcRow final : public Row {
 public:
  OdbcRow(SQLHDBC connection, SQLHSTMT statement, std::string_view sql);
  bool fetch();  // false at the end
  std::size_t size() const override { return columns_.size(); }
  bool null(std::size_t i) const override { return column(i).null; }
  bool is_text(std::size_t i) const override { return column(i).text && !column(i).null; }
  std::int64_t integer(std::size_t i) const override;
  std::string_view text(std::size_t i) const override { return column(i).value; }

 private:
  struct Column {
    bool text = false, null = false;
    std::string value;
  };
  const Column& column(std::size_t i) const;
  void read(std::size_t i);
  SQLHDBC connection_;
  SQLHSTMT statement_;
  std::string_view sql_;
  std::vector<Column> columns_;
};

// Runs a prepared insert for many rows at once by column-wise arrays. Returns how many rows the driver took: fewer than
// given (0) when it has no array binding; then the caller goes row by row.
std::size_t odbc_insert_arrays(SQLHDBC connection, SQLHSTMT statement, std::size_t width, Params rows, std::string_view sql);

}  // namespace mif::store
