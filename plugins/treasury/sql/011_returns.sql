-- Payments that came back: what booked the return, who decided to pay again and why; and what was owed before the payee was corrected.
create table x_treasury_return (
  payment_id BIGINT not null primary key,
  account VARCHAR(60) not null,
  fen BIGINT not null,
  voucher_id BIGINT not null,
  proposals BIGINT not null,
  made_ms BIGINT not null,
  reopened_by VARCHAR(120) not null,
  reopened_ms BIGINT not null,
  reason VARCHAR(2000) not null,
  repay_voucher BIGINT not null
);
create index x_treasury_return_account on x_treasury_return (account, reopened_ms);
insert into x_treasury_return (payment_id, account, fen, voucher_id, proposals, made_ms, reopened_by, reopened_ms, reason, repay_voucher)
  select id, account, fen, 0, 0, changed_ms, '', 0, '', 0 from x_treasury_payment where state = 'returned';
create table x_treasury_payable_version (
  payable_id BIGINT not null,
  version BIGINT not null,
  voucher_id BIGINT not null,
  day BIGINT not null,
  payee_account VARCHAR(60) not null,
  payee_name VARCHAR(240) not null,
  payee_bank_no VARCHAR(40) not null,
  reason VARCHAR(2000) not null,
  made_by VARCHAR(120) not null,
  made_ms BIGINT not null,
  primary key (payable_id, version)
);
alter table x_treasury_payable add column version BIGINT default 1 not null;
alter table x_treasury_payable add column retry_payment BIGINT default 0 not null;
alter table x_treasury_payment add column payable_version BIGINT default 1 not null;
create index x_treasury_payment_payable on x_treasury_payment (payable_id)
