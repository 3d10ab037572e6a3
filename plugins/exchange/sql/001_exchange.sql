create table x_exchange_cursor (
  source varchar(64) not null,
  feed varchar(80) not null,
  cursor_text varchar(64) not null,
  changed_ms bigint not null,
  primary key (source, feed)
);
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
  unique (source, feed, cursor_text),
  unique (source, doc_key, doc_version, arrival)
);
create index x_exchange_document_state on x_exchange_document (state, book, voucher_id);
create index x_exchange_document_voucher on x_exchange_document (voucher_id);
create table x_exchange_withdrawal (
  source varchar(64) not null,
  feed varchar(80) not null,
  cursor_text varchar(64) not null,
  doc_key varchar(80) not null,
  doc_version bigint not null,
  state varchar(12) not null,
  reason varchar(800) not null,
  received_ms bigint not null,
  primary key (source, feed, cursor_text)
);
create table x_exchange_outbox (
  id bigint not null primary key,
  source varchar(64) not null,
  feed varchar(80) not null,
  cursor_text varchar(64) not null,
  doc_key varchar(80) not null,
  doc_version bigint not null,
  state varchar(12) not null,
  reason varchar(800) not null,
  voucher varchar(40) not null,
  sent_ms bigint not null
);
create index x_exchange_outbox_sent on x_exchange_outbox (sent_ms, id);
create table x_exchange_payable (
  id bigint not null primary key,
  document_id bigint not null,
  voucher_id bigint not null,
  book varchar(40) not null,
  obligation varchar(200) not null unique,
  pay_day bigint not null,
  fen bigint not null,
  payer_account varchar(40) not null,
  payee_account varchar(40) not null,
  payee_name varchar(400) not null,
  payee_bank_no varchar(40) not null,
  purpose varchar(400) not null,
  state varchar(12) not null
);
create index x_exchange_payable_document on x_exchange_payable (document_id);
