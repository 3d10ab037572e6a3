// SPDX-License-Identifier: Apache-2.0
// The booked lines of a statement between reading and storing: put aside, so that a statement of a million lines takes no more
// memory than its index.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"
#include "spool.h"

namespace mif::treasury {

struct BankLine {
  Day day;
  Fen fen;  // + credit, - debit
  std::string_view bank_ref, client_ref, counter_account, counter_name, text;
};

class LineSpool {
 public:
  void add(const BankLine& line);
  std::size_t size() const { return places_.size(); }
  BankLine at(std::size_t i);  // its texts live until the next call
  Day day(std::size_t i) const { return Day(days_[i]); }
  // By day, lines of one day as they came. Empty when they are so already.
  std::vector<std::uint32_t> by_day(std::size_t begin, std::size_t end) const;
  // Whether each line of the range has a reference of the bank's that no other line of it has.
  std::vector<bool> unique_refs(std::size_t begin, std::size_t end) const;

 private:
  Spool spool_;
  Packer packer_;
  std::vector<std::uint64_t> places_, refs_;  // refs_: hash of the bank's reference, 0 without one
  std::vector<std::int32_t> days_;
};

// A reference that names this line and no other; banks write words where they have none.
bool names_a_line(std::string_view bank_ref);
// What a line without such a reference is told apart by.
std::string content_of(const BankLine& line);

}  // namespace mif::treasury
