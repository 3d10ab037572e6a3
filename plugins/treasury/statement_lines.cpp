// SPDX-License-Identifier: Apache-2.0
#include "statement_lines.h"

#include <algorithm>
#include <numeric>

#include "digest.h"

namespace mif::treasury {

bool names_a_line(std::string_view ref) {
  if (ref.empty() || ref == "NONREF" || ref == "NOTPROVIDED" || ref == "NOTAVAILABLE") return false;
  return ref.find_first_not_of("0- ") != std::string_view::npos;
}

std::string content_of(const BankLine& l) {
  return Digest().add(l.day.value()).add(l.fen.value()).add(l.bank_ref).add(l.client_ref).add(l.counter_account).add(l.counter_name).add(l.text).hex();
}

void LineSpool::add(const BankLine& l) {
  packer_.clear();
  packer_.add(l.day.value()).add(l.fen.value()).add(l.bank_ref).add(l.client_ref).add(l.counter_account).add(l.counter_name).add(l.text);
  places_.push_back(spool_.append(packer_.bytes()));
  days_.push_back(l.day.value());
  refs_.push_back(names_a_line(l.bank_ref) ? std::hash<std::string_view>()(l.bank_ref) | 1 : 0);
}

BankLine LineSpool::at(std::size_t i) {
  Unpacker in(spool_.at(places_[i]));
  BankLine l;
  l.day = Day(static_cast<std::int32_t>(in.number()));
  l.fen = Fen(in.number());
  l.bank_ref = in.text();
  l.client_ref = in.text();
  l.counter_account = in.text();
  l.counter_name = in.text();
  l.text = in.text();
  return l;
}

std::vector<std::uint32_t> LineSpool::by_day(std::size_t begin, std::size_t end) const {
  const auto first = days_.begin() + static_cast<std::ptrdiff_t>(begin), last = days_.begin() + static_cast<std::ptrdiff_t>(end);
  if (std::is_sorted(first, last)) return {};
  std::vector<std::uint32_t> order(end - begin);
  std::iota(order.begin(), order.end(), static_cast<std::uint32_t>(begin));
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return days_[a] < days_[b]; });
  return order;
}

// Two references with one hash are taken for one: their lines are told apart by content then, which is right as well.
std::vector<bool> LineSpool::unique_refs(std::size_t begin, std::size_t end) const {
  std::vector<std::uint64_t> sorted(refs_.begin() + static_cast<std::ptrdiff_t>(begin), refs_.begin() + static_cast<std::ptrdiff_t>(end));
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::uint64_t> repeated;
  for (std::size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i] == sorted[i - 1] && (repeated.empty() || repeated.back() != sorted[i])) repeated.push_back(sorted[i]);
  std::vector<bool> unique(end - begin);
  for (std::size_t i = begin; i < end; ++i) unique[i - begin] = refs_[i] != 0 && !std::binary_search(repeated.begin(), repeated.end(), refs_[i]);
  return unique;
}

}  // namespace mif::treasury
