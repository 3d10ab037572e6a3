create table x_exchange_explanation (
  id bigint not null primary key,
  source varchar(64) not null,
  book varchar(40) not null,
  period bigint not null,
  doc_type varchar(40) not null,
  kind varchar(16) not null,
  doc_key varchar(80) not null,
  digest varchar(64) not null,
  reason varchar(400) not null,
  author varchar(64) not null,
  made_ms bigint not null
);
create index x_exchange_explanation_of on x_exchange_explanation (period, book, doc_type);
create table x_exchange_compared (
  book varchar(40) not null,
  period bigint not null,
  made_ms bigint not null,
  made_by varchar(64) not null,
  cells bigint not null,
  business_documents bigint not null,
  business_fen bigint not null,
  taken_documents bigint not null,
  taken_fen bigint not null,
  posted_documents bigint not null,
  posted_fen bigint not null,
  differences bigint not null,
  open_differences bigint not null,
  first_open varchar(400) not null,
  primary key (book, period)
);
create index x_exchange_document_day on x_exchange_document (book, doc_day)
