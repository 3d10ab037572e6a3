-- What went over the wire, masked: only ever added to. Every row carries the digest of its account's rows up to it.
create table x_treasury_packet (
  id BIGINT not null primary key,
  account VARCHAR(60) not null,
  ord BIGINT not null,
  adapter VARCHAR(60) not null,
  direction BIGINT not null,
  operation VARCHAR(40) not null,
  wire BIGINT not null,
  body VARCHAR(16000) not null,
  cut BIGINT not null,
  sha256 VARCHAR(64) not null,
  bytes BIGINT not null,
  reason VARCHAR(2000) not null,
  told_ms BIGINT not null,
  chain VARCHAR(64) not null,
  unique (account, ord)
);
create table x_treasury_packet_of (
  packet_id BIGINT not null,
  code VARCHAR(120) not null,
  primary key (packet_id, code)
);
create index x_treasury_packet_of_code on x_treasury_packet_of (code, packet_id);
create table x_treasury_packet_head (
  account VARCHAR(60) not null primary key,
  packets BIGINT not null,
  chain VARCHAR(64) not null
)
