// SPDX-License-Identifier: Apache-2.0
// From what was read to the events of mif.statement-format/1.
#pragma once
#include <functional>
#include <map>

#include "camt_message.h"

namespace mif::bank_iso20022 {

struct Where {
  std::int64_t byte = 0, line = 0;
};

class Teller {
 public:
  Teller(mif_statement_events& events, std::function<Where()> where) : events_(events), where_(std::move(where)) {}
  void head(StatementHead&);           // open and the balances so far, once
  void entry(StatementHead&, const EntryText&);
  void close(StatementHead&);
  void note(const char* code, std::string what) { trouble(MIF_TROUBLE_NOTE, where_(), code, what); }
  void warn(const char* code, std::string what) { trouble(MIF_TROUBLE_WARNING, where_(), code, what); }
  void broken(Where where, const std::string& code, const std::string& what) { trouble(MIF_TROUBLE_BROKEN, where, code, what); }
  bool enough() const { return enough_; }

 private:
  void choose_currency(StatementHead&);
  void balances(StatementHead&);
  int sign_of(const EntryText&);
  int status_of(const EntryText&);
  mif_decimal details_sum(const EntryText&, int sign);
  void trouble(int level, Where where, const std::string& code, const std::string& what);
  mif_statement_events& events_;
  std::function<Where()> where_;
  std::map<std::string, std::int64_t, std::less<>> said_;
  std::string code_, text_;
  bool enough_ = false;
};

}  // namespace mif::bank_iso20022
