create table x_treasury_group (
  id BIGINT not null primary key,
  account VARCHAR(60) not null,
  rule VARCHAR(20) not null,
  rule_version BIGINT not null,
  why VARCHAR(2000) not null,
  made_by VARCHAR(120) not null,
  made_ms BIGINT not null,
  undone_by VARCHAR(120) not null,
  undone_ms BIGINT not null,
  undone_why VARCHAR(2000) not null
);
create index x_treasury_group_account on x_treasury_group (account, id);
create table x_treasury_member (
  group_id BIGINT not null,
  item VARCHAR(60) not null,
  live_item VARCHAR(60) unique,
  account VARCHAR(60) not null,
  bank BIGINT not null,
  day BIGINT not null,
  fen BIGINT not null,
  primary key (group_id, item)
);
create index x_treasury_member_account on x_treasury_member (account, group_id);
create table x_treasury_opening_item (
  id BIGINT not null primary key,
  account VARCHAR(60) not null,
  bank BIGINT not null,
  day BIGINT not null,
  fen BIGINT not null,
  reference VARCHAR(120) not null,
  text VARCHAR(2000) not null,
  state VARCHAR(20) not null,
  digest VARCHAR(128) not null,
  instance BIGINT not null,
  made_by VARCHAR(120) not null,
  made_ms BIGINT not null
);
create index x_treasury_opening_item_account on x_treasury_opening_item (account, id);
create table x_treasury_table (
  id BIGINT not null primary key,
  account VARCHAR(60) not null,
  month BIGINT not null,
  revision BIGINT not null,
  state VARCHAR(20) not null,
  form VARCHAR(20) not null,
  bank_fen BIGINT not null,
  book_fen BIGINT not null,
  artefact VARCHAR(128) not null,
  instance BIGINT not null,
  made_by VARCHAR(120) not null,
  made_ms BIGINT not null,
  decided_by VARCHAR(120) not null,
  decided_ms BIGINT not null,
  reason VARCHAR(2000) not null,
  unique (account, month, revision)
);
