drop table x_reporting_task;
delete from x_reporting_cell;
delete from x_reporting_term;
delete from x_reporting_check;
create table x_reporting_task (
  id BIGINT not null primary key,
  package_code VARCHAR(80) not null,
  unit_code VARCHAR(60) not null,
  layer VARCHAR(10) not null,
  fiscal_year BIGINT not null,
  fiscal_month BIGINT not null,
  template_digest VARCHAR(64) not null,
  result_digest VARCHAR(64) not null,
  cells BIGINT not null,
  failed_checks BIGINT not null,
  computed_by VARCHAR(80) not null,
  computed_ms BIGINT not null,
  unique (package_code, unit_code, layer, fiscal_year, fiscal_month)
);
create index x_reporting_task_unit on x_reporting_task (unit_code, fiscal_year, fiscal_month);
