// SPDX-License-Identifier: Apache-2.0
// Real camt files against the facts known of each, where the shared data is at hand.
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "collect.h"
#include "mif/ext/draft/statement_format.h"
#include "values.h"

namespace mif::bank_iso20022 {
namespace {

using namespace testing;
namespace fs = std::filesystem;

const fs::path kData = fs::path(MIF_SOURCE_DIR) / "../shared/data/bank";

// file -> why it is right that we say something else than the facts.
const std::map<std::string, std::string> kReviewed = {
};

std::string plain(const std::string& text) {
  mif_decimal d{};
  if (text.empty() || !read_decimal(text, d)) return {};
  return to_text(d);
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  return all.str();
}

std::string facts_of(const Statement& s) {
  mif_decimal credits{0, 0, 1}, debits{0, 0, 1};
  int reversals = 0, pending = 0;
  std::int64_t details = 0;
  for (const Entry& e : s.entries) {
    EXPECT_TRUE(add(e.exact.units < 0 ? debits : credits, e.exact));
    reversals += e.reversal != 0;
    pending += e.status == MIF_ENTRY_PENDING;
    details += e.details;
  }
  if (debits.units < 0) debits.units = -debits.units;
  std::string opening, closing;
  for (const Balance& b : s.balances) {
    if (b.kind == MIF_BALANCE_OPENING && opening.empty()) opening = b.amount;
    if (b.kind == MIF_BALANCE_CLOSING) closing = b.amount;
  }
  return s.account + " " + s.currency + " open " + opening + " close " + closing + " n " + std::to_string(s.entries.size()) + " cr " + plain(to_text(credits)) + " dr " + plain(to_text(debits)) + " rev " +
         std::to_string(reversals) + " pend " + std::to_string(pending) + "\n";
}

std::string expected(const std::string& json) {
  std::string all;
  const auto root = Poco::JSON::Parser().parse(json).extract<Poco::JSON::Object::Ptr>();
  const auto statements = root->getArray("statements");
  for (std::size_t i = 0; statements && i < statements->size(); ++i) {
    const auto s = statements->getObject(static_cast<unsigned>(i));
    const auto text = [&](const char* key) { return s->getValue<std::string>(key); };
    all += text("account") + " " + text("ccy") + " open " + plain(text("open")) + " close " + plain(text("close")) + " n " + text("entries") + " cr " + plain(text("credit_sum")) + " dr " + plain(text("debit_sum")) +
           " rev " + text("reversals") + " pend " + text("pending") + "\n";
  }
  return all;
}

TEST(CamtManifest, RealFilesReadAsTheFactsSay) {
  if (!fs::exists(kData / "MANIFEST.tsv")) GTEST_SKIP() << "no sample files at " << kData;
  std::ifstream manifest(kData / "MANIFEST.tsv");
  int agreed = 0, reviewed = 0;
  std::vector<std::string> differing;
  for (std::string line; std::getline(manifest, line);) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, '\t');) cells.push_back(cell);
    if (cells.size() < 10 || cells[5].rfind("camt.05", 0) != 0) continue;
    const std::string bytes = read(kData / cells[0]);
    ASSERT_FALSE(bytes.empty()) << cells[0];
    const Told told = collect(bytes, {cells[5].substr(0, 8), "", 4096});
    EXPECT_FALSE(told.out_of_order) << cells[0];
    std::string found, format;
    for (const Statement& s : told.statements) found += facts_of(s);
    EXPECT_GE(sniff_camt(bytes, format), 80) << cells[0];
    EXPECT_EQ(format, cells[5].substr(0, 8)) << cells[0];
    const std::string wanted = expected(cells[9]);
    if (found == wanted) {
      ++agreed;
      continue;
    }
    if (const auto why = kReviewed.find(cells[0]); why != kReviewed.end()) {
      ++reviewed;
      std::cout << "differs, reviewed: " << cells[0] << ": " << why->second << "\n";
      continue;
    }
    std::string troubles;
    for (const Trouble& t : told.troubles) troubles += "  " + t.code + " @" + std::to_string(t.byte) + " " + t.what + "\n";
    differing.push_back(cells[0] + "\n want " + wanted + " have " + found + troubles);
  }
  std::cout << "camt files: " << agreed << " agreed, " << reviewed << " differ for a reviewed reason, " << differing.size() << " differ\n";
  for (const auto& d : differing) ADD_FAILURE() << d;
  EXPECT_GT(agreed, 40);
}

}  // namespace
}  // namespace mif::bank_iso20022
