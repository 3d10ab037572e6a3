// SPDX-License-Identifier: Apache-2.0
// Runs the records of a case file against a ledger of its own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/cases/case_file.h"
#include "tests/ledger/fixture.h"

namespace mif::cases {

class World {
 public:
  explicit World(const std::string& dsn) : ledger_(dsn) { ledger_.apply_charts(); }
  // What the record answers, one line each. A refusal answers "error CODE sentence".
  std::vector<std::string> run(const Record& record);

 private:
  using Answer = std::vector<std::string>;
  Answer perform(const Record& record);
  Answer voucher(const Record& record);
  Answer import(const Record& record);
  Answer review(const Record& record);
  Answer correct(const Record& record);
  Answer show(const Record& record);
  Answer trial(const Record& record);
  Answer balance(const Record& record);
  Answer lines(const Record& record);
  Answer carry(const Record& record);
  Answer checklist(const Record& record);
  Answer verify(const Record& record);
  std::int64_t id_of(const std::string& key) const;
  ledger::Draft draft_of(const Record& record) const;

  testing::LedgerFixture ledger_;
  std::map<std::string, std::int64_t> ids_;
};

}  // namespace mif::cases
