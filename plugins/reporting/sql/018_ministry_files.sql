create table x_reporting_filing (
  task BIGINT not null primary key,
  filing_state VARCHAR(10) not null,
  file_digest VARCHAR(64) not null,
  receipt_number VARCHAR(100) not null,
  reason VARCHAR(1000) not null,
  receipt_object VARCHAR(200) not null,
  changed_by VARCHAR(80) not null,
  changed_ms BIGINT not null
);
