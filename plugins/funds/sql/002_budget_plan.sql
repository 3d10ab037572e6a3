-- What a version rests on, and the plan it came with.
alter table x_funds_budget add column document VARCHAR(400) default '' not null;
alter table x_funds_budget add column plan_id BIGINT default 0 not null;
-- A year's budget of a book, compiled and approved as a whole; its lines are written once.
create table x_funds_plan (
  id BIGINT not null primary key,
  book VARCHAR(60) not null,
  unit VARCHAR(60) not null,
  year BIGINT not null,
  base_year BIGINT not null,
  state VARCHAR(12) not null,
  reason VARCHAR(1000) not null,
  document VARCHAR(400) not null,
  open_key VARCHAR(100),
  digest VARCHAR(64) not null,
  instance BIGINT not null,
  made_by VARCHAR(120) not null,
  made_ms BIGINT not null,
  decided_by VARCHAR(120) not null,
  decided_ms BIGINT not null,
  unique (open_key),
  check (state in ('draft', 'submitted', 'approved', 'rejected', 'dropped'))
);
create index x_funds_plan_book on x_funds_plan (book, year);
create table x_funds_plan_line (
  plan_id BIGINT not null,
  n BIGINT not null,
  item VARCHAR(60) not null,
  name VARCHAR(300) not null,
  part_of VARCHAR(60) not null,
  base_fen BIGINT not null,
  growth_bp BIGINT not null,
  fen BIGINT not null,
  income BIGINT not null,
  primary key (plan_id, item),
  check (fen >= 0)
)
