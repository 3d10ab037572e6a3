-- Members of groups by day: a daily run looks at the last weeks only. Those of one group are found by the primary key.
drop index x_treasury_member_account;
create index x_treasury_member_day on x_treasury_member (account, day)
