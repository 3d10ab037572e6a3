-- Versions of mapping rules: a text, its examples, its trials and the two decisions a version can have.
create table x_exchange_rule_set (
  id bigint not null primary key,
  scheme varchar(20) not null,
  chart varchar(40) not null,
  name varchar(80) not null,
  version_text varchar(80) not null,
  file_name varchar(200) not null,
  text_digest varchar(64) not null,
  state varchar(16) not null,
  from_day bigint not null,
  digest varchar(64) not null,
  trial_id bigint not null,
  base_digest varchar(64) not null,
  instance bigint not null,
  made_by varchar(120) not null,
  made_ms bigint not null,
  submitted_by varchar(120) not null,
  decided_by varchar(120) not null,
  decided_ms bigint not null,
  reason varchar(2000) not null,
  end_day bigint not null,
  end_state varchar(16) not null,
  end_instance bigint not null,
  end_by varchar(120) not null,
  end_decided_by varchar(120) not null,
  end_decided_ms bigint not null,
  end_reason varchar(2000) not null
);
create index x_exchange_rule_set_scheme on x_exchange_rule_set (scheme, chart, state);
create table x_exchange_rule_text (
  owner varchar(40) not null,
  part bigint not null,
  body varchar(4000) not null,
  primary key (owner, part)
);
create table x_exchange_rule_example (
  set_id bigint not null,
  name varchar(120) not null,
  doc_type varchar(40) not null,
  doc_day bigint not null,
  payload varchar(8000) not null,
  expected varchar(4000) not null,
  made_by varchar(120) not null,
  primary key (set_id, name)
);
create table x_exchange_rule_trial (
  id bigint not null primary key,
  set_id bigint not null,
  text_digest varchar(64) not null,
  against varchar(64) not null,
  scope varchar(400) not null,
  documents bigint not null,
  changed bigint not null,
  newly_held bigint not null,
  result_digest varchar(64) not null,
  ran_by varchar(120) not null,
  ran_ms bigint not null
);
create index x_exchange_rule_trial_set on x_exchange_rule_trial (set_id);
create table x_exchange_rule_hand (
  set_id bigint not null,
  login varchar(120) not null,
  primary key (set_id, login)
);
create table x_exchange_rule_lock (
  scheme varchar(20) not null,
  chart varchar(40) not null,
  changes bigint not null,
  primary key (scheme, chart)
);
