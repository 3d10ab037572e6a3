// SPDX-License-Identifier: Apache-2.0
// Saved 多栏账 definitions.
#include "kernel/audit/row_digest.h"
#include "kernel/books/books.h"
#include "mif/json.hpp"

namespace mif::books {
namespace {

constexpr store::Migration kMigrations[] = {{1, "columnar definitions", R"sql(
create table books_columnar (
  chart varchar(40) not null, code varchar(40) not null, name varchar(200) not null, account varchar(20) not null,
  dimension varchar(40) not null, columns_text varchar(2000) not null, primary key (chart, code));
)sql"}};

std::string object_of(std::string_view chart, std::string_view code) { return "columnar:" + std::string(chart) + '/' + std::string(code); }

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

ColumnarDefinition read(const store::Row& row) {
  ColumnarDefinition d{std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)), {}};
  std::string_view text = row.text(4);
  while (!text.empty()) {
    const auto comma = text.find(',');
    d.columns.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return d;
}

constexpr std::string_view kRead = "select code, name, account, dimension, columns_text from books_columnar where chart = ? ";

}  // namespace

void save_definition(store::Txn& txn, const Who& who, audit::Log& log, std::string_view chart, const ColumnarDefinition& d) {
  if (d.code.empty() || d.name.empty() || d.account.empty()) throw Error(MIF_E_INVALID, "columnar.incomplete", "多栏账定义要有代码、名称和科目 (a columnar definition needs code, name and account)");
  if (d.columns.size() > kMostColumns) throw Error(MIF_E_INVALID, "columnar.too-many", "多栏账最多 60 栏, 此定义有 " + std::to_string(d.columns.size()) + " 栏 (at most 60 columns): " + d.code);
  for (std::size_t i = 0; i < d.columns.size(); ++i) {
    if (d.columns[i].empty() || d.columns[i].find(',') != std::string::npos) throw Error(MIF_E_INVALID, "columnar.column", "栏目写法不对 (a column is an account code or an item, no comma): \"" + d.columns[i] + "\"");
    for (std::size_t j = 0; j < i; ++j)
      if (d.columns[j] == d.columns[i]) throw Error(MIF_E_INVALID, "columnar.duplicate", "栏目重复 (column given twice): " + d.columns[i]);
  }
  const std::string columns = joined(d.columns);
  Canonical canonical;
  audit::add_values(canonical, {chart, d.code, d.name, d.account, d.dimension, columns});
  JsonWriter json;
  json.begin_object().field("chart", chart).field("code", d.code).field("name", d.name).field("account", d.account).field("dimension", d.dimension).field("columns", columns).end_object();
  log.append(txn, who, {"system", "columnar.save", object_of(chart, d.code), audit::digest_hex(log.alg(), canonical), json.take()});
  if (txn.execute("update books_columnar set name = ?, account = ?, dimension = ?, columns_text = ? where chart = ? and code = ?", {d.name, d.account, d.dimension, columns, chart, d.code}) == 0)
    txn.execute("insert into books_columnar (chart, code, name, account, dimension, columns_text) values (?, ?, ?, ?, ?, ?)", {chart, d.code, d.name, d.account, d.dimension, columns});
}

void remove_definition(store::Txn& txn, const Who& who, audit::Log& log, std::string_view chart, std::string_view code) {
  if (txn.execute("delete from books_columnar where chart = ? and code = ?", {chart, code}) == 0)
    throw Error(MIF_E_NOT_FOUND, "columnar.not-found", "没有多栏账定义 (no such columnar definition): \"" + std::string(code) + "\"");
  JsonWriter json;
  json.begin_object().field("chart", chart).field("code", code).end_object();
  log.append(txn, who, {"system", "columnar.remove", object_of(chart, code), std::string(audit::kGone), json.take()});
}

std::vector<ColumnarDefinition> definitions(store::Txn& txn, std::string_view chart) {
  std::vector<ColumnarDefinition> all;
  txn.query(std::string(kRead) + "order by code", {chart}, [&](const store::Row& row) { all.push_back(read(row)); });
  return all;
}

ColumnarDefinition definition(store::Txn& txn, std::string_view chart, std::string_view code) {
  ColumnarDefinition found;
  txn.query(std::string(kRead) + "and code = ?", {chart, code}, [&](const store::Row& row) { found = read(row); });
  if (found.code.empty()) throw Error(MIF_E_NOT_FOUND, "columnar.not-found", "没有多栏账定义 (no such columnar definition): \"" + std::string(code) + "\"");
  return found;
}

std::span<const store::Migration> migrations() { return kMigrations; }

std::vector<audit::DigestSource> digest_sources(HashAlg alg) {
  return {{"columnar", [alg](store::Txn& txn, const audit::Emit& emit) {
             txn.query("select chart, code, name, account, dimension, columns_text from books_columnar", {}, [&](const store::Row& row) {
               Canonical canonical;
               audit::add_row(canonical, row);
               emit(object_of(row.text(0), row.text(1)), audit::digest_hex(alg, canonical));
             });
           }}};
}

}  // namespace mif::books
