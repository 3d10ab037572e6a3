alter table x_reporting_input add column kind BIGINT default 0 not null;
alter table x_reporting_input add column words VARCHAR(4000) default '' not null;
alter table x_reporting_cell add column words VARCHAR(4000) default '' not null;
alter table x_reporting_change add column was_words VARCHAR(4000) default '' not null;
alter table x_reporting_change add column new_words VARCHAR(4000) default '' not null;
create table x_reporting_rows (
  book VARCHAR(60) not null,
  table_code VARCHAR(60) not null,
  fiscal_year BIGINT not null,
  fiscal_month BIGINT not null,
  section_row VARCHAR(20) not null,
  in_use BIGINT not null,
  primary key (book, table_code, fiscal_year, fiscal_month, section_row)
);
create table x_reporting_lease (
  unit_code VARCHAR(60) not null,
  package_code VARCHAR(80) not null,
  fiscal_year BIGINT not null,
  fiscal_month BIGINT not null,
  holder VARCHAR(80) not null,
  since_ms BIGINT not null,
  until_ms BIGINT not null,
  taken_from VARCHAR(80) not null,
  reason VARCHAR(1000) not null,
  primary key (unit_code, package_code, fiscal_year, fiscal_month)
);
create table x_reporting_draft (
  unit_code VARCHAR(60) not null,
  fiscal_year BIGINT not null,
  fiscal_month BIGINT not null,
  person VARCHAR(80) not null,
  table_code VARCHAR(60) not null,
  row_code VARCHAR(20) not null,
  col_code VARCHAR(20) not null,
  words VARCHAR(4000) not null,
  reason VARCHAR(1000) not null,
  result_digest VARCHAR(64) not null,
  written_ms BIGINT not null,
  primary key (unit_code, fiscal_year, fiscal_month, person, table_code, row_code, col_code)
);
