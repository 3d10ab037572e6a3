-- What was known of an account's money and when: what the bank told or why it did not, and what its proved statements closed with.
create table x_treasury_balance (
  id BIGINT not null primary key,
  account VARCHAR(60) not null,
  source VARCHAR(20) not null,
  state VARCHAR(20) not null,
  day BIGINT not null,
  fen BIGINT not null,
  statement_ord BIGINT,
  asked_by VARCHAR(120) not null,
  asked_ms BIGINT not null,
  error VARCHAR(2000) not null,
  unique (account, statement_ord)
);
create index x_treasury_balance_account on x_treasury_balance (account, source, id);
create index x_treasury_balance_day on x_treasury_balance (account, day, id)
