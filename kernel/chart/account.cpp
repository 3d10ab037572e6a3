// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "kernel/base/within.h"
#include "kernel/chart/chart.h"
#include "kernel/chart/rows.h"
#include "mif/error.hpp"
#include "mif/svc/ledger.h"

namespace mif::chart {
namespace {

constexpr std::pair<Class, std::string_view> kClasses[] = {
    {Class::asset, "asset"}, {Class::liability, "liability"}, {Class::net, "net"}, {Class::income, "income"}, {Class::expense, "expense"}};

void merge(std::vector<std::string>& into, const std::vector<std::string>& from) {
  for (const auto& dimension : from)
    if (std::find(into.begin(), into.end(), dimension) == into.end()) into.push_back(dimension);
}

bool holds(const std::vector<std::string>& list, std::string_view what) { return std::find(list.begin(), list.end(), what) != list.end(); }

}  // namespace

std::string_view name_of(Class c) {
  for (const auto& [value, name] : kClasses)
    if (value == c) return name;
  throw Error(MIF_E_INTERNAL, "no such account class: " + std::to_string(static_cast<int>(c)));
}

Class class_of(std::string_view name) {
  for (const auto& [value, known] : kClasses)
    if (known == name) return value;
  throw Error(MIF_E_INVALID, "account.class-unknown", "科目类别应为 asset liability net income expense 之一 (unknown account class): \"" + std::string(name) + "\"");
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find_first_of(" ;");
    if (end != 0) parts.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return parts;
}

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : " ") + part;
  return text;
}

std::string_view above(std::string_view code) { return code.size() <= 4 ? std::string_view() : code.substr(0, code.size() - 2); }

void complete(std::vector<Account>& accounts) {
  std::sort(accounts.begin(), accounts.end(), [](const Account& a, const Account& b) { return a.code < b.code; });
  std::unordered_map<std::string_view, Account*> by_code;
  for (auto& account : accounts) {  // parents sort before their children
    account.level = static_cast<int>(account.code.size()) / 2 - 1;
    account.leaf = true;
    account.full_name = account.name;
    const auto parent_code = above(account.code);
    if (!parent_code.empty()) {
      const auto found = by_code.find(parent_code);
      if (found == by_code.end())
        throw Error(MIF_E_INVALID, "account.parent-missing", "科目 " + account.code + " 没有上级科目 " + std::string(parent_code) + " (the account above it is missing or not valid then)");
      Account& parent = *found->second;
      parent.leaf = false;
      account.full_name = parent.full_name + '/' + account.name;
      if (account.closes_to.empty()) account.closes_to = parent.closes_to;
      if (account.detail.empty()) account.detail = parent.detail;
      merge(account.aux_required, parent.aux_required);
      merge(account.aux_allowed, parent.aux_allowed);
    }
    by_code[account.code] = &account;
  }
}

const Account* Chart::find(std::string_view code) const {
  const auto found = by_code_.find(std::string(code));
  return found == by_code_.end() ? nullptr : &accounts_[found->second];
}

std::string Chart::check_aux(const Account& account, std::string_view aux, Day day) const {
  if (aux.empty() && account.aux_required.empty()) return {};
  const AuxItems items = parse_aux(aux);
  const std::string where = "科目 " + account.code + ' ' + account.full_name;
  for (const auto& [dimension, item] : items) {
    const auto type = std::find_if(aux_types_->begin(), aux_types_->end(), [&d = dimension](const AuxType& t) { return t.code == d; });
    if (type == aux_types_->end()) throw Error(MIF_E_INVALID, "aux.dimension-unknown", where + ": 没有辅助核算项 \"" + dimension + "\" (unknown auxiliary dimension)");
    if (!holds(account.aux_required, dimension) && !holds(account.aux_allowed, dimension))
      throw Error(MIF_E_INVALID, "aux.not-allowed", where + " 不设辅助核算 " + type->name + " (" + dimension + " is not allowed on this account)");
    const AuxItem* known = type->find(item);
    if (!known) {
      if (type->listing == Listing::imported || (type->listing == Listing::closed && !type->items.empty())) throw Error(MIF_E_INVALID, "aux.item-unknown", where + ": " + type->name + "没有 \"" + item + "\" (unknown item of " + dimension + ")");
      try {
        check_format(*type, item);
      } catch (const Error& error) {
        throw within(where, error);
      }
      continue;
    }
    const std::string which = where + ": " + type->name + ' ' + item + ' ' + known->name;
    if (day != Day() && day < known->valid_from) throw Error(MIF_E_INVALID, "aux.item-not-yet-valid", which + " 从 " + known->valid_from.iso() + " 起启用 (the item is not valid yet)");
    if (day != Day() && known->valid_to != Day() && known->valid_to < day) throw Error(MIF_E_INVALID, "aux.item-ended", which + " 已于 " + known->valid_to.iso() + " 停用 (the item has ended)");
    if (!AccountPattern(known->accounts).matches(account.code))
      throw Error(MIF_E_INVALID, "aux.item-wrong-account", which + (known->kind.empty() ? "" : " 是" + known->kind + ",") + " 只能用于科目 " + known->accounts + " (the item does not belong to this account)");
  }
  for (const auto& dimension : account.aux_required)
    if (items.find(dimension) == items.end()) {
      const auto type = std::find_if(aux_types_->begin(), aux_types_->end(), [&](const AuxType& t) { return t.code == dimension; });
      throw Error(MIF_E_INVALID, "aux.required", where + " 必须填辅助核算 " + (type == aux_types_->end() ? dimension : type->name) + " (auxiliary item " + dimension + " is required)");
    }
  return format_aux(items);
}

}  // namespace mif::chart
