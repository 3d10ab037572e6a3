// SPDX-License-Identifier: Apache-2.0
#include "kernel/store/odbc_native.h"

#include <algorithm>
#include <cstring>

#include "kernel/store/postgresql_native.h"
#include "kernel/store/sql_text.h"

namespace mif::store {
namespace {

constexpr std::size_t kLongText = 4000;  // bytes from which a driver wants the LONG form of a type

bool is_text_type(SQLSMALLINT type) {
  switch (type) {
    case SQL_CHAR:
    case SQL_VARCHAR:
    case SQL_LONGVARCHAR:
    case SQL_WCHAR:
    case SQL_WVARCHAR:
    case SQL_WLONGVARCHAR: return true;
    default: return false;
  }
}

}  // namespace

bool odbc_connection_dead(SQLHDBC connection) noexcept {
  SQLUINTEGER dead = SQL_CD_FALSE;
  const SQLRETURN result = SQLGetConnectAttr(connection, SQL_ATTR_CONNECTION_DEAD, &dead, sizeof dead, nullptr);
  return SQL_SUCCEEDED(result) && dead == SQL_CD_TRUE;
}

std::string odbc_info(SQLHDBC connection, SQLUSMALLINT what) {
  char text[256] = "";
  SQLSMALLINT length = 0;
  if (!SQL_SUCCEEDED(SQLGetInfo(connection, what, text, sizeof text, &length))) return "?";
  return text;
}

void throw_odbc(SQLHDBC connection, std::string_view sqlstate, SQLINTEGER native, std::string message, std::string_view sql) {
  message.resize(std::min(message.find("\nDETAIL"), message.size()));  // its details repeat the row's values
  std::string state(sqlstate);
  // sqliteodbc has one state for everything; SQLite's own code and words tell.
  if (state == "HY000" && native == 19 && message.find("UNIQUE constraint") != std::string::npos) state = "23505";
  if (state == "HY000" && (native == 5 || native == 6)) state = "55P03";
  if (state == "23000" && (message.find("nique") != std::string::npos || message.find("uplicate") != std::string::npos || message.find("UNIQUE") != std::string::npos)) state = "23505";
  if (state == "HYT00" || state == "HYT01" || odbc_connection_dead(connection)) state = "08006";
  std::rethrow_exception(postgresql_error(state, message, sql));
}

void throw_odbc(SQLHDBC connection, SQLSMALLINT handle_type, SQLHANDLE handle, std::string_view sql) {
  SQLCHAR state[SQL_SQLSTATE_SIZE + 1] = "";
  SQLCHAR message[SQL_MAX_MESSAGE_LENGTH + 1] = "the driver gave no reason";
  SQLINTEGER native = 0;
  SQLSMALLINT length = 0;
  SQLGetDiagRec(handle_type, handle, 1, state, &native, message, sizeof message, &length);
  throw_odbc(connection, reinterpret_cast<const char*>(state), native, reinterpret_cast<const char*>(message), sql);
}

void OdbcParameters::bind(SQLHDBC connection, SQLHSTMT statement, Params params, std::string_view sql) {
  integers_.resize(params.size());
  lengths_.resize(params.size());
  for (std::size_t i = 0; i < params.size(); ++i) {
    const auto number = static_cast<SQLUSMALLINT>(i + 1);
    SQLRETURN result = SQL_SUCCESS;
    if (const std::int64_t* integer = params[i].integer()) {
      integers_[i] = *integer;
      lengths_[i] = 0;
      result = SQLBindParameter(statement, number, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 19, 0, &integers_[i], 0, &lengths_[i]);
    } else {
      const std::string_view text = params[i].null() ? std::string_view("") : *params[i].text();
      refuse_nul(text);
      lengths_[i] = params[i].null() ? SQL_NULL_DATA : static_cast<SQLLEN>(text.size());
      result = SQLBindParameter(statement, number, SQL_PARAM_INPUT, SQL_C_CHAR, text.size() > kLongText ? SQL_LONGVARCHAR : SQL_VARCHAR,
                                std::max<SQLULEN>(1, text.size()), 0, const_cast<char*>(text.data() ? text.data() : ""), static_cast<SQLLEN>(text.size()), &lengths_[i]);
    }
    if (!SQL_SUCCEEDED(result)) throw_odbc(connection, SQL_HANDLE_STMT, statement, sql);
  }
}

OdbcRow::OdbcRow(SQLHDBC connection, SQLHSTMT statement, std::string_view sql) : connection_(connection), statement_(statement), sql_(sql) {
  SQLSMALLINT count = 0;
  SQLNumResultCols(statement_, &count);
  columns_.resize(static_cast<std::size_t>(std::max<SQLSMALLINT>(count, 0)));
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    SQLCHAR name[256];
    SQLSMALLINT length = 0, type = 0, digits = 0, nullable = 0;
    SQLULEN size = 0;
    if (!SQL_SUCCEEDED(SQLDescribeCol(statement_, static_cast<SQLUSMALLINT>(i + 1), name, sizeof name, &length, &type, &size, &digits, &nullable)))
      throw_odbc(connection_, SQL_HANDLE_STMT, statement_, sql_);
    columns_[i].text = is_text_type(type);
  }
}

bool OdbcRow::fetch() {
  const SQLRETURN result = SQLFetch(statement_);
  if (result == SQL_NO_DATA) return false;
  if (!SQL_SUCCEEDED(result)) throw_odbc(connection_, SQL_HANDLE_STMT, statement_, sql_);
  for (std::size_t i = 0; i < columns_.size(); ++i) read(i);
  return true;
}

