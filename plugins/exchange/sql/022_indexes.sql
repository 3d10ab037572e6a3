-- What is asked of documents, by indexes that cost a gathered one little: its group, and nothing that its group says already.
drop index x_exchange_document_whose;
create index x_exchange_document_group on x_exchange_document (gathered_in);
create index x_exchange_document_state on x_exchange_document (state, voucher_id)
