-- Members of a group are found through the deliveries they came with: an index by group alone would change a page for nearly each
-- document of a large day. A group's deliveries are the ones from its first on, until its voucher was made the last time.
alter table x_exchange_group add column first_delivery bigint default 0 not null;
alter table x_exchange_group add column last_delivery bigint default 0 not null;
update x_exchange_group set
  first_delivery = coalesce((select min(delivery_id) from x_exchange_document where gathered_in = group_id and delivery_id > 0), 0),
  last_delivery = coalesce((select max(delivery_id) from x_exchange_document where gathered_in = group_id), 0);
drop index x_exchange_document_whose;
create index x_exchange_document_delivery on x_exchange_document (delivery_id, gathered_in);
create index x_exchange_document_state on x_exchange_document (state, voucher_id)