void OdbcRow::read(std::size_t i) {
  Column& column = columns_[i];
  column.value.clear();
  column.null = false;
  char piece[4096];
  for (;;) {
    SQLLEN length = 0;
    const SQLRETURN result = SQLGetData(statement_, static_cast<SQLUSMALLINT>(i + 1), SQL_C_CHAR, piece, sizeof piece, &length);
    if (result == SQL_NO_DATA) return;
    if (!SQL_SUCCEEDED(result)) throw_odbc(connection_, SQL_HANDLE_STMT, statement_, sql_);
    if (length == SQL_NULL_DATA) {
      column.null = true;
      return;
    }
    // Cut: the buffer is full but for the final NUL, whatever the length says.
    const bool cut = result == SQL_SUCCESS_WITH_INFO && (length == SQL_NO_TOTAL || length >= static_cast<SQLLEN>(sizeof piece));
    column.value.append(piece, cut ? std::strlen(piece) : static_cast<std::size_t>(length));
    if (!cut) return;
  }
}

const OdbcRow::Column& OdbcRow::column(std::size_t i) const {
  if (i >= columns_.size()) throw Error(MIF_E_INTERNAL, "查询没有第 " + std::to_string(i + 1) + " 列 (no such column in the result)");
  return columns_[i];
}

std::int64_t OdbcRow::integer(std::size_t i) const {
  if (column(i).null) not_an_integer(i, "NULL");
  return integer_of(column(i).value);
}

std::size_t odbc_insert_arrays(SQLHDBC connection, SQLHSTMT statement, std::size_t width, Params rows, std::string_view sql) {
  const std::size_t count = rows.size() / width;
  struct Restore {
    SQLHSTMT statement;
    ~Restore() {
      SQLSetStmtAttr(statement, SQL_ATTR_PARAMSET_SIZE, reinterpret_cast<SQLPOINTER>(1), 0);
      SQLSetStmtAttr(statement, SQL_ATTR_PARAM_STATUS_PTR, nullptr, 0);
      SQLSetStmtAttr(statement, SQL_ATTR_PARAMS_PROCESSED_PTR, nullptr, 0);
      SQLFreeStmt(statement, SQL_RESET_PARAMS);
    }
  } const restore{statement};
  if (SQLSetStmtAttr(statement, SQL_ATTR_PARAMSET_SIZE, reinterpret_cast<SQLPOINTER>(count), 0) != SQL_SUCCESS) return 0;
  std::vector<SQLUSMALLINT> status(count, SQL_PARAM_UNUSED);
  SQLULEN processed = 0;
  SQLSetStmtAttr(statement, SQL_ATTR_PARAM_BIND_TYPE, SQL_PARAM_BIND_BY_COLUMN, 0);
  SQLSetStmtAttr(statement, SQL_ATTR_PARAM_STATUS_PTR, status.data(), 0);
  SQLSetStmtAttr(statement, SQL_ATTR_PARAMS_PROCESSED_PTR, &processed, 0);

  struct Array {
    std::vector<SQLBIGINT> integers;
    std::string texts;
    std::vector<SQLLEN> lengths;
  };
  std::vector<Array> arrays(width);
  for (std::size_t column = 0; column < width; ++column) {
    Array& array = arrays[column];
    array.lengths.resize(count);
    std::size_t longest = 0;
    bool text = false;
    for (std::size_t at = column; at < rows.size(); at += width)
      if (const std::string_view* value = rows[at].text()) {
        refuse_nul(*value);
        text = true;
        longest = std::max(longest, value->size());
      }
    const std::size_t room = longest + 1;
    if (text)
      array.texts.resize(room * count);
    else
      array.integers.resize(count);
    for (std::size_t row = 0; row < count; ++row) {
      const Param& value = rows[row * width + column];
      if (value.null()) {
        array.lengths[row] = SQL_NULL_DATA;
      } else if (!text) {
        array.integers[row] = *value.integer();
      } else {
        const std::string bytes = value.integer() ? std::to_string(*value.integer()) : std::string(*value.text());
        if (bytes.size() > longest) return 0;  // numbers among texts, longer than any of them: leave it to the loop
        std::memcpy(&array.texts[row * room], bytes.data(), bytes.size());
        array.lengths[row] = static_cast<SQLLEN>(bytes.size());
      }
    }
    const auto number = static_cast<SQLUSMALLINT>(column + 1);
    const SQLRETURN bound =
        text ? SQLBindParameter(statement, number, SQL_PARAM_INPUT, SQL_C_CHAR, longest > kLongText ? SQL_LONGVARCHAR : SQL_VARCHAR, room, 0, array.texts.data(), static_cast<SQLLEN>(room), array.lengths.data())
             : SQLBindParameter(statement, number, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 19, 0, array.integers.data(), 0, array.lengths.data());
    if (!SQL_SUCCEEDED(bound)) throw_odbc(connection, SQL_HANDLE_STMT, statement, sql);
  }
  const SQLRETURN result = SQLExecute(statement);
  if (!SQL_SUCCEEDED(result)) throw_odbc(connection, SQL_HANDLE_STMT, statement, sql);
  if (processed != count) throw Error(MIF_E_UNSUPPORTED, "store.odbc-batch", "驱动的批量写入不可靠 (the driver took " + std::to_string(processed) + " of " + std::to_string(count) + " rows): " + shown(sql));
  for (const SQLUSMALLINT one : status)
    if (one != SQL_PARAM_SUCCESS && one != SQL_PARAM_SUCCESS_WITH_INFO) throw_odbc(connection, SQL_HANDLE_STMT, statement, sql);
  return count;
}

}  // namespace mif::store
