-- What became of a payment, as the treasury told it: its last number, so that an older word told again changes nothing.
alter table x_exchange_payable add column result_seq bigint default 0 not null;
create table x_exchange_outbox_kept (
  id bigint not null, source varchar(64) not null, feed varchar(80) not null, cursor_text varchar(64) not null, doc_key varchar(80) not null, doc_version bigint not null,
  state varchar(12) not null, reason varchar(800) not null, voucher varchar(40) not null, sent_ms bigint not null, group_id bigint not null
);
insert into x_exchange_outbox_kept select id, source, feed, cursor_text, doc_key, doc_version, state, reason, voucher, sent_ms, group_id from x_exchange_outbox;
drop table x_exchange_outbox;
create table x_exchange_outbox (
  id bigint not null primary key,
  source varchar(64) not null,
  feed varchar(80) not null,
  cursor_text varchar(64) not null,
  doc_key varchar(80) not null,
  doc_version bigint not null,
  state varchar(20) not null,
  reason varchar(800) not null,
  voucher varchar(40) not null,
  sent_ms bigint not null,
  group_id bigint default 0 not null
);
insert into x_exchange_outbox select id, source, feed, cursor_text, doc_key, doc_version, state, reason, voucher, sent_ms, group_id from x_exchange_outbox_kept;
drop table x_exchange_outbox_kept;
create index x_exchange_outbox_sent on x_exchange_outbox (sent_ms, id);
create index x_exchange_outbox_group on x_exchange_outbox (group_id, sent_ms)
