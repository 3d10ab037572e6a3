// SPDX-License-Identifier: Apache-2.0
// The guarded call: what stands between a plugin's code and everything else.
#include <chrono>
#include <unordered_set>

#include "kernel/base/text.h"
#include "kernel/plugin/host_impl.h"
#include "mif/error.hpp"
#include "mif/sdk.hpp"

namespace mif::plugin {
namespace {

constexpr int kDeepest = 16;  // plugins calling plugins
constexpr std::size_t kLongestMessage = 4096;

thread_local CallContext* t_current = nullptr;

struct GuardedCall : CallContext {
  mif_call c{};
  std::atomic<bool> cancelled{false};
  std::string actor_text;
  int depth = 1;
};

GuardedCall& guarded_of(const mif_call* call) { return static_cast<GuardedCall&>(*static_cast<CallContext*>(call->impl)); }

std::int32_t is_cancelled(const mif_call* call) { return guarded_of(call).cancelled.load() ? 1 : 0; }

void on_fail(mif_call* call, mif_status status, mif_str message) {
  auto& context = guarded_of(call);
  context.failed = status;
  const std::string_view text = message.p ? view(message).substr(0, kLongestMessage) : std::string_view();
  context.message = valid_utf8(text) ? std::string(text) : "(插件给出的说明不是 UTF-8 文本; the plugin's message is not UTF-8)";
}

// All calls in progress: a plugin may hand back a pointer whose call is long over.
struct Live {
  std::shared_mutex mutex;
  std::unordered_set<const void*> contexts;
};
Live& live() {
  static auto* all = new Live;
  return *all;
}

struct Current {
  explicit Current(CallContext* mine) : before(t_current), context(mine) {
    t_current = mine;
    const std::unique_lock lock(live().mutex);
    live().contexts.insert(mine);
  }
  ~Current() {
    t_current = before;
    const std::unique_lock lock(live().mutex);
    live().contexts.erase(context);
  }
  CallContext* before;
  CallContext* context;
};

struct Counted {
  explicit Counted(std::atomic<int>& n) : count(n) { ++count; }
  ~Counted() { --count; }
  std::atomic<int>& count;
};

}  // namespace

CallContext& context_of(mif_call* call) { return *static_cast<CallContext*>(call->impl); }
CallContext* current_context() { return t_current; }

bool on_this_thread(const CallContext& context) {
  for (const CallContext* c = t_current; c; c = c->outer)
    if (c == &context) return true;
  return false;
}

CallContext* live_context(const mif_call* call) {
  if (!call || !call->impl) return nullptr;
  for (CallContext* c = t_current; c; c = c->outer)
    if (c == call->impl) return c;
  const std::shared_lock lock(live().mutex);
  return live().contexts.count(call->impl) ? static_cast<CallContext*>(call->impl) : nullptr;
}

bool txn_open_around(const CallContext& context) {
  for (const CallContext* c = &context; c; c = c->outer)
    if (c->txn && c->txn->mode() == store::Mode::write) return true;
  return false;
}

Outcome Host::Impl::guarded(Loaded& plugin, std::string_view function, const Who& who, const identity::Caller* caller,
                            std::int64_t deadline_ms, const std::function<mif_status(mif_call*)>& body) {
  const std::string& id = plugin.info.manifest.id;
  GuardedCall g;
  g.plugin = id;
  g.who = who;
  g.who.origin = id;
  g.caller = caller;
  g.function = function;
  g.outer = t_current;
  if (g.outer) g.depth = guarded_of(g.outer->call).depth + 1;
  if (g.depth > kDeepest) return {MIF_E_INTERNAL, "插件互相调用过深 (plugins call each other too deeply) 在 " + id + " " + g.function};
  g.actor_text = caller ? who.actor : "plugin:" + id;
  g.call = &g.c;
  g.c.size = sizeof g.c;
  g.c.flags = g.outer && txn_open_around(*g.outer) ? MIF_CALL_IN_TXN : 0;
  g.c.trace_id = s(g.who.trace);
  g.c.actor = s(g.actor_text);
  g.c.impl = static_cast<CallContext*>(&g);
  g.c.cancelled = &is_cancelled;
  g.c.fail = &on_fail;
  const std::int64_t now = clock.now_unix_ms();
  if (deadline_ms > 0) g.c.deadline_unix_ms = now + deadline_ms;
  if (g.outer && g.outer->call->deadline_unix_ms > 0 && (!g.c.deadline_unix_ms || g.outer->call->deadline_unix_ms < g.c.deadline_unix_ms))
    g.c.deadline_unix_ms = g.outer->call->deadline_unix_ms;

  Outcome outcome;
  std::string misbehaved;  // not empty: a strike
  {
    const Counted counted(plugin.inside);
    const Breadcrumbs::Mark mark(crumbs, id, function);
    const Current current(&g);
    std::optional<Watchdog::Ticket> watch;
    if (g.c.deadline_unix_ms) {
      Watchdog::Entry entry;
      entry.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(g.c.deadline_unix_ms - now);
      entry.cancelled = &g.cancelled;
      entry.plugin = id;
      entry.function = g.function;
      watch = watchdog.add(std::move(entry));
    }
    try {
      outcome.status = body(&g.c);
    } catch (const std::exception& e) {
      misbehaved = std::string("抛出了异常 (threw): ") + e.what();
    } catch (...) {
      misbehaved = "抛出了异常 (threw something that is no std::exception)";
    }
    if (watch) watchdog.remove(*watch);
    if (g.txn) {
      const bool writing = g.txn->mode() == store::Mode::write;
      try {
        g.txn.reset();
      } catch (...) {  // a connection that broke: the database has rolled back by itself
      }
      if (writing && outcome.status == MIF_OK && misbehaved.empty()) misbehaved = "返回时事务没有结束，已回滚 (left a transaction open; it was rolled back)";
    }
  }
  if (misbehaved.empty() && (outcome.status < MIF_OK || outcome.status > MIF_E_INTERNAL))
    misbehaved = "返回了未知状态 (returned the unknown status) " + std::to_string(outcome.status);
  if (!misbehaved.empty()) {
    outcome = {MIF_E_INTERNAL, "插件 " + id + " 在 " + g.function + " 里" + misbehaved};
    strike(id, g.function + ": " + misbehaved);
  } else if (outcome.status != MIF_OK) {
    outcome.message = g.message.empty() ? "插件 " + id + " 在 " + g.function + " 里失败，没有说明 (failed without a message)" : g.message;
    const bool passed_on = !g.relayed.empty() && g.message.find(g.relayed) != std::string::npos;
    if (outcome.status == MIF_E_INTERNAL && !passed_on) strike(id, g.function + ": " + outcome.message);
    if (outcome.status == MIF_E_INTERNAL && g.outer) g.outer->relayed = outcome.message;
  }
  if (!misbehaved.empty() && g.outer) g.outer->relayed = outcome.message;
  return outcome;
}

void Host::Impl::strike(const std::string& id, const std::string& why) {
  tell(id, "strike", why);
  const std::int64_t now = clock.now_unix_ms();
  std::size_t count = 0;
  {
    const std::unique_lock lock(mutex);
    const auto found = plugins.find(id);
    if (found == plugins.end()) return;
    auto& strikes = found->second->strikes;
    strikes.push_back(now);
    while (!strikes.empty() && strikes.front() < now - options.strike_window_ms) strikes.pop_front();
    count = strikes.size();
    if (count >= static_cast<std::size_t>(options.strikes)) strikes.clear();
  }
  if (count >= static_cast<std::size_t>(options.strikes))
    quarantine(id, std::to_string(options.strike_window_ms / 60000) + " 分钟内出错 " + std::to_string(count) + " 次 (" + std::to_string(count) +
                       " strikes), 最后一次 (last): " + why);
}

void Host::Impl::quarantine(const std::string& id, const std::string& reason) {
  {
    const std::unique_lock lock(mutex);
    const auto found = plugins.find(id);
    if (found == plugins.end() || found->second->info.status == Status::quarantined) return;
    found->second->info.status = Status::quarantined;
    found->second->info.reason = reason;
  }
  try {
    const StateLock lock(options.state_folder);
    auto list = read_quarantine(options.state_folder);
    list[id] = {reason, clock.now_unix_ms()};
    write_quarantine(options.state_folder, list);
  } catch (const std::exception& e) {  // in quarantine here and now; only the next start would not know
    tell(id, "error", std::string("隔离名单写不进去 (cannot save the quarantine): ") + e.what());
  }
  tell(id, "quarantined", reason);
}

void Host::Impl::tell(std::string_view plugin, std::string_view event, std::string_view sentence) const {
  if (!options.on_event) return;
  try {
    options.on_event(plugin, event, sentence);
  } catch (...) {  // whoever listens must not change what happens
  }
}

}  // namespace mif::plugin
