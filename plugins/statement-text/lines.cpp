// SPDX-License-Identifier: Apache-2.0
#include "lines.h"

#include <cstring>

#include "mif/error.hpp"

namespace mif::statement_text {

Chunks::Chunks(mif_byte_source& source, Cancelled cancelled) : source_(source), cancelled_(std::move(cancelled)), room_(64 * 1024) {}

std::string_view Chunks::next() {
  if (cancelled_ && cancelled_()) throw Error(MIF_E_DEADLINE, "statement.cancelled", "读对账单文件被中止，请重新读 (reading was cancelled)");
  position_ += last_;
  last_ = 0;
  const std::int64_t got = source_.read(source_.impl, reinterpret_cast<std::uint8_t*>(room_.data()), room_.size());
  if (got < 0 || got > static_cast<std::int64_t>(room_.size()))
    throw Error(MIF_E_UNAVAILABLE, "statement.bytes-unreadable", "对账单文件读到第 " + std::to_string(position_) + " 字节读不下去，请核对文件后重读 (the file cannot be read on)");
  last_ = got;
  return std::string_view(room_.data(), static_cast<std::size_t>(got));
}

bool Lines::fill() {
  if (chunk_.empty() && !over_) {
    chunk_ = chunks_.next();
    over_ = chunk_.empty();
  }
  if (skip_lf_ && !chunk_.empty()) {
    skip_lf_ = false;
    if (chunk_.front() == '\n') {
      chunk_.remove_prefix(1);
      ++at_;
      return fill();
    }
  }
  return !chunk_.empty();
}

bool Lines::next(Line& line) {
  carried_.clear();
  if (!fill()) return false;
  line.byte = at_;
  line.number = number_;
  line.continued = in_line_;
  while (true) {
    const std::size_t look = std::min(chunk_.size(), kMostLine - carried_.size());
    const auto* lf = static_cast<const char*>(std::memchr(chunk_.data(), '\n', look));
    const std::size_t before = lf ? static_cast<std::size_t>(lf - chunk_.data()) : look;
    const auto* cr = static_cast<const char*>(std::memchr(chunk_.data(), '\r', before));
    const std::size_t end = cr ? static_cast<std::size_t>(cr - chunk_.data()) : before;
    const bool found = lf || cr;
    const std::string_view piece = chunk_.substr(0, end);
    chunk_.remove_prefix(end + (found ? 1 : 0));
    at_ += static_cast<std::int64_t>(end + (found ? 1 : 0));
    skip_lf_ = cr != nullptr;
    if (found && carried_.empty()) {
      line.text = piece;
    } else {
      carried_.append(piece);
      line.text = carried_;
    }
    line.ended = found;
    in_line_ = !found;
    if (found) {
      ++number_;
      return true;
    }
    if (carried_.size() >= kMostLine) return true;
    if (!fill()) {
      line.ended = true;
      in_line_ = false;
      return true;
    }
  }
}

}  // namespace mif::statement_text
