// SPDX-License-Identifier: Apache-2.0
// Lines of a BAI2 file as records: 88 and lines without a code belong to the record before, "/" ends one also inside a line.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "emitter.h"
#include "lines.h"

namespace mif::bank_bai2 {

struct Record {
  int code = 0;                       // 1, 2, 3, 16, 49, 98, 99
  std::vector<std::string> segments;  // its own fields and each continuation, without code and final slash
  std::int64_t lines = 0;             // records as banks count them: itself and its 88
  statement_text::Where where;
  std::vector<std::string_view> fields() const;  // of all segments; dead with the record
};

class Records {
 public:
  static constexpr std::size_t kMostRecord = 256 * 1024;
  using Sink = std::function<void(const Record&)>;
  explicit Records(Sink sink) : sink_(std::move(sink)) {}
  void line(const statement_text::Line&);
  void finish();
  bool cut() const { return cut_; }            // a record was longer than kMostRecord
  bool stray() const { return stray_; }        // text before the first record

 private:
  void piece(std::string_view text, statement_text::Where);
  Sink sink_;
  Record now_;
  std::string rest_;              // of a line that is longer than a piece
  statement_text::Where rest_where_;
  std::size_t size_ = 0;
  bool any_ = false, cut_ = false, stray_ = false;
};

// The code of the record that begins here, 0 when it is text.
int record_at(std::string_view text, bool joined);
std::vector<std::string_view> split(std::string_view text);

}  // namespace mif::bank_bai2
