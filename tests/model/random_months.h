// SPDX-License-Identifier: Apache-2.0
// Drives a kernel book and a naive book through the same random months: entries, edits, reviews and signatures by several people,
// fractions, refusals, corrections, closings. Every answer of the kernel is compared with what the naive book says it must be.
#pragma once

#include <random>
#include <stdexcept>
#include <string>

#include "tests/ledger/fixture.h"
#include "tests/model/naive_book.h"

namespace mif::model {

class RandomMonths {
 public:
  RandomMonths(testing::LedgerFixture& world, unsigned seed, bool employee);
  // Throws std::runtime_error at the first difference.
  void run();

  const std::string& code() const { return code_; }
  const NaiveBook& book() const { return book_; }
  int refusals() const { return refusals_; }

 private:
  int upto(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }  // the same on every library
  bool one_in(int n) { return upto(n) == 0; }
  const std::string& anybody();
  const std::string& anybody_but(const std::string& one, const std::string& two = "");
  long long amount();
  Slip slip(Month month);
  ledger::Draft draft_of(const Slip& slip, const std::string& kind);
  // The kernel's id, 0 when refused.
  long long propose(const Slip& slip, const std::string& kind, long long reverses = 0, bool accounts_exist = true);
  // Runs the step in a transaction; `allowed` is the naive book's verdict.
  template <class Step>
  void expect(bool allowed, const std::string& what, const Step& step);

  void month(Month m);
  void random_step(Month m);
  void wrong_voucher(Month m);
  void review_something();
  enum Action { submit, approve, sign, reject, withdraw, post };
  void step_of(long long id, Action action, const std::string& who);
  void approve_and_post(long long id);
  void edit_something(Month m);
  void fraction(Month m);
  void part_of(long long lead, int part, Month m, bool sure);
  void complete_fractions(Month m);
  void correct_something(Month m);
  void finish_everything(Month m);
  void carry(Month m);
  void allocate_deferred(Month m);
  void close(Month m);
  void compare(Month m);

  testing::LedgerFixture& world_;
  std::mt19937 random_;
  std::string code_;
  NaiveBook book_;
  std::map<long long, std::vector<std::string>> read_;  // the content hashes each voucher had, the present one last
  int made_ = 0, refusals_ = 0;
};

template <class Step>
void RandomMonths::expect(bool allowed, const std::string& what, const Step& step) {
  std::string refusal;
  try {
    world_.database().write(step);
  } catch (const Error& error) {
    if (error.code() != MIF_E_INVALID && error.code() != MIF_E_CONFLICT && error.code() != MIF_E_DENIED) throw;
    refusal = error.what();
    ++refusals_;
  }
  if (allowed != refusal.empty())
    throw std::runtime_error(code_ + ": " + what + (allowed ? " should succeed, but: " + refusal : " should be refused, but succeeded"));
}

}  // namespace mif::model
