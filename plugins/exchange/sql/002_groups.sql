create table x_exchange_group (
  group_id bigint not null primary key,
  group_source varchar(64) not null,
  group_feed varchar(80) not null,
  gather_key varchar(160) not null,
  number_of_key bigint not null,
  revision bigint not null,
  group_book varchar(40) not null,
  group_unit varchar(20) not null,
  group_rule varchar(120) not null,
  group_state varchar(12) not null,
  group_reason varchar(800) not null,
  group_documents bigint not null,
  group_fen bigint not null,
  group_voucher bigint not null,
  group_voucher_no varchar(40) not null,
  opened_ms bigint not null,
  moved_ms bigint not null,
  unique (group_source, gather_key, number_of_key)
);
create index x_exchange_group_state on x_exchange_group (group_state, group_voucher);
create table x_exchange_delivery (
  id bigint not null primary key,
  source varchar(64) not null,
  feed varchar(80) not null,
  cursor_from varchar(64) not null,
  cursor_to varchar(64) not null,
  first_document bigint not null,
  last_document bigint not null,
  documents bigint not null,
  fen bigint not null,
  digest varchar(64) not null,
  received_ms bigint not null
);
create table x_exchange_reversal (
  document_id bigint not null primary key,
  because_of varchar(200) not null,
  voucher_id bigint not null,
  made_ms bigint not null
);
create table x_exchange_counter (
  name varchar(40) not null primary key,
  last_id bigint not null
);
insert into x_exchange_counter (name, last_id) select 'document', coalesce(max(id), 0) from x_exchange_document;
insert into x_exchange_counter (name, last_id) select 'payable', coalesce(max(id), 0) from x_exchange_payable;
insert into x_exchange_counter (name, last_id) select 'outbox', coalesce(max(id), 0) from x_exchange_outbox;
insert into x_exchange_counter (name, last_id) values ('group', 0);
insert into x_exchange_counter (name, last_id) values ('delivery', 0);
alter table x_exchange_document add column gathered_in bigint default 0 not null;
alter table x_exchange_document add column delivery_id bigint default 0 not null;
alter table x_exchange_outbox add column group_id bigint default 0 not null;
drop index x_exchange_document_voucher;
create index x_exchange_document_whose on x_exchange_document (gathered_in, voucher_id);
create index x_exchange_outbox_group on x_exchange_outbox (group_id, sent_ms);
create index x_exchange_payable_voucher on x_exchange_payable (voucher_id);
alter table x_exchange_cursor add column folds bigint default 0 not null
