// SPDX-License-Identifier: Apache-2.0
#include "payables.h"

namespace mif::exchange {

namespace {

struct Open {
  std::int64_t id = 0, voucher = 0;
  Day day;
  Fen fen;
  std::string book, obligation, payer, account, name, bank, purpose;
};

}  // namespace

void fetch_payables(const Host& host, Call call, std::int64_t after, std::uint32_t limit, mif_payable_sink& sink) {
  std::vector<Open> rows;
  {
    Txn txn = host.store.read(call);
    txn.query("select id, voucher_id, book, obligation, pay_day, fen, payer_account, payee_account, payee_name, payee_bank_no, purpose"
              " from x_exchange_payable where id > ? and state = 'open' order by id limit ?",
              {after, std::int64_t{limit ? limit : 1000}}, [&](const Row& r) {
                rows.push_back({r.integer(0), r.integer(1), r.day(4), r.fen(5), r.text(2), r.text(3), r.text(6), r.text(7), r.text(8), r.text(9), r.text(10)});
                return true;
              });
  }
  for (const auto& o : rows) {
    auto p = sized<mif_payable>();
    p.day = o.day.value();
    p.id = o.id;
    p.voucher_id = o.voucher;
    p.fen = o.fen.value();
    p.book = s(o.book);
    p.obligation = s(o.obligation);
    p.payer_account = s(o.payer);
    p.payee_account = s(o.account);
    p.payee_name = s(o.name);
    p.payee_bank_no = s(o.bank);
    p.purpose = s(o.purpose);
    if (sink.on(&sink, &p) != 0) return;
  }
}

}  // namespace mif::exchange
