-- 异地就医清算演示的业务单据: 先按 docs/exchange/ddl.md 建表, 再执行本文件。数字与 docs/exchange/offsite.md 一致 (exchange-offsite-test 逐笔核对)。
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 1, 'YD0001', 1, 'direct-collection', '910000', '310', '910000-310', 20230601, '2023-06', 'YD-91-202306', 200000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","mode":"1","insutype":"310","pool_current":"2000000.00","payer":"示例税务局","amount":"2000000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 2, 'YD0002', 1, 'direct-collection', '910100', '310', '910100-310', 20230601, '2023-06', 'YD-91-202306', 300000000,
   '{"book":"910100-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9101003101003","mode":"1","insutype":"310","pool_current":"3000000.00","payer":"示例税务局","amount":"3000000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 3, 'YD0003', 1, 'direct-collection', '910200', '310', '910200-310', 20230601, '2023-06', 'YD-91-202306', 200000000,
   '{"book":"910200-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9102003101003","mode":"1","insutype":"310","pool_current":"2000000.00","payer":"示例税务局","amount":"2000000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 1, 'YD0004', 1, 'direct-collection', '920100', '390', '920100-390', 20230601, '2023-06', 'YD-92-202306', 50000000,
   '{"book":"920100-390","batch":"YD-92-202306","period":"2023-06","bank_account":"9201003901003","insutype":"390","contribution_source":"1","current":"500000.00","payer":"示例税务局","amount":"500000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 4, 'YD0005', 1, 'offsite-prepayment', '910100', '310', '910100-310', 20230605, '2023-06', 'YD-91-202306', 60000000,
   '{"book":"910100-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9101003101003","region":"910000","amount":"600000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 5, 'YD0006', 1, 'offsite-prepayment', '910200', '310', '910200-310', 20230605, '2023-06', 'YD-91-202306', 40000000,
   '{"book":"910200-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9102003101003","region":"910000","amount":"400000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 6, 'YD0007', 1, 'offsite-prepayment-collected', '910000', '310', '910000-310', 20230605, '2023-06', 'YD-91-202306', 60000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"910100","amount":"600000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 7, 'YD0008', 1, 'offsite-prepayment-collected', '910000', '310', '910000-310', 20230605, '2023-06', 'YD-91-202306', 40000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"910200","amount":"400000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 8, 'YD0009', 1, 'offsite-prepayment-passed', '910000', '310', '910000-310', 20230606, '2023-06', 'YD-91-202306', 60000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"910100","amount":"600000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 9, 'YD0010', 1, 'offsite-prepayment-passed', '910000', '310', '910000-310', 20230606, '2023-06', 'YD-91-202306', 40000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"910200","amount":"400000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 10, 'YD0011', 1, 'offsite-prepayment', '910000', '310', '910000-310', 20230606, '2023-06', 'YD-91-202306', 20000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"920000","amount":"200000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 2, 'YD0012', 1, 'offsite-fund-received', '920000', '310', '920000-310', 20230606, '2023-06', 'YD-92-202306', 120000000,
   '{"book":"920000-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003101003","region":"910000","amount":"1200000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 3, 'YD0013', 1, 'offsite-fund-passed', '920000', '310', '920000-310', 20230607, '2023-06', 'YD-92-202306', 50000000,
   '{"book":"920000-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003101003","region":"910000","remark":"拨 示例乙一市","amount":"500000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 4, 'YD0014', 1, 'offsite-fund-received', '920100', '310', '920100-310', 20230607, '2023-06', 'YD-92-202306', 50000000,
   '{"book":"920100-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9201003101003","region":"910000","amount":"500000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 5, 'YD0015', 1, 'offsite-fund-passed', '920000', '310', '920000-310', 20230607, '2023-06', 'YD-92-202306', 40000000,
   '{"book":"920000-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003101003","region":"910000","remark":"拨 示例乙二市","amount":"400000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 6, 'YD0016', 1, 'offsite-fund-received', '920200', '310', '920200-310', 20230607, '2023-06', 'YD-92-202306', 40000000,
   '{"book":"920200-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9202003101003","region":"910000","amount":"400000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 7, 'YD0017', 1, 'offsite-fund-paid', '920000', '310', '920000-310', 20230615, '2023-06', 'YD-92-202306', 12000000,
   '{"book":"920000-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003101003","region":"910000","institution":"H92000000001","institution_name":"示例乙省示例医院","bank_kind":"1003","amount":"120000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 8, 'YD0018', 1, 'offsite-fund-paid', '920100', '310', '920100-310', 20230615, '2023-06', 'YD-92-202306', 28000000,
   '{"book":"920100-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9201003101003","region":"910000","institution":"H92010000001","institution_name":"示例乙一市示例医院","bank_kind":"1003","amount":"280000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 9, 'YD0019', 1, 'offsite-fund-paid', '920200', '310', '920200-310', 20230615, '2023-06', 'YD-92-202306', 20000000,
   '{"book":"920200-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9202003101003","region":"910000","institution":"H92020000001","institution_name":"示例乙二市示例医院","bank_kind":"1003","amount":"200000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 11, 'YD0020', 1, 'offsite-clearing', '910100', '310', '910100-310', 20230625, '2023-06', 'YD-91-202306', 30000000,
   '{"book":"910100-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9101003101003","region":"920000","clr_type":"9909","bank_kind":"1003","payee_name":"示例甲省","mode":"1","insutype":"310","fund_pay_type":"310100","inpatient":"200000.00","outpatient_major":"40000.00","outpatient_pool":"30000.00","account_inpatient":"20000.00","account_outpatient":"10000.00","amount":"300000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 12, 'YD0021', 1, 'offsite-clearing', '910200', '310', '910200-310', 20230625, '2023-06', 'YD-91-202306', 20000000,
   '{"book":"910200-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9102003101003","region":"920000","clr_type":"9909","bank_kind":"1003","payee_name":"示例甲省","mode":"1","insutype":"310","fund_pay_type":"310100","inpatient":"150000.00","outpatient_pool":"50000.00","amount":"200000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 13, 'YD0022', 1, 'offsite-clearing', '910000', '310', '910000-310', 20230626, '2023-06', 'YD-91-202306', 10000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"920000","clr_type":"9909","bank_kind":"1003","payee_name":"示例乙省","mode":"1","insutype":"310","fund_pay_type":"310100","inpatient":"100000.00","amount":"100000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 14, 'YD0023', 1, 'offsite-clearing-collected', '910000', '310', '910000-310', 20230625, '2023-06', 'YD-91-202306', 30000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"910100","amount":"300000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 15, 'YD0024', 1, 'offsite-clearing-collected', '910000', '310', '910000-310', 20230625, '2023-06', 'YD-91-202306', 20000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"910200","amount":"200000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 16, 'YD0025', 1, 'offsite-clearing-passed', '910000', '310', '910000-310', 20230626, '2023-06', 'YD-91-202306', 30000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"910100","amount":"300000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 17, 'YD0026', 1, 'offsite-clearing-passed', '910000', '310', '910000-310', 20230626, '2023-06', 'YD-91-202306', 20000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"910200","amount":"200000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 10, 'YD0027', 1, 'offsite-fund-received', '920000', '310', '920000-310', 20230626, '2023-06', 'YD-92-202306', 60000000,
   '{"book":"920000-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003101003","region":"910000","amount":"600000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 11, 'YD0028', 1, 'offsite-fund-passed', '920000', '310', '920000-310', 20230627, '2023-06', 'YD-92-202306', 28000000,
   '{"book":"920000-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003101003","region":"910000","remark":"拨 示例乙一市","amount":"280000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 12, 'YD0029', 1, 'offsite-fund-received', '920100', '310', '920100-310', 20230627, '2023-06', 'YD-92-202306', 28000000,
   '{"book":"920100-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9201003101003","region":"910000","amount":"280000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 13, 'YD0030', 1, 'offsite-fund-passed', '920000', '310', '920000-310', 20230627, '2023-06', 'YD-92-202306', 20000000,
   '{"book":"920000-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003101003","region":"910000","remark":"拨 示例乙二市","amount":"200000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 14, 'YD0031', 1, 'offsite-fund-received', '920200', '310', '920200-310', 20230627, '2023-06', 'YD-92-202306', 20000000,
   '{"book":"920200-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9202003101003","region":"910000","amount":"200000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 15, 'YD0032', 1, 'offsite-fund-returned', '920100', '310', '920100-310', 20230628, '2023-06', 'YD-92-202306', 15000000,
   '{"book":"920100-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9201003101003","region":"910000","amount":"150000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 16, 'YD0033', 1, 'offsite-fund-received', '920000', '310', '920000-310', 20230628, '2023-06', 'YD-92-202306', 15000000,
   '{"book":"920000-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003101003","region":"910000","remark":"示例乙一市退回","amount":"150000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 17, 'YD0034', 1, 'offsite-fund-returned', '920000', '310', '920000-310', 20230628, '2023-06', 'YD-92-202306', 30000000,
   '{"book":"920000-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003101003","region":"910000","amount":"300000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 18, 'YD0035', 1, 'offsite-prepayment-returned', '910000', '310', '910000-310', 20230629, '2023-06', 'YD-91-202306', 5000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"920000","amount":"50000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 19, 'YD0036', 1, 'offsite-prepayment-return-received', '910000', '310', '910000-310', 20230629, '2023-06', 'YD-91-202306', 15000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"910100","amount":"150000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 20, 'YD0037', 1, 'offsite-prepayment-return-passed', '910000', '310', '910000-310', 20230629, '2023-06', 'YD-91-202306', 15000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"910100","amount":"150000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 21, 'YD0038', 1, 'offsite-prepayment-returned', '910100', '310', '910100-310', 20230629, '2023-06', 'YD-91-202306', 15000000,
   '{"book":"910100-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9101003101003","region":"910000","amount":"150000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 22, 'YD0039', 1, 'offsite-prepayment-return-received', '910000', '310', '910000-310', 20230629, '2023-06', 'YD-91-202306', 10000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"910200","amount":"100000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 23, 'YD0040', 1, 'offsite-prepayment-return-passed', '910000', '310', '910000-310', 20230629, '2023-06', 'YD-91-202306', 10000000,
   '{"book":"910000-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003101003","region":"910200","amount":"100000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 24, 'YD0041', 1, 'offsite-prepayment-returned', '910200', '310', '910200-310', 20230629, '2023-06', 'YD-91-202306', 10000000,
   '{"book":"910200-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9102003101003","region":"910000","amount":"100000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 25, 'YD0042', 1, 'account-sharing', '910100', '310', '910100-310', 20230620, '2023-06', 'YD-91-202306', 1200000,
   '{"book":"910100-310","batch":"YD-91-202306","period":"2023-06","bank_account":"9101003101003","region":"920100","mode":"1","insutype":"310","fund_pay_type":"310200","bank_kind":"1003","payee_name":"示例乙一市","account_pharmacy":"12000.00","amount":"12000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 18, 'YD0043', 1, 'account-sharing-received', '920100', '310', '920100-310', 20230620, '2023-06', 'YD-92-202306', 1200000,
   '{"book":"920100-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9201003101003","region":"910100","amount":"12000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 19, 'YD0044', 1, 'account-sharing-paid', '920100', '310', '920100-310', 20230621, '2023-06', 'YD-92-202306', 1200000,
   '{"book":"920100-310","batch":"YD-92-202306","period":"2023-06","bank_account":"9201003101003","region":"910100","institution":"P92010000001","institution_name":"示例乙一市示例药店","bank_kind":"1003","amount":"12000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 20, 'YD0045', 1, 'offsite-prepayment', '920100', '390', '920100-390', 20230605, '2023-06', 'YD-92-202306', 8000000,
   '{"book":"920100-390","batch":"YD-92-202306","period":"2023-06","bank_account":"9201003901003","region":"920000","amount":"80000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 21, 'YD0046', 1, 'offsite-prepayment-collected', '920000', '390', '920000-390', 20230605, '2023-06', 'YD-92-202306', 8000000,
   '{"book":"920000-390","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003901003","region":"920100","amount":"80000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 22, 'YD0047', 1, 'offsite-prepayment-passed', '920000', '390', '920000-390', 20230606, '2023-06', 'YD-92-202306', 8000000,
   '{"book":"920000-390","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003901003","region":"920100","amount":"80000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 26, 'YD0048', 1, 'offsite-fund-received', '910000', '390', '910000-390', 20230606, '2023-06', 'YD-91-202306', 8000000,
   '{"book":"910000-390","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003901003","region":"920000","amount":"80000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 27, 'YD0049', 1, 'offsite-fund-passed', '910000', '390', '910000-390', 20230607, '2023-06', 'YD-91-202306', 8000000,
   '{"book":"910000-390","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003901003","region":"920000","remark":"拨 示例甲二市","amount":"80000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 28, 'YD0050', 1, 'offsite-fund-received', '910200', '390', '910200-390', 20230607, '2023-06', 'YD-91-202306', 8000000,
   '{"book":"910200-390","batch":"YD-91-202306","period":"2023-06","bank_account":"9102003901003","region":"920000","amount":"80000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 29, 'YD0051', 1, 'offsite-fund-paid', '910200', '390', '910200-390', 20230615, '2023-06', 'YD-91-202306', 3500000,
   '{"book":"910200-390","batch":"YD-91-202306","period":"2023-06","bank_account":"9102003901003","region":"920000","institution":"H91020000001","institution_name":"示例甲二市示例医院","bank_kind":"1003","amount":"35000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 23, 'YD0052', 1, 'offsite-clearing', '920100', '390', '920100-390', 20230625, '2023-06', 'YD-92-202306', 3500000,
   '{"book":"920100-390","batch":"YD-92-202306","period":"2023-06","bank_account":"9201003901003","region":"910000","clr_type":"9909","bank_kind":"1003","payee_name":"示例乙省","insutype":"390","fund_pay_type":"390100","inpatient":"30000.00","outpatient":"5000.00","amount":"35000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 24, 'YD0053', 1, 'offsite-clearing-collected', '920000', '390', '920000-390', 20230625, '2023-06', 'YD-92-202306', 3500000,
   '{"book":"920000-390","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003901003","region":"920100","amount":"35000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 25, 'YD0054', 1, 'offsite-clearing-passed', '920000', '390', '920000-390', 20230626, '2023-06', 'YD-92-202306', 3500000,
   '{"book":"920000-390","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003901003","region":"920100","amount":"35000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 30, 'YD0055', 1, 'offsite-fund-received', '910000', '390', '910000-390', 20230626, '2023-06', 'YD-91-202306', 3500000,
   '{"book":"910000-390","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003901003","region":"920000","amount":"35000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 31, 'YD0056', 1, 'offsite-fund-passed', '910000', '390', '910000-390', 20230627, '2023-06', 'YD-91-202306', 3500000,
   '{"book":"910000-390","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003901003","region":"920000","remark":"拨 示例甲二市","amount":"35000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 32, 'YD0057', 1, 'offsite-fund-received', '910200', '390', '910200-390', 20230627, '2023-06', 'YD-91-202306', 3500000,
   '{"book":"910200-390","batch":"YD-91-202306","period":"2023-06","bank_account":"9102003901003","region":"920000","amount":"35000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 33, 'YD0058', 1, 'offsite-fund-returned', '910200', '390', '910200-390', 20230628, '2023-06', 'YD-91-202306', 8000000,
   '{"book":"910200-390","batch":"YD-91-202306","period":"2023-06","bank_account":"9102003901003","region":"920000","amount":"80000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 34, 'YD0059', 1, 'offsite-fund-received', '910000', '390', '910000-390', 20230628, '2023-06', 'YD-91-202306', 8000000,
   '{"book":"910000-390","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003901003","region":"920000","remark":"示例甲二市退回","amount":"80000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p91', 35, 'YD0060', 1, 'offsite-fund-returned', '910000', '390', '910000-390', 20230628, '2023-06', 'YD-91-202306', 8000000,
   '{"book":"910000-390","batch":"YD-91-202306","period":"2023-06","bank_account":"9100003901003","region":"920000","amount":"80000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 26, 'YD0061', 1, 'offsite-prepayment-return-received', '920000', '390', '920000-390', 20230629, '2023-06', 'YD-92-202306', 8000000,
   '{"book":"920000-390","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003901003","region":"920100","amount":"80000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 27, 'YD0062', 1, 'offsite-prepayment-return-passed', '920000', '390', '920000-390', 20230629, '2023-06', 'YD-92-202306', 8000000,
   '{"book":"920000-390","batch":"YD-92-202306","period":"2023-06","bank_account":"9200003901003","region":"920100","amount":"80000.00"}');
insert into ex_document (feed, seq, doc_no, version, doc_type, unit, scheme, book, doc_day, period, batch_no, amount_fen, payload) values
  ('p92', 28, 'YD0063', 1, 'offsite-prepayment-returned', '920100', '390', '920100-390', 20230629, '2023-06', 'YD-92-202306', 8000000,
   '{"book":"920100-390","batch":"YD-92-202306","period":"2023-06","bank_account":"9201003901003","region":"920000","amount":"80000.00"}');
