-- The budget a payable falls under, where its source says so.
alter table x_treasury_payable add column budget VARCHAR(200) default '' not null;
alter table x_treasury_payable add column budget_fen BIGINT default 0 not null;
create index x_treasury_payable_budget on x_treasury_payable (source, budget)
