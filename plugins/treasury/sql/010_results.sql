-- What became of payables, for the plugins they came from: written with the state change, told later, at least once.
create table x_treasury_result (
  id BIGINT not null primary key,
  source VARCHAR(60) not null,
  account VARCHAR(60) not null,
  obligation VARCHAR(200) not null,
  payment_id BIGINT not null,
  state VARCHAR(20) not null,
  day BIGINT not null,
  fen BIGINT not null,
  bank_ref VARCHAR(120) not null,
  reason VARCHAR(2000) not null,
  made_ms BIGINT not null,
  told_ms BIGINT not null,
  unique (payment_id, state)
);
create index x_treasury_result_untold on x_treasury_result (told_ms, source, id);
insert into x_treasury_setting (name, value) select 'results-after', cast(coalesce(max(id), 0) as varchar(20)) from x_treasury_payment
