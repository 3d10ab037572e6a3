// SPDX-License-Identifier: Apache-2.0
// Which lines of a statement are stored already. A line is known by its key: the bank's reference where no other line of the
// file has it, otherwise its content with its occurrence number, because equal lines on one day are legal.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "mif/services.hpp"
#include "statement_lines.h"

namespace mif::treasury {

class KnownLines {
 public:
  struct Line {
    std::int64_t id = 0, ord = 0;
    Day day;
    Fen fen, balance;
    std::size_t client_ref = 0;  // hash
    bool seen = false;
  };
  // The lines of the account in these days.
  KnownLines(Txn& txn, const std::string& account, Day from, Day to);
  bool empty() const { return lines_.empty(); }
  std::size_t size() const { return lines_.size(); }
  // The stored one, once; null for a new line. Lines come by day. `key` becomes the key it has, or is to have.
  Line* find(const BankLine& line, bool unique_ref, std::string& key);
  const Line* unseen() const;
  // After a first run over the same lines.
  void begin_again();
  // Every new line is told apart by content: where a reference is in use on another day.
  void content_only() { content_only_ = true; }

 private:
  std::string numbered(const BankLine& line);
  Line* take(const std::string& key);
  std::vector<Line> lines_;
  std::unordered_map<std::size_t, std::uint32_t> by_key_;      // hash of the key, and of the content behind a reference
  std::unordered_map<std::size_t, std::uint32_t> occurrences_;  // hash of a content -> how many so far on the day
  Day day_;
  bool content_only_ = false;
};

}  // namespace mif::treasury
