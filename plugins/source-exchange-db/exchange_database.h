// SPDX-License-Identifier: Apache-2.0
// An exchange database as this plugin sees it: three tables, any SQL database. docs/exchange/ddl.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mif/error.hpp"

namespace mif::source_exchange {

struct Layout {
  std::string document = "ex_document", withdrawal = "ex_withdrawal", status = "ex_status";
  // How this database says "at most n rows"; {n} is replaced. Empty = it cannot, reading stops by itself.
  std::string row_limit = "limit {n}";
};

struct SourceRow {
  long long seq = 0, version = 1, day = 0;
  std::string key, type, payload;
  bool withdrawn = false;
};

// What the business side has of one kind of document in a period.
struct TotalRow {
  std::string type, unit, scheme, book;
  long long documents = 0, fen = 0;
};

struct KeyRow {
  long long seq = 0, version = 1, day = 0, fen = 0;
  std::string key;
};

// The documents whose day lies in [from, to], as yyyymmdd.
struct DayRange {
  long long from = 0, to = 0;
};

struct StatusRow {
  long long seq = 0, version = 1, told_ms = 0;
  std::string feed, key, state, reason, voucher;
};

// One connection. [worker, serialized]
class ExchangeDatabase {
 public:
  virtual ~ExchangeDatabase() = default;
  // Rows of one table with seq > after, by seq, at most n.
  virtual std::vector<SourceRow> documents(const std::string& feed, long long after, std::uint32_t n) = 0;
  virtual std::vector<SourceRow> withdrawals(const std::string& feed, long long after, std::uint32_t n) = 0;
  // Documents at their latest version that were not withdrawn, each once however often it was delivered.
  virtual std::vector<TotalRow> totals(const std::string& feed, DayRange days) = 0;
  // Those behind one total with seq > after, by seq, at most n.
  virtual std::vector<KeyRow> keys(const std::string& feed, DayRange days, const std::string& type, const std::string& book, long long after, std::uint32_t n) = 0;
  // Writes each row over what is there for its (feed, seq), all in one transaction.
  virtual void put_status(const std::vector<StatusRow>& rows) = 0;
};

struct Dsn {
  std::string backend;  // sqlite, postgresql, odbc
  std::string connect;  // what the driver takes
  std::string shown;    // for messages: no password
};
// "sqlite://PATH", "postgresql://...", "postgresql:host=...", "odbc://Driver=...;...". Throws MIF_E_INVALID.
Dsn parse_dsn(const std::string& dsn);

// Throws MIF_E_UNAVAILABLE when it cannot be reached, MIF_E_INVALID for a bad table name.
std::unique_ptr<ExchangeDatabase> open_database(const Dsn& dsn, const Layout& layout);
std::unique_ptr<ExchangeDatabase> open_soci(const Dsn& dsn, const Layout& layout);
std::unique_ptr<ExchangeDatabase> open_odbc(const Dsn& dsn, const Layout& layout);

// Documents and withdrawals share one numbering: both, merged by seq, at most n.
std::vector<SourceRow> read_after(ExchangeDatabase& database, const std::string& feed, long long after, std::uint32_t n);

// Both backends speak the same statements.
std::string document_sql(const Layout& layout, std::uint32_t n, const char* feed, const char* after);
std::string withdrawal_sql(const Layout& layout, std::uint32_t n, const char* feed, const char* after);
// Parameters in this order: the feed four times under four names, then for the keys type, book, after.
struct ComparePlaces {
  const char *feed1, *feed2, *feed3, *feed4, *type, *book, *after;
};
std::string totals_sql(const Layout& layout, DayRange days, const ComparePlaces& places);
std::string keys_sql(const Layout& layout, DayRange days, std::uint32_t n, const ComparePlaces& places);

}  // namespace mif::source_exchange
