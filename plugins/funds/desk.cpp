// SPDX-License-Identifier: Apache-2.0
#include "desk.h"

namespace mif::funds {

namespace {

void refuse(kit::Wrong wrong, const std::string& name, const std::string& what) {
  switch (wrong) {
    case kit::Wrong::json:
    case kit::Wrong::object: throw Error(MIF_E_INVALID, "fund.params", "参数应为一个 JSON 对象 (params must be one JSON object): " + what);
    case kit::Wrong::missing: throw Error(MIF_E_INVALID, "fund.param-missing", "要给出 " + name + " (this is needed)");
    case kit::Wrong::too_long: throw Error(MIF_E_INVALID, "fund.param-long", name + " 超过 " + what + " 字节，请缩短 (too long)");
    case kit::Wrong::control: throw Error(MIF_E_INVALID, "fund.param-control", name + " 里有换行或控制字符，请去掉 (control characters)");
    case kit::Wrong::number: throw Error(MIF_E_INVALID, "fund.param-number", name + " 应为整数 (not a whole number): \"" + what + "\"");
    case kit::Wrong::nested: return;
  }
}

}  // namespace

Params::Params(std::string_view json) : kit::Params(&refuse) { read_json(json); }
std::string Params::need(const std::string& name, std::size_t bytes) const {
  most(name, bytes);
  return kit::Params::need(name);
}
Fen Params::amount(const std::string& name) const {
  const Fen fen = Fen::parse(need(name));
  if (fen <= Fen(0)) throw Error(MIF_E_INVALID, "fund.amount", name + " 应大于零 (must be above zero): " + fen.plain());
  return fen;
}

Desk::Desk(const Plugin& plugin, Settings s)
    : settings(std::move(s)), store(plugin), ledger(plugin), propose(plugin), workflow(plugin), config(plugin), clock(plugin), audit(plugin), identity(plugin) {}

std::map<std::string, std::string> Desk::books(Call call, Txn& txn, const std::string& named) const {
  std::map<std::string, std::string> mine;
  for (const auto& b : ledger.books(call, &txn))
    if (named.empty() || b.code == named) mine[b.code] = b.unit;
  if (!named.empty() && mine.empty()) throw Error(MIF_E_NOT_FOUND, "fund.book-unknown", "没有账套 (no book) \"" + cut(named, 60) + "\"");
  return mine;
}

std::string Desk::require(Call call, Txn& txn, const std::string& book, std::string_view permission) const {
  const std::string unit = books(call, txn, book).begin()->second;
  identity.require(call, permission, unit);
  return unit;
}

RateTable Desk::rates(Call call) const {
  if (settings.rates.empty()) return {};
  return RateTable::read(config.info(call, settings.rates), settings.rates);
}

BudgetMap Desk::budget_map(Call call) const {
  BudgetMap map;
  for (const auto& file : settings.budget.files) map.read(config.info(call, file), file);
  return map;
}

BookInfo Desk::book(Call call, Txn& txn, const std::string& code) const {
  for (auto& b : ledger.books(call, &txn))
    if (b.code == code) return b;
  throw Error(MIF_E_NOT_FOUND, "fund.book-unknown", "没有账套 (no book) \"" + cut(code, 60) + "\"");
}

void Desk::retract(Txn& txn, std::int64_t voucher, const std::string& reason) const {
  propose.withdraw(txn, voucher, cut(reason, 900));
}

}  // namespace mif::funds
