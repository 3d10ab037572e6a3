// SPDX-License-Identifier: Apache-2.0
// Reads MT940 and MT942 as they are sent: with and without SWIFT blocks, line ends mixed, tags missing, texts with colons and dashes.
// What is read from which tag stands in docs/bank/statements.md.
#pragma once
#include <string>
#include <string_view>

#include "details.h"
#include "emitter.h"
#include "lines.h"
#include "text.h"

namespace mif::bank_mt940 {

class Mt940 {
 public:
  Mt940(mif_byte_source& bytes, std::string_view options, mif_statement_events& events, statement_text::Cancelled cancelled = {});
  void run();

 private:
  enum class Tag { none, ignored, id, account, number, floor, time, balance, entry, details, sums };
  struct Statement {
    statement_text::Opening head;
    statement_text::Declared declared;
    statement_text::Where where;
    std::int64_t credits = -1, debits = -1;
    mif_day opening_day = 0;
    bool begun = false, told = false, has_id = false, has_account = false, has_number = false, has_opening = false, has_closing = false;
  };

  void line(const statement_text::Line&);
  void text_line(std::string_view text, statement_text::Where, bool ended);
  bool block(std::string_view text, statement_text::Where);
  bool dash(std::string_view text, statement_text::Where);
  bool tag(std::string_view text, statement_text::Where);
  void continued(std::string_view text);
  void begin(std::string_view name, Tag);
  void finish_tag();
  void finish_entry();
  void finish_statement();
  void read_balance();
  void read_floor();
  void read_sums();
  bool read_entry(std::string_view main, std::size_t lines_used);
  void tell_open();
  mif_day day(std::string_view yymmdd);

  statement_text::Chunks chunks_;
  statement_text::Lines lines_;
  statement_text::Charset charset_;
  statement_text::Emitter out_;

  Tag tag_ = Tag::none;
  std::string name_;                   // "60F"
  std::string first_, more_;           // the tag's first line and its others, a line end between
  statement_text::Where where_;        // of the tag
  Statement now_;
  statement_text::Entry entry_;
  std::string entry_text_, supplement_;  // :86: of the entry, the second line of :61:
  bool has_entry_ = false, details_belong_ = false;
  bool in_block_ = false, dashed_ = false, lone_colon_ = false, any_tag_ = false;
};

inline void read_mt940(mif_byte_source& bytes, std::string_view options, mif_statement_events& events, const statement_text::Cancelled& cancelled) {
  Mt940(bytes, options, events, cancelled).run();
}

// 0..100 for the beginning of a file, and "mt940" or "mt942".
int sniff(std::string_view head, std::string& format);

}  // namespace mif::bank_mt940
