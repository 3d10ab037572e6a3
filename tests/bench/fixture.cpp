// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/fixture.h"

#include <fmt/format.h>

namespace mif::bench {

Fixture::Fixture(const std::string& dsn, int books, Period start, int pool) : clock_(system_clock()) {
  store::Options options;
  options.dsn = dsn;
  options.create = true;
  options.pool_size = pool;
  options.lease_timeout_ms = 60000;
  database_ = store::Database::open(options);
  store::migrate(*database_, "audit", audit::migrations());
  store::migrate(*database_, "chart", chart::migrations());
  store::migrate(*database_, "ledger", ledger::migrations());
  log_ = std::make_unique<audit::Log>(*clock_, HashAlg::sha256);
  charts_ = std::make_unique<chart::Charts>(*database_, *log_);
  ledger_ = std::make_unique<ledger::Ledger>(*charts_, *log_, *clock_);
  const std::string folder = MIF_SOURCE_DIR "/config/demo-province/chart/";
  database_->write([&](store::Txn& txn) {
    charts_->apply(txn, who(), "employee", chart::read_chart(folder + "employee.csv"), chart::read_aux_info(folder + "aux.info"));
    for (int i = 1; i <= books; ++i) {
      ledger::Book b;
      b.code = book(i);
      b.unit = fmt::format("{:06}", 370000 + i);
      b.scheme = "310";
      b.chart = "employee";
      b.name = "bench " + b.code;
      b.start = start;
      ledger_->create_book(txn, who(), b);
    }
  });
}

std::string Fixture::book(int i) { return fmt::format("B{:03}", i); }

ledger::Draft Fixture::draft(int book_number, std::int64_t i, Day day) {
  static const char* const kBenefits[] = {"50010101", "50010102", "50010103", "50010201", "50010202", "50010203"};
  ledger::Draft d;
  d.day = day;
  d.book = book(book_number);
  d.word = "付";
  d.source_plugin = "bench";
  d.source_key = fmt::format("{}/{}", book_number, i);
  d.summary = fmt::format("定点医疗机构月结 {}", i);
  d.maker = "maker";
  Fen total;
  for (int k = 0; k < 3; ++k) {
    const Fen fen((i * 7919 + k * 104729 + book_number * 31) % 9000000 + 1);
    d.lines.push_back({MIF_DEBIT, fen, kBenefits[(i + k) % 6], "mode=1", d.summary});
    total += fen;
  }
  d.lines.push_back({MIF_CREDIT, total, "1004", fmt::format("bank_account=37{:04}1004001", book_number), d.summary});
  return d;
}

}  // namespace mif::bench
