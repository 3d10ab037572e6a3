alter table x_reporting_term add column opposite VARCHAR(400) default '' not null;
alter table x_reporting_cell add column source VARCHAR(1000) default '' not null;
create table x_reporting_checked (
  task BIGINT not null,
  ord BIGINT not null,
  check_id VARCHAR(40) not null,
  table_code VARCHAR(60) not null,
  place VARCHAR(120) not null,
  severity VARCHAR(10) not null,
  kind VARCHAR(20) not null,
  outcome VARCHAR(12) not null,
  left_value VARCHAR(60) not null,
  right_value VARCHAR(60) not null,
  difference VARCHAR(60) not null,
  tolerance VARCHAR(60) not null,
  expression VARCHAR(1000) not null,
  message VARCHAR(1000) not null,
  rule VARCHAR(64) not null,
  reason VARCHAR(400) not null,
  primary key (task, ord)
);
insert into x_reporting_checked select task, ord, check_id, table_code, place, severity, kind, outcome, left_value, right_value, difference, tolerance, expression, message, '', '' from x_reporting_check;
drop table x_reporting_check;
create table x_reporting_check (
  task BIGINT not null,
  ord BIGINT not null,
  check_id VARCHAR(40) not null,
  table_code VARCHAR(60) not null,
  place VARCHAR(120) not null,
  severity VARCHAR(10) not null,
  kind VARCHAR(20) not null,
  outcome VARCHAR(12) not null,
  left_value VARCHAR(60) not null,
  right_value VARCHAR(60) not null,
  difference VARCHAR(60) not null,
  tolerance VARCHAR(60) not null,
  expression VARCHAR(1000) not null,
  message VARCHAR(1000) not null,
  rule VARCHAR(64) not null,
  reason VARCHAR(400) not null,
  primary key (task, ord)
);
insert into x_reporting_check select task, ord, check_id, table_code, place, severity, kind, outcome, left_value, right_value, difference, tolerance, expression, message, rule, reason from x_reporting_checked;
drop table x_reporting_checked;
