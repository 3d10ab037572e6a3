// SPDX-License-Identifier: Apache-2.0
// The end of a reply, found without trusting the bank: what is shorter than it says, longer than agreed or says nothing about its
// length is no reply. Memory grows with what arrives, never with what is announced.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mif::bank_wire {

// Why a reply cannot be read, one sentence. Kept inside the wire: it ends as Exchange::reason.
class Unreadable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Bytes as they arrive. [one thread]
class Source {
 public:
  using More = std::function<std::size_t(char*, std::size_t)>;  // 0 = the other side closed
  explicit Source(More more) : more_(std::move(more)) {}
  std::string exactly(std::size_t n);
  std::string through(std::string_view end, std::size_t most);  // up to and with `end`

 private:
  void fill();
  More more_;
  std::string kept_;
  std::size_t at_ = 0;
};

// `lead` bytes of no meaning to us, `digits` ASCII digits padded right with blanks, the body.
struct Frame {
  std::string lead;  // sent in front of the length; as many bytes precede the length of the reply
  int digits = 8;
};
std::string framed(const Frame& frame, std::string_view body);
std::string read_frame(Source& source, const Frame& frame, std::size_t most);

}  // namespace mif::bank_wire
