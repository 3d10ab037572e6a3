// SPDX-License-Identifier: Apache-2.0
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
)sql"}};

}  // namespace

std::span<const store::Migration> migrations() { return kMigrations; }

std::string object_of_account(std::string_view chart, const Account& a) {
  return "account:" + std::string(chart) + '/' + a.unit + '/' + a.code + '/' + std::to_string(a.valid_from.value());
}

std::string digest_of_account(HashAlg alg, std::string_view chart, const Account& a) {
  Canonical canonical;
  audit::add_values(canonical, {chart, a.unit, a.code, a.valid_from, a.valid_to, a.name, stored_class(a), a.side, a.closes_to,
                                join(a.aux_required), join(a.aux_allowed)});
  return audit::digest_hex(alg, canonical);
}

std::string digest_of_aux(HashAlg alg, std::string_view chart, const AuxType& type) {
  Canonical canonical;
  audit::add_values(canonical, {chart, type.code, type.name});
  for (const auto& [code, name] : type.items) audit::add_values(canonical, {chart, type.code, code, name});
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
           audit::add_row(canonical, row);
           std::string object = "account:";
           for (const std::size_t i : {0, 1, 2, 3}) object += (i ? "/" : "") + std::string(row.text(i));
           emit(object, audit::digest_hex(alg, canonical));
         });
       }},
      {"aux",
       [alg](store::Txn& txn, const audit::Emit& emit) {
         std::map<std::pair<std::string, std::string>, Canonical> types;
         txn.query("select chart, code, name from chart_aux_type", {}, [&](const store::Row& row) {
           audit::add_row(types[{std::string(row.text(0)), std::string(row.text(1))}], row);
         });
         txn.query("select chart, type, code, name from chart_aux_item order by chart, type, code", {}, [&](const store::Row& row) {
           audit::add_row(types[{std::string(row.text(0)), std::string(row.text(1))}], row);
         });
         for (const auto& [key, canonical] : types) emit("aux:" + key.first + '/' + key.second, audit::digest_hex(alg, canonical));
       }},
  };
}

}  // namespace mif::chart
