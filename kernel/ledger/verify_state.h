// SPDX-License-Identifier: Apache-2.0
// Private to the ledger room.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/ledger/internal.h"
#include "kernel/ledger/scan.h"

namespace mif::ledger {

// One run of ledger::verify: owns the recomputed figures. One thread.
class Verifier {
 public:
  std::vector<audit::Finding> run(store::Txn& txn, HashAlg alg, const std::function<void(std::int64_t)>& progress);
  const Totals& totals() const { return totals_; }

 private:
  using Figures = std::unordered_map<std::string, Movement>;  // by account, '\n', auxiliary items
  struct BookState {
    Book book;
    std::map<Period, std::pair<int, std::int64_t>> periods;  // state, closed_ms
    std::map<Period, Figures> movements;
    std::map<std::pair<Period, std::string>, std::int64_t> counters;
    Fen sum;
  };

  void find(const char* promise, const std::string& object, const std::string& what);
  void read(store::Txn& txn, const char* table, std::string_view sql, std::initializer_list<store::Param> params, const store::EachRow& each);
  void load_books(store::Txn& txn);
  void check(const Scanned& scanned);
  void end_group(std::int64_t book, Period period);
  void check_counters(store::Txn& txn);
  void check_balances(store::Txn& txn, BookState& state);
  void check_holds(store::Txn& txn, const BookState& state, const std::unordered_map<std::string, Fen>& nets);

  std::map<std::int64_t, BookState> books_;
  Figures group_;
  std::map<std::string, std::vector<int>> group_numbers_;
  std::map<std::pair<std::string, int>, std::vector<std::pair<int, int>>> group_parts_;  // by word and number: part, parts
  std::string key_;
  Totals totals_;
  std::vector<audit::Finding> findings_;
};

}  // namespace mif::ledger
