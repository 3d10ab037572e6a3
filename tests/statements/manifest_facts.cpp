// SPDX-License-Identifier: Apache-2.0
#include "manifest_facts.h"

#include <Poco/JSON/Parser.h>

#include <fstream>
#include <set>
#include <sstream>

#include "decimal.h"
#include "text.h"

namespace mif::testing {

using namespace statement_text;

namespace {

using Object = Poco::JSON::Object::Ptr;

std::string text(const Object& o, const char* name, const char* other = "") {
  if (o->has(name)) return o->getValue<std::string>(name);
  return *other && o->has(other) ? o->getValue<std::string>(other) : std::string();
}

class Compare {
 public:
  explicit Compare(std::vector<std::string>& out) : out_(out) {}
  void at(std::string where) { where_ = std::move(where); }
  void same(const char* what, const std::string& expected, const std::string& found) {
    if (trim(expected) != trim(found)) out_.push_back(where_ + what + ": expected \"" + expected + "\", read \"" + found + "\"");
  }
  void same(const char* what, std::int64_t expected, std::int64_t found) { same(what, std::to_string(expected), std::to_string(found)); }
  void amount(const char* what, const std::string& expected, const mif_decimal& found) {
    mif_decimal d{};
    if (!expected.empty() && !read_decimal(expected, d)) out_.push_back(where_ + what + ": the manifest says \"" + expected + "\"");
    if (!equal(d, found)) out_.push_back(where_ + what + ": expected \"" + expected + "\", read \"" + to_text(found) + "\"");
  }

