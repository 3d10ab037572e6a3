-- Both sides: where a line stands, and what it has to tell; bundles are made of papers in their order.
create table x_bankferry_line (
  line VARCHAR(40) not null primary key,
  papers BIGINT not null,
  arrival BIGINT not null,
  real_arrival BIGINT not null,
  told_arrival BIGINT not null,
  peer_head BIGINT not null,
  peer_accepted BIGINT not null,
  peer_missing VARCHAR(12000) not null,
  journal BIGINT not null,
  doubt_upto BIGINT not null
);
create table x_bankferry_paper (
  line VARCHAR(40) not null,
  seq BIGINT not null,
  kind VARCHAR(20) not null,
  code VARCHAR(120) not null,
  body VARCHAR(16000) not null,
  primary key (line, seq)
);
-- Inner side: what was ordered and the last that was heard of it.
create table x_bankferry_order (
  code VARCHAR(120) not null primary key,
  line VARCHAR(40) not null,
  payer VARCHAR(120) not null,
  fen BIGINT not null,
  digest VARCHAR(64) not null,
  made_ms BIGINT not null,
  expires_ms BIGINT not null,
  revision BIGINT not null,
  state VARCHAR(20) not null,
  outcome BIGINT not null,
  held_fen BIGINT not null,
  bank_ref VARCHAR(120) not null,
  bank_code VARCHAR(120) not null,
  bank_text VARCHAR(2000) not null,
  heard_ms BIGINT not null
);
create index x_bankferry_order_state on x_bankferry_order (line, state, expires_ms);
-- Outer side: one row per code for ever; a row is there before anything is handed on.
create table x_bankferry_journal (
  code VARCHAR(120) not null primary key,
  line VARCHAR(40) not null,
  number BIGINT not null,
  digest VARCHAR(64) not null,
  day BIGINT not null,
  fen BIGINT not null,
  payer VARCHAR(120) not null,
  payee VARCHAR(120) not null,
  payee_name VARCHAR(400) not null,
  bank_no VARCHAR(40) not null,
  purpose VARCHAR(1000) not null,
  expires_ms BIGINT not null,
  state VARCHAR(20) not null,
  outcome BIGINT not null,
  held_fen BIGINT not null,
  bank_ref VARCHAR(120) not null,
  bank_code VARCHAR(120) not null,
  bank_text VARCHAR(2000) not null,
  revision BIGINT not null,
  queries BIGINT not null,
  next_query_ms BIGINT not null,
  note VARCHAR(400) not null,
  received_ms BIGINT not null,
  changed_ms BIGINT not null,
  unique (line, number)
);
create index x_bankferry_journal_state on x_bankferry_journal (line, state, next_query_ms);
create table x_bankferry_packet (
  id BIGINT not null primary key,
  line VARCHAR(40) not null,
  direction BIGINT not null,
  operation VARCHAR(40) not null,
  wire BIGINT not null,
  body VARCHAR(16000) not null,
  sha256 VARCHAR(64) not null,
  bytes BIGINT not null,
  reason VARCHAR(2000) not null,
  codes VARCHAR(4000) not null,
  told_ms BIGINT not null
);
-- Questions about accounts: asked inside, answered outside, part by part.
create table x_bankferry_ask (
  line VARCHAR(40) not null,
  id BIGINT not null,
  what VARCHAR(20) not null,
  account VARCHAR(120) not null,
  day_from BIGINT not null,
  day_to BIGINT not null,
  state VARCHAR(20) not null,
  reason VARCHAR(2000) not null,
  asked_ms BIGINT not null,
  heard_ms BIGINT not null,
  primary key (line, id)
);
create index x_bankferry_ask_key on x_bankferry_ask (line, what, account, day_from, day_to, id);
create table x_bankferry_part (
  line VARCHAR(40) not null,
  ask BIGINT not null,
  part BIGINT not null,
  parts BIGINT not null,
  body VARCHAR(16000) not null,
  primary key (line, ask, part)
)
