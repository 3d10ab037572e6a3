// SPDX-License-Identifier: Apache-2.0
// mif_statement_events without the C structs: what a reader found goes to who asked.
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "mif/ext/draft/statement_format.h"

namespace mif::statement_text {

struct Opening {
  std::string account, currency, id, number;
};

struct Entry {
  int status = MIF_ENTRY_BOOKED;
  mif_day day = 0, value_day = 0;
  bool reversal = false;
  int details = 0;
  mif_decimal amount{}, details_sum{}, balance{};
  std::string bank_ref, client_ref, counter_account, counter_name, text, code;
};

struct Declared {
  std::int64_t entries = -1;
  mif_decimal sum{}, credits{}, debits{};  // credits and debits without sign
};

struct Where {
  std::int64_t byte = 0, line = 0;
};

class Emitter {
 public:
  static constexpr int kMostTroubles = 1000;  // a file that is all trouble is told once more and then in silence

  explicit Emitter(mif_statement_events& events) : events_(events) {}
  void open(const Opening&);
  void balance(int kind, mif_day day, const mif_decimal& amount, std::string_view code);
  void entry(const Entry&);
  void close(const Declared&);
  void note(Where where, std::string_view code, std::string_view what) { trouble(MIF_TROUBLE_NOTE, where, code, what); }
  void warn(Where where, std::string_view code, std::string_view what) { trouble(MIF_TROUBLE_WARNING, where, code, what); }
  void broken(Where where, std::string_view code, std::string_view what) { trouble(MIF_TROUBLE_BROKEN, where, code, what); }
  void note_once(Where where, std::string_view code, std::string_view what);  // once for a file
  bool is_open() const { return open_; }
  bool enough() const { return enough_; }
  std::int64_t statements() const { return statements_; }

 private:
  void trouble(int level, Where where, std::string_view code, std::string_view what);
  mif_statement_events& events_;
  std::set<std::string, std::less<>> said_;
  std::int64_t statements_ = 0;
  int troubles_ = 0;
  bool open_ = false, enough_ = false;
};

}  // namespace mif::statement_text
