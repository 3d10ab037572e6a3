// SPDX-License-Identifier: Apache-2.0
// Auxiliary dimensions: what an item may look like, and how dimensions and their items change.
#include <algorithm>

#include "kernel/chart/chart.h"
#include "kernel/chart/rows.h"
#include "mif/error.hpp"

namespace mif::chart {
namespace {

constexpr std::string_view kChain = "system";

bool same_head(const AuxType& a, const AuxType& b) { return a.name == b.name && a.format == b.format && a.listing == b.listing; }

const AuxType* find_type(const std::vector<AuxType>& types, std::string_view code) {
  const auto found = std::find_if(types.begin(), types.end(), [&](const AuxType& t) { return t.code == code; });
  return found == types.end() ? nullptr : &*found;
}

void insert_item(store::Txn& txn, std::string_view chart, std::string_view type, const AuxItem& i) {
  txn.execute("insert into chart_aux_item (chart, type, code, name, parent, kind, accounts, valid_from, valid_to) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {chart, type, i.code, i.name, i.parent, i.kind, i.accounts, i.valid_from, i.valid_to});
}

}  // namespace

std::string_view name_of(Listing listing) { return listing == Listing::open ? "open" : listing == Listing::imported ? "imported" : "closed"; }

const AuxItem* AuxType::find(std::string_view item) const {
  const auto found = std::lower_bound(items.begin(), items.end(), item, [](const AuxItem& i, std::string_view code) { return i.code < code; });
  return found != items.end() && found->code == item ? &*found : nullptr;
}

bool is_format(std::string_view text) {
  const auto parts = split(text);
  if (parts.size() != 2 || (parts[0] != "digits" && parts[0] != "text")) return false;
  const auto dash = parts[1].find('-');
  const auto number = [](std::string_view t) { return !t.empty() && t.size() <= 3 && t.find_first_not_of("0123456789") == std::string_view::npos; };
  return number(std::string_view(parts[1]).substr(0, dash)) && (dash == std::string::npos || number(std::string_view(parts[1]).substr(dash + 1)));
}

// "digits 6", "digits 1-6", "text 1-40": what characters, and how many of them.
void check_format(const AuxType& type, std::string_view item) {
  if (type.format.empty()) return;
  const auto parts = split(type.format);
  const auto dash = parts[1].find('-');
  const std::size_t least = std::stoul(parts[1]), most = dash == std::string::npos ? least : std::stoul(parts[1].substr(dash + 1));
  std::size_t characters = 0;
  bool digits = true;
  for (const char c : item) {
    characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    digits = digits && c >= '0' && c <= '9';
  }
  if (characters >= least && characters <= most && (digits || parts[0] != "digits")) return;
  throw Error(MIF_E_INVALID, "aux.item-format", type.name + " \"" + std::string(item) + "\" 应为 " + parts[1] + (parts[0] == "digits" ? " 位数字" : " 个字") + " (an item of " + type.code + " is " + type.format + ")");
}

// Only what changed is written: a list may hold every institution of a province.
void Charts::write_items(store::Txn& txn, std::string_view chart, const AuxType& was, const AuxType& type, std::vector<audit::Event>& events) {
  for (const auto& item : type.items) {
    if (!item.parent.empty() && !type.find(item.parent))
      throw Error(MIF_E_INVALID, "aux.item-parent-missing", type.name + " " + item.code + " 的上级 " + item.parent + " 不在表中 (its parent is not listed)");
    const AuxItem* old = was.find(item.code);
    if (old && *old == item) continue;
    if (old) txn.execute("delete from chart_aux_item where chart = ? and type = ? and code = ?", {chart, type.code, item.code});
    insert_item(txn, chart, type.code, item);
  }
  std::vector<Use> held;
  bool asked = false;
  for (const auto& item : was.items) {
    const AuxItem* now = type.find(item.code);
    const bool ends = now && now->valid_to != Day() && now->valid_to != item.valid_to;
    if (now && !ends) continue;
    if (!asked) held = uses(txn, chart, {});
    asked = true;
    for (const auto& u : held) {
      if (u.balance == Fen()) continue;
      const AuxItems items = parse_aux(u.aux);
      const auto found = items.find(type.code);
      if (found != items.end() && found->second == item.code)
        throw Error(MIF_E_CONFLICT, "aux.item-in-use", type.name + " " + item.code + " 在账套 " + u.book + " 科目 " + u.account + " 还有余额 " + u.balance.grouped() + ",不能" + (ends ? "停用" : "删除") + "; 先用转账凭证转出 (an item with a balance stays)");
    }
    if (!now) txn.execute("delete from chart_aux_item where chart = ? and type = ? and code = ?", {chart, type.code, item.code});
  }
  events.push_back({std::string(kChain), "chart.aux", "aux:" + std::string(chart) + '/' + type.code, digest_of_aux(log_.alg(), chart, type), body_of(chart, type)});
}

void Charts::apply_aux(store::Txn& txn, std::string_view chart, const std::vector<AuxType>& aux, std::vector<audit::Event>& events) {
  const auto stored = stored_aux(txn, chart);
  for (AuxType type : aux) {
    sort_items(type);
    const AuxType* old = find_type(stored, type.code);
    if (old && type.listing != Listing::closed) {  // what was imported stays
      for (const auto& item : old->items)
        if (!type.find(item.code)) {
          type.items.push_back(item);
          sort_items(type);
        }
    }
    if (old && same_head(*old, type) && old->items == type.items) continue;
    if (!old) txn.execute("insert into chart_aux_type (chart, code, name, format, listing) values (?, ?, ?, ?, ?)", {chart, type.code, type.name, type.format, static_cast<int>(type.listing)});
    else if (!same_head(*old, type))
      txn.execute("update chart_aux_type set name = ?, format = ?, listing = ? where chart = ? and code = ?", {type.name, type.format, static_cast<int>(type.listing), chart, type.code});
    write_items(txn, chart, old ? *old : AuxType(), type, events);
  }
  for (const auto& type : stored) {
    if (find_type(aux, type.code)) continue;
    for (const auto& u : uses(txn, chart, {}))
      if (u.balance != Fen() && parse_aux(u.aux).count(type.code))
        throw Error(MIF_E_CONFLICT, "aux.dimension-in-use", type.name + " 在账套 " + u.book + " 科目 " + u.account + " 还有余额,不能取消这个辅助核算项; 先用转账凭证转出 (a dimension with balances stays)");
    txn.execute("delete from chart_aux_item where chart = ? and type = ?", {chart, type.code});
    txn.execute("delete from chart_aux_type where chart = ? and code = ?", {chart, type.code});
    events.push_back({std::string(kChain), "chart.aux_remove", "aux:" + std::string(chart) + '/' + type.code, std::string(audit::kGone), body_of(chart, type)});
  }
}

void Charts::put_items(store::Txn& txn, const Who& who, std::string_view chart, std::string_view code, const std::vector<AuxItem>& items) {
  const auto stored = stored_aux(txn, chart);
  const AuxType* old = find_type(stored, code);
  if (!old) throw Error(MIF_E_NOT_FOUND, "aux.dimension-not-found", "没有辅助核算项 (no such auxiliary dimension) \"" + std::string(code) + "\"");
  if (old->listing == Listing::closed)
    throw Error(MIF_E_CONFLICT, "aux.items-fixed", old->name + " 的取值由省在 aux.info 统一规定,不能导入; 该项写明 listing imported 后可以 (the items of " + std::string(code) + " are fixed by the province's file)");
  AuxType type = *old;
  for (const auto& item : items) {
    check_format(type, item.code);
    const auto at = std::lower_bound(type.items.begin(), type.items.end(), item.code, [](const AuxItem& i, std::string_view c) { return i.code < c; });
    if (at != type.items.end() && at->code == item.code) *at = item;
    else type.items.insert(at, item);
  }
  if (type.items == old->items) return;
  std::vector<audit::Event> events;
  write_items(txn, chart, *old, type, events);
  finish(txn, who, chart, events);
}

}  // namespace mif::chart
