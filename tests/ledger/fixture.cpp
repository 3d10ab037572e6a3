// SPDX-License-Identifier: Apache-2.0
#include "tests/ledger/fixture.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <sstream>

#include "kernel/books/books.h"
#include "kernel/open_items/open_items.h"

namespace mif::testing {
namespace fs = std::filesystem;

LedgerFixture::LedgerFixture(const std::string& dsn) {
  static std::atomic<int> count{0};
  store::Options options;
  options.dsn = dsn;
  if (dsn.empty()) {
    file_ = (fs::temp_directory_path() / ("mif-ledger-" + std::to_string(getpid()) + '-' + std::to_string(++count) + ".db")).string();
    options.dsn = "sqlite:" + file_;
  }
  options.create = true;
  options.pool_size = 4;
  database_ = store::Database::open(options);
  store::migrate(*database_, "audit", audit::migrations());
  store::migrate(*database_, "chart", chart::migrations());
  store::migrate(*database_, "ledger", ledger::migrations());
  store::migrate(*database_, "books", books::migrations());
  store::migrate(*database_, "open_items", open_items::migrations());
  store::migrate(*database_, "closing", closing::migrations());
  log_ = std::make_unique<audit::Log>(clock_, HashAlg::sha256);
  charts_ = std::make_unique<chart::Charts>(*database_, *log_);
  ledger_ = std::make_unique<ledger::Ledger>(*charts_, *log_, clock_);
  use_templates(closing::read_template_folder(MIF_SOURCE_DIR "/templates/closing"));
}

void LedgerFixture::use_templates(std::vector<closing::Template> templates) {
  closing_ = std::make_unique<closing::Closing>(*ledger_, *charts_, *log_, clock_, std::move(templates));
}

LedgerFixture::~LedgerFixture() {
  database_.reset();
  if (!file_.empty())
    for (const char* end : {"", "-wal", "-shm"}) fs::remove(file_ + end);
}

void LedgerFixture::apply_charts() {
  const std::string folder = MIF_SOURCE_DIR "/config/demo-province/chart/";
  database_->write([&](store::Txn& txn) {
    const auto aux = chart::read_aux_info(folder + "aux.info");
    for (const std::string name : {"employee", "resident"}) charts_->apply(txn, who("admin"), name, chart::read_chart(folder + name + ".csv"), aux);
  });
}

void LedgerFixture::add_book(const std::string& code, const std::string& chart, Period start, const std::string& unit, bool yearly) {
  ledger::Book book;
  book.code = code;
  book.unit = unit.empty() ? "unit-" + code : unit;
  book.scheme = chart == "resident" ? "390" : "310";
  book.chart = chart;
  book.name = code;
  book.start = start;
  book.yearly_closing = yearly;
  database_->write([&](store::Txn& txn) { ledger_->create_book(txn, who("admin"), book); });
}

std::int64_t LedgerFixture::propose(const ledger::Draft& draft) {
  std::int64_t id = 0;
  database_->write([&](store::Txn& txn) { id = ledger_->propose(txn, who("maker"), draft).id; });
  return id;
}

std::int64_t LedgerFixture::post(const ledger::Draft& draft) {
  std::int64_t id = 0;
  database_->write([&](store::Txn& txn) {
    id = ledger_->propose(txn, who("maker"), draft).id;
    ledger_->approve(txn, who("reviewer"), id, "reviewer");
    ledger_->post(txn, who("reviewer"), id);
  });
  return id;
}

ledger::Voucher LedgerFixture::voucher(std::int64_t id) {
  ledger::Voucher v;
  database_->read([&](store::Txn& txn) { v = ledger_->voucher(txn, id); });
  return v;
}

std::vector<ledger::CheckItem> LedgerFixture::checklist(const std::string& book, Period period) {
  std::vector<ledger::CheckItem> items;
  database_->read([&](store::Txn& txn) { items = ledger_->closing_checklist(txn, book, period); });
  return items;
}

void LedgerFixture::carry_and_close(const std::string& book, Period period) {
  std::vector<ledger::Draft> drafts;
  database_->read([&](store::Txn& txn) { drafts = ledger_->closing_drafts(txn, book, period); });
  for (const auto& draft : drafts) post(draft);
  database_->write([&](store::Txn& txn) { ledger_->close(txn, who("chief"), book, period); });
}

std::vector<audit::Finding> LedgerFixture::verify_ledger() {
  std::vector<audit::Finding> findings;
  database_->read([&](store::Txn& txn) { findings = ledger::verify(txn, HashAlg::sha256, nullptr); });
  return findings;
}

std::vector<audit::Finding> LedgerFixture::verify_all() {
  auto findings = verify_ledger();
  auto sources = chart::digest_sources(HashAlg::sha256);
  for (auto&& room : {ledger::digest_sources(HashAlg::sha256), books::digest_sources(HashAlg::sha256), open_items::digest_sources(HashAlg::sha256), closing::digest_sources(HashAlg::sha256)})
    sources.insert(sources.end(), room.begin(), room.end());
  database_->read([&](store::Txn& txn) {
    const auto result = audit::verify(txn, HashAlg::sha256, sources, nullptr);
    findings.insert(findings.end(), result.findings.begin(), result.findings.end());
  });
  return findings;
}

std::string LedgerFixture::state_hash() {
  std::string hash;
  database_->read([&](store::Txn& txn) { hash = ledger::state_hash(txn, HashAlg::sha256); });
  return hash;
}

ledger::Line line(const std::string& text) {
  std::istringstream in(text);
  ledger::Line line;
  std::string side, amount;
  in >> side >> line.account >> amount;
  if (amount.find('=') != std::string::npos) {
    line.aux = amount;
    in >> amount;
  }
  if (side != "D" && side != "C") throw Error(MIF_E_INVALID, "a line starts with D or C: " + text);
  line.side = side == "D" ? MIF_DEBIT : MIF_CREDIT;
  line.fen = Fen::parse(amount);
  std::getline(in >> std::ws, line.summary);
  return line;
}

ledger::Draft draft(const std::string& book, Day day, const std::string& key, const std::vector<std::string>& lines) {
  ledger::Draft d;
  d.day = day;
  d.book = book;
  d.word = "记";
  d.source_plugin = "test";
  d.source_key = key;
  d.summary = key;
  for (const auto& text : lines) d.lines.push_back(line(text));
  return d;
}

std::string describe(const std::vector<audit::Finding>& findings) {
  std::string text;
  for (const auto& f : findings) text += f.promise + ' ' + f.object + ": " + f.what + '\n';
  return text;
}

}  // namespace mif::testing
