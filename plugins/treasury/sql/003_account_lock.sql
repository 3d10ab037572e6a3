create table x_treasury_account (
  account VARCHAR(60) not null primary key,
  changes BIGINT not null
);
