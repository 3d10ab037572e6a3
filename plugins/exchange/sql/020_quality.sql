create table x_exchange_quality (
  feed varchar(80) not null,
  arrival_day bigint not null,
  doc_type varchar(40) not null,
  rule_name varchar(40) not null,
  source varchar(64) not null,
  documents bigint not null,
  findings bigint not null,
  primary key (feed, arrival_day, doc_type, rule_name)
);
create table x_exchange_finding (
  source varchar(64) not null,
  feed varchar(80) not null,
  arrival_day bigint not null,
  doc_key varchar(80) not null,
  doc_version bigint not null,
  doc_type varchar(40) not null,
  rule_name varchar(40) not null,
  severity varchar(8) not null,
  field varchar(80) not null,
  shown varchar(200) not null,
  note varchar(400) not null,
  say varchar(400) not null,
  todo varchar(400) not null
);
create index x_exchange_finding_day on x_exchange_finding (source, arrival_day, doc_key);
create table x_exchange_content (
  content bigint not null,
  source varchar(64) not null,
  doc_key varchar(80) not null,
  doc_day bigint not null
);
create index x_exchange_content_same on x_exchange_content (content)
