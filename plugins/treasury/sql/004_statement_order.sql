alter table x_treasury_statement add column ord BIGINT not null default 0;
update x_treasury_statement set ord = (select count(*) from x_treasury_statement t where t.account = x_treasury_statement.account
  and (t.imported_ms < x_treasury_statement.imported_ms or (t.imported_ms = x_treasury_statement.imported_ms and t.id <= x_treasury_statement.id)));
create unique index x_treasury_statement_ord on x_treasury_statement (account, ord);
