// SPDX-License-Identifier: Apache-2.0
#include "tests/cases/case_world.h"

namespace mif::cases {
namespace {

constexpr const char* kCodes[] = {"MIF_OK",          "MIF_E_INVALID",   "MIF_E_NOT_FOUND",   "MIF_E_DENIED",          "MIF_E_CONFLICT", "MIF_E_UNAVAILABLE",
                                  "MIF_E_DEADLINE",  "MIF_E_CANCELLED", "MIF_E_UNSUPPORTED", "MIF_E_UNKNOWN_OUTCOME", "MIF_E_INTERNAL"};

const Commands& commands() {
  static const Commands all = [] {
    Commands made;
    add_voucher_commands(made);
    add_book_commands(made);
    add_closing_commands(made);
    add_base_commands(made);
    add_books_commands(made);
    add_item_commands(made);
    return made;
  }();
  return all;
}

}  // namespace

const std::string& word(const Record& r, std::size_t i) {
  if (i >= r.words.size()) throw std::runtime_error("\"" + r.command + "\" needs more words");
  return r.words[i];
}

Who who_of(const Record& r, const char* otherwise) { return testing::LedgerFixture::who(r.option("by", otherwise)); }

std::string line_text(int side, const std::string& account, const std::string& aux, Fen fen) {
  return (side == MIF_DEBIT ? "D " : "C ") + account + (aux.empty() ? "" : ' ' + aux) + ' ' + fen.plain();
}

Answer or_nothing(Answer answer) {
  if (answer.empty()) answer.push_back("nothing");
  return answer;
}

World::World(const std::string& dsn, bool charts_ready) : ledger(dsn) {
  if (!charts_ready) ledger.apply_charts();
}

Answer World::run(const Record& record) {
  try {
    return perform(record);
  } catch (const Error& error) {
    return {std::string("error ") + kCodes[error.code()] + ' ' + error.what()};
  }
}

Answer World::perform(const Record& record) {
  const auto found = commands().find(record.command);
  if (found == commands().end()) throw std::runtime_error("unknown command \"" + record.command + "\"");
  return found->second(*this, record);
}

std::int64_t World::id_of(const std::string& key) const {
  const auto found = ids.find(key);
  if (found == ids.end()) throw std::runtime_error("no voucher of this case has the key " + key);
  return found->second;
}

Answer World::write(const std::function<void(store::Txn&)>& action) {
  ledger.database().write(action);
  return {"ok"};
}

}  // namespace mif::cases
