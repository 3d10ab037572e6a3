-- What the probe remembers.
create table x_probe_thing (
  name VARCHAR(100) not null primary key,
  fen BIGINT not null,
  note VARCHAR(200)
);
create index x_probe_thing_fen on x_probe_thing (fen);
