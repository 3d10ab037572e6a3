// SPDX-License-Identifier: Apache-2.0
#include "budget_map.h"

#include <algorithm>

#include "budget_math.h"

namespace mif::funds {

namespace {

[[noreturn]] void complain(const std::string& file, const Node& at, const std::string& what) { throw Error(MIF_E_INVALID, "fund.budget-map", file + ":" + std::to_string(at.line) + ": " + what); }

int year_of(const std::string& file, const Node& n, const std::string& text) {
  if (text.size() != 4 || text.find_first_not_of("0123456789") != std::string::npos) complain(file, n, "年份应为四位数字 (a year has four digits): \"" + text + "\"");
  return std::stoi(text);
}

BudgetItem read_item(const std::string& file, const Node& n) {
  for (const Node& k : n.children)
    if (k.key != "name" && k.key != "side" && k.key != "of" && k.key != "accounts" && k.key != "aux" && k.key != "growth" && k.key != "from" && k.key != "to") complain(file, k, "不认识 (unknown) \"" + k.key + "\"");
  BudgetItem i;
  i.code = n.value;
  if (i.code.empty() || i.code.size() > 60) complain(file, n, "item 后面要有项目代码 (an item needs a code)");
  i.name = n.require("name", file);
  i.of = n.get("of");
  const std::string side = n.require("side", file);
  if (side != "income" && side != "expense") complain(file, n, "side 应为 income 或 expense (found \"" + side + "\")");
  i.income = side == "income";
  i.accounts = n.require("accounts", file);
  i.aux = n.get("aux");
  try {
    i.account_pattern = AccountPattern(i.accounts);
    i.aux_filter = AuxFilter(i.aux);
    i.growth_bp = parse_percent(n.get("growth", "0%"));
  } catch (const Error& e) {
    complain(file, n, e.what());
  }
  if (i.account_pattern.all()) complain(file, n, "accounts 不能空着 (accounts must not be empty)");
  if (n.find("from")) i.from = year_of(file, n, n.get("from"));
  if (n.find("to")) i.to = year_of(file, n, n.get("to"));
  return i;
}

}  // namespace

Fen BudgetItem::of_row(const BalanceRow& row) const {
  if (!account_pattern.matches(row.account) || !aux_filter.matches(row.aux)) return {};
  const Fen net = (row.debit - row.closing_debit) - (row.credit - row.closing_credit);
  return income ? -net : net;
}

void BudgetMap::read(const Node& file, const std::string& name) {
  for (const Node& n : file.children) {
    if (n.key != "budget") complain(name, n, "只认 budget 节 (only budget is known here), 见到 (found) \"" + n.key + "\"");
    const std::string scheme = n.require("scheme", name);
    for (const Node& k : n.children) {
      if (k.key == "scheme") continue;
      if (k.key != "item") complain(name, k, "不认识 (unknown) \"" + k.key + "\"");
      BudgetItem item = read_item(name, k);
      for (const auto& other : all_)
        if (other.scheme == scheme && other.item.code == item.code && other.item.from <= item.to && item.from <= other.item.to) complain(name, k, "项目写了两次 (an item twice) " + item.code);
      if (!item.of.empty() && !find(scheme, item.of, std::max(item.from, 2000))) complain(name, k, "of 所指的项目要写在前面 (the item it is part of comes first): " + item.of);
      all_.push_back({scheme, std::move(item)});
    }
  }
}

std::vector<const BudgetItem*> BudgetMap::items(const std::string& scheme, int year) const {
  std::vector<const BudgetItem*> found;
  for (const auto& one : all_)
    if (one.scheme == scheme && one.item.holds(year)) found.push_back(&one.item);
  return found;
}

const BudgetItem* BudgetMap::find(const std::string& scheme, const std::string& code, int year) const {
  for (const auto& one : all_)
    if (one.scheme == scheme && one.item.code == code && one.item.holds(year)) return &one.item;
  return nullptr;
}

}  // namespace mif::funds
