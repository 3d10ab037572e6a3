-- A group and its members in one tree each. A member is a line of an account: kind 0 of the book (id voucher, n line), 1 of the
-- bank, 2 and 3 opening items of the book and of the bank. undone is 0 while its group lives, then the group: the key lets no
-- line into two live groups. book_from to bank_to say between which ids the lines of a group lie; 0 to the largest where that
-- was not noted. The rule of a machine's group is its why.
create table x_treasury_member_before (
  account VARCHAR(60) not null,
  kind BIGINT not null,
  id BIGINT not null,
  n BIGINT not null,
  undone BIGINT not null,
  group_id BIGINT not null,
  day BIGINT not null,
  fen BIGINT not null
);
insert into x_treasury_member_before (account, kind, id, n, undone, group_id, day, fen)
  select account, case when item like 'bank/%' then 1 when item like 'open/%' then 2 + bank else 0 end,
  case when item like 'book/%/_' then cast(substr(item, 6, length(item) - 7) as bigint) when item like 'book/%/__' then cast(substr(item, 6, length(item) - 8) as bigint) when item like 'book/%/___' then cast(substr(item, 6, length(item) - 9) as bigint) when item like 'book/%/____' then cast(substr(item, 6, length(item) - 10) as bigint) when item like 'book/%/_____' then cast(substr(item, 6, length(item) - 11) as bigint) else cast(substr(item, 6) as bigint) end,
  case when item like 'book/%/_' then cast(substr(item, length(item)) as bigint) when item like 'book/%/__' then cast(substr(item, length(item) - 1) as bigint) when item like 'book/%/___' then cast(substr(item, length(item) - 2) as bigint) when item like 'book/%/____' then cast(substr(item, length(item) - 3) as bigint) when item like 'book/%/_____' then cast(substr(item, length(item) - 4) as bigint) else 0 end,
  case when live_item is null then group_id else 0 end, group_id, day, fen from x_treasury_member;
drop table x_treasury_member;
create table x_treasury_group_before (
  id BIGINT not null,
  account VARCHAR(60) not null,
  rule VARCHAR(20) not null,
  rule_version BIGINT not null,
  why VARCHAR(2000) not null,
  made_by VARCHAR(120) not null,
  made_ms BIGINT not null,
  undone_by VARCHAR(120) not null,
  undone_ms BIGINT not null,
  undone_why VARCHAR(2000) not null
);
insert into x_treasury_group_before (id, account, rule, rule_version, why, made_by, made_ms, undone_by, undone_ms, undone_why)
  select id, account, rule, rule_version, why, made_by, made_ms, undone_by, undone_ms, undone_why from x_treasury_group;
drop table x_treasury_group;
--@sqlite
create table x_treasury_member (
  account VARCHAR(60) not null,
  kind BIGINT not null,
  id BIGINT not null,
  n BIGINT not null,
  undone BIGINT default 0 not null,
  group_id BIGINT not null,
  day BIGINT not null,
  fen BIGINT not null,
  primary key (account, kind, id, n, undone)
) without rowid;
create table x_treasury_group (
  account VARCHAR(60) not null,
  id BIGINT not null,
  rule VARCHAR(20) not null,
  rule_version BIGINT not null,
  why VARCHAR(2000) default '' not null,
  book_from BIGINT not null,
  book_to BIGINT not null,
  bank_from BIGINT not null,
  bank_to BIGINT not null,
  made_by VARCHAR(120) not null,
  made_ms BIGINT not null,
  undone_by VARCHAR(120) default '' not null,
  undone_ms BIGINT default 0 not null,
  undone_why VARCHAR(2000) default '' not null,
  primary key (account, id)
) without rowid;
--@postgresql
create table x_treasury_member (
  account VARCHAR(60) not null,
  kind BIGINT not null,
  id BIGINT not null,
  n BIGINT not null,
  undone BIGINT default 0 not null,
  group_id BIGINT not null,
  day BIGINT not null,
  fen BIGINT not null,
  primary key (account, kind, id, n, undone)
);
create table x_treasury_group (
  account VARCHAR(60) not null,
  id BIGINT not null,
  rule VARCHAR(20) not null,
  rule_version BIGINT not null,
  why VARCHAR(2000) default '' not null,
  book_from BIGINT not null,
  book_to BIGINT not null,
  bank_from BIGINT not null,
  bank_to BIGINT not null,
  made_by VARCHAR(120) not null,
  made_ms BIGINT not null,
  undone_by VARCHAR(120) default '' not null,
  undone_ms BIGINT default 0 not null,
  undone_why VARCHAR(2000) default '' not null,
  primary key (account, id)
);
--@generic
create table x_treasury_member (
  account VARCHAR(60) not null,
  kind BIGINT not null,
  id BIGINT not null,
  n BIGINT not null,
  undone BIGINT default 0 not null,
  group_id BIGINT not null,
  day BIGINT not null,
  fen BIGINT not null,
  primary key (account, kind, id, n, undone)
);
create table x_treasury_group (
  account VARCHAR(60) not null,
  id BIGINT not null,
  rule VARCHAR(20) not null,
  rule_version BIGINT not null,
  why VARCHAR(2000) default '' not null,
  book_from BIGINT not null,
  book_to BIGINT not null,
  bank_from BIGINT not null,
  bank_to BIGINT not null,
  made_by VARCHAR(120) not null,
  made_ms BIGINT not null,
  undone_by VARCHAR(120) default '' not null,
  undone_ms BIGINT default 0 not null,
  undone_why VARCHAR(2000) default '' not null,
  primary key (account, id)
);
--@all
insert into x_treasury_member (account, kind, id, n, undone, group_id, day, fen)
  select account, kind, id, n, undone, group_id, day, fen from x_treasury_member_before order by account, kind, id, n, undone;
drop table x_treasury_member_before;
insert into x_treasury_group (account, id, rule, rule_version, why, book_from, book_to, bank_from, bank_to, made_by, made_ms, undone_by, undone_ms, undone_why)
  select account, id, rule, rule_version, why, 0, 9223372036854775807, 0, 9223372036854775807, made_by, made_ms, undone_by, undone_ms, undone_why from x_treasury_group_before order by account, id;
drop table x_treasury_group_before
