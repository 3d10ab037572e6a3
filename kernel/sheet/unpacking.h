// SPDX-License-Identifier: Apache-2.0
// What both readers of ZIP archives hold against a hostile one. Private to the sheet room.
#pragma once

#include <array>
#include <istream>
#include <streambuf>
#include <string>

namespace mif::sheet {

// Counts what comes out of the archive and ends the stream at the limit: what an archive says of its sizes is not believed.
class Metered : public std::streambuf {
 public:
  Metered(std::istream& from, std::size_t& unpacked, std::size_t limit) : from_(from), unpacked_(unpacked), limit_(limit) {}
  bool over() const { return over_; }

 protected:
  int_type underflow() override {
    if (over_ || !from_.good()) return traits_type::eof();
    from_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    const auto n = static_cast<std::size_t>(from_.gcount());
    unpacked_ += n;
    over_ = unpacked_ > limit_;
    if (n == 0 || over_) return traits_type::eof();
    setg(buffer_.data(), buffer_.data(), buffer_.data() + n);
    return traits_type::to_int_type(buffer_[0]);
  }

 private:
  std::istream& from_;
  std::size_t& unpacked_;
  std::size_t limit_;
  bool over_ = false;
  std::array<char, 16384> buffer_;
};

// A name that would leave the folder it is unpacked into.
inline bool leaves(const std::string& name) {
  return name.empty() || name.front() == '/' || name.find('\\') != std::string::npos || name.find(':') != std::string::npos || ("/" + name + "/").find("/../") != std::string::npos;
}

}  // namespace mif::sheet
