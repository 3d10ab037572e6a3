// SPDX-License-Identifier: Apache-2.0
#include <variant>

#include "kernel/audit/row_digest.h"
#include "kernel/chart/chart.h"
#include "kernel/chart/rows.h"

namespace mif::chart {
namespace {

// chart.version changes with every apply: that is how another process learns that its cache is old.
constexpr store::Migration kMigrations[] = {{1, "charts of accounts", R"sql(
create table chart (code varchar(40) not null primary key, version bigint not null);
create table chart_account (
  chart varchar(40) not null, unit varchar(64) not null, code varchar(20) not null, valid_from bigint not null, valid_to bigint not null,
  name varchar(200) not null, class varchar(20) not null, side bigint not null, closes_to varchar(20) not null,
  aux_required varchar(400) not null, aux_allowed varchar(400) not null, primary key (chart, unit, code, valid_from));
create table chart_aux_type (chart varchar(40) not null, code varchar(40) not null, name varchar(200) not null, primary key (chart, code));
create table chart_aux_item (
  chart varchar(40) not null, type varchar(40) not null, code varchar(80) not null, name varchar(200) not null, primary key (chart, type, code));
)sql"},
                                          {2, "detail of agencies, typed items, base data", R"sql(
alter table chart_account add column detail varchar(10) not null default '';
alter table chart_aux_type add column format varchar(40) not null default '';
alter table chart_aux_type add column listing bigint not null default 0;
alter table chart_aux_item add column parent varchar(80) not null default '';
alter table chart_aux_item add column kind varchar(40) not null default '';
alter table chart_aux_item add column accounts varchar(200) not null default '';
alter table chart_aux_item add column valid_from bigint not null default 0;
alter table chart_aux_item add column valid_to bigint not null default 0;
create table chart_entry (
  chart varchar(40) not null, unit varchar(64) not null, kind varchar(20) not null, code varchar(40) not null, valid_from bigint not null,
  valid_to bigint not null, body varchar(4000) not null, primary key (chart, unit, kind, code, valid_from));
)sql"}};

// The first columns of a row, and the rest when they are not at their defaults.
struct Columns final : store::Row {
  const store::Row& row;
  std::size_t from, to;
  Columns(const store::Row& r, std::size_t f, std::size_t t) : row(r), from(f), to(t) {}
  std::size_t size() const override { return to - from; }
  bool null(std::size_t i) const override { return row.null(i + from); }
  bool is_text(std::size_t i) const override { return row.is_text(i + from); }
  std::int64_t integer(std::size_t i) const override { return row.integer(i + from); }
  std::string_view text(std::size_t i) const override { return row.text(i + from); }
};

bool at_default(const store::Row& row, std::size_t from) {
  for (std::size_t i = from; i < row.size(); ++i) {
    if (row.null(i)) return false;
    if (row.is_text(i) ? !row.text(i).empty() : row.integer(i) != 0) return false;
  }
  return true;
}

void add_row(Canonical& canonical, const store::Row& row, std::size_t width) {
  audit::add_row(canonical, Columns(row, 0, width));
  if (!at_default(row, width)) audit::add_row(canonical, Columns(row, width, row.size()));
}

// A row kept for later: items enter a digest by the bytes of their codes, whatever the database's collation.
struct Kept final : store::Row {
  std::vector<std::variant<std::monostate, std::int64_t, std::string>> cells;
  explicit Kept(const store::Row& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row.null(i)) cells.emplace_back();
      else if (const auto number = audit::integer_at(row, i)) cells.emplace_back(*number);
      else cells.emplace_back(std::string(row.text(i)));
    }
  }
  std::size_t size() const override { return cells.size(); }
  bool null(std::size_t i) const override { return cells[i].index() == 0; }
  bool is_text(std::size_t i) const override { return cells[i].index() == 2; }
  std::int64_t integer(std::size_t i) const override { return std::get<1>(cells[i]); }
  std::string_view text(std::size_t i) const override { return cells[i].index() == 2 ? std::string_view(std::get<2>(cells[i])) : std::string_view(); }
};

}  // namespace

std::span<const store::Migration> migrations() { return kMigrations; }

std::string object_of_account(std::string_view chart, const Account& a) {
  return "account:" + std::string(chart) + '/' + a.unit + '/' + a.code + '/' + std::to_string(a.valid_from.value());
}

