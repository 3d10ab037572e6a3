// SPDX-License-Identifier: Apache-2.0
// The bytes of a large file on their way out: put aside piece by piece, read again in the same order as often as wanted.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "spool.h"

namespace mif::reporting {

// [single-thread]
class ParcelBytes {
 public:
  void add(std::string_view bytes);
  void each(const std::function<void(std::string_view)>& piece);
  // At most `most` bytes from `at` on; 0 at the end.
  std::size_t read(std::uint64_t at, char* room, std::size_t most);
  std::int64_t size() const { return size_; }

 private:
  std::string_view piece(std::size_t i);
  Spool spool_;
  std::vector<std::uint64_t> places_;  // of pieces of one size
  std::string tail_;                   // the last one, not full yet
  std::int64_t size_ = 0;
};

}  // namespace mif::reporting
