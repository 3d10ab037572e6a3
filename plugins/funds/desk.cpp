// SPDX-License-Identifier: Apache-2.0
#include "desk.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace mif::funds {

Params::Params(std::string_view json) {
  if (json.empty()) return;
  try {
    const auto root = Poco::JSON::Parser().parse(std::string(json)).extract<Poco::JSON::Object::Ptr>();
    for (const auto& name : root->getNames()) {
      const auto value = root->get(name);
      if (!value.isEmpty()) values_[name] = value.convert<std::string>();
    }
  } catch (const Poco::Exception& e) {
    throw Error(MIF_E_INVALID, "fund.params", "参数应为一个 JSON 对象 (params must be one JSON object): " + e.displayText());
  }
}
std::string Params::get(const std::string& name, const std::string& otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.empty() ? otherwise : found->second;
}
std::string Params::most(const std::string& name, std::size_t most, const std::string& otherwise) const {
  std::string text = get(name, otherwise);
  if (text.size() > most) throw Error(MIF_E_INVALID, "fund.param-long", name + " 超过 " + std::to_string(most) + " 字节，请缩短 (too long)");
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) throw Error(MIF_E_INVALID, "fund.param-control", name + " 里有换行或控制字符，请去掉 (control characters)");
  return text;
}
std::string Params::need(const std::string& name, std::size_t most) const {
  std::string text = this->most(name, most);
  if (text.empty()) throw Error(MIF_E_INVALID, "fund.param-missing", "要给出 " + name + " (this is needed)");
  return text;
}
std::int64_t Params::number(const std::string& name, std::int64_t otherwise) const {
  const std::string text = get(name);
  if (text.empty()) return otherwise;
  if (text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos) throw Error(MIF_E_INVALID, "fund.param-number", name + " 应为整数 (not a whole number): \"" + text + "\"");
  return std::stoll(text);
}
std::optional<Day> Params::day(const std::string& name) const {
  const std::string text = get(name);
  return text.empty() ? std::nullopt : std::optional<Day>(Day::parse(text));
}
Fen Params::amount(const std::string& name) const {
  const Fen fen = Fen::parse(need(name));
  if (fen <= Fen(0)) throw Error(MIF_E_INVALID, "fund.amount", name + " 应大于零 (must be above zero): " + fen.plain());
  return fen;
}

std::string Result::json(const std::string& summary) {
  items_.end_array();
  JsonWriter out;
  out.begin_object().field("kind", kind_).key("items").raw(items_.str());
  if (!counts_.empty() || !sums_.empty()) {
    out.key("totals").begin_object();
    for (const auto& [name, value] : counts_) out.field(name, value);
    for (const auto& [name, value] : sums_) out.field(name, value);
    out.end_object();
  }
  if (!evidence_.empty()) {
    out.key("evidence").begin_object();
    for (const auto& [promise, text] : evidence_) out.field(promise, text);
    out.end_object();
  }
  out.field("exit", exit_).field("summary", summary).end_object();
  return out.take();
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

void Desk::retract(Txn& txn, std::int64_t voucher, const std::string& reason) const {
  propose.withdraw(txn, voucher, cut(reason, 900));
}

std::string cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return std::string(text.substr(0, most));
}

}  // namespace mif::funds
