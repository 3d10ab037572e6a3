create table x_reporting_packed (
  task BIGINT not null primary key,
  digest VARCHAR(64) not null,
  object_digest VARCHAR(200) not null,
  made_ms BIGINT not null
);