 private:
  std::vector<std::string>& out_;
  std::string where_;
};

// The balance of a kind; without one, that of an MT940's page (60M, 62M). What camt calls interim is of the day so far and no page.
mif_decimal balance(const SeenStatement& s, int kind, int page, bool last) {
  mif_decimal booked{}, interim{};
  for (const auto& b : s.balances) {
    if (b.kind == kind && (last || !booked.given)) booked = b.amount;
    if (b.kind == page && b.code.size() == 3 && b.code[2] == 'M' && (last || !interim.given)) interim = b.amount;
  }
  return booked.given ? booked : interim;
}

struct Sums {
  mif_decimal credits = decimal(0, 0), debits = decimal(0, 0);
  std::int64_t reversals = 0, pending = 0, without_amount = 0;
  void add(const SeenEntry& e) {
    if (!e.amount.given) ++without_amount;
    statement_text::add(e.amount.units < 0 ? debits : credits, magnitude(e.amount));
    reversals += e.reversal ? 1 : 0;
    pending += e.status == MIF_ENTRY_PENDING ? 1 : 0;
  }
};

void by_statement(const Poco::JSON::Array::Ptr& expected, const Seen& seen, Compare& c) {
  c.same("statements", static_cast<std::int64_t>(expected->size()), static_cast<std::int64_t>(seen.statements.size()));
  for (std::size_t i = 0; i < expected->size() && i < seen.statements.size(); ++i) {
    const Object o = expected->getObject(static_cast<unsigned>(i));
    const SeenStatement& s = seen.statements[i];
    c.at("statement " + std::to_string(i + 1) + ", ");
    c.same("account", text(o, "account"), s.account);
    // The manifest takes a currency from balances only; an MT942 has none and says its currency in :34F:.
    if (!text(o, "ccy").empty() || !s.balances.empty()) c.same("currency", text(o, "ccy"), s.currency);
    c.amount("opening", text(o, "open"), balance(s, MIF_BALANCE_OPENING, MIF_BALANCE_INTERIM_OPENING, false));
    c.amount("closing", text(o, "close"), balance(s, MIF_BALANCE_CLOSING, MIF_BALANCE_INTERIM_CLOSING, true));
    Sums sums;
    for (const auto& e : s.entries) sums.add(e);
    c.same("entries", text(o, "n", "entries"), std::to_string(s.entries.size()));
    c.amount("credits", text(o, "cr", "credit_sum"), sums.credits);
    c.amount("debits", text(o, "db", "debit_sum"), sums.debits);
    c.same("reversals", text(o, "rev", "reversals"), std::to_string(sums.reversals));
    if (o->has("pending")) c.same("pending", text(o, "pending"), std::to_string(sums.pending));
  }
}

void accounts(const Object& o, const Seen& seen, Compare& c) {
  std::string expected, found;
  const auto list = o->getArray("accounts");
  for (std::size_t i = 0; i < list->size(); ++i) expected += std::string(trim(list->getElement<std::string>(static_cast<unsigned>(i)))) + " | ";
  for (const auto& s : seen.statements) found += s.account + " | ";
  c.same("accounts", expected, found);
}

void by_ofx_file(const Object& o, const Seen& seen, Compare& c) {
  accounts(o, seen, c);
  std::set<std::string> expected, found;
  const auto currencies = o->getArray("ccy");
  for (std::size_t i = 0; i < currencies->size(); ++i) expected.insert(currencies->getElement<std::string>(static_cast<unsigned>(i)));
  Sums sums;
  std::int64_t entries = 0, no_fitid = 0;
  std::vector<mif_decimal> balances;
  for (const auto& s : seen.statements) {
    if (!s.currency.empty()) found.insert(s.currency);
    for (const auto& b : s.balances)
      if (b.kind == MIF_BALANCE_CLOSING) balances.push_back(b.amount);
    for (const auto& e : s.entries) {
      sums.add(e);
      ++entries;
      no_fitid += e.bank_ref.empty() ? 1 : 0;
    }
  }
  if (expected != found) c.same("currencies", "of the manifest", "others");
  c.same("entries", o->getValue<std::int64_t>("tx"), entries);
  c.amount("credits", text(o, "credit_sum"), sums.credits);
  c.amount("debits", text(o, "debit_sum"), sums.debits);
  c.same("entries without an amount", o->getValue<std::int64_t>("bad_amount"), sums.without_amount);
  c.same("entries without FITID", o->getValue<std::int64_t>("empty_fitid"), no_fitid);
  std::vector<std::string> stated;  // an empty one is a balance without an amount
  const auto list = o->getArray("ledgerbal");
  for (std::size_t i = 0; i < list->size(); ++i)
    if (const auto b = list->getElement<std::string>(static_cast<unsigned>(i)); !b.empty()) stated.push_back(b);
  c.same("ledger balances", static_cast<std::int64_t>(stated.size()), static_cast<std::int64_t>(balances.size()));
  for (std::size_t i = 0; i < stated.size() && i < balances.size(); ++i) c.amount("ledger balance", stated[i], balances[i]);
}

void by_bai2_file(const Object& o, const Seen& seen, Compare& c) {
  accounts(o, seen, c);
  mif_decimal sum = decimal(0, 0);
  std::int64_t entries = 0, without_amount = 0;
  for (const auto& s : seen.statements)
    for (const auto& e : s.entries) {
      ++entries;
      without_amount += e.amount.given ? 0 : 1;
      mif_decimal smallest = magnitude(e.amount);  // the manifest sums amounts as written, in the smallest unit
      smallest.scale = 0;
      add(sum, smallest);
    }
  c.same("entries", o->getValue<std::int64_t>("tx"), entries);
  c.amount("sum of amounts", text(o, "sum_abs_16"), sum);
  c.same("entries without an amount", o->getValue<std::int64_t>("bad16"), without_amount);
}

}  // namespace

std::vector<FileFacts> read_manifest(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::vector<std::string> columns;
  std::vector<FileFacts> out;
  while (std::getline(in, line)) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, '\t');) cells.push_back(cell);
    if (columns.empty()) {
      columns = cells;
      continue;
    }
    const auto cell = [&](const char* name) {
      for (std::size_t i = 0; i < columns.size() && i < cells.size(); ++i)
        if (columns[i] == name) return cells[i];
      return std::string();
    };
    if (!cell("expected_facts_json").empty()) out.push_back({cell("file"), cell("kind"), cell("sha256_16"), cell("expected_facts_json")});
  }
  return out;
}

std::vector<std::string> differences(const FileFacts& facts, const Seen& seen) {
  std::vector<std::string> out;
  Compare compare(out);
  Poco::JSON::Parser parser;
  const Object o = parser.parse(facts.facts).extract<Object>();
  if (o->has("statements")) by_statement(o->getArray("statements"), seen, compare);
  else if (o->has("ledgerbal")) by_ofx_file(o, seen, compare);
  else if (o->has("trailer99")) by_bai2_file(o, seen, compare);
  else out.push_back("facts of an unknown shape");
  return out;
}

}  // namespace mif::testing
