create table x_reporting_origin (
  task BIGINT not null primary key,
  sealed_by VARCHAR(200) not null,
  algorithm VARCHAR(40) not null,
  prepared_by VARCHAR(400) not null,
  made VARCHAR(20) not null,
  ledger_state VARCHAR(40) not null
);
