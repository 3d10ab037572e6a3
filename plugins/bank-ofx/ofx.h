// SPDX-License-Identifier: Apache-2.0
// Reads OFX 1 (SGML) and 2 (XML): statements of bank accounts, credit cards and the bank lines of investment accounts.
// What is read from which element stands in docs/bank/statements.md.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "emitter.h"
#include "lines.h"
#include "markup.h"
#include "text.h"

namespace mif::bank_ofx {

class Ofx {
 public:
  Ofx(mif_byte_source& bytes, std::string_view options, mif_statement_events& events, statement_text::Cancelled cancelled = {});
  void run();

 private:
  using Where = statement_text::Where;
  enum class Balance { none, ledger, available };

  void begin(std::string_view name, Where);
  void end(std::string_view name, Where);
  void text(std::string_view name, std::string_view value, Where);
  void header(std::string_view);
  void entry_text(std::string_view name, std::string_view value, Where);
  void tell_open();
  void finish_entry(Where, bool ended);
  void finish_statement(Where, bool ended);
  void finish_balance();
  mif_day day(std::string_view value, Where);
  std::string read(std::string_view value) const;

  statement_text::Chunks chunks_;
  statement_text::Charset charset_;
  statement_text::Emitter out_;
  Markup markup_;

  statement_text::Opening head_;
  std::string answer_;  // TRNUID
  std::map<std::string, int, std::less<>> depth_;
  statement_text::Entry entry_;
  std::string memo_, name_, check_;
  Where entry_where_, balance_where_;
  mif_decimal balance_amount_{};
  mif_day balance_day_ = 0;
  Balance balance_ = Balance::none;
  std::string closing_;  // the end tag of the statement that is open, empty when none is
  bool told_ = false, in_entry_ = false, in_counter_ = false, in_own_ = false, has_amount_ = false, no_fitid_ = false;
  bool root_ = false, root_ended_ = false, disordered_ = false;
  Where disorder_;
};

inline void read_ofx(mif_byte_source& bytes, std::string_view options, mif_statement_events& events, const statement_text::Cancelled& cancelled) {
  Ofx(bytes, options, events, cancelled).run();
}

// 0..100 for the beginning of a file.
int sniff(std::string_view head, std::string& format);

}  // namespace mif::bank_ofx
