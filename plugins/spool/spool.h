// SPDX-License-Identifier: Apache-2.0
// Records put aside to be read again in any order: in memory while they are few, then in a file without a name that goes with
// the program. Memory stays the same however many there are.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace mif {

class Spool {
 public:
  Spool() = default;
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  std::uint64_t append(std::string_view record);     // where it is
  std::string_view at(std::uint64_t place);          // until the next call
  std::uint64_t size() const { return size_; }

 private:
  void flush();
  std::string_view bytes(std::uint64_t from, std::uint64_t n);
  std::string tail_;    // the bytes from written_ on
  std::string window_;  // a piece of the file, from window_at_ on
  std::uint64_t size_ = 0, written_ = 0, window_at_ = 0;
  int file_ = -1;
};

// Plain numbers and texts in a record.
class Packer {
 public:
  void clear() { bytes_.clear(); }
  Packer& add(std::int64_t number) {
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
    return *this;
  }
  Packer& add(std::string_view text) {
    add(static_cast<std::int64_t>(text.size()));
    bytes_.append(text);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}
  std::int64_t number() {
    std::int64_t n = 0;
    bytes_.copy(reinterpret_cast<char*>(&n), sizeof n);
    bytes_.remove_prefix(sizeof n);
    return n;
  }
  std::string_view text() {
    const auto n = static_cast<std::size_t>(number());
    const std::string_view found = bytes_.substr(0, n);
    bytes_.remove_prefix(n);
    return found;
  }

 private:
  std::string_view bytes_;
};

}  // namespace mif
