// SPDX-License-Identifier: Apache-2.0
#include "reader.h"

#include <algorithm>

namespace mif::bank_wire {

void Source::fill() {
  if (at_ > (1 << 16) && at_ * 2 > kept_.size()) {
    kept_.erase(0, at_);
    at_ = 0;
  }
  char buffer[16384];
  const std::size_t got = more_(buffer, sizeof buffer);
  if (got == 0) throw Unreadable("对端在应答完成前断开 (closed before the reply was complete)");
  kept_.append(buffer, got);
}

std::string Source::exactly(std::size_t n) {
  std::string bytes;
  while (bytes.size() < n) {
    if (at_ == kept_.size()) fill();
    const std::size_t part = std::min(n - bytes.size(), kept_.size() - at_);
    bytes.append(kept_, at_, part);
    at_ += part;
  }
  return bytes;
}

std::string Source::through(std::string_view end, std::size_t most) {
  std::size_t looked = at_;
  while (true) {
    const std::size_t found = kept_.find(end, looked);
    if (found != std::string::npos && found + end.size() - at_ <= most) {
      std::string bytes = kept_.substr(at_, found + end.size() - at_);
      at_ += bytes.size();
      return bytes;
    }
    if (found != std::string::npos || kept_.size() - at_ >= most) throw Unreadable("应答头过长 (the head of the reply is too long)");
    const std::size_t unread = kept_.size() - at_;
    fill();
    looked = at_ + (unread < end.size() ? 0 : unread - end.size() + 1);
  }
}

std::string framed(const Frame& frame, std::string_view body) {
  std::string head = std::to_string(body.size());
  if (head.size() > static_cast<std::size_t>(frame.digits)) throw Unreadable("请求超过报文长度上限 (the request is longer than the frame can say)");
  head.resize(static_cast<std::size_t>(frame.digits), ' ');
  std::string out;
  out.reserve(frame.lead.size() + head.size() + body.size());
  return out.append(frame.lead).append(head).append(body);
}

std::string read_frame(Source& source, const Frame& frame, std::size_t most) {
  source.exactly(frame.lead.size());
  const std::string head = source.exactly(static_cast<std::size_t>(frame.digits));
  std::size_t length = 0, digits = 0;
  while (digits < head.size() && head[digits] >= '0' && head[digits] <= '9') length = length * 10 + static_cast<std::size_t>(head[digits++] - '0');
  if (digits == 0 || head.find_first_not_of(' ', digits) != std::string::npos) throw Unreadable("应答长度头不对 (malformed length of the reply)");
  if (length == 0 || length > most) throw Unreadable("应答长度 " + std::to_string(length) + " 超出约定 (reply length out of bounds)");
  return source.exactly(length);
}

}  // namespace mif::bank_wire
