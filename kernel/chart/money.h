// SPDX-License-Identifier: Apache-2.0
// The money accounts that the fund accounting system fixes for the whole country; the detail below them is the province's.
// Source: 财会〔2017〕28号, accounts 1001 库存现金, 1002 收入户存款, 1003 财政专户存款, 1004 支出户存款, 1005 国库存款.
#pragma once

#include <string_view>

namespace mif::chart {

inline constexpr std::string_view kJournalAccounts = "1001:1004";  // AccountPattern: what a cashier keeps journals of
inline std::string_view first_level(std::string_view account) { return account.substr(0, 4); }
inline bool is_money(std::string_view account) { return first_level(account) >= "1001" && first_level(account) <= "1005"; }
inline bool is_cash(std::string_view account) { return first_level(account) == "1001"; }
// Accounts that money only passes: swept to the fiscal account by the end of the month (财社〔2017〕144号).
inline bool is_swept(std::string_view account) { return first_level(account) == "1002" || first_level(account) == "1005"; }

}  // namespace mif::chart
