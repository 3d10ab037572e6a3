// SPDX-License-Identifier: Apache-2.0
// How accounts and auxiliary types are stored, and their digests. Private to the chart room.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "kernel/chart/chart.h"

namespace mif::chart {

inline constexpr std::string_view kAccountColumns =
    "chart, unit, code, valid_from, valid_to, name, class, side, closes_to, aux_required, aux_allowed, detail";
inline constexpr std::string_view kTypeColumns = "chart, code, name, format, listing";
inline constexpr std::string_view kItemColumns = "chart, type, code, name, parent, kind, accounts, valid_from, valid_to";
inline constexpr std::string_view kEntryColumns = "chart, unit, kind, code, valid_from, valid_to, body";

using Key = std::tuple<std::string, std::string, std::int32_t>;  // unit, code, valid_from
inline Key key_of(const Account& a) { return {a.unit, a.code, a.valid_from.value()}; }
using Accounts = std::map<Key, Account>;
Accounts stored_accounts(store::Txn& txn, std::string_view chart);
std::vector<AuxType> stored_aux(store::Txn& txn, std::string_view chart);
std::vector<BaseEntry> stored_entries(store::Txn& txn, std::string_view chart);
void sort_items(AuxType& type);
void check_format(const AuxType& type, std::string_view item);  // MIF_E_INVALID
bool is_format(std::string_view text);                          // of the form check_format understands
std::string body_of(std::string_view chart, const Account& account);
std::string body_of(std::string_view chart, const AuxType& type);
std::string body_of(std::string_view chart, const BaseEntry& entry);

std::vector<std::string> split(std::string_view text);  // by blanks
std::string join(const std::vector<std::string>& parts);
inline std::string_view stored_class(const Account& a) { return name_of(a.account_class); }

// What lies above a code: 50010102 -> 500101 -> 5001 -> "".
std::string_view above(std::string_view code);

std::string object_of_account(std::string_view chart, const Account& account);
std::string digest_of_account(HashAlg alg, std::string_view chart, const Account& account);
std::string digest_of_aux(HashAlg alg, std::string_view chart, const AuxType& type);  // items sorted by code
std::string object_of_entry(std::string_view chart, const BaseEntry& entry);
std::string digest_of_entry(HashAlg alg, std::string_view chart, const BaseEntry& entry);
std::string digest_of_chart(HashAlg alg, std::string_view chart, std::int64_t version);

// One change of an account with what it would leave behind.
struct Judged {
  const Account* was = nullptr;  // nullptr = new
  const Account* now = nullptr;  // nullptr = removed
  ChartChange change;
};
// The changes that make `stored` equal to `wanted`, for the units that occur in `wanted`; `uses` is asked for figures.
using AskUses = std::function<std::vector<Use>(std::string_view below)>;
std::vector<Judged> judge(const Accounts& stored, const std::vector<Account>& wanted, const AskUses& uses);

// Completes what is inherited from the account above: class, side, closes_to, detail, auxiliary rules, full name, level, leaf.
// MIF_E_INVALID names an account without its parent. Accounts sorted by code.
void complete(std::vector<Account>& accounts);

}  // namespace mif::chart
