-- Payments given up for good: two people's decision, what booked the return of one that had come back, and the draft that takes a
-- posted voucher's unpaid part back.
create table x_treasury_drop (
  payment_id BIGINT not null primary key,
  account VARCHAR(60) not null,
  reason VARCHAR(2000) not null,
  proposed_by VARCHAR(120) not null,
  proposed_ms BIGINT not null,
  confirmed_by VARCHAR(120) not null,
  confirmed_ms BIGINT not null,
  voucher_id BIGINT not null,
  red_voucher BIGINT not null
);
create index x_treasury_drop_account on x_treasury_drop (account, confirmed_ms);
create index x_treasury_drop_voucher on x_treasury_drop (voucher_id);
alter table x_treasury_return add column dropped_ms BIGINT default 0 not null;
-- Packets of questions that move no money: the last ones of each account. What was thinned out is known by its count and digest.
create table x_treasury_look (
  id BIGINT not null primary key,
  account VARCHAR(60) not null,
  ord BIGINT not null,
  adapter VARCHAR(60) not null,
  direction BIGINT not null,
  operation VARCHAR(40) not null,
  wire BIGINT not null,
  body VARCHAR(16000) not null,
  cut BIGINT not null,
  sha256 VARCHAR(64) not null,
  bytes BIGINT not null,
  reason VARCHAR(2000) not null,
  told_ms BIGINT not null,
  chain VARCHAR(64) not null,
  unique (account, ord)
);
create table x_treasury_look_head (
  account VARCHAR(60) not null primary key,
  packets BIGINT not null,
  chain VARCHAR(64) not null,
  gone BIGINT not null,
  gone_chain VARCHAR(64) not null
);
-- Balances are only ever added to: each row with the digest of its account's rows up to it. Rows of before have none.
alter table x_treasury_balance add column chain VARCHAR(64) default '' not null;
create table x_treasury_balance_head (
  account VARCHAR(60) not null primary key,
  after_id BIGINT not null,
  balances BIGINT not null,
  chain VARCHAR(64) not null
)
