// SPDX-License-Identifier: Apache-2.0
#include "kernel/audit/row_digest.h"
#include "kernel/closing/closing.h"
#include "kernel/closing/rows.h"

namespace mif::closing {
namespace {

constexpr store::Migration kMigrations[] = {{1, "exceptions, ratios", R"sql(
create table closing_exception (
  id bigint not null primary key, book varchar(40) not null, year bigint not null, month bigint not null, area bigint not null,
  person varchar(80) not null, reason varchar(400) not null, minutes bigint not null, state bigint not null,
  requested_by varchar(80) not null, requested_ms bigint not null, decided_by varchar(80) not null, decided_ms bigint not null,
  until_ms bigint not null);
create index closing_exception_book on closing_exception (book, year, month);
create table closing_ratio (
  id bigint not null primary key, book varchar(40) not null, year bigint not null, name varchar(80) not null,
  numerator bigint not null, denominator bigint not null, source varchar(400) not null, state bigint not null,
  entered_by varchar(80) not null, entered_ms bigint not null, decided_by varchar(80) not null, decided_ms bigint not null);
create index closing_ratio_book on closing_ratio (book, year, name);
--@sqlite
create trigger closing_exception_no_delete before delete on closing_exception begin select raise(abort, 'exceptions never vanish'); end;
create trigger closing_ratio_no_delete before delete on closing_ratio begin select raise(abort, 'ratios never vanish'); end;
create trigger closing_ratio_no_update before update on closing_ratio when old.state <> 1 begin select raise(abort, 'a decided ratio never changes'); end;
--@postgresql
create trigger closing_exception_no_delete before delete on closing_exception for each row execute function ledger_refuse();
create trigger closing_ratio_no_delete before delete on closing_ratio for each row execute function ledger_refuse();
create trigger closing_ratio_no_update before update on closing_ratio for each row when (old.state <> 1) execute function ledger_refuse();
--@all
)sql"}};

}  // namespace

std::string row_digest(store::Txn& txn, HashAlg alg, std::string_view columns, std::string_view table, std::int64_t id) {
  Canonical canonical;
  txn.query("select " + std::string(columns) + " from " + std::string(table) + " where id = ?", {id}, [&](const store::Row& row) { audit::add_row(canonical, row); });
  return audit::digest_hex(alg, canonical);
}

std::span<const store::Migration> migrations() { return kMigrations; }

std::vector<audit::DigestSource> digest_sources(HashAlg alg) {
  const auto source = [alg](std::string prefix, std::string_view columns, std::string_view table) {
    return audit::DigestSource{prefix, [=](store::Txn& txn, const audit::Emit& emit) {
                                 txn.query("select " + std::string(columns) + " from " + std::string(table), {}, [&](const store::Row& row) {
                                   Canonical canonical;
                                   audit::add_row(canonical, row);
                                   emit(prefix + ':' + std::to_string(row.integer(0)), audit::digest_hex(alg, canonical));
                                 });
                               }};
  };
  return {source("exception", kExceptionColumns, "closing_exception"), source("ratio", kRatioColumns, "closing_ratio")};
}

}  // namespace mif::closing
