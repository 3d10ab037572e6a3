// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/close_checks.h"

#include <algorithm>
#include <set>

#include "mif/error.hpp"
#include "mif/ext/close_check.h"
#include "mif/json.hpp"
#include "mif/sdk.hpp"

namespace mif::service {
namespace {

using ledger::CheckItem;
using Result = CheckItem::Result;

constexpr std::int64_t kDeadlineMs = 20'000;
constexpr std::string_view kShipped[] = {"exchange", "reporting", "treasury"};

struct Heard {
  mif_close_sink c = sized<mif_close_sink>();
  std::vector<CheckItem> items;
  std::string plugin;
};

std::vector<CheckItem> ask(Deployment& d, const Who& who, const identity::Caller* caller, const plugin::Host::Provider& provider, const std::string& book, Period period) {
  Heard heard;
  heard.plugin = provider.plugin;
  heard.c.impl = &heard;
  heard.c.on = [](mif_close_sink* self, const mif_close_item* item) -> std::int32_t {
    Heard& mine = *static_cast<Heard*>(self->impl);
    if (mine.items.size() >= 100) return 1;
    const bool known = item->result >= MIF_CLOSE_PASS && item->result <= MIF_CLOSE_UNKNOWN;
    mine.items.push_back({mine.plugin + '/' + std::string(view(item->id)), std::string(view(item->title)), std::string(view(item->detail)),
                          known ? static_cast<Result>(item->result) : Result::unknown, mine.plugin, std::string(view(item->link))});
    return 0;
  };
  const auto* check = static_cast<const mif_close_check*>(provider.extension);
  d.plugins().call(provider.plugin, "check", who, caller, kDeadlineMs,
                   [&](mif_call* call) { return check->check(check->self, call, s(book), period.year, period.month, &heard.c); });
  return std::move(heard.items);
}

std::string described(const CheckItem& item) { return item.title + (item.detail.empty() ? "" : " (" + item.detail + ")"); }

}  // namespace

static_assert(static_cast<int>(Result::pass) == MIF_CLOSE_PASS && static_cast<int>(Result::warn) == MIF_CLOSE_WARN && static_cast<int>(Result::fail) == MIF_CLOSE_FAIL &&
              static_cast<int>(Result::unknown) == MIF_CLOSE_UNKNOWN);

const char* title_of(Result result) {
  switch (result) {
    case Result::pass: return "通过";
    case Result::warn: return "提示";
    case Result::fail: return "不通过";
    case Result::unknown: return "未评估";
  }
  return "?";
}

std::string_view name_of(Result result) {
  switch (result) {
    case Result::pass: return "pass";
    case Result::warn: return "warn";
    case Result::fail: return "fail";
    case Result::unknown: return "unknown";
  }
  return "?";
}

std::vector<CheckItem> plugin_checks(Deployment& d, const Who& who, const identity::Caller* caller, const std::string& book, Period period) {
  std::vector<CheckItem> items;
  std::set<std::string, std::less<>> answered;
  const auto unknown = [&](const std::string& plugin, const std::string& why) {
    items.push_back({plugin + "/evaluated", "插件 " + plugin + " 已检查", "未评估 (not evaluated): " + why, Result::unknown, plugin, "/plugins"});
  };
  for (const auto& provider : d.plugins().providers(MIF_CLOSE_CHECK_ID)) {
    answered.insert(provider.plugin);
    try {
      auto heard = ask(d, who, caller, provider, book, period);
      items.insert(items.end(), std::make_move_iterator(heard.begin()), std::make_move_iterator(heard.end()));
    } catch (const Error& error) {
      unknown(provider.plugin, error.what());
    }
  }
  std::set<std::string, std::less<>> installed;
  for (const auto& info : d.plugins().list()) {
    const auto& provides = info.manifest.provides;
    if (std::find(provides.begin(), provides.end(), MIF_CLOSE_CHECK_ID) == provides.end()) continue;
    installed.insert(info.manifest.id);
    if (!answered.count(info.manifest.id)) unknown(info.manifest.id, info.reason.empty() ? "插件没有运行" : info.reason);
  }
  for (const auto plugin : kShipped)
    if (!installed.count(plugin))
      items.push_back({std::string(plugin) + "/installed", "插件 " + std::string(plugin) + " 已检查", "未评估 (not evaluated): 没有安装", Result::warn, std::string(plugin), "/plugins"});
  return items;
}

std::vector<CheckItem> close_checks(Deployment& d, const Who& who, const identity::Caller* caller, const std::string& book, Period period) {
  std::vector<CheckItem> items;
  d.database().read([&](store::Txn& txn) { items = d.closing().checklist(txn, book, period); });
  for (auto& item : plugin_checks(d, who, caller, book, period)) items.push_back(std::move(item));
  return items;
}

Closed close_period(Deployment& d, const Who& who, const identity::Caller& caller, const std::string& book, Period period, std::string_view accept) {
  Closed closed;
  std::string unit;
  d.database().read([&](store::Txn& txn) {
    unit = d.ledger().book(txn, book).unit;
    caller.require("period.close", unit);
    closed.already = !d.ledger().is_open(txn, book, period) && period < d.ledger().first_open(txn, book);
  });
  if (closed.already) return closed;
  std::string against, unseen;
  const auto append = [](std::string& list, const std::string& text) { list += (list.empty() ? "" : "; ") + text; };
  for (auto& item : close_checks(d, who, &caller, book, period)) {
    if (item.result == Result::fail) append(against, described(item));
    if (item.result == Result::unknown) append(unseen, described(item));
    if (item.result == Result::warn || item.result == Result::unknown) closed.items.push_back(std::move(item));
  }
  if (!unseen.empty() && accept.empty()) append(against, unseen + "; 未评估不等于通过,确认后可写明理由结账");
  if (!against.empty()) throw Error(MIF_E_CONFLICT, "closing.checks-fail", "账套 " + book + " 的 " + period.iso() + " 期还不能结账 (cannot close): " + against);
  d.database().write([&](store::Txn& txn) {
    if (!d.ledger().is_open(txn, book, period)) {  // another closed it meanwhile
      closed.already = true;
      return;
    }
    // The ledger looks at its own invariants once more, now that nothing can come between.
    d.ledger().close(txn, who, book, period);
    if (unseen.empty()) return;
    d.log().append(txn, who, {unit, "period.accept", "periods:" + book, "", JsonWriter().begin_object().field("book", book).field("period", period.iso()).field("unseen", unseen).field("reason", accept).end_object().take()});
  });
  return closed;
}

}  // namespace mif::service
