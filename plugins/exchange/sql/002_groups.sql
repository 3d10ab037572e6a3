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
  first_document bigint not null,
  group_documents bigint not null,
  group_fen bigint not null,
  group_voucher bigint not null,
  group_voucher_no varchar(40) not null,
  opened_ms bigint not null,
  moved_ms bigint not null,
  unique (group_source, gather_key, number_of_key)
);
create index x_exchange_group_state on x_exchange_group (group_state, group_book, group_voucher);
create index x_exchange_group_voucher on x_exchange_group (group_voucher);
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
alter table x_exchange_outbox add column group_id bigint default 0 not null;
create index x_exchange_outbox_group on x_exchange_outbox (group_id, sent_ms);
create index x_exchange_payable_voucher on x_exchange_payable (voucher_id);
alter table x_exchange_cursor add column changes bigint default 0 not null
;
create table x_exchange_kept (
  id bigint not null, source varchar(64) not null, feed varchar(80) not null, cursor_text varchar(64) not null, doc_key varchar(80) not null, doc_version bigint not null,
  arrival bigint not null, doc_type varchar(40) not null, book varchar(40) not null, unit varchar(20) not null, batch varchar(64) not null, doc_day bigint not null,
  amount_fen bigint not null, payload varchar(8000) not null, digest varchar(64) not null, state varchar(12) not null, reason varchar(800) not null, rule_name varchar(120) not null,
  voucher_id bigint not null, voucher_no varchar(40) not null, received_ms bigint not null, changed_ms bigint not null
);
insert into x_exchange_kept select id, source, feed, cursor_text, doc_key, doc_version, arrival, doc_type, book, unit, batch, doc_day, amount_fen, payload, digest, state, reason, rule_name,
  voucher_id, voucher_no, received_ms, changed_ms from x_exchange_document;
drop table x_exchange_document;
create table x_exchange_document (
  id bigint not null primary key,
  source varchar(64) not null,
  feed varchar(80) not null,
  cursor_text varchar(64) not null,
  doc_key varchar(80) not null,
  doc_version bigint not null,
  arrival bigint not null,
  doc_type varchar(40) not null,
  book varchar(40) not null,
  unit varchar(20) not null,
  batch varchar(64) not null,
  doc_day bigint not null,
  amount_fen bigint not null,
  payload varchar(8000) not null,
  digest varchar(64) not null,
  state varchar(12) not null,
  reason varchar(800) not null,
  rule_name varchar(120) not null,
  voucher_id bigint not null,
  voucher_no varchar(40) not null,
  received_ms bigint not null,
  changed_ms bigint not null,
  gathered_in bigint default 0 not null,
  delivery_id bigint default 0 not null,
  unique (source, doc_key, doc_version, arrival)
);
insert into x_exchange_document select id, source, feed, cursor_text, doc_key, doc_version, arrival, doc_type, book, unit, batch, doc_day, amount_fen, payload, digest, state, reason, rule_name,
  voucher_id, voucher_no, received_ms, changed_ms, 0, 0 from x_exchange_kept;
drop table x_exchange_kept;
create index x_exchange_document_whose on x_exchange_document (gathered_in, state, book, voucher_id)
