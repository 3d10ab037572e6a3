// SPDX-License-Identifier: Apache-2.0
#include "kernel/store/postgresql_native.h"

#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "kernel/store/sql_text.h"

namespace mif::store {
namespace {

constexpr Oid kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kBpchar = 1042, kVarchar = 1043;
constexpr std::size_t kChunk = 1 << 18;

template <typename Integer>
void put(std::string& out, Integer value) {
  for (int shift = static_cast<int>(sizeof(Integer)) * 8 - 8; shift >= 0; shift -= 8) out += static_cast<char>((static_cast<std::uint64_t>(value) >> shift) & 0xff);
}

template <typename Integer>
void put_number(std::string& out, std::int64_t value) {
  if (value < std::numeric_limits<Integer>::min() || value > std::numeric_limits<Integer>::max())
    throw Error(MIF_E_INTERNAL, "整数放不进列 (an integer does not fit its column): " + std::to_string(value));
  put<std::int32_t>(out, sizeof(Integer));
  put<Integer>(out, static_cast<Integer>(value));
}

void put_value(std::string& out, Oid type, const Param& value) {
  if (value.null()) return put<std::int32_t>(out, -1);
  const std::int64_t* integer = value.integer();
  if (type == kText || type == kVarchar || type == kBpchar) {
    std::array<char, 24> digits;
    std::string_view bytes;
    if (integer) {
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *integer).ptr;
      bytes = std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data()));
    } else {
      bytes = *value.text();
    }
    put<std::int32_t>(out, static_cast<std::int32_t>(bytes.size()));
    out += bytes;
    return;
  }
  const std::int64_t number = integer ? *integer : integer_of(*value.text());
  if (type == kInt8) return put_number<std::int64_t>(out, number);
  if (type == kInt4) return put_number<std::int32_t>(out, number);
  put_number<std::int16_t>(out, number);
}

void append_element(std::string& array, const Param& value) {
  if (value.null()) {
    array += "NULL";
  } else if (const std::int64_t* integer = value.integer()) {
    std::array<char, 24> digits;
    array.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), *integer).ptr);
  } else {
    array += '"';
    for (const char c : *value.text()) {
      if (c == '"' || c == '\\') array += '\\';
      array += c;
    }
    array += '"';
  }
}

}  // namespace

std::exception_ptr postgresql_error(std::string_view sqlstate, std::string_view message, std::string_view sql) {
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.remove_suffix(1);
  const std::string said = std::string(message) + " [" + shown(sql) + "]";
  if (sqlstate.starts_with("08") || sqlstate == "57P01" || sqlstate == "57P02" || sqlstate == "57P03")
    return std::make_exception_ptr(ConnectionLost("数据库连接断开 (the connection to the database was lost): " + said));
  if (sqlstate == "40001" || sqlstate == "40P01")
    return std::make_exception_ptr(SerializationFailure("与另一事务冲突,请重试 (gave way to another transaction, try again): " + said));
  if (sqlstate == "23505" || sqlstate == "23P01") return std::make_exception_ptr(Error(MIF_E_CONFLICT, "store.unique", "唯一键重复 (a unique key exists already): " + said));
  if (sqlstate == "22001") return std::make_exception_ptr(Error(MIF_E_INVALID, "store.too-long", "文字超过列宽 (a text is longer than its column): " + said));
  if (sqlstate == "22021") return std::make_exception_ptr(Error(MIF_E_INVALID, "store.not-utf8", "文字不是 UTF-8 (a text is not valid UTF-8): " + said));
  if (sqlstate == "55P03" || sqlstate.starts_with("53"))
    return std::make_exception_ptr(Error(MIF_E_UNAVAILABLE, "store.busy", "数据库资源被占用或不足 (the database is busy or out of resources): " + said));
  if (sqlstate == "25006") return std::make_exception_ptr(Error(MIF_E_UNAVAILABLE, "store.read-only", "数据库当前只读 (the database is read-only now, is this the standby?): " + said));
  if (sqlstate == "57014") return std::make_exception_ptr(Error(MIF_E_DEADLINE, "store.timeout", "语句超时被取消 (the statement was cancelled): " + said));
  return std::make_exception_ptr(Error(MIF_E_INTERNAL, "数据库拒绝了语句 (the database refused a statement): " + said));
}

