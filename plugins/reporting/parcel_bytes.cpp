// SPDX-License-Identifier: Apache-2.0
#include "parcel_bytes.h"

#include <algorithm>

namespace mif::reporting {
namespace {

constexpr std::size_t kPiece = 256u << 10;

}  // namespace

void ParcelBytes::add(std::string_view bytes) {
  size_ += static_cast<std::int64_t>(bytes.size());
  while (!bytes.empty()) {
    const std::size_t n = std::min(bytes.size(), kPiece - tail_.size());
    tail_.append(bytes.substr(0, n));
    bytes.remove_prefix(n);
    if (tail_.size() < kPiece) return;
    places_.push_back(spool_.append(tail_));
    tail_.clear();
  }
}

std::string_view ParcelBytes::piece(std::size_t i) { return i < places_.size() ? spool_.at(places_[i]) : std::string_view(tail_); }

void ParcelBytes::each(const std::function<void(std::string_view)>& give) {
  for (std::size_t i = 0; i < places_.size(); ++i) give(piece(i));
  if (!tail_.empty()) give(tail_);
}

std::size_t ParcelBytes::read(std::uint64_t at, char* room, std::size_t most) {
  if (at >= static_cast<std::uint64_t>(size_)) return 0;
  return piece(at / kPiece).copy(room, most, at % kPiece);
}

}  // namespace mif::reporting
