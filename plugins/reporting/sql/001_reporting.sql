create table x_reporting_task (
  id BIGINT not null primary key,
  package_code VARCHAR(80) not null,
  book VARCHAR(60) not null,
  fiscal_year BIGINT not null,
  fiscal_month BIGINT not null,
  template_digest VARCHAR(64) not null,
  result_digest VARCHAR(64) not null,
  cells BIGINT not null,
  failed_checks BIGINT not null,
  computed_by VARCHAR(80) not null,
  computed_ms BIGINT not null,
  unique (package_code, book, fiscal_year, fiscal_month)
);
create table x_reporting_cell (
  task BIGINT not null,
  table_code VARCHAR(60) not null,
  row_code VARCHAR(20) not null,
  col_code VARCHAR(20) not null,
  ord BIGINT not null,
  cell_state VARCHAR(10) not null,
  kind BIGINT not null,
  fen BIGINT not null,
  amount_text VARCHAR(200) not null,
  printed VARCHAR(200) not null,
  formula VARCHAR(2000) not null,
  linear BIGINT not null,
  primary key (task, table_code, row_code, col_code)
);
create table x_reporting_term (
  task BIGINT not null,
  table_code VARCHAR(60) not null,
  row_code VARCHAR(20) not null,
  col_code VARCHAR(20) not null,
  ord BIGINT not null,
  factor BIGINT not null,
  book VARCHAR(60) not null,
  fiscal_year BIGINT not null,
  month_from BIGINT not null,
  month_to BIGINT not null,
  with_opening BIGINT not null,
  measure BIGINT not null,
  positive_side BIGINT not null,
  with_closing BIGINT not null,
  accounts VARCHAR(400) not null,
  aux VARCHAR(400) not null,
  fen BIGINT not null,
  primary key (task, table_code, row_code, col_code, ord)
);
create table x_reporting_check (
  task BIGINT not null,
  ord BIGINT not null,
  check_id VARCHAR(40) not null,
  table_code VARCHAR(60) not null,
  place VARCHAR(120) not null,
  severity VARCHAR(10) not null,
  kind VARCHAR(20) not null,
  outcome VARCHAR(10) not null,
  left_value VARCHAR(60) not null,
  right_value VARCHAR(60) not null,
  difference VARCHAR(60) not null,
  tolerance VARCHAR(60) not null,
  expression VARCHAR(1000) not null,
  message VARCHAR(1000) not null,
  primary key (task, ord)
);
create table x_reporting_input (
  book VARCHAR(60) not null,
  table_code VARCHAR(60) not null,
  fiscal_year BIGINT not null,
  fiscal_month BIGINT not null,
  row_code VARCHAR(20) not null,
  col_code VARCHAR(20) not null,
  fen BIGINT not null,
  written_by VARCHAR(80) not null,
  primary key (book, table_code, fiscal_year, fiscal_month, row_code, col_code)
);
