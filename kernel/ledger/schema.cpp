// SPDX-License-Identifier: Apache-2.0
#include "kernel/ledger/ledger.h"

namespace mif::ledger {
namespace {

// The book leads every key, so one book is one range everywhere. A voucher's number and source key are NULL until it has
// one: unique keys ignore NULL. Lines are written with the draft and change with its edits only; what a posted voucher or a closed
// period forbids is also forbidden by triggers, for whoever comes past the kernel. On PostgreSQL those of an insert look up
// each voucher and period by its key, as subqueries: a join would be planned while the tables are small and read them whole
// ever after.
constexpr store::Migration kMigrations[] = {{1, "books, vouchers, balances", R"sql(
create table ledger_book (
  id bigint not null primary key, code varchar(40) not null unique, unit varchar(64) not null, scheme varchar(20) not null,
  chart varchar(40) not null, name varchar(200) not null, start_year bigint not null, start_month bigint not null,
  read_only bigint not null, read_only_reason varchar(400) not null, yearly_closing bigint not null);
create table ledger_period (
  book bigint not null, year bigint not null, month bigint not null, state bigint not null,
  closed_by varchar(80) not null, closed_ms bigint not null, primary key (book, year, month));
--@sqlite
create table ledger_voucher (
  book bigint not null, year bigint not null, month bigint not null, id bigint not null, day bigint not null,
  word varchar(8) not null, number bigint, state bigint not null, closing bigint not null, reverses bigint not null,
  attachments bigint not null, total bigint not null, flow varchar(80) not null, source_plugin varchar(80) not null,
  source_key varchar(200), summary varchar(400) not null, maker varchar(80) not null, reviewer varchar(80) not null,
  poster varchar(80) not null, content_hash varchar(64) not null, workflow_instance bigint not null,
  created_ms bigint not null, posted_ms bigint not null, primary key (book, year, month, id)) without rowid;
create table ledger_line (
  book bigint not null, year bigint not null, month bigint not null, voucher bigint not null, line bigint not null,
  side bigint not null, fen bigint not null, account varchar(20) not null, aux varchar(400) not null,
  summary varchar(400) not null, primary key (book, year, month, voucher, line)) without rowid;
create table ledger_balance (
  book bigint not null, year bigint not null, month bigint not null, account varchar(20) not null, aux varchar(400) not null,
  debit bigint not null check (typeof(debit) = 'integer'), credit bigint not null check (typeof(credit) = 'integer'),
  closing_debit bigint not null check (typeof(closing_debit) = 'integer'),
  closing_credit bigint not null check (typeof(closing_credit) = 'integer'),
  primary key (book, year, month, account, aux)) without rowid;
create table ledger_counter (
  book bigint not null, year bigint not null, month bigint not null, word varchar(8) not null, last bigint not null,
  primary key (book, year, month, word)) without rowid;
--@postgresql
create table ledger_voucher (
  book bigint not null, year bigint not null, month bigint not null, id bigint not null, day bigint not null,
  word varchar(8) not null, number bigint, state bigint not null, closing bigint not null, reverses bigint not null,
  attachments bigint not null, total bigint not null, flow varchar(80) not null, source_plugin varchar(80) not null,
  source_key varchar(200), summary varchar(400) not null, maker varchar(80) not null, reviewer varchar(80) not null,
  poster varchar(80) not null, content_hash varchar(64) not null, workflow_instance bigint not null,
  created_ms bigint not null, posted_ms bigint not null, primary key (book, year, month, id)) with (fillfactor = 80);
create table ledger_line (
  book bigint not null, year bigint not null, month bigint not null, voucher bigint not null, line bigint not null,
  side bigint not null, fen bigint not null, account varchar(20) not null, aux varchar(400) not null,
  summary varchar(400) not null, primary key (book, year, month, voucher, line));
create table ledger_balance (
  book bigint not null, year bigint not null, month bigint not null, account varchar(20) collate "C" not null, aux varchar(400) collate "C" not null,
  debit bigint not null, credit bigint not null, closing_debit bigint not null, closing_credit bigint not null,
  primary key (book, year, month, account, aux)) with (fillfactor = 50);
create table ledger_counter (
  book bigint not null, year bigint not null, month bigint not null, word varchar(8) not null, last bigint not null,
  primary key (book, year, month, word)) with (fillfactor = 20);
--@generic
create table ledger_voucher (
  book bigint not null, year bigint not null, month bigint not null, id bigint not null, day bigint not null,
  word varchar(8) not null, number bigint, state bigint not null, closing bigint not null, reverses bigint not null,
  attachments bigint not null, total bigint not null, flow varchar(80) not null, source_plugin varchar(80) not null,
  source_key varchar(200), summary varchar(400) not null, maker varchar(80) not null, reviewer varchar(80) not null,
  poster varchar(80) not null, content_hash varchar(64) not null, workflow_instance bigint not null,
  created_ms bigint not null, posted_ms bigint not null, primary key (book, year, month, id));
create table ledger_line (
  book bigint not null, year bigint not null, month bigint not null, voucher bigint not null, line bigint not null,
  side bigint not null, fen bigint not null, account varchar(20) not null, aux varchar(400) not null,
  summary varchar(400) not null, primary key (book, year, month, voucher, line));
create table ledger_balance (
  book bigint not null, year bigint not null, month bigint not null, account varchar(20) not null, aux varchar(400) not null,
  debit bigint not null, credit bigint not null, closing_debit bigint not null, closing_credit bigint not null,
  primary key (book, year, month, account, aux));
create table ledger_counter (
  book bigint not null, year bigint not null, month bigint not null, word varchar(8) not null, last bigint not null,
  primary key (book, year, month, word));
--@all
create unique index ledger_voucher_id on ledger_voucher (id);
create unique index ledger_voucher_source on ledger_voucher (source_plugin, source_key);
create unique index ledger_voucher_number on ledger_voucher (book, year, month, word, number);
create table ledger_hold (
  book bigint not null, hold_key varchar(200) not null, account varchar(20) not null, aux varchar(400) not null,
  fen bigint not null, state bigint not null, primary key (book, hold_key));
create index ledger_hold_open on ledger_hold (book, state);
--@sqlite
create trigger ledger_line_no_update before update on ledger_line begin select raise(abort, 'voucher lines never change'); end;
create trigger ledger_line_no_delete before delete on ledger_line begin select raise(abort, 'voucher lines never vanish'); end;
create trigger ledger_line_no_insert before insert on ledger_line when exists (select 1 from ledger_voucher where id = new.voucher and state >= 3) begin select raise(abort, 'no line can be added to an approved or posted voucher'); end;
create trigger ledger_voucher_no_update before update on ledger_voucher when old.state >= 4 begin select raise(abort, 'a posted voucher never changes'); end;
create trigger ledger_voucher_no_delete before delete on ledger_voucher begin select raise(abort, 'vouchers never vanish'); end;
create trigger ledger_voucher_no_late_post before update of state on ledger_voucher when new.state = 4 and exists (select 1 from ledger_period where book = new.book and year = new.year and month = new.month and state <> 1) begin select raise(abort, 'the period is closed'); end;
create trigger ledger_voucher_no_late_insert before insert on ledger_voucher when exists (select 1 from ledger_period where book = new.book and year = new.year and month = new.month and state <> 1) begin select raise(abort, 'the period is closed'); end;
create trigger ledger_period_no_reopen before update on ledger_period when old.state = 2 begin select raise(abort, 'a closed period never opens again'); end;
create trigger ledger_period_no_delete before delete on ledger_period begin select raise(abort, 'periods never vanish'); end;
create trigger ledger_book_no_delete before delete on ledger_book begin select raise(abort, 'books never vanish'); end;
create trigger ledger_hold_no_delete before delete on ledger_hold begin select raise(abort, 'holds never vanish'); end;
create trigger ledger_hold_no_return before update on ledger_hold when old.state <> 1 begin select raise(abort, 'an ended hold never changes'); end;
--@postgresql
create function ledger_refuse() returns trigger language plpgsql as $$ begin raise exception 'this row never changes or vanishes (%)', tg_name; end $$;
create function ledger_line_check() returns trigger language plpgsql set enable_seqscan = off as $$ begin if exists (select 1 from (select distinct voucher from added) a where (select v.state from ledger_voucher v where v.id = a.voucher) >= 3) then raise exception 'no line can be added to an approved or posted voucher'; end if; return null; end $$;
create function ledger_voucher_check() returns trigger language plpgsql set enable_seqscan = off as $$ begin if exists (select 1 from (select distinct book, year, month from added) a where (select p.state from ledger_period p where p.book = a.book and p.year = a.year and p.month = a.month) <> 1) then raise exception 'the period is closed'; end if; return null; end $$;
create function ledger_late_post_check() returns trigger language plpgsql as $$ begin if exists (select 1 from ledger_period p where p.book = new.book and p.year = new.year and p.month = new.month and p.state <> 1) then raise exception 'the period is closed'; end if; return new; end $$;
create trigger ledger_line_no_change before update or delete on ledger_line for each row execute function ledger_refuse();
create trigger ledger_line_no_truncate before truncate on ledger_line for each statement execute function ledger_refuse();
create trigger ledger_line_no_insert after insert on ledger_line referencing new table as added for each statement execute function ledger_line_check();
create trigger ledger_voucher_no_update before update on ledger_voucher for each row when (old.state >= 4) execute function ledger_refuse();
create trigger ledger_voucher_no_delete before delete on ledger_voucher for each row execute function ledger_refuse();
create trigger ledger_voucher_no_truncate before truncate on ledger_voucher for each statement execute function ledger_refuse();
create trigger ledger_voucher_no_late_post before update of state on ledger_voucher for each row when (new.state = 4) execute function ledger_late_post_check();
create trigger ledger_voucher_no_late_insert after insert on ledger_voucher referencing new table as added for each statement execute function ledger_voucher_check();
create trigger ledger_period_no_reopen before update on ledger_period for each row when (old.state = 2) execute function ledger_refuse();
create trigger ledger_period_no_delete before delete on ledger_period for each row execute function ledger_refuse();
create trigger ledger_book_no_delete before delete on ledger_book for each row execute function ledger_refuse();
create trigger ledger_hold_no_delete before delete on ledger_hold for each row execute function ledger_refuse();
create trigger ledger_hold_no_return before update on ledger_hold for each row when (old.state <> 1) execute function ledger_refuse();
--@all
)sql"},
                                           {2, "cashier, fraction numbers, electronic documents, edited drafts", R"sql(
alter table ledger_voucher add column cashier varchar(80) default '' not null;
alter table ledger_voucher add column part bigint default 0 not null;
alter table ledger_voucher add column parts bigint default 0 not null;
alter table ledger_voucher add column lead bigint default 0 not null;
drop index ledger_voucher_number;
create unique index ledger_voucher_number on ledger_voucher (book, year, month, word, number, part);
create table ledger_attachment (
  book bigint not null, year bigint not null, month bigint not null, voucher bigint not null, seq bigint not null,
  digest varchar(64) not null, name varchar(200) not null, media_type varchar(100) not null, bytes bigint not null,
  primary key (book, year, month, voucher, seq));
create index ledger_attachment_digest on ledger_attachment (digest);
--@sqlite
drop trigger ledger_line_no_delete;
create trigger ledger_line_no_delete before delete on ledger_line when not exists (select 1 from ledger_voucher where id = old.voucher and state = 1) begin select raise(abort, 'lines vanish with the edit of a draft only'); end;
create trigger ledger_attachment_no_update before update on ledger_attachment begin select raise(abort, 'attachments never change'); end;
create trigger ledger_attachment_no_delete before delete on ledger_attachment when not exists (select 1 from ledger_voucher where id = old.voucher and state = 1) begin select raise(abort, 'attachments vanish with the edit of a draft only'); end;
create trigger ledger_attachment_no_insert before insert on ledger_attachment when exists (select 1 from ledger_voucher where id = new.voucher and state >= 3) begin select raise(abort, 'nothing can be attached to an approved or posted voucher'); end;
create trigger ledger_voucher_no_late_move before update of year, month on ledger_voucher when exists (select 1 from ledger_period where book = new.book and year = new.year and month = new.month and state <> 1) begin select raise(abort, 'the period is closed'); end;
--@postgresql
create function ledger_draft_only() returns trigger language plpgsql as $$ begin if (select v.state from ledger_voucher v where v.id = old.voucher) is distinct from 1 then raise exception 'rows of a voucher vanish with the edit of a draft only (%)', tg_name; end if; return old; end $$;
drop trigger ledger_line_no_change on ledger_line;
create trigger ledger_line_no_update before update on ledger_line for each row execute function ledger_refuse();
create trigger ledger_line_no_delete before delete on ledger_line for each row execute function ledger_draft_only();
create trigger ledger_attachment_no_update before update on ledger_attachment for each row execute function ledger_refuse();
create trigger ledger_attachment_no_delete before delete on ledger_attachment for each row execute function ledger_draft_only();
create trigger ledger_attachment_no_truncate before truncate on ledger_attachment for each statement execute function ledger_refuse();
create trigger ledger_attachment_no_insert after insert on ledger_attachment referencing new table as added for each statement execute function ledger_line_check();
create trigger ledger_voucher_no_late_move before update of year, month on ledger_voucher for each row when (new.year <> old.year or new.month <> old.month) execute function ledger_late_post_check();
--@all
)sql"},
                                           {3, "soft locks of a period", R"sql(
alter table ledger_period add column locks bigint not null default 0;
)sql"},
                                           {4, "what is on hold, by account", R"sql(
create table ledger_held (
  book bigint not null, account varchar(20) not null, aux varchar(400) not null, fen bigint not null, holds bigint not null,
  primary key (book, account, aux));
insert into ledger_held (book, account, aux, fen, holds)
  select book, account, aux, cast(sum(fen) as bigint), count(*) from ledger_hold where state = 1 group by book, account, aux;
)sql"}};

}  // namespace

std::span<const store::Migration> migrations() { return kMigrations; }

}  // namespace mif::ledger
