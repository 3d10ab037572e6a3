// SPDX-License-Identifier: Apache-2.0
// What a book should be, written so simply that it can be checked by reading: a list of slips, and every figure is a sum over
// all of them. Shares no code with the kernel: plain integers, its own table of which account is carried where.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mif::model {

using Month = std::pair<int, int>;  // year, 1..13

struct Entry {
  bool debit = true;
  long long fen = 0;
  std::string account, aux;
};

struct Slip {
  enum class State { draft, submitted, approved, posted, gone } state = State::draft;
  Month month;
  int day = 1;
  std::string word, maker, reviewer, cashier;
  std::vector<Entry> entries;
  int number = 0;
  int part = 0, parts = 0;  // of a fraction number; lead: the slip of part 1
  long long lead = 0;
  bool closing = false, corrected = false;
};

struct Figures {
  long long opening = 0, debit = 0, credit = 0;
  long long closing() const { return opening + debit - credit; }
};

using Key = std::pair<std::string, std::string>;  // account, aux

class NaiveBook {
 public:
  NaiveBook(bool employee, Month start, bool yearly) : employee_(employee), yearly_(yearly), start_(start), horizon_(start.first + 1) {}

  const bool employee_, yearly_;
  const Month start_;
  std::vector<Entry> opening;
  std::map<long long, Slip> slips;  // by the kernel's id

  bool open(Month m) const { return m >= start_ && m.first <= horizon_ && !closed_.count(m); }
  bool closed(Month m) const { return closed_.count(m) != 0; }
  bool balanced(const std::vector<Entry>& entries) const;
  // A later part of a fraction number fits the slip of part 1, and nobody else has this part. `id`: its own, 0 = not kept yet.
  bool fits(const Slip& slip, long long id) const;

  // Each says whether the step is allowed, and takes it when it is.
  bool submit(long long id);
  bool approve(long long id, const std::string& by);
  bool sign(long long id, const std::string& by);
  bool revise(long long id, const std::string& by, bool read_is_current, const Slip& wanted);
  bool reject(long long id);
  bool withdraw(long long id);
  bool post(long long id);
  bool close(Month m);

  Figures figures(const std::string& account, Month from, Month to) const;
  std::set<std::string> accounts() const;
  std::map<Key, long long> nets(Month to) const;
  long long net(const std::string& prefix, Month to) const;
  // Debit-positive, what the closing vouchers of a month must move.
  std::map<Key, long long> to_carry(Month m) const;
  // The lines that take a posted slip back, seen from a day in `year`.
  std::vector<Entry> correction(const Slip& slip, int year) const;
  int waiting(Month m) const;  // slips neither posted nor gone
  // The slip of part 1 is posted and this one still fits it.
  bool lead_posted(const Slip& slip) const;
  std::vector<int> missing_parts(long long lead) const;  // of a posted slip of part 1

 private:
  std::string carried_to(const std::string& account) const;  // "" = stays
  bool used(Month m) const;
  std::vector<Month> months_before(Month m) const;

  int horizon_;
  std::set<Month> closed_;
};

}  // namespace mif::model