std::string object_of_entry(std::string_view chart, const BaseEntry& e) {
  return "base:" + std::string(chart) + '/' + e.unit + '/' + e.kind + '/' + e.code + '/' + std::to_string(e.valid_from.value());
}

// Columns that came later enter a digest only when they say something: what was written before them keeps its digest.
std::string digest_of_account(HashAlg alg, std::string_view chart, const Account& a) {
  Canonical canonical;
  audit::add_values(canonical, {chart, a.unit, a.code, a.valid_from, a.valid_to, a.name, stored_class(a), a.side, a.closes_to,
                                join(a.aux_required), join(a.aux_allowed)});
  if (!a.detail.empty()) audit::add_values(canonical, {a.detail});
  return audit::digest_hex(alg, canonical);
}

std::string digest_of_aux(HashAlg alg, std::string_view chart, const AuxType& type) {
  Canonical canonical;
  audit::add_values(canonical, {chart, type.code, type.name});
  if (!type.format.empty() || type.listing != Listing::closed) audit::add_values(canonical, {type.format, static_cast<int>(type.listing)});
  for (const auto& i : type.items) {
    audit::add_values(canonical, {chart, type.code, i.code, i.name});
    if (!i.parent.empty() || !i.kind.empty() || !i.accounts.empty() || i.valid_from != Day() || i.valid_to != Day())
      audit::add_values(canonical, {i.parent, i.kind, i.accounts, i.valid_from, i.valid_to});
  }
  return audit::digest_hex(alg, canonical);
}

std::string digest_of_entry(HashAlg alg, std::string_view chart, const BaseEntry& e) {
  Canonical canonical;
  audit::add_values(canonical, {chart, e.unit, e.kind, e.code, e.valid_from, e.valid_to, e.body});
  return audit::digest_hex(alg, canonical);
}

std::string digest_of_chart(HashAlg alg, std::string_view chart, std::int64_t version) {
  Canonical canonical;
  audit::add_values(canonical, {chart, version});
  return audit::digest_hex(alg, canonical);
}

std::vector<audit::DigestSource> digest_sources(HashAlg alg) {
  return {
      {"chart",
       [alg](store::Txn& txn, const audit::Emit& emit) {
         txn.query("select code, version from chart", {}, [&](const store::Row& row) {
           Canonical canonical;
           audit::add_row(canonical, row);
           emit("chart:" + std::string(row.text(0)), audit::digest_hex(alg, canonical));
         });
       }},
      {"account",
       [alg](store::Txn& txn, const audit::Emit& emit) {
         const std::string sql = "select " + std::string(kAccountColumns) + " from chart_account";
         txn.query(sql, {}, [&](const store::Row& row) {
           Canonical canonical;
           add_row(canonical, row, 11);
           std::string object = "account:";
           for (const std::size_t i : {0, 1, 2, 3}) object += (i ? "/" : "") + std::string(row.text(i));
           emit(object, audit::digest_hex(alg, canonical));
         });
       }},
      {"aux",
       [alg](store::Txn& txn, const audit::Emit& emit) {
         std::map<std::pair<std::string, std::string>, Canonical> types;
         txn.query("select " + std::string(kTypeColumns) + " from chart_aux_type", {}, [&](const store::Row& row) {
           add_row(types[{std::string(row.text(0)), std::string(row.text(1))}], row, 3);
         });
         std::map<std::pair<std::string, std::string>, std::map<std::string, Kept>> items;
         txn.query("select " + std::string(kItemColumns) + " from chart_aux_item", {}, [&](const store::Row& row) {
           items[{std::string(row.text(0)), std::string(row.text(1))}].emplace(std::string(row.text(2)), Kept(row));
         });
         for (const auto& [key, of_type] : items)
           for (const auto& [code, row] : of_type) add_row(types[key], row, 4);
         for (const auto& [key, canonical] : types) emit("aux:" + key.first + '/' + key.second, audit::digest_hex(alg, canonical));
       }},
      {"base",
       [alg](store::Txn& txn, const audit::Emit& emit) {
         txn.query("select " + std::string(kEntryColumns) + " from chart_entry", {}, [&](const store::Row& row) {
           Canonical canonical;
           audit::add_row(canonical, row);
           std::string object = "base:";
           for (const std::size_t i : {0, 1, 2, 3, 4}) object += (i ? "/" : "") + std::string(row.text(i));
           emit(object, audit::digest_hex(alg, canonical));
         });
       }},
  };
}

}  // namespace mif::chart
