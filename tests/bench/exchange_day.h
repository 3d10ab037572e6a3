// SPDX-License-Identifier: Apache-2.0
// A province's day of business documents, deterministic, and the shipped rules made to gather them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace mif::bench {

constexpr std::int32_t kDay = 20230612;

struct BusinessDocument {
  std::string type, payload;
};

std::string unit_of(int agency);
// Document i of the day. Institutions arrive mixed, as they do.
BusinessDocument document_of_day(std::int64_t i, int agencies);

std::string read_file(const std::filesystem::path& path);
// The shipped rules, gathered: institutions per day, reimbursements per batch. They post on review; what follows at the bank is
// another bench.
void gathering_rules(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace mif::bench
