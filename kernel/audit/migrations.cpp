// SPDX-License-Identifier: Apache-2.0
#include "kernel/audit/log.h"

namespace mif::audit {
namespace {

// Keys in the order (chain, seq), so that a chain is read as one range. audit_head is the lock of its chain and says where
// the chain ends: a cut tail contradicts it. The triggers stop mistakes and ordinary clients; a database administrator who
// drops them is found by verification instead.
constexpr store::Migration kMigrations[] = {{1, "append-only log", R"sql(
--@sqlite
create table audit_entry (
  chain varchar(64) not null, seq bigint not null, at_ms bigint not null, actor varchar(128) not null, origin varchar(128) not null,
  trace varchar(128) not null, action varchar(128) not null, object varchar(256) not null, object_digest varchar(64) not null,
  body varchar(8000000) not null, hash varchar(64) not null, primary key (chain, seq));
create table audit_head (chain varchar(64) not null primary key, seq bigint not null, hash varchar(64) not null);
--@postgresql
create table audit_entry (
  chain varchar(64) not null, seq bigint not null, at_ms bigint not null, actor varchar(128) not null, origin varchar(128) not null,
  trace varchar(128) not null, action varchar(128) not null, object varchar(256) not null, object_digest varchar(64) not null,
  body varchar(8000000) not null, hash varchar(64) not null, primary key (chain, seq));
create table audit_head (chain varchar(64) not null primary key, seq bigint not null, hash varchar(64) not null) with (fillfactor = 20);
--@generic
create table audit_entry (
  chain varchar(64) not null, seq bigint not null, at_ms bigint not null, actor varchar(128) not null, origin varchar(128) not null,
  trace varchar(128) not null, action varchar(128) not null, object varchar(256) not null, object_digest varchar(64) not null,
  body text not null, hash varchar(64) not null, primary key (chain, seq));
create table audit_head (chain varchar(64) not null primary key, seq bigint not null, hash varchar(64) not null);
--@all
--@sqlite
create trigger audit_entry_no_update before update on audit_entry begin select raise(abort, 'audit_entry is append-only'); end;
create trigger audit_entry_no_delete before delete on audit_entry begin select raise(abort, 'audit_entry is append-only'); end;
create trigger audit_head_no_delete before delete on audit_head begin select raise(abort, 'audit_head only grows'); end;
create trigger audit_head_no_return before update on audit_head when new.seq < old.seq or new.chain <> old.chain begin select raise(abort, 'audit_head only grows'); end;
--@postgresql
create function audit_refuse() returns trigger language plpgsql as $$ begin raise exception 'the audit log is append-only'; end $$;
create trigger audit_entry_no_change before update or delete on audit_entry for each row execute function audit_refuse();
create trigger audit_entry_no_truncate before truncate on audit_entry for each statement execute function audit_refuse();
create trigger audit_head_no_delete before delete on audit_head for each row execute function audit_refuse();
create trigger audit_head_no_truncate before truncate on audit_head for each statement execute function audit_refuse();
create trigger audit_head_no_return before update on audit_head for each row when (new.seq < old.seq or new.chain <> old.chain) execute function audit_refuse();
--@all
)sql"}};

}  // namespace

std::span<const store::Migration> migrations() { return kMigrations; }

}  // namespace mif::audit
