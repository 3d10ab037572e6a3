// SPDX-License-Identifier: Apache-2.0
// The closing bench with what the plugins know: a year of every book (books_bench fill into HOME/data/mif.db), a bank account
// with its statements, payments, documents and reports for each, and the closing of December by the whole checklist.
//   close_bench HOME BOOKS VOUCHERS YEAR   prints seconds: the plugins' part of every book's checklist; the same counts by plain
//                                          SQL, all books in one statement each; the closing with the whole checklist
#include <fmt/format.h>

#include <deque>
#include <filesystem>
#include <fstream>

#include "kernel/service/close_checks.h"
#include "mif/error.hpp"
#include "tests/bench/fixture.h"

namespace mif::bench {
namespace {

namespace fs = std::filesystem;
const Who kWho{"chief1", "bench", ""};
constexpr const char* kRoot = "370000";

std::string account_of(int book) { return fmt::format("37{:04}1004001", book); }

void write_home(const fs::path& home, int books) {
  const fs::path source = MIF_SOURCE_DIR;
  fs::create_directories(home / "config");
  for (const char* file : {"roles.info", "workflow.info"}) fs::copy_file(source / "config/demo-province" / file, home / "config" / file, fs::copy_options::overwrite_existing);
  fs::create_directories(home / "templates");
  fs::copy(source / "templates/report", home / "templates/report", fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  std::ofstream info(home / "mif.info");
  info << "name \"bench\"\nmode development\nclock { business-day 2024-01-10 }\nplugin {\n  reporting { templates \"templates/report\" }\n  treasury {\n    flow voucher-payment\n";
  for (int i = 1; i <= books; ++i) info << "    account " << account_of(i) << " { book " << Fixture::book(i) << "\n ledger-account 1004 }\n";
  info << "  }\n}\n";
}

// Rows of one table, written some thousand at a time.
class Rows {
 public:
  Rows(store::Txn& txn, std::string table, std::vector<std::string> columns) : txn_(txn), table_(std::move(table)), columns_(std::move(columns)) {}
  ~Rows() { flush(); }
  void add(std::initializer_list<store::Param> row) {
    for (const auto& value : row) rows_.push_back(value.text() ? store::Param(texts_.emplace_back(*value.text())) : value);
    if (rows_.size() > 50'000) flush();
  }

 private:
  void flush() {
    if (!rows_.empty()) txn_.bulk_insert(table_, columns_, rows_);
    rows_.clear();
    texts_.clear();
  }
  store::Txn& txn_;
  std::string table_;
  std::vector<std::string> columns_;
  std::vector<store::Param> rows_;
  std::deque<std::string> texts_;  // what the rows borrow
};

// Of the year's `vouchers` one line each in the statement, nine in ten of them matched; one payment in twenty, all settled; a document
// each, one in a hundred held; twelve computed months of two packages.
void write_plugin_rows(service::Deployment& d, int books, std::int64_t vouchers, int year) {
  const Day first(year, 1, 1), last(year, 12, 31);
  d.database().write([&](store::Txn& txn) {
    Rows statements(txn, "x_treasury_statement", {"id", "account", "ord", "day_from", "day_to", "opening_fen", "closing_fen", "lines", "state", "reason", "evidence", "imported_by", "imported_ms"});
    Rows tables(txn, "x_treasury_table", {"id", "account", "month", "revision", "state", "form", "bank_fen", "book_fen", "artefact", "instance", "made_by", "made_ms", "decided_by", "decided_ms", "reason"});
    Rows tasks(txn, "x_reporting_task", {"id", "package_code", "unit_code", "layer", "fiscal_year", "fiscal_month", "template_digest", "result_digest", "cells", "failed_checks", "computed_by", "computed_ms"});
    for (int b = 1; b <= books; ++b) {
      for (int m = 1; m <= 12; ++m) {
        const std::int64_t id = b * 100LL + m;
        statements.add({id, account_of(b), m, Day(year, m, 1), Day(year, m, Day::days_in(year, m)), 0, 0, vouchers / 12, "proved", "", "e", "maker1", 0});
        if (m < 12 || b % 2) tables.add({id, account_of(b), std::int64_t{year} * 100 + m, 1, "approved", "expenditure", 0, 0, "a", 0, "maker1", 0, "reviewer1", 0, ""});
        for (int p = 0; p < 2; ++p) tasks.add({id * 2 + p, p ? "mof" : "nhsa", fmt::format("{:06}", 370000 + b), "own", year, m, "t", "r", 400, 0, "chief1", 0});
      }
    }
  });
  d.database().write([&](store::Txn& txn) {
    Rows lines(txn, "x_treasury_line", {"id", "statement_id", "account", "line_key", "ord", "day", "fen", "balance_fen", "bank_ref", "client_ref", "counter_account", "counter_name", "text"});
    Rows members(txn, "x_treasury_member", {"account", "kind", "id", "n", "undone", "group_id", "day", "fen"});
    Rows payments(txn, "x_treasury_payment", {"id", "batch_id", "payable_id", "obligation", "live_obligation", "code", "state", "book", "account", "voucher_id", "content_hash", "day", "fen", "payee_account",
                                              "payee_name", "payee_bank_no", "purpose", "retry_of", "approved_by", "sends", "packet", "sent_ms", "queries", "not_found", "next_query_ms", "bank_ref",
                                              "bank_code", "bank_text", "settled", "changed_ms"});
    Rows documents(txn, "x_exchange_document", {"id", "source", "feed", "cursor_text", "doc_key", "doc_version", "arrival", "doc_type", "book", "unit", "batch", "doc_day", "amount_fen", "payload", "digest",
                                                "state", "reason", "rule_name", "voucher_id", "voucher_no", "received_ms", "changed_ms"});
    Rows outbox(txn, "x_exchange_outbox", {"id", "source", "feed", "cursor_text", "doc_key", "doc_version", "state", "reason", "voucher", "sent_ms"});
    for (int b = 1; b <= books; ++b)
      for (std::int64_t i = 0; i < vouchers; ++i) {
        const std::int64_t id = b * 100'000LL + i;
        const Day day(year, static_cast<int>(i * 12 / vouchers) + 1, static_cast<int>(i % 28) + 1);
        const std::string key = std::to_string(id);
        lines.add({id, b * 100LL + day.month(), account_of(b), key, i, day, -100 - i, 0, key, "", "", "", "月结"});
        if (i % 10) {
          members.add({account_of(b), 1, id, 0, 0, id, day, -100 - i});
          members.add({account_of(b), 0, id, 1, 0, id, day, -100 - i});
        }
        if (i % 20 == 0)
          payments.add({id, b, id, "YB" + key, "YB" + key, "YB" + key, "done", Fixture::book(b), account_of(b), id, "h", day, 100 + i, "6225", "医院", "102", "月结", 0, "payer1", 1, 1, 0, 1, 0, 0, key, "0", "", 1, 0});
        documents.add({id, "demo", "settlement", key, "JS" + key, 1, 1, "settlement", Fixture::book(b), kRoot, "", day, 100 + i, "{}", "d", i % 100 ? "booked" : "held", i % 100 ? "" : "缺对照", "r", id, "付-1", 0, 0});
        if (i % 10 == 1) outbox.add({id, "demo", "settlement", key, "JS" + key, 1, "booked", "", "付-1", i + 12 > vouchers ? 0 : 1});
      }
  });
}

// What the plugins count, as one would by hand: one statement for all books each.
std::int64_t plain(store::Txn& txn, int year) {
  const Day last(year, 12, 31);
  std::int64_t rows = 0;
  const auto each = [&](const store::Row&) { ++rows; };
  txn.query("select book, count(*), min(code) from x_treasury_payment where day <= ? and state in ('prepared', 'approved', 'sending', 'accepted', 'processing', 'awaits-bank', 'scheduled', 'suspended', 'unknown') group by book", {last}, each);
  txn.query("select book, count(*), min(code) from x_treasury_payment where day <= ? and state = 'done' and settled = 0 group by book", {last}, each);
  txn.query("select account, count(*) from x_treasury_table where month = ? and state = 'approved' group by account", {year * 100 + 12}, each);
  txn.query("select l.account, count(*), sum(l.fen) from x_treasury_line l left join x_treasury_member m on m.account = l.account and m.kind = 1 and m.id = l.id and m.n = 0 and m.undone = 0 where l.day <= ? and m.id is null and "
            "not exists (select 1 from x_treasury_table t where t.account = l.account and t.month = ? and t.state = 'approved') group by l.account",
            {last, year * 100 + 12}, each);
  txn.query("select account, max(day_to) from x_treasury_statement where state = 'proved' group by account", {}, each);
  txn.query("select book, state, count(*), min(doc_key), min(reason) from x_exchange_document where state in ('held', 'rejected') and doc_day <= ? group by book, state", {last}, each);
  txn.query("select d.book, count(*), min(o.doc_key) from x_exchange_outbox o join x_exchange_document d on d.source = o.source and d.doc_key = o.doc_key and d.doc_version = o.doc_version where o.sent_ms = 0 group by d.book", {}, each);
  txn.query("select unit_code, count(*), sum(failed_checks) from x_reporting_task where fiscal_year = ? and fiscal_month = 12 group by unit_code", {year}, each);
  return rows;
}

void post_closing_vouchers(service::Deployment& d, const std::string& book, Period period) {
  d.database().write([&](store::Txn& txn) {
    std::vector<ledger::Draft> closing = d.ledger().closing_drafts(txn, book, period);
    for (auto& draft : closing) draft.maker = "maker1";
    d.ledger().import_posted(txn, kWho, closing, "reviewer1");
  });
}

int run(const fs::path& home, int books, std::int64_t vouchers, int year) {
  const Period december{year, 12};
  write_home(home, books);
  {
    const auto bare = service::Deployment::open(home, false);
    bare->database().write([&](store::Txn& txn) {
      bare->identity().put_unit(txn, kWho, {kRoot, "某省", "province", ""});
      for (int b = 1; b <= books; ++b) bare->identity().put_unit(txn, kWho, {fmt::format("{:06}", 370000 + b), fmt::format("单位 {}", b), "county", kRoot});
      bare->identity().put_person(txn, kWho, {"chief1", "主管", kRoot, {"chief"}, false});
    });
    for (const char* id : {"exchange", "reporting", "treasury"}) bare->plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin");
  }
  const auto d = service::Deployment::open(home, true);
  for (const auto& p : d->plugins().list())
    if (p.status != plugin::Status::active) throw Error(MIF_E_UNAVAILABLE, p.manifest.id + ": " + p.reason);
  write_plugin_rows(*d, books, vouchers, year);
  identity::Caller chief;
  d->database().read([&](store::Txn& txn) { chief = d->identity().caller(txn, "chief1"); });

  std::size_t told = 0;
  const Stopwatch checks;
  for (int b = 1; b <= books; ++b)
    for (const auto& item : service::plugin_checks(*d, kWho, &chief, Fixture::book(b), december)) {
      if (item.result == ledger::CheckItem::Result::unknown) throw Error(MIF_E_INTERNAL, item.id + ": " + item.detail);
      told += item.result == ledger::CheckItem::Result::pass ? 0 : 1;
    }
  const double ours = checks.seconds();
  const Stopwatch counts;
  std::int64_t rows = 0;
  d->database().read([&](store::Txn& txn) { rows = plain(txn, year); });
  const double peer = counts.seconds();
  if (told == 0 || rows == 0) throw Error(MIF_E_INTERNAL, "nothing to tell: the data are not what they should be");

  const Stopwatch closing;
  for (int b = 1; b <= books; ++b) {
    post_closing_vouchers(*d, Fixture::book(b), december);
    service::close_period(*d, kWho, chief, Fixture::book(b), december);
  }
  fmt::print("{:.3f} {:.3f} {:.3f}\n", ours, peer, closing.seconds());
  return 0;
}

}  // namespace
}  // namespace mif::bench

int main(int argc, char** argv) {
  try {
    if (argc == 5) return mif::bench::run(argv[1], std::stoi(argv[2]), std::stoll(argv[3]), std::stoi(argv[4]));
  } catch (const std::exception& e) {
    fmt::print(stderr, "close_bench: {}\n", e.what());
    return 1;
  }
  fmt::print(stderr, "usage: see the head of close_bench.cpp\n");
  return 2;
}
