-- A budget above which a payment is made all the same and told.
alter table x_treasury_payable add column budget_flagged BIGINT default 0 not null
