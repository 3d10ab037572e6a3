// SPDX-License-Identifier: Apache-2.0
// How accounts and auxiliary types are stored, and their digests. Private to the chart room.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/chart/chart.h"

namespace mif::chart {

inline constexpr std::string_view kAccountColumns =
    "chart, unit, code, valid_from, valid_to, name, class, side, closes_to, aux_required, aux_allowed";

std::vector<std::string> split(std::string_view text);  // by blanks
std::string join(const std::vector<std::string>& parts);
inline std::string_view stored_class(const Account& a) { return name_of(a.account_class); }

// What lies above a code: 50010102 -> 500101 -> 5001 -> "".
std::string_view above(std::string_view code);

std::string object_of_account(std::string_view chart, const Account& account);
std::string digest_of_account(HashAlg alg, std::string_view chart, const Account& account);
std::string digest_of_aux(HashAlg alg, std::string_view chart, const AuxType& type);  // items sorted by code
std::string digest_of_chart(HashAlg alg, std::string_view chart, std::int64_t version);

// Completes what is inherited from the account above: class, side, closes_to, auxiliary rules, full name, level, leaf.
// MIF_E_INVALID names an account without its parent. Accounts sorted by code.
void complete(std::vector<Account>& accounts);

}  // namespace mif::chart
