// SPDX-License-Identifier: Apache-2.0
// The plugin host: manifest first, digest and signature, content-addressed store, loading, handshake, guarded calls,
// strikes and quarantine, crash breadcrumb. Knows nothing of what a plugin is for.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/who.h"
#include "kernel/identity/identity.h"
#include "kernel/plugin/manifest.h"
#include "kernel/store/database.h"
#include "mif/abi.h"

namespace mif::plugin {

enum class Status { found, verified, resolved, loaded, created, active, inactive, refused, quarantined };
std::string_view name_of(Status status);

struct PluginInfo {
  Manifest manifest;
  Status status = Status::found;
  std::string reason;       // one sentence for refused and quarantined
  std::string digest;       // of the bundle: its place in the store
  std::string fingerprint;
  std::string signed_by;    // key ids, or "unsigned"
};

// What one guarded call carries; reachable by the host services through mif_call.impl (see context_of).
struct CallContext {
  std::string plugin;            // who is being called
  Who who;                       // who.origin = plugin
  const identity::Caller* caller = nullptr;  // nullptr: the plugin's own scheduled work
  std::string function;
  std::optional<store::Txn> txn;  // the one transaction the plugin may have open
  mif_status failed = MIF_OK;
  std::string message;
  mif_call* call = nullptr;        // the plugin's own view; its flags change while a transaction is open
  CallContext* outer = nullptr;    // the call of another plugin this one is nested in, on the same thread
  std::string relayed;             // a failure that was not this plugin's: no strike for passing it on
};
CallContext& context_of(mif_call* call);
CallContext* current_context();    // innermost guarded call of this thread, or nullptr
// The context behind a pointer that came from a plugin, or nullptr when that call is over (or never was). [any-thread]
CallContext* live_context(const mif_call* call);
bool on_this_thread(const CallContext& context);
bool txn_open_around(const CallContext& context);  // a write transaction in this call or one it is nested in

struct HostOptions {
  std::string state_folder;   // <home>/plugins: store/<digest>/, breadcrumb, installed.info
  std::string trust_folder;   // <home>/trust/{vendors,province}/*.pem, revoked.txt
  bool allow_unsigned = false;  // development only
  bool allow_draft = true;
  bool require_province = false;  // a vendor's signature alone is not enough; so in production once trust/province holds a key
  int strikes = 3;                // this many within strike_window_ms put a plugin into quarantine
  std::int64_t strike_window_ms = 10 * 60 * 1000;
  std::int64_t grace_ms = 2000;   // after a deadline has passed, before the plugin counts as stuck
  // Told of every change of state: "active", "refused", "strike", "quarantined", "lifted", ... with one sentence. [any-thread]
  std::function<void(std::string_view plugin, std::string_view event, std::string_view sentence)> on_event;
};

// Hands out the service tables; implemented by the service room. Called once per plugin and id.
using ServiceSource = std::function<const void*(const Manifest& plugin, std::string_view service_id)>;

// [control-thread] for everything except call() and providers(), which are [any-thread].
class Host {
 public:
  Host(HostOptions options, const Clock& clock);
  ~Host();

  // Verifies a bundle folder (NAME.plugin/) and copies it into the store; replaces an older version of the same id.
  PluginInfo install(const std::string& bundle_folder);
  // Loads and activates everything installed, in dependency order. A plugin that is refused does not stop the others.
  // `before_activate` runs a plugin's migrations.
  void start(ServiceSource services, const std::function<void(const Manifest&, const std::string& folder)>& before_activate);
  void stop();
  std::vector<PluginInfo> list() const;
  void lift_quarantine(std::string_view plugin);

  struct Provider {
    std::string plugin;
    const void* extension = nullptr;
  };
  std::vector<Provider> providers(std::string_view extension_id) const;  // active and not quarantined, by plugin id
  // The one way into a plugin: builds the mif_call, writes the breadcrumb, catches everything, counts strikes. Throws
  // mif::Error with the plugin's status and message. `body` must not throw by itself: what it throws counts as the plugin's.
  // deadline_ms from now, 0 = none; a nested call never outlives the call around it.
  void call(std::string_view plugin, std::string_view function, const Who& who, const identity::Caller* caller,
            std::int64_t deadline_ms, const std::function<mif_status(mif_call*)>& body);

  struct Impl;  // host_impl.h

 private:
  std::unique_ptr<Impl> impl_;
};

// Writes digests into plugin.json and plugin.sig with an Ed25519 or SM2 private key (PEM).
void seal(const std::string& bundle_folder, const std::string& key_pem_file, const std::string& key_id);
void generate_key(const std::string& algorithm, const std::string& private_pem_file, const std::string& public_pem_file);

}  // namespace mif::plugin
