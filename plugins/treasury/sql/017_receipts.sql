-- Electronic receipts: one per number of the bank, at most one per statement line. Their files are objects.
create table x_treasury_receipt (
  id BIGINT not null primary key,
  account VARCHAR(60) not null,
  number VARCHAR(120) not null,
  day BIGINT not null,
  fen BIGINT not null,
  bank_ref VARCHAR(120) not null,
  client_ref VARCHAR(120) not null,
  media_type VARCHAR(60) not null,
  file_name VARCHAR(200) not null,
  bytes BIGINT not null,
  object VARCHAR(128) not null,
  line_id BIGINT unique,
  voucher_id BIGINT not null,
  rule VARCHAR(20) not null,
  problem VARCHAR(400) not null,
  fetched_by VARCHAR(120) not null,
  fetched_ms BIGINT not null,
  linked_ms BIGINT not null,
  unique (account, number)
);
create index x_treasury_receipt_day on x_treasury_receipt (account, day)
