// SPDX-License-Identifier: Apache-2.0
// A statement as arithmetic: it is believed when it adds up, line by line and against what came before.
#pragma once

#include <string>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::treasury {

struct BankLine {
  std::string key;  // set by key_lines
  Day day;
  Fen fen, balance;  // + credit, - debit
  std::string bank_ref, client_ref, counter_account, counter_name, text;
};
struct BankStatement {
  Day from, to;
  Fen opening, closing;
  std::vector<BankLine> lines;
};

// Empty when opening + lines = closing, every running balance fits and every day is in range; otherwise one sentence.
std::string disproof(const BankStatement& statement);
// The bank's own reference where it is there and unique; otherwise the content with its occurrence number, because equal
// lines on one day are legal.
void key_lines(BankStatement& statement);

}  // namespace mif::treasury
