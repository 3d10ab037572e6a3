-- Whether the budget of a payable is a limit or only flagged above it.
alter table x_funds_payable add column budget_flagged BIGINT default 0 not null
