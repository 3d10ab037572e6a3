// SPDX-License-Identifier: Apache-2.0
// A year of one bank account, told twice: as the bank's statement shows it and as the book has it, with the truth about which lines
// belong together. Made to mislead: what the naive answer gets wrong is in it on purpose, in the proportions of a province's accounts.
// What nobody could tell apart from the data is in it too; there, the right answer is none.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::reconciliation {

struct BankLine {
  Day day;
  Fen fen;
  std::string client_ref, bank_ref, counter_account, text;
  int truth = 0;           // the group it belongs to; 0: it stays alone
  int payment = 0;         // the payment it is evidence of; 0: none
  bool came_back = false;  // of its return
  int category = 0;
};
struct BookLine {
  Day day;
  Fen fen;
  std::int64_t voucher = 0, reverses = 0;
  std::string document, other_account, text;
  int truth = 0, category = 0;
};
struct Payment {
  std::string code, payee;
  Fen fen;
  std::int64_t voucher = 0;
  bool settled = true;
};

class World {
 public:
  World(std::uint64_t seed, int events);
  std::vector<BankLine> bank;
  std::vector<BookLine> book;
  std::map<int, Payment> payments;
  static const std::vector<const char*>& categories();

 private:
  using Tell = void (World::*)();
  struct Kind;
  static const std::vector<Kind>& kinds();

  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  Day some_day() { return day_at(pick(350)); }
  static Day day_at(int n);
  static Day later(Day day, int days);
  Fen amount();        // mostly of its own
  Fen usual_amount();  // one that many have
  std::string hospital() { return "622588" + std::to_string(100000 + pick(400)); }
  std::string document(const char* word) { return word + std::to_string(2023000000 + ++serial_); }
  std::string code_of(int payment) const;
  int pay(Fen fen, const std::string& payee, std::int64_t voucher);
  BankLine& at_bank(Day day, Fen fen, int truth);
  BookLine& in_book(Day day, Fen fen, int truth);

  void plain(), alike(), one_voucher(), payroll(), code_in_text(), cut_code(), returned_red(), returned_without_code(), returned_unbooked(), returned_and_retried();
  void corrected(), bank_error(), executed_twice(), fee(), fees_alike(), fee_unbooked(), fee_of_a_payment(), interest(), transfer(), transfer_late(), transfers_crossed(), transfer_rival();
  void wrong_amount(), code_of_another(), uninstructed(), undocumented();
  void receipt(), receipt_shifted(), receipt_of_parts(), receipt_to_parts(), receipt_alike(), receipt_differs(), remitted_weekly(), weekly_gap(), not_yet_at_bank(), refund_of_matched();
  void reversed_and_booked();

  std::mt19937_64 random_;
  std::int64_t voucher_ = 0;
  int truth_ = 0, serial_ = 0, category_ = 0;
};

}  // namespace mif::reconciliation
