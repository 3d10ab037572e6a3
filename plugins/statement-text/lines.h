// SPDX-License-Identifier: Apache-2.0
// A file as chunks and as lines, each with its position. Memory does not grow with the file.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mif/ext/draft/statement_format.h"

namespace mif::statement_text {

using Cancelled = std::function<bool()>;

class Chunks {
 public:
  explicit Chunks(mif_byte_source& source, Cancelled cancelled = {});
  // The next bytes, empty at the end; dead at the next call. MIF_E_UNAVAILABLE when they cannot be read, MIF_E_DEADLINE when cancelled.
  std::string_view next();
  std::int64_t position() const { return position_; }  // of the first byte of the last chunk; of the end after the last

 private:
  mif_byte_source& source_;
  Cancelled cancelled_;
  std::vector<char> room_;
  std::int64_t position_ = 0, last_ = 0;
};

struct Line {
  std::string_view text;     // without the line end; dead at the next call
  std::int64_t byte = 0;     // of its first character
  std::int64_t number = 1;   // of the line, from 1
  bool continued = false;    // goes on where the piece before stopped: the line is longer than kMostLine
  bool ended = true;         // its line end (or the file's) was seen
};

// LF, CR LF and CR alone end a line, mixed as they come.
class Lines {
 public:
  static constexpr std::size_t kMostLine = 64 * 1024;
  explicit Lines(Chunks& chunks) : chunks_(chunks) {}
  bool next(Line& line);
  std::int64_t byte() const { return at_; }  // the first not handed out

 private:
  bool fill();
  Chunks& chunks_;
  std::string_view chunk_;
  std::string carried_;
  std::int64_t at_ = 0, number_ = 1;
  bool skip_lf_ = false, in_line_ = false, over_ = false;
};

}  // namespace mif::statement_text
