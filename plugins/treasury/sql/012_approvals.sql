-- Who approved what: one row per person and content of a batch. What was approved before counts with the one person it needed.
create table x_treasury_approval (
  batch_id BIGINT not null,
  digest VARCHAR(64) not null,
  approver VARCHAR(120) not null,
  needed BIGINT not null,
  fen BIGINT not null,
  approved_ms BIGINT not null,
  primary key (batch_id, digest, approver)
);
insert into x_treasury_approval (batch_id, digest, approver, needed, fen, approved_ms) select distinct b.id, b.digest, p.approved_by, 1, b.fen, b.approved_ms
  from x_treasury_batch b join x_treasury_payment p on p.batch_id = b.id where p.approved_by <> '';
create table x_treasury_warning (
  payment_id BIGINT not null,
  kind VARCHAR(20) not null,
  what VARCHAR(400) not null,
  reason VARCHAR(2000) not null,
  made_by VARCHAR(120) not null,
  made_ms BIGINT not null,
  primary key (payment_id, kind)
);
alter table x_treasury_payment add column approved_day BIGINT default 0 not null;
create index x_treasury_payment_approved on x_treasury_payment (account, approved_day);
create index x_treasury_payment_payee on x_treasury_payment (payee_account, fen)
