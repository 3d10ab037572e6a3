create table x_treasury_setting (
  name VARCHAR(40) not null primary key,
  value VARCHAR(200) not null
);
create table x_treasury_cursor (
  source VARCHAR(60) not null primary key,
  after_id BIGINT not null
);
create table x_treasury_payable (
  id BIGINT not null primary key,
  source VARCHAR(60) not null,
  source_id BIGINT not null,
  obligation VARCHAR(200) not null unique,
  book VARCHAR(60) not null,
  voucher_id BIGINT not null,
  day BIGINT not null,
  fen BIGINT not null,
  payer_account VARCHAR(60) not null,
  payee_account VARCHAR(60) not null,
  payee_name VARCHAR(240) not null,
  payee_bank_no VARCHAR(40) not null,
  purpose VARCHAR(400) not null,
  closed BIGINT not null
);
create index x_treasury_payable_open on x_treasury_payable (closed, id);
create index x_treasury_payable_voucher on x_treasury_payable (voucher_id);
create table x_treasury_batch (
  id BIGINT not null primary key,
  book VARCHAR(60) not null,
  account VARCHAR(60) not null,
  digest VARCHAR(64) not null,
  payments BIGINT not null,
  fen BIGINT not null,
  prepared_by VARCHAR(120) not null,
  prepared_ms BIGINT not null,
  approved_by VARCHAR(120) not null,
  approved_ms BIGINT not null
);
create table x_treasury_payment (
  id BIGINT not null primary key,
  batch_id BIGINT not null,
  payable_id BIGINT not null,
  obligation VARCHAR(200) not null,
  live_obligation VARCHAR(200) unique,
  code VARCHAR(40) unique,
  state VARCHAR(20) not null,
  book VARCHAR(60) not null,
  account VARCHAR(60) not null,
  voucher_id BIGINT not null,
  content_hash VARCHAR(128) not null,
  day BIGINT not null,
  fen BIGINT not null,
  payee_account VARCHAR(60) not null,
  payee_name VARCHAR(240) not null,
  payee_bank_no VARCHAR(40) not null,
  purpose VARCHAR(400) not null,
  retry_of BIGINT not null,
  approved_by VARCHAR(120) not null,
  sends BIGINT not null,
  packet BIGINT not null,
  sent_ms BIGINT not null,
  queries BIGINT not null,
  not_found BIGINT not null,
  next_query_ms BIGINT not null,
  bank_ref VARCHAR(120) not null,
  bank_code VARCHAR(120) not null,
  bank_text VARCHAR(2000) not null,
  settled BIGINT not null,
  changed_ms BIGINT not null
);
create index x_treasury_payment_state on x_treasury_payment (state, id);
create index x_treasury_payment_settle on x_treasury_payment (settled, state);
create index x_treasury_payment_batch on x_treasury_payment (batch_id);
create index x_treasury_payment_voucher on x_treasury_payment (voucher_id);
create table x_treasury_answer (
  id BIGINT not null primary key,
  payment_id BIGINT not null,
  asked VARCHAR(10) not null,
  outcome BIGINT not null,
  bank_ref VARCHAR(120) not null,
  bank_code VARCHAR(120) not null,
  bank_text VARCHAR(2000) not null,
  heard_ms BIGINT not null
);
create index x_treasury_answer_payment on x_treasury_answer (payment_id, id);
create table x_treasury_resolution (
  payment_id BIGINT not null primary key,
  outcome VARCHAR(10) not null,
  evidence VARCHAR(2000) not null,
  proposed_by VARCHAR(120) not null,
  proposed_ms BIGINT not null,
  confirmed_by VARCHAR(120) not null,
  confirmed_ms BIGINT not null
);
create table x_treasury_statement (
  id BIGINT not null primary key,
  account VARCHAR(60) not null,
  day_from BIGINT not null,
  day_to BIGINT not null,
  opening_fen BIGINT not null,
  closing_fen BIGINT not null,
  lines BIGINT not null,
  state VARCHAR(20) not null,
  reason VARCHAR(2000) not null,
  evidence VARCHAR(128) not null,
  imported_by VARCHAR(120) not null,
  imported_ms BIGINT not null
);
create index x_treasury_statement_account on x_treasury_statement (account, day_to);
create table x_treasury_line (
  id BIGINT not null primary key,
  statement_id BIGINT not null,
  account VARCHAR(60) not null,
  line_key VARCHAR(160) not null,
  ord BIGINT not null,
  day BIGINT not null,
  fen BIGINT not null,
  balance_fen BIGINT not null,
  bank_ref VARCHAR(120) not null,
  client_ref VARCHAR(120) not null,
  counter_account VARCHAR(120) not null,
  counter_name VARCHAR(400) not null,
  text VARCHAR(2000) not null,
  unique (account, line_key)
);
create index x_treasury_line_day on x_treasury_line (account, day, ord);
create table x_treasury_match (
  line_id BIGINT not null primary key,
  account VARCHAR(60) not null,
  kind VARCHAR(10) not null,
  target BIGINT not null,
  rule VARCHAR(20) not null,
  matched_by VARCHAR(120) not null,
  matched_ms BIGINT not null,
  unique (account, kind, target)
);