std::exception_ptr postgresql_error(PGconn* connection, const PGresult* result, std::string_view sql) {
  const char* state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
  const char* primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  const bool lost = PQstatus(connection) != CONNECTION_OK;
  return postgresql_error(lost ? "08006" : state ? state : "", primary ? primary : PQerrorMessage(connection), sql);
}

bool copy_rows(PGconn* connection, std::string_view table, const std::vector<std::string>& columns, const std::vector<Oid>& types, Params rows) {
  for (const Oid type : types)
    if (type != kInt8 && type != kInt4 && type != kInt2 && type != kText && type != kVarchar && type != kBpchar) return false;
  std::string sql = "copy " + std::string(table) + " (";
  for (std::size_t i = 0; i < columns.size(); ++i) sql += (i ? ", " : "") + columns[i];
  sql += ") from stdin (format binary)";
  if (const Result started(PQexec(connection, sql.c_str())); PQresultStatus(started.get()) != PGRES_COPY_IN)
    std::rethrow_exception(postgresql_error(connection, started.get(), sql));

  std::exception_ptr own_fault;
  try {
    std::string buffer("PGCOPY\n\377\r\n\0", 11);
    buffer.append(8, '\0');
    for (std::size_t at = 0; at < rows.size(); at += columns.size()) {
      put<std::int16_t>(buffer, static_cast<std::int16_t>(columns.size()));
      for (std::size_t i = 0; i < columns.size(); ++i) put_value(buffer, types[i], rows[at + i]);
      if (buffer.size() < kChunk) continue;
      if (PQputCopyData(connection, buffer.data(), static_cast<int>(buffer.size())) != 1) throw std::runtime_error("copy");
      buffer.clear();
    }
    put<std::int16_t>(buffer, -1);
    if (PQputCopyData(connection, buffer.data(), static_cast<int>(buffer.size())) != 1) throw std::runtime_error("copy");
  } catch (const Error&) {
    own_fault = std::current_exception();  // the COPY still has to be ended before the connection can say anything else
  } catch (const std::runtime_error&) {
    std::rethrow_exception(postgresql_error(connection, nullptr, sql));
  }
  PQputCopyEnd(connection, own_fault ? "a value does not fit its column" : nullptr);
  std::exception_ptr refused;
  while (const Result result{PQgetResult(connection)})
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK && !refused) refused = postgresql_error(connection, result.get(), sql);
  if (own_fault) std::rethrow_exception(own_fault);
  if (refused) std::rethrow_exception(refused);
  return true;
}

ArrayInsert array_insert(std::string_view table, const std::vector<std::string>& columns, Params rows) {
  const std::size_t width = columns.size();
  ArrayInsert made;
  made.arrays.resize(width);
  std::string names, casts;
  for (std::size_t column = 0; column < width; ++column) {
    std::string& array = made.arrays[column];
    array = "{";
    bool text = false;  // a column of NULLs only goes as bigint: that may be assigned to a text column, not the reverse
    for (std::size_t at = column; at < rows.size(); at += width) {
      if (at != column) array += ',';
      append_element(array, rows[at]);
      text = text || rows[at].text();
    }
    array += '}';
    names += (column ? ", " : "") + columns[column];
    casts += std::string(column ? ", " : "") + (text ? "cast(? as text[])" : "cast(? as bigint[])");
  }
  made.sql = "insert into " + std::string(table) + " (" + names + ") select * from unnest(" + casts + ")";
  return made;
}

}  // namespace mif::store
