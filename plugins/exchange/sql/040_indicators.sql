-- Figures of the business side by unit and period. Versions are added, never changed; the last one counts.
create table x_exchange_indicator (
  unit varchar(60) not null,
  scheme varchar(20) not null,
  name varchar(120) not null,
  fiscal_year bigint not null,
  fiscal_month bigint not null,
  months bigint not null,
  version bigint not null,
  kind bigint not null,
  units bigint not null,
  scale bigint not null,
  file_digest varchar(64) not null,
  loaded_by varchar(120) not null,
  loaded_ms bigint not null,
  primary key (unit, scheme, name, fiscal_year, fiscal_month, months, version)
);
