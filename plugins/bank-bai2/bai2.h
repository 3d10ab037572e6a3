// SPDX-License-Identifier: Apache-2.0
// Reads BAI2 as it is sent: records joined on one line, lines that go on without 88, slashes in texts, trailers left blank.
// What is read from which field stands in docs/bank/statements.md.
#pragma once
#include <string>
#include <string_view>

#include "emitter.h"
#include "lines.h"
#include "records.h"
#include "text.h"

namespace mif::bank_bai2 {

class Bai2 {
 public:
  Bai2(mif_byte_source& bytes, std::string_view options, mif_statement_events& events, statement_text::Cancelled cancelled = {});
  void run();

 private:
  struct Total {  // of amounts as written and of records, against what a trailer declares
    std::int64_t amount = 0, records = 0;
    bool exact = true;
    void add(std::int64_t more) { exact = exact && !__builtin_add_overflow(amount, more, &amount); }
    void add(const Total& more) {
      add(more.amount);
      records += more.records;
      exact = exact && more.exact;
    }
  };

  void record(const Record&);
  void group(const Record&);
  void account(const Record&);
  void summaries(const Record&, std::size_t first);
  void summary(const Record&, std::string_view code, std::string_view amount, std::string_view count);
  void transaction(const Record&);
  void finish_account(statement_text::Where, bool trailer);
  void trailer(const Record&, const Total&, std::size_t records_at);
  mif_decimal amount(std::string_view text, statement_text::Where);

  statement_text::Chunks chunks_;
  statement_text::Lines lines_;
  statement_text::Charset charset_;
  statement_text::Emitter out_;
  Records records_;

  std::string file_id_, group_currency_, currency_;
  std::string group_status_;
  mif_day group_day_ = 0;
  statement_text::Declared declared_;
  std::int64_t credits_ = -1, debits_ = -1;
  Total account_, group_, file_;
  bool in_account_ = false, file_begun_ = false, file_ended_ = false;
};

inline void read_bai2(mif_byte_source& bytes, std::string_view options, mif_statement_events& events, const statement_text::Cancelled& cancelled) {
  Bai2(bytes, options, events, cancelled).run();
}

// 0..100 for the beginning of a file.
int sniff(std::string_view head, std::string& format);

}  // namespace mif::bank_bai2
