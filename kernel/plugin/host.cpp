// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/host.h"

#include <algorithm>
#include <filesystem>

#include "kernel/plugin/bundle.h"
#include "kernel/plugin/host_impl.h"
#include "kernel/plugin/library.h"
#include "mif/error.hpp"

namespace mif::plugin {

std::string_view name_of(Status status) {
  switch (status) {
    case Status::found: return "found";
    case Status::verified: return "verified";
    case Status::resolved: return "resolved";
    case Status::loaded: return "loaded";
    case Status::created: return "created";
    case Status::active: return "active";
    case Status::inactive: return "inactive";
    case Status::refused: return "refused";
    case Status::quarantined: return "quarantined";
  }
  return "unknown";
}

Host::Impl::Impl(HostOptions o, const Clock& c)
    : options(std::move(o)), clock(c), crumbs(options.state_folder + "/crumbs"),
      watchdog(std::chrono::milliseconds(options.grace_ms), [this](const std::string& plugin, const std::string& function) {
        quarantine(plugin, function + " 超过期限仍未返回 (did not return within its deadline)");
      }) {}

Host::Host(HostOptions options, const Clock& clock) : impl_(std::make_unique<Impl>(std::move(options), clock)) {
  impl_->read_installed_plugins();
}

Host::~Host() {
  stop();
  // A thread that never came back may still use its plugin's host table: leave that memory to the process.
  for (auto& [id, plugin] : impl_->plugins)
    if (plugin->inside.load() != 0) {
      impl_.release();
      return;
    }
}

PluginInfo Host::install(const std::string& bundle_folder) {
  const Bundle bundle = read_bundle(bundle_folder);
  const Manifest& m = bundle.manifest;
  const auto name = [&](const Error& e) { return Error(e.code(), "插件 " + m.id + " 不能安装 (cannot be installed): " + e.what()); };
  PluginInfo info;
  try {
    check_manifest(m, impl_->options.allow_draft);
    info.signed_by = verify_bundle(bundle, Trust(impl_->options.trust_folder), {impl_->options.allow_unsigned, impl_->options.require_province}).names();
  } catch (const Error& e) {
    impl_->tell(m.id, "refused", e.what());
    throw name(e);
  }
  std::filesystem::create_directories(impl_->store_folder());
  const StateLock lock(impl_->options.state_folder);
  store_bundle(bundle, impl_->store_folder());
  auto all = read_installed(impl_->options.state_folder);
  auto mine = std::find_if(all.begin(), all.end(), [&](const Installed& i) { return i.id == m.id; });
  if (mine == all.end()) mine = all.insert(all.end(), Installed{m.id, "", "", "", 0});
  if (mine->digest != bundle.digest) {
    mine->previous = mine->digest;
    mine->digest = bundle.digest;
    mine->version = m.version;
    mine->at_ms = impl_->clock.now_unix_ms();
    write_installed(impl_->options.state_folder, all);
    impl_->tell(m.id, "installed", m.version + " " + bundle.digest);
  }
  info.manifest = m;
  info.status = Status::verified;
  info.digest = bundle.digest;
  if (!impl_->started) impl_->read_installed_plugins();
  return info;
}

std::vector<PluginInfo> Host::list() const {
  const std::shared_lock lock(impl_->mutex);
  std::vector<PluginInfo> all;
  for (const auto& [id, plugin] : impl_->plugins) all.push_back(plugin->info);
  return all;
}

void Host::lift_quarantine(std::string_view id) {
  {
    const StateLock lock(impl_->options.state_folder);
    auto list = read_quarantine(impl_->options.state_folder);
    const auto entry = list.find(id);
    if (entry == list.end()) throw Error(MIF_E_NOT_FOUND, "plugin.not-quarantined", "插件不在隔离中 (not in quarantine): " + std::string(id));
    list.erase(entry);
    write_quarantine(impl_->options.state_folder, list);
  }
  {
    const std::unique_lock lock(impl_->mutex);
    const auto found = impl_->plugins.find(id);
    if (found != impl_->plugins.end() && found->second->info.status == Status::quarantined) {
      found->second->strikes.clear();
      found->second->info.reason.clear();
      found->second->info.status = found->second->extensions.empty() && !found->second->instance ? Status::found : Status::active;
    }
  }
  impl_->tell(id, "lifted", "隔离已解除 (quarantine lifted)");
}

std::vector<Host::Provider> Host::providers(std::string_view extension_id) const {
  const std::shared_lock lock(impl_->mutex);
  std::vector<Provider> found;
  for (const auto& [id, plugin] : impl_->plugins) {
    if (plugin->info.status != Status::active) continue;
    const auto extension = plugin->extensions.find(extension_id);
    if (extension != plugin->extensions.end()) found.push_back({id, extension->second});
  }
  return found;
}

void Host::call(std::string_view plugin, std::string_view function, const Who& who, const identity::Caller* caller,
                std::int64_t deadline_ms, const std::function<mif_status(mif_call*)>& body) {
  Loaded* callee = nullptr;
  {
    const std::shared_lock lock(impl_->mutex);
    const auto found = impl_->plugins.find(plugin);
    if (found == impl_->plugins.end()) throw Error(MIF_E_NOT_FOUND, "plugin.not-found", "没有这个插件 (no such plugin): " + std::string(plugin));
    const PluginInfo& info = found->second->info;
    if (info.status != Status::active)
      throw Error(MIF_E_UNAVAILABLE, "plugin.not-active", "插件 " + info.manifest.id + (info.status == Status::quarantined ? " 已隔离 (quarantined): " : " 没有运行 (not active): ") +
                                         (info.reason.empty() ? std::string(name_of(info.status)) : info.reason));
    callee = found->second.get();
  }
  const Outcome outcome = impl_->guarded(*callee, function, who, caller, deadline_ms, body);
  if (outcome.status != MIF_OK) throw Error(outcome.status, outcome.message);
}

}  // namespace mif::plugin
