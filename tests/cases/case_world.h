// SPDX-License-Identifier: Apache-2.0
// Runs the records of a case file against a ledger of its own. What a command does stands in commands_<topic>.cpp.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/cases/case_file.h"
#include "tests/ledger/fixture.h"

namespace mif::cases {

using Answer = std::vector<std::string>;

class World {
 public:
  // `charts_ready`: a World has prepared the database before.
  explicit World(const std::string& dsn, bool charts_ready = false);
  // What the record answers, one line each. A refusal answers "error CODE sentence".
  Answer run(const Record& record);

  testing::LedgerFixture ledger;
  std::map<std::string, std::int64_t> ids;  // vouchers of this case by their key

  std::int64_t id_of(const std::string& key) const;
  // Runs the action in a write transaction; answers "ok".
  Answer write(const std::function<void(store::Txn&)>& action);

 private:
  Answer perform(const Record& record);
};

using Command = Answer (*)(World&, const Record&);
using Commands = std::map<std::string, Command>;
void add_voucher_commands(Commands& all);
void add_book_commands(Commands& all);
void add_closing_commands(Commands& all);
void add_base_commands(Commands& all);
void add_books_commands(Commands& all);
void add_item_commands(Commands& all);

// --- shared by the topics ---------------------------------------------------------------------------------------------
const std::string& word(const Record& record, std::size_t i);  // throws when the record has fewer words
Who who_of(const Record& record, const char* otherwise);       // by=NAME
std::string line_text(int side, const std::string& account, const std::string& aux, Fen fen);
Answer or_nothing(Answer answer);  // "nothing" for an empty answer

}  // namespace mif::cases
