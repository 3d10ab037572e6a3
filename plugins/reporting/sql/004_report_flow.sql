create table x_reporting_assignment (
  id BIGINT not null primary key,
  package_code VARCHAR(80) not null,
  owner_unit VARCHAR(60) not null,
  fiscal_year BIGINT not null,
  fiscal_month BIGINT not null,
  title VARCHAR(300) not null,
  deadline BIGINT not null,
  assignment_state VARCHAR(10) not null,
  created_by VARCHAR(80) not null,
  created_ms BIGINT not null,
  unique (package_code, owner_unit, fiscal_year, fiscal_month)
);
create table x_reporting_duty (
  assignment BIGINT not null,
  unit_code VARCHAR(60) not null,
  duty_state VARCHAR(10) not null,
  revision BIGINT not null,
  late BIGINT not null,
  reason VARCHAR(1000) not null,
  changed_by VARCHAR(80) not null,
  changed_ms BIGINT not null,
  primary key (assignment, unit_code)
);
create index x_reporting_duty_unit on x_reporting_duty (unit_code);
create table x_reporting_submission (
  id BIGINT not null primary key,
  assignment BIGINT not null,
  package_code VARCHAR(80) not null,
  unit_code VARCHAR(60) not null,
  layer VARCHAR(10) not null,
  fiscal_year BIGINT not null,
  fiscal_month BIGINT not null,
  revision BIGINT not null,
  parent_digest VARCHAR(64) not null,
  digest VARCHAR(64) not null,
  template_digest VARCHAR(64) not null,
  result_digest VARCHAR(64) not null,
  package_digest VARCHAR(200) not null,
  recorded_ms BIGINT not null,
  late BIGINT not null,
  origin VARCHAR(10) not null,
  cells BIGINT not null,
  failed_checks BIGINT not null,
  submitted_by VARCHAR(80) not null,
  submitted_ms BIGINT not null,
  unique (package_code, unit_code, fiscal_year, fiscal_month, revision)
);
create index x_reporting_submission_duty on x_reporting_submission (assignment, unit_code);
create table x_reporting_opening (
  task BIGINT not null,
  ord BIGINT not null,
  fen BIGINT not null,
  primary key (task, ord)
);
create table x_reporting_part (
  task BIGINT not null,
  unit_code VARCHAR(60) not null,
  part BIGINT not null,
  revision BIGINT not null,
  result_digest VARCHAR(64) not null,
  primary key (task, unit_code)
);
create table x_reporting_override (
  unit_code VARCHAR(60) not null,
  table_code VARCHAR(60) not null,
  fiscal_year BIGINT not null,
  fiscal_month BIGINT not null,
  row_code VARCHAR(20) not null,
  col_code VARCHAR(20) not null,
  fen BIGINT not null,
  was_value VARCHAR(200) not null,
  formula_value VARCHAR(200) not null,
  reason VARCHAR(1000) not null,
  written_by VARCHAR(80) not null,
  written_ms BIGINT not null,
  primary key (unit_code, table_code, fiscal_year, fiscal_month, row_code, col_code)
);
create table x_reporting_change (
  id BIGINT not null primary key,
  unit_code VARCHAR(60) not null,
  table_code VARCHAR(60) not null,
  fiscal_year BIGINT not null,
  fiscal_month BIGINT not null,
  row_code VARCHAR(20) not null,
  col_code VARCHAR(20) not null,
  kind VARCHAR(20) not null,
  was_value VARCHAR(200) not null,
  new_value VARCHAR(200) not null,
  reason VARCHAR(1000) not null,
  changed_by VARCHAR(80) not null,
  changed_ms BIGINT not null
);
create index x_reporting_change_cell on x_reporting_change (unit_code, table_code, fiscal_year, fiscal_month);
create table x_reporting_explanation (
  id BIGINT not null primary key,
  task BIGINT not null,
  package_code VARCHAR(80) not null,
  unit_code VARCHAR(60) not null,
  layer VARCHAR(10) not null,
  fiscal_year BIGINT not null,
  fiscal_month BIGINT not null,
  check_key VARCHAR(64) not null,
  check_id VARCHAR(40) not null,
  table_code VARCHAR(60) not null,
  place VARCHAR(120) not null,
  words VARCHAR(1000) not null,
  written_by VARCHAR(80) not null,
  written_ms BIGINT not null
);
create index x_reporting_explanation_of on x_reporting_explanation (unit_code, package_code, fiscal_year, fiscal_month, task);
create table x_reporting_reminder (
  id BIGINT not null primary key,
  assignment BIGINT not null,
  unit_code VARCHAR(60) not null,
  words VARCHAR(1000) not null,
  written_by VARCHAR(80) not null,
  written_ms BIGINT not null
);
create index x_reporting_reminder_unit on x_reporting_reminder (unit_code);
create table x_reporting_comment (
  id BIGINT not null primary key,
  unit_code VARCHAR(60) not null,
  table_code VARCHAR(60) not null,
  fiscal_year BIGINT not null,
  fiscal_month BIGINT not null,
  row_code VARCHAR(20) not null,
  col_code VARCHAR(20) not null,
  words VARCHAR(1000) not null,
  written_by VARCHAR(80) not null,
  written_ms BIGINT not null
);
create index x_reporting_comment_table on x_reporting_comment (unit_code, table_code, fiscal_year, fiscal_month);
